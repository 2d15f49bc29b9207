//! `counterfoil doctor`: whether the settings, the secret and the store are in order.

use clap::Args;
use counterfoil_server::config::{Flags, Settings};
use counterfoil_server::mail::Relay;
use counterfoil_server::operator::{Findings, Order, Reach};
use std::error::Error;
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    flags: Flags,
}

impl Doctor {
    pub(super) async fn run(&self) -> Result<(), Box<dyn Error>> {
        let settings = Settings::load(&self.flags)?;
        let mut out = std::io::stdout();
        writeln!(out, "ok   the settings can be used")?;
        for warning in &settings.warnings {
            writeln!(out, "note {warning}")?;
        }
        match settings.mail() {
            Some(mail) => {
                let Relay { host, port, .. } = &mail.relay;
                writeln!(out, "ok   mail from {} goes to {host}:{port}", mail.sender)?;
            }
            None => writeln!(out, "note no mail is sent: `smtp-url` and `mail-from` say how")?,
        }
        if !settings.store.path().exists() {
            let store = settings.store.path().display();
            writeln!(out, "note there is no store at {store} yet: the first start makes it")?;
            return Ok(());
        }
        let reach = Reach::find(&settings.store, settings.secret_file.as_deref()).await?;
        let by = match &reach {
            Reach::Here(..) => "no server has it open".to_owned(),
            Reach::There { address, .. } => format!("the server at {address} has it open"),
        };
        writeln!(out, "ok   the store and its secret belong together; {by}")?;
        let findings: Findings = serde_json::from_value(reach.send(Order::Examine).await?)?;
        let Findings { vendors, licenses, activations, history, problems } = findings;
        writeln!(
            out,
            "ok   looked at {vendors} vendors, {licenses} licenses, {activations} places"
        )?;
        writeln!(out, "ok   looked at {history} items of history")?;
        for problem in &problems {
            writeln!(out, "BAD  {problem}")?;
        }
        if problems.is_empty() {
            writeln!(out, "ok   every key, place and history is as it was written")?;
            return Ok(());
        }
        Err("the store is not in order: stop the server and put a backup back".into())
    }
}
