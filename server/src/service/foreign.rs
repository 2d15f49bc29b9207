//! What callers of the old systems ask, carried out by the same decisions as our own calls.
//!
//! Which dialect a call came in is not known here. An [`Exchange`] looks at the facts before
//! anything is written and may refuse in its own words; what came of the call it puts into its own
//! words too.

mod desk;
mod errands;
mod facts;
mod handing;
mod lists;
mod places;

use counterfoil_core::history::Actor;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::Response;
use counterfoil_core::wire::foreign::{Ask, Bulk, Command, Done, Errand, Exchange, Query, Told};
use counterfoil_core::wire::native::Scope;
use http::HeaderValue;
use std::net::IpAddr;
use std::sync::Arc;

use super::App;
use crate::auth::{self, Brought, Principal};
use crate::ledger::{LicenseRow, Rows, Stamp, Txn};

/// Things that one transaction of a bulk change takes: nobody else's waits long for it.
const BULK_PART: usize = 50;

/// Who makes a call.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Where the call comes from.
    pub ip: IpAddr,
    /// The host name that was asked for, as it was written.
    pub host: Option<HeaderValue>,
    /// The credential that came with it, where the call takes one.
    pub brought: Option<Brought>,
}

/// A caller who was recognized, and what answering takes.
struct Visit<'a> {
    app: &'a App,
    ip: IpAddr,
    /// Whose licenses there are; `None`: everybody's of the live mode, to whoever has the key.
    principal: Option<Principal>,
    now: Timestamp,
}

/// What a job answers: what came of it, or the exchange's own "no". Nothing was written then.
type Answer = Result<Told, Response>;

/// Whether a caller may ask at all.
///
/// # Errors
///
/// `unauthorized`, `forbidden`.
pub fn admit(app: &App, caller: &Caller) -> Result<(), Refusal> {
    recognize(&*app.ledger.view(), caller, app.env.now()).map(drop)
}

fn recognize(
    rows: &impl Rows,
    caller: &Caller,
    now: Timestamp,
) -> Result<Option<Principal>, Refusal> {
    let recognized = caller.brought.map(|brought| {
        let principal = auth::recognize(rows, &brought, now)?;
        // Where the license's key allows the call, it is the key that the history names.
        let actor = if brought.scope == Scope::Key { Actor::Key } else { principal.actor };
        Ok(Principal { actor, ..principal })
    });
    recognized.transpose()
}

/// Carries out what is asked, and has the exchange say what came of it.
///
/// # Errors
///
/// Whatever refuses it; the exchange has words for that too.
pub async fn answer(
    app: &App,
    caller: Caller,
    ask: Ask,
    exchange: &Arc<dyn Exchange>,
) -> Result<Response, Refusal> {
    let answer = match ask {
        Ask::Nothing => Ok(Told::Nothing),
        Ask::Query(query) => look_up(app, caller, query, &**exchange).await?,
        Ask::Command(command) => {
            let (kept, exchange) = (app.clone(), Arc::clone(exchange));
            let now = app.env.now();
            let job = move |txn: &mut Txn<'_>| {
                let principal = recognize(txn, &caller, now)?;
                let visit = Visit { app: &kept, ip: caller.ip, principal, now };
                visit.carry_out(txn, &*exchange, &command)
            };
            app.ledger.transact(job).await?
        }
        Ask::Bulk(errand) => Ok(Told::Errand(change_each(app, &caller, errand).await?)),
    };
    Ok(answer.map_or_else(|response| response, |told| exchange.tell(&told)))
}

/// Answers what changes nothing, from the last commit.
async fn look_up(
    app: &App,
    caller: Caller,
    query: Query,
    exchange: &dyn Exchange,
) -> Result<Answer, Refusal> {
    let (view, now) = (app.ledger.view(), app.env.now());
    let principal = recognize(&*view, &caller, now)?;
    let visit = Visit { app, ip: caller.ip, principal, now };
    match query {
        Query::Look { license, identifier, is_check } => {
            visit.look(&view, exchange, (&license, identifier.as_deref(), is_check))
        }
        Query::OldestOf { email } => visit.oldest_of(&view, &email),
        Query::Product(name) => {
            visit.find_product(&view, caller.host.as_ref(), &name)?;
            Ok(Ok(Told::Nothing))
        }
        Query::Lookup(errand) => {
            let kept = app.clone();
            // Thousands of rows are too many to look at between two other calls.
            let reading = tokio::task::spawn_blocking(move || {
                let visit = Visit { app: &kept, ip: caller.ip, principal, now };
                visit.look_up(&view, &errand)
            });
            Ok(Ok(Told::Errand(reading.await.map_err(|_| Refusal::unavailable())??)))
        }
    }
}

/// Changes many things, some in each transaction. When one fails, those before it are kept.
async fn change_each(
    app: &App,
    caller: &Caller,
    Errand { hidden, wanted: Bulk { ids, change } }: Errand<Bulk>,
) -> Result<Done, Refusal> {
    let ids: Vec<String> = ids.into_iter().collect();
    let mut count = 0_usize;
    for part in ids.chunks(BULK_PART) {
        let (kept, caller, part) = (app.clone(), caller.clone(), part.to_vec());
        let now = app.env.now();
        let job = move |txn: &mut Txn<'_>| {
            let principal = recognize(txn, &caller, now)?;
            let visit = Visit { app: &kept, ip: caller.ip, principal, now };
            visit.change_each(txn, hidden, (&part, change))
        };
        count = count.saturating_add(app.ledger.transact(job).await?);
    }
    Ok(Done::Count(count))
}

impl Visit<'_> {
    /// Carries out what changes something.
    fn carry_out(
        &self,
        txn: &mut Txn<'_>,
        exchange: &dyn Exchange,
        command: &Command,
    ) -> Result<Answer, Refusal> {
        match command {
            Command::Count { license } => self.count(txn, exchange, license),
            Command::Activate { license, identifier, name } => {
                self.activate(txn, exchange, (license, identifier, name.as_deref()))
            }
            Command::Deactivate { license, identifier, activation } => {
                let place = (license, identifier.as_deref(), activation.as_deref());
                self.deactivate(txn, exchange, place)
            }
            Command::Change { license, change } => self.change(txn, exchange, (license, change)),
            Command::Create(new) => self.create(txn, new),
            Command::Job(errand) => Ok(Ok(Told::Errand(self.run(txn, errand)?))),
        }
    }

    /// As whom the caller acts on a license. Whoever brought nothing has its key.
    fn by(&self, row: &LicenseRow) -> Principal {
        let LicenseRow { license, .. } = row;
        let (vendor, mode) = (license.vendor, license.mode);
        let holder = Principal { vendor, mode, product: None, actor: Actor::Key };
        self.principal.unwrap_or(holder)
    }

    /// How the history names whoever acts, now.
    fn stamp(&self, actor: Actor, entropy: [u8; 16]) -> Stamp<'_> {
        Stamp { actor, at: self.now, entropy, secret: &self.app.secret }
    }
}
