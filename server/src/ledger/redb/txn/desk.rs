//! Writing what opens the desk: codes and sessions, each until its end.

use counterfoil_core::time::Timestamp;
use redb::ReadableTable;

use super::super::super::{DeskCodeRow, DeskSessionRow, LedgerError};
use super::{Txn, encode};
use crate::secret::Digest;

/// The kinds of what ends, as the stored keys have them.
const CODE: u8 = 0;
const SESSION: u8 = 1;

/// Of what is past its end, so many are forgotten with each that is kept: more than are added.
const FORGOTTEN_AT_ONCE: usize = 4;

#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
impl Txn<'_> {
    /// Keeps a code of the desk under its digest, and forgets some that ended by `now`.
    pub fn put_desk_code(
        &mut self,
        digest: &Digest,
        row: &DeskCodeRow,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.count();
        self.forget_ended_at_desk(now)?;
        self.tables.desk_codes.insert(digest, encode(row)?.as_slice())?;
        self.tables.desk_ends.insert((row.expires_at.unix(), CODE, digest), ())?;
        Ok(())
    }

    /// Forgets a code of the desk. What remembers its end goes with that.
    pub fn remove_desk_code(&mut self, digest: &Digest) -> Result<(), LedgerError> {
        self.count();
        self.tables.desk_codes.remove(digest)?;
        Ok(())
    }

    /// Keeps a session at the desk under its cookie's digest, and forgets some that ended by `now`.
    pub fn put_desk_session(
        &mut self,
        digest: &Digest,
        row: &DeskSessionRow,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.count();
        self.forget_ended_at_desk(now)?;
        self.tables.desk_sessions.insert(digest, encode(row)?.as_slice())?;
        if row.is_trial {
            self.tables.desk_trials.insert(digest, ())?;
        }
        self.tables.desk_ends.insert((row.expires_at.unix(), SESSION, digest), ())?;
        Ok(())
    }

    /// Ends a session at the desk. What remembers its end goes with that.
    pub fn remove_desk_session(&mut self, digest: &Digest) -> Result<(), LedgerError> {
        self.count();
        self.tables.desk_sessions.remove(digest)?;
        self.tables.desk_trials.remove(digest)?;
        Ok(())
    }

    fn forget_ended_at_desk(&mut self, now: Timestamp) -> Result<(), LedgerError> {
        let mut ended = Vec::new();
        let until = (now.unix(), u8::MAX, &[255_u8; 32]);
        for entry in self.tables.desk_ends.range(..until)?.take(FORGOTTEN_AT_ONCE) {
            let key = entry?.0;
            let (end, kind, digest) = key.value();
            ended.push((end, kind, *digest));
        }
        for (end, kind, digest) in ended {
            self.tables.desk_ends.remove((end, kind, &digest))?;
            if kind == SESSION {
                self.tables.desk_sessions.remove(&digest)?;
                self.tables.desk_trials.remove(&digest)?;
            } else {
                self.tables.desk_codes.remove(&digest)?;
            }
        }
        Ok(())
    }
}
