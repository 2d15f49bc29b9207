//! The purchase that all calls tell of, made of one license and what is kept beside it.
//!
//! What our records do not know comes from `metadata.gumroad` of the license, by Gumroad's own
//! names. A member that has another type or range than Gumroad's is left there: strict clients
//! decode the whole purchase or nothing.

use core::ops::RangeInclusive;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::catalog::{Plan, Price, Product};
use crate::id::IdNumber;
use crate::identifier::ActivationType;
use crate::license::{Hold, Mode};
use crate::metadata::Metadata;
use crate::prelude::*;
use crate::sale::{Dispute, Sale, Subscription};
use crate::text::Slug;
use crate::time::{Term, Timestamp};
use crate::wire::foreign::{Facts, SEATS_UNLIMITED, seats_told};

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What stands for itself in a URL's path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Numbers of orders are below 2^30.
const ORDERS: RangeInclusive<i64> = 0..=(1 << 30) - 1;

/// The bits of an id that make one.
const ORDER_BITS: u128 = (1 << 30) - 1;

/// What numbers of seats may be.
const QUANTITIES: RangeInclusive<i64> = 1..=SEATS_UNLIMITED as i64;

/// What amounts in cents may be: what every reader of JSON holds exactly.
const AMOUNTS: RangeInclusive<i64> = 0..=(1 << 53) - 1;

/// Months after which a subscription recurs, and the word for it. Gumroad has no other.
const RECURRENCES: [(u32, &str); 5] =
    [(1, "monthly"), (3, "quarterly"), (6, "biannually"), (12, "yearly"), (24, "every_two_years")];

/// An id as Gumroad shows ids: 16 bytes in URL-safe base64, 24 characters.
pub(super) fn external(id: IdNumber) -> String {
    let number = id.raw();
    let whole = (2..=122).rev().step_by(6).map(|shift| number.wrapping_shr(shift));
    let symbols = whole.chain([number.wrapping_shl(4)]).map(|bits| {
        let symbol = usize::try_from(bits & 63).ok().and_then(|value| BASE64.get(value));
        char::from(*symbol.unwrap_or(&b'A'))
    });
    symbols.chain(['=', '=']).collect()
}

/// A product's external id.
pub(super) fn product_id(product: &Product) -> String {
    let own = || external(product.names.id.number());
    product.external_id.as_ref().map_or_else(own, |id| id.as_str().to_owned())
}

/// What is kept of Gumroad's beside a product or a license.
pub(super) fn kept(metadata: &Metadata) -> Kept<'_> {
    Kept(metadata.members().get("gumroad").and_then(Value::as_object))
}

/// Members that a vendor kept, read by the type that they have to have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept<'a>(Option<&'a Map<String, Value>>);

impl<'a> Kept<'a> {
    fn any(self, name: &str) -> Option<&'a Value> {
        self.0?.get(name)
    }

    /// A text; a blank one is as good as none.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.any(name)?.as_str().filter(|text| !text.trim().is_empty())
    }

    pub(super) fn is_true(self, name: &str) -> bool {
        self.any(name) == Some(&Value::Bool(true))
    }

    fn flag(self, name: &str) -> Option<bool> {
        self.any(name)?.as_bool()
    }

    fn whole(self, name: &str, range: &RangeInclusive<i64>) -> Option<i64> {
        self.any(name)?.as_i64().filter(|number| range.contains(number))
    }

    /// The code of a currency, in lower case.
    fn currency(self) -> Option<String> {
        let is_code =
            |text: &&str| text.len() == 3 && text.bytes().all(|b| b.is_ascii_alphabetic());
        self.text("currency").filter(is_code).map(str::to_ascii_lowercase)
    }

    fn recurrence(self) -> Option<&'a str> {
        self.text("recurrence").filter(|word| RECURRENCES.iter().any(|(_, known)| known == word))
    }

    fn time(self, name: &str) -> Option<Timestamp> {
        self.text(name)?.parse().ok()
    }

    fn texts(self, name: &str) -> Option<&'a Value> {
        let value = self.any(name)?;
        value.as_array()?.iter().all(Value::is_string).then_some(value)
    }

    /// An offer, which has a code at least.
    fn offer_code(self) -> Option<&'a Value> {
        let value = self.any("offer_code")?;
        Self(value.as_object()).text("code")?;
        value.as_object()?.values().all(Value::is_string).then_some(value)
    }
}

/// What happened to the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Money {
    is_refunded: bool,
    charge: Charge,
    /// Whether the money went back for good: what ended the license then is the buyer's doing.
    pub(super) went_back: bool,
}

/// What the buyer's bank did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charge {
    /// Nothing.
    Undisputed,
    /// It asked, and what came of it was not kept.
    Disputed,
    /// It took the money back, for the time being or for good.
    Back,
    /// It took the vendor's side.
    Won,
}

/// What was kept of a sale that we know nothing of. Of one that we do our records tell: what is
/// kept beside them would outlive a renewal.
fn kept_of_sale(facts: &Facts) -> Kept<'_> {
    if facts.sale.is_some() { Kept(None) } else { kept(&facts.license.metadata) }
}

/// What the sale says; where there is none, what was kept.
pub(super) fn money(facts: &Facts) -> Money {
    let kept = kept_of_sale(facts);
    let (charge, is_lost) = match facts.dispute() {
        Some(Dispute::Open) => (Charge::Back, false),
        Some(Dispute::Lost) => (Charge::Back, true),
        Some(Dispute::Won | Dispute::WonUnheard) => (Charge::Won, false),
        None if kept.is_true("chargebacked") => (Charge::Back, true),
        None if kept.is_true("dispute_won") => (Charge::Won, false),
        None if kept.is_true("disputed") => (Charge::Disputed, false),
        None => (Charge::Undisputed, false),
    };
    let is_refunded = facts.is_refunded() || kept.is_true("refunded");
    Money { is_refunded, charge, went_back: is_refunded || is_lost }
}

/// The permalinks of a product: the unique one, and the one that it is shown by.
fn permalinks(product: &Product) -> (&str, &str) {
    let unique = kept(&product.metadata).text("permalink");
    let unique = unique.unwrap_or_else(|| product.names.slug.as_str());
    let custom = product.names.permalink.as_ref();
    (unique, custom.map_or(unique, |custom| custom.as_str()))
}

/// The purchase.
pub(super) fn purchase(facts: &Facts) -> Map<String, Value> {
    let Value::Object(mut purchase) = always(facts) else { return Map::new() };
    let sometimes = sometimes(facts);
    purchase.extend(sometimes.into_iter().filter_map(|(name, value)| {
        let value = value?;
        Some((name.to_owned(), value))
    }));
    purchase
}

/// The members that are always there.
fn always(facts: &Facts) -> Value {
    let Facts { license, product, .. } = facts;
    let kept = kept(&license.metadata);
    let text = |name: &str, assumed: &str| kept.text(name).unwrap_or(assumed).to_owned();
    let flag = |name: &str| kept.flag(name).unwrap_or_default();
    let own_id = || external(license.id.number());
    let id = kept.text("id").or_else(|| kept.text("sale_id")).map_or_else(own_id, str::to_owned);
    let (unique, permalink) = permalinks(product);
    let page = utf8_percent_encode(permalink, SEGMENT);
    let page = format!("{}/l/{page}", facts.public_url);
    let email = facts.customer.as_ref().map_or("", |customer| customer.email.as_str());
    let at = kept.time("created_at").or_else(|| kept.time("sale_timestamp"));
    let at = at.unwrap_or(license.created_at);
    let order_number = i64::try_from(license.id.number().raw() & ORDER_BITS).unwrap_or_default();
    let (price, currency) = price(facts);
    let (seats, quantity) = (seats(facts), kept.whole("quantity", &QUANTITIES));
    let Money { is_refunded, charge, .. } = money(facts);
    let [ended_at, cancelled_at, failed_at] = subscription_times(facts);
    json!({
        "seller_id": text("seller_id", &external(license.vendor.number())),
        "product_id": product_id(product),
        "product_name": product.name.as_str(),
        "permalink": permalink,
        "product_permalink": text("product_permalink", &page),
        "short_product_id": unique,
        "email": text("email", email),
        "price": price,
        "gumroad_fee": kept.whole("gumroad_fee", &AMOUNTS).unwrap_or_default(),
        "currency": currency,
        "quantity": quantity.unwrap_or_else(|| seats.unwrap_or(1).into()),
        "discover_fee_charged": flag("discover_fee_charged"),
        "can_contact": kept.flag("can_contact").unwrap_or(true),
        "referrer": text("referrer", "direct"),
        "card": card(kept),
        "order_number": kept.whole("order_number", &ORDERS).unwrap_or(order_number),
        "sale_id": id,
        "sale_timestamp": at,
        "license_key": facts.key.reveal(),
        "is_multiseat_license": kept.flag("is_multiseat_license").unwrap_or(seats.is_some()),
        "is_gift_receiver_purchase": flag("is_gift_receiver_purchase"),
        "refunded": is_refunded,
        "disputed": charge != Charge::Undisputed,
        "dispute_won": charge == Charge::Won,
        "id": id,
        "created_at": at,
        "variants": text("variants", ""),
        "custom_fields": kept.texts("custom_fields").cloned().unwrap_or_else(|| json!([])),
        "chargebacked": charge == Charge::Back,
        "subscription_ended_at": ended_at,
        "subscription_cancelled_at": cancelled_at,
        "subscription_failed_at": failed_at,
    })
}

/// The members that are there only when there is something to say.
fn sometimes(facts: &Facts) -> [(&'static str, Option<Value>); 13] {
    let Facts { license, .. } = facts;
    let kept = kept(&license.metadata);
    let text = |name: &str| kept.text(name).map(Value::from);
    let amount = |name: &str| kept.whole(name, &AMOUNTS).map(Value::from);
    let mark = |name: &str, holds: bool| (holds || kept.is_true(name)).then_some(Value::Bool(true));
    let subscription = facts.sale.as_ref().and_then(|sale| sale.subscription.as_ref());
    let subscribed = subscription.map(|one| one.id.as_str().into());
    let recurrence = subscription.and(facts.plan.as_ref()).and_then(recurrence);
    let name = facts.customer.as_ref().and_then(|customer| customer.name.as_ref());
    [
        ("subscription_id", subscribed.or_else(|| text("subscription_id"))),
        ("recurrence", recurrence.or_else(|| kept.recurrence()).map(Value::from)),
        ("purchaser_id", text("purchaser_id")),
        ("full_name", text("full_name").or_else(|| name.map(|name| name.as_str().into()))),
        ("ip_country", text("ip_country")),
        ("offer_code", kept.offer_code().cloned()),
        ("test", mark("test", license.mode == Mode::Test)),
        ("is_recurring_charge", mark("is_recurring_charge", false)),
        ("is_preorder_authorization", mark("is_preorder_authorization", false)),
        ("affiliate", text("affiliate")),
        ("affiliate_credit_amount_cents", amount("affiliate_credit_amount_cents")),
        ("gift_price", amount("gift_price")),
        ("gifter_email", text("gifter_email")),
    ]
}

/// What was paid, else what the plan costs, in cents of a currency in lower case.
fn price(facts: &Facts) -> (i64, String) {
    let kept = kept(&facts.license.metadata);
    let paid = facts.sale.as_ref().and_then(|sale| sale.price.as_ref());
    let asked = || facts.plan.as_ref().and_then(|plan| plan.price.as_ref());
    let price: Option<&Price> = paid.or_else(asked);
    let amount = price.and_then(|price| i64::try_from(price.amount).ok());
    let currency = price.map_or("usd", |price| price.currency.as_str());
    let currency = kept.currency().unwrap_or_else(|| currency.to_ascii_lowercase());
    (kept.whole("price", &AMOUNTS).or(amount).unwrap_or_default(), currency)
}

/// How many seats there are of a license that is sold by seats.
fn seats(facts: &Facts) -> Option<u32> {
    let terms = &facts.license.terms;
    (terms.activation_type == ActivationType::Seat).then(|| seats_told(terms.activation_limit))
}

fn card(kept: Kept<'_>) -> Value {
    let card = Kept(kept.any("card").and_then(Value::as_object));
    json!({
        "visual": card.text("visual"),
        "type": card.text("type"),
        "bin": null,
        "expiry_month": null,
        "expiry_year": null,
    })
}

fn recurrence(plan: &Plan) -> Option<&'static str> {
    match plan.term {
        Some(Term::Months(term)) => {
            RECURRENCES.iter().find(|(months, _)| *months == term).map(|(_, word)| *word)
        }
        Some(Term::Days(_)) | None => None,
    }
}

/// Since when it is over, until when it was paid for when it was cancelled, and since when its
/// payment is missing. As long as a grace lasts none is.
fn subscription_times(facts: &Facts) -> [Option<Timestamp>; 3] {
    let Facts { license, sale, now, .. } = facts;
    let kept = kept_of_sale(facts);
    let sale = sale.as_ref();
    let date = license.expires_at;
    let ended = date.filter(|at| at <= now && license.grace_until.is_none());
    let cancelled = |one: &Subscription| one.cancelled_at.map(|at| date.unwrap_or(at));
    let cancelled = sale.and_then(|sale| sale.subscription.as_ref()).and_then(cancelled);
    let failed = |sale: &Sale| sale.failures.first().copied();
    let is_failed = license.holds_at(*now).contains(&Hold::Payment);
    let failed = || sale.and_then(failed).or(license.grace_until);
    [
        ended.or_else(|| kept.time("subscription_ended_at")),
        cancelled.or_else(|| kept.time("subscription_cancelled_at")),
        is_failed.then(failed).flatten().or_else(|| kept.time("subscription_failed_at")),
    ]
}

/// Whether a product is called so by its id.
pub(super) fn is_id_of(product: &Product, id: &str) -> bool {
    id == product_id(product)
        || id == external(product.names.id.number())
        || id.parse() == Ok(product.names.id)
}

/// Whether a product is called so by a permalink.
pub(super) fn is_permalink_of(product: &Product, permalink: &str) -> bool {
    let unique = kept(&product.metadata).text("permalink");
    let mut names = product.names.called().map(Slug::as_str).chain(unique);
    names.any(|name| name.eq_ignore_ascii_case(permalink))
}
