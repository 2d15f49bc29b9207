//! Replies: rendered by the server, parsed by the client.

use crate::prelude::*;
use core::cmp::Ordering;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Code, Failure, Form, NOT_TEXT, PRODUCT_ID_NEEDED, Reply, Told};
use crate::wire::Response;
use crate::wire::foreign::{Members, Wrong};

/// A purchase's members, in the order in which Gumroad writes them; others come after.
const ORDER: [&str; 45] = [
    "seller_id",
    "product_id",
    "product_name",
    "permalink",
    "product_permalink",
    "short_product_id",
    "email",
    "price",
    "gumroad_fee",
    "currency",
    "quantity",
    "discover_fee_charged",
    "can_contact",
    "referrer",
    "card",
    "order_number",
    "sale_id",
    "sale_timestamp",
    "license_key",
    "is_multiseat_license",
    "is_gift_receiver_purchase",
    "refunded",
    "disputed",
    "dispute_won",
    "id",
    "created_at",
    "variants",
    "custom_fields",
    "chargebacked",
    "subscription_ended_at",
    "subscription_cancelled_at",
    "subscription_failed_at",
    "subscription_id",
    "recurrence",
    "purchaser_id",
    "full_name",
    "ip_country",
    "offer_code",
    "test",
    "is_recurring_charge",
    "is_preorder_authorization",
    "affiliate",
    "affiliate_credit_amount_cents",
    "gift_price",
    "gifter_email",
];

/// The same of the member `card`.
const CARD_ORDER: [&str; 5] = ["visual", "type", "bin", "expiry_month", "expiry_year"];

/// An object whose members come in an order of their own.
struct Ordered<'a> {
    members: &'a Map<String, Value>,
    order: &'a [&'a str],
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { members, order } = self;
        let mut map = serializer.serialize_map(Some(members.len()))?;
        let first = order.iter().filter_map(|name| members.get_key_value(*name));
        let rest = members.iter().filter(|(name, _)| !order.contains(&name.as_str()));
        for (name, value) in first.chain(rest) {
            match value.as_object() {
                Some(members) if name == "card" => {
                    map.serialize_entry(name, &Self { members, order: &CARD_ORDER })?;
                }
                Some(_) | None => map.serialize_entry(name, value)?,
            }
        }
        map.end()
    }
}

#[derive(Serialize)]
struct ToldBody<'a> {
    success: bool,
    uses: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purchase: Option<Ordered<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    imported_customer: Option<Ordered<'a>>,
}

#[derive(Serialize)]
struct FailedBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

pub(super) fn render(reply: &Reply) -> Response {
    match reply {
        Reply::Told(told) => {
            let Told { uses, is_imported, record } = &**told;
            let record = Some(Ordered { members: record, order: &ORDER });
            let (purchase, imported_customer) =
                if *is_imported { (None, record) } else { (record, None) };
            json(200, &ToldBody { success: true, uses: *uses, purchase, imported_customer })
        }
        Reply::Failed(failure) => render_failure(failure),
    }
}

fn json(status: u16, body: &impl Serialize) -> Response {
    let body = serde_json::to_vec(body).unwrap_or_default();
    Response::new(status, "application/json; charset=utf-8", body)
}

fn render_failure(Failure { code, retry_after }: &Failure) -> Response {
    let ((status, form, _), text) = (code.line(), code.text());
    let body = FailedBody {
        success: (form != Form::Bare).then_some(false),
        message: (form == Form::Message).then_some(text.as_str()),
        error: (form != Form::Message).then_some(text.as_str()),
    };
    let response = json(status, &body);
    let response = if status == 401 {
        let challenge = format!(
            "Bearer realm=\"Doorkeeper\", error=\"invalid_token\", error_description=\"{text}\""
        );
        response.with("www-authenticate", challenge).with("cache-control", "no-store")
    } else {
        response
    };
    match retry_after {
        Some(seconds) => response.with("retry-after", seconds.to_string()),
        None => response,
    }
}

pub(super) fn parse(response: &Response) -> Option<Reply> {
    if response.status != 200 {
        let retry_after = response.header("retry-after").and_then(|seconds| seconds.parse().ok());
        return Some(Reply::Failed(Failure { code: code(response)?, retry_after }));
    }
    let mut body = response.object()?;
    let members = Members(&body);
    members.flag("success")?.then_some(())?;
    let uses = members.maybe("uses", uses).ok()?;
    let is_imported = members.object("purchase").is_none();
    let name = if is_imported { "imported_customer" } else { "purchase" };
    let Value::Object(record) = body.get_mut(name)?.take() else { return None };
    Some(Reply::Told(Box::new(Told { uses, is_imported, record })))
}

/// A count; some of Gumroad's answers write it as `42.0`.
fn uses(body: Members<'_>, name: &str) -> Option<u64> {
    let number = body.0.get(name)?;
    number.as_u64().or_else(|| number.as_f64().and_then(whole))
}

fn whole(number: f64) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what the cast changes is not equal"
    )]
    let whole = number as u32;
    (f64::from(whole).total_cmp(&number) == Ordering::Equal).then(|| whole.into())
}

fn code(response: &Response) -> Option<Code> {
    let status = response.status;
    if response.body.trim_ascii().is_empty() {
        return without_body(response);
    }
    let body = response.object()?;
    let body = Members(&body);
    // A failure that calls itself a success is nobody's answer.
    let is_bare = match body.maybe("success", Members::flag) {
        Ok(None) => true,
        Ok(Some(false)) => false,
        Ok(Some(true)) | Err(Wrong) => return None,
    };
    let (form, text) = match (body.text("message"), body.text("error")) {
        (Some(message), _) if !is_bare => (Form::Message, message),
        (_, Some(error)) => (if is_bare { Form::Bare } else { Form::Error }, error),
        _ => return None,
    };
    let known = Code::PLAIN.iter().find(|code| code.line() == (status, form, (text, "")));
    let code = known.cloned().or_else(|| varying(status, form, text));
    Some(code.unwrap_or_else(|| Code::Other(status, form, text.to_owned())))
}

fn varying(status: u16, form: Form, text: &str) -> Option<Code> {
    let between = |(before, after): (&str, &str)| {
        text.strip_prefix(before)?.strip_suffix(after).map(str::to_owned)
    };
    match (status, form) {
        (400, Form::Message) => between(NOT_TEXT).map(Code::NotText),
        (500, Form::Message) => between(PRODUCT_ID_NEEDED).map(Code::ProductIdNeeded),
        _ => None,
    }
}

/// Gumroad's own server says in a header what is wrong with a token.
fn without_body(response: &Response) -> Option<Code> {
    let said = response.header("www-authenticate").unwrap_or_default();
    let says = |word: &str| said.split([' ', '"']).any(|said| said == word);
    match response.status {
        401 if says("revoked") => Some(Code::RevokedToken),
        401 if says("expired") => Some(Code::ExpiredToken),
        401 => Some(Code::InvalidToken),
        403 => Some(Code::Forbidden),
        _ => None,
    }
}
