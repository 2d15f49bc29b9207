//! From a setting's text to its value. Each problem is the end of a sentence that begins with the
//! setting's name, and none repeats a value that may be a secret.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use tracing_subscriber::EnvFilter;
use url::Url;

use crate::mail::{NotASender, Sender};

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => Err(format!("must be `text` or `json`, and is `{other}`")),
        }
    }
}

/// Where a server keeps everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Store {
    /// In an embedded redb file.
    Redb(PathBuf),
}

impl FromStr for Store {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("redb", path)) if !path.is_empty() => Ok(Self::Redb(PathBuf::from(path))),
            Some(("postgres" | "postgresql", _)) => {
                Err("names PostgreSQL, which this version does not support: use redb:PATH"
                    .to_owned())
            }
            _ => Err("must be redb:PATH, for example redb:counterfoil.redb".to_owned()),
        }
    }
}

impl Store {
    /// The store's file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Redb(path) => path,
        }
    }

    /// A file beside the store: its path with something after it.
    pub fn beside(&self, suffix: &str) -> PathBuf {
        let mut path = self.path().as_os_str().to_owned();
        path.push(suffix);
        PathBuf::from(path)
    }
}

pub(super) fn address(text: &str) -> Result<String, String> {
    let parts = text.rsplit_once(':').filter(|(host, _)| !host.is_empty());
    match parts.and_then(|(_, port)| port.parse::<u16>().ok()) {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!("must be HOST:PORT, as in `--listen 127.0.0.1:8787`, not `{text}`")),
    }
}

pub(super) fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("must be a path".to_owned()) } else { Ok(PathBuf::from(text)) }
}

pub(super) fn token(text: &str) -> Result<String, String> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("must be printable ASCII without spaces: choose another one".to_owned());
    }
    Ok(text.to_owned())
}

pub(super) fn public_url(text: &str) -> Result<String, String> {
    let wrong = || {
        "must be an http or https URL without query, such as https://licenses.example.com"
            .to_owned()
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    let has_more = url.query().is_some() || url.fragment().is_some() || !url.username().is_empty();
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || has_more {
        return Err(wrong());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

pub(super) fn mail_from(text: &str) -> Result<Sender, String> {
    let wrong = |NotASender| {
        "must be an e-mail address, such as `licenses@example.com` or `Acme <licenses@example.com>`"
            .to_owned()
    };
    text.parse().map_err(wrong)
}

pub(super) fn filter(text: &str) -> Result<String, String> {
    match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => {
            Err("must be a `tracing` filter, such as `info` or `counterfoil_server=debug`"
                .to_owned())
        }
    }
}

pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        other => Err(format!("must be true or false, and is `{other}`")),
    }
}

pub(super) fn count(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("must be a whole number from 0 to {}", u32::MAX))
}
