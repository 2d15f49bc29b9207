//! `counterfoil vendor`: who sells on this server.

use clap::{Args, Subcommand};
use counterfoil_server::config::Flags;
use counterfoil_server::operator::Order;
use std::error::Error;

#[derive(Debug, Args)]
pub(super) struct Vendor {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a vendor. Prints its id and a token that may do everything for it, once.
    Create(Create),
    /// Print every vendor.
    List(List),
}

#[derive(Debug, Args)]
struct Create {
    /// What to call it; unique on this server.
    name: String,
    /// A host name under which customers without a key or token come to it; may be repeated.
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    flags: Flags,
}

impl Vendor {
    pub(super) async fn run(self) -> Result<(), Box<dyn Error>> {
        match self.command {
            Command::Create(Create { name, hosts, flags }) => {
                super::order(&flags, Order::CreateVendor { name, hosts }).await
            }
            Command::List(List { flags }) => super::order(&flags, Order::ListVendors).await,
        }
    }
}
