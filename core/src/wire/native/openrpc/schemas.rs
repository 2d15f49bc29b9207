//! Schemas as the document has them: draft 7, with the words of enums in plain lists.

use schemars::generate::SchemaSettings;

use crate::prelude::*;
use schemars::transform::RecursiveTransform;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};

use super::{Member, Shape};

/// Where shared schemas lie in the document.
const SHARED: &str = "/components/schemas";

/// Makes the schemas of one document.
pub(super) struct Schemas {
    requests: SchemaGenerator,
    answers: SchemaGenerator,
}

impl Schemas {
    pub(super) fn new() -> Self {
        let settings = || {
            SchemaSettings::draft07()
                .with(|settings| {
                    settings.definitions_path = SHARED.into();
                    settings.meta_schema = None;
                })
                .with_transform(RecursiveTransform(list_words))
                .with_transform(RecursiveTransform(tidy))
        };
        // What a caller sends is small, and read where it stands.
        let requests = settings().for_deserialize().with(|settings| {
            settings.inline_subschemas = true;
        });
        Self {
            requests: requests.into_generator(),
            answers: settings().for_serialize().into_generator(),
        }
    }

    /// The schema of a parameter. One that may be left out may also be null, unless that would
    /// clear what cannot be cleared.
    pub(super) fn parameter(&mut self, member: &Member) -> Value {
        let mut schema = (member.schema)(&mut self.requests);
        transform(&mut self.requests, &mut schema);
        if (member.takes_null)() {
            schema = or_null(schema);
        }
        let assumed = (member.assumed)();
        if !assumed.is_null() {
            schema.insert("default".to_owned(), assumed);
        }
        schema.to_value()
    }

    /// The schema of an answer, a reference where it is a record.
    pub(super) fn answer(&mut self, shape: &Shape) -> Value {
        let mut schema = (shape.schema)(&mut self.answers);
        transform(&mut self.answers, &mut schema);
        schema.to_value()
    }

    /// Everything that was referred to.
    pub(super) fn shared(mut self) -> Map<String, Value> {
        self.answers.take_definitions(true)
    }
}

fn transform(generator: &mut SchemaGenerator, schema: &mut Schema) {
    for transform in generator.transforms_mut() {
        transform.transform(schema);
    }
}

fn or_null(mut schema: Schema) -> Schema {
    let alone =
        !["oneOf", "anyOf", "allOf", "enum", "$ref"].iter().any(|word| schema.get(*word).is_some());
    match schema.get("type").cloned() {
        Some(Value::String(kind)) if alone && kind != "null" => {
            schema.insert("type".to_owned(), vec![kind.as_str(), "null"].into());
            schema
        }
        Some(Value::String(kind)) if kind == "null" => schema,
        _ => schemars::json_schema!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

/// An enum of words, each with its comment, becomes the plain list that tools look for.
fn list_words(schema: &mut Schema) {
    let Some(Value::Array(choices)) = schema.get("oneOf") else { return };
    let word = |choice: &Value| Some(choice.get("const")?.as_str()?.to_owned());
    let Some(words) = choices.iter().map(word).collect::<Option<Vec<String>>>() else { return };
    let meaning = |choice: &Value| choice.get("description").cloned().unwrap_or_default();
    let meanings: Map<String, Value> =
        words.iter().cloned().zip(choices.iter().map(meaning)).collect();
    schema.remove("oneOf");
    schema.insert("type".to_owned(), "string".into());
    schema.insert("enum".to_owned(), words.into());
    schema.insert("x-meanings".to_owned(), Value::Object(meanings));
}

/// Takes out what only Rust's readers understand: line breaks, links, widths of integers.
fn tidy(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get("description") {
        let text = super::document::prose(text);
        schema.insert("description".to_owned(), text.into());
    }
    if let Some(Value::Object(meanings)) = schema.get_mut("x-meanings") {
        for meaning in meanings.values_mut() {
            *meaning = super::document::prose(meaning.as_str().unwrap_or_default()).into();
        }
    }
    let is_width = |format: &Value| format.as_str().is_some_and(|text| text.starts_with("uint"));
    if schema.get("format").is_some_and(is_width) {
        schema.remove("format");
    }
}
