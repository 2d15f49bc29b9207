//! What the binary can be told to do: one file for each command.

mod completions;
mod config;
mod serve;

use clap::{Parser, Subcommand};
use counterfoil_server::config::Flags;
use std::error::Error;

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
    /// Look at the settings.
    Config(config::Config),
    /// Print a script that completes commands and flags in a shell.
    Completions(completions::Completions),
}

impl Cli {
    /// Does what was asked.
    pub(crate) async fn run(self) -> Result<(), Box<dyn Error>> {
        match self.command {
            None => serve::run(&self.flags).await,
            Some(Command::Serve(flags)) => serve::run(&flags).await,
            Some(Command::Config(config)) => config.run(),
            Some(Command::Completions(completions)) => completions.run(),
        }
    }
}
