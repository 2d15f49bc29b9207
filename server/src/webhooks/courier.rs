//! Takes deliveries to their webhooks, many at a time and few to each, so that a slow receiver
//! delays no other.
//!
//! A delivery is sent at least once: a crash before its end is kept repeats it, under the same id.
//! Those of one webhook may overtake each other.

use counterfoil_core::id::{DeliveryId, WebhookId};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::admin::webhook::{DeliveryStatus, DisabledFor};
use futures_util::FutureExt;
use std::collections::HashMap;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::{Id, JoinError, JoinSet};

use super::outcome::settle;
use super::post::{Answer, Message, Sender};
use super::{Resolver, Rules};
use crate::env::{Env, random};
use crate::ledger::{Attempt, Contents, DeliveryRow, Ledger, LedgerError, Webhooks};
use crate::metrics::Metrics;
use crate::secret::Secret;

/// Deliveries under way at a time.
const AT_ONCE: usize = 256;

/// Of these to one webhook.
const AT_ONCE_EACH: usize = 4;

/// How long those get that are under way when the server goes down.
const LAST_TIME_MAX: Duration = Duration::from_secs(3);

/// Deliveries that are forgotten in one transaction.
const FORGOTTEN_AT_ONCE: usize = 200;

/// Seconds to wait when the store itself fails.
const STORE_WAIT_SECONDS: i64 = 10;

/// Carries deliveries until it is told to stop.
pub(crate) struct Courier {
    ledger: Ledger,
    secret: Arc<Secret>,
    metrics: Arc<Metrics>,
    sender: Arc<Sender>,
}

impl std::fmt::Debug for Courier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Courier")
    }
}

/// What is under way.
#[derive(Default)]
struct Trips {
    tasks: JoinSet<Landed>,
    of: HashMap<Id, (WebhookId, DeliveryId)>,
    /// How it stands with webhooks of which there is something to remember.
    manners: HashMap<WebhookId, Manner>,
    /// Until when the store is left alone.
    held_until: Option<Timestamp>,
}

/// How it stands with a webhook.
#[derive(Default)]
struct Manner {
    under_way: Vec<DeliveryId>,
    /// Whether the last delivery was not taken: one at a time will do.
    is_shaky: bool,
    /// Until when it wants to be left alone.
    held_until: Option<Timestamp>,
}

impl Manner {
    fn has_room(&self, now: Timestamp) -> bool {
        let most = if self.is_shaky { 1 } else { AT_ONCE_EACH };
        self.under_way.len() < most && self.held_until.is_none_or(|until| until <= now)
    }

    fn is_forgettable(&self, now: Timestamp) -> bool {
        let is_held = self.held_until.is_some_and(|until| now < until);
        self.under_way.is_empty() && !self.is_shaky && !is_held
    }
}

/// How a trip ended.
#[derive(Default)]
struct Landed {
    is_taken: bool,
    /// Until when the webhook wants to be left alone.
    held_until: Option<Timestamp>,
}

impl Trips {
    /// Takes the end of a trip into account.
    fn land(&mut self, ended: Result<(Id, Landed), JoinError>, now: Timestamp) {
        let (id, landed) = ended.unwrap_or_else(|error| (error.id(), Landed::default()));
        let Some((webhook, delivery)) = self.of.remove(&id) else { return };
        let Some(manner) = self.manners.get_mut(&webhook) else { return };
        manner.under_way.retain(|one| *one != delivery);
        manner.is_shaky = !landed.is_taken;
        manner.held_until = landed.held_until.or(manner.held_until);
        if manner.is_forgettable(now) {
            self.manners.remove(&webhook);
        }
    }

    /// When the first webhook that wanted to be left alone no longer does.
    fn next_let_go(&self, now: Timestamp) -> Option<Timestamp> {
        let held = self.manners.values().filter_map(|manner| manner.held_until);
        held.filter(|until| now < *until).min()
    }
}

impl Courier {
    pub(crate) fn new(
        (ledger, secret, env): (Ledger, Arc<Secret>, Arc<dyn Env>),
        metrics: Arc<Metrics>,
        (rules, resolver): (Rules, Arc<dyn Resolver>),
    ) -> Self {
        let sender = Arc::new(Sender::new(rules, resolver, env));
        Self { ledger, secret, metrics, sender }
    }

    /// Carries deliveries, over and over, until `stop` fires.
    pub(crate) async fn run(self, stop: oneshot::Receiver<()>) {
        let this = Arc::new(self);
        let mut stop = stop.map(drop).shared();
        let mut trips = Trips::default();
        let mut commits = this.ledger.commits();
        loop {
            commits.borrow_and_update();
            let until = this.set_out(&mut trips).await;
            tokio::select! {
                () = &mut stop => break,
                ended = trips.tasks.join_next_with_id(), if !trips.tasks.is_empty() => {
                    if let Some(ended) = ended {
                        trips.land(ended, this.now());
                    }
                }
                () = this.reaches(until) => {}
                changed = commits.changed() => if changed.is_err() { break },
            }
        }
        // What does not end in time is sent again by the next start.
        let rest = async { while trips.tasks.join_next().await.is_some() {} };
        drop(tokio::time::timeout(LAST_TIME_MAX, rest).await);
    }

    fn now(&self) -> Timestamp {
        self.sender.env.now()
    }

    async fn reaches(&self, until: Option<Timestamp>) {
        match until {
            Some(at) => self.sender.env.reaches(at).await,
            None => pending().await,
        }
    }

    /// Sends what is due, as far as there is room, and forgets what is over; gives the time at which
    /// there will be more to do.
    async fn set_out(self: &Arc<Self>, trips: &mut Trips) -> Option<Timestamp> {
        let now = self.now();
        if let Some(until) = trips.held_until.filter(|until| now < *until) {
            return Some(until);
        }
        let done = async {
            self.forget(now).await?;
            self.send_due(trips, now)
        };
        match done.await {
            Ok(next) => [next, trips.next_let_go(now)].into_iter().flatten().min(),
            Err(refusal) => {
                tracing::error!("webhooks wait: {}", refusal.message());
                trips.held_until = Some(now.saturating_add(STORE_WAIT_SECONDS));
                trips.held_until
            }
        }
    }

    /// Forgets what is over.
    async fn forget(&self, now: Timestamp) -> Result<(), Refusal> {
        while self.ledger.view().next_forgetting()?.is_some_and(|at| at <= now) {
            self.ledger
                .transact(move |txn| Ok(txn.forget_deliveries(now, FORGOTTEN_AT_ONCE)?))
                .await?;
        }
        Ok(())
    }

    /// Sends what is due, as far as there is room.
    fn send_due(
        self: &Arc<Self>,
        trips: &mut Trips,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Refusal> {
        let view = self.ledger.view();
        while trips.of.len() < AT_ONCE {
            // Those that are busy, and one more.
            let count = trips.manners.len().saturating_add(1);
            let mut found = None;
            for webhook in view.webhooks_due(now, count)? {
                let manner = trips.manners.entry(webhook).or_default();
                if manner.has_room(now) {
                    let count = manner.under_way.len().saturating_add(1);
                    let due = view.deliveries_due_for(webhook, now, count)?;
                    found = due.into_iter().find(|one| !manner.under_way.contains(one));
                }
                if let Some(delivery) = found {
                    manner.under_way.push(delivery);
                    let trip = Arc::clone(self).carry(webhook, delivery);
                    trips.of.insert(trips.tasks.spawn(trip).id(), (webhook, delivery));
                    break;
                }
            }
            if found.is_none() {
                break;
            }
        }
        let next = [view.next_delivery_after(now)?, view.next_forgetting()?];
        Ok(next.into_iter().flatten().min())
    }

    /// Sends a delivery once, and keeps what came of it.
    async fn carry(self: Arc<Self>, webhook: WebhookId, delivery: DeliveryId) -> Landed {
        match self.attempt(webhook, delivery).await {
            Ok(landed) => landed,
            Err(refusal) => {
                tracing::error!("{delivery} cannot be sent or kept: {}", refusal.message());
                let wait = self.now().saturating_add(STORE_WAIT_SECONDS);
                Landed { is_taken: false, held_until: Some(wait) }
            }
        }
    }

    async fn attempt(&self, webhook: WebhookId, delivery: DeliveryId) -> Result<Landed, Refusal> {
        let (hook, row) = {
            let view = self.ledger.view();
            (
                view.webhook(webhook)?.filter(|hook| hook.disabled.is_none()),
                view.delivery(delivery)?,
            )
        };
        // It was switched off or deleted since it was looked up.
        let Some(hook) = hook else { return Ok(Landed { is_taken: true, held_until: None }) };
        let row = row.ok_or(LedgerError::Dangling("delivery"))?;
        let Ok(contents) = row.contents(&self.secret) else {
            self.give_up(delivery).await?;
            return Ok(Landed { is_taken: true, held_until: None });
        };
        let (at, began) = (self.now(), self.sender.env.monotonic());
        let target = hook.target(&self.secret)?;
        let signing = target.signing_at(at);
        let headers = hook.format.headers(&signing, (row.event, at), &contents.body);
        let Contents { body, .. } = contents;
        let message = Message { url: target.url, format: hook.format, headers, body };
        let answer = self.sender.send(message, at).await;
        let took = self.sender.env.monotonic().saturating_sub(began);
        let landed = Landed {
            is_taken: answer.is_taken(),
            held_until: answer.holds().map(|seconds| self.now().saturating_add(seconds)),
        };
        let attempt = Attempt {
            at,
            duration: u32::try_from(took.as_millis()).unwrap_or(u32::MAX),
            status: answer.status,
            response: answer.text.clone(),
            problem: answer.trouble(),
        };
        self.keep((webhook, delivery), answer, attempt).await?;
        Ok(landed)
    }

    /// Gives a delivery up of which nobody can tell any more what it says.
    async fn give_up(&self, delivery: DeliveryId) -> Result<(), Refusal> {
        tracing::error!("{delivery} was altered from outside: it is sent to nobody");
        let now = self.now();
        let given_up = self.ledger.transact(move |txn| {
            if let Some(row) = txn.delivery(delivery)? {
                let status = DeliveryStatus::Failed;
                txn.put_delivery(&DeliveryRow { status, next_at: now, ..row })?;
            }
            Ok(())
        });
        given_up.await
    }

    /// Keeps what came of an attempt. Both may have been changed, or be gone, since it began.
    async fn keep(
        &self,
        (webhook, delivery): (WebhookId, DeliveryId),
        answer: Answer,
        attempt: Attempt,
    ) -> Result<(), Refusal> {
        let env = &*self.sender.env;
        let (now, entropy, nonce) = (self.now(), random(env)?, random(env)?);
        let (secret, metrics) = (Arc::clone(&self.secret), Arc::clone(&self.metrics));
        let kept = self.ledger.transact(move |txn| {
            let (Some(hook), Some(mut row)) = (txn.webhook(webhook)?, txn.delivery(delivery)?)
            else {
                return Ok(None);
            };
            if row.status != DeliveryStatus::Pending {
                return Ok(None);
            }
            let mut settled = hook.clone();
            let mut contents = row.contents(&secret)?;
            contents.add(attempt);
            let became = settle(&mut row, &mut settled, &answer, (now, entropy));
            row.sealed = contents.seal(row.id, &secret, nonce)?;
            txn.put_delivery(&row)?;
            if settled != hook {
                txn.put_webhook(&settled)?;
            }
            metrics.webhook_attempted(became);
            Ok(settled.disabled.filter(|_| hook.disabled.is_none()))
        });
        match kept.await? {
            Some((DisabledFor::Gone, _)) => {
                tracing::warn!("{webhook} answered 410 and is switched off");
            }
            Some((DisabledFor::Failing | DisabledFor::Manual, _)) => {
                tracing::warn!("nothing reached {webhook} for five days, and it is switched off");
            }
            None => {}
        }
        Ok(())
    }
}

/// What waits to be sent, and for how many seconds the first has been due at `now`.
pub(crate) fn waiting(ledger: &Ledger, now: Timestamp) -> Result<(u64, i64), LedgerError> {
    let view = ledger.view();
    let late = view.due_since()?.map_or(0, |at| now.unix().saturating_sub(at.unix()));
    Ok((view.count_pending()?, late.max(0)))
}
