//! How each type of parameter is read from JSON and written to it.

use serde_json::{Map, Value};

use super::WholeNumber;
use crate::catalog::{ENTITLEMENTS_MAX, Floating};
use crate::id::EventId;
use crate::identifier::ActivationType;
use crate::key::{KeyFormat, LicenseKey, NotAKey};
use crate::license::{Mode, Status};
use crate::metadata::{Metadata, TooMuchMetadata};
use crate::text::{Currency, Email, IdempotencyKey, Name, Nonce, Reason, Slug};
use crate::time::{NotATimestamp, Term, Timestamp};
use crate::verdict::ActivationStatus;

/// What is wrong with a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The member of it that is wrong, where it has members.
    pub member: Option<String>,
    /// The end of a sentence that begins with its name.
    pub text: String,
}

impl Problem {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { member: None, text: text.into() }
    }

    pub(super) fn within(self, member: &str) -> Self {
        let member = match self.member {
            Some(inner) => format!("{member}.{inner}"),
            None => member.to_owned(),
        };
        Self { member: Some(member), ..self }
    }
}

/// A type that parameters have.
pub trait Param: Sized {
    /// Its value when the member is absent; `None` for one that must be there.
    fn absent() -> Option<Self> {
        None
    }

    /// Its value when the member is null, which is as good as absent unless it clears something.
    ///
    /// # Errors
    ///
    /// For one that must be there.
    fn null() -> Result<Self, Problem> {
        Self::absent().ok_or_else(|| Problem::new("is missing"))
    }

    /// Reads a value that is not null.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    fn read(value: Value) -> Result<Self, Problem>;

    /// Writes the value; null for one that is absent.
    fn write(&self) -> Value;

    /// Writes the member; `None` leaves it out.
    fn member(&self) -> Option<Value> {
        Some(self.write()).filter(|value| !value.is_null())
    }
}

impl<P: Param> Param for Option<P> {
    fn absent() -> Option<Self> {
        Some(None)
    }

    fn read(value: Value) -> Result<Self, Problem> {
        P::read(value).map(Some)
    }

    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, P::write)
    }
}

/// An object's member, read like a parameter of its own.
pub(super) fn take_member<P: Param>(
    object: &mut Map<String, Value>,
    name: &str,
) -> Result<P, Problem> {
    match object.remove(name) {
        None | Some(Value::Null) => {
            P::absent().ok_or_else(|| Problem::new("is missing").within(name))
        }
        Some(value) => P::read(value).map_err(|problem| problem.within(name)),
    }
}

/// Refuses what an object holds beyond the members that were taken.
pub(super) fn refuse_other_members(object: &Map<String, Value>) -> Result<(), Problem> {
    match object.keys().next() {
        Some(name) => Err(Problem::new("is not known").within(name)),
        None => Ok(()),
    }
}

pub(super) fn object(value: Value) -> Result<Map<String, Value>, Problem> {
    if let Value::Object(object) = value {
        Ok(object)
    } else {
        Err(Problem::new("must be an object"))
    }
}

fn string(value: Value) -> Result<String, Problem> {
    if let Value::String(text) = value { Ok(text) } else { Err(Problem::new("must be a string")) }
}

impl Param for bool {
    fn read(value: Value) -> Result<Self, Problem> {
        value.as_bool().ok_or_else(|| Problem::new("must be true or false"))
    }

    fn write(&self) -> Value {
        (*self).into()
    }
}

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

/// A license key as a caller sent it, less the white space around it. Whether it can be one is not the wire's business: a text
/// that is nobody's key is simply not found.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyText(pub String);

impl std::fmt::Debug for KeyText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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

/// An id, slug, permalink, key or alias: whatever the named thing can be called by.
#[derive(Clone, PartialEq, Eq)]
pub struct Reference(pub String);

/// It may be a key.
impl std::fmt::Debug for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
text_params!(Currency Email IdempotencyKey Name Nonce Reason Slug);

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
        Self::parse(&string(value)?).map_err(|problem| Problem::new(problem.to_string()))
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

/// `live` where nothing is said.
impl Param for Mode {
    fn absent() -> Option<Self> {
        Some(Self::Live)
    }

    fn read(value: Value) -> Result<Self, Problem> {
        match string(value)?.as_str() {
            "live" => Ok(Self::Live),
            "test" => Ok(Self::Test),
            _ => Err(Problem::new("must be `live` or `test`")),
        }
    }

    fn write(&self) -> Value {
        match self {
            Self::Live => Value::Null,
            Self::Test => "test".into(),
        }
    }
}

/// One of a few words.
macro_rules! word_params {
    ($($type:ty { $($word:literal => $value:path,)* })*) => {$(
        impl Param for $type {
            fn read(value: Value) -> Result<Self, Problem> {
                match string(value)?.as_str() {
                    $($word => Ok($value),)*
                    _ => Err(Problem::new(concat!("must be one of", $(" `", $word, "`"),*))),
                }
            }

            fn write(&self) -> Value {
                match self {
                    $($value => $word,)*
                }
                .into()
            }
        }
    )*};
}
word_params! {
    ActivationType {
        "domain" => ActivationType::Domain,
        "device" => ActivationType::Device,
        "seat" => ActivationType::Seat,
        "instance" => ActivationType::Instance,
    }
    ActivationStatus {
        "active" => ActivationStatus::Active,
        "deactivated" => ActivationStatus::Deactivated,
    }
    Status {
        "active" => Status::Active,
        "expired" => Status::Expired,
        "suspended" => Status::Suspended,
        "disabled" => Status::Disabled,
        "revoked" => Status::Revoked,
        "cancelled" => Status::Cancelled,
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

impl Param for Floating {
    fn read(value: Value) -> Result<Self, Problem> {
        let mut members = object(value)?;
        // A month: what is held longer is no floating place.
        let ttl: WholeNumber<1, 2_678_400> = take_member(&mut members, "ttl")?;
        refuse_other_members(&members)?;
        Ok(Self { ttl: ttl.small() })
    }

    fn write(&self) -> Value {
        serde_json::json!({ "ttl": self.ttl })
    }
}

impl Param for Term {
    fn read(value: Value) -> Result<Self, Problem> {
        let mut members = object(value)?;
        // A thousand years: longer terms are typing errors, for ever is no term at all.
        let months = take_member::<Option<WholeNumber<1, 12_000>>>(&mut members, "months")?;
        let days = take_member::<Option<WholeNumber<1, 365_000>>>(&mut members, "days")?;
        refuse_other_members(&members)?;
        match (months, days) {
            (Some(months), None) => Ok(Self::Months(months.small())),
            (None, Some(days)) => Ok(Self::Days(days.small())),
            _ => Err(Problem::new("must be {\"months\": …} or {\"days\": …}")),
        }
    }

    fn write(&self) -> Value {
        match self {
            Self::Months(months) => serde_json::json!({ "months": months }),
            Self::Days(days) => serde_json::json!({ "days": days }),
        }
    }
}

impl Param for Metadata {
    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn read(value: Value) -> Result<Self, Problem> {
        Self::new(object(value)?)
            .map_err(|TooMuchMetadata| Problem::new("is larger than 4 KiB of JSON"))
    }

    fn write(&self) -> Value {
        if self.members().is_empty() { Value::Null } else { Value::Object(self.members().clone()) }
    }
}

/// Entitlements: a list of names, each once.
impl Param for Vec<Name> {
    fn read(value: Value) -> Result<Self, Problem> {
        let Value::Array(items) = value else {
            return Err(Problem::new("must be a list of strings"));
        };
        if items.len() > ENTITLEMENTS_MAX {
            return Err(Problem::new("must have at most 100 items"));
        }
        let mut names = Self::new();
        for (place, item) in items.into_iter().enumerate() {
            let name = Name::read(item).map_err(|problem| problem.within(&place.to_string()))?;
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn write(&self) -> Value {
        self.iter().map(Param::write).collect()
    }
}
