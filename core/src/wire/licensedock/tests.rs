use proptest::prelude::*;

use super::*;
use crate::wire::foreign::Body;

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
