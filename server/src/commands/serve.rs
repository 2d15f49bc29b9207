//! `counterfoil serve`: a running server until a signal ends it.

use counterfoil_server::config::{Flags, LogFormat, Settings, Store};
use counterfoil_server::env::SystemEnv;
use counterfoil_server::operator::{self, Order};
use counterfoil_server::payment_api;
use counterfoil_server::webhooks::SystemResolver;
use counterfoil_server::{ADMIN_TOKEN_FILE, FIRST_VENDOR_NAME, Methods, Options, secret, start};
use std::error::Error;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{EnvFilter, Layer};

pub(super) async fn run(flags: &Flags) -> Result<(), Box<dyn Error>> {
    let settings = Settings::load(flags)?;
    start_log(&settings)?;
    for warning in &settings.warnings {
        tracing::warn!("{warning}");
    }
    let mail = settings.mail();
    let options = Options {
        listen: settings.listen,
        store: settings.store,
        secret_file: settings.secret_file,
        admin_token: settings.admin_token,
        tell_token,
        public_url: settings.public_url,
        trusted_proxies: settings.trusted_proxies,
        checkout_origins: settings.checkout_origins,
        allow_private_targets: settings.allow_private_targets,
        resolver: Arc::new(SystemResolver),
        test_provider: settings.test_provider,
        stripe_api: payment_api::STRIPE.to_owned(),
        mail,
        limits: settings.limits,
        further_methods: Methods::new(),
    };
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let server = start(options, Arc::new(SystemEnv)).await?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "counterfoil listening on http://{}", server.address())?;
    if let Some(test_provider) = &server.app().test_provider
        && stdout.is_terminal()
    {
        let url = test_provider.overview_url();
        writeln!(stdout, "the test provider is on, no money moves: {url}")?;
    }
    if server.is_new() && stdout.is_terminal() {
        let order = Order::MakeAdminLink {
            vendor: FIRST_VENDOR_NAME.to_owned(),
            public_url: server.public_url().to_owned(),
        };
        let made = operator::carry_out(server.app(), order).await;
        let made = made.map_err(|refusal| refusal.message())?;
        let link = made.get("link").and_then(|link| link.as_str()).unwrap_or_default();
        writeln!(stdout, "sign in at the desk (once, within 30 minutes): {link}")?;
    }
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
    let path = store.beside(ADMIN_TOKEN_FILE);
    // One that is left from a store that is gone opens nothing any more.
    if path.exists() {
        std::fs::remove_file(&path)?;
    }
    secret::write_private(&path, token)?;
    tracing::info!("the admin token was written to {}", path.display());
    Ok(())
}

fn start_log(settings: &Settings) -> Result<(), Box<dyn Error>> {
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let lines = match settings.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
    };
    let wanted = EnvFilter::try_new(&settings.log)?;
    let log =
        tracing_subscriber::registry().with(filter_fn(is_fit_to_log)).with(wanted).with(lines);
    // Not `init`, which also takes in what libraries write by the `log` crate: one of those writes
    // every message on a socket, under a name that no filter of ours sees.
    tracing::subscriber::set_global_default(log)?;
    Ok(())
}

/// Some libraries write whole requests at their lowest levels, and so keys: nobody gets those,
/// whatever the filter asks for.
fn is_fit_to_log(metadata: &Metadata<'_>) -> bool {
    const HIGHEST: [(&str, Level); 3] = [
        // Its warnings show the parameters of a call that it cannot read.
        ("jsonrpsee", Level::ERROR),
        ("hyper", Level::INFO),
        ("tower", Level::INFO),
    ];
    let is_too_low = |(target, highest): &(&str, Level)| {
        metadata.target().starts_with(target) && metadata.level() > highest
    };
    !HIGHEST.iter().any(is_too_low)
}
