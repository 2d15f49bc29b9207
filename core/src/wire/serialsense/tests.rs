use proptest::prelude::*;

use super::*;
use crate::refusal::Refusal;
use crate::wire::foreign::{Answering, Asking, Body, Credential, Fields, Params};
use crate::wire::{CallProblem, Outcome, foreign};
use serde_json::json;

fn text() -> impl Strategy<Value = String> {
    "[!-~é ]{0,30}[!-~é]".prop_map(|text| text.trim().to_owned())
}

fn data() -> impl Strategy<Value = String> {
    "[ -~é\r\n\t\u{1}\u{1f600}]{0,60}"
}

fn emails() -> impl Strategy<Value = Email> {
    "[a-zé+]{1,20}@[a-z.]{1,20}".prop_map(|text| Email::new(&text).unwrap())
}

fn asked() -> impl Strategy<Value = Asked> {
    let pairs = (text(), text());
    let activations = prop_oneof![
        pairs.prop_map(|(code, mach)| Asked::Activate { code, mach }),
        (text(), text()).prop_map(|(alias, mach)| Asked::Auth { alias, mach }),
        (text(), text()).prop_map(|(alias, mach)| Asked::Deactivate { alias, mach }),
        text().prop_map(|alias| Asked::GetData { alias }),
    ];
    prop_oneof![
        activations,
        (text(), any::<bool>()).prop_map(|(code, send)| Asked::Inactivate { code, send }),
        (emails(), 1..=u32::MAX, data(), any::<bool>())
            .prop_map(|(email, max, data, send)| Asked::Create { email, max, data, send }),
        emails().prop_map(|email| Asked::GetLicense { email }),
        emails().prop_map(|email| Asked::EmailExists { email }),
        (text(), emails()).prop_map(|(code, email)| Asked::ForceEmailChange { code, email }),
        (text(), data()).prop_map(|(code, data)| Asked::SetData { code, data }),
    ]
}

fn replies() -> impl Strategy<Value = (Name, Reply)> {
    let names = || proptest::sample::select(Name::ALL.to_vec());
    let problems = proptest::sample::select(Problem::ALL.to_vec());
    let alias = "[A-Z0-9]{3}-[A-Z0-9]{4}-[A-Z0-9]{5}";
    prop_oneof![
        names().prop_map(|name| (name, Reply::No)),
        names().prop_map(|name| {
            let reply = name.yes().map_or(Reply::No, |_| Reply::Yes);
            (name, reply)
        }),
        alias.prop_map(|alias| (Name::Activate, Reply::Result(alias))),
        "[!-~]{2,40}".prop_map(|code| (Name::GetLicense, Reply::Result(code))),
        data().prop_map(|data| (Name::GetData, Reply::Result(data))),
        (names(), problems, proptest::option::of(any::<u32>())).prop_map(
            |(name, problem, retry_after)| (name, Reply::Page(Page { problem, retry_after }))
        ),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(credential in text(), asked in asked()) {
        let call = Call { credential, asked };
        let request = Incoming::from(&SerialSense::write(&call));
        let name = SerialSense::route(&request).unwrap();
        prop_assert_eq!(SerialSense::read(name, &request), Ok(call));
    }

    #[test]
    fn what_is_rendered_is_parsed_again((name, reply) in replies()) {
        let response = SerialSense::render(Some(name), &reply);
        prop_assert_eq!(SerialSense::parse(name, &response), Some(reply));
    }

    #[test]
    fn no_request_is_too_strange(
        method in "GET|POST|PUT|",
        path in "(/(api|auth|get_data|create|%|%C3|é)?){0,5}",
        query in ".{0,30}",
        parts in proptest::option::of(proptest::collection::vec((".{0,9}", ".{0,30}"), 0..5)),
        body in proptest::collection::vec(any::<u8>(), 0..60),
        filled in any::<bool>(),
    ) {
        let body = if filled { [b"call=create&sig=S&email=a@b&max=".as_slice(), &body].concat() } else { body };
        let body = parts.map_or(Body::Bytes(body), Body::Multipart);
        let request = Incoming { method, path, query, headers: Vec::new(), body };
        let answered = SerialSense::route(&request).and_then(|name| SerialSense::read(name, &request));
        if let Err(Reply::Page(page)) = answered {
            prop_assert!(page.problem.line().0 < 429, "{page:?}");
        }
    }

    #[test]
    fn no_response_is_too_strange(
        status in proptest::sample::select(vec![200, 404, 503]),
        start in "(<license>(\r?\n)?)?",
        body in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let body = [start.as_bytes(), &body].concat();
        let response = Response { status, headers: serde_json::Map::new(), body };
        for name in Name::ALL {
            if let Some(reply) = SerialSense::parse(name, &response) {
                prop_assert!(status == 200 && response.body.starts_with(b"<license>"));
                prop_assert!(!matches!(reply, Reply::Page(_)));
            }
        }
    }
}

fn post(path: &str, body: &str) -> Incoming {
    Incoming {
        method: "POST".to_owned(),
        path: path.to_owned(),
        query: "apikey=Q&code=Q&mach=Q".to_owned(),
        headers: Vec::new(),
        body: Body::Bytes(body.as_bytes().to_vec()),
    }
}

fn read(path: &str, body: &str) -> Result<Call, Reply> {
    let request = post(path, body);
    SerialSense::read(SerialSense::route(&request)?, &request)
}

#[test]
fn fields_are_read_from_the_body_alone() {
    let expected = Call {
        credential: "K".to_owned(),
        asked: Asked::Activate { code: "xls-1".to_owned(), mach: "Linux box  x86".to_owned() },
    };
    for (path, body) in [
        ("/api/activate", "apikey=K&code=xls-1&mach=Linux+box++x86"),
        ("//api//activate/", "apikey=+K+&code=%09xls-1%0A&mach=Linux+box++x86+%0A&type=x"),
        ("/api", "call=activate&apikey=K&code=xls-1&mach=Linux%20box%20%20x86"),
        ("/api/activate", "call=create&apikey=J&apikey=K&code=xls-1&mach=Linux box  x86"),
    ] {
        assert_eq!(read(path, body).as_ref(), Ok(&expected), "{path} {body}");
    }
    for body in ["", "apikey=K", "apikey=K&code=x", "apikey=K&code=+&mach=m", "code=x&mach=m"] {
        assert_eq!(read("/api/activate", body), Err(Reply::No), "{body}");
    }
}

#[test]
fn what_is_no_call_is_a_page() {
    let page = |problem| Err(Reply::Page(Page::of(problem)));
    for (path, body, problem) in [
        ("/", "", Problem::UnknownCall),
        ("/api/", "", Problem::UnknownCall),
        ("/api/", "call=Activate", Problem::UnknownCall),
        ("/api/Activate", "", Problem::UnknownCall),
        ("/api/validate", "", Problem::UnknownCall),
        ("/api/activate/now", "", Problem::UnknownCall),
    ] {
        assert_eq!(SerialSense::route(&post(path, body)), page(problem), "{path} {body}");
    }
    let got = Incoming { method: "GET".to_owned(), ..post("/api/activate", "") };
    assert_eq!(SerialSense::route(&got), page(Problem::WrongMethod));
    let broken = Incoming { body: Body::Broken, ..post("/api/activate", "") };
    assert_eq!(SerialSense::route(&broken), page(Problem::Malformed));
}

#[test]
fn parts_are_fields_too() {
    let parts = [("apikey", "K"), ("code", "A"), ("mach", "Linux a b\n")];
    let parts = parts.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
    let request = Incoming { body: Body::Multipart(parts), ..post("/api/auth", "") };
    let call = SerialSense::read(Name::Auth, &request).unwrap();
    assert_eq!(call.asked, Asked::Auth { alias: "A".to_owned(), mach: "Linux a b".to_owned() });
}

#[test]
fn limits_are_kept_to_the_character() {
    let address = |chars: usize| format!("{}@b", "é".repeat(chars - 2));
    let cases = [
        ("email", address(48), true),
        ("email", address(49), false),
        ("email", "0".to_owned(), false),
        ("email", String::new(), false),
        ("max", "1".to_owned(), true),
        ("max", "007".to_owned(), true),
        ("max", "4294967295".to_owned(), true),
        ("max", "4294967296".to_owned(), false),
        ("max", "0".to_owned(), false),
        ("max", "%2B1".to_owned(), false),
        ("max", "1.0".to_owned(), false),
        ("max", String::new(), false),
        ("data", "\u{1f600}".repeat(1_024), true),
        ("data", "a".repeat(1_025), false),
        ("data", "%FF".to_owned(), false),
    ];
    for (field, text, is_read) in cases {
        let body = format!("sig=S&email=a@b&{field}={text}");
        assert_eq!(read("/api/create", &body).is_ok(), is_read, "{field}={text}");
    }
    for (mach, is_read) in [("m".repeat(255), true), ("m".repeat(256), false)] {
        let body = format!("apikey=K&code=A&mach={mach}");
        assert_eq!(read("/api/auth", &body).is_ok(), is_read);
    }
}

#[test]
fn each_call_takes_its_own_credential() {
    for name in Name::ALL {
        let request = post(&format!("/api/{}", name.word()), "apikey=K&sig=S");
        let Credential::Sent { kind, text, .. } = SerialSense::credential(name, &request) else {
            panic!("{name:?}: it was sent");
        };
        let (field, expected) = match name.credential() {
            "sig" => ("serialsense-sig", "S"),
            _ => ("serialsense-apikey", "K"),
        };
        assert_eq!((kind.word(), text.as_str()), (field, expected), "{name:?}");
        let request = post("/api/x", "");
        assert_eq!(SerialSense::credential(name, &request), Credential::Missing, "{name:?}");
    }
}

#[test]
fn what_could_not_be_asked_never_looks_like_a_no() {
    let request = post("/api/activate", "");
    let names = Name::ALL.into_iter().map(Some).chain([None]);
    let refusals = [
        (Refusal::Unavailable { retry_after: 5 }, 503, Some("5")),
        (Refusal::RateLimited { retry_after: 7 }, 429, Some("7")),
        (Refusal::BodyTooLarge(1), 413, None),
        (Refusal::NeedsSocket, 503, None),
    ];
    for name in names {
        for (refusal, status, retry_after) in &refusals {
            let reply = SerialSense::refuse(name, &request, refusal);
            let response = SerialSense::render(name, &reply);
            assert_eq!(response.status, *status, "{name:?} {refusal:?}");
            assert_eq!(response.header("retry-after"), *retry_after);
            assert!(response.body.starts_with(b"<!DOCTYPE html>"));
        }
    }
}

#[test]
fn no_failure_of_activate_can_be_taken_for_an_alias() {
    let length = Name::Activate.no().len();
    assert!(!(13..=15).contains(&length));
}

#[test]
fn nothing_secret_is_shown() {
    let call = read("/api/set_data", "sig=SIGNATURE&code=CODE&data=DATA").unwrap();
    let told = Reply::Result("CODE".to_owned());
    assert_eq!(format!("{call:?} {:?} {told:?}", call.asked), "Call(set_data) set_data Result");
}

#[test]
fn replies_of_the_first_servers_are_read_too() {
    let response = |body: &str| Response::new(200, "text/html", body);
    let cases = [
        (
            Name::Activate,
            "<license>\r\nABC-1234-DEF56\r\n",
            Some(Reply::Result("ABC-1234-DEF56".into())),
        ),
        (Name::Activate, "<license>\nA-BC1234DEF56", Some(Reply::Result("A-BC1234DEF56".into()))),
        (Name::Activate, "<license>\nInvalid License\n", None),
        (Name::Activate, "<license>\n1\n", None),
        (Name::Auth, "<license>\n1 \n\n", Some(Reply::Yes)),
        (Name::Auth, "<license>\nF", Some(Reply::No)),
        (Name::Auth, "<license>\nS", None),
        (Name::Auth, "<license>", None),
        (Name::Auth, "\n<license>\n1\n", None),
        (Name::Auth, "<html>1</html>", None),
        (Name::EmailExists, "<license>\nF\n", Some(Reply::No)),
        (Name::GetData, "<license>\n a,b \n\n", Some(Reply::Result(" a,b \n".into()))),
        (Name::GetData, "<license>\n\n", Some(Reply::Result(String::new()))),
        (Name::GetData, "<license>\nInvalid License\n", Some(Reply::No)),
        (Name::Inactivate, "<license>\n\n", None),
    ];
    for (name, body, expected) in cases {
        assert_eq!(SerialSense::parse(name, &response(body)), expected, "{name:?} {body:?}");
    }
}

#[test]
fn a_call_of_the_client_is_checked_before_it_is_sent() {
    let build = |call: &str, params: serde_json::Value| {
        let name = SerialSense::named(call).unwrap();
        let params = Params::from(Fields(params.as_object().unwrap().clone()));
        SerialSense::build(name, params)
    };
    let cases = [
        ("activate", json!({ "code": "A", "mach": "m" }), "apikey"),
        ("activate", json!({ "apikey": "K", "mach": "m" }), "code"),
        ("validate", json!({ "apikey": "K", "alias": "A" }), "mach"),
        ("auth", json!({ "apikey": "K", "alias": "A", "identifier": "m", "sig": "S" }), "sig"),
        ("create", json!({ "sig": "S", "email": "0" }), "email"),
        ("create", json!({ "sig": "S", "email": "a@b", "max": 0 }), "max"),
        ("create", json!({ "sig": "S", "email": "a@b", "max": 4_294_967_296_u64 }), "max"),
        ("create", json!({ "sig": "S", "email": "a@b", "data": "a".repeat(1_025) }), "data"),
        ("inactivate", json!({ "sig": "S", "code": "A", "send": 1 }), "send"),
        ("set_data", json!({ "sig": "S", "key": "A" }), "data"),
    ];
    for (call, params, wrong) in cases {
        match build(call, params.clone()) {
            Err(CallProblem::Wrong(found)) => assert_eq!(found.field, wrong, "{params}"),
            built => panic!("{call} {params}: {built:?}"),
        }
    }
    assert!(build("set_data", json!({ "sig": "S", "key": "A", "data": "" })).is_ok());
    assert_eq!(SerialSense::named("Activate"), None);
}

#[test]
fn only_what_may_change_is_worth_another_try() {
    for problem in Problem::ALL {
        let outcome = SerialSense::outcome(Name::Auth, Reply::Page(Page::of(problem)));
        let Outcome::Failed(failed) = outcome else { panic!("{problem:?} is no answer") };
        assert_eq!(failed.retryable, problem.line().0 >= 429, "{problem:?}");
    }
    let Outcome::Foreign(answered) = SerialSense::outcome(Name::Auth, Reply::No) else {
        panic!("a no is an answer");
    };
    let foreign::ForeignAnswered { ok, verdict, .. } = *answered;
    assert!(ok && !verdict.unwrap().valid);
}
