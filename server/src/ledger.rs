//! The one door to storage.
//!
//! A [`Ledger`] is read through a [`View`] and changed by [`Ledger::transact`]. Behind it is an
//! embedded redb file; nothing outside this folder knows that.
//!
//! - Reading takes no lock and changes no thread: a view is the last commit, held ready.
//! - Changes queue up for one writer. Those that wait together share one durable commit, and each
//!   caller hears back only after the sync that covers it.
//! - A job reads, decides, then writes. One that is refused has written nothing.

mod redb;
mod rows;

pub use redb::{
    Accounts, ByKey, Closed, Ledger, Letters, Lists, OpenError, Orders, Part, Payments, Rows,
    Stamp, Txn, View, WEBHOOKS_MAX, Webhooks, intact_items, is_remembered, is_stale,
};
pub use rows::{
    Account, AccountOf, Attempt, Beside, CheckoutRow, Contents, DayCounts, DeliveryRow,
    DeskCodeRow, DeskSessionRow, Found, HistoryRow, IdempotencyRow, LicenseRow, List, MailCounts,
    MailHabits, MailRow, NameRow, NamedPlaces, OrderLineRow, OrderRow, Owner, PaymentConnectionRow,
    PaymentDeliveryRow, PortalCodeRow, PortalSessionRow, PriceRow, ReportRow, RetiredKeyRow, Side,
    SigningKeyRow, SigningKeysRow, Standing, Target, TokenRow, VendorRow, Visitor, WebhookRow,
    WordingRow,
};

use counterfoil_core::refusal::Refusal;

/// The store failed. Nothing that the caller did.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// redb's, or the disk's.
    #[error("the store failed: {0}")]
    Store(#[from] ::redb::Error),
    /// A record that cannot be read.
    #[error("a record cannot be read: {0}")]
    Record(#[from] postcard::Error),
    /// A sealed value that cannot be opened.
    #[error(transparent)]
    Sealed(#[from] crate::secret::NotOpened),
    /// A record names another that is not there.
    #[error("a record names a {0} that is not there")]
    Dangling(&'static str),
    /// No free name was found for a license.
    #[error("no free key or alias was found: is the source of random bytes broken?")]
    NoFreeName,
    /// A refused job had written: a mistake of ours, and nothing of its batch was kept.
    #[error("a refused job had written")]
    HalfWritten,
    /// The writer has stopped.
    #[error("the writer has stopped")]
    Stopped,
}

macro_rules! from_redb {
    ($($error:ident)*) => {$(
        impl From<::redb::$error> for LedgerError {
            fn from(error: ::redb::$error) -> Self {
                Self::Store(error.into())
            }
        }
    )*};
}
from_redb!(StorageError TableError TransactionError CommitError DatabaseError SetDurabilityError);

/// Callers hear that the server cannot answer; the log hears why.
impl From<LedgerError> for Refusal {
    fn from(error: LedgerError) -> Self {
        tracing::error!("{error}");
        Self::unavailable()
    }
}
