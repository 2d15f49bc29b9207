//! Mail to customers: what is waiting, what was sent, and what could not be.

use serde::{Deserialize, Serialize};

use super::Page;
use super::template::Template;
use crate::id::MailId;
use crate::prelude::*;
use crate::text::{Email, IdempotencyKey};
use crate::time::Timestamp;
use crate::wire::native::{Cursor, ListLimit, Reference, Update, calls};

calls! {
    /// `admin.mail.status`: tells whether mail is sent, and how much of it waits.
    ///
    /// While the server has no mail server nothing is queued: what happens meanwhile is never mailed.
    GetMailStatus "admin.mail.status" LicensesRead -> MailStatus {}

    /// `admin.mail.update`: changes whom customers answer to.
    ///
    /// What is left out stays as it is; null clears. Whom mail comes from is the operator's to say.
    UpdateMail "admin.mail.update" LicensesWrite -> MailStatus {
        /// Where answers go; null: to whom the mail comes from.
        reply_to "replyTo": Update<Option<Email>>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.mail.list`: lists mail, newest first.
    ///
    /// What was sent is forgotten after 30 days, what could not be sent after 90.
    ListMail "admin.mail.list" LicensesRead -> Page<MailView> {
        /// Only what stands so.
        state "state": Option<MailState>,
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.mail.retry`: puts mail that could not be sent back into the queue.
    ///
    /// It is tried at once, and as often again as new mail. What waits already goes on waiting.
    RetryMail "admin.mail.retry" LicensesWrite -> MailView | not_found {
        /// The mail: an id.
        mail "mail": Reference,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }
}

/// How far a letter got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum MailState {
    /// It waits to be sent, for the first time or again.
    Queued,
    /// The mail server took it.
    Sent,
    /// It cannot be sent, and nobody tries any more.
    Dead,
}

impl MailState {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Dead => "dead",
        }
    }
}

/// How mail fares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MailStatus {
    /// Whether the server has a mail server and sends.
    pub configured: bool,
    /// Whom mail comes from; null while it is not configured.
    pub from: Option<String>,
    /// Where answers go; null: to whom the mail comes from.
    pub reply_to: Option<Email>,
    /// How much of the vendor's mail waits to be sent.
    pub queued: u64,
    /// How much could not be sent.
    pub dead: u64,
    /// Why none is sent at the moment, as a sentence; null: nothing is wrong.
    pub problem: Option<String>,
}

/// A letter as the desk sees it, without what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Mail"))]
pub struct MailView {
    /// Its id; its `Message-ID` begins with it.
    pub id: MailId,
    /// Of which kind it is.
    pub template: Template,
    /// To whom.
    pub to: String,
    /// How far it got.
    pub state: MailState,
    /// How often the mail server was asked to take it and did not. Times at which that could not be
    /// reached at all do not count.
    pub attempts: u32,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it is tried next; null: never.
    pub next_attempt_at: Option<Timestamp>,
    /// When the mail server took it; null: not yet.
    pub sent_at: Option<Timestamp>,
    /// What went wrong the last time, as a sentence; null: nothing.
    pub problem: Option<String>,
}
