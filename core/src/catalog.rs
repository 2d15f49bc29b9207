//! What is sold, and on which terms.

use serde::{Deserialize, Serialize};

use crate::id::{PlanId, ProductId, VendorId};
use crate::identifier::ActivationType;
use crate::key::KeyFormat;
use crate::metadata::Metadata;
use crate::prelude::*;
use crate::schema::described;
use crate::text::{Currency, Name, Slug};
use crate::time::{Term, Timestamp};

/// Most entitlements of a plan or license.
pub const ENTITLEMENTS_MAX: usize = 100;
/// Most seconds between two heartbeats. A month: what is held longer is no floating place.
pub const TTL_SECONDS_MAX: u64 = 2_678_400;

/// Days between a failed payment and suspension, where a plan says nothing.
pub const GRACE_DAYS_ASSUMED: u32 = 14;

/// The names by which callers know a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProductNames {
    /// Its id.
    pub id: ProductId,
    /// What shipped software calls it.
    pub slug: Slug,
    /// A second slug, as Gumroad has them.
    pub permalink: Option<Slug>,
}

impl ProductNames {
    /// The slug, and the permalink if there is one.
    pub fn called(&self) -> impl Iterator<Item = &Slug> {
        core::iter::once(&self.slug).chain(&self.permalink)
    }

    /// Whether `name` is this product's id, slug or permalink.
    pub fn is_called(&self, name: &str) -> bool {
        self.slug.as_str() == name
            || self.permalink.as_ref().is_some_and(|permalink| permalink.as_str() == name)
            || name.parse() == Ok(self.id)
    }
}

/// What is sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Its names; slug and permalink are unique for the vendor, together. INVARIANT: the first
    /// member, so that a store can read a record's names without the rest.
    pub names: ProductNames,
    /// Whose it is.
    pub vendor: VendorId,
    /// What people call it.
    pub name: Name,
    /// How its new keys look.
    pub key_format: KeyFormat,
    /// What another system calls it.
    pub external_id: Option<Name>,
    /// The vendor's own.
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
}

/// On which terms a product is sold. A license copies them when it is issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// What callers name it by; unique for the product. INVARIANT: the first member, as above.
    pub slug: Slug,
    /// Its id.
    pub id: PlanId,
    /// The product it sells.
    pub product: ProductId,
    /// What people call it.
    pub name: Name,
    /// The terms.
    pub terms: Terms,
    /// How long a license lasts; `None`: for ever.
    pub term: Option<Term>,
    /// Days between a failed payment and suspension.
    pub grace_days: u32,
    /// What it costs, if the vendor says so.
    pub price: Option<Price>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The terms that a license takes over from its plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// What a place is taken by.
    pub activation_type: ActivationType,
    /// Places; 0 is unlimited.
    pub activation_limit: u32,
    /// What the license unlocks, in the vendor's own words.
    pub entitlements: Vec<Name>,
    /// Most uses; `None`: unlimited.
    pub uses_limit: Option<u64>,
    /// Longest life of a lease, in days, 1–90.
    pub lease_days: u32,
    /// Whether places free themselves.
    #[serde(default)]
    pub floating: Option<Floating>,
}

/// A place that is held only as long as its software says that it still needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Floating {
    /// Seconds after which an activation without a heartbeat gives its place back.
    pub ttl: u32,
}

described!(Floating {
    "description": "Places that free themselves: an activation without a heartbeat for `ttl` seconds \
        gives its place back.",
    "type": "object",
    "properties": {
        "ttl": {
            "description": "Seconds after which an activation without a heartbeat gives its place back.",
            "type": "integer",
            "minimum": 1,
            "maximum": TTL_SECONDS_MAX,
        },
    },
    "required": ["ttl"],
    "additionalProperties": false,
    "examples": [{ "ttl": 900 }],
});

impl Default for Terms {
    /// Those of a license without a plan: one domain, nothing else limited.
    fn default() -> Self {
        Self {
            activation_type: ActivationType::Domain,
            activation_limit: 1,
            entitlements: Vec::new(),
            uses_limit: None,
            lease_days: 7,
            floating: None,
        }
    }
}

/// A price in a currency's minor units.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Price {
    /// Minor units: 1999 is 19.99 in most currencies.
    pub amount: u64,
    /// Of which currency.
    pub currency: Currency,
}
