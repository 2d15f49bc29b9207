//! What every call of the desk has in common: who calls is found out, repeats are made harmless,
//! and nothing but the caller's own is seen. A customer at the portal stands at a desk too, on which
//! there is only what is theirs.

use counterfoil_core::id::{CustomerId, LicenseId};
use counterfoil_core::license::Customer;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::{Call, Cursor, ListLimit, Reference, Scope};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::App;
use super::idempotency::{Attempt, once};
use crate::auth::{self, Caller, Principal, authorize};
use crate::env::{Env, random};
use crate::ledger::{LicenseRow, List, Lists, Owner, Part, Rows, Stamp, Txn, View};
use crate::mail::Mail;
use crate::secret::Secret;
use crate::signer::Signer;
use crate::webhooks::Rules;

/// Licenses of one customer that are looked at for a token of one product.
const LOOKED_AT_MAX: usize = 1_000;

/// Whoever calls, and what answering takes.
pub struct Desk<'a> {
    /// Who calls, and what they may see.
    pub by: Principal,
    /// What opens and hashes.
    pub secret: &'a Secret,
    /// Clock and entropy.
    pub env: &'a dyn Env,
    /// What customers are told by.
    pub mail: &'a Mail,
    /// Where webhooks may go.
    pub webhook_rules: Rules,
    /// What signs leases.
    pub signer: &'a Signer,
    /// Where customers reach the server, without a slash at the end.
    pub public_url: &'a str,
    /// When it is.
    pub now: Timestamp,
}

/// Answers a call that only reads.
pub type Showing<C> = fn(&Desk<'_>, &View, &C) -> Result<<C as Call>::Answer, Refusal>;

/// Answers a call that changes something.
pub type Changing<C> = fn(&Desk<'_>, &mut Txn<'_>, &C) -> Result<<C as Call>::Answer, Refusal>;

/// Refuses a call, repeated or not, or completes it by what holds for its caller.
pub type Checking<C> = fn(&Desk<'_>, &Txn<'_>, C) -> Result<C, Refusal>;

/// Whether a caller may make calls of this scope, now.
///
/// # Errors
///
/// `unauthorized`, `forbidden`.
pub fn admit(app: &App, caller: &Caller, scope: Scope) -> Result<(), Refusal> {
    authorize(&*app.ledger.view(), caller, scope, app.env.now()).map(drop)
}

/// Answers a call that only reads.
///
/// # Errors
///
/// `unauthorized`, `forbidden`, and the job's own.
pub fn show<C: Call>(
    app: &App,
    caller: &Caller,
    call: &C,
    job: Showing<C>,
) -> Result<C::Answer, Refusal> {
    let view = app.ledger.view();
    let now = app.env.now();
    let by = authorize(&*view, caller, C::SCOPE, now)?;
    job(&app.desk(by, now), &view, call)
}

/// Answers a call that changes something, once that is kept. `check` comes first also for a
/// repeat, whose answer another caller may have been given.
///
/// # Errors
///
/// `unauthorized`, `forbidden`, `idempotency_conflict`, and the job's own.
pub async fn change<C>(
    app: App,
    caller: Caller,
    call: C,
    (check, job): (Checking<C>, Changing<C>),
) -> Result<C::Answer, Refusal>
where
    C: Call + Send + 'static,
    C::Answer: Serialize + DeserializeOwned + Send + 'static,
{
    let now = app.env.now();
    let ledger = app.ledger.clone();
    ledger
        .transact(move |txn| {
            let by = authorize(txn, &caller, C::SCOPE, now)?;
            let desk = app.desk(by, now);
            let call = check(&desk, txn, call)?;
            let attempt = Attempt::of(&call, &by.owner(), now);
            let nonce = random(&*app.env)?;
            once(txn, &app.secret, (attempt, nonce), |txn| job(&desk, txn, &call))
        })
        .await
}

impl App {
    /// The desk at which `by` calls at `now`.
    pub(crate) fn desk(&self, by: Principal, now: Timestamp) -> Desk<'_> {
        let Self { secret, env, mail, webhook_rules, signer, public_url, .. } = self;
        let (env, webhook_rules) = (&**env, *webhook_rules);
        Desk { by, secret, env, mail, webhook_rules, signer, public_url, now }
    }
}

impl std::fmt::Debug for Desk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Desk({:?})", self.by)
    }
}

impl Desk<'_> {
    /// How the history names whoever calls, now.
    pub(super) fn stamp(&self) -> Result<Stamp<'_>, Refusal> {
        let entropy = random(self.env)?;
        Ok(Stamp { actor: self.by.actor, at: self.now, entropy, secret: self.secret })
    }

    /// The caller's license of this name.
    ///
    /// # Errors
    ///
    /// `license_not_found`, also for what is not the caller's.
    pub(super) fn license(
        &self,
        rows: &impl Rows,
        name: &Reference,
    ) -> Result<LicenseRow, Refusal> {
        let row = auth::license_called(rows, self.secret, self.by, &name.0)?;
        row.ok_or(Refusal::LicenseNotFound)
    }

    /// The license with this id, if it is the caller's to see.
    pub(super) fn own(&self, row: Option<LicenseRow>) -> Option<LicenseRow> {
        row.filter(|row| self.by.sees(&row.license))
    }

    /// The caller's customer with this id.
    ///
    /// # Errors
    ///
    /// `not_found`, also for what is not the caller's.
    pub(super) fn customer<R: Rows + Lists>(
        &self,
        rows: &R,
        name: &Reference,
    ) -> Result<Customer, Refusal> {
        let id = name.0.parse::<CustomerId>().ok();
        let customer = id.map(|id| rows.customer(id)).transpose()?.flatten();
        match customer {
            Some(customer) if self.sees_customer(rows, &customer)? => Ok(customer),
            _ => Err(Refusal::NotFound { kind: "customer" }),
        }
    }

    /// Whether a customer is the caller's to see: to one that sees a single product, only those
    /// who have a license of it.
    pub(super) fn sees_customer<R: Rows + Lists>(
        &self,
        rows: &R,
        customer: &Customer,
    ) -> Result<bool, Refusal> {
        if (customer.vendor, customer.mode) != (self.by.vendor, self.by.mode) {
            return Ok(false);
        }
        if self.by.product.is_none() {
            return Ok(true);
        }
        self.any_license(rows, customer, |row| self.by.sees(&row.license))
    }

    /// Whether a customer is the caller's alone: to one that sees a single product, only those who
    /// have no license of another.
    ///
    /// # Errors
    ///
    /// `forbidden`.
    pub(super) fn check_owns<R: Rows + Lists>(
        &self,
        rows: &R,
        customer: &Customer,
    ) -> Result<(), Refusal> {
        let is_shared = self.by.product.is_some()
            && self.any_license(rows, customer, |row| !self.by.sees(&row.license))?;
        if is_shared {
            return Err(Refusal::Forbidden { scope: "product:*".to_owned() });
        }
        Ok(())
    }

    /// Whether any of the customer's licenses is so, as far as they are looked at.
    fn any_license<R: Rows + Lists>(
        &self,
        rows: &R,
        customer: &Customer,
        is_so: impl Fn(&LicenseRow) -> bool,
    ) -> Result<bool, Refusal> {
        let theirs = List::licenses(Owner::Customer(customer.id), self.by.mode);
        for number in rows.newest(theirs, Part { count: LOOKED_AT_MAX, after: None })? {
            if rows.license(LicenseId::new(number))?.is_some_and(|row| is_so(&row)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the caller sees all of the vendor's things.
    ///
    /// # Errors
    ///
    /// `forbidden` for one that sees a single product.
    pub(super) fn check_sees_all(&self, scope: &'static str) -> Result<(), Refusal> {
        match self.by.product {
            None => Ok(()),
            Some(_) => Err(Refusal::Forbidden { scope: scope.to_owned() }),
        }
    }
}

/// How many items were asked for, and after which.
pub(super) fn part(limit: ListLimit, cursor: Option<Cursor>) -> Part {
    let count = usize::try_from(limit.small()).unwrap_or(usize::MAX);
    Part { count, after: cursor.map(Cursor::number) }
}
