//! What happened: to one license, or as it happens.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Page;
use crate::history::EventKind;
use crate::id::{EventId, LicenseId};
use crate::license::Status;
use crate::time::Timestamp;
use crate::wire::native::{Cursor, ListLimit, Reference, calls};

/// What subscribers of `admin.events` are sent.
pub const EVENT_NOTIFICATION: &str = "admin.event";

/// Ends a subscription of `admin.events`.
pub const UNSUBSCRIBE_EVENTS: &str = "admin.unsubscribeEvents";

calls! {
    /// `admin.license.history`: all that happened to a license, oldest first. Nothing is ever
    /// changed or taken away in it.
    LicenseHistory "admin.license.history" LicensesRead -> Page<HistoryItem> {
        /// Id, key or alias.
        license "license": Reference,
        /// How many; 50 where nothing is said.
        limit "limit": ListLimit,
        /// Where to go on.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.events`: a subscription to what happens to licenses, over a web socket. Each comes
    /// as a notification `admin.event`; `admin.unsubscribeEvents` ends it.
    SubscribeEvents "admin.events" EventsRead -> EventItem {
        /// Begins after this item, with what happened since; without it, with what happens next.
        after "after": Option<EventId>,
    }
}

/// One thing that happened to a license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryItem {
    /// `evt_…`, in order.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// Who did it: a token's id, `key` for whoever had the license key, `system`.
    pub actor: String,
    /// What: `license.suspended`, `activation.created`, …
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// The license's status before it; null: there was no license.
    pub from: Option<Status>,
    /// The status after it.
    pub to: Status,
    /// What else there is to know; the members depend on the type.
    pub data: Map<String, Value>,
}

/// One thing that happened, and to which license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventItem {
    /// `evt_…`, in order.
    pub id: EventId,
    /// To which license.
    pub license: LicenseId,
    /// When.
    pub at: Timestamp,
    /// Who did it: a token's id, `key` for whoever had the license key, `system`.
    pub actor: String,
    /// What: `license.suspended`, `activation.created`, …
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// The license's status before it; null: there was no license.
    pub from: Option<Status>,
    /// The status after it.
    pub to: Status,
    /// What else there is to know; the members depend on the type.
    pub data: Map<String, Value>,
}

impl HistoryItem {
    /// The item with the license it is about.
    pub fn of(self, license: LicenseId) -> EventItem {
        let Self { id, at, actor, kind, from, to, data } = self;
        EventItem { id, license, at, actor, kind, from, to, data }
    }
}
