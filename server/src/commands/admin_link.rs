//! `counterfoil admin-link`: a way into the desk without a token.

use clap::Args;
use counterfoil_server::config::{Flags, Settings};
use counterfoil_server::operator::Order;
use serde_json::Value;
use std::error::Error;
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct AdminLink {
    /// The vendor's name or id.
    #[arg(long, default_value = "default")]
    vendor: String,
    #[command(flatten)]
    flags: Flags,
}

impl AdminLink {
    /// Prints the link alone on stdout, so that it can be handed on, and how long it is good beside.
    pub(super) async fn run(self) -> Result<(), Box<dyn Error>> {
        let settings = Settings::load(&self.flags)?;
        let listens = format!("http://{}", settings.listen);
        let public_url = settings.public_url.unwrap_or(listens);
        let order = Order::MakeAdminLink { vendor: self.vendor, public_url };
        let made = super::carry_out(&self.flags, order).await?;
        let member = |name| made.get(name).and_then(Value::as_str).unwrap_or_default();
        writeln!(std::io::stdout(), "{}", member("link"))?;
        writeln!(std::io::stderr(), "It signs in once, until {}.", member("expiresAt"))?;
        Ok(())
    }
}
