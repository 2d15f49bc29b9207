//! The flags that set something, made from the list of settings.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use std::collections::BTreeMap;

use super::environment::CONFIG;
use super::setting::{Fallback, Kind, Place, SETTINGS, Setting};

/// What was set by flags. Every command that needs settings takes them all.
#[derive(Clone, Default)]
pub struct Flags {
    values: BTreeMap<&'static str, String>,
    config: Option<String>,
}

impl std::fmt::Debug for Flags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // It may hold secrets.
        f.write_str("Flags")
    }
}

impl Flags {
    /// The value of `--name`.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// The configuration file that was named.
    pub fn config(&self) -> Option<&str> {
        self.config.as_deref()
    }
}

const CONFIG_ID: &str = "config";

fn by_flag() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(|setting| setting.place == Place::Anywhere)
}

fn argument(setting: &'static Setting) -> Arg {
    let default = match setting.default {
        Fallback::Is(text) | Fallback::Follows(text) => text,
    };
    let variable = setting.variable().unwrap_or_default();
    let help = format!("{} [environment: {variable}] [default: {default}]", setting.help);
    let argument =
        Arg::new(setting.name).long(setting.name).value_name(setting.value_name).help(help);
    match setting.kind {
        Kind::Text | Kind::Count => argument.action(ArgAction::Set),
        Kind::List => argument.action(ArgAction::Append),
        // `--test-provider` says yes; `--test-provider=false` takes back what a file says.
        Kind::Switch => argument
            .action(ArgAction::Set)
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true"),
    }
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        let help = format!("A TOML file with settings, by the same names. [environment: {CONFIG}]");
        let config = Arg::new(CONFIG_ID).long(CONFIG_ID).value_name("FILE").help(help);
        command.arg(config).args(by_flag().map(argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.config = matches.get_one::<String>(CONFIG_ID).cloned();
        for setting in by_flag() {
            if let Some(values) = matches.get_many::<String>(setting.name) {
                let values: Vec<&str> = values.map(String::as_str).collect();
                self.values.insert(setting.name, values.join(","));
            }
        }
        Ok(())
    }
}
