//! The tables.

use counterfoil_core::license::Mode;
use redb::{ReadableTable, TableDefinition, WriteTransaction};

/// A record, as postcard writes it.
pub(super) type Record = &'static [u8];

/// Declares each table once: its definition, the struct of all of them open for reading or
/// writing, and the trait through which both are read.
macro_rules! tables {
    ($($(#[$doc:meta])* $field:ident $CONST:ident $name:literal:
        $key:ty => $value:ty,)*) => {
        $($(#[$doc])* pub(super) const $CONST: TableDefinition<'static, $key, $value> =
            TableDefinition::new($name);)*

        /// Every table, open for reading.
        #[derive(Debug)]
        pub(super) struct ReadTables {
            $(pub(super) $field: redb::ReadOnlyTable<$key, $value>,)*
        }

        impl ReadTables {
            pub(super) fn open(read: &redb::ReadTransaction) -> Result<Self, redb::TableError> {
                Ok(Self { $($field: read.open_table($CONST)?,)* })
            }
        }

        /// Every table, open for writing.
        #[derive(Debug)]
        pub(super) struct WriteTables<'t> {
            $(pub(super) $field: redb::Table<'t, $key, $value>,)*
        }

        impl<'t> WriteTables<'t> {
            pub(super) fn open(write: &'t WriteTransaction) -> Result<Self, redb::TableError> {
                Ok(Self { $($field: write.open_table($CONST)?,)* })
            }
        }

        /// Makes the tables that are not there yet.
        pub(super) fn make_all(write: &WriteTransaction) -> Result<(), redb::TableError> {
            $(write.open_table($CONST)?;)*
            Ok(())
        }

        /// The tables, for reading.
        pub trait Tables {
            $(#[doc(hidden)] fn $field(&self) -> &impl ReadableTable<$key, $value>;)*
        }

        impl Tables for super::View {
            $(fn $field(&self) -> &impl ReadableTable<$key, $value> {
                &self.tables.$field
            })*
        }

        impl Tables for super::Txn<'_> {
            $(fn $field(&self) -> &impl ReadableTable<$key, $value> {
                &self.tables.$field
            })*
        }
    };
}

tables! {
    /// Marks of the file: `layout`, `secret`, `last-id`, `orders-listed`, `vendor`, `admin-token`.
    meta META "meta": &'static str => Record,
    /// By id.
    vendors VENDORS "vendors": u128 => Record,
    /// By what the operator calls them.
    vendor_names VENDOR_NAMES "vendor-names": &'static str => u128,
    /// By a host name under which callers come to them.
    vendor_hosts VENDOR_HOSTS "vendor-hosts": &'static str => u128,
    /// A vendor's signing keys.
    signing_keys SIGNING_KEYS "signing-keys": u128 => Record,
    /// By the token's digest.
    tokens TOKENS "tokens": &'static [u8; 32] => Record,
    /// The digest of a token, by its id.
    token_digests TOKEN_DIGESTS "token-digests": u128 => &'static [u8; 32],
    /// What belongs to whom: owner, kind of thing, thing.
    lists LISTS "lists": (u128, u8, u128) => (),
    /// By id.
    products PRODUCTS "products": u128 => Record,
    /// Slug or permalink of a vendor's product.
    product_names PRODUCT_NAMES "product-names": (u128, &'static str) => u128,
    /// By id.
    plans PLANS "plans": u128 => Record,
    /// Slug of a product's plan.
    plan_names PLAN_NAMES "plan-names": (u128, &'static str) => u128,
    /// By id.
    customers CUSTOMERS "customers": u128 => Record,
    /// Folded address of a vendor's customer in one mode.
    customer_emails CUSTOMER_EMAILS "customer-emails": (u128, u8, &'static str) => u128,
    /// Folded name of a vendor's customer in one mode.
    customer_names CUSTOMER_NAMES "customer-names": (u128, u8, &'static str, u128) => (),
    /// By id, with the sealed key.
    licenses LICENSES "licenses": u128 => Record,
    /// Keys and aliases, by the digest of their folded form.
    names NAMES "names": &'static [u8; 32] => Record,
    /// Alias of a vendor's license in one mode, to be searched by its beginning.
    aliases ALIASES "aliases": (u128, u8, &'static str) => u128,
    /// The active activations of a license, in order of creation.
    activations ACTIVATIONS "activations": (u128, u128) => Record,
    /// The active activation of a license's identifier.
    places PLACES "places": (u128, &'static str) => u128,
    /// The activations that gave their place back.
    past_activations PAST_ACTIVATIONS "past-activations": (u128, u128) => Record,
    /// The license of an activation, active or past.
    activation_licenses ACTIVATION_LICENSES "activation-licenses": u128 => u128,
    /// What happened, by vendor, mode and id.
    history HISTORY "history": (u128, u8, u128) => Record,
    /// Licenses of which time will have to be told something, by when.
    due DUE "due": (i64, u128) => (),
    /// Licenses of an order or a subscription: vendor, mode, which of both, its name, license.
    sales SALES "sales": (u128, u8, u8, &'static str, u128) => (),
    /// Lines of orders that were completed: vendor, mode, order, product, plan.
    order_lines ORDER_LINES "order-lines": (u128, u8, &'static str, u128, u128) => (),
    /// Orders, by their place: the number of the first license that came of each.
    orders ORDERS "orders": u128 => Record,
    /// That place, by the order's name: vendor, mode, order.
    order_places ORDER_PLACES "order-places": (u128, u8, &'static str) => u128,
    /// What was reported of an order or a subscription, as above, in order of arrival.
    reports REPORTS "reports": (u128, u8, u8, &'static str, u128) => Record,
    /// Those about what nobody had heard of, by the second they came.
    parked_reports PARKED_REPORTS "parked-reports":
        (i64, u128, u8, u8, &'static str, u128) => (),
    /// The payment side's events that were heard of: vendor, mode, event.
    payment_events PAYMENT_EVENTS "payment-events": (u128, u8, &'static str) => (),
    /// The bills that were paid: vendor, mode, subscription, invoice.
    invoices INVOICES "invoices": (u128, u8, &'static str, &'static str) => (),
    /// When a report happened whose sender says so, as above.
    report_times REPORT_TIMES "report-times": (u128, u8, u8, &'static str, u128) => i64,
    /// What a license that was sold was before any report.
    beginnings BEGINNINGS "beginnings": u128 => Record,
    /// Payment providers whose webhooks are believed, by id.
    payment_connections PAYMENT_CONNECTIONS "payment-connections": u128 => Record,
    /// The keys of their APIs, sealed, by the connection's id.
    payment_api_keys PAYMENT_API_KEYS "payment-api-keys": u128 => Record,
    /// What their prices stand for, by their place in the list.
    prices PRICES "prices": u128 => Record,
    /// That place, by the price's name: vendor, mode, provider, price.
    price_names PRICE_NAMES "price-names": (u128, u8, u8, &'static str) => u128,
    /// What providers sent, by id.
    payment_deliveries PAYMENT_DELIVERIES "payment-deliveries": u128 => Record,
    /// That id, by the event: vendor, mode, provider, event. It outlasts the delivery.
    delivery_events DELIVERY_EVENTS "delivery-events": (u128, u8, u8, &'static str) => u128,
    /// Deliveries that wait: vendor, mode, provider, for what, delivery.
    waiting_deliveries WAITING_DELIVERIES "waiting-deliveries":
        (u128, u8, u8, &'static str, u128) => (),
    /// Deliveries, by the second they are forgotten.
    delivery_ends DELIVERY_ENDS "delivery-ends": (i64, u128) => (),
    /// Where a provider's names lead: vendor, mode, provider, name.
    payment_names PAYMENT_NAMES "payment-names": (u128, u8, u8, &'static str) => Record,
    /// Who its buyers are, sealed: vendor, mode, provider, name.
    payment_buyers PAYMENT_BUYERS "payment-buyers": (u128, u8, u8, &'static str) => Record,
    /// Purchases at the checkout, by the reference's digest.
    checkouts CHECKOUTS "checkouts": &'static [u8; 32] => Record,
    /// The same, by the second they are forgotten.
    checkout_ends CHECKOUT_ENDS "checkout-ends": (i64, &'static [u8; 32]) => (),
    /// What was counted: by product, mode and day since 1970.
    days DAYS "days": (u128, u8, i64) => Record,
    /// How often a license was asked about.
    checks CHECKS "checks": u128 => Record,
    /// First results, by the digest of whose key in which call.
    idempotency IDEMPOTENCY "idempotency": &'static [u8; 32] => Record,
    /// The same, by the second they were given.
    idempotency_age IDEMPOTENCY_AGE "idempotency-age": (i64, &'static [u8; 32]) => (),
    /// Letters to customers, by id.
    mail MAIL "mail": u128 => Record,
    /// The letters that wait, by the second they are due.
    mail_due MAIL_DUE "mail-due": (i64, u128) => (),
    /// The letters that do not, by the second they are forgotten.
    mail_ends MAIL_ENDS "mail-ends": (i64, u128) => (),
    /// How many of a vendor's letters wait and how many are dead, by mode.
    mail_counts MAIL_COUNTS "mail-counts": (u128, u8) => Record,
    /// What a vendor says of its mail, by mode.
    mail_habits MAIL_HABITS "mail-habits": (u128, u8) => Record,
    /// A vendor's own wordings, by mode and template.
    wordings WORDINGS "wordings": (u128, u8, u8) => Record,
    /// Where events are sent, by id.
    webhooks WEBHOOKS "webhooks": u128 => Record,
    /// Events on their way, by id.
    deliveries DELIVERIES "deliveries": u128 => Record,
    /// Those that wait, by webhook and the second they are due.
    deliveries_due DELIVERIES_DUE "deliveries-due": (u128, i64, u128) => (),
    /// All of them, by the second they are forgotten.
    deliveries_end DELIVERIES_END "deliveries-end": (i64, u128) => (),
    /// Webhooks that are switched on, by the second at which something is due for them.
    webhook_dues WEBHOOK_DUES "webhook-dues": (i64, u128) => (),
    /// The same second, by webhook.
    webhook_noted WEBHOOK_NOTED "webhook-noted": u128 => i64,
    /// Webhooks that were deleted, while deliveries of theirs are left.
    webhooks_gone WEBHOOKS_GONE "webhooks-gone": u128 => (),
    /// Codes that sign in at the portal, by the code's digest.
    portal_codes PORTAL_CODES "portal-codes": &'static [u8; 32] => Record,
    /// The same, by the digest of the address that was asked for and by their end.
    portal_asked PORTAL_ASKED "portal-asked": (&'static [u8; 32], i64, &'static [u8; 32]) => (),
    /// Customers' sessions, by the token's digest.
    portal_sessions PORTAL_SESSIONS "portal-sessions": &'static [u8; 32] => Record,
    /// Codes (0) and sessions (1), by their end.
    portal_ends PORTAL_ENDS "portal-ends": (i64, u8, &'static [u8; 32]) => (),
    /// Codes that sign in at the desk, by the code's digest.
    desk_codes DESK_CODES "desk-codes": &'static [u8; 32] => Record,
    /// Sessions at the desk, by the cookie's digest.
    desk_sessions DESK_SESSIONS "desk-sessions": &'static [u8; 32] => Record,
    /// Those of them that look at the test world by a token that sees the live one.
    desk_trials DESK_TRIALS "desk-trials": &'static [u8; 32] => (),
    /// Codes (0) and sessions (1) of the desk, by their end.
    desk_ends DESK_ENDS "desk-ends": (i64, u8, &'static [u8; 32]) => (),
}

/// The mode's part of a key.
pub(super) const fn mode_key(mode: Mode) -> u8 {
    match mode {
        Mode::Live => 0,
        Mode::Test => 1,
    }
}
