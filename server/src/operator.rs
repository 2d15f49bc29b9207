//! What an operator orders beside the settings: vendors, their tokens and signing keys, and a look
//! at the store.
//!
//! An order is carried out by the server that has the store open, or, when nobody serves it, by
//! the command itself ([`Reach`]). Both run the same function, so it does not matter which.

mod examine;
mod keys;
mod reach;

pub use examine::Findings;
pub(crate) use reach::Address;
pub use reach::{PATH, Reach, ReachError};

use counterfoil_core::history::Actor;
use counterfoil_core::id::{TokenId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::Name;
use counterfoil_core::wire::native::Call;
use counterfoil_core::wire::native::admin::token::CreateToken;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::auth::Principal;
use crate::env::random;
use crate::ledger::{List, Lists, Part, Rows, TokenRow, Txn, VendorRow, View};
use crate::service::tokens::{self, view_of};
use crate::service::{App, Desk, sign_in};
use crate::signer;

/// Something to do.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "camelCase")]
pub enum Order {
    /// Make a vendor, and a token that may do everything for it.
    CreateVendor {
        /// What to call it.
        name: String,
        /// The host names under which callers without a credential come to it.
        hosts: Vec<String>,
    },
    /// Show every vendor.
    ListVendors,
    /// Make a token.
    CreateToken {
        /// The vendor's name or id.
        vendor: String,
        /// The parameters of `admin.token.create`.
        params: Map<String, Value>,
    },
    /// Show a vendor's tokens.
    ListTokens {
        /// The vendor's name or id.
        vendor: String,
    },
    /// End a token.
    RevokeToken {
        /// Its id.
        token: String,
    },
    /// Show a vendor's signing keys.
    ListKeys {
        /// The vendor's name or id.
        vendor: String,
    },
    /// Give a vendor's signing keys as a JWK set, for programs to be built with.
    ExportKeys {
        /// The vendor's name or id.
        vendor: String,
    },
    /// Promote a vendor's next signing key.
    RotateKeys {
        /// The vendor's name or id.
        vendor: String,
        /// Whether somebody else has the current one, so that it must not be trusted any more.
        leaked: bool,
    },
    /// Make a link that signs in at a vendor's desk, once.
    MakeAdminLink {
        /// The vendor's name or id.
        vendor: String,
        /// Where customers reach the server, for a store that nobody serves.
        public_url: String,
    },
    /// Look through the store for what cannot be.
    Examine,
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // One of them may hold a secret to import.
        f.write_str("Order(…)")
    }
}

/// Carries an order out.
///
/// # Errors
///
/// `conflict` for a name or host that is taken, `not_found`, `invalid_params`.
pub async fn carry_out(app: &App, order: Order) -> Result<Value, Refusal> {
    match order {
        Order::ListVendors => {
            let vendors = app.ledger.view().all_vendors()?;
            Ok(json!({ "items": vendors.iter().map(vendor_view).collect::<Vec<_>>() }))
        }
        Order::ListTokens { vendor } => list_tokens(&app.ledger.view(), &vendor),
        Order::Examine => {
            let (view, app) = (app.ledger.view(), app.clone());
            let looking = tokio::task::spawn_blocking(move || examine::examine(&view, &app));
            let findings = looking.await.map_err(|_| Refusal::unavailable())??;
            serde_json::to_value(findings).map_err(|_| Refusal::unavailable())
        }
        Order::ListKeys { vendor } => keys::list(&app.ledger.view(), &vendor, app.env.now()),
        Order::ExportKeys { vendor } => keys::export(&app.ledger.view(), &vendor, app.env.now()),
        Order::RotateKeys { vendor, leaked } => {
            write(app, move |desk, txn| keys::rotate(desk, txn, &vendor, leaked)).await
        }
        Order::CreateVendor { name, hosts } => {
            let vendor = (vendor_name(&name)?, read_hosts(&hosts)?);
            write(app, move |desk, txn| create_vendor(desk, txn, vendor)).await
        }
        Order::CreateToken { vendor, params } => {
            let call = CreateToken::read(params)?;
            write(app, move |desk, txn| create_token(desk, txn, &vendor, &call)).await
        }
        Order::MakeAdminLink { vendor, public_url } => {
            let own = app.public_url.to_string();
            let public_url = if own.is_empty() { public_url } else { own };
            write(app, move |desk, txn| make_admin_link(desk, txn, &vendor, &public_url)).await
        }
        Order::RevokeToken { token } => write(app, move |_, txn| revoke_token(txn, &token)).await,
    }
}

/// Runs a job of the operator's, who is nobody's token.
async fn write(
    app: &App,
    job: impl FnOnce(&mut Desk<'_>, &mut Txn<'_>) -> Result<Value, Refusal> + Send + 'static,
) -> Result<Value, Refusal> {
    let (app, ledger, now) = (app.clone(), app.ledger.clone(), app.env.now());
    let nobody = counterfoil_core::id::IdNumber::from_raw(0);
    let by = Principal {
        vendor: VendorId::new(nobody),
        mode: Mode::Live,
        product: None,
        actor: Actor::System,
    };
    ledger.transact(move |txn| job(&mut app.desk(by, now), txn)).await
}

fn create_vendor(
    desk: &mut Desk<'_>,
    txn: &mut Txn<'_>,
    (name, hosts): (String, Vec<String>),
) -> Result<Value, Refusal> {
    if txn.vendor_named(&name)?.is_some() {
        return Err(Refusal::Conflict { field: "name" });
    }
    for host in &hosts {
        if txn.vendor_at(host)?.is_some() {
            return Err(Refusal::Conflict { field: "host" });
        }
    }
    let entropy = random(desk.env)?;
    let id = VendorId::new(txn.next_id(desk.now, entropy));
    let text = tokens::make_text(Mode::Live, desk.env)?;
    let token = TokenRow {
        id: TokenId::new(txn.next_id(desk.now, entropy)),
        vendor: id,
        mode: Mode::Live,
        name: "admin".to_owned(),
        scopes: tokens::all_scopes(),
        product: None,
        kind: None,
        created_at: desk.now,
        expires_at: None,
    };
    let signing_keys = signer::make(desk.secret, desk.env, desk.now)?;
    txn.put_vendor(&VendorRow { id, name, hosts, created_at: desk.now })?;
    txn.put_signing_keys(id, &signing_keys)?;
    txn.put_token(&desk.secret.token_digest(&text), &token)?;
    Ok(json!({ "id": id, "token": text }))
}

fn create_token(
    desk: &mut Desk<'_>,
    txn: &mut Txn<'_>,
    vendor: &str,
    call: &CreateToken,
) -> Result<Value, Refusal> {
    desk.by.vendor = vendor_called(txn, vendor)?.id;
    let made = tokens::create(desk, txn, call)?;
    serde_json::to_value(made).map_err(|_| Refusal::unavailable())
}

fn revoke_token(txn: &mut Txn<'_>, id: &str) -> Result<Value, Refusal> {
    let id = id.parse::<TokenId>().ok();
    let digest = id.map(|id| txn.token_digest(id)).transpose()?.flatten();
    let token = digest.map(|digest| txn.token(&digest)).transpose()?.flatten();
    let token = token.ok_or(Refusal::NotFound { kind: "token" })?;
    txn.remove_token(token.id)?;
    serde_json::to_value(view_of(token)).map_err(|_| Refusal::unavailable())
}

/// The code goes behind a `#`: what stands there is sent to no server, so it is in nobody's log.
fn make_admin_link(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    vendor: &str,
    public_url: &str,
) -> Result<Value, Refusal> {
    let vendor = vendor_called(txn, vendor)?.id;
    let (code, expires_at) = sign_in::make_code(txn, (desk.secret, desk.env), vendor, desk.now)?;
    let public_url = public_url.trim_end_matches('/');
    Ok(json!({ "link": format!("{public_url}/admin/#code={code}"), "expiresAt": expires_at }))
}

fn list_tokens(view: &View, vendor: &str) -> Result<Value, Refusal> {
    let vendor = vendor_called(view, vendor)?.id;
    let mut items = Vec::new();
    for number in view.newest(List::tokens(vendor), Part { count: usize::MAX, after: None })? {
        let digest = view.token_digest(TokenId::new(number))?;
        let token = digest.map(|digest| view.token(&digest)).transpose()?.flatten();
        items.extend(token.map(view_of));
    }
    Ok(json!({ "items": items }))
}

fn vendor_called(rows: &impl Rows, name: &str) -> Result<VendorRow, Refusal> {
    let vendor = match name.parse::<VendorId>() {
        Ok(id) => rows.vendor(id)?,
        Err(_) => rows.vendor_named(name)?,
    };
    vendor.ok_or(Refusal::NotFound { kind: "vendor" })
}

fn vendor_view(vendor: &VendorRow) -> Value {
    json!({
        "id": vendor.id,
        "name": vendor.name,
        "hosts": vendor.hosts,
        "createdAt": vendor.created_at,
    })
}

fn vendor_name(text: &str) -> Result<String, Refusal> {
    let name = Name::new(text).map_err(|problem| Refusal::invalid_params("name", problem.0))?;
    if name.as_str().parse::<VendorId>().is_ok() {
        return Err(Refusal::invalid_params("name", "must not be an id"));
    }
    Ok(name.as_str().to_owned())
}

/// Host names as a request's `Host` header has them, less the port.
fn read_hosts(texts: &[String]) -> Result<Vec<String>, Refusal> {
    let mut hosts = Vec::new();
    for text in texts {
        let host = crate::service::host_name(text).ok_or_else(|| {
            Refusal::invalid_params("host", "must be a host name such as licenses.example.com")
        })?;
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    Ok(hosts)
}
