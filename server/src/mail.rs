//! Mail to customers.
//!
//! Whoever changes something that a customer should hear of writes a [`Letter`] and posts it in the
//! transaction of the change; a carrier takes it to the mail server afterwards. So nothing is
//! told that did not happen, and nothing that happened is forgotten by a crash.
//!
//! ```text
//! let notice = desk.notice(txn, Template::LicenseRevoked, &license)?;  // may fail: comes first
//! txn.apply(&row, &decision, stamp)?;
//! txn.post(notice.as_ref())?;
//! ```

mod carrier;
mod connection;
mod ladder;
mod letter;
mod message;
mod relay;
mod sender;
mod wording;

pub(crate) use carrier::Carrier;
pub(crate) use wording::{Part, Wording, WordingProblem, sample};

pub use letter::{Letter, LicenseLine};
pub use relay::Relay;
pub use sender::{NotASender, Sender};

pub use counterfoil_core::wire::native::admin::mail::MailState;
pub use counterfoil_core::wire::native::admin::template::Template;

use arc_swap::ArcSwapOption;
use counterfoil_core::id::MailId;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use std::sync::Arc;

use crate::env::{Env, random};
use crate::ledger::{LedgerError, Letters, MailRow, Txn};
use crate::secret::Secret;
use letter::Sealed;

/// How mail is sent: by whom, and from whom.
#[derive(Clone, Debug)]
pub struct MailOptions {
    /// The mail server.
    pub relay: Relay,
    /// Whom mail comes from.
    pub sender: Sender,
}

/// Whether there is mail, for whoever writes it. While there is none nothing is queued.
#[derive(Clone, Debug, Default)]
pub struct Mail(Option<Arc<Office>>);

#[derive(Debug)]
struct Office {
    sender: Sender,
    /// Where customers see their licenses.
    portal: String,
    /// Why nothing is sent at the moment.
    trouble: ArcSwapOption<String>,
}

/// What writing a letter takes beside its contents.
#[derive(Clone, Copy)]
pub struct Desktop<'a> {
    /// What seals it.
    pub secret: &'a Secret,
    /// Entropy.
    pub env: &'a dyn Env,
    /// When it is.
    pub now: Timestamp,
}

impl std::fmt::Debug for Desktop<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Desktop({})", self.now)
    }
}

impl Mail {
    /// Mail from this sender, about licenses that customers see under this address.
    pub fn from(sender: Sender, portal: String) -> Self {
        Self(Some(Arc::new(Office { sender, portal, trouble: ArcSwapOption::empty() })))
    }

    /// Where a letter leads to on its occasion; `None` where looking at one's licenses is no help.
    pub fn link(&self, template: Template) -> Option<String> {
        let helps = match template {
            Template::LicenseDelivered | Template::LicenseSuspended | Template::LicenseRevoked => {
                true
            }
            Template::LicenseExpiring
            | Template::PaymentFailed
            | Template::InactivationNotice
            | Template::PortalLink => false,
        };
        self.0.as_ref().filter(|_| helps).map(|office| office.portal.clone())
    }

    /// No mail at all.
    pub const fn off() -> Self {
        Self(None)
    }

    /// Whether mail is sent.
    pub const fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Whom it comes from; `None` while there is none.
    pub fn sender(&self) -> Option<&Sender> {
        self.0.as_ref().map(|office| &office.sender)
    }

    /// Why nothing is sent at the moment, as a sentence.
    pub fn trouble(&self) -> Option<Arc<String>> {
        self.0.as_ref().and_then(|office| office.trouble.load_full())
    }

    /// Says why nothing is sent at the moment, or that nothing is wrong any more.
    pub(crate) fn set_trouble(&self, trouble: Option<String>) {
        if let Some(office) = &self.0 {
            office.trouble.store(trouble.map(Arc::new));
        }
    }

    /// Seals a letter, ready for [`Txn::post`]; `None` when none is to be sent: there is no mail, or
    /// the vendor switched this template off. It writes nothing, and may fail: it comes before the
    /// first write of its job.
    ///
    /// # Errors
    ///
    /// Only when there is no entropy or the store fails.
    pub fn write(
        &self,
        txn: &mut Txn<'_>,
        letter: Letter,
        with: Desktop<'_>,
    ) -> Result<Option<MailRow>, Refusal> {
        let Letter { template, vendor, mode, .. } = letter;
        if !self.is_on() || !txn.wording((vendor, mode), template)?.enabled {
            return Ok(None);
        }
        let id = MailId::new(txn.next_id(with.now, random(with.env)?));
        let sealed = Sealed::of(letter).close(id, with)?;
        Ok(Some(MailRow {
            id,
            vendor,
            mode,
            template,
            state: MailState::Queued,
            attempts: 0,
            created_at: with.now,
            next_at: with.now,
            sent_at: None,
            sealed,
        }))
    }
}

/// What a letter's row keeps sealed.
pub(crate) fn open(row: &MailRow, secret: &Secret) -> Result<Sealed, LedgerError> {
    Sealed::open(row.id, &row.sealed, secret)
}
