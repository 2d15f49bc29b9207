//! Examples of every call: one story, recorded from a real server.
//!
//! They are data, so that a test can play the story again and hold every byte of the answers.

use serde::{Deserialize, Serialize};

use crate::prelude::*;
use alloc::collections::BTreeMap;
use serde_json::value::RawValue;

const RECORDED: &str = include_str!("../examples.json");

/// One call of the story, with what it was answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The method.
    pub method: String,
    /// What the example shows.
    pub name: String,
    /// Who calls, where that is neither the vendor's desk nor nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The parameters, each as the text that was sent.
    pub params: BTreeMap<String, Box<RawValue>>,
    /// The answer, as the text that came, in the server's order.
    pub result: Box<RawValue>,
    /// Of a subscription: what its first notification carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pushed: Option<Box<RawValue>>,
}

/// The story in order; nothing where the file is no list of examples, which a test forbids.
pub fn examples() -> Vec<Example> {
    serde_json::from_str(&compact(RECORDED)).unwrap_or_default()
}

/// JSON text without the white space between its parts. The order of members stays.
pub fn compact(json: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let mut is_kept = |character: char| {
        let kept = quoted || !character.is_ascii_whitespace();
        if character == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = character == '\\' && !escaped;
        kept
    };
    json.chars().filter(|character| is_kept(*character)).collect()
}
