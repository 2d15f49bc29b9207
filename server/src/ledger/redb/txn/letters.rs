//! Writing letters to customers: queued, sent, given up, and forgotten in the end.

use counterfoil_core::id::{IdNumber, MailId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::admin::mail::MailState;
use counterfoil_core::wire::native::admin::template::Template;
use redb::ReadableTable;

use super::super::super::{LedgerError, List, MailCounts, MailHabits, MailRow, WordingRow};
use super::super::letters::{Letters, template_key};
use super::super::tables::mode_key;
use super::{Txn, encode};

/// Letters that are forgotten with each one that is written: more than one, so that the past gets
/// shorter.
const FORGOTTEN_AT_ONCE: usize = 2;

#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
impl Txn<'_> {
    /// Queues a letter that was written, with the change that it tells of; `None`: there is none.
    pub fn post(&mut self, letter: Option<&MailRow>) -> Result<(), LedgerError> {
        letter.map_or(Ok(()), |letter| self.put_letter(letter, letter.created_at))
    }

    /// Keeps a letter as it stands now, and forgets two whose time is up at `now`.
    pub fn put_letter(&mut self, letter: &MailRow, now: Timestamp) -> Result<(), LedgerError> {
        self.forget_letters(now)?;
        match self.letter(letter.id)? {
            Some(before) => self.unfile(&before)?,
            None => self.list(all(letter), letter.id.number())?,
        }
        self.count();
        let id = letter.id.number().raw();
        self.tables.mail.insert(id, encode(letter)?.as_slice())?;
        let place = (letter.next_at.unix(), id);
        match letter.state {
            MailState::Queued => self.tables.mail_due.insert(place, ())?,
            MailState::Sent | MailState::Dead => self.tables.mail_ends.insert(place, ())?,
        };
        self.list(alike(letter), letter.id.number())?;
        self.recount(letter, |number| number.saturating_add(1))
    }

    /// Takes a letter out of everything that says how it stands.
    fn unfile(&mut self, letter: &MailRow) -> Result<(), LedgerError> {
        let place = (letter.next_at.unix(), letter.id.number().raw());
        match letter.state {
            MailState::Queued => self.tables.mail_due.remove(place)?,
            MailState::Sent | MailState::Dead => self.tables.mail_ends.remove(place)?,
        };
        self.unlist(alike(letter), letter.id.number())?;
        self.recount(letter, |number| number.saturating_sub(1))
    }

    fn recount(&mut self, letter: &MailRow, step: fn(u64) -> u64) -> Result<(), LedgerError> {
        let MailCounts { mut queued, mut dead } = self.letter_counts(letter.vendor, letter.mode)?;
        match letter.state {
            MailState::Queued => queued = step(queued),
            MailState::Dead => dead = step(dead),
            MailState::Sent => return Ok(()),
        }
        let key = (letter.vendor.number().raw(), mode_key(letter.mode));
        self.tables.mail_counts.insert(key, encode(&MailCounts { queued, dead })?.as_slice())?;
        Ok(())
    }

    fn forget_letters(&mut self, now: Timestamp) -> Result<(), LedgerError> {
        let mut over = Vec::new();
        for entry in self.tables.mail_ends.range(..(now.unix(), 0))?.take(FORGOTTEN_AT_ONCE) {
            over.push(MailId::new(IdNumber::from_raw(entry?.0.value().1)));
        }
        for id in over {
            if let Some(letter) = self.letter(id)? {
                self.count();
                self.unfile(&letter)?;
                self.unlist(all(&letter), id.number())?;
                self.tables.mail.remove(id.number().raw())?;
            }
        }
        Ok(())
    }

    /// Keeps what a vendor says of its mail.
    pub fn put_habits(
        &mut self,
        (vendor, mode): (VendorId, Mode),
        habits: &MailHabits,
    ) -> Result<(), LedgerError> {
        self.count();
        let key = (vendor.number().raw(), mode_key(mode));
        self.tables.mail_habits.insert(key, encode(habits)?.as_slice())?;
        Ok(())
    }

    /// Keeps a vendor's own wording of a template.
    pub fn put_wording(
        &mut self,
        (vendor, mode): (VendorId, Mode),
        template: Template,
        wording: &WordingRow,
    ) -> Result<(), LedgerError> {
        self.count();
        let key = (vendor.number().raw(), mode_key(mode), template_key(template));
        self.tables.wordings.insert(key, encode(wording)?.as_slice())?;
        Ok(())
    }
}

const fn all(letter: &MailRow) -> List {
    List::mail(letter.vendor, letter.mode, None)
}

const fn alike(letter: &MailRow) -> List {
    List::mail(letter.vendor, letter.mode, Some(letter.state))
}
