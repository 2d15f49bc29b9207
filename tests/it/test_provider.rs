//! The test provider over real HTTP: what it is asked, what people do on its pages, and what comes of
//! the events that it posts.

mod api;
mod life;
mod pages;
mod switches;

use counterfoil_core::id::VendorId;
use counterfoil_server::FIRST_VENDOR_NAME;
use counterfoil_server::Options;
use counterfoil_server::ledger::Rows as _;
use counterfoil_tests::{ADMIN_TOKEN, Client, TestServer, in_time, options};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A server that plays a provider, and sells by it.
struct Shop {
    server: TestServer,
    /// Sees tests.
    tests: Client,
    key: String,
    /// Follows no redirect.
    browser: reqwest::Client,
    monthly: String,
    lifetime: String,
    _folder: TempDir,
}

/// What came back to a browser.
struct Shown {
    status: u16,
    /// Where it was sent on to.
    to: String,
    policy: String,
    text: String,
}

/// An event, as the overview shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    kind: String,
    id: String,
    state: String,
    /// What came of each try, and what had been done to it.
    tries: Vec<(String, String)>,
}

impl Shop {
    /// One whose webhook is connected.
    async fn open() -> Self {
        let shop = Self::found().await;
        shop.connect().await;
        shop
    }

    /// One that nobody connected.
    async fn found() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { test_provider: true, ..options(folder.path(), Some(ADMIN_TOKEN)) };
        let server = TestServer::start_with(options).await;
        let admin = &server.admin;
        admin.call("admin.product.create", json!({ "slug": "forms", "name": "Forms <b>" })).await;
        let plans = [("monthly", json!({ "months": 1 }), 900), ("lifetime", Value::Null, 4_900)];
        let mut prices = Vec::new();
        let test = json!({ "name": "tests", "scopes": ["*"], "mode": "test" });
        let made = admin.call("admin.token.create", test).await;
        let tests = admin.with_token(made["token"].as_str().unwrap());
        for (slug, term, price) in plans {
            let plan = json!({ "product": "forms", "slug": slug, "name": slug, "term": term,
                "price": price, "currency": "EUR", "activationType": "domain", "activationLimit": 2 });
            let plan = admin.call("admin.plan.create", plan).await;
            let price = format!("price_test_{}", plan["id"].as_str().unwrap());
            let map = json!({ "provider": "stripe", "price": price, "product": "forms",
                "plan": slug });
            tests.call("admin.price.map", map).await;
            prices.push(price);
        }
        let app = server.server.app();
        let key = app.test_provider.as_ref().unwrap().api_key(&app.secret, vendor(&server));
        let browser = reqwest::Client::builder().no_proxy();
        let browser = browser.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let [monthly, lifetime] = prices.try_into().unwrap();
        Self { key: key.to_string(), server, tests, browser, monthly, lifetime, _folder: folder }
    }

    async fn connect(&self) {
        let app = self.server.server.app();
        let provider = app.test_provider.as_ref().unwrap();
        let secret = provider.webhook_secret(&app.secret, vendor(&self.server));
        let call = json!({ "provider": "stripe", "secret": secret.as_str() });
        self.tests.call("admin.payment.connect", call).await;
    }

    /// What a session of this price is asked for by.
    fn form(&self, price: &str, quantity: u32) -> Vec<(String, String)> {
        let mode = if price == self.monthly { "subscription" } else { "payment" };
        let quantity = quantity.to_string();
        let pairs = [
            ("mode", mode),
            ("line_items[0][price]", price),
            ("line_items[0][quantity]", &quantity),
            ("customer_email", "ann@example.com"),
            ("client_reference_id", "chk_1"),
            ("success_url", "https://shop.example/thanks?of={CHECKOUT_SESSION_ID}#paid=ref"),
            ("cancel_url", "https://shop.example/cart"),
            ("metadata[price]", price),
            ("metadata[quantity]", &quantity),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }

    /// Calls the API.
    async fn ask(
        &self,
        method: &str,
        path: &str,
        further: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> (u16, Value) {
        let request = self.server.public.request(method, &format!("/testpay/v1{path}"));
        let reply = self.server.public.send(further(request)).await;
        (reply.status, reply.json())
    }

    async fn create(&self, form: &[(String, String)]) -> (u16, Value) {
        self.ask("POST", "/checkout/sessions", |request| {
            request.bearer_auth(&self.key).header(FORM.0, FORM.1).body(encoded(form))
        })
        .await
    }

    /// The id of a new session.
    async fn session(&self, price: &str, quantity: u32) -> String {
        let (status, session) = self.create(&self.form(price, quantity)).await;
        assert_eq!(status, 200, "{session}");
        session["id"].as_str().unwrap().to_owned()
    }

    async fn get(&self, path: &str) -> Shown {
        let url = format!("{}/testpay{path}", self.server.public.url());
        shown(self.browser.get(url).send().await.unwrap()).await
    }

    /// Presses a button of our own page.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Shown {
        self.post_from(path, fields, Some(self.server.public.url())).await
    }

    async fn post_from(&self, path: &str, fields: &[(&str, &str)], from: Option<&str>) -> Shown {
        let url = format!("{}/testpay{path}", self.server.public.url());
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let fields: Vec<_> = fields.iter().map(owned).collect();
        let mut request = self.browser.post(url).header(FORM.0, FORM.1).body(encoded(&fields));
        if let Some(from) = from {
            request = request.header("origin", from);
        }
        shown(request.send().await.unwrap()).await
    }

    async fn pay(&self, session: &str, number: &str, switches: &[&str]) -> Shown {
        let mut fields = vec![("number", number), ("expiry", "07/26"), ("cvc", "123")];
        fields.push(("name", "Ann Example"));
        fields.extend(switches.iter().map(|switch| (*switch, "on")));
        self.post(&format!("/session/{session}/pay"), &fields).await
    }

    /// Presses a button of the overview.
    async fn act(&self, act: &str, switches: &[&str]) -> u16 {
        let mut fields = vec![("act", act)];
        fields.extend(switches.iter().map(|switch| (*switch, "on")));
        self.post("/acts", &fields).await.status
    }

    /// Every event, the oldest first, once none is on its way any more. The clock moves only as far
    /// as the next try needs.
    async fn events(&self) -> Vec<Told> {
        in_time(async {
            loop {
                let page = self.get("/").await.text;
                let now = between(&page, "it was ", " UTC").unwrap().to_owned();
                let told = told(&page);
                let next = told.iter().filter_map(|one| one.state.strip_prefix("next try "));
                let is_moving = told.iter().any(|one| one.state == "on its way")
                    || next.clone().any(|at| at <= now.as_str());
                match next.min() {
                    _ if is_moving => tokio::task::yield_now().await,
                    Some(at) => self.server.env.set(&format!("{}Z", at.replace(' ', "T"))),
                    None => return told,
                }
            }
        })
        .await
    }

    /// Pays a new session and lets its events come.
    async fn buy(&self, price: &str, quantity: u32) -> String {
        let session = self.session(price, quantity).await;
        assert_eq!(self.pay(&session, PAYS, &[]).await.status, 303);
        self.events().await;
        session
    }

    async fn licenses(&self) -> Vec<Value> {
        let mut page = self.tests.call("admin.license.list", json!({ "limit": 200 })).await;
        serde_json::from_value(page["items"].take()).unwrap()
    }

    /// The one license that there is.
    async fn only(&self) -> Value {
        let mut licenses = self.licenses().await;
        assert_eq!(licenses.len(), 1, "{licenses:?}");
        licenses.remove(0)
    }
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

const PAYS: &str = "4242 4242 4242 4242";

fn vendor(server: &TestServer) -> VendorId {
    let view = server.server.app().ledger.view();
    view.vendor_named(FIRST_VENDOR_NAME).unwrap().unwrap().id
}

fn encoded(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn shown(response: reqwest::Response) -> Shown {
    let header = |name: &str| {
        let value = response.headers().get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default().to_owned()
    };
    let (to, policy) = (header("location"), header("content-security-policy"));
    let status = response.status().as_u16();
    Shown { status, to, policy, text: response.text().await.unwrap() }
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

/// The events of an overview, the oldest first.
fn told(page: &str) -> Vec<Told> {
    let entries = page.split("<li class=\"panel event\">").skip(1);
    let read = |entry: &str| {
        let tag = |text: &str| {
            let tag = between(text, "<span class=\"tag\"", "</span>").unwrap();
            tag.split_once('>').unwrap().1.to_owned()
        };
        let tries = between(entry, "<ol class=\"tries\">", "</ol>").unwrap_or_default();
        let tries = tries.split("<li>").skip(1).map(|one| {
            let done =
                one.split_once(" · ").map_or("", |(_, done)| done.split('<').next().unwrap());
            (tag(one), done.trim().to_owned())
        });
        Told {
            kind: between(entry, "<strong>", "</strong>").unwrap().to_owned(),
            id: between(entry, "<code>", "</code>").unwrap().to_owned(),
            state: tag(entry),
            tries: tries.collect(),
        }
    };
    let mut told: Vec<Told> = entries.map(read).collect();
    told.reverse();
    told
}

/// The kinds of events.
fn kinds(told: &[Told]) -> Vec<&str> {
    told.iter().map(|one| one.kind.as_str()).collect()
}
