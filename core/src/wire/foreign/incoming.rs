//! A request as a server got it.

use crate::prelude::*;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::Fields;
use crate::wire::{Request, bearer};

/// A request in some dialect, from the dialect's mount on.
#[derive(Clone, PartialEq, Eq)]
pub struct Incoming {
    /// In capitals.
    pub method: String,
    /// As it was sent, without the mount and the query.
    pub path: String,
    /// As it was sent, without the `?`.
    pub query: String,
    /// By lower-case name.
    pub headers: Vec<(String, String)>,
    /// What came with it.
    pub body: Body,
}

/// The body of a request.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// As it was sent.
    Bytes(Vec<u8>),
    /// The parts of a `multipart/form-data`, read already.
    Multipart(Vec<(String, String)>),
    /// A `multipart/form-data` that is none.
    Broken,
}

impl core::fmt::Debug for Body {
    /// Its form alone: any part may be a secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Multipart(parts) => write!(f, "Multipart({})", parts.len()),
            Self::Broken => f.write_str("Broken"),
        }
    }
}

impl core::fmt::Debug for Incoming {
    /// Without what may be secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Incoming({})", self.method)
    }
}

impl Incoming {
    /// The first header of this lower-case name, trimmed.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(held, _)| held == name);
        found.map(|(_, value)| value.trim())
    }

    /// The bearer token that came with it, trimmed; an empty one is none.
    pub fn bearer(&self) -> Option<&str> {
        bearer(self.header("authorization")?).filter(|token| !token.is_empty())
    }

    /// The body's type, in lower case and without parameters; empty where none is named.
    pub fn media_type(&self) -> String {
        let named = self.header("content-type").unwrap_or_default();
        named.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The path's parts, decoded. A run of slashes counts as one, and one at the end as none.
    pub fn segments(&self) -> Vec<String> {
        let parts = self.path.split('/').filter(|part| !part.is_empty());
        parts.map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect()
    }

    /// The query's fields.
    pub fn query_fields(&self) -> Fields {
        Fields::from_form(self.query.as_bytes())
    }

    /// The body's bytes; of a form that was read already there are none.
    pub fn bytes(&self) -> &[u8] {
        match &self.body {
            Body::Bytes(bytes) => bytes,
            Body::Multipart(_) | Body::Broken => &[],
        }
    }
}

/// What a server gets when a client's request is sent to it.
impl From<&Request> for Incoming {
    fn from(request: &Request) -> Self {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let header = |(name, value): (&String, &Value)| {
            (name.clone(), value.as_str().unwrap_or_default().to_owned())
        };
        Self {
            method: request.method.clone(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: request.headers.iter().map(header).collect(),
            body: Body::Bytes(request.body.clone().unwrap_or_default().into_bytes()),
        }
    }
}
