//! Every decision Counterfoil makes about a license, as plain functions on plain data.
//!
//! The server and the npm package run this very code, so a license means the same everywhere.
//! In reading order:
//!
//! - values: [`time`], [`id`], [`text`], [`metadata`], [`key`], [`alias`], [`identifier`];
//! - what is sold and owned: [`catalog`], [`license`], the [`sale`] it came of, and what happened to
//!   it: [`history`];
//! - what is answered: [`verdict`], [`refusal`], and [`decide`] for what changes something; and
//!   what is signed, to be trusted later: [`lease`];
//! - what is said on the wire: [`wire`].
//!
//! # Invariants
//!
//! - No I/O, no clock, no randomness, no logging, no floating point (but to read past a fraction in
//!   JSON), no order that depends on a hash: the same arguments give the same bytes. Time is the last
//!   parameter, entropy is a value.
//! - No input panics. What cannot be done comes back as a [`refusal::Refusal`].
//! - The domain never imports [`wire`]; a decision never touches a store, it returns changes.
//! - Nothing here depends on a runtime crate; `tests/it/tidy.rs` holds that. Nothing here needs
//!   `std`, which is a tenth of what a browser would load; a file that allocates begins with
//!   `use crate::prelude::*`.

#![no_std]

extern crate alloc;
#[cfg(any(test, feature = "schema", feature = "typescript"))]
extern crate std;

pub mod alias;
mod base64url;
pub mod catalog;
pub mod decide;
pub mod history;
pub mod id;
pub mod identifier;
mod json_text;
pub mod key;
pub mod lease;
pub mod license;
mod mac;
pub mod metadata;
mod prelude;
pub mod refusal;
pub mod sale;
pub mod schema;
pub mod text;
pub mod time;
pub mod verdict;
pub mod wire;
