//! What is told to a customer, and how it is kept until it is sent.

use counterfoil_core::alias::Alias;
use counterfoil_core::id::{MailId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::{Email, Name};
use counterfoil_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Desktop, Template};
use crate::env::random;
use crate::ledger::LedgerError;
use crate::secret::Secret;

/// One message to one customer: all that its template can show.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The occasion.
    pub template: Template,
    /// Whose customer it is for.
    pub vendor: VendorId,
    /// In which world.
    pub mode: Mode,
    /// To whom.
    pub to: Email,
    /// What they are called.
    pub name: Option<Name>,
    /// What it is about.
    pub licenses: Vec<LicenseLine>,
    /// Where to go on.
    pub link: Option<String>,
    /// First instant at which the link is good for nothing: the letter is not sent any more then.
    pub link_expires_at: Option<Timestamp>,
}

/// A license in a letter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenseLine {
    /// What the product is called.
    pub product: Name,
    /// What the plan is called.
    pub plan: Option<Name>,
    /// Its public name.
    pub alias: Alias,
    /// Its key, in a letter that delivers it.
    pub key: Option<String>,
    /// First instant at which it no longer holds.
    pub expires_at: Option<Timestamp>,
    /// After a failed payment: until when it holds.
    pub grace_until: Option<Timestamp>,
}

/// It holds an address, and maybe keys and a link that opens everything.
impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter({})", self.template.word())
    }
}

/// It may hold a key.
impl std::fmt::Debug for LicenseLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LicenseLine({})", self.alias.as_str())
    }
}

/// What of a letter is sealed in its row.
#[derive(Serialize, Deserialize)]
pub(crate) struct Sealed {
    /// To whom, also when the letter is gone.
    pub(crate) to: String,
    /// What went wrong the last time. It may quote the mail server, and that one the address.
    pub(crate) problem: Option<String>,
    /// What it says, until it is sent.
    pub(crate) letter: Option<Letter>,
}

impl Sealed {
    pub(super) fn of(letter: Letter) -> Self {
        Self { to: letter.to.as_str().to_owned(), problem: None, letter: Some(letter) }
    }

    /// Seals it for the row with this id.
    pub(crate) fn close(&self, id: MailId, with: Desktop<'_>) -> Result<Vec<u8>, Refusal> {
        let text = postcard::to_allocvec(self).map_err(LedgerError::from)?;
        Ok(with.secret.seal(&text, id.to_string().as_bytes(), random(with.env)?))
    }

    pub(super) fn open(id: MailId, sealed: &[u8], secret: &Secret) -> Result<Self, LedgerError> {
        let text = secret.open(sealed, id.to_string().as_bytes())?;
        Ok(postcard::from_bytes(&text)?)
    }
}
