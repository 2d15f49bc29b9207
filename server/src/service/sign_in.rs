//! In and out of the desk: a session by a token or by the code of a link, and its end.
//!
//! A session stands for a token, which is looked up at each call: it may do what that may, and is
//! over when that is revoked, replaced or past its end.

use counterfoil_core::id::{TokenId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::admin::token::TokenView;
use serde::Serialize;

use super::App;
use super::tokens::{self, view_of};
use crate::auth::{self, Caller};
use crate::env::{Env, random};
use crate::ledger::{
    DeskCodeRow, DeskSessionRow, LedgerError, List, Lists, Part, Rows, TokenRow, Txn,
};
use crate::secret::{Digest, Secret, to_hex};

/// Seconds for which a code is good.
pub const CODE_SECONDS: i64 = 30 * 60;

/// Most seconds for which a session is good.
pub const SESSION_SECONDS: i64 = 12 * 60 * 60;

/// Scopes that a session by a link has: everything.
const EVERYTHING: &str = "*";

/// What the token of a session by a link is called, where the vendor has none that may everything.
const LINK_TOKEN_NAME: &str = "desk";

/// Tokens of one vendor that are looked at for one that may everything.
const LOOKED_AT_MAX: usize = 1_000;

/// A session that was opened.
pub struct Opened {
    /// What opens it: nowhere else, so it is to be handed to whoever asked.
    pub cookie: String,
    /// For how many seconds it is good.
    pub seconds: i64,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({} s)", self.seconds)
    }
}

/// Who is signed in, as the desk shows it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// The vendor.
    pub vendor: SignedInVendor,
    /// The token that the session stands for.
    pub token: TokenView,
    /// The world that it looks at: that of the token, or the test world.
    pub mode: Mode,
    /// First instant at which the session is over.
    pub expires_at: Timestamp,
    /// Whether the test provider is on: then the checkout sells without money.
    pub test_provider: bool,
}

/// The vendor at whose desk somebody is signed in.
#[derive(Clone, Debug, Serialize)]
pub struct SignedInVendor {
    /// Its id.
    pub id: VendorId,
    /// What the operator calls it.
    pub name: String,
}

/// A code that signs in at a vendor's desk once, kept as a hash; and when it ends.
///
/// # Errors
///
/// Only when the store or the source of randomness fails.
pub fn make_code(
    txn: &mut Txn<'_>,
    (secret, env): (&Secret, &dyn Env),
    vendor: VendorId,
    now: Timestamp,
) -> Result<(String, Timestamp), Refusal> {
    let code = to_hex(&random::<20>(env)?).to_string();
    let expires_at = now.saturating_add(CODE_SECONDS);
    let row = DeskCodeRow { vendor, expires_at };
    txn.put_desk_code(&secret.desk_code_digest(&code), &row, now)?;
    Ok((code, expires_at))
}

/// Opens a session that stands for the caller's token.
///
/// # Errors
///
/// `unauthorized` for what is no valid token.
pub async fn by_token(app: App, caller: Caller) -> Result<Opened, Refusal> {
    let now = app.env.now();
    open(app, now, move |txn| {
        let token = auth::token(txn, &caller, now)?.ok_or(Refusal::Unauthorized)?;
        Ok(first(token.id, token.expires_at, now))
    })
    .await
}

/// Opens a session by the code of a link, which is good no more from then on.
///
/// It stands for the oldest of the vendor's tokens that may everything, for ever: who may read the
/// secret file may all of that. Where there is none, one is made, whose text nobody has.
///
/// # Errors
///
/// `unauthorized` for what is no such code, or not any more.
pub async fn by_code(app: App, code: Digest) -> Result<Opened, Refusal> {
    let now = app.env.now();
    let (id, text) = (random::<16>(&*app.env)?, tokens::make_text(Mode::Live, &*app.env)?);
    let unknown = app.secret.token_digest(&text);
    open(app, now, move |txn| {
        let row = auth::desk_code(txn, &code, now)?.ok_or(Refusal::StaleLink)?;
        txn.remove_desk_code(&code)?;
        if let Some(token) = token_for_everything(txn, row.vendor)? {
            return Ok(first(token.id, None, now));
        }
        let token = TokenRow {
            id: TokenId::new(txn.next_id(now, id)),
            vendor: row.vendor,
            mode: Mode::Live,
            name: LINK_TOKEN_NAME.to_owned(),
            scopes: tokens::all_scopes(),
            product: None,
            kind: None,
            created_at: now,
            expires_at: None,
        };
        txn.put_token(&unknown, &token)?;
        Ok(first(token.id, None, now))
    })
    .await
}

/// Opens a session of the same token that looks at the other world, in place of the cookie's, and
/// until the same end.
///
/// # Errors
///
/// `unauthorized` for what is no session; `forbidden` for the live world by a token of the test mode.
pub async fn look_at(app: App, cookie: Digest, mode: Mode) -> Result<Opened, Refusal> {
    let now = app.env.now();
    open(app, now, move |txn| {
        let session = auth::desk_session(txn, &cookie, now)?;
        let (session, token) = session.ok_or(Refusal::Unauthorized)?;
        if mode == Mode::Live && token.mode == Mode::Test {
            return Err(tokens::lacks(tokens::LIVE));
        }
        txn.remove_desk_session(&cookie)?;
        Ok(DeskSessionRow { is_trial: mode != token.mode, ..session })
    })
    .await
}

/// The session that a token, which ends at `over` if ever, has from `now` on.
fn first(token: TokenId, over: Option<Timestamp>, now: Timestamp) -> DeskSessionRow {
    let end = now.saturating_add(SESSION_SECONDS);
    let expires_at = over.map_or(end, |over| over.min(end));
    DeskSessionRow { token, expires_at, is_trial: false }
}

async fn open(
    app: App,
    now: Timestamp,
    what: impl FnOnce(&mut Txn<'_>) -> Result<DeskSessionRow, Refusal> + Send + 'static,
) -> Result<Opened, Refusal> {
    let App { env, secret, ledger, .. } = app;
    let cookie = format!("cf_desk_{}", to_hex(&random::<32>(&*env)?).as_str());
    let digest = secret.desk_session_digest(&cookie);
    let seconds = ledger
        .transact(move |txn| {
            let session = what(txn)?;
            txn.put_desk_session(&digest, &session, now)?;
            Ok(session.expires_at.unix().saturating_sub(now.unix()))
        })
        .await?;
    Ok(Opened { cookie, seconds })
}

fn token_for_everything<R: Rows + Lists>(
    rows: &R,
    vendor: VendorId,
) -> Result<Option<TokenRow>, LedgerError> {
    let mut oldest = None;
    let part = Part { count: LOOKED_AT_MAX, after: None };
    for number in rows.newest(List::tokens(vendor), part)? {
        let digest = rows.token_digest(TokenId::new(number))?;
        let token = digest.map(|digest| rows.token(&digest)).transpose()?.flatten();
        let may_everything = |token: &TokenRow| {
            token.mode == Mode::Live
                && token.scopes.holds(EVERYTHING)
                && token.product.is_none()
                && token.kind.is_none()
                && token.expires_at.is_none()
        };
        oldest = token.filter(may_everything).or(oldest);
    }
    Ok(oldest)
}

/// Who is signed in by the cookie with this digest; `None`: nobody.
///
/// # Errors
///
/// Only when the store fails.
pub fn signed_in(app: &App, cookie: &Digest) -> Result<Option<SignedIn>, Refusal> {
    let view = app.ledger.view();
    let Some((session, token)) = auth::desk_session(&*view, cookie, app.env.now())? else {
        return Ok(None);
    };
    let vendor = view.vendor(token.vendor)?.ok_or(LedgerError::Dangling("vendor"))?;
    let vendor = SignedInVendor { id: vendor.id, name: vendor.name };
    let mode = if session.is_trial { Mode::Test } else { token.mode };
    let test_provider = app.test_provider.is_some();
    let expires_at = session.expires_at;
    Ok(Some(SignedIn { vendor, token: view_of(token), mode, expires_at, test_provider }))
}

/// Ends the session of a cookie. Again, and for what is none: changes nothing.
///
/// # Errors
///
/// Only when the store fails.
pub async fn sign_out(app: App, cookie: Digest) -> Result<(), Refusal> {
    if app.ledger.view().desk_session(&cookie)?.is_none() {
        return Ok(());
    }
    app.ledger.transact(move |txn| Ok(txn.remove_desk_session(&cookie)?)).await
}
