use proptest::prelude::*;
use serde_json::json;

use super::developer::{
    Action, Activation, Buyer, Call as Order, Customer, End, License as Sold, LicenseFilter, Meta,
    Name as Named, NewLicense, Page, Patch, Reply as Told, Site, SiteFilter, SiteOfLicense,
    Standing, Updated, Whole,
};
use super::*;
use crate::text::Email;
use crate::wire::CallProblem;
use crate::wire::foreign::{
    Answering, Asking, Body, Credential, Fields, Params, SEATS_UNLIMITED, no_site,
};

fn text() -> impl Strategy<Value = String> {
    "[!-~é ]{0,30}[!-~é]".prop_map(|text| text.trim().to_owned())
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(text())
}

/// What names a site, whatever the license is for.
fn site() -> impl Strategy<Value = String> {
    text().prop_filter("a site", |text| no_site(text).is_none())
}

fn times() -> impl Strategy<Value = Timestamp> {
    (0..4_102_444_800_i64).prop_map(Timestamp::from_unix)
}

fn applications_calls() -> impl Strategy<Value = Call> {
    let license = || (text(), maybe()).prop_map(|(key, public_key)| License { key, public_key });
    prop_oneof![
        (license(), site())
            .prop_map(|(license, site)| Call::Application(Asked::Activate { license, site })),
        (license(), maybe(), site()).prop_map(|(license, activation, site)| {
            let site = (activation.is_none() || site.len() > 9).then_some(site);
            Call::Application(Asked::Deactivate { license, place: Place { site, activation } })
        }),
        (license(), proptest::option::of(site()), maybe()).prop_map(|(license, site, slug)| {
            let product_slug = slug.filter(|_| license.public_key.is_none());
            Call::Application(Asked::Validate { license, site, product_slug })
        }),
        (text(), text(), site()).prop_map(|(key, public_key, site)| {
            let license = License { key, public_key: Some(public_key) };
            Call::Application(Asked::Check { license, site })
        }),
        text().prop_map(|slug| Call::Update { slug }),
        text().prop_map(|release| Call::Download { release }),
    ]
}

fn pages() -> impl Strategy<Value = Page> {
    (1..u32::MAX, 1..=100_u32).prop_map(|(number, size)| Page { number, size })
}

fn standings() -> impl Strategy<Value = Standing> {
    let all = [Standing::Active, Standing::Expired, Standing::Suspended, Standing::Revoked];
    proptest::sample::select(all.to_vec())
}

fn ends() -> impl Strategy<Value = End> {
    prop_oneof![Just(End::Kept), Just(End::Never), times().prop_map(End::At)]
}

fn patches() -> impl Strategy<Value = Patch> {
    let status =
        proptest::option::of(standings().prop_filter("a date", |it| *it != Standing::Expired));
    (status, proptest::option::of(1..=SEATS_UNLIMITED), ends())
        .prop_map(|(status, seats, expires_at)| Patch { status, seats, expires_at })
}

fn new_licenses() -> impl Strategy<Value = NewLicense> {
    let named = proptest::option::of("[a-z]{1,9}");
    let by_email = ("[a-z]{1,9}@[a-z]{1,9}", named).prop_map(|(email, name)| {
        let name = name.map(|name| crate::text::Name::new(&name).unwrap());
        Buyer::ByEmail(Email::new(&email).unwrap(), name)
    });
    let customer = prop_oneof![text().prop_map(Buyer::Known), by_email];
    let seats = proptest::option::of(1..=SEATS_UNLIMITED);
    (text(), maybe(), customer, seats, ends()).prop_map(
        |(product_id, plan_id, customer, seats, expires_at)| NewLicense {
            product_id,
            plan_id,
            customer,
            seats,
            expires_at,
        },
    )
}

fn developers_calls() -> impl Strategy<Value = Order> {
    let ids = || proptest::collection::vec(text(), 0..4);
    let actions = prop_oneof![
        Just(Action::Revoke),
        Just(Action::Suspend),
        Just(Action::Activate),
        (1..=365_000_u32).prop_map(Action::Extend),
    ];
    prop_oneof![
        (maybe(), maybe(), proptest::option::of(standings()), pages()).prop_map(
            |(product_id, customer_id, status, page)| {
                Order::ListLicenses(LicenseFilter { product_id, customer_id, status, page })
            }
        ),
        text().prop_map(Order::GetLicense),
        new_licenses().prop_map(|new| Order::CreateLicense(Box::new(new))),
        (text(), patches()).prop_map(|(id, patch)| Order::UpdateLicense(id, patch)),
        text().prop_map(Order::RevokeLicense),
        text().prop_map(Order::DeleteLicense),
        text().prop_map(Order::RegenerateLicense),
        (ids(), actions).prop_map(|(ids, action)| Order::ChangeLicenses(ids, action)),
        (maybe(), maybe(), proptest::option::of(any::<bool>()), pages()).prop_map(
            |(license_id, product_id, is_active, page)| {
                Order::ListSites(SiteFilter { license_id, product_id, is_active, page })
            }
        ),
        text().prop_map(Order::GetSite),
        text().prop_map(Order::DeactivateSite),
        ids().prop_map(Order::DeactivateSites),
    ]
}

fn calls() -> impl Strategy<Value = Call> {
    let developers = developers_calls().prop_map(|call| Call::Developer(Box::new(call)));
    prop_oneof![applications_calls(), developers]
}

fn failures() -> impl Strategy<Value = Failure> {
    let codes = prop_oneof![
        proptest::sample::select(Code::ALL.to_vec()),
        Just(Code::Other("Invalid status".to_owned(), 400)),
        Just(Code::Other("Bad gateway".to_owned(), 502)),
    ];
    let retry_after = proptest::option::of(any::<u32>());
    (codes, retry_after).prop_map(|(code, retry_after)| Failure { code, retry_after })
}

fn verdicts() -> impl Strategy<Value = (Name, Reply)> {
    let holders =
        prop_oneof![Just(Holder::Nobody), text().prop_map(Holder::Customer), Just(Holder::Untold)];
    let products =
        (maybe(), text(), text()).prop_map(|(id, name, slug)| Product { id, name, slug });
    let places = proptest::option::of((any::<u32>(), any::<u32>()));
    let told = (proptest::option::of(times()), proptest::option::of(products));
    (text(), places, told, holders).prop_map(|(key, places, (expires_at, product), holder)| {
        let valid = Valid { key, places, expires_at, holder, product };
        (Name::Public(Verb::Validate), Reply::Valid(Box::new(valid)))
    })
}

fn sold() -> impl Strategy<Value = Sold> {
    let ids = (text(), text(), maybe(), maybe());
    let numbers = (any::<u32>(), any::<u32>());
    let times = (proptest::option::of(times()), times());
    (ids, text(), standings(), numbers, times).prop_map(
        |(ids, license_key, status, numbers, times)| {
            let (id, product_id, customer_id, plan_id) = ids;
            Sold {
                id,
                license_key,
                product_id,
                customer_id,
                plan_id,
                status,
                seats: numbers.0,
                activated_count: numbers.1,
                expires_at: times.0,
                created_at: times.1,
            }
        },
    )
}

fn wholes() -> impl Strategy<Value = Told> {
    let activations = (text(), text(), any::<bool>(), times()).prop_map(
        |(id, domain, is_active, activated_at)| Activation { id, domain, is_active, activated_at },
    );
    let customer = proptest::option::of((text(), text(), maybe()));
    let activations = proptest::collection::vec(activations, 0..3);
    (sold(), times(), (text(), text(), text()), customer, activations).prop_map(
        |(license, updated_at, product, customer, activations)| {
            let product = Product { id: Some(product.0), name: product.1, slug: product.2 };
            let customer = customer.map(|(id, email, name)| Customer { id, email, name });
            let whole = Whole { license, updated_at, product, customer, activations };
            Told::Whole(Box::new(whole))
        },
    )
}

fn sites() -> impl Strategy<Value = Site> {
    (text(), text(), text(), any::<bool>(), maybe(), times()).prop_map(
        |(id, license_id, url, is_active, ip, activated_at)| Site {
            id,
            license_id,
            url,
            is_active,
            ip,
            activated_at,
        },
    )
}

fn developers_replies() -> impl Strategy<Value = (Named, Told)> {
    let metas = || (pages(), any::<u32>()).prop_map(|(page, total)| Meta { page, total });
    let updated = sold().prop_map(|sold| {
        let Sold { id, license_key, status, seats, expires_at, created_at, .. } = sold;
        let updated_at = created_at;
        Told::Updated(Updated { id, license_key, status, seats, expires_at, updated_at })
    });
    let done = [Named::RevokeLicense, Named::DeleteLicense, Named::DeactivateSite];
    prop_oneof![
        (proptest::collection::vec(sold(), 0..3), metas())
            .prop_map(|(items, meta)| (Named::ListLicenses, Told::Licenses(items, meta))),
        sold().prop_map(|sold| (Named::CreateLicense, Told::License(sold))),
        sold().prop_map(|sold| (Named::RegenerateLicense, Told::License(sold))),
        wholes().prop_map(|whole| (Named::GetLicense, whole)),
        updated.prop_map(|updated| (Named::UpdateLicense, updated)),
        any::<u32>().prop_map(|count| (Named::ChangeLicenses, Told::Affected(count))),
        any::<u32>().prop_map(|count| (Named::DeactivateSites, Told::Affected(count))),
        (proptest::collection::vec(sites(), 0..3), metas())
            .prop_map(|(items, meta)| (Named::ListSites, Told::Sites(items, meta))),
        (sites(), text(), text()).prop_map(|(site, license_key, product_id)| {
            (Named::GetSite, Told::Site(SiteOfLicense { site, license_key, product_id }))
        }),
        proptest::sample::select(done.to_vec()).prop_map(|name| (name, Told::Done)),
    ]
}

fn replies() -> impl Strategy<Value = (Name, Reply)> {
    let verbs = [Verb::Activate, Verb::Deactivate, Verb::Validate, Verb::Check];
    prop_oneof![
        (text(), proptest::option::of(times()))
            .prop_map(|(id, at)| (Name::Open(Verb::Activate), Reply::Activated { id, at })),
        Just((Name::Public(Verb::Deactivate), Reply::Deactivated)),
        verdicts(),
        proptest::option::of((text(), times()))
            .prop_map(|place| (Name::Public(Verb::Check), Reply::Checked(place))),
        developers_replies()
            .prop_map(|(name, told)| (Name::Developer(name), Reply::Developer(Box::new(told)))),
        (proptest::sample::select(verbs.to_vec()), failures())
            .prop_map(|(verb, failure)| (Name::Public(verb), Reply::Failed(failure))),
        failures()
            .prop_map(|failure| (Name::Developer(Named::UpdateLicense), Reply::Failed(failure))),
    ]
}

proptest! {
    #[test]
    fn a_program_writes_and_reads_the_same(call in calls(), (name, reply) in replies()) {
        if let Some(request) = PackEdge::asked(&call) {
            prop_assert_eq!(request, PackEdge::write(&call));
        }
        let response = PackEdge::render(Some(name), &reply);
        let read = PackEdge::answered(name, &response);
        prop_assert_eq!(read, name.verb().map(|_| reply));
    }

    #[test]
    fn what_is_written_is_read_again(call in calls()) {
        let request = Incoming::from(&PackEdge::write(&call));
        let name = PackEdge::route(&request).unwrap();
        prop_assert_eq!(PackEdge::read(name, &request), Ok(call));
    }

    #[test]
    fn what_is_rendered_is_parsed_again((name, reply) in replies()) {
        let response = PackEdge::render(Some(name), &reply);
        prop_assert_eq!(PackEdge::parse(name, &response), Some(reply));
    }

    #[test]
    fn no_request_is_too_strange(
        method in "GET|POST|PATCH|DELETE|",
        path in "(/(public|v1|licenses|sites|wp|update-check|activate|check|bulk|lic_1|%|%C3)?){0,6}",
        query in "(page|per_page|status|slug|&|=|[0-9]|é){0,9}",
        body in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..40),
            "\\{\"(ids|seats|status|license_key|action)\":(\"[a-z]{0,4}\"|-?[0-9.]{1,3}|null|\\[1,\"a\"\\])\\}"
                .prop_map(String::into_bytes),
        ],
    ) {
        let request = Incoming { method, path, query, headers: Vec::new(), body: Body::Bytes(body) };
        let answered = PackEdge::route(&request).and_then(|name| PackEdge::read(name, &request));
        if let Err(reply) = answered {
            let refused = matches!(&reply, Reply::Failed(failure) if failure.code.line().0 < 500);
            prop_assert!(refused, "{reply:?}");
        }
    }
}

fn outcome(verb: &str, status: u16, body: &str) -> serde_json::Value {
    let name = PackEdge::named(verb).unwrap();
    let response = Response::new(status, "application/json", body);
    let reply = PackEdge::parse(name, &response);
    reply.map_or(json!(null), |reply| json!(PackEdge::outcome(name, reply)))
}

#[test]
fn the_replies_of_every_stage_are_read() {
    // The types of the first JavaScript client know fewer members.
    let early = r#"{"valid":true,"license":{"key":"K","status":"active","expiresAt":null,"customerId":"cus_1"},"activations":{"used":2,"limit":5}}"#;
    let read = outcome("validate", 200, early);
    assert_eq!(read["verdict"]["valid"], json!(true));
    assert_eq!(read["verdict"]["activationLimit"], json!(5));
    for body in [
        r#"{"success":true,"activationId":"act_1"}"#,
        r#"{"success":true,"activation_id":"act_1"}"#,
        r#"{"success":true,"site_id":"act_1","activated_at":"2026-02-06T12:00:00.000Z"}"#,
    ] {
        assert_eq!(outcome("activate", 200, body)["activation"]["id"], json!("act_1"), "{body}");
    }
}

#[test]
fn what_contradicts_itself_is_no_reply() {
    for (verb, status, body) in [
        (
            "validate",
            200,
            r#"{"valid":true,"license":{"key":"K","status":"expired","seats":1,"activatedCount":0,"expiresAt":null}}"#,
        ),
        ("validate", 200, r#"{"valid":true}"#),
        ("validate", 200, r#"{"valid":true,"error":"License has expired"}"#),
        ("validate", 200, r#"{"valid":false}"#),
        ("activate", 200, r#"{"success":true}"#),
        ("activate", 200, r#"{"success":false}"#),
        ("check", 200, r#"{"activated":true,"activation_id":null,"activated_at":null}"#),
        (
            "check",
            200,
            r#"{"activated":false,"activation_id":"act_1","activated_at":"2026-02-06T12:00:00Z"}"#,
        ),
        ("deactivate", 502, "<html>"),
        ("deactivate", 404, "{}"),
    ] {
        assert_eq!(outcome(verb, status, body), json!(null), "{body}");
    }
}

#[test]
fn a_fault_is_never_a_no() {
    for (status, body) in [
        (500, r#"{"valid":false,"error":"License has expired"}"#),
        (503, r#"{"error":"License key not found"}"#),
        (429, r#"{"error":"License is revoked"}"#),
        (429, r#"{"error":"Too many requests","retry_after":7}"#),
    ] {
        let read = outcome("validate", status, body);
        assert_eq!(read["ok"], json!(false), "{body}");
        assert_eq!(read["retryable"], json!(true), "{body}");
    }
}

#[test]
fn a_no_may_come_with_any_status_below_faults() {
    for status in [200, 400, 403, 404] {
        let read = outcome("validate", status, r#"{"valid":false,"error":"License has expired"}"#);
        assert_eq!(read["verdict"]["status"], json!("expired"), "{status}");
    }
    let unknown = outcome("validate", 200, r#"{"valid":false,"error":"Not today"}"#);
    assert_eq!(unknown["verdict"]["status"], json!("invalid"));
    let refused = outcome("activate", 400, r#"{"error":"Not today"}"#);
    assert_eq!(refused["code"], json!("refused"));
    for sentence in ["Service temporarily unavailable", "License has expired"] {
        let portal = outcome("validate", 200, &format!(r#"{{"error":"{sentence}"}}"#));
        assert_eq!(portal, json!(null), "{sentence}: nobody's reply");
    }
}

#[test]
fn the_developer_api_has_no_name_for_shipped_software() {
    for name in ["licenses", "sites", "revoke", "bulk", "update-check", "download"] {
        assert_eq!(PackEdge::named(name), None, "{name}");
    }
}

#[test]
fn wrong_parameters_are_named() {
    let refused = |verb: &str, params: serde_json::Value| {
        let serde_json::Value::Object(params) = params else { panic!("an object") };
        let name = PackEdge::named(verb).unwrap();
        match PackEdge::build(name, Params::from(Fields(params))) {
            Err(CallProblem::Wrong(wrong)) => wrong.field,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused("check", json!({"key": "K", "identifier": "a.example"})), "public_key");
    assert_eq!(refused("activate", json!({"key": "K", "public_key": "pk_1"})), "domain");
    assert_eq!(refused("deactivate", json!({"key": "K", "activation": "act_1"})), "domain");
    assert_eq!(refused("validate", json!({"domain": "a.example"})), "license_key");
    assert_eq!(refused("validate", json!({"key": "K", "seats": 1})), "seats");
}

#[test]
fn a_broken_body_is_told_of_before_the_key_that_may_be_in_it() {
    let request = |body: &str| Incoming {
        method: "POST".to_owned(),
        path: "/public/v1/licenses/check".to_owned(),
        query: String::new(),
        headers: vec![("x-public-key".to_owned(), " pk_header ".to_owned())],
        body: Body::Bytes(body.as_bytes().to_vec()),
    };
    let text = |body: &str| match PackEdge::credential(Name::Public(Verb::Check), &request(body)) {
        Credential::Sent { text, .. } => Some(text),
        Credential::Missing | Credential::NotNeeded => None,
    };
    assert_eq!(text("[]"), None);
    assert_eq!(text("{}").as_deref(), Some("pk_header"));
    assert_eq!(text(r#"{"public_key":7}"#).as_deref(), Some("pk_header"));
    assert_eq!(text(r#"{"public_key":"pk_body"}"#).as_deref(), Some("pk_body"));
}

#[test]
fn no_key_is_shown_for_debugging() {
    let license = License { key: "KEY-1".to_owned(), public_key: Some("pk_1".to_owned()) };
    let shown = format!("{:?}", Asked::Activate { license, site: "a.example".to_owned() });
    assert!(!shown.contains("KEY-1") && !shown.contains("pk_1"), "{shown}");
}
