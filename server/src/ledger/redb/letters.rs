//! Letters to customers, looked up: the next that is due, how many wait, how they are worded.

use counterfoil_core::id::{IdNumber, MailId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::admin::template::Template;
use redb::ReadableTable;

use super::super::{LedgerError, MailCounts, MailHabits, MailRow, WordingRow};
use super::rows::record;
use super::tables::{Tables, mode_key};

/// Everything about letters.
#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
pub trait Letters: Tables {
    /// The letter with this id.
    fn letter(&self, id: MailId) -> Result<Option<MailRow>, LedgerError> {
        record(self.mail().get(id.number().raw()))
    }

    /// The letter that is due first, and when.
    fn first_due(&self) -> Result<Option<(Timestamp, MailId)>, LedgerError> {
        let Some((key, _)) = self.mail_due().first()? else { return Ok(None) };
        let (at, id) = key.value();
        Ok(Some((Timestamp::from_unix(at), MailId::new(IdNumber::from_raw(id)))))
    }

    /// How many of a vendor's letters stand how.
    fn letter_counts(&self, vendor: VendorId, mode: Mode) -> Result<MailCounts, LedgerError> {
        let key = (vendor.number().raw(), mode_key(mode));
        Ok(record(self.mail_counts().get(key))?.unwrap_or_default())
    }

    /// How many letters of everybody stand how.
    fn all_letter_counts(&self) -> Result<MailCounts, LedgerError> {
        let mut sum = MailCounts::default();
        for entry in self.mail_counts().iter()? {
            let counts: MailCounts = postcard::from_bytes(entry?.1.value())?;
            sum.queued = sum.queued.saturating_add(counts.queued);
            sum.dead = sum.dead.saturating_add(counts.dead);
        }
        Ok(sum)
    }

    /// What a vendor says of its mail.
    fn habits(&self, vendor: VendorId, mode: Mode) -> Result<MailHabits, LedgerError> {
        let key = (vendor.number().raw(), mode_key(mode));
        Ok(record(self.mail_habits().get(key))?.unwrap_or_default())
    }

    /// A vendor's own wording of a template.
    fn wording(
        &self,
        (vendor, mode): (VendorId, Mode),
        template: Template,
    ) -> Result<WordingRow, LedgerError> {
        let key = (vendor.number().raw(), mode_key(mode), template_key(template));
        Ok(record(self.wordings().get(key))?.unwrap_or_default())
    }
}

impl<T: Tables> Letters for T {}

/// The template's part of a key. None of them changes: it is stored.
pub(super) const fn template_key(template: Template) -> u8 {
    match template {
        Template::LicenseDelivered => 0,
        Template::LicenseExpiring => 1,
        Template::PaymentFailed => 2,
        Template::LicenseSuspended => 3,
        Template::LicenseRevoked => 4,
        Template::InactivationNotice => 5,
        Template::PortalLink => 6,
    }
}
