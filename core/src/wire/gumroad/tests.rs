use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::id::IdNumber;
use crate::refusal::Refusal;
use crate::wire::foreign::{Answering, Asking, Body, Credential};

fn text() -> impl Strategy<Value = String> {
    "[!-~é ]{0,30}[!-~é]".prop_map(|text| text.trim().to_owned())
}

fn license() -> impl Strategy<Value = License> {
    let maybe = || proptest::option::of(text());
    ("[ -~é]{0,30}", maybe(), maybe()).prop_map(|(license_key, product_id, permalink)| License {
        license_key,
        product_id,
        permalink,
    })
}

fn actions() -> impl Strategy<Value = Action> {
    let all = [Action::Enable, Action::Disable, Action::Decrement, Action::Rotate];
    proptest::sample::select(all.to_vec())
}

fn calls() -> impl Strategy<Value = Call> {
    prop_oneof![
        (license(), any::<bool>()).prop_map(|(license, counts)| Call::Verify { license, counts }),
        (actions(), license(), proptest::option::of(text())).prop_map(
            |(action, license, access_token)| Call::Change { action, license, access_token }
        ),
    ]
}

fn members() -> impl Strategy<Value = Map<String, Value>> {
    let values = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
        Just(json!({ "visual": null, "type": "visa", "bin": null, "more": [1] })),
        Just(json!([{ "visual": null }])),
    ];
    let names = "(card|email|price|id|license_key|refunded|[a-z_]{1,9})";
    proptest::collection::btree_map(names, values, 0..12)
        .prop_map(|members| members.into_iter().collect())
}

fn failures() -> impl Strategy<Value = Failure> {
    let forms = proptest::sample::select(vec![Form::Message, Form::Error, Form::Bare]);
    let codes = prop_oneof![
        proptest::sample::select(Code::PLAIN.to_vec()),
        text().prop_map(Code::NotText),
        text().prop_map(Code::ProductIdNeeded),
        (400..600_u16, forms, "x[ -~é]{0,30}")
            .prop_map(|(status, form, text)| Code::Other(status, form, text)),
    ];
    (codes, proptest::option::of(any::<u32>()))
        .prop_map(|(code, retry_after)| Failure { code, retry_after })
}

fn replies() -> impl Strategy<Value = Reply> {
    let told = (proptest::option::of(any::<u64>()), any::<bool>(), members());
    prop_oneof![
        told.prop_map(|(uses, is_imported, record)| {
            Reply::Told(Box::new(Told { uses, is_imported, record }))
        }),
        failures().prop_map(Reply::Failed),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(call in calls()) {
        let request = Incoming::from(&Gumroad::write(&call));
        let name = Gumroad::route(&request).unwrap();
        prop_assert_eq!(Gumroad::read(name, &request), Ok(call));
    }

    #[test]
    fn what_is_rendered_is_parsed_again(reply in replies()) {
        let response = Gumroad::render(Some(Name::Verify), &reply);
        prop_assert_eq!(Gumroad::parse(Name::Verify, &response), Some(reply));
    }

    #[test]
    fn no_request_is_too_strange(
        method in "GET|POST|PUT|",
        path in "(/api)?(/+v2/licenses)?(/(verify|enable.json|.json|%|%C3|é)?){0,2}",
        query in ".{0,30}",
        content_type in "(application/json|application/x-www-form-urlencoded|text/plain|)",
        body in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..60),
            "(\\{|\\}|:|,|null|\"license_key\"|\"id\"|license_key|=|&|%|\\[|\\]|1){0,9}".prop_map(String::into_bytes),
        ],
    ) {
        let headers = vec![("content-type".to_owned(), content_type)];
        let request = Incoming { method, path, query, headers, body: Body::Bytes(body) };
        let read = Gumroad::route(&request).and_then(|name| Gumroad::read(name, &request));
        if let Err(Reply::Failed(Failure { code, .. })) = read {
            prop_assert!(code.line().0 < 500, "{code:?}");
        }
    }

    #[test]
    fn no_reply_is_too_strange(
        status in 100..600_u16,
        words in proptest::collection::vec(
            "(\\{|\\}|:|,|true|false|null|\"success\"|\"message\"|\"error\"|\"purchase\"|1.5)", 0..9),
    ) {
        let response = Response::new(status, "application/json", words.concat());
        for name in Name::ALL {
            let Some(reply) = Gumroad::parse(name, &response) else { continue };
            Gumroad::outcome(name, reply);
        }
    }
}

fn post(path: &str, content_type: &str, body: &str) -> Incoming {
    Incoming {
        method: "POST".to_owned(),
        path: path.to_owned(),
        query: String::new(),
        headers: vec![("content-type".to_owned(), content_type.to_owned())],
        body: Body::Bytes(body.as_bytes().to_vec()),
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn said(status: u16, body: &str) -> Response {
    Response::new(status, "application/json", body)
}

fn outcome(name: Name, response: &Response) -> Value {
    let reply = Gumroad::parse(name, response).expect("a reply");
    serde_json::to_value(Gumroad::outcome(name, reply)).unwrap()
}

#[test]
fn an_id_is_shown_as_sixteen_bytes_in_url_safe_base64() {
    for (number, shown) in [
        (0, "AAAAAAAAAAAAAAAAAAAAAA=="),
        (1, "AAAAAAAAAAAAAAAAAAAAAQ=="),
        (u128::MAX, "_____________________w=="),
        (0xdf6f_a73c_089c_a9b2_e3f0_1fd6_b305_6533, "32-nPAicqbLj8B_WswVlMw=="),
    ] {
        assert_eq!(purchase::external(IdNumber::from_raw(number)), shown);
    }
}

#[test]
fn a_form_that_is_none_is_told_where_a_form_was_announced_and_is_nothing_elsewhere() {
    for body in ["license_key=%", "license_key=%4", "license_key=%zz", "license_key=%C3", "a=%41%"]
    {
        let read = |content_type| Gumroad::read(Name::Verify, &post("", content_type, body));
        assert_eq!(read(FORM), Err(Code::Unparsable.into()), "{body}");
        assert!(read("text/plain").is_ok(), "{body}");
    }
    let read = Gumroad::read(Name::Verify, &post("", "", "license_key=a%3Db==&product_id=x=="));
    let Ok(Call::Verify { license, .. }) = read else { panic!("{read:?}") };
    assert_eq!(
        (license.license_key.as_str(), license.product_id.as_deref()),
        ("a=b==", Some("x=="))
    );
}

#[test]
fn a_post_stands_for_a_put_when_it_says_so() {
    let enable = Ok(Name::Change(Action::Enable));
    let path = "/v2/licenses/enable";
    assert_eq!(Gumroad::route(&post(path, FORM, "_method=put")), enable);
    let mut request = post(path, "application/json", "{\"_method\":\"put\"}");
    assert!(Gumroad::route(&request).is_err());
    request.headers.push(("x-http-method-override".to_owned(), "PUT".to_owned()));
    assert_eq!(Gumroad::route(&request), enable);
    assert!(Gumroad::route(&post("/v2/licenses/verify", FORM, "_method=put")).is_err());
}

#[test]
fn a_header_goes_before_fields_and_another_scheme_is_passed_over() {
    let name = Name::Change(Action::Disable);
    let body = "bearer_token=b&access_token=a";
    for (header, expected) in [
        (Some("bearer  h "), "h"),
        (Some("BEARER h"), "h"),
        (Some("Bearer "), "a"),
        (Some("Basic h"), "a"),
        (None, "a"),
    ] {
        let mut request = post("", FORM, body);
        request.headers.extend(header.map(|it| ("authorization".to_owned(), it.to_owned())));
        let Credential::Sent { text, .. } = Gumroad::credential(name, &request) else { panic!() };
        assert_eq!(text, expected, "{header:?}");
        assert_eq!(Gumroad::credential(Name::Verify, &request), Credential::NotNeeded);
    }
    let only = post("", FORM, "bearer_token=b&access_token=%20");
    let Credential::Sent { text, .. } = Gumroad::credential(name, &only) else { panic!() };
    assert_eq!(text, "b");
    assert_eq!(Gumroad::credential(name, &post("", FORM, "")), Credential::Missing);
}

#[test]
fn no_debug_output_holds_a_secret() {
    let license = License { license_key: "SECRET".into(), product_id: None, permalink: None };
    let access_token = Some("SECRET".to_owned());
    let call = Call::Change { action: Action::Rotate, license, access_token };
    let mut record = Map::new();
    record.insert("license_key".into(), "SECRET".into());
    let told = Reply::Told(Box::new(Told { uses: None, is_imported: false, record }));
    assert!(!format!("{call:?} {told:?}").contains("SECRET"));
}

#[test]
fn what_the_server_cannot_do_never_looks_like_a_bad_key() {
    let request = post("", FORM, "");
    for (refusal, status, body) in [
        (
            Refusal::RateLimited { retry_after: 7 },
            429,
            r#"{"success":false,"message":"Too many requests. Try again later."}"#,
        ),
        (
            Refusal::Unavailable { retry_after: 7 },
            503,
            r#"{"success":false,"message":"Internal error."}"#,
        ),
    ] {
        let reply = Gumroad::refuse(Some(Name::Verify), &request, &refusal);
        let response = Gumroad::render(Some(Name::Verify), &reply);
        assert_eq!(String::from_utf8_lossy(&response.body), body);
        assert_eq!((response.status, response.header("retry-after")), (status, Some("7")));
        let outcome = outcome(Name::Verify, &response);
        assert_eq!((&outcome["ok"], &outcome["retryable"]), (&json!(false), &json!(true)));
        assert_eq!(outcome["code"], refusal.word());
    }
}

#[test]
fn replies_of_gumroads_own_server_are_understood() {
    let bare = |status, challenge: &str| said(status, "").with("WWW-Authenticate", challenge);
    for (response, code, message) in [
        (bare(401, ""), "unauthorized", "The access token is invalid"),
        (
            bare(401, "error_description=\"The access token expired\""),
            "unauthorized",
            "The access token expired",
        ),
        (
            bare(401, "error_description=\"The access token was revoked\""),
            "unauthorized",
            "The access token was revoked",
        ),
        (bare(403, ""), "forbidden", "Forbidden"),
        (said(404, r#"{"success":false,"error":"Not found"}"#), "license_not_found", "Not found"),
        (said(500, r#"{"status":500,"error":"Oops"}"#), "internal_error", "Oops"),
        (said(418, r#"{"success":false,"message":"No"}"#), "refused", "No"),
    ] {
        let outcome = outcome(Name::Change(Action::Disable), &response);
        assert_eq!((&outcome["code"], &outcome["message"]), (&json!(code), &json!(message)));
        assert_eq!(outcome["retryable"], json!(response.status >= 500));
    }
    let imported = r#"{"success":true,"uses":42.0,"imported_customer":{"email":"a@b.example"}}"#;
    let imported = outcome(Name::Verify, &said(200, imported));
    assert_eq!((&imported["verdict"]["valid"], &imported["uses"]), (&json!(true), &json!(42)));
    assert_eq!(imported["purchase"]["email"], "a@b.example");
    let unsaid = outcome(Name::Verify, &said(200, r#"{"success":true,"uses":null,"purchase":{}}"#));
    assert_eq!((&unsaid["verdict"]["valid"], &unsaid["uses"]), (&json!(true), &Value::Null));
    let other = outcome(Name::Verify, &said(404, r#"{"success":false,"message":"Gone."}"#));
    assert_eq!(other["verdict"]["status"], "invalid");
}

#[test]
fn what_is_not_exact_in_every_reader_is_left_out_of_an_answer() {
    let body = r#"{"success":true,"uses":9007199254740993,"purchase":{"price":29.99,"quantity":2,"card":{"bin":1e30}}}"#;
    let outcome = outcome(Name::Verify, &said(200, body));
    assert_eq!((&outcome["verdict"]["valid"], &outcome["uses"]), (&json!(true), &Value::Null));
    assert_eq!(outcome["purchase"], json!({ "quantity": 2 }));
}

#[test]
fn what_contradicts_itself_is_no_reply() {
    for (status, body) in [
        (200, r#"{"success":false,"message":"No"}"#),
        (200, r#"{"success":true,"uses":"3","purchase":{}}"#),
        (200, r#"{"success":true,"uses":-1,"purchase":{}}"#),
        (200, r#"{"success":true,"uses":1.5,"purchase":{}}"#),
        (200, r#"{"success":true,"uses":1}"#),
        (200, r#"{"success":true,"uses":1,"purchase":[]}"#),
        (200, "<html>Log in</html>"),
        (404, r#"{"success":true,"message":"That license does not exist."}"#),
        (404, "<html>Not found</html>"),
        (404, ""),
        (500, ""),
    ] {
        assert_eq!(Gumroad::parse(Name::Verify, &said(status, body)), None, "{body}");
    }
    for purchase in [r#"{"refunded":"yes"}"#, r#"{"subscription_failed_at":1}"#] {
        let body = format!(r#"{{"success":true,"uses":1,"purchase":{purchase}}}"#);
        assert_eq!(outcome(Name::Verify, &said(200, &body))["code"], "unrecognized_response");
    }
}

#[test]
fn a_purchase_tells_how_its_license_stands() {
    for (purchase, status, expires_at) in [
        (json!({ "refunded": true, "chargebacked": true }), "revoked", None),
        (
            json!({ "chargebacked": true, "disputed": true, "dispute_won": false }),
            "suspended",
            None,
        ),
        (json!({ "chargebacked": false, "disputed": true, "dispute_won": true }), "valid", None),
        (json!({ "chargebacked": true, "disputed": true, "dispute_won": true }), "valid", None),
        (json!({ "subscription_failed_at": "2026-01-01T00:00:00Z" }), "suspended", None),
        (
            json!({ "subscription_ended_at": "2026-01-01T00:00:00Z" }),
            "expired",
            Some("2026-01-01T00:00:00Z"),
        ),
        (
            json!({ "subscription_cancelled_at": "2027-01-01T00:00:00Z", "subscription_ended_at": "" }),
            "valid",
            Some("2027-01-01T00:00:00Z"),
        ),
    ] {
        let body = json!({ "success": true, "uses": 1, "purchase": purchase }).to_string();
        let verdict = &outcome(Name::Verify, &said(200, &body))["verdict"];
        assert_eq!(
            (&verdict["status"], &verdict["expiresAt"]),
            (&json!(status), &json!(expires_at))
        );
    }
}
