//! What a payment provider is asked by its own API: to open a session in which a buyer pays.
//!
//! Stripe's, and with another address that of whoever speaks it, as the test provider does.

use bytes::Bytes;
use counterfoil_core::id::CheckoutId;
use counterfoil_core::text::{Email, PaymentRef};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use crate::env::Env;

/// Where Stripe's API is.
pub const STRIPE: &str = "https://api.stripe.com";

/// Longest that a buyer waits for a provider's answer.
const TIME_MAX: Duration = Duration::from_secs(15);

/// Most bytes of an answer.
const ANSWER_BYTES_MAX: usize = 256 * 1_024;

/// Longest address of a page to pay at, in bytes.
const URL_BYTES_MAX: usize = 4_096;

/// Who we are, in a provider's logs.
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("Counterfoil/", env!("CARGO_PKG_VERSION")));

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

type Connections = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Asks providers.
pub struct PaymentApi {
    env: Arc<dyn Env>,
    stripe: String,
    /// Made when it is needed first: it reads the certificates that this machine trusts.
    connections: OnceCell<Option<Connections>>,
}

/// Whom to ask.
pub struct Account {
    /// Where the API is, without a slash at the end.
    pub base: String,
    /// The key that opens it.
    pub key: Zeroizing<String>,
}

/// The session that is to be opened.
#[derive(Debug)]
pub struct Wanted {
    /// Our name for the purchase. A repeat with the same one opens the same session.
    pub checkout: CheckoutId,
    /// The provider's name for what is bought.
    pub price: PaymentRef,
    /// How many.
    pub quantity: u32,
    /// Whether it is paid again and again.
    pub renews: bool,
    /// Who buys.
    pub email: Email,
    /// Where the buyer goes once it is paid.
    pub success_url: String,
    /// Where the buyer goes to think it over.
    pub cancel_url: String,
}

/// Why no session was opened: a sentence for the log, with nothing secret in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a payment provider opened no session: {0}")]
pub struct NotOpened(String);

impl NotOpened {
    fn new(problem: impl std::fmt::Display) -> Self {
        Self(problem.to_string())
    }
}

/// What is read of an answer.
#[derive(Deserialize)]
struct Session {
    url: Option<String>,
}

/// What is read of a refusal.
#[derive(Deserialize)]
struct Refused {
    error: Problem,
}

#[derive(Deserialize)]
struct Problem {
    message: Option<String>,
}

/// It holds a key.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({})", self.base)
    }
}

impl std::fmt::Debug for PaymentApi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PaymentApi")
    }
}

impl PaymentApi {
    /// Asks by this clock; Stripe at this address, without a slash at the end.
    pub fn new(env: Arc<dyn Env>, stripe: String) -> Self {
        Self { env, stripe, connections: OnceCell::new() }
    }

    /// Where Stripe is asked.
    pub fn stripe(&self) -> &str {
        &self.stripe
    }

    /// Opens a session, and gives the address of the page at which to pay.
    ///
    /// # Errors
    ///
    /// [`NotOpened`] when the provider did not answer in time, or said no.
    pub async fn open(&self, account: &Account, wanted: &Wanted) -> Result<String, NotOpened> {
        let request = request(account, wanted)?;
        let connections = self.connections.get_or_init(connections).await.as_ref();
        let connections =
            connections.ok_or_else(|| NotOpened::new("this machine trusts no certificates"))?;
        let asking = async {
            let response = connections.request(request).await.map_err(NotOpened::new)?;
            let status = response.status();
            let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
            Ok((status, body.map_err(NotOpened::new)?.to_bytes()))
        };
        let (status, body) = tokio::select! {
            answered = asking => answered?,
            () = self.env.passes(TIME_MAX) => return Err(NotOpened::new("it did not answer in time")),
        };
        read(status, &body)
    }
}

fn request(account: &Account, wanted: &Wanted) -> Result<Request<Full<Bytes>>, NotOpened> {
    let id = wanted.checkout.to_string();
    let quantity = wanted.quantity.to_string();
    let price = wanted.price.as_str();
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("mode", if wanted.renews { "subscription" } else { "payment" })
        .append_pair("line_items[0][price]", price)
        .append_pair("line_items[0][quantity]", &quantity)
        .append_pair("customer_email", wanted.email.as_str())
        .append_pair("client_reference_id", &id)
        .append_pair("success_url", &wanted.success_url)
        .append_pair("cancel_url", &wanted.cancel_url)
        // An event of a session lists no prices: what is noted with it says what was bought.
        .append_pair("metadata[price]", price)
        .append_pair("metadata[quantity]", &quantity)
        .finish();
    let mut key = HeaderValue::try_from(format!("Bearer {}", account.key.as_str()))
        .map_err(|_| NotOpened::new("its key can be in no header"))?;
    key.set_sensitive(true);
    Request::builder()
        .method(Method::POST)
        .uri(format!("{}/v1/checkout/sessions", account.base))
        .header(AUTHORIZATION, key)
        .header(CONTENT_TYPE, FORM)
        .header(ACCEPT, HeaderValue::from_static("application/json"))
        .header(USER_AGENT, AGENT)
        .header("idempotency-key", &id)
        .body(Full::new(Bytes::from(form)))
        .map_err(NotOpened::new)
}

fn read(status: StatusCode, body: &[u8]) -> Result<String, NotOpened> {
    if !status.is_success() {
        let refused = serde_json::from_slice::<Refused>(body).ok();
        let words = refused.and_then(|refused| refused.error.message).unwrap_or_default();
        let words: String = words.chars().filter(|c| !c.is_control()).take(300).collect();
        return Err(NotOpened(format!("it answered {status}: {words}")));
    }
    let session: Session = serde_json::from_slice(body).map_err(NotOpened::new)?;
    let url = session.url.filter(|url| url.len() <= URL_BYTES_MAX);
    let is_page = |url: &String| {
        Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
    };
    url.filter(is_page).ok_or_else(|| NotOpened::new("its answer names no page to pay at"))
}

/// Reads many files, so it is done beside the others' work.
async fn connections() -> Option<Connections> {
    let loading = tokio::task::spawn_blocking(|| {
        let builder = hyper_rustls::HttpsConnectorBuilder::new();
        let provider = rustls::crypto::ring::default_provider();
        let connector = builder.with_provider_and_native_roots(provider).ok()?;
        let connector = connector.https_or_http().enable_http1().build();
        Some(Client::builder(TokioExecutor::new()).build(connector))
    });
    loading.await.ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_a_page_to_pay_at_opens_nothing() {
        for body in [
            "",
            "{}",
            "[]",
            r#"{"url":null}"#,
            r#"{"url":""}"#,
            r#"{"url":"javascript:alert(1)"}"#,
            r#"{"url":"/pay"}"#,
        ] {
            read(StatusCode::OK, body.as_bytes()).unwrap_err();
        }
        let long = format!(r#"{{"url":"https://pay.example.com/{}"}}"#, "a".repeat(URL_BYTES_MAX));
        read(StatusCode::OK, long.as_bytes()).unwrap_err();
        let url = "https://pay.example.com/c/cs_1#fid";
        assert_eq!(read(StatusCode::OK, format!(r#"{{"url":"{url}"}}"#).as_bytes()).unwrap(), url);
    }

    #[test]
    fn a_refusal_is_told_in_the_providers_words() {
        let body = br#"{"error":{"type":"invalid_request_error","message":"No such price: 'x'"}}"#;
        let problem = read(StatusCode::BAD_REQUEST, body).unwrap_err().to_string();
        assert!(problem.ends_with("400 Bad Request: No such price: 'x'"), "{problem}");
        read(StatusCode::BAD_GATEWAY, b"<html>").unwrap_err();
    }
}
