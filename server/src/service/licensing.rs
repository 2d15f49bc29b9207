//! What shipped software asks: `license.*`. The key is the credential.

use counterfoil_core::catalog::ProductNames;
use counterfoil_core::decide::{self, Limit, PlaceRef};
use counterfoil_core::history::Actor;
use counterfoil_core::id::{ActivationId, LicenseId};
use counterfoil_core::identifier::Identifier;
use counterfoil_core::lease::Life;
use counterfoil_core::license::{License, Mode};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::Nonce;
use counterfoil_core::time::Timestamp;
use counterfoil_core::verdict::{
    ACTIVATIONS_SHOWN_MAX, ActivationView, Question, Snapshot, Verdict, VerdictStatus, judge,
};
use counterfoil_core::wire::native::Reference;
use counterfoil_core::wire::native::license::{
    Activate, Activated, Deactivate, Deactivated, Heartbeat, Kept, Use, Used, Validate,
};

use super::idempotency::{Attempt, once};
use super::leasing::{Subject, sign_unknown};
use super::licenses::refuse_key;
use super::{App, identifier};
use crate::auth::{self, Caller};
use crate::env::random;
use crate::ledger::{LicenseRow, NamedPlaces, Rows, Stamp, Txn};
use crate::secret::Secret;

/// Answers whether the copy may run. No lock, no write, no other thread.
///
/// # Errors
///
/// `invalid_identifier` for an identifier that is none of the license's type; a bad license is a
/// verdict.
pub fn validate(
    app: &App,
    (caller, host): (&Caller, Option<&str>),
    call: &Validate,
) -> Result<Verdict, Refusal> {
    let now = app.env.now();
    let mut question =
        Question { product: call.product.clone(), identifier: None, nonce: call.nonce.clone() };
    let unlocked = auth::unlock_to_read(&app.ledger, &app.secret, &call.key.0, call.mode)?;
    let Some(by_key) = unlocked else {
        return sign_no(app, host, call, judge(None, &question, now));
    };
    let Snapshot { license, product, activations, .. } = &by_key.found.snapshot;
    let mut wrong = None;
    match call.identifier.as_deref().map(|text| identifier_of(license, text)) {
        Some(Ok(identifier)) => question.identifier = Some(identifier),
        Some(Err(refusal)) => wrong = Some(refusal),
        None => {}
    }
    let mut verdict = if activations.len() > ACTIVATIONS_SHOWN_MAX {
        judge(whole(app, license.id, &question)?.as_ref(), &question, now)
    } else {
        judge(Some(&by_key.found.snapshot), &question, now)
    };
    // Only a license that is good needs to know where it runs: every other "no" comes first.
    if let Some(refusal) = wrong.filter(|_| verdict.valid) {
        return Err(refusal);
    }
    if verdict.status == VerdictStatus::Invalid {
        return sign_no(app, host, call, verdict);
    }
    app.checks.count(license, now, caller.ip);
    if call.lease == Some(true) {
        let asked = (call.key.0.as_str(), call.nonce.as_ref());
        verdict.lease = Some(sign(app, (license, product), asked, &verdict)?);
    }
    Ok(verdict)
}

/// The verdict on a key that nobody has, signed where that was asked for.
fn sign_no(
    app: &App,
    host: Option<&str>,
    call: &Validate,
    mut verdict: Verdict,
) -> Result<Verdict, Refusal> {
    if call.lease == Some(true) {
        let asked = (call.key.0.as_str(), call.product.as_deref());
        let signed = sign_unknown(app, host, asked, (call.nonce.as_ref(), &verdict))?;
        verdict.lease = Some(signed);
    }
    Ok(verdict)
}

/// The signed form of a verdict on a license.
fn sign(
    app: &App,
    (license, product): (&License, &ProductNames),
    (key, nonce): (&str, Option<&Nonce>),
    verdict: &Verdict,
) -> Result<String, Refusal> {
    let subject = Subject {
        vendor: license.vendor,
        license: Some(license),
        audience: Some(product.slug.as_str()),
        key,
        nonce,
        life: Life::Plan,
    };
    let pen = app.pen(verdict.checked_at);
    pen.sign(&*app.ledger.view(), &subject, verdict).map(|(text, _)| text)
}

fn identifier_of(license: &License, text: &str) -> Result<Identifier, Refusal> {
    identifier(license.terms.activation_type, text)
}

/// The license with the place that the question names, which may be beyond the first hundred.
fn whole(app: &App, id: LicenseId, question: &Question) -> Result<Option<Snapshot>, Refusal> {
    let view = app.ledger.view();
    let Some(row) = view.license(id)? else { return Ok(None) };
    let named = NamedPlaces { identifier: question.identifier.as_ref(), activation: None };
    Ok(Some(view.complete(row, named)?.snapshot))
}

/// Takes a place.
///
/// # Errors
///
/// `license_not_found`, `invalid_identifier`, and those of [`decide::activate`].
pub async fn activate(app: App, caller: Caller, call: Activate) -> Result<Activated, Refusal> {
    refuse_key("identifier", &call.identifier, &call.key.0)?;
    if let Some(name) = &call.name.0 {
        refuse_key("name", name.as_str(), &call.key.0)?;
    }
    let now = app.env.now();
    let entropy = random(&*app.env)?;
    let App { secret, ledger, .. } = app.clone();
    let signed = (call.lease == Some(true)).then(|| (call.key.0.clone(), call.nonce.clone()));
    let activating = ledger.transact(move |txn| {
        let row = unlock(txn, &secret, &call.key.0, call.mode)?;
        let here = identifier_of(&row.license, &call.identifier);
        let replace = call.replace.as_ref().map(place_id);
        let named = NamedPlaces {
            identifier: here.as_ref().ok(),
            activation: replace.clone().and_then(Result::ok),
        };
        let found = txn.complete(row, named)?;
        decide::check_usable(&found.snapshot, call.product.as_deref(), now)?;
        let here = here?;
        let id = ActivationId::new(txn.next_id(now, entropy));
        let wanted = decide::Activate {
            product: call.product.as_deref(),
            identifier: here,
            name: call.name.0,
            replace: replace.transpose()?,
            ip: Some(caller.ip),
            id,
            limit: Limit::Holds,
        };
        let decision = decide::activate(&found.snapshot, &wanted, now)?;
        let stamp = Stamp { actor: Actor::Key, at: now, entropy, secret: &secret };
        txn.apply(&found.row(), &decision, stamp)?;
        let after = decision.answer.after.clone();
        Ok((activated(&decision.answer, wanted.identifier, (call.product, call.nonce), now), after))
    });
    let (mut activated, after) = activating.await?;
    // Here and not in the job: the one writer has better things to do.
    if let Some((key, nonce)) = &signed {
        let asked = (key.as_str(), nonce.as_ref());
        let verdict = &activated.verdict;
        activated.verdict.lease =
            Some(sign(&app, (&after.license, &after.product), asked, verdict)?);
    }
    Ok(activated)
}

fn activated(
    answer: &decide::Activated,
    here: Identifier,
    (product, nonce): (Option<String>, Option<Nonce>),
    now: Timestamp,
) -> Activated {
    let license = &answer.after.license;
    let question = Question { product, identifier: Some(here), nonce };
    Activated {
        activation: ActivationView::whole(&answer.activation),
        created: answer.created,
        activation_limit: license.terms.activation_limit,
        activations_used: license.activations_used,
        verdict: judge(Some(&answer.after), &question, now),
    }
}

/// Gives a place back.
///
/// # Errors
///
/// `license_not_found`, `invalid_params` unless exactly one place is named, `invalid_identifier`,
/// and those of [`decide::deactivate`].
pub async fn deactivate(app: App, _: Caller, call: Deactivate) -> Result<Deactivated, Refusal> {
    let now = app.env.now();
    let entropy = random(&*app.env)?;
    let App { secret, ledger, .. } = app;
    ledger
        .transact(move |txn| {
            let row = unlock(txn, &secret, &call.key.0, call.mode)?;
            let kind = row.license.terms.activation_type;
            let here = call.identifier.as_deref().map(|text| identifier(kind, text)).transpose();
            let identifier = here.as_ref().ok().and_then(Option::as_ref);
            let id = call.activation.as_ref().map(place_id);
            let activation = id.clone().and_then(Result::ok);
            let found = txn.complete(row, NamedPlaces { identifier, activation })?;
            decide::check_product(&found.snapshot, call.product.as_deref())?;
            let here = here?;
            let place = one_place(here.clone(), id)?;
            let wanted = decide::Deactivate { product: call.product.as_deref(), place };
            let decision = decide::deactivate(&found.snapshot, &wanted, now)?;
            let stamp = Stamp { actor: Actor::Key, at: now, entropy, secret: &secret };
            txn.apply(&found.row(), &decision, stamp)?;
            let decide::Deactivated { activation, after } = decision.answer;
            Ok(Deactivated {
                deactivated: true,
                activation: ActivationView::to_key_holder(&activation, kind, here.as_ref()),
                activation_limit: after.license.terms.activation_limit,
                activations_used: after.license.activations_used,
            })
        })
        .await
}

/// The one place that a call names, by its identifier or its id.
fn one_place(
    here: Option<Identifier>,
    id: Option<Result<ActivationId, Refusal>>,
) -> Result<PlaceRef, Refusal> {
    match (here, id) {
        (Some(here), None) => Ok(PlaceRef::Identifier(here)),
        (None, Some(id)) => id.map(PlaceRef::Activation),
        (None, None) => {
            let problem = "is missing: send it, or the `activation`";
            Err(Refusal::invalid_params("identifier", problem))
        }
        (Some(_), Some(_)) => {
            let problem = "must be left out when `identifier` is given";
            Err(Refusal::invalid_params("activation", problem))
        }
    }
}

/// The activation that a caller names. A text that is no id is nobody's.
fn place_id(name: &Reference) -> Result<ActivationId, Refusal> {
    name.0.parse().map_err(|_| Refusal::ActivationNotFound)
}

/// Keeps a floating place.
///
/// # Errors
///
/// `license_not_found`, and those of [`decide::heartbeat`].
pub async fn heartbeat(app: App, _: Caller, call: Heartbeat) -> Result<Kept, Refusal> {
    let now = app.env.now();
    let entropy = random(&*app.env)?;
    let App { secret, ledger, .. } = app;
    ledger
        .transact(move |txn| {
            let row = unlock(txn, &secret, &call.key.0, call.mode)?;
            let id = place_id(&call.activation);
            let named = NamedPlaces { identifier: None, activation: id.clone().ok() };
            let found = txn.complete(row, named)?;
            decide::check_usable(&found.snapshot, call.product.as_deref(), now)?;
            let wanted = decide::Heartbeat { product: call.product.as_deref(), activation: id? };
            let decision = decide::heartbeat(&found.snapshot, wanted, now)?;
            let stamp = Stamp { actor: Actor::Key, at: now, entropy, secret: &secret };
            txn.apply(&found.row(), &decision, stamp)?;
            let kind = found.snapshot.license.terms.activation_type;
            let kept = decision.answer;
            Ok(Kept {
                activation: ActivationView::to_key_holder(&kept, kind, None),
                expires_at: kept.expires_at,
            })
        })
        .await
}

/// Counts uses.
///
/// # Errors
///
/// `license_not_found`, `idempotency_conflict`, and those of [`decide::spend`].
pub async fn spend(app: App, _: Caller, call: Use) -> Result<Used, Refusal> {
    let now = app.env.now();
    let (nonce, entropy) = (random(&*app.env)?, random(&*app.env)?);
    let App { secret, ledger, .. } = app;
    ledger
        .transact(move |txn| {
            let row = unlock(txn, &secret, &call.key.0, call.mode)?;
            // Customers choose their keys without knowing of each other, and an alias is its
            // customer's: a license that goes to somebody else gets a new one.
            let owner = format!("{} {}", row.license.id, row.license.alias);
            let attempt = Attempt::of(&call, &owner, now);
            once(txn, &secret, (attempt, nonce), |txn| {
                let found = txn.complete(row, NamedPlaces::default())?;
                let amount = call.amount.small();
                let wanted = decide::Spend { product: call.product.as_deref(), amount };
                let decision = decide::spend(&found.snapshot, wanted, now)?;
                let stamp = Stamp { actor: Actor::Key, at: now, entropy, secret: &secret };
                txn.apply(&found.row(), &decision, stamp)?;
                let decide::Spent { uses, uses_limit } = decision.answer;
                Ok(Used { uses, uses_limit })
            })
        })
        .await
}

fn unlock(txn: &Txn<'_>, secret: &Secret, key: &str, mode: Mode) -> Result<LicenseRow, Refusal> {
    auth::unlock(txn, secret, key, mode)?.ok_or(Refusal::LicenseNotFound)
}
