use proptest::prelude::*;

use super::*;
use crate::refusal::WrongParameter;
use crate::wire::foreign::{Asking, Body, Fields, Params};
use crate::wire::{CallProblem, Dialect, Outcome};

fn text() -> impl Strategy<Value = String> {
    "[!-~é ]{0,30}[!-~é]".prop_map(|text| text.trim().to_owned())
}

/// What is not empty as a domain, in any spelling.
fn domains() -> impl Strategy<Value = String> {
    "(https://)?(www\\.)?[a-zé_]{1,10}\\.[a-z]{2,5}(/[!-~é]{0,9}[!-~é])?"
}

fn licenses() -> impl Strategy<Value = License> {
    ("[!-~]{1,40}", text())
        .prop_map(|(vendor_key, license_key)| License { vendor_key, license_key })
}

fn calls() -> impl Strategy<Value = Call> {
    let maybe = || proptest::option::of(text());
    prop_oneof![
        (licenses(), domains(), maybe()).prop_map(|(license, domain, product)| Call::Validate {
            license,
            domain,
            product
        }),
        (licenses(), domains()).prop_map(|(license, domain)| Call::Activate { license, domain }),
        (licenses(), domains()).prop_map(|(license, domain)| Call::Deactivate { license, domain }),
        (licenses(), domains(), maybe(), text()).prop_map(
            |(license, domain, product, installed_version)| Call::Updates {
                license,
                domain,
                product,
                installed_version
            }
        ),
        (licenses(), domains(), maybe(), text()).prop_map(|(license, domain, product, version)| {
            Call::Download { license, domain, product, version }
        }),
    ]
}

fn times() -> impl Strategy<Value = Timestamp> {
    (0..4_102_444_800_i64).prop_map(Timestamp::from_unix)
}

fn seats() -> impl Strategy<Value = Vec<Seat>> {
    let seat = (text(), times()).prop_map(|(domain, activated_at)| Seat { domain, activated_at });
    proptest::collection::vec(seat, 0..4)
}

fn failures() -> impl Strategy<Value = Failure> {
    let codes = prop_oneof![
        proptest::sample::select(Code::PLAIN.to_vec()),
        Just(Code::WrongMethod("POST".to_owned())),
        Just(Code::Other("download_link_expired".to_owned(), 403)),
    ];
    (codes, text(), proptest::option::of(any::<u32>()))
        .prop_map(|(code, message, retry_after)| Failure { code, message, retry_after })
}

fn replies() -> impl Strategy<Value = (Name, Reply)> {
    let good =
        [Standing::Valid, Standing::Expired, Standing::DomainNotActivated, Standing::Revoked];
    let maybe = (proptest::option::of(text()), proptest::option::of(times()));
    let names = [Name::Validate, Name::Activate, Name::Deactivate, Name::Updates, Name::Download];
    prop_oneof![
        Just((Name::Validate, Reply::Validated(Validated::unknown()))),
        (proptest::sample::select(good.to_vec()), maybe, seats(), any::<u32>()).prop_map(
            |(standing, (product, expires_at), seats, seat_limit)| {
                let validated = Validated { standing, product, expires_at, seats, seat_limit };
                (Name::Validate, Reply::Validated(validated))
            }
        ),
        (text(), seats(), any::<u32>()).prop_map(|(domain, seats, seat_limit)| {
            (Name::Activate, Reply::Activated(Activated { domain, seats, seat_limit }))
        }),
        text().prop_map(|domain| (Name::Deactivate, Reply::Deactivated { domain })),
        (text(), text(), any::<bool>()).prop_map(|(product, latest_version, has_update)| {
            (Name::Updates, Reply::Updates(Updates { product, latest_version, has_update }))
        }),
        (proptest::sample::select(names.to_vec()), failures())
            .prop_map(|(name, failure)| (name, Reply::Failed(failure))),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(call in calls()) {
        let request = Incoming::from(&CodeHeaven::write(&call));
        let name = CodeHeaven::route(&request).unwrap();
        prop_assert_eq!(CodeHeaven::read(name, &request), Ok(call));
    }

    #[test]
    fn what_is_rendered_is_parsed_again((name, reply) in replies()) {
        let response = CodeHeaven::render(Some(name), &reply);
        prop_assert_eq!(CodeHeaven::parse(name, &response), Some(reply));
    }

    #[test]
    fn no_request_is_too_strange(
        method in "GET|POST|DELETE|PUT|",
        path in "(/(v1|licenses|validate|K|domains|updates|download|%|%C3|%20|é)?){0,6}",
        query in ".{0,30}",
        body in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let request = Incoming { method, path, query, headers: Vec::new(), body: Body::Bytes(body) };
        let answered = CodeHeaven::route(&request).and_then(|name| CodeHeaven::read(name, &request));
        if let Err(reply) = answered {
            let refused = matches!(&reply, Reply::Failed(failure) if failure.code.line().1 < 500);
            prop_assert!(refused, "{reply:?}");
        }
    }

    #[test]
    fn no_secret_is_in_a_call_s_debug_output(call in calls()) {
        let License { vendor_key, license_key } = match &call {
            Call::Validate { license, .. }
            | Call::Activate { license, .. }
            | Call::Deactivate { license, .. }
            | Call::Updates { license, .. }
            | Call::Download { license, .. } => license.clone(),
        };
        // Short ones are in any text.
        let shown = format!("{call:?}");
        prop_assume!(vendor_key.len() > 9 && license_key.len() > 9);
        prop_assert!(!shown.contains(&vendor_key) && !shown.contains(&license_key), "{shown}");
    }
}

fn parsed(name: Name, status: u16, body: &str) -> Option<Outcome> {
    let response = Response::json(status, &serde_json::from_str::<serde_json::Value>(body).ok()?);
    CodeHeaven::parse(name, &response).map(|reply| CodeHeaven::outcome(name, reply))
}

#[test]
fn a_contradiction_is_no_reply() {
    let seats = r#""product":null,"expiresAt":null,"activations":[],"seatLimit":3"#;
    for (name, status, body) in [
        (Name::Validate, 200, format!(r#"{{"valid":true,"status":"expired",{seats}}}"#)),
        (Name::Validate, 200, format!(r#"{{"valid":false,"status":"valid",{seats}}}"#)),
        (Name::Validate, 200, format!(r#"{{"valid":true,"status":"splendid",{seats}}}"#)),
        (Name::Validate, 201, format!(r#"{{"valid":true,"status":"valid",{seats}}}"#)),
        (Name::Validate, 200, r#"{"error":{"code":"expired","message":"no"}}"#.to_owned()),
        (
            Name::Activate,
            201,
            r#"{"activated":false,"domain":"a.b","activations":[],"seatLimit":1}"#.to_owned(),
        ),
        (Name::Deactivate, 200, r#"{"deactivated":false,"domain":"a.b"}"#.to_owned()),
    ] {
        assert_eq!(parsed(name, status, &body), None, "{body}");
    }
}

#[test]
fn the_old_vendor_s_own_servers_are_understood_too() {
    // The SDK's page has a 403 around `validate`, the reference a 401 of another word, and the page
    // on updates a list of changes.
    for (name, status, body, outcome) in [
        (
            Name::Validate,
            403,
            r#"{"error":{"code":"license_invalid","message":"The license key is not valid."}}"#,
            r#"{"ok":false,"code":"license_revoked","message":"The license key is not valid.","retryable":false}"#,
        ),
        (
            Name::Activate,
            401,
            r#"{"error":{"code":"unauthorized","message":"No."}}"#,
            r#"{"ok":false,"code":"unauthorized","message":"No.","retryable":false}"#,
        ),
        (
            Name::Deactivate,
            404,
            r#"{"error":{"code":"not_found","message":"Nothing."}}"#,
            r#"{"ok":false,"code":"not_found","message":"Nothing.","retryable":false}"#,
        ),
        (
            Name::Updates,
            200,
            r#"{"product":"p","latestVersion":"2.6.0","hasUpdate":true,"changelog":[{"version":"2.6.0","date":"2026-05-28","notes":"New."}]}"#,
            r#"{"ok":true,"updateAvailable":true}"#,
        ),
        (
            Name::Validate,
            200,
            r#"{"valid":false,"status":"invalid"}"#,
            r#"{"ok":true,"verdict":{"valid":false,"status":"invalid","message":"This license key is not valid.","remedy":{"code":"enter_key","text":"Check the key against the one you were sent and enter it again."},"product":null,"plan":null,"expiresAt":null,"activationType":null,"activationLimit":null,"activationsUsed":null,"activation":null,"activations":[]}}"#,
        ),
        (
            Name::Download,
            502,
            r#"{"error":{"code":"bad_gateway","message":"Later."}}"#,
            r#"{"ok":false,"code":"bad_gateway","message":"Later.","retryable":true}"#,
        ),
    ] {
        let found = serde_json::to_string(&parsed(name, status, body).unwrap()).unwrap();
        assert_eq!(found, outcome);
    }
}

#[test]
fn a_call_is_built_by_its_own_names_and_by_ours() {
    let params = |text: &str| Params::from(Fields(serde_json::from_str(text).unwrap()));
    let own = r#"{"vendorKey":"v","licenseKey":"k","domain":"d.e","product":"p"}"#;
    let ours = r#"{"vendorKey":"v","key":"k","identifier":"d.e","product":"p"}"#;
    let call = CodeHeaven::build(Name::Validate, params(own));
    assert_eq!(call, CodeHeaven::build(Name::Validate, params(ours)));
    assert!(call.is_ok());
    for (without, wrong) in [("vendorKey", "v"), ("licenseKey", "k"), ("domain", "d.e")] {
        let text = own.replace(&format!(r#""{without}":"{wrong}","#), "");
        let refusal = CodeHeaven::build(Name::Validate, params(&text)).unwrap_err();
        let missing = WrongParameter::new(without, "is missing");
        assert_eq!(refusal, CallProblem::Wrong(missing));
    }
    let unknown = serde_json::from_str(r#"{"vendorKey":"v","key":"k","domain":"d.e","x":1}"#);
    let built = Dialect::CodeHeaven.build_request("activate", unknown.unwrap());
    assert!(matches!(built, Err(CallProblem::Wrong(_))), "{built:?}");
}
