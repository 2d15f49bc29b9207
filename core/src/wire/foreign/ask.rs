//! What is asked of a server, whoever's words it came in, and what it tells.

use super::{Bulk, Done, Errand, Job, Kept, Lookup};
use crate::catalog::{Plan, Product};
use crate::decide::Stop;
use crate::identifier::{ActivationType, Identifier, NotAnIdentifier};
use crate::key::LicenseKey;
use crate::license::{Activation, Customer, License, Status};
use crate::prelude::*;
use crate::sale::{Dispute, Sale};
use crate::text::Email;
use crate::time::Timestamp;
use crate::wire::native::Scope;
use crate::wire::native::admin::token::TokenKind;

/// Most active places that are told of one license. Of an unlimited one there may be any number.
pub const PLACES_TOLD_MAX: usize = 1_000;

/// What a call takes beside the license's key.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// Nothing: whoever has the key may ask, in the live world.
    NotNeeded,
    /// A credential, and none was sent.
    Missing,
    /// The credential that was sent.
    Sent {
        /// Of which kind it has to be.
        kind: TokenKind,
        /// Its text.
        text: String,
        /// What it must be allowed; [`Scope::Key`] where the license's key is what allows it.
        scope: Scope,
    },
}

impl core::fmt::Debug for Credential {
    /// Without the secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::NotNeeded => f.write_str("NotNeeded"),
            Self::Missing => f.write_str("Missing"),
            Self::Sent { kind, scope, .. } => write!(f, "Sent({kind:?}, {scope:?})"),
        }
    }
}

/// Which license is meant. Whoever brought a credential means one of their own.
#[derive(Clone, PartialEq, Eq)]
pub enum Which {
    /// The one with exactly this key.
    Key(String),
    /// The one with this key in any case.
    KeyInAnyCase(String),
    /// The one with this alias.
    Alias(String),
    /// The one with this id.
    Id(String),
}

impl core::fmt::Debug for Which {
    /// Without the secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Key(_) => f.write_str("Key"),
            Self::KeyInAnyCase(_) => f.write_str("KeyInAnyCase"),
            Self::Alias(alias) => write!(f, "Alias({alias})"),
            Self::Id(id) => write!(f, "Id({id})"),
        }
    }
}

/// What is asked, in our own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Nothing of the store: the reply is known.
    Nothing,
    /// What changes nothing.
    Query(Query),
    /// A change: all of it or nothing.
    Command(Command),
    /// Changes of many things, each for itself.
    Bulk(Errand<Bulk>),
}

/// What changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// How a license stands. Counts as a check of it if `is_check`.
    Look {
        /// The license.
        license: Which,
        /// Where it runs, as it was sent.
        identifier: Option<String>,
        /// Whether it counts as a check.
        is_check: bool,
    },
    /// The oldest license that somebody has of the caller's product, however it stands.
    OldestOf {
        /// The customer's address.
        email: Email,
    },
    /// A product of the vendor to whom the call came, by its slug or another of its names.
    Product(String),
    /// What a vendor's back end wants to see.
    Lookup(Errand<Lookup>),
}

/// What changes something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// To count a use, whatever the limit says; of a license that has ended none is counted. Counts
    /// as a check too.
    Count {
        /// The license.
        license: Which,
    },
    /// To take a place, or find the one there is.
    Activate {
        /// The license.
        license: Which,
        /// Where it runs, as it was sent.
        identifier: String,
        /// A label.
        name: Option<String>,
    },
    /// To give a place back.
    Deactivate {
        /// The license.
        license: Which,
        /// Who holds the place, as it was sent; or
        identifier: Option<String>,
        /// the activation's id, which decides where both are given.
        activation: Option<String>,
    },
    /// To change a license at the desk.
    Change {
        /// The license.
        license: Which,
        /// What to change.
        change: Change,
    },
    /// To make a license of the caller's product.
    Create(Box<NewLicense>),
    /// What a vendor's back end wants done.
    Job(Errand<Job>),
}

/// A change at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A hold, laid or lifted, or an end.
    Stop(Stop),
    /// Uses, counted or given back; never below 0, and above any limit.
    Count(i32),
    /// A new key.
    Rotate,
    /// Emptied, to be given to somebody else.
    Inactivate {
        /// Whether its customer is told, where the server sends mail.
        send: bool,
    },
    /// Given to the customer with this address, who may be new.
    Customer(Email),
    /// A text that is kept with it.
    Keep(Kept),
}

/// A license to make. It does not expire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLicense {
    /// Who gets it: the customer with this address, who may be new.
    pub email: Email,
    /// What takes a place.
    pub activation_type: ActivationType,
    /// Places; 0 is unlimited.
    pub activation_limit: u32,
    /// A text that is kept with it.
    pub kept: Option<Kept>,
    /// Whether the customer is sent the key, where the server sends mail.
    pub send: bool,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing was asked of the store.
    Nothing,
    /// How the license stands now, changes made.
    License(Box<Facts>),
    /// A place.
    Place {
        /// How the license stands now.
        facts: Box<Facts>,
        /// The place: taken, or given back.
        activation: Box<Activation>,
        /// Whether it is new.
        created: bool,
    },
    /// What came of an errand.
    Errand(Done),
}

impl Told {
    /// How the license stands, where one was asked for.
    pub fn facts(&self) -> Option<&Facts> {
        match self {
            Self::Nothing | Self::Errand(_) => None,
            Self::License(facts) | Self::Place { facts, .. } => Some(facts),
        }
    }

    /// The place, where one was asked for.
    pub fn activation(&self) -> Option<&Activation> {
        match self {
            Self::Nothing | Self::License(_) | Self::Errand(_) => None,
            Self::Place { activation, .. } => Some(activation),
        }
    }
}

/// All there is to tell of a license at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The license, floating places that lapsed left out of its count.
    pub license: License,
    /// Its key, as it is stored.
    pub key: LicenseKey,
    /// Its product.
    pub product: Product,
    /// Its plan.
    pub plan: Option<Plan>,
    /// Who holds it.
    pub customer: Option<Customer>,
    /// The sale it came of.
    pub sale: Option<Sale>,
    /// Its active places, oldest first, [`PLACES_TOLD_MAX`] at most.
    pub places: Vec<Activation>,
    /// The asked identifier, normalised.
    pub here: Option<Result<Identifier, NotAnIdentifier>>,
    /// The asked identifier's active place.
    pub place: Option<Activation>,
    /// Where customers reach the server, without a slash at the end.
    pub public_url: String,
    /// When all this is so.
    pub now: Timestamp,
}

impl Facts {
    /// The license's status.
    pub fn status(&self) -> Status {
        self.license.status(self.now)
    }

    /// How the buyer's dispute stands, if there is one.
    pub fn dispute(&self) -> Option<Dispute> {
        self.sale.as_ref().and_then(|sale| sale.dispute)
    }

    /// Whether all of the money was given back.
    pub fn is_refunded(&self) -> bool {
        self.sale.as_ref().is_some_and(|sale| sale.refunded)
    }
}
