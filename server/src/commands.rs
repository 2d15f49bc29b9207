//! What the binary can be told to do: one file for each command.

mod admin_link;
mod completions;
mod config;
mod doctor;
mod keys;
mod openrpc;
mod serve;
mod token;
mod vendor;

use clap::{Parser, Subcommand};
use counterfoil_server::config::{Flags, Settings};
use counterfoil_server::operator::{Order, Reach};
use serde_json::Value;
use std::error::Error;
use std::io::Write;

/// A license server that answers with the same code as its checker.
///
/// `counterfoil` alone is `counterfoil serve`. Every setting can be given by flag, in the
/// environment, or in a TOML file that --config names; a flag counts before the environment, and
/// that before the file. `counterfoil config show` prints what holds, and why.
#[derive(Debug, Parser)]
#[command(name = "counterfoil", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer license questions until told to stop. SIGTERM lets it finish what was asked.
    Serve(Flags),
    /// Make vendors and list them: one server holds many, and none sees another's.
    Vendor(vendor::Vendor),
    /// Make, list and end tokens.
    Token(token::Token),
    /// Look after the keys that sign leases: list, promote, export the public ones.
    Keys(keys::Keys),
    /// Print a link that signs in at the desk, once, within 30 minutes.
    ///
    /// Whoever opens it may do everything at that vendor's desk, for 12 hours at most.
    AdminLink(admin_link::AdminLink),
    /// Look whether the settings, the secret and the store are in order.
    Doctor(doctor::Doctor),
    /// Look at the settings.
    Config(config::Config),
    /// Print the OpenRPC document: every method with its parameters, answers and errors.
    Openrpc(openrpc::Openrpc),
    /// Print a script that completes commands and flags in a shell.
    Completions(completions::Completions),
}

impl Cli {
    /// Does what was asked.
    pub(crate) async fn run(self) -> Result<(), Box<dyn Error>> {
        match self.command {
            None => serve::run(&self.flags).await,
            Some(Command::Serve(flags)) => serve::run(&flags).await,
            Some(Command::Vendor(vendor)) => vendor.run().await,
            Some(Command::Token(token)) => token.run().await,
            Some(Command::Keys(keys)) => keys.run().await,
            Some(Command::AdminLink(admin_link)) => admin_link.run().await,
            Some(Command::Doctor(doctor)) => doctor.run().await,
            Some(Command::Config(config)) => config.run(),
            Some(Command::Openrpc(openrpc)) => openrpc.run(),
            Some(Command::Completions(completions)) => completions.run(),
        }
    }
}

/// Has an order carried out on the store that the settings name, and prints the answer as JSON.
async fn order(flags: &Flags, order: Order) -> Result<(), Box<dyn Error>> {
    print(&carry_out(flags, order).await?)
}

fn print(answer: &Value) -> Result<(), Box<dyn Error>> {
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(answer)?)?;
    Ok(())
}

/// Has an order carried out on the store that the settings name.
async fn carry_out(flags: &Flags, order: Order) -> Result<Value, Box<dyn Error>> {
    let settings = Settings::load(flags)?;
    let store = settings.store.path();
    // A vendor may be made before the first start; anything else needs what is there already, and
    // a name that was mistyped must not make a store of its own.
    if !matches!(order, Order::CreateVendor { .. }) && !store.exists() {
        let store = store.display();
        return Err(format!(
            "there is no store at {store}: start the server once, or name the store with --store"
        )
        .into());
    }
    let reach = Reach::find(&settings.store, settings.secret_file.as_deref()).await?;
    Ok(reach.send(order).await?)
}
