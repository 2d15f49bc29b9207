//! The binary: arguments in, an exit code out.

mod commands;

use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

/// Answers are many small pieces; this allocator takes a tenth off every call, and more in batches.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match commands::Cli::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The log may be filtered; why the server does not run must not be.
            drop(writeln!(std::io::stderr(), "counterfoil: {error}"));
            ExitCode::FAILURE
        }
    }
}
