//! `counterfoil config show`: which value each setting has, and who said so.

use clap::{Args, Subcommand, ValueEnum};
use counterfoil_server::config::{Environment, Flags, Settings, Shown, Sources, shown};
use serde_json::Value;
use std::error::Error;
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct Config {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print every setting, its value and where that comes from. Secrets are masked.
    Show(Show),
}

#[derive(Debug, Args)]
struct Show {
    /// How to print them.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// In columns, for people.
    Text,
    /// As a JSON array of objects, for programs.
    Json,
}

impl Config {
    pub(super) fn run(&self) -> Result<(), Box<dyn Error>> {
        let Command::Show(show) = &self.command;
        let sources = Sources::read(&show.flags, &Environment::of_process())?;
        let settings = Settings::judge(&sources)?;
        let all = shown(&sources, &settings);
        let text = match show.format {
            Format::Text => columns(&all),
            Format::Json => format!("{}\n", serde_json::to_string_pretty(&all)?),
        };
        std::io::stdout().write_all(text.as_bytes())?;
        for warning in &settings.warnings {
            writeln!(std::io::stderr(), "counterfoil: {warning}")?;
        }
        Ok(())
    }
}

fn columns(all: &[Shown]) -> String {
    let value = |one: &Shown| match (&one.value, one.otherwise) {
        (Value::Null, Some(words)) => format!("({words})"),
        (Value::String(text), _) => text.clone(),
        (Value::Array(items), _) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        (value, _) => value.to_string(),
    };
    let longest = |texts: Vec<usize>| texts.into_iter().max().unwrap_or(0);
    let names = longest(all.iter().map(|one| one.name.len()).collect());
    let values = longest(all.iter().map(|one| value(one).chars().count()).collect());
    let line =
        |one: &Shown| format!("{:names$}  {:values$}  {}\n", one.name, value(one), one.origin);
    all.iter().map(line).collect()
}
