//! The records that are read, member by member, and the enums, word by word.

use serde_json::Value;

use super::{Mistake, Readable, member_of, object, or, parsed, text, word};
use crate::alias::Alias;
use crate::catalog::{Floating, ProductNames, Terms};
use crate::id::{ActivationId, CustomerId, IdNumber, LicenseId, PlanId, ProductId, VendorId};
use crate::identifier::{ActivationType, Identifier};
use crate::license::{Activation, End, Hold, License, Mode};
use crate::metadata::Metadata;
use crate::text::{Name, Slug};
use crate::time::Timestamp;
use crate::verdict::{
    ActivationStatus, ActivationView, Remedy, RemedyCode, Snapshot, Verdict, VerdictStatus,
};
use crate::wire::AskedQuestion;
use crate::wire::lease::AskedLease;
use crate::wire::native::license::{Activated, Deactivated, Kept, Lent, Used};

/// Each field with its member's name. What stands after the dots is not read.
macro_rules! records {
    ($($type:ident { $($field:ident $member:literal,)* $(.. $unread:ident: $value:expr,)? })*) => {$(
        impl Readable for $type {
            fn read(value: &Value, mistake: &mut Mistake) -> Self {
                let members = object(value, mistake);
                Self {
                    $($field: member_of(members, $member, mistake),)*
                    $($unread: $value,)?
                }
            }
        }
    )*};
}

records! {
    Verdict {
        valid "valid",
        status "status",
        message "message",
        remedy "remedy",
        mode "mode",
        product "product",
        plan "plan",
        expires_at "expiresAt",
        grace_until "graceUntil",
        activation_type "activationType",
        activation_limit "activationLimit",
        activations_used "activationsUsed",
        activation "activation",
        activations "activations",
        entitlements "entitlements",
        checked_at "checkedAt",
        nonce "nonce",
        lease "lease",
    }

    Remedy {
        code "code",
        text "text",
    }

    ActivationView {
        id "id",
        identifier "identifier",
        name "name",
        status "status",
        activated_at "activatedAt",
        expires_at "expiresAt",
    }

    Activated {
        activation "activation",
        created "created",
        activation_limit "activationLimit",
        activations_used "activationsUsed",
        verdict "verdict",
    }

    AskedLease {
        product "product",
        identifier "identifier",
        mode "mode",
        key "key",
        nonce "nonce",
    }

    Lent {
        lease "lease",
        expires_at "expiresAt",
    }

    Kept {
        activation "activation",
        expires_at "expiresAt",
    }

    Deactivated {
        deactivated "deactivated",
        activation "activation",
        activation_limit "activationLimit",
        activations_used "activationsUsed",
    }

    Used {
        uses "uses",
        uses_limit "usesLimit",
    }

    AskedQuestion {
        product "product",
        identifier "identifier",
        nonce "nonce",
        mode "mode",
    }

    Snapshot {
        license "license",
        product "product",
        plan "plan",
        activations "activations",
        named "named",
    }

    License {
        id "id",
        vendor "vendor",
        mode "mode",
        alias "alias",
        product "product",
        plan "plan",
        customer "customer",
        terms "terms",
        activations_used "activationsUsed",
        uses "uses",
        created_at "createdAt",
        expires_at "expiresAt",
        grace_until "graceUntil",
        holds "holds",
        end "end",
        // No verdict depends on it, and measuring it takes the tables that write floats.
        .. metadata: Metadata::default(),
    }

    Terms {
        activation_type "activationType",
        activation_limit "activationLimit",
        entitlements "entitlements",
        uses_limit "usesLimit",
        lease_days "leaseDays",
        floating "floating",
    }

    Floating {
        ttl "ttl",
    }

    ProductNames {
        id "id",
        slug "slug",
        permalink "permalink",
    }

    Activation {
        id "id",
        identifier "identifier",
        name "name",
        activated_at "activatedAt",
        deactivated_at "deactivatedAt",
        last_seen_at "lastSeenAt",
        expires_at "expiresAt",
        // No verdict depends on it, and reading it takes a parser for every kind of address.
        .. ip: None,
    }
}

macro_rules! words {
    ($($type:ident {
        $first_word:literal => $first:ident,
        $($word:literal => $variant:ident,)*
    })*) => {$(
        impl Readable for $type {
            fn read(value: &Value, mistake: &mut Mistake) -> Self {
                let words = [($first_word, Self::$first), $(($word, Self::$variant)),*];
                word(value, &words, mistake, Self::$first)
            }
        }
    )*};
}

words! {
    VerdictStatus {
        "invalid" => Invalid,
        "revoked" => Revoked,
        "cancelled" => Cancelled,
        "disabled" => Disabled,
        "suspended" => Suspended,
        "expired" => Expired,
        "not_activated" => NotActivated,
        "valid" => Valid,
    }

    RemedyCode {
        "enter_key" => EnterKey,
        "renew" => Renew,
        "activate" => Activate,
        "free_a_place" => FreeAPlace,
        "contact_vendor" => ContactVendor,
    }

    ActivationStatus {
        "active" => Active,
        "deactivated" => Deactivated,
    }

    ActivationType {
        "domain" => Domain,
        "device" => Device,
        "seat" => Seat,
        "instance" => Instance,
    }

    Mode {
        "live" => Live,
        "test" => Test,
    }

    Hold {
        "payment" => Payment,
        "dispute" => Dispute,
        "manual" => Manual,
        "disabled" => Disabled,
    }

    End {
        "revoked" => Revoked,
        "cancelled" => Cancelled,
    }
}

/// Texts that are read by their own `FromStr`.
macro_rules! ids {
    ($($type:ident)*) => {$(
        impl Readable for $type {
            fn read(value: &Value, mistake: &mut Mistake) -> Self {
                parsed(value, mistake, Self::new(IdNumber::from_raw(0)))
            }
        }
    )*};
}
ids!(ActivationId CustomerId LicenseId PlanId ProductId VendorId);

impl Readable for Timestamp {
    fn read(value: &Value, mistake: &mut Mistake) -> Self {
        parsed(value, mistake, Self::from_unix(0))
    }
}

/// Texts that are checked by a constructor.
macro_rules! checked {
    ($($constructor:path => $type:ident,)*) => {$(
        impl Readable for $type {
            fn read(value: &Value, mistake: &mut Mistake) -> Self {
                let text = text(value, mistake);
                or($constructor(text).ok(), mistake, Self::stored(text))
            }
        }
    )*};
}
checked! {
    Name::new => Name,
    Slug::new => Slug,
    Alias::parse => Alias,
}

impl Readable for Identifier {
    fn read(value: &Value, mistake: &mut Mistake) -> Self {
        Self::stored(text(value, mistake))
    }
}
