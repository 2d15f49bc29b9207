//! The public vectors of the old systems' dialects: what is sent, and what comes back.
//!
//! A text may hold `{{name}}` where a server makes something up, an id or a key. In a response it
//! stands for whatever is there, which is learned; everywhere else for what was learned. Ends that
//! make nothing up put in the case's sample instead.

use counterfoil_core::wire::Response;
use counterfoil_core::wire::foreign::{Body, Incoming};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// One case of `vectors/<dialect>`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeCase {
    /// What it shows.
    pub name: String,
    /// Where the fact comes from.
    pub source: String,
    /// For each name between braces a text that could stand there.
    #[serde(default)]
    pub samples: BTreeMap<String, String>,
    /// What happens, in order; first that of the folder's `world.json`.
    pub steps: Vec<Step>,
}

/// Something that happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, untagged)]
pub enum Step {
    /// Time goes on.
    Time {
        /// To when.
        at: String,
    },
    /// The vendor calls a method with the admin token.
    Desk {
        /// The method.
        desk: String,
        /// Its parameters.
        params: Value,
        /// What its result holds, among other things.
        #[serde(default)]
        result: Option<Value>,
        /// By which word it is refused, if it is.
        #[serde(default)]
        error: Option<String>,
        /// Members of the result to be learned, by their JSON pointers.
        #[serde(default)]
        learn: BTreeMap<String, String>,
        /// Who calls instead: whoever has the token that was learned as `token of NAME`, else
        /// another vendor of this name, who is there from then on.
        #[serde(default)]
        by: Option<String>,
    },
    /// Somebody calls in the dialect.
    Exchange(Box<Exchanged>),
}

/// A call in a dialect.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchanged {
    /// What is sent, from the dialect's mount on.
    pub request: Sent,
    /// What comes back.
    pub response: Received,
    /// The call's name in the npm package, and what that makes of the response.
    #[serde(default)]
    pub client: Option<Client>,
}

/// A request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// In capitals.
    pub method: String,
    /// With the query.
    pub path: String,
    /// By lower-case name.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default)]
    pub body: String,
}

/// A response. Headers that are not named are of no account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Received {
    /// The HTTP status.
    pub status: u16,
    /// By lower-case name.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body, byte for byte.
    pub body: String,
}

/// What the npm package's two functions do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// The call.
    pub call: String,
    /// What `parseResponse` gives for the response.
    pub outcome: Value,
    /// The parameters for which `buildRequest` gives `builds`.
    #[serde(default)]
    pub params: Option<Map<String, Value>>,
    /// That request.
    #[serde(default)]
    pub builds: Option<Sent>,
}

/// Every case of a dialect, in order of the files' names, the world's steps put before its own.
pub fn exchange_cases(dialect: &str) -> Vec<ExchangeCase> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(dialect);
    let read = |path: &Path| {
        let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        serde_json::from_str::<ExchangeCase>(&text)
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    };
    let world = folder.join("world.json");
    let steps = read(&world).steps;
    let files = fs::read_dir(&folder).expect("the folder of vectors");
    let mut paths: Vec<_> = files.map(|file| file.expect("a vector").path()).collect();
    paths.retain(|path| *path != world);
    paths.sort();
    let whole =
        |case: ExchangeCase| ExchangeCase { steps: [&steps[..], &case.steps].concat(), ..case };
    paths.iter().map(|path| whole(read(path))).collect()
}

impl Sent {
    /// The request as a server gets it, forms in parts not read yet.
    pub fn incoming(&self) -> Incoming {
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        Incoming {
            method: self.method.clone(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: self.headers.clone().into_iter().collect(),
            body: Body::Bytes(self.body.clone().into_bytes()),
        }
    }
}

impl Received {
    /// The response as a client gets it.
    pub fn response(&self) -> Response {
        let headers = self.headers.iter();
        Response {
            status: self.status,
            headers: headers.map(|(name, value)| (name.clone(), value.as_str().into())).collect(),
            body: self.body.clone().into_bytes(),
        }
    }
}

/// What was learned, or is put in.
#[derive(Clone, Debug, Default)]
pub struct Learned(pub BTreeMap<String, String>);

impl Learned {
    /// The text with everything put in that is known.
    pub fn fill(&self, text: &str) -> String {
        let put = |text: String, (name, value): (&String, &String)| {
            text.replace(&format!("{{{{{name}}}}}"), value)
        };
        self.0.iter().fold(text.to_owned(), put)
    }

    /// The JSON value with everything put in that is known.
    pub fn fill_value<T: serde::Serialize + serde::de::DeserializeOwned>(&self, value: &T) -> T {
        let text = serde_json::to_string(value).expect("a JSON value");
        serde_json::from_str(&self.fill(&text)).expect("a JSON value still")
    }

    /// Compares a text with what was expected, and learns what stands between its braces.
    pub fn learn(&mut self, expected: &str, found: &str) -> bool {
        let expected = self.fill(expected);
        let mut rest = found;
        let mut parts = expected.split("{{");
        let Some(after) = rest.strip_prefix(parts.next().unwrap_or_default()) else { return false };
        rest = after;
        let mut parts = parts.peekable();
        while let Some(part) = parts.next() {
            let Some((name, literal)) = part.split_once("}}") else { return false };
            let is_last = parts.peek().is_none();
            let end =
                if literal.is_empty() && is_last { Some(rest.len()) } else { rest.find(literal) };
            let Some(end) = end else { return false };
            let (value, after) = rest.split_at(end);
            if value.is_empty() {
                return false;
            }
            self.0.insert(name.to_owned(), value.to_owned());
            rest = after.strip_prefix(literal).unwrap_or_default();
        }
        rest.is_empty()
    }
}

/// Whether a JSON value holds everything that another one does.
pub fn holds(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => expected
            .iter()
            .all(|(name, value)| found.get(name).is_some_and(|found| holds(found, value))),
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len()
                && found.iter().zip(expected).all(|(found, expected)| holds(found, expected))
        }
        (found, expected) => found == expected,
    }
}
