use super::*;
use crate::prelude::*;
use crate::refusal::CODES;
use crate::wire::native::{Call, LICENSE_STOPPED, described, methods};
use serde_json::{Value, json};

fn document() -> Value {
    serde_json::from_str(&super::document("https://licenses.example.com")).unwrap()
}

fn method(name: &str) -> Value {
    let methods = document()["methods"].as_array().unwrap().clone();
    methods.into_iter().find(|method| method["name"] == name).unwrap()
}

fn parameter(call: &str, name: &str) -> Value {
    let params = method(call)["params"].as_array().unwrap().clone();
    params.into_iter().find(|param| param["name"] == name).unwrap()
}

#[test]
fn every_call_is_in_the_document_and_nothing_else() {
    let mut names: Vec<String> = document()["methods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|method| method["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.pop().as_deref(), Some("rpc.discover"));
    assert_eq!(names, methods());
}

#[test]
fn every_call_and_parameter_says_what_it_is_for() {
    for method in document()["methods"].as_array().unwrap() {
        let name = &method["name"];
        let summary = method["summary"].as_str().unwrap();
        assert!((10..=100).contains(&summary.len()), "{name}: {summary:?}");
        assert!(summary.ends_with(['.', '?', '!']), "{name}: {summary:?}");
        for tag in method["tags"].as_array().unwrap() {
            let path = tag["$ref"].as_str().unwrap().trim_start_matches('#');
            let description = document().pointer(path).unwrap()["description"].clone();
            assert_ne!(description, "", "describe {path} in openrpc/document.rs");
        }
        for param in method["params"].as_array().unwrap() {
            let description = param["description"].as_str().unwrap();
            assert!(description.ends_with(['.', '?']), "{name} {}: {description:?}", param["name"]);
        }
    }
}

#[test]
fn every_member_of_an_answer_says_what_it_is() {
    let shared = document()["components"]["schemas"].as_object().unwrap().clone();
    for (name, schema) in shared {
        for (member, schema) in schema["properties"].as_object().into_iter().flatten() {
            let description = schema["description"].as_str().unwrap_or_default();
            assert!(description.ends_with('.'), "{name}.{member} lacks a comment");
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn check(document: &Value, value: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(path)) = members.get("$ref")
                    && let Some(path) = path.strip_prefix('#')
                {
                    assert!(document.pointer(path).is_some(), "{path}");
                }
                members.values().for_each(|value| check(document, value));
            }
            Value::Array(items) => items.iter().for_each(|value| check(document, value)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    check(&document(), &document());
}

#[test]
fn every_code_is_explained_and_every_refusal_is_one() {
    for code in CODES {
        assert_ne!(errors::meaning(code.word), "", "explain {} in openrpc/errors.rs", code.word);
        assert_eq!(errors::object(*code)["data"]["code"], code.word);
    }
    let mut stopped = Vec::new();
    for call in described() {
        for word in call.refusals {
            let known = *word == LICENSE_STOPPED || CODES.iter().any(|code| code.word == *word);
            assert!(known, "{}: {word}", call.method);
            stopped.extend((*word == LICENSE_STOPPED).then_some(call.method));
        }
    }
    assert!(stopped.contains(&"license.activate"));
    let errors = method("license.activate")["errors"].clone();
    let errors: Vec<&str> =
        errors.as_array().unwrap().iter().map(|error| error["$ref"].as_str().unwrap()).collect();
    assert!(errors.contains(&"#/components/errors/license_revoked"), "{errors:?}");
    assert!(!errors.contains(&"#/components/errors/unauthorized"), "{errors:?}");
}

#[test]
fn a_parameter_states_its_limits_and_what_is_assumed() {
    assert_eq!(
        parameter("license.use", "amount"),
        json!({
            "name": "amount",
            "description": "How many.",
            "required": false,
            "schema": {
                "type": ["integer", "null"], "minimum": 1, "maximum": 1_000_000, "default": 1,
            },
        })
    );
    let nonce = parameter("license.validate", "nonce")["schema"].clone();
    assert_eq!((&nonce["minLength"], &nonce["maxLength"]), (&json!(1), &json!(128)));
    let mode = parameter("license.validate", "mode")["schema"].clone();
    assert_eq!(mode["default"], "live");
    assert_eq!(mode["anyOf"][0]["enum"], json!(["live", "test"]));
    let entitlements = parameter("admin.plan.create", "entitlements")["schema"].clone();
    assert_eq!(entitlements["maxItems"], 100);
    let customer = parameter("admin.license.create", "customer")["schema"].clone();
    assert_eq!(customer["required"], json!(["email"]));
    assert_eq!(customer["additionalProperties"], false);
    let key_format = parameter("admin.product.create", "keyFormat")["schema"].clone();
    assert_eq!(key_format["default"], "counterfoil");
    assert_eq!(parameter("license.validate", "key")["required"], true);
}

#[test]
fn an_answer_is_shared_and_has_all_its_members() {
    assert_eq!(
        method("license.validate")["result"],
        json!({ "name": "Verdict", "schema": { "$ref": "#/components/schemas/Verdict" } })
    );
    let verdict = document()["components"]["schemas"]["Verdict"].clone();
    let required: Vec<&str> =
        verdict["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(required[..4], ["valid", "status", "message", "remedy"]);
    assert_eq!(required.len(), verdict["properties"].as_object().unwrap().len());
}

#[expect(unreachable_pub, reason = "what the list writes is public wherever it stands")]
mod subscribed {
    use crate::prelude::*;
    use crate::wire::native::calls;

    const TICK: &str = "admin.tick";
    const UNSUBSCRIBE: &str = "admin.unsubscribeTicks";

    calls! {
        /// `admin.ticks`: pushes the time.
        Ticks "admin.ticks" LicensesRead -> String | conflict
            => crate::time::Timestamp as TICK until UNSUBSCRIBE {
        }
    }
}

#[test]
fn a_subscription_says_what_it_pushes() {
    let [ticks] = subscribed::DESCRIBED else { panic!("there is one") };
    assert_eq!(subscribed::METHODS, ["admin.ticks"]);
    assert_eq!(subscribed::Ticks::REFUSALS, ["conflict"]);
    let pushed = ticks.pushed.unwrap();
    assert_eq!((pushed.notification, pushed.unsubscribe), ("admin.tick", "admin.unsubscribeTicks"));
    assert_eq!((pushed.item.name)(), "Timestamp");
}

#[test]
fn events_are_pushed_over_a_socket_until_they_are_unsubscribed() {
    let events = method("admin.events");
    let subscription = &events["x-subscription"];
    assert_eq!(subscription["notification"], "admin.event");
    assert_eq!(subscription["unsubscribe"], "admin.unsubscribeEvents");
    assert_eq!(subscription["schema"]["$ref"], "#/components/schemas/EventItem");
    assert!(subscription["examples"][0]["license"].is_string());
    assert_eq!(events["x-scope"], "events:read");
    let unsubscribe = method("admin.unsubscribeEvents");
    assert_eq!(unsubscribe["x-scope"], Value::Null);
    assert_eq!(unsubscribe["result"]["schema"]["type"], "boolean");
    let id = parameter("admin.unsubscribeEvents", "subscription");
    assert_eq!((&id["required"], &id["schema"]["type"]), (&json!(true), &json!("integer")));
    let shared = document()["components"]["schemas"]["SubscriptionId"].clone();
    assert_eq!(shared["type"], "integer");
    assert_eq!(events["result"]["schema"]["$ref"], "#/components/schemas/SubscriptionId");
}

#[test]
fn a_change_takes_null_where_that_clears() {
    let plan = |name: &str| parameter("admin.plan.update", name);
    for (name, kind) in [
        ("slug", json!("string")),
        ("activationLimit", json!("integer")),
        ("price", json!(["integer", "null"])),
        ("graceDays", json!(["integer", "null"])),
        ("entitlements", json!(["array", "null"])),
    ] {
        assert_eq!(plan(name)["schema"]["type"], kind, "{name}");
        assert_eq!(plan(name)["required"], false, "{name}");
        assert_eq!(plan(name)["schema"].get("default"), None, "{name}: absent keeps");
    }
}

#[test]
fn lists_are_named_after_what_they_hold() {
    let page = |call: &str| method(call)["result"]["schema"]["$ref"].clone();
    for (call, name) in [
        ("admin.product.list", "ProductPage"),
        ("admin.license.list", "LicensePage"),
        ("admin.activation.list", "ActivationPage"),
        ("admin.license.history", "HistoryItemPage"),
        ("admin.token.list", "TokenPage"),
    ] {
        assert_eq!(page(call), format!("#/components/schemas/{name}"));
    }
}

#[test]
fn the_same_list_gives_the_same_bytes() {
    let url = "https://licenses.example.com";
    assert_eq!(super::document(url), super::document(url));
}

#[test]
fn white_space_within_a_text_stays() {
    assert_eq!(compact("{ \"a\" : [ 1,\n \"b \\\" c\" ] }"), r#"{"a":[1,"b \" c"]}"#);
}
