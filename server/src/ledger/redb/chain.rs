//! The chain of a license's history: each item carries a keyed hash of itself and of the item
//! before it, and the license that of its last. An item that is altered, added or taken away by
//! somebody without the secret is found out.

use counterfoil_core::id::EventId;

use super::super::{HistoryRow, LedgerError, LicenseRow, List};
use super::listing::{Lists, Part};
use super::rows::Rows;
use crate::secret::{Digest, Secret};

/// Items to read ahead.
const CHUNK: usize = 256;

/// The chain's end after `item`, whose `chain` is the end before it.
pub(super) fn link(secret: &Secret, id: EventId, item: &HistoryRow) -> Result<Digest, LedgerError> {
    Ok(secret.chain_digest(&postcard::to_allocvec(&(id, item))?))
}

/// Whether the history of a license is as it was written, from the first item to the last.
///
/// # Errors
///
/// [`LedgerError`] when the store fails.
pub fn is_intact<R: Rows + Lists>(
    rows: &R,
    secret: &Secret,
    row: &LicenseRow,
) -> Result<bool, LedgerError> {
    let license = &row.license;
    let mut end: Digest = [0; 32];
    let mut after = None;
    loop {
        let part = rows.oldest(List::history(license.id), Part { count: CHUNK, after })?;
        for number in &part {
            let id = EventId::new(*number);
            let item = rows.history_item((license.vendor, license.mode), id)?;
            let Some(item) = item.filter(|item| item.license == license.id) else {
                return Ok(false);
            };
            let chain = item.chain;
            if link(secret, id, &HistoryRow { chain: end, ..item })? != chain {
                return Ok(false);
            }
            end = chain;
        }
        after = part.last().copied();
        if part.len() < CHUNK {
            return Ok(end == row.head);
        }
    }
}
