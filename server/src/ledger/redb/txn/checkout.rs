//! Writing purchases at the checkout, each until it is forgotten.

use counterfoil_core::id::PaymentConnectionId;
use counterfoil_core::time::Timestamp;
use redb::ReadableTable;

use super::super::super::{CheckoutRow, LedgerError};
use super::{Txn, encode};
use crate::secret::Digest;

/// Of what is past its end, so many are forgotten with each that is kept: more than are added.
const FORGOTTEN_AT_ONCE: usize = 2;

#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
impl Txn<'_> {
    /// Keeps a purchase under its reference's digest, and forgets some that ended by `now`.
    pub fn put_checkout(
        &mut self,
        reference: &Digest,
        row: &CheckoutRow,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.count();
        let mut ended = Vec::new();
        let until = (now.unix(), &[255_u8; 32]);
        for entry in self.tables.checkout_ends.range(..until)?.take(FORGOTTEN_AT_ONCE) {
            let key = entry?.0;
            let (end, digest) = key.value();
            ended.push((end, *digest));
        }
        for (end, digest) in ended {
            self.tables.checkout_ends.remove((end, &digest))?;
            self.tables.checkouts.remove(&digest)?;
        }
        self.tables.checkouts.insert(reference, encode(row)?.as_slice())?;
        self.tables.checkout_ends.insert((row.ends_at.unix(), reference), ())?;
        Ok(())
    }

    /// Keeps the key of a provider's API, sealed for the connection that it belongs to.
    pub fn put_sealed_api_key(
        &mut self,
        connection: PaymentConnectionId,
        sealed: &[u8],
    ) -> Result<(), LedgerError> {
        self.count();
        self.tables.payment_api_keys.insert(connection.number().raw(), sealed)?;
        Ok(())
    }
}
