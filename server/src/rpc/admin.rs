//! `admin.*`.

use jsonrpsee::RpcModule;
use jsonrpsee::core::RegisterMethodError;

use super::{reads, writes};
use crate::service::{App, catalog, issuing};

pub(super) fn register(module: &mut RpcModule<App>) -> Result<(), RegisterMethodError> {
    writes(module, catalog::create_product)?;
    reads(module, catalog::get_product)?;
    writes(module, catalog::create_plan)?;
    reads(module, catalog::get_plan)?;
    writes(module, issuing::create)?;
    reads(module, issuing::get)
}
