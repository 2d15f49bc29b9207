//! `admin.*`: the vendor's desk. Each call needs a token with its scope.

pub mod activation;
pub mod catalog;
pub mod customer;
pub mod history;
pub mod lease;
pub mod license;
pub mod mail;
pub mod order;
pub mod payment;
pub mod snapshot;
pub mod stats;
pub mod template;
pub mod token;
pub mod webhook;

use serde::{Deserialize, Serialize};

use crate::prelude::*;

use super::Cursor;

/// Most places, days and other counts that have no limit of their own.
const COUNT_MAX: u64 = u32::MAX as u64;

/// The largest whole number that JavaScript keeps exact.
pub(super) const EXACT_MAX: u64 = (1 << 53) - 1;

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "{T}Page"))]
pub struct Page<T> {
    /// In the list's order.
    pub items: Vec<T>,
    /// Where the next part begins; null: this was the last.
    pub next_cursor: Option<Cursor>,
}

/// The names of every call of the desk.
pub(super) fn methods() -> Vec<&'static str> {
    [
        catalog::METHODS,
        license::METHODS,
        lease::METHODS,
        history::METHODS,
        snapshot::METHODS,
        activation::METHODS,
        customer::METHODS,
        token::METHODS,
        stats::METHODS,
        mail::METHODS,
        template::METHODS,
        order::METHODS,
        payment::METHODS,
        webhook::METHODS,
    ]
    .concat()
}

/// What the documentation says of every call of the desk.
#[cfg(feature = "schema")]
pub(super) fn described() -> impl Iterator<Item = &'static super::openrpc::Described> {
    [
        catalog::DESCRIBED,
        license::DESCRIBED,
        lease::DESCRIBED,
        history::DESCRIBED,
        snapshot::DESCRIBED,
        activation::DESCRIBED,
        customer::DESCRIBED,
        token::DESCRIBED,
        stats::DESCRIBED,
        mail::DESCRIBED,
        template::DESCRIBED,
        order::DESCRIBED,
        payment::DESCRIBED,
        webhook::DESCRIBED,
    ]
    .into_iter()
    .flatten()
}
