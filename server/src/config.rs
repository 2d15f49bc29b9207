//! What an operator sets: read from four sources, judged once, and from then on typed.
//!
//! A flag counts before the environment, that before the file, that before the default. The list
//! of settings is [`SETTINGS`]; the two named there as places of their own are the admin token,
//! which only the environment may hold, and the limits, which only the file may.

mod environment;
mod file;
mod flags;
mod origins;
mod proxies;
mod setting;
mod show;
mod source;
mod value;

pub use environment::Environment;
pub use flags::Flags;
pub use origins::Origins;
pub use proxies::TrustedProxies;
pub use setting::{Fallback, Kind, Place, SETTINGS, Setting};
pub use show::{Shown, shown};
pub use source::{ConfigError, Given, Origin, Sources};
pub use value::{LogFormat, Store};

use std::path::PathBuf;
use std::str::FromStr;

use crate::limits::Limits;
use crate::mail::{MailOptions, Relay, Sender};

/// Every setting, judged.
#[derive(Clone)]
pub struct Settings {
    /// `HOST:PORT`; port 0 picks a free one.
    pub listen: String,
    /// Where to keep everything.
    pub store: Store,
    /// The secret file, if not beside the store.
    pub secret_file: Option<PathBuf>,
    /// The admin token from now on.
    pub admin_token: Option<String>,
    /// Where customers reach the server, without a slash at the end.
    pub public_url: Option<String>,
    /// Whose forwarding headers are believed.
    pub trusted_proxies: TrustedProxies,
    /// The mail server; it may hold a password.
    pub smtp_url: Option<Relay>,
    /// Whom mail comes from.
    pub mail_from: Option<Sender>,
    /// Whether a payment provider to play with is offered.
    pub test_provider: bool,
    /// Whose pages may show the checkout in a frame.
    pub checkout_origins: Origins,
    /// Whether webhooks may go to private addresses.
    pub allow_private_targets: bool,
    /// The logs to write.
    pub log: String,
    /// How to write them.
    pub log_format: LogFormat,
    /// How much one caller may ask.
    pub limits: Limits,
    /// What the operator should know, one sentence each.
    pub warnings: Vec<String>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Several of them are secrets.
        f.write_str("Settings")
    }
}

impl Settings {
    /// Reads and judges the settings of this process.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], which says where and what to write instead.
    pub fn load(flags: &Flags) -> Result<Self, ConfigError> {
        Self::judge(&Sources::read(flags, &Environment::of_process())?)
    }

    /// Judges what the sources say.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Value`] for the first value that cannot be used.
    pub fn judge(sources: &Sources) -> Result<Self, ConfigError> {
        let switch = |name| required(sources, name, value::switch);
        let count = |name| required(sources, name, value::count);
        let mut settings = Self {
            listen: required(sources, "listen", value::address)?,
            store: required(sources, "store", Store::from_str)?,
            secret_file: optional(sources, "secret-file", value::path)?,
            admin_token: optional(sources, "admin-token", value::token)?,
            public_url: optional(sources, "public-url", value::public_url)?,
            trusted_proxies: optional(sources, "trusted-proxies", TrustedProxies::from_str)?
                .unwrap_or_default(),
            smtp_url: optional(sources, "smtp-url", Relay::from_str)?,
            mail_from: optional(sources, "mail-from", value::mail_from)?,
            test_provider: switch("test-provider")?,
            checkout_origins: optional(sources, "checkout-origins", Origins::from_str)?
                .unwrap_or_default(),
            allow_private_targets: switch("allow-private-targets")?,
            log: required(sources, "log", value::filter)?,
            log_format: required(sources, "log-format", LogFormat::from_str)?,
            limits: Limits {
                loopback: switch("limits.loopback")?,
                calls_per_minute: count("limits.calls-per-minute")?,
                token_calls_per_minute: count("limits.token-calls-per-minute")?,
                unknown_keys_per_minute: count("limits.unknown-keys-per-minute")?,
                failed_tokens_per_minute: count("limits.failed-tokens-per-minute")?,
            },
            warnings: sources.warnings.clone(),
        };
        settings.warn_of_mail();
        Ok(settings)
    }

    /// How mail is sent; `None`: none is.
    pub fn mail(&self) -> Option<MailOptions> {
        let (relay, sender) = (self.smtp_url.clone()?, self.mail_from.clone()?);
        Some(MailOptions { relay, sender })
    }

    fn warn_of_mail(&mut self) {
        let warning = match (&self.smtp_url, &self.mail_from) {
            (Some(_), None) => {
                "`smtp-url` is set and `mail-from` is not: no mail is sent before both are"
            }
            (None, Some(_)) => {
                "`mail-from` is set and `smtp-url` is not: no mail is sent before both are"
            }
            (Some(relay), Some(_)) if relay.shows_password() => {
                "`smtp-url` sends its password for everybody to read: write smtps://…, or add \
                 ?tls=required"
            }
            _ => return,
        };
        self.warnings.push(warning.to_owned());
    }
}

fn optional<T>(
    sources: &Sources,
    name: &str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, ConfigError> {
    let Some(given) = sources.of(name) else { return Ok(None) };
    let read = given.text.as_deref().map(read).transpose();
    read.map_err(|problem| ConfigError::Value {
        origin: given.origin.clone(),
        name: name.to_owned(),
        problem,
    })
}

fn required<T>(
    sources: &Sources,
    name: &str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<T, ConfigError> {
    optional(sources, name, read)?.ok_or_else(|| ConfigError::Value {
        origin: Origin::Default,
        name: name.to_owned(),
        problem: "must be set".to_owned(),
    })
}
