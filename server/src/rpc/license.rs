//! `license.*`.

use counterfoil_core::verdict::VerdictStatus;
use jsonrpsee::core::RegisterMethodError;

use super::registry::{Registry, checks, writes};
use crate::service::licensing;

pub(super) fn register(module: &mut Registry) -> Result<(), RegisterMethodError> {
    checks(module, licensing::validate, |verdict| verdict.status == VerdictStatus::Invalid)?;
    writes(module, licensing::activate)?;
    writes(module, licensing::deactivate)?;
    writes(module, licensing::heartbeat)?;
    writes(module, licensing::spend)
}
