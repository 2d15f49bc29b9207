//! `admin.events`: what happens, as it happens, over a web socket.

use counterfoil_core::id::EventId;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::Call;
use counterfoil_core::wire::native::admin::history::{
    EVENT_NOTIFICATION, EventItem, SubscribeEvents, UNSUBSCRIBE_EVENTS,
};
use jsonrpsee::core::server::SubscriptionCloseResponse;
use jsonrpsee::core::{RegisterMethodError, SubscriptionError};
use jsonrpsee::{PendingSubscriptionSink, SubscriptionMessage, SubscriptionSink};
use serde_json::value::RawValue;
use std::sync::Arc;

use super::registry::{Registry, admit};
use super::{context, error_object, params};
use crate::auth::Caller;
use crate::service::{self, App, history};

pub(super) fn register(registry: &mut Registry) -> Result<(), RegisterMethodError> {
    let meter = Arc::new(registry.gate.meter::<SubscribeEvents>());
    registry.module.register_subscription(
        SubscribeEvents::METHOD,
        EVENT_NOTIFICATION,
        UNSUBSCRIBE_EVENTS,
        move |params, pending, app, extensions| {
            let meter = Arc::clone(&meter);
            async move {
                let began = meter.begin();
                let begun = context(&extensions).and_then(|context| {
                    let begun = admit::<SubscribeEvents>(&meter, &app, context).and_then(|()| {
                        let call = params::read::<SubscribeEvents>(&params)?;
                        history::begin(&app, &context.caller, &call)
                    });
                    meter.end(context, began, begun.as_ref().err());
                    Ok((context.caller, begun?))
                });
                match begun {
                    Ok((caller, after)) => listen(&app, caller, after, pending).await,
                    Err(refusal) => {
                        pending.reject(error_object(&refusal)).await;
                        SubscriptionCloseResponse::None
                    }
                }
            }
        },
    )?;
    Ok(())
}

/// Sends what happened and what happens until the caller goes away or may not listen any more.
async fn listen(
    app: &App,
    caller: Caller,
    mut last: EventId,
    pending: PendingSubscriptionSink,
) -> SubscriptionCloseResponse {
    // From before the first reading on, so that nothing falls between the two.
    let mut commits = app.ledger.commits();
    let Ok(sink) = pending.accept().await else { return SubscriptionCloseResponse::None };
    loop {
        commits.mark_unchanged();
        let happened = match history::after(app, &caller, last) {
            Ok(happened) => happened,
            Err(refusal) => return ended(&refusal),
        };
        for item in &happened.items {
            // A slow reader may take long over the one before.
            if let Err(refusal) = service::admit(app, &caller, SubscribeEvents::SCOPE) {
                return ended(&refusal);
            }
            if send(&sink, item).await.is_err() {
                return SubscriptionCloseResponse::None;
            }
        }
        last = happened.last;
        // A long stretch of history may hold nothing that the caller sees.
        if sink.is_closed() {
            return SubscriptionCloseResponse::None;
        }
        tokio::task::yield_now().await;
        if happened.is_all {
            tokio::select! {
                () = sink.closed() => return SubscriptionCloseResponse::None,
                changed = commits.changed() => if changed.is_err() {
                    return SubscriptionCloseResponse::None;
                },
            }
        }
    }
}

async fn send(sink: &SubscriptionSink, item: &EventItem) -> Result<(), ()> {
    let text = serde_json::value::to_raw_value(item).map_err(drop)?;
    sink.send(SubscriptionMessage::from(text)).await.map_err(drop)
}

/// The last message of a subscription: why it ended.
fn ended(refusal: &Refusal) -> SubscriptionCloseResponse {
    match serde_json::value::to_raw_value(&error_object(refusal)) {
        Ok(error) => SubscriptionCloseResponse::NotifErr(SubscriptionError::from_json(error)),
        Err(_) => SubscriptionCloseResponse::None,
    }
}

/// The parameters of `admin.unsubscribeEvents`, given by name as everywhere here, in the one
/// form that jsonrpsee reads.
pub(super) fn positional(params: &RawValue) -> Option<Box<RawValue>> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct ByName<'a> {
        #[serde(borrow)]
        subscription: &'a RawValue,
    }
    let named: ByName<'_> = serde_json::from_str(params.get()).ok()?;
    serde_json::value::to_raw_value(&[named.subscription]).ok()
}
