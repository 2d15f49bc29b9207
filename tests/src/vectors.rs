//! The public vectors, which other ends read too.

use counterfoil_core::verdict::Snapshot;
use counterfoil_core::wire::AskedQuestion;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// One case of `vectors/verdict`.
#[derive(Clone, Debug, Deserialize)]
pub struct VerdictCase {
    /// What it shows.
    pub name: String,
    /// The license; none: no such key.
    pub snapshot: Option<Snapshot>,
    /// What is asked.
    pub question: AskedQuestion,
    /// When.
    pub now: String,
    /// The answer.
    pub verdict: Value,
}

/// One case of `vectors/lease`.
#[derive(Clone, Debug, Deserialize)]
pub struct LeaseCase {
    /// What it shows.
    pub name: String,
    /// The text that somebody came with.
    pub lease: String,
    /// The keys that are pinned.
    pub jwks: Value,
    /// What the lease has to be of.
    pub options: Value,
    /// When.
    pub now: String,
    /// What is told of it.
    pub check: Value,
}

/// Every case of a verdict, in order of their files' names.
pub fn verdict_cases() -> Vec<VerdictCase> {
    cases("vectors/verdict")
}

/// Every case of a lease, in order of their files' names.
pub fn lease_cases() -> Vec<LeaseCase> {
    cases("vectors/lease")
}

fn cases<T: DeserializeOwned>(folder: &str) -> Vec<T> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = fs::read_dir(folder).expect("the folder of vectors");
    let mut paths: Vec<_> = files.map(|file| file.expect("a vector").path()).collect();
    paths.sort();
    let read = |path| fs::read_to_string(path).expect("a readable vector");
    let parse =
        |text: String| serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    paths.into_iter().map(read).map(parse).collect()
}

/// JSON with members sorted by name and no white space, which is one text for one value.
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            let member = |name: &String| {
                let value = members.get(name).map(canonical).unwrap_or_default();
                format!("{}:{value}", Value::String(name.clone()))
            };
            format!("{{{}}}", names.into_iter().map(member).collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}
