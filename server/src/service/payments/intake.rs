//! A request that comes by webhook: shown to be a provider's, read, kept once, and applied, all of
//! it in one transaction.

use counterfoil_core::history::Actor;
use counterfoil_core::id::{PaymentDeliveryId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::PaymentRef;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::foreign::Incoming;
use counterfoil_core::wire::native::admin::payment::PaymentState;
use counterfoil_core::wire::provider::{NoProof, Notice, Proof, Provider, Unreadable};
use sha2::{Digest as _, Sha256};

use super::applying::{Outcome, apply};
use super::connections::{of_vendor, open};
use super::waiting::{stands, wake};
use crate::auth::{self, Principal};
use crate::env::random;
use crate::ledger::{LedgerError, PaymentConnectionRow, PaymentDeliveryRow, Payments, Rows, Txn};
use crate::secret::to_hex;
use crate::service::App;
use crate::service::portal::vendor_at;

/// Seconds by which the time that a provider signed may differ from ours, either way.
const TOLERANCE_SECONDS: i64 = 300;

/// A request to a webhook.
#[derive(Debug)]
pub struct Received {
    /// Whose webhook, by the path.
    pub provider: Provider,
    /// The vendor that the path names.
    pub vendor: Option<VendorId>,
    /// The host name that was asked for, as it was written.
    pub host: Option<String>,
    /// The request.
    pub request: Incoming,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was kept, and this came of it.
    Kept(PaymentState),
    /// It had come before.
    Repeated,
    /// It only asked whether anybody is here.
    Greeted,
}

/// Why a request was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untaken {
    /// It shows nothing; what it should show, as a sentence.
    Unproved(&'static str),
    /// It is not signed under any secret that is connected.
    WrongSignature,
    /// It was signed too long ago, or by a clock that is wrong.
    Stale,
    /// There is no such vendor.
    NoVendor,
    /// It could not be kept now.
    Unavailable(Refusal),
}

impl From<LedgerError> for Untaken {
    fn from(error: LedgerError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<Refusal> for Untaken {
    fn from(refusal: Refusal) -> Self {
        Self::Unavailable(refusal)
    }
}

/// Takes a request in.
///
/// # Errors
///
/// [`Untaken`], when the provider has to hear that it was not.
pub async fn receive(app: &App, received: Received) -> Result<Taken, Untaken> {
    let Received { provider, vendor, host, request } = received;
    let proof = match provider.proof(&request) {
        Ok(Proof::Greeting) => return Ok(Taken::Greeted),
        Ok(proof) => proof,
        Err(NoProof(sentence)) => return Err(Untaken::Unproved(sentence)),
    };
    let (vendor, connection) =
        recognize(app, (provider, vendor, host.as_deref()), (&proof, &request))?;
    let now = app.env.now();
    if let Proof::Signed { at: Some(at), .. } = proof
        && at.unix().abs_diff(now.unix()) > TOLERANCE_SECONDS.unsigned_abs()
    {
        return Err(Untaken::Stale);
    }
    let (notice, problem) = read(provider, request.bytes())?;
    // What a provider calls a test makes nothing live, and a secret for tests nothing either.
    let is_test = connection.mode == Mode::Test || notice.mode == Some(Mode::Test);
    let mode = if is_test { Mode::Test } else { Mode::Live };
    let job = Intake { app: app.clone(), connection, vendor, mode, notice, problem, now };
    let body = request.bytes().to_vec();
    let taken = app.ledger.transact(move |txn| job.take(txn, &body)).await?;
    taken.ok_or(Untaken::WrongSignature)
}

/// The vendor, and the connection under whose secret a request was signed.
fn recognize(
    app: &App,
    (provider, vendor, host): (Provider, Option<VendorId>, Option<&str>),
    (proof, request): (&Proof, &Incoming),
) -> Result<(VendorId, PaymentConnectionRow), Untaken> {
    let view = app.ledger.view();
    let vendor = match vendor {
        Some(id) => view.vendor(id)?.ok_or(Untaken::NoVendor)?.id,
        None => vendor_at(&*view, host)?,
    };
    let mut found = None;
    for mode in [Mode::Live, Mode::Test] {
        for row in of_vendor(&*view, (vendor, mode))? {
            if row.provider == provider && found.is_none() {
                let secret = open(&app.secret, &row).map_err(LedgerError::from)?;
                found = auth::proves(&secret, proof, request.bytes()).then_some(row);
            }
        }
    }
    Ok((vendor, found.ok_or(Untaken::WrongSignature)?))
}

/// What a body says. One that is no event is kept all the same, under a name made of its bytes.
fn read(provider: Provider, body: &[u8]) -> Result<(Notice, Option<String>), Refusal> {
    let Unreadable(problem) = match provider.read(body) {
        Ok(notice) => return Ok((notice, None)),
        Err(unreadable) => unreadable,
    };
    let name = format!("unreadable {}", to_hex(&Sha256::digest(body)).as_str());
    let event = PaymentRef::new(&name).map_err(|_| Refusal::unavailable())?;
    let kind = "unreadable".to_owned();
    let notice = Notice { event, kind, at: None, mode: None, statements: Vec::new() };
    Ok((notice, Some(format!("The body {problem}."))))
}

/// All that keeping a request takes.
struct Intake {
    app: App,
    connection: PaymentConnectionRow,
    vendor: VendorId,
    mode: Mode,
    notice: Notice,
    problem: Option<String>,
    now: Timestamp,
}

impl Intake {
    /// Keeps it and applies it; `None` when its connection is gone meanwhile.
    fn take(&self, txn: &mut Txn<'_>, body: &[u8]) -> Result<Option<Taken>, Refusal> {
        let Self { app, connection, vendor, mode, notice, now, .. } = self;
        let (env, secret) = (&app.env, &app.secret);
        if txn.payment_connection(connection.id)?.is_none() {
            return Ok(None);
        }
        let by = Principal { vendor: *vendor, mode: *mode, product: None, actor: Actor::Payments };
        let desk = app.desk(by, *now);
        let nonce = random(&**env)?;
        let id = PaymentDeliveryId::new(txn.next_id(*now, random(&**env)?));
        let row = PaymentDeliveryRow {
            id,
            vendor: *vendor,
            mode: *mode,
            provider: connection.provider,
            event: notice.event.clone(),
            kind: notice.kind.clone(),
            at: notice.at.unwrap_or(*now),
            received_at: *now,
            state: PaymentState::Ignored,
            waits_for: None,
            problem: None,
            licenses: Vec::new(),
            ends_at: *now,
            sealed_body: secret.seal(body, id.to_string().as_bytes(), nonce),
        };
        let side = row.side();
        if txn.has_delivery(side, &notice.event)? {
            return Ok(Some(Taken::Repeated));
        }
        let (outcome, come) = match &self.problem {
            Some(problem) => (Outcome::refused(problem.clone()), Vec::new()),
            None => apply(&desk, txn, (side, row.at), notice)?,
        };
        let row = stands(row, outcome);
        txn.put_payment_delivery(&row, *now)?;
        wake(&desk, txn, side, come)?;
        Ok(Some(Taken::Kept(row.state)))
    }
}
