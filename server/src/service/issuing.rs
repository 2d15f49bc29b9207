//! Making licenses, and giving one that exists a new key.

use counterfoil_core::alias::Alias;
use counterfoil_core::catalog::{Plan, Product};
use counterfoil_core::decide::{self, Decision, Issue, Issuer};
use counterfoil_core::id::LicenseId;
use counterfoil_core::key::LicenseKey;
use counterfoil_core::license::{CheckCounters, License};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::WholeNumber;
use counterfoil_core::wire::native::admin::license::{
    Around, CreateLicense, Created, InactivateLicense, LicenseView, RotateLicense,
};

use super::customers::Buyer;
use super::licenses::{key_of, show_as};
use super::mail::letter_to;
use super::{catalog, desk::Desk};
use crate::env::{key_entropy, random};
use crate::ledger::{LedgerError, LicenseRow, MailRow, NameRow, Rows, Stamp, Txn};
use crate::mail::Template;

/// Names to try before giving up; two of them colliding by chance is already absurd.
const TRIES: usize = 4;

/// Most bytes of an answer: a thousand licenses, each with some metadata.
pub const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Makes licenses.
///
/// # Errors
///
/// `not_found` for the product or plan, `conflict` for a key that is taken, `invalid_params` for
/// a key together with a quantity over 1.
pub fn create(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &CreateLicense,
) -> Result<Created, Refusal> {
    let quantity = call.quantity.small();
    if call.key.is_some() && quantity > 1 {
        let problem = "must be 1 when a `key` is given";
        return Err(Refusal::invalid_params("quantity", problem));
    }
    let product = catalog::product(txn, desk.by, &call.product)?;
    let plan = call.plan.as_ref();
    let plan = plan.map(|name| catalog::plan(txn, desk.by, Some(&product), name)).transpose()?;
    if let Some(key) = &call.key
        && txn.name(&desk.secret.name_digest(&key.folded()))?.is_some()
    {
        return Err(Refusal::Conflict { field: "key" });
    }
    let wanted = Issue {
        expires_at: call.expires_at.map(Some),
        activation_type: call.activation_type,
        activation_limit: call.activation_limit.map(WholeNumber::small),
        entitlements: call.entitlements.clone(),
        metadata: call.metadata.clone(),
        order: None,
    };
    let buyer = call.customer.as_ref();
    let buyer = buyer.map(|new| Buyer::find(desk, txn, new)).transpose()?;
    let issuing = Issuing { desk, product, plan, buyer, wanted };
    issuing.refuse_too_large(quantity)?;
    let mut items = issuing.make_all(txn, quantity, call.key.as_ref())?;
    match items.pop() {
        Some(only) if items.is_empty() => Ok(Created::One(Box::new(only))),
        last => {
            items.extend(last);
            Ok(Created::Many { items })
        }
    }
}

/// Making licenses that are alike.
pub(super) struct Issuing<'a> {
    pub(super) desk: &'a Desk<'a>,
    pub(super) product: Product,
    pub(super) plan: Option<Plan>,
    pub(super) buyer: Option<Buyer>,
    pub(super) wanted: Issue,
}

/// A license that is decided on and not kept yet.
pub(super) struct Prepared<'a> {
    decision: Decision<License>,
    key: LicenseKey,
    sealed_key: Vec<u8>,
    stamp: Stamp<'a>,
}

impl<'a> Issuing<'a> {
    /// Refuses to make more than one answer can tell: the keys of the others would never be told.
    pub(super) fn refuse_too_large(&self, quantity: u32) -> Result<(), Refusal> {
        /// Members that are always there, with the longest key.
        const FRAME: usize = 2_048;
        let Self { product, plan, wanted, .. } = self;
        let words = match (&wanted.entitlements, plan) {
            (Some(words), _) => words.as_slice(),
            (None, Some(plan)) => plan.terms.entitlements.as_slice(),
            (None, None) => &[],
        };
        let told = serde_json::to_vec(&(words, &wanted.metadata, &product.name, plan)).ok();
        let each = told.map_or(usize::MAX, |told| told.len().saturating_add(FRAME));
        let count = usize::try_from(quantity).unwrap_or(usize::MAX);
        if quantity > 1 && each.saturating_mul(count) > ANSWER_BYTES_MAX {
            let problem = format!(
                "is too much for licenses this large: at most {}",
                ANSWER_BYTES_MAX.checked_div(each).unwrap_or_default()
            );
            return Err(Refusal::invalid_params("quantity", problem));
        }
        Ok(())
    }

    /// Makes so many, each with a key of its own; one alone may be given its key.
    pub(super) fn make_all(
        &self,
        txn: &mut Txn<'_>,
        quantity: u32,
        key: Option<&LicenseKey>,
    ) -> Result<Vec<LicenseView>, Refusal> {
        if let Some(buyer) = &self.buyer {
            buyer.keep(txn)?;
        }
        (0..quantity)
            .map(|_| self.prepare(txn, key).and_then(|made| self.keep(txn, made)))
            .collect()
    }

    /// Makes one with a new key, and mails that to the buyer if `send`. The letter, which may fail,
    /// comes before the first write.
    pub(super) fn make_one(&self, txn: &mut Txn<'_>, send: bool) -> Result<LicenseView, Refusal> {
        let prepared = self.prepare(txn, None)?;
        let letter = if send { self.delivery(txn, &prepared)? } else { None };
        if let Some(buyer) = &self.buyer {
            buyer.keep(txn)?;
        }
        let made = self.keep(txn, prepared)?;
        txn.post(letter.as_ref())?;
        Ok(made)
    }

    /// The letter that brings the buyer the key, ready for [`Txn::post`].
    fn delivery(
        &self,
        txn: &mut Txn<'_>,
        prepared: &Prepared<'_>,
    ) -> Result<Option<MailRow>, Refusal> {
        let Self { desk, buyer: Some(buyer), .. } = self else { return Ok(None) };
        let to = (Template::LicenseDelivered, buyer.customer.clone());
        let about = (&prepared.decision.answer, Some(&prepared.key));
        let letter = letter_to(desk.mail, txn, to, about)?;
        desk.mail.write(txn, letter, desk.desktop())
    }

    /// Decides on one, with this key or a new one. Writes nothing.
    fn prepare(
        &self,
        txn: &mut Txn<'_>,
        key: Option<&LicenseKey>,
    ) -> Result<Prepared<'a>, Refusal> {
        let Self { desk, wanted, .. } = self;
        let alias = free_alias(desk, txn)?;
        let key = match key {
            Some(key) => key.clone(),
            None => free_key(desk, txn, &self.product)?,
        };
        let customer = self.buyer.as_ref().map(|buyer| &buyer.customer);
        let issuer = Issuer {
            vendor: desk.by.vendor,
            mode: desk.by.mode,
            product: &self.product,
            plan: self.plan.as_ref(),
            customer: customer.map(|customer| customer.id),
        };
        let id = LicenseId::new(txn.next_id(desk.now, random(desk.env)?));
        let decision = decide::issue(&issuer, wanted, (id, alias), desk.now);
        let (sealed_key, stamp) = (seal(desk, id, &key)?, desk.stamp()?);
        Ok(Prepared { decision, key, sealed_key, stamp })
    }

    /// Keeps what was decided.
    fn keep(&self, txn: &mut Txn<'_>, prepared: Prepared<'_>) -> Result<LicenseView, Refusal> {
        let Self { desk, .. } = self;
        let Prepared { decision, key, sealed_key, stamp } = prepared;
        let sale = txn.put_issued(sealed_key, &decision, stamp)?.sale;
        name_key(desk, txn, decision.answer.id, &key)?;
        name_alias(desk, txn, &decision.answer)?;
        let around = Around {
            product: self.product.clone(),
            plan: self.plan.clone(),
            customer: self.buyer.as_ref().map(|buyer| buyer.customer.clone()),
            sale,
            checks: CheckCounters::default(),
        };
        Ok(LicenseView::new(decision.answer, &key, around, desk.now))
    }
}

fn seal(desk: &Desk<'_>, id: LicenseId, key: &LicenseKey) -> Result<Vec<u8>, Refusal> {
    let nonce = random(desk.env)?;
    Ok(desk.secret.seal(key.reveal().as_bytes(), id.to_string().as_bytes(), nonce))
}

fn name_key(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    license: LicenseId,
    key: &LicenseKey,
) -> Result<(), Refusal> {
    let exact = Some(desk.secret.exact_key_digest(key.reveal()));
    txn.put_name(&desk.secret.name_digest(&key.folded()), NameRow { license, exact })?;
    Ok(())
}

fn name_alias(desk: &Desk<'_>, txn: &mut Txn<'_>, license: &License) -> Result<(), Refusal> {
    let digest = desk.secret.name_digest(license.alias.as_str());
    txn.put_name(&digest, NameRow { license: license.id, exact: None })?;
    Ok(())
}

fn free_alias(desk: &Desk<'_>, txn: &Txn<'_>) -> Result<Alias, Refusal> {
    for _ in 0..TRIES {
        let alias = Alias::make(random(desk.env)?);
        if txn.name(&desk.secret.name_digest(alias.as_str()))?.is_none() {
            return Ok(alias);
        }
    }
    Err(LedgerError::NoFreeName.into())
}

fn free_key(desk: &Desk<'_>, txn: &Txn<'_>, product: &Product) -> Result<LicenseKey, Refusal> {
    for _ in 0..TRIES {
        let entropy = key_entropy(desk.env)?;
        let key = product.key_format.make(product.names.slug.as_str(), &entropy);
        if txn.name(&desk.secret.name_digest(&key.folded()))?.is_none() {
            return Ok(key);
        }
    }
    Err(LedgerError::NoFreeName.into())
}

/// Gives a license a new key. The old one is unknown from then on; activations stay.
///
/// # Errors
///
/// `license_not_found`, `invalid_transition`.
pub fn rotate(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &RotateLicense,
) -> Result<LicenseView, Refusal> {
    let row = desk.license(txn, &call.license)?;
    let decision = decide::rotate(&row.license, desk.now)?;
    rekey(desk, txn, row, &decision, |txn, row, key| show_under(desk, txn, row, key))
}

/// Empties a license so that it can be given to somebody else.
///
/// # Errors
///
/// `license_not_found`, `invalid_transition`; `invalid_params` for a notice that cannot be sent.
pub fn inactivate(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &InactivateLicense,
) -> Result<LicenseView, Refusal> {
    let send = call.send == Some(true);
    if send && !desk.mail.is_on() {
        let problem = "needs mail, which this server does not send: leave it out, or have the \
            server started with `--smtp-url` and `--mail-from`";
        return Err(Refusal::invalid_params("send", problem));
    }
    let row = desk.license(txn, &call.license)?;
    let decision = decide::inactivate(&row.license, free_alias(desk, txn)?, desk.now)?;
    // Of the license as it was: afterwards it is nobody's.
    let notice =
        if send { desk.notice(txn, Template::InactivationNotice, &row.license)? } else { None };
    let shown = rekey(desk, txn, row, &decision, |txn, row, key| show_under(desk, txn, row, key))?;
    txn.post(notice.as_ref())?;
    Ok(shown)
}

/// The license as its vendor sees it, under a key that is not written yet.
fn show_under(
    desk: &Desk<'_>,
    txn: &Txn<'_>,
    row: LicenseRow,
    key: &LicenseKey,
) -> Result<LicenseView, Refusal> {
    let customer = row.license.customer;
    let customer = customer.map(|customer| txn.customer(customer)).transpose()?.flatten();
    show_as(desk, txn, row, (key, customer))
}

/// Keeps what was decided about a license, under a new key, and under a new alias if it has one.
/// What may fail comes first: a job that is refused must have written nothing.
pub(super) fn rekey<A>(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    row: LicenseRow,
    decision: &Decision<License>,
    show: impl FnOnce(&Txn<'_>, LicenseRow, &LicenseKey) -> Result<A, Refusal>,
) -> Result<A, Refusal> {
    let (id, after) = (row.license.id, &decision.answer);
    let old = key_of(desk.secret, &row)?;
    let product = txn.product(row.license.product)?.ok_or(LedgerError::Dangling("product"))?;
    let new = free_key(desk, txn, &product)?;
    let (sealed_key, stamp) = (seal(desk, id, &new)?, desk.stamp()?);
    let shown = show(txn, row.after(decision), &new)?;
    txn.remove_name(&desk.secret.name_digest(&old.folded()))?;
    name_key(desk, txn, id, &new)?;
    if after.alias != row.license.alias {
        txn.remove_name(&desk.secret.name_digest(row.license.alias.as_str()))?;
        name_alias(desk, txn, after)?;
    }
    txn.apply(&LicenseRow { sealed_key, ..row }, decision, stamp)?;
    Ok(shown)
}
