//! What an event says, in our own words.

use crate::catalog::Price;
use crate::decide::Fact;
use crate::license::Mode;
use crate::prelude::*;
use crate::text::{Email, Name, PaymentRef};
use crate::time::Timestamp;

/// One event of a provider's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The provider's name for it: the same one is the same event, however often it comes. Where the
    /// provider has none it is made of what changed, and when.
    pub event: PaymentRef,
    /// What happened, by the provider's own word for it.
    pub kind: String,
    /// When; `None` where the provider does not say.
    pub at: Option<Timestamp>,
    /// Whether money moved; `None` where the provider does not say.
    pub mode: Option<Mode>,
    /// What it comes to for us; empty: nothing.
    pub statements: Vec<Statement>,
}

/// Something that an event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// Something was bought.
    Bought(Purchase),
    /// Something became of it.
    Reported {
        /// Of what.
        about: About,
        /// What.
        fact: Fact,
        /// The bill that was paid.
        invoice: Option<PaymentRef>,
    },
    /// A subscription goes on paying for what an order bought.
    Subscribed {
        /// The order.
        order: PaymentRef,
        /// The subscription.
        subscription: PaymentRef,
    },
    /// One name leads to another: a payment's to its invoice's, an invoice's to that of the order.
    Belongs {
        /// The name.
        name: PaymentRef,
        /// Where it leads.
        to: PaymentRef,
    },
    /// Who a buyer is that other events only name.
    Introduced {
        /// The name.
        name: PaymentRef,
        /// The address.
        email: Email,
        /// What people call them.
        called: Option<Name>,
    },
}

/// What was bought, by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// The order's name.
    pub order: PaymentRef,
    /// What goes on paying for it.
    pub subscription: Option<PaymentRef>,
    /// Who bought.
    pub buyer: Buyer,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// What.
    pub lines: Vec<Line>,
}

/// Who bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Buyer {
    /// Somebody with this address.
    Known {
        /// The address.
        email: Email,
        /// What people call them.
        called: Option<Name>,
    },
    /// Whom another event introduces by this name.
    Named(PaymentRef),
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The provider's names for what was bought, the closest first: price, product. One that is
    /// mapped says which of our plans it is. Empty: the event does not say.
    pub prices: Vec<PaymentRef>,
    /// How many.
    pub quantity: u32,
    /// What was paid for all of them together.
    pub paid: Option<Price>,
}

/// What something is reported of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// An order.
    Order(PaymentRef),
    /// A subscription.
    Subscription(PaymentRef),
    /// A payment: of the order to which its name leads, or which has that name.
    Payment(PaymentRef),
}
