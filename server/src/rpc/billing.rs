//! `billing.*`.

use jsonrpsee::core::RegisterMethodError;

use super::registry::{Registry, changes};
use crate::service::billing;

pub(super) fn register(module: &mut Registry) -> Result<(), RegisterMethodError> {
    changes(module, billing::order_completed)?;
    changes(module, billing::subscription_renewed)?;
    changes(module, billing::payment_failed)?;
    changes(module, billing::payment_recovered)?;
    changes(module, billing::subscription_cancelled)?;
    changes(module, billing::subscription_expired)?;
    changes(module, billing::refunded)?;
    changes(module, billing::dispute_opened)?;
    changes(module, billing::dispute_closed)
}
