use proptest::prelude::*;

use super::*;
use crate::wire::Outcome;
use crate::wire::foreign::{Asking, Body};

fn text() -> impl Strategy<Value = String> {
    "[!-~é ]{0,30}[!-~é]".prop_map(|text| text.trim().to_owned())
}

fn license() -> impl Strategy<Value = License> {
    let id = proptest::option::of(any::<u64>());
    (text(), id).prop_map(|(license_key, product_id)| License { license_key, product_id })
}

fn calls() -> impl Strategy<Value = Call> {
    let maybe = || proptest::option::of(text());
    prop_oneof![
        (license(), text(), maybe()).prop_map(|(license, identifier, name)| Call::Activate {
            license,
            identifier,
            name
        }),
        (license(), maybe())
            .prop_map(|(license, identifier)| Call::Validate { license, identifier }),
        (license(), text())
            .prop_map(|(license, identifier)| Call::Deactivate { license, identifier }),
        any::<u64>().prop_map(|product_id| Call::Updates { product_id }),
        (text(), any::<u64>(), maybe(), any::<bool>()).prop_map(|(key, id, identifier, plain)| {
            let license = License { license_key: key, product_id: Some(id) };
            Call::Download { license, identifier, plain }
        }),
    ]
}

fn times() -> impl Strategy<Value = Timestamp> {
    (0..4_102_444_800_i64).prop_map(Timestamp::from_unix)
}

fn terms() -> impl Strategy<Value = Terms> {
    let maybe = || proptest::option::of(text());
    let kinds = prop_oneof![Just(ActivationType::Domain), Just(ActivationType::Seat)];
    let kind = proptest::option::of(kinds);
    let numbers = (any::<u32>(), any::<u32>());
    (text(), maybe(), maybe(), kind, numbers, proptest::option::of(times())).prop_map(
        |(license_key, product, plan, activation_type, numbers, expires_at)| Terms {
            license_key,
            product,
            plan,
            activation_type,
            activation_limit: numbers.0,
            activations_used: numbers.1,
            expires_at,
        },
    )
}

fn failures() -> impl Strategy<Value = Failure> {
    let codes = prop_oneof![
        proptest::sample::select(Code::PLAIN.to_vec()),
        Just(Code::WrongMethod("POST".to_owned())),
        Just(Code::Other("LICENSE_INVALID".to_owned(), 403)),
    ];
    let places = proptest::option::of((any::<u32>(), any::<u32>()));
    (codes, text(), places, proptest::option::of(any::<u32>())).prop_map(
        |(code, message, places, retry_after)| Failure { code, message, places, retry_after },
    )
}

fn replies() -> impl Strategy<Value = (Name, Reply)> {
    let standings = proptest::sample::select(Standing::ALL.to_vec());
    prop_oneof![
        (terms(), text()).prop_map(|(terms, identifier)| {
            (Name::Activate, Reply::Activated(Box::new(Activated { terms, identifier })))
        }),
        (standings, terms(), any::<bool>()).prop_map(|(status, terms, identifier_activated)| {
            let valid = status == Standing::Active;
            let validated = Validated { valid, status, terms, identifier_activated };
            (Name::Validate, Reply::Validated(Box::new(validated)))
        }),
        (text(), text(), any::<u32>()).prop_map(|(license_key, identifier, activations_used)| {
            let deactivated = Deactivated { license_key, identifier, activations_used };
            (Name::Deactivate, Reply::Deactivated(deactivated))
        }),
        any::<bool>()
            .prop_map(|update_available| { (Name::Updates, Reply::Update { update_available }) }),
        failures().prop_map(|failure| (Name::Activate, Reply::Failed(failure))),
        // Plain text carries no code: the sentence and the status tell it.
        proptest::sample::select(Code::PLAIN.to_vec()).prop_map(|code| {
            (Name::Download { plain: true }, Reply::Failed(Failure::of(code)))
        }),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(call in calls()) {
        let request = Incoming::from(&LicenseDock::write(&call));
        let name = LicenseDock::route(&request).unwrap();
        prop_assert_eq!(LicenseDock::read(name, &request), Ok(call));
    }

    #[test]
    fn what_is_rendered_is_parsed_again((name, reply) in replies()) {
        let response = LicenseDock::render(Some(name), &reply);
        prop_assert_eq!(LicenseDock::parse(name, &response), Some(reply));
    }

    #[test]
    fn no_request_is_too_strange(
        method in "GET|POST|PUT|",
        path in "(/(api|index.php|v1|licensedock|licenses|activate|%|%C3|42|é)?){0,7}",
        query in ".{0,30}",
        content_type in "(application/json|application/x-www-form-urlencoded|text/plain|)",
        body in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let headers = vec![("content-type".to_owned(), content_type)];
        let request = Incoming { method, path, query, headers, body: Body::Bytes(body) };
        let answered = LicenseDock::route(&request).and_then(|name| LicenseDock::read(name, &request));
        if let Err(reply) = answered {
            let refused = matches!(&reply, Reply::Failed(failure) if failure.code.line().1 < 500);
            prop_assert!(refused, "{reply:?}");
        }
    }
}

fn parsed(name: Name, status: u16, body: &str) -> Option<serde_json::Value> {
    let response = Response::new(status, "application/json", body);
    let outcome =
        LicenseDock::parse(name, &response).map(|reply| LicenseDock::outcome(name, reply));
    outcome.map(|outcome: Outcome| serde_json::to_value(outcome).unwrap())
}

#[test]
fn replies_of_later_editions_are_understood() {
    let failed = |code: &str, message: &str| serde_json::json!({ "ok": false, "code": code, "message": message, "retryable": false });
    let refusal = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"No."}}}}"#);
    for (name, status, body, outcome) in [
        (Name::Activate, 403, refusal("LICENSE_INVALID"), failed("license_not_found", "No.")),
        (Name::Deactivate, 403, refusal("LICENSE_INVALID"), failed("license_not_found", "No.")),
        (
            Name::Download { plain: false },
            403,
            refusal("ACTIVATION_REQUIRED"),
            failed("activation_not_found", "No."),
        ),
        (
            Name::Download { plain: false },
            403,
            refusal("ACCOUNT_DOWNLOAD_REQUIRED"),
            failed("ACCOUNT_DOWNLOAD_REQUIRED", "No."),
        ),
        (
            Name::Activate,
            403,
            r#"{"error":{"code":"LICENSE_EXPIRED","message":"License has expired."}}"#.to_owned(),
            failed("license_expired", "License has expired."),
        ),
        (
            Name::Updates,
            200,
            r#"{"data":{"update_available":true,"name":"My Extension","version":"2.1.0","download_url":null,"release_notes":"","date":"2026-04-03","requires_license":true}}"#.to_owned(),
            serde_json::json!({ "ok": true, "updateAvailable": true }),
        ),
    ] {
        assert_eq!(parsed(name, status, &body), Some(outcome), "{body}");
    }
    let unknown = r#"{"data":{"valid":false,"status":"invalid","license_key":"K","product":null,"plan":null,"activation_type":null,"activation_limit":0,"activations_used":0,"expires_at":null,"identifier_activated":false}}"#;
    let outcome = parsed(Name::Validate, 200, unknown).unwrap();
    let verdict = &outcome["verdict"];
    assert_eq!((&outcome["ok"], &verdict["status"]), (&true.into(), &"invalid".into()));
    // 0 would be unlimited.
    assert!(verdict["activationLimit"].is_null(), "{verdict}");
}

#[test]
fn a_contradiction_is_no_reply() {
    let terms = r#""license_key":"K","product":null,"plan":null,"activation_type":null,"activation_limit":0,"activations_used":0,"expires_at":null"#;
    let data = |members: &str| {
        format!(
            r#"{{"data":{{{members},{terms},"identifier":"a.b","identifier_activated":true}}}}"#
        )
    };
    for (name, status, body) in [
        (Name::Validate, 200, data(r#""valid":true,"status":"expired""#)),
        (Name::Validate, 200, data(r#""valid":false,"status":"active""#)),
        (Name::Validate, 200, data(r#""valid":true,"status":"splendid""#)),
        (Name::Validate, 200, data(r#""status":"active""#)),
        (Name::Activate, 200, data(r#""status":"suspended""#)),
        (Name::Deactivate, 200, data(r#""status":"active""#)),
        (Name::Validate, 200, r#"{"error":{"code":"LICENSE_EXPIRED","message":"No."}}"#.to_owned()),
        (Name::Validate, 503, "<html>Later</html>".to_owned()),
    ] {
        assert_eq!(parsed(name, status, &body), None, "{body}");
    }
    assert!(parsed(Name::Validate, 200, &data(r#""valid":true,"status":"active""#)).is_some());
}
