//! What happened: to one license, or as it happens.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{EXACT_MAX, Page};
use crate::history::EventKind;
use crate::id::{EventId, LicenseId};
use crate::license::Status;
use crate::prelude::*;
use crate::schema::described;
use crate::time::Timestamp;
use crate::wire::native::{Call, Cursor, ListLimit, Param, Problem, Reference, WholeNumber, calls};

/// What subscribers of `admin.events` are sent.
pub const EVENT_NOTIFICATION: &str = "admin.event";

/// Ends a subscription of `admin.events`.
pub const UNSUBSCRIBE_EVENTS: &str = UnsubscribeEvents::METHOD;

calls! {
    /// `admin.license.history`: lists all that happened to a license, oldest first.
    ///
    /// Nothing is ever changed or taken away in it, and there is never a key in it.
    LicenseHistory "admin.license.history" LicensesRead -> Page<HistoryItem> | license_not_found {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.history.list`: lists what happened to any license, newest first.
    ///
    /// Filters add up. With one, a part may hold fewer than `limit` items and still have a `nextCursor`:
    /// the last part is the one without.
    ListHistory "admin.history.list" LicensesRead -> Page<EventItem> {
        /// Only what was done by this one: a token's or a customer's id, `key`, or `system`.
        actor "actor": Option<String>,
        /// Only what is of this type, or of those that begin like this: `license.`.
        kind "type": Option<String>,
        /// Only what happened then or later.
        since "since": Option<Timestamp>,
        /// Only what happened before.
        until "until": Option<Timestamp>,
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.events`: pushes what happens to licenses, as it happens, over a WebSocket.
    ///
    /// Answers the subscription's id; then each event comes as a notification `admin.event` with
    /// `params.subscription` and `params.result`. `admin.unsubscribeEvents` or closing the socket ends it,
    /// and so does a token that ends: then the last notification has `params.error`. By POST it is refused.
    SubscribeEvents "admin.events" EventsRead -> SubscriptionId | invalid_request
        => EventItem as EVENT_NOTIFICATION until UNSUBSCRIBE_EVENTS {
        /// Begins after this event, with what happened since, so that a lost connection loses nothing.
        /// Without it: with what happens next.
        after "after": Option<EventId>,
    }

    /// `admin.unsubscribeEvents`: ends a subscription of `admin.events`, over the same WebSocket.
    ///
    /// Answers whether there was one of this id on this socket. By POST it is refused.
    UnsubscribeEvents "admin.unsubscribeEvents" Connection -> bool | invalid_request {
        /// The id that `admin.events` answered.
        subscription "subscription": SubscriptionId,
    }
}

/// What `admin.events` answers, and each of its notifications carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubscriptionId(u64);

impl SubscriptionId {
    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

described!(SubscriptionId {
    "description": "The subscription's id.",
    "type": "integer",
    "minimum": 0,
    "maximum": EXACT_MAX,
});

impl Param for SubscriptionId {
    fn read(value: Value) -> Result<Self, Problem> {
        WholeNumber::<0, EXACT_MAX>::read(value).map(|number| Self(number.value()))
    }

    fn write(&self) -> Value {
        self.0.into()
    }
}

/// One thing that happened to a license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HistoryItem {
    /// `evt_…`, in order.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// Who did it: a token's id, `key` for whoever had the license key, `payments` for a payment
    /// provider's webhook, `system`.
    pub actor: String,
    /// What.
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventItem {
    /// `evt_…`, in order.
    pub id: EventId,
    /// To which license.
    pub license: LicenseId,
    /// When.
    pub at: Timestamp,
    /// Who did it: a token's id, `key` for whoever had the license key, `payments` for a payment
    /// provider's webhook, `system`.
    pub actor: String,
    /// What.
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
