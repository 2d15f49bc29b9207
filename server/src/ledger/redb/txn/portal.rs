//! Writing what opens the portal: codes and sessions, each until its end.

use counterfoil_core::time::Timestamp;
use redb::ReadableTable;

use super::super::super::{LedgerError, PortalCodeRow, PortalSessionRow};
use super::super::rows::Rows;
use super::{Txn, encode};
use crate::secret::Digest;

/// The kinds of what ends, as the stored keys have them.
const CODE: u8 = 0;
const SESSION: u8 = 1;

/// Of what is past its end, so many are forgotten with each that is kept: more than are added.
const FORGOTTEN_AT_ONCE: usize = 4;

#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
impl Txn<'_> {
    /// Keeps a code under its digest, and forgets some that ended by `now`.
    pub fn put_portal_code(
        &mut self,
        digest: &Digest,
        row: &PortalCodeRow,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.count();
        self.forget_ended(now)?;
        let end = row.expires_at.unix();
        self.tables.portal_codes.insert(digest, encode(row)?.as_slice())?;
        self.tables.portal_asked.insert((&row.asked, end, digest), ())?;
        self.tables.portal_ends.insert((end, CODE, digest), ())?;
        Ok(())
    }

    /// Keeps a session under its token's digest, and forgets some that ended by `now`.
    pub fn put_portal_session(
        &mut self,
        digest: &Digest,
        row: &PortalSessionRow,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.count();
        self.forget_ended(now)?;
        self.tables.portal_sessions.insert(digest, encode(row)?.as_slice())?;
        self.tables.portal_ends.insert((row.expires_at.unix(), SESSION, digest), ())?;
        Ok(())
    }

    /// Ends a session. What remembers its end goes with that.
    pub fn remove_portal_session(&mut self, digest: &Digest) -> Result<(), LedgerError> {
        self.count();
        self.tables.portal_sessions.remove(digest)?;
        Ok(())
    }

    fn forget_ended(&mut self, now: Timestamp) -> Result<(), LedgerError> {
        let mut ended = Vec::new();
        let until = (now.unix(), u8::MAX, &[255_u8; 32]);
        for entry in self.tables.portal_ends.range(..until)?.take(FORGOTTEN_AT_ONCE) {
            let key = entry?.0;
            let (end, kind, digest) = key.value();
            ended.push((end, kind, *digest));
        }
        for (end, kind, digest) in ended {
            self.tables.portal_ends.remove((end, kind, &digest))?;
            if kind == SESSION {
                self.tables.portal_sessions.remove(&digest)?;
            } else if let Some(row) = self.portal_code(&digest)? {
                self.tables.portal_asked.remove((&row.asked, end, &digest))?;
                self.tables.portal_codes.remove(&digest)?;
            }
        }
        Ok(())
    }
}
