//! Signing what is answered, so that it can be trusted where nobody can be asked.

use counterfoil_core::decide::{self, Decision};
use counterfoil_core::history::Event;
use counterfoil_core::id::VendorId;
use counterfoil_core::identifier::Identifier;
use counterfoil_core::lease::{KeyHash, LEASE_ID_BYTES, Lease, Life, ends_at, lease_id};
use counterfoil_core::license::License;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::Nonce;
use counterfoil_core::time::Timestamp;
use counterfoil_core::verdict::{Question, Snapshot, Verdict, judge};
use counterfoil_core::wire::lease::sign;
use counterfoil_core::wire::native::admin::lease::AdminLend;
use counterfoil_core::wire::native::license::{LEASE_SECONDS_MAX, Lend, Lent};
use counterfoil_core::wire::native::portal::LendOwn;
use counterfoil_core::wire::native::{Reference, WholeNumber};

use serde_json::Value;

use super::desk::Desk;
use super::licenses::key_of;
use super::{App, identifier};
use crate::auth::{self, Caller};
use crate::env::{Env, random};
use crate::ledger::{LedgerError, NamedPlaces, Rows, Txn};
use crate::secret::Secret;
use crate::service::portal::vendor_at;
use crate::signer::{Signer, Signing, jwks};

/// What signing takes.
#[derive(Clone, Copy)]
pub(super) struct Pen<'a> {
    pub(super) signer: &'a Signer,
    pub(super) secret: &'a Secret,
    pub(super) env: &'a dyn Env,
    pub(super) now: Timestamp,
}

/// What a lease is about, beside its verdict.
pub(super) struct Subject<'a> {
    /// Whose keys sign.
    pub(super) vendor: VendorId,
    /// The license; `None`: no such key.
    pub(super) license: Option<&'a License>,
    /// The product's slug, or of an unknown key the product that was asked for.
    pub(super) audience: Option<&'a str>,
    /// The key that was asked about.
    pub(super) key: &'a str,
    /// The question's.
    pub(super) nonce: Option<&'a Nonce>,
    /// How long it is wanted.
    pub(super) life: Life,
}

impl Pen<'_> {
    /// Signs `verdict`.
    ///
    /// # Errors
    ///
    /// Only when the store or the source of entropy fails.
    pub(super) fn sign(
        self,
        rows: &impl Rows,
        subject: &Subject<'_>,
        verdict: &Verdict,
    ) -> Result<(String, Lease), Refusal> {
        let Signing { key, issuer } = self.signer.of(rows, self.secret, subject.vendor)?;
        let lease = Lease {
            issuer,
            audience: subject.audience.map(str::to_owned),
            license: subject.license.map(|license| license.id),
            issued_at: self.now,
            not_before: self.now,
            expires_at: ends_at(subject.license, verdict, subject.life, self.now),
            id: lease_id(random::<LEASE_ID_BYTES>(self.env)?),
            nonce: subject.nonce.cloned(),
            key_hash: KeyHash::of(subject.key),
            verdict: verdict.clone(),
        };
        Ok((sign(&lease, &key), lease))
    }
}

impl App {
    pub(super) fn pen(&self, now: Timestamp) -> Pen<'_> {
        Pen { signer: &self.signer, secret: &self.secret, env: &*self.env, now }
    }
}

impl Desk<'_> {
    fn pen(&self) -> Pen<'_> {
        Pen { signer: self.signer, secret: self.secret, env: self.env, now: self.now }
    }
}

/// The public keys of the vendor with this id, or of the first one, as a JWK set; `None`: there is
/// no such vendor.
///
/// # Errors
///
/// Only when the store fails.
pub fn published(app: &App, vendor: Option<&str>) -> Result<Option<Value>, Refusal> {
    let (view, now) = (app.ledger.view(), app.env.now());
    let vendor = match vendor {
        Some(id) => id.parse::<VendorId>().ok(),
        None => Some(vendor_at(&*view, None)?),
    };
    let keys = vendor.map(|vendor| view.signing_keys_of(vendor)).transpose()?.flatten();
    Ok(keys.map(|keys| jwks(&keys, now)).transpose()?)
}

/// Signs the answer to a key that nobody has, or that is another product's: by the keys of the
/// vendor whose product was asked for, else of the one whose host name the call came to.
pub(super) fn sign_unknown(
    app: &App,
    host: Option<&str>,
    (key, product): (&str, Option<&str>),
    (nonce, verdict): (Option<&Nonce>, &Verdict),
) -> Result<String, Refusal> {
    let view = app.ledger.view();
    let asked = vendor_at(&*view, host)?;
    let vendor = product.map(|name| seller_of(&*view, name, asked)).transpose()?.flatten();
    let subject = Subject {
        vendor: vendor.unwrap_or(asked),
        license: None,
        audience: product,
        key,
        nonce,
        life: Life::Plan,
    };
    let now = verdict.checked_at;
    app.pen(now).sign(&*view, &subject, verdict).map(|(text, _)| text)
}

/// Who sells the product that is called this. Several may: the one who was asked comes first.
fn seller_of(
    rows: &impl Rows,
    name: &str,
    asked: VendorId,
) -> Result<Option<VendorId>, LedgerError> {
    if let Ok(id) = name.parse() {
        return Ok(rows.product(id)?.map(|product| product.vendor));
    }
    if rows.product_called(asked, name)?.is_some() {
        return Ok(Some(asked));
    }
    for vendor in rows.all_vendors()? {
        if rows.product_called(vendor.id, name)?.is_some() {
            return Ok(Some(vendor.id));
        }
    }
    Ok(None)
}

/// Signs a lease for whoever has the key.
///
/// # Errors
///
/// `license_not_found`, `product_mismatch`, those of a license that is not active,
/// `invalid_identifier`, `activation_not_found`; `invalid_params` for more than the plan allows.
pub fn lend(app: &App, _: &Caller, call: &Lend) -> Result<Lent, Refusal> {
    let now = app.env.now();
    let view = app.ledger.view();
    let row = auth::unlock(&*view, &app.secret, &call.key.0, call.mode)?;
    let row = row.ok_or(Refusal::LicenseNotFound)?;
    let here = call.identifier.as_deref();
    let here = here.map(|text| identifier(row.license.terms.activation_type, text)).transpose();
    let named =
        NamedPlaces { identifier: here.as_ref().ok().and_then(Option::as_ref), activation: None };
    let snapshot = view.complete(row, named)?.snapshot;
    decide::check_usable(&snapshot, call.product.as_deref(), now)?;
    let here = here?;
    let life = life(call.ttl, &snapshot.license)?;
    let wanted = Wanted { here, life, nonce: call.nonce.as_ref(), key: &call.key.0 };
    let (lease, Lease { expires_at, .. }) = wanted.sign(app.pen(now), &*view, &snapshot)?;
    Ok(Lent { lease, expires_at })
}

/// A lease that somebody asks for by itself.
struct Wanted<'a> {
    here: Option<Identifier>,
    life: Life,
    nonce: Option<&'a Nonce>,
    key: &'a str,
}

impl Wanted<'_> {
    fn sign(
        self,
        pen: Pen<'_>,
        rows: &impl Rows,
        snapshot: &Snapshot,
    ) -> Result<(String, Lease), Refusal> {
        let question =
            Question { product: None, identifier: self.here, nonce: self.nonce.cloned() };
        let verdict = judge(Some(snapshot), &question, pen.now);
        // It is active, so a place is all that can be missing.
        if !verdict.valid {
            return Err(Refusal::ActivationNotFound);
        }
        let license = &snapshot.license;
        let subject = Subject {
            vendor: license.vendor,
            license: Some(license),
            audience: Some(snapshot.product.slug.as_str()),
            key: self.key,
            nonce: self.nonce,
            life: self.life,
        };
        pen.sign(rows, &subject, &verdict)
    }
}

/// How long a customer wants a lease, who may have no longer ones than the plan's.
fn life(
    ttl: Option<WholeNumber<60, LEASE_SECONDS_MAX>>,
    license: &License,
) -> Result<Life, Refusal> {
    let Some(seconds) = ttl.map(WholeNumber::small) else { return Ok(Life::Plan) };
    let days = license.terms.lease_days;
    let most = days.saturating_mul(86_400);
    if seconds > most {
        let problem = format!("must be at most {most}: leases of this license last {days} days");
        return Err(Refusal::invalid_params("ttl", problem));
    }
    Ok(Life::Seconds(seconds))
}

/// Signs a lease at the desk.
///
/// # Errors
///
/// `license_not_found`, those of a license that is not active, `invalid_identifier`,
/// `activation_not_found`.
pub fn lend_by_hand(desk: &Desk<'_>, txn: &mut Txn<'_>, call: &AdminLend) -> Result<Lent, Refusal> {
    let life = call.ttl.map_or(Life::Plan, |seconds| Life::Seconds(seconds.small()));
    let place = (call.identifier.as_deref(), call.nonce.as_ref());
    hand_out(desk, txn, &call.license, place, |_| Ok(life))
}

/// Signs a lease at the portal.
///
/// # Errors
///
/// As [`lend_by_hand`]; `invalid_params` for more than the plan allows.
pub fn lend_own(desk: &Desk<'_>, txn: &mut Txn<'_>, call: &LendOwn) -> Result<Lent, Refusal> {
    let place = (call.identifier.as_deref(), None);
    hand_out(desk, txn, &call.license, place, |license| life(call.ttl, license))
}

/// Signs a lease that leaves the house, and keeps that it did.
fn hand_out(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    name: &Reference,
    (here, nonce): (Option<&str>, Option<&Nonce>),
    life: impl FnOnce(&License) -> Result<Life, Refusal>,
) -> Result<Lent, Refusal> {
    let row = desk.license(txn, name)?;
    let key = key_of(desk.secret, &row)?;
    let here = here.map(|text| identifier(row.license.terms.activation_type, text)).transpose();
    let named =
        NamedPlaces { identifier: here.as_ref().ok().and_then(Option::as_ref), activation: None };
    let found = txn.complete(row, named)?;
    let license = &found.snapshot.license;
    decide::check_usable(&found.snapshot, None, desk.now)?;
    let wanted = Wanted { here: here?, life: life(license)?, nonce, key: key.reveal() };
    let (text, lease) = wanted.sign(desk.pen(), txn, &found.snapshot)?;
    let event = Event::lease_issued(&lease, license, desk.now);
    let decision = Decision { answer: (), changes: Vec::new(), events: vec![event] };
    let stamp = desk.stamp()?;
    let keys = txn.signing_keys_of(license.vendor)?;
    txn.apply(&found.row(), &decision, stamp)?;
    // A key stays published as long as its longest lease, once another took over.
    if let Some(mut keys) = keys.filter(|keys| keys.current.leases_until < Some(lease.expires_at)) {
        keys.current.leases_until = Some(lease.expires_at);
        txn.put_signing_keys(license.vendor, &keys)?;
    }
    Ok(Lent { lease: text, expires_at: lease.expires_at })
}
