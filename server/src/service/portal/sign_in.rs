//! In and out of the portal: a code by mail, a session by the code, an end.

use counterfoil_core::id::VendorId;
use counterfoil_core::license::Customer;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::Call;
use counterfoil_core::wire::native::portal::{
    LinkSent, OpenSession, Session, SignIn, SignOut, SignedOut,
};

use crate::auth::{self, Caller, authorize};
use crate::env::random;
use crate::founding::FIRST_VENDOR_NAME;
use crate::ledger::{LedgerError, Letters, PortalCodeRow, PortalSessionRow, Rows, Txn, Visitor};
use crate::mail::{Desktop, Letter, Template};
use crate::secret::to_hex;
use crate::service::{App, host_name};

/// Seconds for which a code is good.
const CODE_SECONDS: i64 = 15 * 60;

/// Seconds for which a session is good.
const SESSION_SECONDS: i64 = 12 * 60 * 60;

/// Most links for one address within [`CODE_SECONDS`], used or not.
const LINKS_MAX: usize = 3;

/// Mails a link to whoever has the address.
///
/// The work is the same for an address that nobody has, the commit included: a code is kept that
/// nobody is told.
///
/// # Errors
///
/// `not_found` where no mail is sent at all.
pub async fn sign_in(app: App, host: Option<String>, call: SignIn) -> Result<LinkSent, Refusal> {
    let ledger = app.ledger.clone();
    ledger.transact(move |txn| mail_link(&app, txn, host.as_deref(), &call)).await
}

fn mail_link(
    app: &App,
    txn: &mut Txn<'_>,
    host: Option<&str>,
    call: &SignIn,
) -> Result<LinkSent, Refusal> {
    let App { env, secret, mail, .. } = app;
    let now = env.now();
    let (vendor, mode) = (vendor_at(txn, host)?, call.mode);
    if !mail.is_on() || !txn.wording((vendor, mode), Template::PortalLink)?.enabled {
        return Err(Refusal::NoMail);
    }
    let email = call.email.folded();
    let asked = secret.asked_digest(&format!("{vendor} {mode:?} {email}"));
    if txn.count_asked(&asked, now)? >= LINKS_MAX {
        return Ok(LinkSent { sent: true });
    }
    let code = to_hex(&random::<20>(&**env)?);
    let customer = txn.customer_with(vendor, mode, &email)?;
    let visitor = customer.as_ref().map(|customer| Visitor { customer: customer.id, email });
    let expires_at = now.saturating_add(CODE_SECONDS);
    let row = PortalCodeRow { asked, visitor, expires_at, is_used: false };
    let letter = match customer {
        Some(customer) => {
            let letter = letter_to(customer, app, &code, expires_at);
            mail.write(txn, letter, Desktop { secret, env: &**env, now })?
        }
        None => None,
    };
    txn.put_portal_code(&secret.code_digest(&code), &row, now)?;
    txn.post(letter.as_ref())?;
    Ok(LinkSent { sent: true })
}

/// The code goes behind a `#`: what stands there is sent to no server, so it is in nobody's log.
fn letter_to(customer: Customer, app: &App, code: &str, expires_at: Timestamp) -> Letter {
    Letter {
        template: Template::PortalLink,
        vendor: customer.vendor,
        mode: customer.mode,
        to: customer.email,
        name: customer.name,
        licenses: Vec::new(),
        link: Some(format!("{}/portal/#code={code}", app.public_url)),
        link_expires_at: Some(expires_at),
    }
}

/// The vendor whose customers come under this host name.
pub(in super::super) fn vendor_at(
    rows: &impl Rows,
    host: Option<&str>,
) -> Result<VendorId, Refusal> {
    let host = host.and_then(host_name);
    let named = host.map(|host| rows.vendor_at(&host)).transpose()?.flatten();
    let vendor = match named {
        Some(vendor) => Some(vendor),
        None => rows.vendor_named(FIRST_VENDOR_NAME)?,
    };
    Ok(vendor.ok_or(LedgerError::Dangling("vendor"))?.id)
}

/// Opens a session by the code of a link, which is good no more from then on.
///
/// # Errors
///
/// `unauthorized` for what is no such code, or not any more.
pub async fn open_session(app: App, _: Caller, call: OpenSession) -> Result<Session, Refusal> {
    let App { env, secret, ledger, .. } = app;
    let now = env.now();
    let token = format!("cf_portal_{}", to_hex(&random::<32>(&*env)?).as_str());
    ledger
        .transact(move |txn| {
            let digest = secret.code_digest(&call.code.0);
            let (row, visitor) = auth::code(txn, &digest, now)?.ok_or(Refusal::StaleLink)?;
            let expires_at = now.saturating_add(SESSION_SECONDS);
            txn.put_portal_code(&digest, &PortalCodeRow { is_used: true, ..row }, now)?;
            let session = PortalSessionRow { visitor, expires_at };
            txn.put_portal_session(&secret.token_digest(&token), &session, now)?;
            Ok(Session { token, expires_at })
        })
        .await
}

/// Ends the session that calls.
///
/// # Errors
///
/// `unauthorized` when it has ended already.
pub async fn sign_out(app: App, caller: Caller, _: SignOut) -> Result<SignedOut, Refusal> {
    let App { env, ledger, .. } = app;
    let now = env.now();
    ledger
        .transact(move |txn| {
            authorize(txn, &caller, SignOut::SCOPE, now)?;
            if let Some(session) = caller.token {
                txn.remove_portal_session(&session)?;
            }
            Ok(SignedOut { signed_out: true })
        })
        .await
}
