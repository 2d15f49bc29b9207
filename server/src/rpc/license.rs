//! `license.*`.

use jsonrpsee::RpcModule;
use jsonrpsee::core::RegisterMethodError;

use super::{reads, writes};
use crate::service::{App, licensing};

pub(super) fn register(module: &mut RpcModule<App>) -> Result<(), RegisterMethodError> {
    reads(module, licensing::validate)?;
    writes(module, licensing::activate)?;
    writes(module, licensing::deactivate)?;
    writes(module, licensing::heartbeat)?;
    writes(module, licensing::spend)
}
