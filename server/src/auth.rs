//! From a credential to what it may do. The only place where a secret is compared.

use counterfoil_core::alias::Alias;
use counterfoil_core::history::Actor;
use counterfoil_core::id::{LicenseId, ProductId, VendorId};
use counterfoil_core::key::LicenseKey;
use counterfoil_core::license::{Customer, License, Mode};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire;
use counterfoil_core::wire::native::Scope;
use counterfoil_core::wire::native::admin::token::TokenKind;
use counterfoil_core::wire::provider::Proof;
use std::net::IpAddr;
use std::sync::Arc;
use subtle::{Choice, ConstantTimeEq};

use crate::ledger::{
    ByKey, DeskCodeRow, DeskSessionRow, Ledger, LedgerError, LicenseRow, PortalCodeRow, Rows,
    TokenRow, Visitor,
};
use crate::secret::{Digest, Secret, webhook_digest};
use crate::test_provider::TestProvider;

/// Who makes a call, as far as the connection and its headers tell.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// Where the call comes from.
    pub ip: IpAddr,
    /// Whether it comes from this machine, and through no proxy.
    pub is_loopback: bool,
    /// The digest of the bearer token that came with it, or of the cookie of a session at the desk.
    pub token: Option<Digest>,
}

/// Whose things a call acts on, and who makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The vendor.
    pub vendor: VendorId,
    /// The world it sees.
    pub mode: Mode,
    /// The one product whose things it sees; `None`: all.
    pub product: Option<ProductId>,
    /// Who it is, as the history names it: a token, or a customer, who sees only what is their own.
    pub actor: Actor,
}

impl Principal {
    /// What tells this principal's things from everybody else's.
    pub fn owner(&self) -> String {
        match self.product {
            None => format!("{} {:?}", self.vendor, self.mode),
            Some(product) => format!("{} {:?} {product}", self.vendor, self.mode),
        }
    }

    /// Whether a license is there for this principal.
    pub fn sees(&self, license: &License) -> bool {
        license.vendor == self.vendor
            && license.mode == self.mode
            && self.product.is_none_or(|product| license.product == product)
            && match self.actor {
                Actor::Customer(customer) => license.customer == Some(customer),
                Actor::Key | Actor::Token(_) | Actor::System | Actor::Payments => true,
            }
    }
}

/// The digest of the token in an `Authorization` header.
pub fn bearer(secret: &Secret, header: &str) -> Option<Digest> {
    wire::bearer(header).map(|token| secret.token_digest(token))
}

/// The digest of a credential's text.
pub fn digest(secret: &Secret, text: &str) -> Digest {
    secret.token_digest(text.trim())
}

/// Whether an `Authorization` header shows what only those have who can read the secret file.
pub fn is_operator(secret: &Secret, header: &str) -> bool {
    let Some(shown) = wire::bearer(header) else { return false };
    bool::from(shown.as_bytes().ct_eq(secret.operator_credential().as_bytes()))
}

/// The vendor whose key of the test provider an `Authorization` header shows.
pub fn test_provider_vendor(
    secret: &Secret,
    provider: &TestProvider,
    header: &str,
) -> Option<VendorId> {
    let shown = wire::bearer(header)?;
    let vendor = provider.vendor_of(shown)?;
    let key = provider.api_key(secret, vendor);
    bool::from(shown.as_bytes().ct_eq(key.as_bytes())).then_some(vendor)
}

/// Whether what a request shows was made under this secret: one of its hashes of the body, or the
/// secret itself. Every one is compared, and each in constant time.
pub fn proves(secret: &str, proof: &Proof, body: &[u8]) -> bool {
    let is_so = match proof {
        Proof::Signed { prefix, signatures, .. } => {
            let expected = webhook_digest(secret, &[prefix.as_bytes(), body]);
            let equal = signatures.iter().map(|signature| signature.ct_eq(&expected));
            equal.fold(Choice::from(0), |any, one| any | one)
        }
        // Of equal length, so that comparing takes the same time for all.
        Proof::Shown(text) => {
            let digest = |text: &str| webhook_digest("shown", &[text.as_bytes()]);
            digest(text).ct_eq(&digest(secret))
        }
        Proof::Greeting => Choice::from(0),
    };
    bool::from(is_so)
}

/// The token that a caller brought, if it is one and still good at `now`.
///
/// # Errors
///
/// [`LedgerError`] when the store fails.
pub fn token(
    rows: &impl Rows,
    caller: &Caller,
    now: Timestamp,
) -> Result<Option<TokenRow>, LedgerError> {
    let Some(digest) = caller.token else { return Ok(None) };
    let token = match valid(rows, &digest, now)? {
        Some(token) => Some(token),
        None => desk_session(rows, &digest, now)?.map(|(session, token)| seen(session, token)),
    };
    // What is shipped in software for everybody to read opens nothing of the vendor's.
    Ok(token.filter(|token| !token.kind.is_some_and(TokenKind::is_public)))
}

/// A token as it counts in a session: one that looks at the test world sees and makes nothing else.
const fn seen(session: DeskSessionRow, mut token: TokenRow) -> TokenRow {
    if session.is_trial {
        token.mode = Mode::Test;
    }
    token
}

fn valid(
    rows: &impl Rows,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<TokenRow>, LedgerError> {
    // The look-up is by a keyed hash, so its timing says nothing about any token.
    let token = rows.token(digest)?;
    Ok(token.filter(|token| token.is_good_at(now)))
}

/// The session at the desk under a cookie's digest, and the token that it stands for, if both are
/// still good at `now`.
///
/// # Errors
///
/// [`LedgerError`] when the store fails.
pub fn desk_session(
    rows: &impl Rows,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<(DeskSessionRow, TokenRow)>, LedgerError> {
    let session = rows.desk_session(digest)?.filter(|session| now < session.expires_at);
    let Some(session) = session else { return Ok(None) };
    let Some(digest) = rows.token_digest(session.token)? else { return Ok(None) };
    Ok(valid(rows, &digest, now)?.map(|token| (session, token)))
}

/// The row of a code that signs in at the desk, if it is still good at `now`.
///
/// # Errors
///
/// [`LedgerError`] when the store fails.
pub fn desk_code(
    rows: &impl Rows,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<DeskCodeRow>, LedgerError> {
    // The look-up is by a keyed hash, as with tokens.
    Ok(rows.desk_code(digest)?.filter(|row| now < row.expires_at))
}

/// The customer whose session's token a caller brought, if it is one and still good at `now`.
///
/// # Errors
///
/// [`LedgerError`] when the store fails.
pub fn visitor(
    rows: &impl Rows,
    caller: &Caller,
    now: Timestamp,
) -> Result<Option<Customer>, LedgerError> {
    let session = caller.token.map_or(Ok(None), |digest| rows.portal_session(&digest))?;
    let session = session.filter(|session| now < session.expires_at);
    session.map_or(Ok(None), |session| proved(rows, &session.visitor))
}

/// The row of a link's code and who signs in by it, if it is still good at `now`.
///
/// # Errors
///
/// [`LedgerError`] when the store fails.
pub fn code(
    rows: &impl Rows,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<(PortalCodeRow, Visitor)>, LedgerError> {
    // The look-up is by a keyed hash, as with tokens.
    let row = rows.portal_code(digest)?.filter(|row| !row.is_used && now < row.expires_at);
    let Some(row) = row else { return Ok(None) };
    let Some(visitor) = row.visitor.clone() else { return Ok(None) };
    Ok(proved(rows, &visitor)?.map(|_| (row, visitor)))
}

/// The customer whose address was proved, as long as it is that customer's.
fn proved(rows: &impl Rows, visitor: &Visitor) -> Result<Option<Customer>, LedgerError> {
    let customer = rows.customer(visitor.customer)?;
    Ok(customer.filter(|customer| customer.email.folded() == visitor.email))
}

/// Who the caller is, if allowed what `scope` asks.
///
/// # Errors
///
/// `unauthorized` without a valid token, `forbidden` when it lacks the scope.
pub fn authorize(
    rows: &impl Rows,
    caller: &Caller,
    scope: Scope,
    now: Timestamp,
) -> Result<Principal, Refusal> {
    // A vendor's token is nothing here, whatever it may do, and a session nothing elsewhere.
    if scope == Scope::Customer {
        let Customer { id, vendor, mode, .. } =
            visitor(rows, caller, now)?.ok_or(Refusal::Unauthorized)?;
        return Ok(Principal { vendor, mode, product: None, actor: Actor::Customer(id) });
    }
    allow(&token(rows, caller, now)?.ok_or(Refusal::Unauthorized)?, scope)
}

fn allow(token: &TokenRow, scope: Scope) -> Result<Principal, Refusal> {
    match scope.name() {
        Some(name) if !token.scopes.holds(name) => {
            Err(Refusal::Forbidden { scope: name.to_owned() })
        }
        _ => Ok(Principal {
            vendor: token.vendor,
            mode: token.mode,
            product: token.product,
            actor: Actor::Token(token.id),
        }),
    }
}

/// What an old service's caller brought.
#[derive(Clone, Copy, Debug)]
pub struct Brought {
    /// The digest of its text.
    pub digest: Digest,
    /// Of which kind it has to be: one that was given out for another service is nothing here.
    pub kind: TokenKind,
    /// What it must be allowed.
    pub scope: Scope,
}

/// Who the caller of an old service is.
///
/// # Errors
///
/// `unauthorized` for what is no valid credential of that kind, in another variant where it was one;
/// `forbidden` when it lacks the scope.
pub fn recognize(
    rows: &impl Rows,
    brought: &Brought,
    now: Timestamp,
) -> Result<Principal, Refusal> {
    let token = rows.token(&brought.digest)?.filter(|it| it.kind == Some(brought.kind));
    let token = token.ok_or(Refusal::Unauthorized)?;
    if token.is_good_at(now) { allow(&token, brought.scope) } else { Err(Refusal::StaleToken) }
}

/// The license that a key unlocks, in the world that asks. A text that can be nobody's key, an
/// alias, another spelling and the other world's key are all the same: not found.
///
/// # Errors
///
/// [`LedgerError`] when the store fails.
pub fn unlock(
    rows: &impl Rows,
    secret: &Secret,
    key: &str,
    mode: Mode,
) -> Result<Option<LicenseRow>, LedgerError> {
    let Ok(key) = LicenseKey::new(key) else { return Ok(None) };
    let Some(name) = rows.name(&secret.name_digest(&key.folded()))? else { return Ok(None) };
    if !is_exactly(secret, &key, name.exact) {
        return Ok(None);
    }
    let row = rows.license(name.license)?.ok_or(LedgerError::Dangling("license"))?;
    Ok((row.license.mode == mode).then_some(row))
}

/// The principal's license with this id, key or alias. Another vendor's, the other mode's and,
/// to one that sees a single product, other products' look absent.
///
/// # Errors
///
/// [`LedgerError`] when the store fails.
pub fn license_called(
    rows: &impl Rows,
    secret: &Secret,
    by: Principal,
    name: &str,
) -> Result<Option<LicenseRow>, LedgerError> {
    let id = match name.parse::<LicenseId>() {
        Ok(id) => Some(id),
        Err(_) => by_key_or_alias(rows, secret, name)?,
    };
    let row = id.map(|id| rows.license(id)).transpose()?.flatten();
    Ok(row.filter(|row| by.sees(&row.license)))
}

/// As [`unlock`], by a key in any case.
///
/// # Errors
///
/// [`LedgerError`] when the store fails.
pub fn unlock_in_any_case(
    rows: &impl Rows,
    secret: &Secret,
    key: &str,
) -> Result<Option<LicenseRow>, LedgerError> {
    let Ok(key) = LicenseKey::new(key) else { return Ok(None) };
    let name = rows.name(&secret.name_digest(&key.folded()))?;
    // An alias has no exact form: it is nobody's key.
    let Some(name) = name.filter(|name| name.exact.is_some()) else { return Ok(None) };
    rows.license(name.license)
}

/// The license with this alias.
///
/// # Errors
///
/// [`LedgerError`] when the store fails.
pub fn by_alias(
    rows: &impl Rows,
    secret: &Secret,
    alias: &str,
) -> Result<Option<LicenseRow>, LedgerError> {
    let Ok(alias) = Alias::parse(alias) else { return Ok(None) };
    let name = rows.name(&secret.name_digest(alias.as_str()))?;
    let Some(name) = name.filter(|name| name.exact.is_none()) else { return Ok(None) };
    rows.license(name.license)
}

/// As [`unlock`], from what was read lately: the license with its first active activations.
///
/// # Errors
///
/// [`LedgerError`] when the store fails.
pub fn unlock_to_read(
    ledger: &Ledger,
    secret: &Secret,
    key: &str,
    mode: Mode,
) -> Result<Option<Arc<ByKey>>, LedgerError> {
    let Ok(key) = LicenseKey::new(key) else { return Ok(None) };
    let Some(by_key) = ledger.by_key(&secret.name_digest(&key.folded()))? else { return Ok(None) };
    let unlocked =
        is_exactly(secret, &key, by_key.exact) && by_key.found.snapshot.license.mode == mode;
    Ok(unlocked.then_some(by_key))
}

fn is_exactly(secret: &Secret, key: &LicenseKey, kept: Option<Digest>) -> bool {
    kept.is_some_and(|kept| bool::from(kept.ct_eq(&secret.exact_key_digest(key.reveal()))))
}

fn by_key_or_alias(
    rows: &impl Rows,
    secret: &Secret,
    name: &str,
) -> Result<Option<LicenseId>, LedgerError> {
    let Ok(text) = LicenseKey::new(name) else { return Ok(None) };
    let Some(found) = rows.name(&secret.name_digest(&text.folded()))? else { return Ok(None) };
    let named = match found.exact {
        Some(_) => is_exactly(secret, &text, found.exact),
        None => Alias::parse(text.reveal()).is_ok(),
    };
    Ok(named.then_some(found.license))
}
