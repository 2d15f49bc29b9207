//! `admin.*`.

use jsonrpsee::core::RegisterMethodError;

use super::registry::{Registry, changes, changes_checked, shows, writes};
use crate::service::{
    activations, catalog, customers, history, issuing, leasing, licenses, listing, mail, orders,
    payments, stats, templates, tokens, webhooks,
};

pub(super) fn register(module: &mut Registry) -> Result<(), RegisterMethodError> {
    register_catalog(module)?;
    register_licenses(module)?;
    register_mail(module)?;
    register_payments(module)?;
    register_webhooks(module)?;
    shows(module, activations::list)?;
    changes(module, activations::add)?;
    changes(module, activations::remove)?;
    shows(module, customers::list)?;
    shows(module, customers::get)?;
    changes(module, customers::update)?;
    changes_checked(module, tokens::check_grant, tokens::create)?;
    shows(module, tokens::list)?;
    changes(module, tokens::revoke)?;
    writes(module, stats::summarize)
}

fn register_catalog(module: &mut Registry) -> Result<(), RegisterMethodError> {
    changes(module, catalog::create_product)?;
    shows(module, catalog::get_product)?;
    shows(module, catalog::list_products)?;
    changes(module, catalog::update_product)?;
    changes(module, catalog::create_plan)?;
    shows(module, catalog::get_plan)?;
    shows(module, catalog::list_plans)?;
    changes(module, catalog::update_plan)
}

fn register_licenses(module: &mut Registry) -> Result<(), RegisterMethodError> {
    changes(module, issuing::create)?;
    shows(module, licenses::get)?;
    shows(module, listing::list)?;
    changes(module, licenses::update)?;
    changes(module, licenses::suspend)?;
    changes(module, licenses::reinstate)?;
    changes(module, licenses::disable)?;
    changes(module, licenses::enable)?;
    changes(module, licenses::revoke)?;
    changes(module, licenses::cancel)?;
    changes(module, licenses::spend)?;
    changes(module, leasing::lend_by_hand)?;
    changes(module, issuing::rotate)?;
    changes(module, issuing::inactivate)?;
    shows(module, licenses::snapshot)?;
    shows(module, history::list)?;
    shows(module, history::list_all)
}

fn register_mail(module: &mut Registry) -> Result<(), RegisterMethodError> {
    shows(module, mail::status)?;
    changes(module, mail::update)?;
    shows(module, mail::list)?;
    changes(module, mail::retry)?;
    shows(module, templates::list)?;
    changes(module, templates::update)?;
    shows(module, templates::preview)
}

fn register_payments(module: &mut Registry) -> Result<(), RegisterMethodError> {
    changes(module, payments::connect)?;
    shows(module, payments::list_connections)?;
    changes(module, payments::disconnect)?;
    changes(module, payments::map_price)?;
    shows(module, payments::list_prices)?;
    changes(module, payments::unmap_price)?;
    shows(module, orders::list)?;
    shows(module, payments::list_deliveries)?;
    shows(module, payments::get_delivery)?;
    changes(module, payments::replay)
}

fn register_webhooks(module: &mut Registry) -> Result<(), RegisterMethodError> {
    changes(module, webhooks::create)?;
    shows(module, webhooks::list)?;
    changes(module, webhooks::update)?;
    changes(module, webhooks::delete)?;
    changes(module, webhooks::test)?;
    shows(module, webhooks::deliveries)?;
    shows(module, webhooks::delivery)?;
    changes(module, webhooks::redeliver)
}
