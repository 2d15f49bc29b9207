//! The binary: flags in, a running server, an exit code out.

use clap::Parser;
use counterfoil_server::config::{self, Cli, Command, LogFormat, Serve, Store};
use counterfoil_server::env::SystemEnv;
use counterfoil_server::{Methods, Options, secret, start};
use std::error::Error;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Answers are many small pieces; this allocator takes a tenth off every call, and more in batches.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let serve = match cli.command {
        Some(Command::Serve(serve)) => serve,
        None => cli.serve,
    };
    match run(serve).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The log may be filtered; why the server does not run must not be.
            drop(writeln!(std::io::stderr(), "counterfoil: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(serve: Serve) -> Result<(), Box<dyn Error>> {
    start_log(&serve)?;
    let options = Options {
        listen: serve.listen,
        store: serve.store,
        secret_file: serve.secret_file,
        admin_token: config::admin_token()?,
        tell_token,
        further_methods: Methods::new(),
    };
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let server = start(options, Arc::new(SystemEnv)).await?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "counterfoil listening on http://{}", server.address())?;
    stdout.flush()?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("going down: answering what was asked already");
    server.stop().await;
    Ok(())
}

/// Shows a token that was made to the person who started the server, or leaves it in a file that
/// only they can read.
fn tell_token(store: &Store, token: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout();
    if stdout.is_terminal() {
        return writeln!(stdout, "admin token (shown once): {token}");
    }
    let path = store.beside(".admin-token");
    // One that is left from a store that is gone opens nothing any more.
    if path.exists() {
        std::fs::remove_file(&path)?;
    }
    secret::write_private(&path, token)?;
    tracing::info!("the admin token was written to {}", path.display());
    Ok(())
}

fn start_log(serve: &Serve) -> Result<(), Box<dyn Error>> {
    let mut filter = EnvFilter::try_new(&serve.log)?;
    // These write whole requests at their lowest levels, and so keys.
    for quiet in ["jsonrpsee_core=warn", "jsonrpsee_server=warn", "soketto=warn", "hyper=info"] {
        filter = filter.add_directive(quiet.parse()?);
    }
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match serve.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}
