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
use counterfoil_core::wire::foreign::{Ask, Exchange, Told};
use counterfoil_core::wire::native::Scope;
use http::HeaderValue;
use std::net::IpAddr;
use std::sync::Arc;

use super::App;
use crate::auth::{self, Brought, Principal};
use crate::ledger::{LicenseRow, Rows, Stamp, Txn};

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
    let now = app.env.now();
    let answer = match ask {
        Ask::Nothing => Ok(Told::Nothing),
        Ask::Look { license, identifier, is_check } => {
            let view = app.ledger.view();
            let principal = recognize(&*view, &caller, now)?;
            let visit = Visit { app, ip: caller.ip, principal, now };
            visit.look(&view, &**exchange, (&license, identifier.as_deref(), is_check))?
        }
        Ask::OldestOf { email } => {
            let view = app.ledger.view();
            let principal = recognize(&*view, &caller, now)?;
            let visit = Visit { app, ip: caller.ip, principal, now };
            visit.oldest_of(&view, &email)?
        }
        Ask::Product(name) => {
            let view = app.ledger.view();
            let principal = recognize(&*view, &caller, now)?;
            let visit = Visit { app, ip: caller.ip, principal, now };
            visit.find_product(&view, caller.host.as_ref(), &name)?;
            Ok(Told::Nothing)
        }
        Ask::Errand(errand) if errand.job.is_reading() => {
            let view = app.ledger.view();
            let principal = recognize(&*view, &caller, now)?;
            let kept = app.clone();
            // Thousands of rows are too many to look at between two other calls.
            let reading = tokio::task::spawn_blocking(move || {
                let visit = Visit { app: &kept, ip: caller.ip, principal, now };
                visit.read(&view, &errand)
            });
            Ok(Told::Errand(reading.await.map_err(|_| Refusal::unavailable())??))
        }
        Ask::Count { .. }
        | Ask::Activate { .. }
        | Ask::Deactivate { .. }
        | Ask::Change { .. }
        | Ask::Create(_)
        | Ask::Errand(_) => {
            let (kept, exchange) = (app.clone(), Arc::clone(exchange));
            let job = move |txn: &mut Txn<'_>| {
                let principal = recognize(txn, &caller, now)?;
                let visit = Visit { app: &kept, ip: caller.ip, principal, now };
                visit.write(txn, &*exchange, &ask)
            };
            app.ledger.transact(job).await?
        }
    };
    Ok(answer.map_or_else(|response| response, |told| exchange.tell(&told)))
}

impl Visit<'_> {
    /// Carries out what changes something.
    fn write(
        &self,
        txn: &mut Txn<'_>,
        exchange: &dyn Exchange,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        match ask {
            // What only reads never comes here.
            Ask::Nothing | Ask::Look { .. } | Ask::OldestOf { .. } | Ask::Product(_) => {
                Err(Refusal::unavailable())
            }
            Ask::Count { license } => self.count(txn, exchange, license),
            Ask::Activate { license, identifier, name } => {
                self.activate(txn, exchange, (license, identifier, name.as_deref()))
            }
            Ask::Deactivate { license, identifier, activation } => {
                let place = (license, identifier.as_deref(), activation.as_deref());
                self.deactivate(txn, exchange, place)
            }
            Ask::Change { license, change } => self.change(txn, exchange, (license, change)),
            Ask::Create(new) => self.create(txn, new),
            Ask::Errand(errand) => Ok(Ok(Told::Errand(self.run(txn, errand)?))),
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
