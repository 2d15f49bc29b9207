//! What a vendor's own back end asks: lists by page number, one thing with all that is kept of it,
//! and changes of many at once.

use alloc::collections::BTreeSet;
use serde_json::Value;

use crate::catalog::Product;
use crate::decide::Stop;
use crate::id::{LicenseId, ProductId};
use crate::identifier::ActivationType;
use crate::key::LicenseKey;
use crate::license::{Activation, Customer, License, Status};
use crate::metadata::{Metadata, TooMuchMetadata};
use crate::prelude::*;
use crate::text::{Email, Name};
use crate::time::Timestamp;

/// Most licenses and most places that a list looks at, the newest. What it counts is what it found
/// among those.
pub const LISTED_MAX: usize = 10_000;

/// Something for a vendor's back end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand<T> {
    /// Licenses that bear this mark are as good as absent.
    pub hidden: Mark,
    /// What.
    pub wanted: T,
}

/// A mark in a license's metadata: a true member of one of its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The member of the metadata.
    pub member: &'static str,
    /// Its own member.
    pub word: &'static str,
}

/// What a vendor's back end wants to see. Things are named by their ids, products by their slugs
/// too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Licenses, newest first.
    ListLicenses(LicensesWanted),
    /// A license with all that is kept of it.
    ShowLicense(String),
    /// Places, newest first.
    ListPlaces(PlacesWanted),
    /// A place.
    ShowPlace(String),
}

/// What a vendor's back end wants done, with one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// To make a license.
    Make(Box<LicenseWanted>),
    /// To change a license: all of it or nothing.
    Revise(String, Revised),
    /// To end a license; nothing, if it has ended already.
    End(String),
    /// To give a license a new key.
    Rotate(String),
    /// To call a license off, unless it has ended, and put the mark on it.
    Hide(String),
    /// To give a place back; nothing, if it was given back already.
    GiveBack(String),
}

/// What a vendor's back end wants done with many things. What is not the caller's, or has ended, is
/// passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bulk {
    /// Their ids.
    pub ids: BTreeSet<String>,
    /// What to do with each.
    pub change: EachChange,
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageWanted {
    /// The page, from 1 on.
    pub number: u32,
    /// Items on each.
    pub size: u32,
}

/// Which licenses to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicensesWanted {
    /// Those for this product.
    pub product: Option<String>,
    /// Those of this customer.
    pub customer: Option<String>,
    /// Those that stand so; empty: however they stand.
    pub statuses: Vec<Status>,
    /// Which part.
    pub page: PageWanted,
}

/// Which places to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacesWanted {
    /// Those of this license.
    pub license: Option<String>,
    /// Those for this product.
    pub product: Option<String>,
    /// Those that are taken, or those that were given back.
    pub is_active: Option<bool>,
    /// Which part.
    pub page: PageWanted,
}

/// A license to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseWanted {
    /// The product.
    pub product: String,
    /// The plan, whose terms it gets where nothing else is said.
    pub plan: Option<String>,
    /// Who gets it.
    pub buyer: BuyerWanted,
    /// Places; 0 is unlimited.
    pub activation_limit: Option<u32>,
    /// When it ends; kept: at the end of the plan's term.
    pub end: EndWanted,
}

/// Who gets a license.
#[derive(Clone, PartialEq, Eq)]
pub enum BuyerWanted {
    /// The customer with this id.
    Known(String),
    /// The customer with this address, who may be new and then has this name.
    ByEmail(Email, Option<Name>),
}

/// What to change of a license.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revised {
    /// Places; 0 is unlimited.
    pub activation_limit: Option<u32>,
    /// When it ends.
    pub end: EndWanted,
    /// Holds to lay and to lift, or an end: in this order, after the rest.
    pub stops: &'static [Stop],
}

/// What becomes of a license's date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EndWanted {
    /// It stays.
    #[default]
    Kept,
    /// It holds for ever.
    Never,
    /// It no longer holds from then on.
    At(Timestamp),
}

/// A change of each of many things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EachChange {
    /// Of licenses: holds to lay and to lift, or an end, in this order.
    Stop(&'static [Stop]),
    /// Of licenses: days to add to the date; to now, where there is none.
    Extend(u32),
    /// Of places: to give them back.
    GiveBack,
}

/// What came of an errand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// A page of licenses, and how many there are on all.
    Licenses(Vec<ListedLicense>, usize),
    /// A license, as it is now.
    License(Box<ListedLicense>),
    /// A license with all that is kept of it.
    Record(Box<Record>),
    /// How many were changed.
    Count(usize),
    /// A page of places, and how many there are on all.
    Places(Vec<ListedPlace>, usize),
    /// A place, as it is now.
    Place(Box<ListedPlace>),
}

/// A license in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedLicense {
    /// The license, floating places that lapsed left out of its count.
    pub license: License,
    /// Its key.
    pub key: LicenseKey,
    /// Where it stands.
    pub status: Status,
    /// When something last happened to it.
    pub updated_at: Timestamp,
}

/// A license with all that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The license.
    pub license: ListedLicense,
    /// Its product.
    pub product: Product,
    /// Who holds it.
    pub customer: Option<Customer>,
    /// Its places, newest first, also those that were given back.
    pub places: Vec<Activation>,
    /// When all this is so.
    pub now: Timestamp,
}

/// A place in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPlace {
    /// The place.
    pub activation: Activation,
    /// Whether it is taken.
    pub is_active: bool,
    /// What takes it.
    pub kind: ActivationType,
    /// Of which license.
    pub license: LicenseId,
    /// Of which product.
    pub product: ProductId,
    /// That license's key.
    pub key: LicenseKey,
}

impl core::fmt::Debug for BuyerWanted {
    /// Without the address and the name.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Known(id) => write!(f, "Known({id})"),
            Self::ByEmail(..) => f.write_str("ByEmail"),
        }
    }
}

impl EndWanted {
    /// The date to give it, if one is named; within that `None`: it holds for ever.
    pub const fn named(self) -> Option<Option<Timestamp>> {
        match self {
            Self::Kept => None,
            Self::Never => Some(None),
            Self::At(at) => Some(Some(at)),
        }
    }
}

impl Mark {
    /// Whether a license bears it.
    pub fn is_on(&self, license: &License) -> bool {
        let member = license.metadata.members().get(self.member);
        member.and_then(|member| member.get(self.word)) == Some(&Value::Bool(true))
    }

    /// The metadata of a license with it, beside what is there.
    ///
    /// # Errors
    ///
    /// [`TooMuchMetadata`] when there is no room for it.
    pub fn put(self, metadata: &Metadata) -> Result<Metadata, TooMuchMetadata> {
        metadata.with(self.member, self.word, Value::Bool(true))
    }
}

impl PageWanted {
    /// Items before it.
    pub fn skipped(self) -> usize {
        let before = u64::from(self.number.saturating_sub(1)).saturating_mul(self.size.into());
        usize::try_from(before).unwrap_or(usize::MAX)
    }

    /// Items on it, at most.
    pub fn count(self) -> usize {
        usize::try_from(self.size).unwrap_or(usize::MAX)
    }
}
