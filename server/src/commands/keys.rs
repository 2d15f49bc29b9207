//! `counterfoil keys`: what signs a vendor's leases.

use clap::{Args, Subcommand};
use counterfoil_server::config::Flags;
use counterfoil_server::operator::Order;
use std::error::Error;
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct Keys {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the keys: the one that signs, the next one, and those whose leases still hold.
    List(Of),
    /// Have the next key sign from now on, and make another one to come after it.
    ///
    /// Leases that were signed before go on until they end. A warning says which programs cannot
    /// know the promoted key yet.
    Rotate(Rotate),
    /// Print the public keys as a JWK set, to be built into programs.
    Export(Of),
}

#[derive(Debug, Args)]
struct Of {
    /// The vendor's name or id.
    #[arg(long, default_value = "default")]
    vendor: String,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Args)]
struct Rotate {
    /// Somebody else has the current key: publish it no longer, so that programs built from now on
    /// do not trust it. Leases that it signed are worth nothing to those.
    #[arg(long)]
    leaked: bool,
    #[command(flatten)]
    of: Of,
}

impl Keys {
    pub(super) async fn run(self) -> Result<(), Box<dyn Error>> {
        match self.command {
            Command::List(Of { vendor, flags }) => {
                super::order(&flags, Order::ListKeys { vendor }).await
            }
            Command::Export(Of { vendor, flags }) => {
                super::order(&flags, Order::ExportKeys { vendor }).await
            }
            Command::Rotate(Rotate { leaked, of: Of { vendor, flags } }) => {
                let answer = super::carry_out(&flags, Order::RotateKeys { vendor, leaked }).await?;
                if let Some(warning) = answer.get("warning").and_then(|text| text.as_str()) {
                    writeln!(std::io::stderr(), "warning: {warning}")?;
                }
                super::print(&answer)
            }
        }
    }
}
