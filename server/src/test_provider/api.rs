//! Stripe's API, as much of it as selling takes.

use counterfoil_core::id::VendorId;
use counterfoil_core::text::Email;
use counterfoil_core::wire::foreign::Fields;
use serde_json::{Map, Value};
use url::Url;

use super::answer::{Answer, Problem};
use super::book::{Asked, Session};
use super::names::Names;
use super::prices::Offer;
use super::{TestProvider, objects, session_url};
use crate::auth;
use crate::service::App;

/// Most fields of a form.
const FIELDS_MAX: usize = 200;

/// Most bytes of a URL.
const URL_BYTES_MAX: usize = 5_000;

/// Most members of metadata, and most characters of their names and values.
const METADATA: (usize, usize, usize) = (50, 40, 500);

/// What a session is asked for by, beside metadata.
const FIELDS: [&str; 7] = [
    "cancel_url",
    "client_reference_id",
    "customer_email",
    "line_items[0][price]",
    "line_items[0][quantity]",
    "mode",
    "success_url",
];

/// A call of the API.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    /// After `/v1`.
    pub(crate) path: &'a str,
    /// The header that shows the key.
    pub(crate) authorization: Option<&'a str>,
    /// The header against repetition.
    pub(crate) idempotency_key: Option<&'a str>,
    /// The body's type.
    pub(crate) content_type: &'a str,
    pub(crate) body: &'a [u8],
}

/// Answers a call.
pub(crate) fn answer(app: &App, provider: &TestProvider, call: Call<'_>) -> Answer {
    answered(app, provider, call).unwrap_or_else(Answer::from)
}

fn answered(app: &App, provider: &TestProvider, call: Call<'_>) -> Result<Answer, Problem> {
    let Some(header) = call.authorization else {
        let message = "You did not provide an API key. You need to provide your API key in the \
            Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').";
        return Err(Problem::new(401, message));
    };
    let vendor = auth::test_provider_vendor(&app.secret, provider, header);
    let vendor = vendor.ok_or_else(|| Problem::new(401, "Invalid API Key provided."))?;
    let parts: Vec<&str> = call.path.split('/').filter(|part| !part.is_empty()).collect();
    match (call.method, parts.as_slice()) {
        ("POST", ["checkout", "sessions"]) => create(app, provider, (vendor, call)),
        ("GET", ["checkout", "sessions", id]) => {
            let now = app.env.now();
            let book = provider.book();
            let session = book.session(id).filter(|session| session.vendor == vendor);
            let session = session.ok_or_else(|| missing("checkout.session", id))?;
            Ok(objects::session(session, &session_url(app, id), now).into())
        }
        ("GET", ["prices", name]) => {
            let offer = offer(app, vendor, name)?.ok_or_else(|| missing("price", name))?;
            Ok(offer.object().into())
        }
        (method, _) => {
            let shown = call.path.chars().take(200).collect::<String>();
            let message = format!(
                "Unrecognized request URL ({method}: /v1{shown}). The test provider has checkout \
                 sessions and prices alone."
            );
            Err(Problem::new(404, message))
        }
    }
}

fn missing(what: &str, name: &str) -> Problem {
    let name: String = name.chars().take(200).collect();
    Problem { status: 404, ..Problem::of("id", format!("No such {what}: '{name}'")) }
        .coded("resource_missing")
}

fn broken() -> Problem {
    let message = "The test provider cannot answer now. Try again.";
    Problem { kind: "api_error", ..Problem::new(500, message) }
}

fn offer(app: &App, vendor: VendorId, name: &str) -> Result<Option<Offer>, Problem> {
    Offer::find(&*app.ledger.view(), vendor, name).map_err(|error| {
        tracing::error!("the test provider cannot look a plan up: {error}");
        broken()
    })
}

fn create(
    app: &App,
    provider: &TestProvider,
    (vendor, call): (VendorId, Call<'_>),
) -> Result<Answer, Problem> {
    let fields = form(call)?;
    let key = call.idempotency_key.map(str::to_owned);
    if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > 255) {
        return Err(Problem::new(400, "Idempotency-Key must have 1 to 255 characters."));
    }
    let wanted = Wanted::read(&fields)?;
    let name = wanted.price;
    let offer = offer(app, vendor, name)?.ok_or_else(|| Problem {
        param: Some("line_items[0][price]".to_owned()),
        ..Problem { status: 400, ..missing("price", name) }
    })?;
    let total = wanted.total(&offer)?;
    let mut names = Names::draw(&*app.env).map_err(|_| broken())?;
    let now = app.env.now();
    // From here on nobody else makes one under the same key.
    let mut book = provider.book();
    if let Some(before) = key.as_ref().and_then(|key| book.asked(vendor, key)) {
        if before.asked.fields != fields {
            let message = "Keys for idempotent requests can only be used with the same parameters \
                they were first used with.";
            return Err(Problem { kind: "idempotency_error", ..Problem::new(400, message) });
        }
        let body = before.asked.answer.clone();
        return Ok(Answer::Json { status: 200, body, is_replayed: true });
    }
    let mut session = Session {
        id: names.next("cs_test_"),
        vendor,
        offer,
        quantity: wanted.quantity,
        total,
        asked: Asked { key, fields: fields.clone(), answer: String::new() },
        email: wanted.email.map(str::to_owned),
        reference: wanted.reference.map(str::to_owned),
        success_url: wanted.success_url,
        cancel_url: wanted.cancel_url,
        metadata: wanted.metadata,
        created_at: now,
        problem: None,
        confirming: None,
        sale: None,
    };
    let url = session_url(app, &session.id);
    session.asked.answer = objects::session(&session, &url, now).to_string();
    let body = session.asked.answer.clone();
    book.add(session);
    Ok(Answer::Json { status: 200, body, is_replayed: false })
}

/// The fields of a form's body.
fn form(call: Call<'_>) -> Result<Fields, Problem> {
    let media_type = call.content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let message = "Invalid request (check that your POST content type is \
            application/x-www-form-urlencoded).";
        return Err(Problem::new(400, message));
    }
    let fields = Fields::from_form(call.body);
    if fields.0.len() > FIELDS_MAX {
        return Err(Problem::new(400, "Too many parameters."));
    }
    for (name, value) in &fields.0 {
        let is_text = |text: &str| !text.chars().any(|one| one == '\u{fffd}' || one == '\0');
        if !is_text(name) || !value.as_str().is_some_and(is_text) {
            return Err(Problem::new(400, "Invalid UTF-8 or a null character in the parameters."));
        }
        if !FIELDS.contains(&name.as_str()) && metadata_name(name).is_none() {
            let shown: String = name.chars().take(100).collect();
            let message = format!("Received unknown parameter: {shown}");
            return Err(Problem::of(&shown, message).coded("parameter_unknown"));
        }
    }
    Ok(fields)
}

fn metadata_name(field: &str) -> Option<&str> {
    let name = field.strip_prefix("metadata[")?.strip_suffix(']')?;
    (!name.is_empty() && !name.contains(['[', ']'])).then_some(name)
}

/// What a session is asked for.
struct Wanted<'a> {
    mode: &'a str,
    price: &'a str,
    quantity: u64,
    email: Option<&'a str>,
    reference: Option<&'a str>,
    success_url: String,
    cancel_url: Option<String>,
    metadata: Map<String, Value>,
}

impl<'a> Wanted<'a> {
    fn read(fields: &'a Fields) -> Result<Self, Problem> {
        let mode = required(fields, "mode")?;
        if !["payment", "subscription"].contains(&mode) {
            let message = "Invalid mode: must be one of payment or subscription";
            return Err(Problem::of("mode", message));
        }
        let quantity = required(fields, "line_items[0][quantity]")?;
        let quantity = quantity.parse().ok().filter(|quantity| (1..=10_000).contains(quantity));
        let quantity = quantity.ok_or_else(|| {
            let message = "Invalid integer: must be at least 1 and at most 10000";
            Problem::of("line_items[0][quantity]", message).coded("parameter_invalid_integer")
        })?;
        let email = fields.filled("customer_email");
        if let Some(email) = email.filter(|email| Email::new(email).is_err()) {
            let shown: String = email.chars().take(254).collect();
            let problem = Problem::of("customer_email", format!("Invalid email address: {shown}"));
            return Err(problem.coded("email_invalid"));
        }
        let reference = fields.filled("client_reference_id");
        let is_reference = |text: &str| {
            text.len() <= 200
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        if !reference.is_none_or(is_reference) {
            let message = "Invalid client_reference_id: at most 200 letters, digits, `-` and `_`";
            return Err(Problem::of("client_reference_id", message));
        }
        let success_url = required(fields, "success_url")?;
        let success_url = address("success_url", success_url)?;
        let cancel_url = fields.filled("cancel_url");
        let cancel_url = cancel_url.map(|url| address("cancel_url", url)).transpose()?;
        let price = required(fields, "line_items[0][price]")?;
        let metadata = metadata(fields)?;
        Ok(Self { mode, price, quantity, email, reference, success_url, cancel_url, metadata })
    }

    /// What all of it costs.
    fn total(&self, offer: &Offer) -> Result<u64, Problem> {
        match (self.mode, offer.term) {
            ("payment", Some(_)) => {
                let message = "You specified `payment` mode but passed a recurring price. Either \
                    switch to `subscription` mode or use only one-time prices.";
                Err(Problem::of("mode", message))
            }
            ("subscription", None) => {
                let message = "You must provide at least one recurring price in `subscription` \
                    mode when using prices.";
                Err(Problem::of("line_items", message))
            }
            _ => offer.price.amount.checked_mul(self.quantity).ok_or_else(|| {
                Problem::of("line_items[0][quantity]", "The total is too large an amount.")
            }),
        }
    }
}

fn required<'a>(fields: &'a Fields, name: &str) -> Result<&'a str, Problem> {
    fields.filled(name).ok_or_else(|| {
        let problem = Problem::of(name, format!("Missing required param: {name}."));
        problem.coded("parameter_missing")
    })
}

/// A whole URL of HTTP, as browsers write it. Stripe's `{CHECKOUT_SESSION_ID}` may be in it.
fn address(name: &str, text: &str) -> Result<String, Problem> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.filter(|url| url.as_str().len() <= URL_BYTES_MAX);
    let url = url.ok_or_else(|| Problem::of(name, "Not a valid URL").coded("url_invalid"))?;
    Ok(url.as_str().replace("%7BCHECKOUT_SESSION_ID%7D", "{CHECKOUT_SESSION_ID}"))
}

fn metadata(fields: &Fields) -> Result<Map<String, Value>, Problem> {
    let (most, name_most, value_most) = METADATA;
    let named = fields.0.iter().filter_map(|(field, value)| Some((metadata_name(field)?, value)));
    let metadata: Map<String, Value> =
        named.map(|(name, value)| (name.to_owned(), value.clone())).collect();
    let is_long = |(name, value): (&String, &Value)| {
        let length = value.as_str().map_or(0, |text| text.chars().count());
        name.chars().count() > name_most || length > value_most
    };
    if metadata.len() > most || metadata.iter().any(is_long) {
        let message = "Metadata can have up to 50 keys of up to 40 characters, and values of up to \
            500 characters.";
        return Err(Problem::of("metadata", message));
    }
    Ok(metadata)
}
