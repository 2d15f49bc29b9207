//! Parameters that are texts.

use serde_json::Value;

use super::{Param, Problem, string};
use crate::id::EventId;
use crate::key::{KeyFormat, LicenseKey, NotAKey};
use crate::prelude::*;
use crate::schema::described;
use crate::text::{Currency, Email, IdempotencyKey, Name, Nonce, PaymentRef, Reason, Slug};
use crate::time::{NotATimestamp, Timestamp};

/// A place's label; an empty one says nothing, and leaves the label that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(pub Option<Name>);

impl Param for Label {
    fn absent() -> Option<Self> {
        Some(Self(None))
    }

    fn read(value: Value) -> Result<Self, Problem> {
        let text = string(value)?;
        if text.trim().is_empty() {
            Ok(Self(None))
        } else {
            Name::read(text.into()).map(Some).map(Self)
        }
    }

    fn write(&self) -> Value {
        self.0.write()
    }
}

described!(Label { "type": "string", "maxLength": crate::text::NAME_BYTES_MAX });

/// A license key as a caller sent it, less the white space around it. Whether it can be one is
/// not the wire's business: a text that is nobody's key is simply not found.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyText(pub String);

impl core::fmt::Debug for KeyText {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}…", self.0.chars().take(4).collect::<String>())
    }
}

impl Param for KeyText {
    fn read(value: Value) -> Result<Self, Problem> {
        string(value).map(|text| Self(text.trim().to_owned()))
    }

    fn write(&self) -> Value {
        self.0.as_str().into()
    }
}

described!(KeyText { "type": "string" });

/// An id, slug, permalink, key or alias: whatever the named thing can be called by.
#[derive(Clone, PartialEq, Eq)]
pub struct Reference(pub String);

/// It may be a key.
impl core::fmt::Debug for Reference {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}…", self.0.chars().take(4).collect::<String>())
    }
}

impl Param for Reference {
    fn read(value: Value) -> Result<Self, Problem> {
        string(value).map(Self)
    }

    fn write(&self) -> Value {
        self.0.as_str().into()
    }
}

described!(Reference { "type": "string" });

/// Free text that is judged later, when more is known: an identifier.
impl Param for String {
    fn read(value: Value) -> Result<Self, Problem> {
        string(value)
    }

    fn write(&self) -> Value {
        self.as_str().into()
    }
}

macro_rules! text_params {
    ($($type:ty)*) => {$(
        impl Param for $type {
            fn read(value: Value) -> Result<Self, Problem> {
                Self::new(&string(value)?).map_err(|problem| Problem::new(problem.0))
            }

            fn write(&self) -> Value {
                self.as_str().into()
            }
        }
    )*};
}
text_params!(Currency Email IdempotencyKey Name Nonce PaymentRef Reason Slug);

impl Param for LicenseKey {
    fn read(value: Value) -> Result<Self, Problem> {
        Self::new(&string(value)?)
            .map_err(|NotAKey| Problem::new("must be 1 to 255 printable ASCII characters"))
    }

    fn write(&self) -> Value {
        self.reveal().into()
    }
}

/// `counterfoil` where nothing is said.
impl Param for KeyFormat {
    fn absent() -> Option<Self> {
        Some(Self::Counterfoil)
    }

    fn read(value: Value) -> Result<Self, Problem> {
        Self::parse(&string(value)?).map_err(|problem| Problem::new(problem.text()))
    }

    fn write(&self) -> Value {
        self.as_str().into()
    }
}

impl Param for Timestamp {
    fn read(value: Value) -> Result<Self, Problem> {
        string(value)?.parse().map_err(|NotATimestamp| {
            Problem::new("must be an RFC 3339 timestamp such as 2026-06-04T10:21:00Z")
        })
    }

    fn write(&self) -> Value {
        self.to_string().into()
    }
}

/// Where to go on listening.
impl Param for EventId {
    fn read(value: Value) -> Result<Self, Problem> {
        string(value)?.parse().map_err(|_| Problem::new("must be the id of an event (`evt_…`)"))
    }

    fn write(&self) -> Value {
        self.to_string().into()
    }
}
