//! `counterfoil token`: who may do what, for whoever stands at the machine itself.

use clap::{Args, Subcommand};
use counterfoil_server::config::Flags;
use counterfoil_server::operator::Order;
use serde_json::{Map, Value};
use std::error::Error;
use std::io::Read;

#[derive(Debug, Args)]
pub(super) struct Token {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a token, or import one. Prints it once.
    Create(Box<Create>),
    /// Print a vendor's tokens, without their secrets.
    List(List),
    /// End a token at once.
    Revoke(Revoke),
}

#[derive(Debug, Args)]
struct Create {
    /// What to call it.
    #[arg(long)]
    name: String,
    /// What it may do, for example licenses:read; `*` for everything. May be repeated.
    #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',')]
    scopes: Vec<String>,
    /// Whose token: a vendor's name or id.
    #[arg(long, default_value = "default")]
    vendor: String,
    /// Which world it sees: live or test.
    #[arg(long)]
    mode: Option<String>,
    /// Only this product's things: id, slug or permalink.
    #[arg(long)]
    product: Option<String>,
    /// Of which old service's credentials it is one, for example gumroad-access-token.
    #[arg(long)]
    kind: Option<String>,
    /// A file that holds an existing secret to import unchanged; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    secret_from: Option<String>,
    /// First instant at which it is good for nothing, for example 2027-06-04T00:00:00Z.
    #[arg(long, value_name = "TIME")]
    expires_at: Option<String>,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Args)]
struct List {
    /// Whose tokens: a vendor's name or id.
    #[arg(long, default_value = "default")]
    vendor: String,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Args)]
struct Revoke {
    /// The token's id, as `counterfoil token list` prints it.
    token: String,
    #[command(flatten)]
    flags: Flags,
}

impl Token {
    pub(super) async fn run(self) -> Result<(), Box<dyn Error>> {
        match self.command {
            Command::Create(create) => {
                let (vendor, params) = (create.vendor.clone(), create.params()?);
                super::order(&create.flags, Order::CreateToken { vendor, params }).await
            }
            Command::List(List { vendor, flags }) => {
                super::order(&flags, Order::ListTokens { vendor }).await
            }
            Command::Revoke(Revoke { token, flags }) => {
                super::order(&flags, Order::RevokeToken { token }).await
            }
        }
    }
}

impl Create {
    fn params(&self) -> Result<Map<String, Value>, Box<dyn Error>> {
        let secret = match self.secret_from.as_deref() {
            None => None,
            Some("-") => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text)?;
                Some(text)
            }
            Some(path) => Some(
                std::fs::read_to_string(path)
                    .map_err(|error| format!("the secret cannot be read from {path}: {error}"))?,
            ),
        };
        let mut params = Map::new();
        params.insert("name".to_owned(), self.name.as_str().into());
        params.insert("scopes".to_owned(), self.scopes.clone().into());
        for (member, given) in [
            ("mode", &self.mode),
            ("product", &self.product),
            ("kind", &self.kind),
            ("expiresAt", &self.expires_at),
            ("secret", &secret.map(|text| text.trim().to_owned())),
        ] {
            if let Some(text) = given {
                params.insert(member.to_owned(), text.as_str().into());
            }
        }
        Ok(params)
    }
}
