//! Making licenses, and showing them to their vendor.

use counterfoil_core::alias::Alias;
use counterfoil_core::catalog::{Plan, Product};
use counterfoil_core::decide::{self, Issue, Issuer};
use counterfoil_core::id::{CustomerId, LicenseId};
use counterfoil_core::key::{KeyEntropy, LicenseKey};
use counterfoil_core::license::{CheckCounters, Customer};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::admin::{
    Around, CreateLicense, Created, GetLicense, LicenseView, NewCustomer,
};
use counterfoil_core::wire::native::{Call, WholeNumber};

use super::idempotency::{Attempt, once};
use super::{App, catalog};
use crate::auth::{self, Caller, Principal, authorize};
use crate::env::{Env, NoEntropy, key_entropy, random};
use crate::ledger::{LedgerError, LicenseRow, NameRow, Rows, Txn};
use crate::secret::Secret;

/// Names to try before giving up; two of them colliding by chance is already absurd.
const TRIES: usize = 4;

/// The entropy of one license: its id, its alias, its key, its sealing.
struct Material {
    id: [u8; 16],
    aliases: [[u8; 16]; TRIES],
    keys: [KeyEntropy; TRIES],
    nonce: [u8; 24],
}

impl Material {
    fn draw(env: &dyn Env) -> Result<Self, NoEntropy> {
        let mut aliases = [[0; 16]; TRIES];
        for alias in &mut aliases {
            *alias = random(env)?;
        }
        let keys = [key_entropy(env)?, key_entropy(env)?, key_entropy(env)?, key_entropy(env)?];
        Ok(Self { id: random(env)?, aliases, keys, nonce: random(env)? })
    }
}

/// Makes licenses.
///
/// # Errors
///
/// `not_found` for the product or plan, `conflict` for a key that is taken, `invalid_params` for
/// a key together with a quantity over 1.
pub async fn create(app: App, caller: Caller, call: CreateLicense) -> Result<Created, Refusal> {
    let now = app.env.now();
    let quantity = call.quantity.small();
    if call.key.is_some() && quantity > 1 {
        let problem = "must be 1 when a `key` is given";
        return Err(Refusal::invalid_params("quantity", problem));
    }
    let materials =
        (0..quantity).map(|_| Material::draw(&*app.env)).collect::<Result<Vec<_>, NoEntropy>>()?;
    let (customer_id, nonce) = (random(&*app.env)?, random(&*app.env)?);
    let App { secret, ledger, .. } = app;
    ledger
        .transact(move |txn| {
            let by = authorize(txn, &caller, CreateLicense::SCOPE)?;
            let attempt = Attempt::of(&call, call.idempotency_key.as_ref(), &by.owner(), now);
            once(txn, &secret, (attempt, nonce), |txn| {
                let product = catalog::product(txn, by, &call.product)?;
                let plan = call.plan.as_ref();
                let plan =
                    plan.map(|name| catalog::plan(txn, by, Some(&product), name)).transpose()?;
                if let Some(key) = &call.key
                    && txn.name(&secret.name_digest(&key.folded()))?.is_some()
                {
                    return Err(Refusal::Conflict { field: "key" });
                }
                let customer = call.customer.clone();
                let customer = customer.map(|new| customer_of(txn, by, new, (customer_id, now)));
                let customer = customer.transpose()?;
                let sale = Sale { by, product, plan, customer, call: &call, now };
                let made = materials.iter().map(|material| sale.make(txn, &secret, material));
                let mut made = made.collect::<Result<Vec<_>, Refusal>>()?;
                Ok(match (made.pop(), made.is_empty()) {
                    (Some(only), true) => Created::One(Box::new(only)),
                    (last, _) => Created::Many { items: made.into_iter().chain(last).collect() },
                })
            })
        })
        .await
}

/// The vendor's customer with this address: the known one, or a new one.
fn customer_of(
    txn: &mut Txn<'_>,
    by: Principal,
    new: NewCustomer,
    (entropy, now): ([u8; 16], Timestamp),
) -> Result<Customer, Refusal> {
    if let Some(known) = txn.customer_with(by.vendor, by.mode, &new.email.folded())? {
        return Ok(known);
    }
    let customer = Customer {
        id: CustomerId::new(txn.next_id(now, entropy)),
        vendor: by.vendor,
        mode: by.mode,
        email: new.email,
        name: new.name,
        created_at: now,
    };
    txn.put_customer(&customer)?;
    Ok(customer)
}

/// One sale, of which several licenses may be made.
struct Sale<'a> {
    by: Principal,
    product: Product,
    plan: Option<Plan>,
    customer: Option<Customer>,
    call: &'a CreateLicense,
    now: Timestamp,
}

impl Sale<'_> {
    fn make(
        &self,
        txn: &mut Txn<'_>,
        secret: &Secret,
        material: &Material,
    ) -> Result<LicenseView, Refusal> {
        let call = self.call;
        let alias = free_alias(txn, secret, material)?;
        let key = match &call.key {
            Some(key) => key.clone(),
            None => free_key(txn, secret, &self.product, material)?,
        };
        let issuer = Issuer {
            vendor: self.by.vendor,
            mode: self.by.mode,
            product: &self.product,
            plan: self.plan.as_ref(),
            customer: self.customer.as_ref().map(|customer| customer.id),
        };
        let wanted = Issue {
            expires_at: call.expires_at,
            activation_type: call.activation_type,
            activation_limit: call.activation_limit.map(WholeNumber::small),
            entitlements: call.entitlements.clone(),
            metadata: call.metadata.clone(),
        };
        let id = LicenseId::new(txn.next_id(self.now, material.id));
        let alias_digest = secret.name_digest(alias.as_str());
        let decision = decide::issue(&issuer, &wanted, (id, alias), self.now);
        let sealed_key =
            secret.seal(key.reveal().as_bytes(), id.to_string().as_bytes(), material.nonce);
        txn.apply(id, &sealed_key, &decision.changes)?;
        let exact = Some(secret.exact_key_digest(key.reveal()));
        txn.put_name(&secret.name_digest(&key.folded()), NameRow { license: id, exact })?;
        txn.put_name(&alias_digest, NameRow { license: id, exact: None })?;
        let around = Around {
            product: self.product.clone(),
            plan: self.plan.clone(),
            customer: self.customer.clone(),
            checks: CheckCounters::default(),
        };
        Ok(LicenseView::new(decision.answer, &key, around, self.now))
    }
}

fn free_alias(txn: &Txn<'_>, secret: &Secret, material: &Material) -> Result<Alias, Refusal> {
    for entropy in material.aliases {
        let alias = Alias::make(entropy);
        if txn.name(&secret.name_digest(alias.as_str()))?.is_none() {
            return Ok(alias);
        }
    }
    Err(LedgerError::NoFreeName.into())
}

fn free_key(
    txn: &Txn<'_>,
    secret: &Secret,
    product: &Product,
    material: &Material,
) -> Result<LicenseKey, Refusal> {
    for entropy in &material.keys {
        let key = product.key_format.make(product.names.slug.as_str(), entropy);
        if txn.name(&secret.name_digest(&key.folded()))?.is_none() {
            return Ok(key);
        }
    }
    Err(LedgerError::NoFreeName.into())
}

/// Shows a license, named by id, key or alias.
///
/// # Errors
///
/// `license_not_found`, also for another vendor's and the other mode's.
pub fn get(app: &App, caller: &Caller, call: &GetLicense) -> Result<LicenseView, Refusal> {
    let view = app.ledger.view();
    let by = authorize(&*view, caller, GetLicense::SCOPE)?;
    let row = auth::license_called(&*view, &app.secret, by, &call.license.0)?;
    let row = row.ok_or(Refusal::LicenseNotFound)?;
    show(&*view, &app.secret, row, app.env.now())
}

fn show(
    rows: &impl Rows,
    secret: &Secret,
    LicenseRow { license, sealed_key }: LicenseRow,
    now: Timestamp,
) -> Result<LicenseView, Refusal> {
    let key =
        secret.open(&sealed_key, license.id.to_string().as_bytes()).map_err(LedgerError::from)?;
    let key = std::str::from_utf8(&key).ok().and_then(|text| LicenseKey::new(text).ok());
    let key = key.ok_or(LedgerError::Dangling("key"))?;
    let plan = license.plan.map(|plan| rows.plan(plan)).transpose()?.flatten();
    let customer = license.customer.map(|customer| rows.customer(customer)).transpose()?.flatten();
    let around = Around {
        product: rows.product(license.product)?.ok_or(LedgerError::Dangling("product"))?,
        plan,
        customer,
        checks: rows.check_counters(license.id)?,
    };
    Ok(LicenseView::new(license, &key, around, now))
}
