//! `license.*`.

use counterfoil_core::verdict::VerdictStatus;
use jsonrpsee::core::RegisterMethodError;

use super::registry::{Registry, checks, writes};
use crate::service::{leasing, licensing};

pub(super) fn register(module: &mut Registry) -> Result<(), RegisterMethodError> {
    checks(
        module,
        |app, context, call| licensing::validate(app, (&context.caller, context.host()), call),
        |verdict| verdict.status == VerdictStatus::Invalid,
    )?;
    checks(module, |app, context, call| leasing::lend(app, &context.caller, call), |_| false)?;
    writes(module, licensing::activate)?;
    writes(module, licensing::deactivate)?;
    writes(module, licensing::heartbeat)?;
    writes(module, licensing::spend)
}
