//! The document itself, member by member in the order that people read it.

use alloc::collections::BTreeMap;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::schemas::Schemas;
use super::{Described, Example, Member, errors, examples};
use crate::prelude::*;
use crate::refusal::CODES;
use crate::wire::native::{PATH, described};

const VERSION: &str = "1.3.2";

/// What asks for this document, as OpenRPC names it.
pub const DISCOVER: &str = "rpc.discover";

const DESCRIPTION: &str = "A license server and a license checker that run the same code. \
    Parameters are given by name; an unknown one is refused by name, and `null` reads as absent \
    except where a method says that it clears. `license.*` needs no token: the key is the \
    credential. Methods with an `x-scope` need `Authorization: Bearer <token>` with that scope. Those \
    with an `x-subscription` are called over a WebSocket to the same address. \
    Branch on an error's `data.code`; its `message` is a sentence for a person.";

/// The document of a server at `url`, such as `https://licenses.example.com`, as compact JSON.
pub fn document(url: &str) -> String {
    let mut schemas = Schemas::new();
    let examples = examples();
    let described = described();
    let methods = described.iter().map(|call| method(call, &mut schemas, &examples));
    let mut methods: Vec<Method<'_>> = methods.collect();
    let tags = tags(&methods);
    methods.push(discover());
    let document = Document {
        openrpc: VERSION,
        info: json!({
            "title": "Counterfoil",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": { "name": "MIT OR Apache-2.0" },
        }),
        external_docs: json!({
            "description": "The same, to read, to search and to try.",
            "url": format!("{url}/docs/"),
        }),
        servers: json!([{ "name": "This server", "url": format!("{url}{PATH}") }]),
        methods,
        components: Components {
            schemas: schemas.shared(),
            errors: CODES.iter().map(|code| (code.word, errors::object(*code))).collect(),
            tags,
        },
        errors: CODES.iter().map(|code| (code.word, errors::explained(*code))).collect(),
    };
    // Writing strings, lists and maps with text keys has no way to fail.
    serde_json::to_string(&document).unwrap_or_default()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    openrpc: &'static str,
    info: Value,
    external_docs: Value,
    servers: Value,
    methods: Vec<Method<'a>>,
    components: Components,
    #[serde(rename = "x-errors")]
    errors: BTreeMap<&'static str, Value>,
}

#[derive(Serialize)]
struct Components {
    schemas: Map<String, Value>,
    errors: BTreeMap<&'static str, Value>,
    tags: BTreeMap<&'static str, Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Method<'a> {
    name: &'static str,
    tags: Vec<Value>,
    summary: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    param_structure: &'static str,
    params: Vec<Value>,
    result: Value,
    errors: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    examples: Vec<Pairing<'a>>,
    #[serde(rename = "x-scope")]
    scope: Option<&'static str>,
    #[serde(rename = "x-subscription", skip_serializing_if = "Option::is_none")]
    subscription: Option<Subscription<'a>>,
    #[serde(skip)]
    tag: &'static str,
}

#[derive(Serialize)]
struct Subscription<'a> {
    notification: &'static str,
    unsubscribe: &'static str,
    /// Of what each notification carries as its result.
    schema: Value,
    examples: Vec<&'a RawValue>,
}

#[derive(Serialize)]
struct Pairing<'a> {
    name: &'a str,
    params: Vec<Named<'a>>,
    result: Named<'a>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    value: Box<RawValue>,
}

fn method<'a>(call: &Described, schemas: &mut Schemas, examples: &'a [Example]) -> Method<'a> {
    let (summary, description) = summary_and_description(call.method, call.doc);
    let tag = noun(call.method);
    let own = examples.iter().filter(|example| example.method == call.method);
    let refusals = CODES.iter().filter(|code| (call.may_refuse)(code.word));
    let subscription = call.pushed.map(|pushed| Subscription {
        notification: pushed.notification,
        unsubscribe: pushed.unsubscribe,
        schema: schemas.answer(&pushed.item),
        examples: own.clone().filter_map(|example| example.pushed.as_deref()).collect(),
    });
    Method {
        name: call.method,
        tags: vec![json!({ "$ref": format!("#/components/tags/{tag}") })],
        summary,
        description,
        param_structure: "by-name",
        params: call.members.iter().map(|member| parameter(member, schemas)).collect(),
        result: json!({ "name": (call.answer.name)(), "schema": schemas.answer(&call.answer) }),
        errors: refusals
            .map(|code| json!({ "$ref": format!("#/components/errors/{}", code.word) }))
            .collect(),
        examples: own.map(|example| pairing(example, call)).collect(),
        scope: call.scope.name(),
        subscription,
        tag,
    }
}

fn parameter(member: &Member, schemas: &mut Schemas) -> Value {
    json!({
        "name": member.name,
        "description": prose(member.doc),
        "required": (member.is_required)(),
        "schema": schemas.parameter(member),
    })
}

fn pairing<'a>(example: &'a Example, call: &Described) -> Pairing<'a> {
    let mut given = example.params.clone();
    let params = call
        .members
        .iter()
        .filter_map(|member| Some(Named { name: member.name, value: given.remove(member.name)? }));
    Pairing {
        name: &example.name,
        params: params.collect(),
        result: Named { name: "result", value: example.result.clone() },
    }
}

/// The method that gives this document, listed in it as OpenRPC asks.
fn discover() -> Method<'static> {
    Method {
        name: DISCOVER,
        tags: vec![],
        summary: "Gives this document.".to_owned(),
        description: "`GET /openrpc.json` gives the same.".to_owned(),
        param_structure: "by-name",
        params: vec![],
        result: json!({
            "name": "OpenRPC Schema",
            "schema": {
                "$ref":
                    "https://raw.githubusercontent.com/open-rpc/meta-schema/master/schema.json",
            },
        }),
        errors: vec![],
        examples: vec![],
        scope: None,
        subscription: None,
        tag: "",
    }
}

/// What a method is about: the word before its last, where the desk's own prefix is none.
fn noun(method: &'static str) -> &'static str {
    let mut words = method.rsplit('.').skip(1);
    match words.next() {
        Some("admin") | None => "event",
        Some(noun) => noun,
    }
}

fn tags(methods: &[Method<'_>]) -> BTreeMap<&'static str, Value> {
    let named = |tag: &'static str| json!({ "name": tag, "description": tag_description(tag) });
    methods.iter().map(|method| (method.tag, named(method.tag))).collect()
}

fn tag_description(tag: &str) -> &'static str {
    match tag {
        "license" => {
            "One sale's right to use one product: what shipped software asks about it, and what its vendor does with it."
        }
        "product" => "What is sold.",
        "plan" => "On which terms a product is sold.",
        "activation" => "One identifier holding one of a license's places.",
        "customer" => "Who bought.",
        "token" => "Credentials of the desk and of whatever works for it.",
        "webhook" => "Where events are sent to.",
        "mail" => "Letters to customers: those that wait, were sent, or could not be.",
        "template" => "What letters to customers say.",
        "payment" => "Payment providers whose webhooks are believed, and what they sent.",
        "price" => "Which plans the prices of payment providers stand for.",
        "history" => "What happened to all licenses, the newest first.",
        "event" => "What happens, as it happens.",
        "stats" => "How things stand, in numbers.",
        "billing" => "What the payment side reports.",
        "order" => "What was bought, by whom.",
        "checkout" => "What a buyer's page asks: the offer, where to pay, the key.",
        "portal" => "The customer's own view.",
        _ => "",
    }
}

/// A doc comment as text: lines joined, paragraphs kept, Rust's links made plain.
pub(super) fn prose(doc: &str) -> String {
    let lines: Vec<&str> = doc.lines().map(str::trim).collect();
    let paragraphs = lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty());
    let text = paragraphs.map(|lines| lines.join(" ")).collect::<Vec<_>>().join("\n\n");
    text.replace("[`", "`").replace("`]", "`")
}

/// Splits a call's comment after its first sentence, less the method's name before it.
fn summary_and_description(method: &str, doc: &str) -> (String, String) {
    let text = prose(doc);
    let name = format!("`{method}`");
    let text =
        text.strip_prefix(&name).map_or(text.as_str(), |rest| rest.trim_start_matches(['.', ':']));
    let text = text.trim();
    let is_end = |(place, mark): (usize, char)| {
        let after = place.saturating_add(1);
        let rest = text.get(after..).unwrap_or_default();
        (matches!(mark, '.' | '?' | '!') && rest.starts_with(char::is_whitespace)).then_some(after)
    };
    let cut = text.char_indices().find_map(is_end).unwrap_or(text.len());
    let (summary, description) = text.split_at_checked(cut).unwrap_or((text, ""));
    (capitalized(summary), description.trim().to_owned())
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
