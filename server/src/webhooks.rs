//! Webhooks: what happens, sent to where a vendor wants to hear of it.
//!
//! Whoever writes an item of the history queues it in the same transaction, for every webhook that
//! is to be told of it (`ledger/redb/txn/webhooks.rs`); a courier takes it there afterwards. So
//! nothing is told that did not happen, and nothing that happened is forgotten by a crash. How a
//! message looks and is signed is the core's to say: `counterfoil_core::wire::webhook`.
//!
//! A URL is a vendor's to choose and this machine's to open. So it is judged twice, as a text when
//! it is given and by every address behind its name when something is sent, and the connection
//! goes to the very address that was judged.

mod address;
mod courier;
mod ladder;
mod outcome;
pub(crate) mod post;
mod resolver;
mod rules;
mod tls;

pub(crate) use courier::{Courier, waiting};

pub use resolver::{Resolver, Resolving, SystemResolver};
pub use rules::Rules;
