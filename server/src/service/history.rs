//! What happened, to one license or to all.

use counterfoil_core::id::EventId;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::Call;
use counterfoil_core::wire::native::admin::Page;
use counterfoil_core::wire::native::admin::history::{
    EventItem, HistoryItem, LicenseHistory, ListHistory, SubscribeEvents,
};

use super::App;
use super::desk::{Desk, part};
use super::listing::page;
use crate::auth::{Caller, authorize};
use crate::ledger::{HistoryRow, LedgerError, List, Lists, Rows, View};

/// Items that a subscription reads at a time.
const ITEMS_AT_ONCE: usize = 100;

fn item(id: EventId, row: HistoryRow) -> HistoryItem {
    HistoryItem {
        id,
        at: row.at,
        actor: row.actor.to_string(),
        kind: row.event.kind,
        from: row.event.from,
        to: row.event.to,
        data: row.event.data,
    }
}

/// Lists what happened to a license, oldest first.
///
/// # Errors
///
/// `license_not_found`.
pub fn list(
    desk: &Desk<'_>,
    view: &View,
    call: &LicenseHistory,
) -> Result<Page<HistoryItem>, Refusal> {
    let license = desk.license(view, &call.license)?.license;
    let items = List::history(license.id);
    let of = (license.vendor, license.mode);
    page(
        part(call.limit, call.cursor),
        |part| Ok(view.oldest(items, part)?),
        |number| {
            let id = EventId::new(number);
            let row = view.history_item(of, id)?.ok_or(LedgerError::Dangling("history item"))?;
            Ok(Some(item(id, row)))
        },
    )
}

/// Lists what happened to all licenses, newest first.
///
/// # Errors
///
/// Only when the store fails.
pub fn list_all(
    desk: &Desk<'_>,
    view: &View,
    call: &ListHistory,
) -> Result<Page<EventItem>, Refusal> {
    let of = (desk.by.vendor, desk.by.mode);
    page(
        part(call.limit, call.cursor),
        |part| Ok(view.newest_events(of, part, call.since)?),
        |number| {
            let id = EventId::new(number);
            let row = view.history_item(of, id)?.ok_or(LedgerError::Dangling("history item"))?;
            let is_own = desk.by.product.is_none_or(|product| row.product == product);
            let license = row.license;
            let passes = is_own && passes(call, &row);
            Ok(passes.then(|| item(id, row).of(license)))
        },
    )
}

fn passes(call: &ListHistory, row: &HistoryRow) -> bool {
    call.since.is_none_or(|since| row.at >= since)
        && call.until.is_none_or(|until| row.at < until)
        && call.actor.as_ref().is_none_or(|actor| row.actor.to_string() == *actor)
        && call.kind.as_ref().is_none_or(|kind| row.event.kind.word().starts_with(kind.as_str()))
}

/// Where a subscription begins: after the item that the call names, or after the last there is.
///
/// # Errors
///
/// `unauthorized`, `forbidden`.
pub fn begin(app: &App, caller: &Caller, call: &SubscribeEvents) -> Result<EventId, Refusal> {
    let view = app.ledger.view();
    let by = authorize(&*view, caller, SubscribeEvents::SCOPE, app.env.now())?;
    match call.after {
        Some(after) => Ok(after),
        None => Ok(view.last_event(by.vendor, by.mode)?),
    }
}

/// What happened after an item, as far as the caller sees it, and after which to go on.
#[derive(Debug)]
pub struct Happened {
    /// The items, oldest first.
    pub items: Vec<EventItem>,
    /// The last that was looked at.
    pub last: EventId,
    /// Whether there was nothing left to look at.
    pub is_all: bool,
}

/// Reads on after an item.
///
/// # Errors
///
/// `unauthorized`, `forbidden`: whoever may not listen any more hears nothing more.
pub fn after(app: &App, caller: &Caller, last: EventId) -> Result<Happened, Refusal> {
    let view = app.ledger.view();
    let by = authorize(&*view, caller, SubscribeEvents::SCOPE, app.env.now())?;
    let found = view.happened((by.vendor, by.mode), last, ITEMS_AT_ONCE)?;
    let is_all = found.len() < ITEMS_AT_ONCE;
    let last = found.last().map_or(last, |(id, _)| *id);
    let own = |row: &HistoryRow| by.product.is_none_or(|product| row.product == product);
    let items = found
        .into_iter()
        .filter(|(_, row)| own(row))
        .map(|(id, row)| (row.license, item(id, row)))
        .map(|(license, item)| item.of(license))
        .collect();
    Ok(Happened { items, last, is_all })
}
