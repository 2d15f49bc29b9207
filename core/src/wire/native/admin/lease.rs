//! Leases that the vendor signs by hand.

use crate::lease::VENDOR_DAYS_MAX;
use crate::prelude::*;
use crate::text::{IdempotencyKey, Nonce};
use crate::wire::native::license::Lent;
use crate::wire::native::{Reference, WholeNumber, calls};

/// Longest life of such a lease, in seconds.
pub const ADMIN_LEASE_SECONDS_MAX: u64 = VENDOR_DAYS_MAX as u64 * 86_400;

calls! {
    /// `admin.license.lease`: signs a lease on a license, for a customer whom no network reaches.
    ///
    /// As `license.lease`, but up to ten years long. What is signed holds whatever happens to the
    /// license later; its history keeps that it was given out.
    AdminLend "admin.license.lease" LicensesWrite -> Lent
        | license_not_found | license_stopped | invalid_identifier | activation_not_found {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// Where it is to hold, in any spelling: a place that is active. Without it the lease is good
        /// for no place in particular.
        identifier "identifier": Option<String>,
        /// How long it is wanted, in seconds; where nothing is said as long as the plan's `leaseDays`.
        ttl "ttl": Option<WholeNumber<60, ADMIN_LEASE_SECONDS_MAX>>,
        /// To be seen again in the lease.
        nonce "nonce": Option<Nonce>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }
}
