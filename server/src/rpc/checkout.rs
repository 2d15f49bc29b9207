//! `checkout.*`.

use jsonrpsee::core::RegisterMethodError;

use super::registry::{Registry, checks, writes_in_context};
use crate::service::checkout;

pub(super) fn register(module: &mut Registry) -> Result<(), RegisterMethodError> {
    checks(module, |app, context, call| checkout::offer(app, context.host(), call), |_| false)?;
    writes_in_context(module, |app, context, call| {
        checkout::open(app, context.host().map(str::to_owned), call)
    })?;
    checks(module, |app, _, call| checkout::get(app, call), |_| false)
}
