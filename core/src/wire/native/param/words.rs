//! Parameters that are one of a few words.

use serde_json::Value;

use super::{Param, Problem, string};
use crate::identifier::ActivationType;
use crate::license::{Mode, Status};
use crate::verdict::ActivationStatus;
use crate::wire::native::admin::mail::MailState;
use crate::wire::native::admin::webhook::DeliveryStatus;

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

    fn assumed() -> Value {
        "live".into()
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
    MailState {
        "queued" => MailState::Queued,
        "sent" => MailState::Sent,
        "dead" => MailState::Dead,
    }
    DeliveryStatus {
        "pending" => DeliveryStatus::Pending,
        "delivered" => DeliveryStatus::Delivered,
        "failed" => DeliveryStatus::Failed,
    }
}
