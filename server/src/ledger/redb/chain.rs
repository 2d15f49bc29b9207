//! The chain of a license's history: each item carries a keyed hash of itself and of the item
//! before it, the license that of its last, and a guard over itself and that. An item that is
//! altered, added or taken away by somebody without the secret is found out, and so is a license
//! whose facts are. What cannot be found out is a whole file that is put back as it once was.

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

/// The guard of a license's row: over everything in it but itself.
pub(super) fn guard(secret: &Secret, row: &LicenseRow) -> Result<Digest, LedgerError> {
    let LicenseRow { license, sealed_key, sale, told, head, guard: _ } = row;
    let all = postcard::to_allocvec(&(license, sealed_key, sale, told, head))?;
    Ok(secret.guard_digest(&all))
}

/// How many items a license's history has, if the license is as it was written, and its history
/// from the first item to the last; else `None`.
///
/// # Errors
///
/// [`LedgerError`] when the store fails.
pub fn intact_items<R: Rows + Lists>(
    rows: &R,
    secret: &Secret,
    row: &LicenseRow,
) -> Result<Option<u64>, LedgerError> {
    let license = &row.license;
    if guard(secret, row)? != row.guard {
        return Ok(None);
    }
    let mut end: Digest = [0; 32];
    let mut count = 0_u64;
    let mut after = None;
    loop {
        let part = rows.oldest(List::history(license.id), Part { count: CHUNK, after })?;
        for number in &part {
            let id = EventId::new(*number);
            let item = rows.history_item((license.vendor, license.mode), id)?;
            let Some(item) = item.filter(|item| item.license == license.id) else {
                return Ok(None);
            };
            let chain = item.chain;
            if link(secret, id, &HistoryRow { chain: end, ..item })? != chain {
                return Ok(None);
            }
            end = chain;
            count = count.saturating_add(1);
        }
        after = part.last().copied();
        if part.len() < CHUNK {
            return Ok((end == row.head).then_some(count));
        }
    }
}
