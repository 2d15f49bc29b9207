//! `counterfoil completions`: a script for a shell.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};
use std::error::Error;
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell; its manual says where such a script belongs.
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<(), Box<dyn Error>> {
        // Written in one go: a pipe that closes early must be an error, not a panic.
        let mut script = Vec::new();
        generate(self.shell, &mut super::Cli::command(), "counterfoil", &mut script);
        Ok(std::io::stdout().write_all(&script)?)
    }
}
