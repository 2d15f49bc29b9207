//! `portal.*`.

use jsonrpsee::core::RegisterMethodError;

use super::registry::{Registry, changes, shows, writes, writes_in_context};
use crate::service::portal;

pub(super) fn register(module: &mut Registry) -> Result<(), RegisterMethodError> {
    writes_in_context(module, |app, context, call| {
        let host = context.host.as_ref().and_then(|host| host.to_str().ok());
        portal::sign_in(app, host.map(str::to_owned), call)
    })?;
    writes(module, portal::open_session)?;
    shows(module, portal::licenses)?;
    changes(module, portal::deactivate)?;
    changes(module, portal::rename)?;
    changes(module, portal::rotate)?;
    writes(module, portal::sign_out)
}
