//! What is done in one dialect, as every other one sees it: they are ways to ask about one license.

use counterfoil_tests::TestServer;
use serde_json::{Value, json};
use std::fmt::Write as _;

const DIALECTS: [&str; 6] =
    ["codeheaven", "gumroad", "licensedock", "packedge", "serialsense", "counterfoil"];

/// Where the software runs that asks: it holds a place before anything is done.
const HERE: &str = "example.com";

/// A license that all dialects can ask about, on a server of its own.
struct World {
    server: TestServer,
    license: String,
    key: String,
    alias: String,
}

/// What is done, in which dialect.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    FillPlaces,
    FreePlace,
    Disable,
    Enable,
    Revoke,
    Rotate,
    Inactivate,
}

/// Who can do what, and what each of [`DIALECTS`] then says of the license at [`HERE`].
const DEEDS: &[(&str, Deed, [&str; 6])] = &[
    ("codeheaven", Deed::FillPlaces, FULL),
    ("licensedock", Deed::FillPlaces, FULL),
    ("packedge", Deed::FillPlaces, FULL),
    ("serialsense", Deed::FillPlaces, FULL),
    ("counterfoil", Deed::FillPlaces, FULL),
    ("codeheaven", Deed::FreePlace, FREED),
    ("licensedock", Deed::FreePlace, FREED),
    ("packedge", Deed::FreePlace, FREED),
    ("serialsense", Deed::FreePlace, FREED),
    ("counterfoil", Deed::FreePlace, FREED),
    ("gumroad", Deed::Disable, STOPPED),
    ("packedge", Deed::Disable, SUSPENDED),
    ("counterfoil", Deed::Disable, STOPPED),
    ("gumroad", Deed::Enable, GOOD),
    ("packedge", Deed::Enable, GOOD),
    ("counterfoil", Deed::Enable, GOOD),
    ("packedge", Deed::Revoke, REVOKED),
    ("counterfoil", Deed::Revoke, REVOKED),
    ("gumroad", Deed::Rotate, UNKNOWN),
    ("packedge", Deed::Rotate, UNKNOWN),
    ("counterfoil", Deed::Rotate, UNKNOWN),
    ("serialsense", Deed::Inactivate, GONE),
    ("counterfoil", Deed::Inactivate, GONE),
];

const GOOD: [&str; 6] = ["valid", "200", "active", "valid", "1", "valid"];
/// A full license is good where it has its place.
const FULL: [&str; 6] = GOOD;
/// Gumroad and PackEdge do not ask for a place, LicenseDock tells of it beside.
const FREED: [&str; 6] =
    ["domain_not_activated", "200", "active elsewhere", "valid", "0", "not_activated"];
const STOPPED: [&str; 6] = [
    "revoked",
    "This license key has been disabled.",
    "suspended",
    "License is suspended",
    "0",
    "disabled",
];
const SUSPENDED: [&str; 6] = [
    "revoked",
    "This license key has been disabled.",
    "suspended",
    "License is suspended",
    "0",
    "suspended",
];
const REVOKED: [&str; 6] = [
    "revoked",
    "Access to the purchase associated with this license has expired.",
    "revoked",
    "License is revoked",
    "0",
    "revoked",
];
/// The old key is nobody's; Serial Sense asks by the alias, which stays.
const UNKNOWN: [&str; 6] = [
    "invalid",
    "That license does not exist for the provided product.",
    "LICENSE_NOT_FOUND",
    "License key not found",
    "1",
    "invalid",
];
/// Key and alias are nobody's.
const GONE: [&str; 6] = [
    "invalid",
    "That license does not exist for the provided product.",
    "LICENSE_NOT_FOUND",
    "License key not found",
    "0",
    "invalid",
];

#[tokio::test]
async fn what_is_done_in_one_dialect_is_seen_in_every_other() {
    let mut table = String::new();
    for (dialect, deed, expected) in DEEDS {
        let world = World::new().await;
        world.act(dialect, *deed).await;
        let mut seen = Vec::new();
        for observer in DIALECTS {
            seen.push(world.seen(observer).await);
        }
        writeln!(table, "{dialect} {deed:?}: {}", seen.join(" | ")).unwrap();
        assert_eq!(seen, expected, "{dialect} {deed:?}");
        if *deed == Deed::FillPlaces {
            for other in ["codeheaven", "licensedock", "packedge", "serialsense", "counterfoil"] {
                let answer = world.activate(other, "one-too-many.example").await;
                assert!(is_full(other, &answer), "{dialect} {deed:?}: {other}: {answer}");
            }
        }
        world.server.stop().await;
    }
    println!("{table}");
}

/// Whether a dialect says that every place is taken.
fn is_full(dialect: &str, answer: &Value) -> bool {
    match dialect {
        "codeheaven" => answer["error"]["code"] == "seat_limit_exceeded",
        "licensedock" => answer["error"]["code"] == "ACTIVATION_LIMIT_REACHED",
        "packedge" => answer["error"] == "License seat limit reached",
        "serialsense" => *answer == json!("F"),
        _ => answer["error"]["data"]["code"] == "seat_limit_exceeded",
    }
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let admin = &server.admin;
        let product = json!({ "slug": "forms", "name": "Forms", "externalId": "42", "permalink": "pencil",
            "keyFormat": "XXX-XXXX-XXXXX" });
        admin.call("admin.product.create", product).await;
        let tokens = [
            ("codeheaven-vendor-key", "ch_vendor_live_1", json!(null)),
            ("gumroad-access-token", "gumroad-token", json!(null)),
            ("packedge-api-key", "pk_api", json!(null)),
            ("serialsense-apikey", "ss-apikey", json!("forms")),
            ("serialsense-sig", "ss-sig", json!("forms")),
        ];
        for (kind, secret, product) in tokens {
            let scopes = json!(["licenses:read", "licenses:write"]);
            let token = json!({ "name": kind, "kind": kind, "secret": secret, "scopes": scopes,
                "product": product });
            admin.call("admin.token.create", token).await;
        }
        let license = json!({ "product": "forms", "activationLimit": 2,
            "customer": { "email": "ann@example.com" } });
        let license = admin.call("admin.license.create", license).await;
        let text = |name: &str| license[name].as_str().unwrap().to_owned();
        let (license, key, alias) = (text("id"), text("key"), text("alias"));
        let here = json!({ "key": key, "identifier": HERE });
        server.public.call("license.activate", here).await;
        Self { server, license, key, alias }
    }

    /// Sends a form, or JSON where the body begins with a brace.
    async fn send(
        &self,
        (method, path): (&str, String),
        headers: &[(&str, &str)],
        body: String,
    ) -> (u16, String) {
        let is_json = body.starts_with('{');
        let kind = if is_json { "application/json" } else { "application/x-www-form-urlencoded" };
        let mut request = self.server.public.request(method, &path).body(body);
        for (name, value) in headers.iter().chain(&[("content-type", kind)]) {
            request = request.header(*name, *value);
        }
        let reply = self.server.public.send(request).await;
        (reply.status, reply.body)
    }

    async fn rpc(&self, method: &str, params: Value) -> Value {
        self.server.admin.ask(method, params).await
    }

    async fn activate(&self, dialect: &str, identifier: &str) -> Value {
        let Self { key, .. } = self;
        match dialect {
            "codeheaven" => {
                let path = format!("/codeheaven/v1/licenses/{key}/domains");
                let body = json!({ "domain": identifier });
                self.json(("POST", path), &[VENDOR_KEY], body).await
            }
            "licensedock" => {
                let body = json!({ "license_key": key, "identifier": identifier });
                self.json(("POST", licensedock("activate")), &[], body).await
            }
            "packedge" => {
                let body = json!({ "license_key": key, "domain": identifier });
                self.json(("POST", "/packedge/v1/licenses/activate".into()), &[], body).await
            }
            "serialsense" => {
                let form = format!("apikey=ss-apikey&code={key}&mach={identifier}");
                self.serial("activate", form).await.into()
            }
            _ => {
                self.rpc("license.activate", json!({ "key": key, "identifier": identifier })).await
            }
        }
    }

    async fn json(&self, call: (&str, String), headers: &[(&str, &str)], body: Value) -> Value {
        let (_, text) = self.send(call, headers, body.to_string()).await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// The second line of what Serial Sense's dialect says.
    async fn serial(&self, call: &str, form: String) -> String {
        let path = format!("/serialsense/api/{call}");
        let (_, text) = self.send(("POST", path), &[], form).await;
        text.strip_prefix("<license>\n").unwrap().trim_end().to_owned()
    }

    async fn act(&self, dialect: &str, deed: Deed) {
        match deed {
            Deed::FillPlaces => {
                let answer = self.activate(dialect, "staging.example.com").await;
                assert!(!is_full(dialect, &answer), "{answer}");
            }
            Deed::FreePlace => self.free(dialect).await,
            Deed::Disable => self.stop(dialect, "disable", "suspended").await,
            Deed::Enable => {
                self.stop(dialect, "disable", "suspended").await;
                self.stop(dialect, "enable", "active").await;
            }
            Deed::Revoke => match dialect {
                "packedge" => self.developer("POST", "/revoke", json!({})).await,
                _ => self.desk("revoke").await,
            },
            Deed::Rotate => match dialect {
                "gumroad" => self.gumroad("rotate").await,
                "packedge" => self.developer("POST", "/regenerate", json!({})).await,
                _ => self.desk("rotate").await,
            },
            Deed::Inactivate => match dialect {
                "serialsense" => {
                    let form = format!("sig=ss-sig&code={}", self.key);
                    assert_ne!(self.serial("inactivate", form).await, "F");
                }
                _ => self.desk("inactivate").await,
            },
        }
    }

    async fn free(&self, dialect: &str) {
        let Self { key, alias, .. } = self;
        let freed = match dialect {
            "codeheaven" => {
                let path = format!("/codeheaven/v1/licenses/{key}/domains/{HERE}");
                self.send(("DELETE", path), &[VENDOR_KEY], String::new()).await.0 == 200
            }
            "licensedock" => {
                let body = json!({ "license_key": key, "identifier": HERE });
                let answer = self.json(("POST", licensedock("deactivate")), &[], body).await;
                answer["data"]["status"] == "deactivated"
            }
            "packedge" => {
                let body = json!({ "license_key": key, "domain": HERE });
                let call = ("POST", "/packedge/v1/licenses/deactivate".to_owned());
                self.json(call, &[], body).await["success"] == true
            }
            "serialsense" => {
                let form = format!("apikey=ss-apikey&code={alias}&mach={HERE}");
                self.serial("deactivate", form).await == "S"
            }
            _ => {
                let params = json!({ "key": key, "identifier": HERE });
                self.rpc("license.deactivate", params).await["result"]["deactivated"] == true
            }
        };
        assert!(freed, "{dialect}");
    }

    /// By the word of whoever stops: PackEdge's suspension, or our own and Gumroad's switch.
    async fn stop(&self, dialect: &str, switch: &str, status: &str) {
        match dialect {
            "gumroad" => self.gumroad(switch).await,
            "packedge" => self.developer("PATCH", "", json!({ "status": status })).await,
            _ => self.desk(switch).await,
        }
    }

    async fn gumroad(&self, call: &str) {
        let form = format!("access_token=gumroad-token&product_id=42&license_key={}", self.key);
        let path = format!("/gumroad/v2/licenses/{call}");
        let (status, text) = self.send(("PUT", path), &[], form).await;
        assert_eq!(status, 200, "{text}");
    }

    async fn developer(&self, method: &str, action: &str, body: Value) {
        let path = format!("/packedge/v1/licenses/{}{action}", self.license);
        let bearer = ("authorization", "Bearer pk_api");
        let (status, text) = self.send((method, path), &[bearer], body.to_string()).await;
        assert_eq!(status, 200, "{text}");
    }

    async fn desk(&self, command: &str) {
        let params = json!({ "license": self.license });
        self.server.admin.call(&format!("admin.license.{command}"), params).await;
    }

    /// What a dialect says of the license at [`HERE`].
    async fn seen(&self, dialect: &str) -> String {
        let Self { key, alias, .. } = self;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match dialect {
            "codeheaven" => {
                let body = json!({ "licenseKey": key, "domain": HERE });
                let call = ("POST", "/codeheaven/v1/licenses/validate".to_owned());
                text(&self.json(call, &[VENDOR_KEY], body).await["status"])
            }
            "gumroad" => {
                let form = format!("product_id=42&license_key={key}&increment_uses_count=false");
                let call = ("POST", "/gumroad/v2/licenses/verify".to_owned());
                let (status, body) = self.send(call, &[], form).await;
                let body: Value = serde_json::from_str(&body).unwrap();
                if status == 200 { "200".to_owned() } else { text(&body["message"]) }
            }
            "licensedock" => {
                let body = json!({ "license_key": key, "identifier": HERE });
                let answer = self.json(("POST", licensedock("validate")), &[], body).await;
                let status = text(&answer["data"]["status"]);
                match answer["data"]["identifier_activated"].as_bool() {
                    None => text(&answer["error"]["code"]),
                    Some(false) if status == "active" => "active elsewhere".to_owned(),
                    Some(_) => status,
                }
            }
            "packedge" => {
                let call = ("POST", "/packedge/v1/licenses/validate".to_owned());
                let answer = self.json(call, &[], json!({ "license_key": key })).await;
                if answer["valid"] == true { "valid".to_owned() } else { text(&answer["error"]) }
            }
            "serialsense" => {
                let form = format!("apikey=ss-apikey&code={alias}&mach={HERE}");
                self.serial("auth", form).await
            }
            _ => {
                let params = json!({ "key": key, "identifier": HERE });
                text(&self.rpc("license.validate", params).await["result"]["status"])
            }
        }
    }
}

const VENDOR_KEY: (&str, &str) = ("x-ch-vendor-key", "ch_vendor_live_1");

fn licensedock(call: &str) -> String {
    format!("/licensedock/api/index.php/v1/licensedock/licenses/{call}")
}
