//! Tokens: handed out, listed, ended.

use counterfoil_core::history::Actor;
use counterfoil_core::id::{ProductId, TokenId};
use counterfoil_core::license::Mode;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::admin::Page;
use counterfoil_core::wire::native::admin::token::{
    CreateToken, CreatedToken, ListTokens, RevokeToken, Scopes, TokenKind, TokenView,
};

use super::catalog;
use super::desk::{Desk, part};
use super::listing::page;
use crate::auth::Principal;
use crate::env::{Env, NoEntropy, random};
use crate::ledger::{LedgerError, List, Lists, Rows, TokenRow, Txn, View};
use crate::secret::to_hex;

/// A token of our own making. It says whose it is and of which mode, so that one that leaked is
/// recognised.
///
/// # Errors
///
/// [`NoEntropy`] when there is none to be had.
pub fn make_text(mode: Mode, env: &dyn Env) -> Result<String, NoEntropy> {
    let prefix = match mode {
        Mode::Live => "cf_live_",
        Mode::Test => "cf_test_",
    };
    Ok(format!("{prefix}{}", to_hex(&random::<32>(env)?).as_str()))
}

/// Refuses to hand out what the caller has not, also when it repeats another's call, whose answer
/// holds that one's token. Completes the call by the end of the calling token.
///
/// # Errors
///
/// `forbidden` naming what is missing; `not_found` for the product; `invalid_params`.
pub fn check_grant(
    desk: &Desk<'_>,
    txn: &Txn<'_>,
    call: CreateToken,
) -> Result<CreateToken, Refusal> {
    let own = own(desk, txn)?;
    let missing = |scope: &str| Err(lacks(scope));
    if let Some(scope) = call.scopes.names().find(|scope| !own.scopes.holds(scope)) {
        return missing(scope);
    }
    // As it counts here: in a session that looks at the test world a live one makes none either.
    if desk.by.mode == Mode::Test && call.mode == Mode::Live {
        return missing(LIVE);
    }
    let product = product_for(desk, txn, &call)?;
    if own.product.is_some() && product != own.product {
        return missing("product:*");
    }
    match (own.expires_at, call.expires_at) {
        (Some(end), Some(wanted)) if wanted > end => {
            let problem = format!("must not be later than that of the calling token, {end}");
            Err(Refusal::invalid_params("expiresAt", problem))
        }
        // One that ends is not outlived by what it hands out, new or repeated.
        (end, wanted) => Ok(CreateToken { expires_at: wanted.or(end), ..call }),
    }
}

/// What a token of the test mode has not.
pub(super) const LIVE: &str = "mode:live";

/// What lacks this is refused.
pub(super) fn lacks(scope: &str) -> Refusal {
    Refusal::Forbidden { scope: scope.to_owned() }
}

/// The calling token.
fn own(desk: &Desk<'_>, rows: &impl Rows) -> Result<TokenRow, Refusal> {
    let Actor::Token(id) = desk.by.actor else { return Err(Refusal::Unauthorized) };
    let digest = rows.token_digest(id)?.ok_or(Refusal::Unauthorized)?;
    rows.token(&digest)?.ok_or(Refusal::Unauthorized)
}

/// The one product of the token to make: that of the call, or of a caller who sees no other.
fn product_for(
    desk: &Desk<'_>,
    rows: &impl Rows,
    call: &CreateToken,
) -> Result<Option<ProductId>, Refusal> {
    let named = call.product.as_ref();
    let named = named.map(|name| catalog::product(rows, desk.by, name)).transpose()?;
    let product = named.map(|product| product.names.id).or(desk.by.product);
    if call.kind.is_some_and(TokenKind::needs_product) && product.is_none() {
        return Err(Refusal::invalid_params("product", "is missing: this kind belongs to one"));
    }
    Ok(product)
}

/// Makes a token, or imports one. Whether it may be handed out is [`check_grant`]'s to say.
///
/// # Errors
///
/// `not_found` for the product; `invalid_params` for a kind that belongs to one; `conflict` when
/// the imported secret is somebody's token already.
pub fn create(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &CreateToken,
) -> Result<CreatedToken, Refusal> {
    let product = product_for(desk, txn, call)?;
    let text = match &call.secret {
        Some(secret) => secret.reveal().to_owned(),
        None => make_text(call.mode, desk.env)?,
    };
    let digest = desk.secret.token_digest(&text);
    if txn.token(&digest)?.is_some() {
        return Err(Refusal::Conflict { field: "secret" });
    }
    let token = TokenRow {
        id: TokenId::new(txn.next_id(desk.now, random(desk.env)?)),
        vendor: desk.by.vendor,
        mode: call.mode,
        name: call.name.as_str().to_owned(),
        scopes: call.scopes.clone(),
        product,
        kind: call.kind,
        created_at: desk.now,
        expires_at: call.expires_at,
    };
    txn.put_token(&digest, &token)?;
    Ok(CreatedToken::new(view_of(token), text))
}

/// A token without its secret.
pub fn view_of(token: TokenRow) -> TokenView {
    TokenView {
        id: token.id,
        name: token.name,
        scopes: token.scopes,
        mode: token.mode,
        product: token.product,
        kind: token.kind,
        created_at: token.created_at,
        expires_at: token.expires_at,
    }
}

/// Whether a token is there for a principal: a live one sees test ones too, since it makes them.
fn sees(by: Principal, token: &TokenRow) -> bool {
    token.vendor == by.vendor
        && (by.mode == Mode::Live || token.mode == by.mode)
        && (by.product.is_none() || token.product == by.product)
}

/// Lists tokens, newest first, without their secrets.
///
/// # Errors
///
/// Only when the store fails.
pub fn list(desk: &Desk<'_>, view: &View, call: &ListTokens) -> Result<Page<TokenView>, Refusal> {
    let tokens = List::tokens(desk.by.vendor);
    page(
        part(call.limit, call.cursor),
        |part| Ok(view.newest(tokens, part)?),
        |number| {
            let digest = view.token_digest(TokenId::new(number))?;
            let token = digest.map(|digest| view.token(&digest)).transpose()?.flatten();
            let token = token.ok_or(LedgerError::Dangling("token"))?;
            Ok(Some(token).filter(|token| sees(desk.by, token)).map(view_of))
        },
    )
}

/// Ends a token at once.
///
/// # Errors
///
/// `not_found`. Ending is no handing out: a token may end one that is allowed more.
pub fn revoke(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &RevokeToken,
) -> Result<TokenView, Refusal> {
    let id = call.token.0.parse::<TokenId>().ok();
    let digest = id.map(|id| txn.token_digest(id)).transpose()?.flatten();
    let token = digest.map(|digest| txn.token(&digest)).transpose()?.flatten();
    let token = token.filter(|token| sees(desk.by, token));
    let token = token.ok_or(Refusal::NotFound { kind: "token" })?;
    txn.remove_token(token.id)?;
    Ok(view_of(token))
}

/// Everything that a token can be allowed.
pub fn all_scopes() -> Scopes {
    Scopes::all()
}
