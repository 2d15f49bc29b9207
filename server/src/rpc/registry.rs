//! Registering core's calls with jsonrpsee. Each passes the gate, then says who calls, then what.

use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::Call;
use jsonrpsee::RpcModule;
use jsonrpsee::core::RegisterMethodError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

use super::{context, error_object, params};
use crate::auth::Caller;
use crate::gate::{Context, Gate, Meter};
use crate::service::{self, App, Changing, Checking, Showing};

/// The methods as they are being registered.
pub(super) struct Registry {
    pub(super) module: RpcModule<App>,
    pub(super) gate: Gate,
}

/// Registers a call of shipped software that only reads, to be answered where it arrived. It
/// answers instead of refusing when nobody has its key; `is_unknown` tells such an answer.
pub(super) fn checks<C>(
    registry: &mut Registry,
    serve: fn(&App, &Context, &C) -> Result<C::Answer, Refusal>,
    is_unknown: fn(&C::Answer) -> bool,
) -> Result<(), RegisterMethodError>
where
    C: Call + 'static,
    C::Answer: Clone + Send + 'static,
{
    let meter = registry.gate.meter::<C>();
    registry.module.register_method(C::METHOD, move |params, app, extensions| {
        let answer = context(extensions).and_then(|context| {
            let began = meter.begin();
            let answer = meter
                .admit(context)
                .and_then(|()| params::read::<C>(&params))
                .and_then(|call| serve(app, context, &call));
            if answer.as_ref().is_ok_and(is_unknown) {
                meter.unknown_key(context);
            }
            meter.end(context, began, answer.as_ref().err());
            answer
        });
        answer.map_err(|refusal| error_object(&refusal))
    })?;
    Ok(())
}

/// Registers a call of the desk that only reads.
pub(super) fn shows<C>(registry: &mut Registry, job: Showing<C>) -> Result<(), RegisterMethodError>
where
    C: Call + 'static,
    C::Answer: Clone + Send + 'static,
{
    let meter = registry.gate.meter::<C>();
    registry.module.register_method(C::METHOD, move |params, app, extensions| {
        let answer = context(extensions).and_then(|context| {
            let began = meter.begin();
            let answer = admit::<C>(&meter, app, context).and_then(|()| {
                service::show(app, &context.caller, &params::read::<C>(&params)?, job)
            });
            meter.end(context, began, answer.as_ref().err());
            answer
        });
        answer.map_err(|refusal| error_object(&refusal))
    })?;
    Ok(())
}

/// Registers a call that is answered later: when it changes something, once that is kept.
pub(super) fn writes<C, F>(
    registry: &mut Registry,
    serve: impl Fn(App, Caller, C) -> F + Copy + Send + Sync + 'static,
) -> Result<(), RegisterMethodError>
where
    C: Call + Send + 'static,
    C::Answer: Clone + Send + 'static,
    F: Future<Output = Result<C::Answer, Refusal>> + Send + 'static,
{
    writes_in_context(registry, move |app, context, call| serve(app, context.caller, call))
}

/// As [`writes`], for a call that asks for more than its caller.
pub(super) fn writes_in_context<C, F>(
    registry: &mut Registry,
    serve: impl Fn(App, &Context, C) -> F + Copy + Send + Sync + 'static,
) -> Result<(), RegisterMethodError>
where
    C: Call + Send + 'static,
    C::Answer: Clone + Send + 'static,
    F: Future<Output = Result<C::Answer, Refusal>> + Send + 'static,
{
    let meter: Arc<Meter> = Arc::new(registry.gate.meter::<C>());
    registry.module.register_async_method(C::METHOD, move |params, app, extensions| {
        let meter = Arc::clone(&meter);
        let began = meter.begin();
        let call = context(&extensions)
            .and_then(|context| admit::<C>(&meter, &app, context))
            .and_then(|()| params::read::<C>(&params));
        async move {
            let answer = async {
                let serving = serve((*app).clone(), context(&extensions)?, call?);
                serving.await
            };
            let answer = answer.await;
            if let Ok(context) = context(&extensions) {
                meter.end(context, began, answer.as_ref().err());
            }
            answer.map_err(|refusal| error_object(&refusal))
        }
    })?;
    Ok(())
}

/// Registers a call of the desk that changes something.
pub(super) fn changes<C>(
    registry: &mut Registry,
    job: Changing<C>,
) -> Result<(), RegisterMethodError>
where
    C: Call + Send + 'static,
    C::Answer: Clone + Serialize + DeserializeOwned + Send + 'static,
{
    changes_checked(registry, |_, _, call| Ok(call), job)
}

/// Registers a call of the desk that changes something, with a check that holds for repeats too.
pub(super) fn changes_checked<C>(
    registry: &mut Registry,
    check: Checking<C>,
    job: Changing<C>,
) -> Result<(), RegisterMethodError>
where
    C: Call + Send + 'static,
    C::Answer: Clone + Serialize + DeserializeOwned + Send + 'static,
{
    writes(registry, move |app, caller, call| service::change(app, caller, call, (check, job)))
}

/// Lets a call through, if its caller may make such a call at all. Before its parameters are read:
/// whoever may not ask is told so, and not what was wrong with the question.
pub(super) fn admit<C: Call>(meter: &Meter, app: &App, context: &Context) -> Result<(), Refusal> {
    meter.admit(context)?;
    match C::SCOPE.name() {
        Some(_) => service::admit(app, &context.caller, C::SCOPE),
        None => Ok(()),
    }
}
