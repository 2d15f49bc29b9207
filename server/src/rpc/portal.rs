//! `portal.*`.

use jsonrpsee::core::RegisterMethodError;

use super::registry::{Registry, changes, shows, writes, writes_in_context};
use crate::service::{leasing, portal};

pub(super) fn register(module: &mut Registry) -> Result<(), RegisterMethodError> {
    writes_in_context(module, |app, context, call| {
        portal::sign_in(app, context.host().map(str::to_owned), call)
    })?;
    writes(module, portal::open_session)?;
    shows(module, portal::licenses)?;
    changes(module, portal::deactivate)?;
    changes(module, portal::rename)?;
    changes(module, portal::rotate)?;
    changes(module, leasing::lend_own)?;
    writes(module, portal::sign_out)
}
