//! How a vendor is paid at the checkout: by the test provider where there is one, else by a
//! provider whose API key was connected.

use counterfoil_core::catalog::{Plan, Product};
use counterfoil_core::id::{PaymentConnectionId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::PaymentRef;
use counterfoil_core::wire::provider::Provider;
use std::sync::Arc;

use super::super::App;
use super::super::desk::Desk;
use super::super::payments;
use crate::ledger::{LedgerError, Lists, Payments, Rows, Txn};
use crate::payment_api::Account;
use crate::test_provider::TestProvider;

/// What Stripe's prices begin with: a product or a link may be mapped too, and cannot be charged.
const STRIPE_PRICE: &str = "price_";

/// Where a purchase is paid.
#[derive(Clone)]
pub(super) enum Means {
    /// At the test provider.
    Test(Arc<TestProvider>, VendorId),
    /// At Stripe, by the key of this connection.
    Stripe(PaymentConnectionId, VendorId, Mode),
}

impl Means {
    /// How this vendor is paid; `None`: there is no way.
    pub(super) fn of<R: Rows + Payments + Lists>(
        app: &App,
        rows: &R,
        vendor: VendorId,
    ) -> Result<Option<Self>, Refusal> {
        if let Some(provider) = &app.test_provider {
            return Ok(Some(Self::Test(Arc::clone(provider), vendor)));
        }
        for mode in [Mode::Live, Mode::Test] {
            for row in payments::connections_of(rows, (vendor, mode))? {
                if row.provider == Provider::Stripe && rows.sealed_api_key(row.id)?.is_some() {
                    return Ok(Some(Self::Stripe(row.id, vendor, mode)));
                }
            }
        }
        Ok(None)
    }

    /// Of which mode the licenses are.
    pub(super) const fn mode(&self) -> Mode {
        match self {
            Self::Test(..) => Mode::Test,
            Self::Stripe(_, _, mode) => *mode,
        }
    }

    /// The provider's name for what a plan costs.
    pub(super) fn price<R: Payments + Lists>(
        &self,
        rows: &R,
        plan: &Plan,
    ) -> Result<Option<PaymentRef>, LedgerError> {
        match self {
            Self::Test(..) => Ok(Some(test_price(plan)?)),
            Self::Stripe(_, vendor, mode) => {
                let prices = payments::prices_of(rows, (*vendor, *mode), plan.id)?;
                let is_price = |price: &PaymentRef| price.as_str().starts_with(STRIPE_PRICE);
                Ok(prices.into_iter().find(is_price))
            }
        }
    }

    /// Sees to it that what the provider will send is believed and understood. The test provider's
    /// is, without anybody's doing.
    pub(super) fn prepare(
        &self,
        desk: &Desk<'_>,
        txn: &mut Txn<'_>,
        (product, plan): (&Product, &Plan),
    ) -> Result<(), Refusal> {
        match self {
            Self::Test(provider, vendor) => {
                let secret = provider.webhook_secret(desk.secret, *vendor);
                let price = test_price(plan)?;
                payments::ready_for_tests(desk, txn, &secret, (product, plan, price))
            }
            Self::Stripe(..) => Ok(()),
        }
    }

    /// Whom to ask for a session.
    pub(super) fn account(&self, app: &App) -> Result<Account, Refusal> {
        match self {
            Self::Test(provider, vendor) => {
                let key = provider.api_key(&app.secret, *vendor);
                Ok(Account { base: provider.api_url(), key })
            }
            Self::Stripe(connection, ..) => {
                let view = app.ledger.view();
                let sealed = view.sealed_api_key(*connection)?;
                // Disconnected meanwhile.
                let sealed = sealed.ok_or(Refusal::NotFound { kind: "offer" })?;
                let key = payments::open_api_key(&app.secret, *connection, &sealed);
                let base = app.payment_api.stripe().to_owned();
                Ok(Account { base, key: key.map_err(LedgerError::from)? })
            }
        }
    }
}

fn test_price(plan: &Plan) -> Result<PaymentRef, LedgerError> {
    PaymentRef::new(&format!("price_test_{}", plan.id)).map_err(|_| LedgerError::Dangling("plan"))
}
