//! The id under which a request is found in logs, here and at its sender's.

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::env::{Env, NoEntropy, random};

/// The header that carries it, in both directions.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Most characters of an id that was sent to us.
const CHARS_MAX: usize = 64;

/// One request's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The id as a header carries it.
    pub fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

/// Where ids come from.
#[derive(Debug)]
pub struct RequestIds {
    next: AtomicU64,
}

impl RequestIds {
    /// A source that no other process begins like.
    ///
    /// # Errors
    ///
    /// [`NoEntropy`] when there is none to begin with.
    pub fn new(env: &dyn Env) -> Result<Self, NoEntropy> {
        Ok(Self { next: AtomicU64::new(u64::from_be_bytes(random(env)?)) })
    }

    /// The id that came with a request, or a new one where none came that can be logged.
    pub fn of(&self, headers: &HeaderMap) -> RequestId {
        match headers.get(X_REQUEST_ID) {
            Some(sent) if is_loggable(sent.as_bytes()) => RequestId(sent.clone()),
            _ => self.make(),
        }
    }

    fn make(&self) -> RequestId {
        // An odd step visits every number once before any comes again.
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let number = self.next.fetch_add(STEP, Ordering::Relaxed);
        let text = crate::secret::to_hex(&number.to_be_bytes());
        RequestId(HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("none")))
    }
}

fn is_loggable(text: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    (1..=CHARS_MAX).contains(&text.len()) && text.iter().all(is_plain)
}
