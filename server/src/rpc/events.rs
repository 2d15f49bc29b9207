//! `admin.events`: what happens, as it happens, over a web socket.

use counterfoil_core::id::EventId;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::Call;
use counterfoil_core::wire::native::admin::history::{
    EVENT_NOTIFICATION, SubscribeEvents, UnsubscribeEvents,
};
use jsonrpsee::core::RegisterMethodError;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

use super::registry::{Registry, admit};
use super::{context, error_object, params};
use crate::auth::Caller;
use crate::env::random;
use crate::service::{self, App, history};

/// Most subscriptions of one socket: each commit wakes every one.
const SUBSCRIPTIONS_MAX: usize = 16;

/// A socket's subscriptions, and where their notifications go.
#[derive(Debug)]
pub(super) struct Subscriptions {
    outgoing: mpsc::Sender<String>,
    open: Mutex<HashMap<u64, AbortHandle>>,
}

/// What the calls of one message on a socket begin. Each starts only once its answer is sent, so
/// that nobody hears of a subscription before its id.
#[derive(Clone, Debug)]
pub(super) struct Message {
    subscriptions: Arc<Subscriptions>,
    begun: Arc<Mutex<Vec<oneshot::Sender<()>>>>,
}

impl Subscriptions {
    pub(super) fn new(outgoing: mpsc::Sender<String>) -> Self {
        Self { outgoing, open: Mutex::default() }
    }

    /// Ends all of them.
    pub(super) fn end(&self) {
        for (_, subscription) in self.open.lock().iter_mut().flat_map(|open| open.drain()) {
            subscription.abort();
        }
    }
}

impl Message {
    pub(super) fn on(subscriptions: &Arc<Subscriptions>) -> Self {
        Self { subscriptions: Arc::clone(subscriptions), begun: Arc::default() }
    }

    /// Lets what was begun start, now that its answer is sent.
    pub(super) fn is_answered(&self) {
        for start in self.begun.lock().iter_mut().flat_map(|begun| begun.drain(..)) {
            // It may have been ended in the same message.
            let _ = start.send(());
        }
    }

    fn subscribe(&self, app: &App, caller: Caller, after: EventId) -> Result<u64, Refusal> {
        let Ok(mut open) = self.subscriptions.open.lock() else {
            return Err(Refusal::unavailable());
        };
        open.retain(|_, subscription| !subscription.is_finished());
        if open.len() >= SUBSCRIPTIONS_MAX {
            return Err(Refusal::unavailable());
        }
        // Every JSON reader keeps 53 bits exact.
        let id = u64::from_le_bytes(random(&*app.env)?) >> 11;
        let (start, started) = oneshot::channel();
        let listening = Listening {
            app: app.clone(),
            caller,
            id,
            last: after,
            outgoing: self.subscriptions.outgoing.clone(),
        };
        let subscription = tokio::spawn(async move {
            if started.await.is_ok() {
                listening.run().await;
            }
        });
        open.insert(id, subscription.abort_handle());
        if let Ok(mut begun) = self.begun.lock() {
            begun.push(start);
        }
        Ok(id)
    }

    /// Ends a subscription; says whether there was one.
    fn unsubscribe(&self, id: u64) -> bool {
        let ended = self.subscriptions.open.lock().ok().and_then(|mut open| open.remove(&id));
        ended.inspect(AbortHandle::abort).is_some_and(|ended| !ended.is_finished())
    }
}

pub(super) fn register(registry: &mut Registry) -> Result<(), RegisterMethodError> {
    let meter = registry.gate.meter::<SubscribeEvents>();
    registry.module.register_method(SubscribeEvents::METHOD, move |params, app, extensions| {
        let answer = context(extensions).and_then(|context| {
            let began = meter.begin();
            let answer = admit::<SubscribeEvents>(&meter, app, context).and_then(|()| {
                let message = extensions.get::<Message>().ok_or(Refusal::NeedsSocket)?;
                let call = params::read::<SubscribeEvents>(&params)?;
                let after = history::begin(app, &context.caller, &call)?;
                message.subscribe(app, context.caller, after)
            });
            meter.end(context, began, answer.as_ref().err());
            answer
        });
        answer.map_err(|refusal| error_object(&refusal))
    })?;
    let meter = registry.gate.meter::<UnsubscribeEvents>();
    registry.module.register_method(
        UnsubscribeEvents::METHOD,
        move |params, app, extensions| {
            let answer = context(extensions).and_then(|context| {
                let began = meter.begin();
                let answer = admit::<UnsubscribeEvents>(&meter, app, context).and_then(|()| {
                    let message = extensions.get::<Message>().ok_or(Refusal::NeedsSocket)?;
                    let call = params::read::<UnsubscribeEvents>(&params)?;
                    Ok(message.unsubscribe(call.subscription.number()))
                });
                meter.end(context, began, answer.as_ref().err());
                answer
            });
            answer.map_err(|refusal| error_object(&refusal))
        },
    )?;
    Ok(())
}

/// One subscription.
struct Listening {
    app: App,
    caller: Caller,
    id: u64,
    /// What was looked at last.
    last: EventId,
    outgoing: mpsc::Sender<String>,
}

impl Listening {
    /// Sends what happened and what happens until the socket goes away or the caller may not listen
    /// any more, which it is told last.
    async fn run(mut self) {
        if let Err(refusal) = self.listen().await {
            self.send("error", &error_object(&refusal)).await;
        }
    }

    async fn listen(&mut self) -> Result<(), Refusal> {
        // From before the first reading on, so that nothing falls between the two.
        let mut commits = self.app.ledger.commits();
        loop {
            commits.mark_unchanged();
            let happened = history::after(&self.app, &self.caller, self.last)?;
            for item in &happened.items {
                // A slow reader may take long over the one before.
                service::admit(&self.app, &self.caller, SubscribeEvents::SCOPE)?;
                if !self.send("result", item).await {
                    return Ok(());
                }
            }
            self.last = happened.last;
            if !happened.is_all {
                // A long stretch of history may hold nothing that the caller sees.
                tokio::task::yield_now().await;
            } else if commits.changed().await.is_err() {
                return Ok(());
            }
        }
    }

    /// Hands a notification to the socket; says whether that is still there.
    async fn send(&self, member: &str, value: &impl Serialize) -> bool {
        let Ok(value) = serde_json::to_string(value) else { return false };
        let (method, id) = (EVENT_NOTIFICATION, self.id);
        let notification = format!(
            r#"{{"jsonrpc":"2.0","method":"{method}","params":{{"subscription":{id},"{member}":{value}}}}}"#
        );
        self.outgoing.send(notification).await.is_ok()
    }
}
