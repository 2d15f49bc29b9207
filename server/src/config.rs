//! Flags and environment, parsed once into types.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A license server that answers with the same code as its checker.
#[derive(Debug, Parser)]
#[command(name = "counterfoil", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; `serve` where nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Of `serve`.
    #[command(flatten)]
    pub serve: Serve,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer license questions until told to stop.
    Serve(Serve),
}

/// Flags of `serve`. Every flag has an environment variable; secrets have no flag, because flags
/// show in process lists.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Where to listen; port 0 picks a free one.
    #[arg(
        long,
        value_name = "HOST:PORT",
        env = "COUNTERFOIL_LISTEN",
        default_value = "127.0.0.1:8787"
    )]
    pub listen: String,

    /// Where to keep everything.
    #[arg(
        long,
        value_name = "redb:PATH",
        env = "COUNTERFOIL_STORE",
        default_value = "redb:counterfoil.redb"
    )]
    pub store: Store,

    /// What seals keys at rest; made on the first start. [default: the store's path + `.secret`]
    #[arg(long, value_name = "PATH", env = "COUNTERFOIL_SECRET_FILE")]
    pub secret_file: Option<PathBuf>,

    /// How to write logs.
    #[arg(long, value_name = "FORMAT", env = "COUNTERFOIL_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,

    /// Which logs to write, as a `tracing` filter.
    #[arg(long, value_name = "FILTER", env = "COUNTERFOIL_LOG", default_value = "info")]
    pub log: String,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
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
                Err("PostgreSQL is not supported by this version: use redb:PATH".to_owned())
            }
            _ => Err("use redb:PATH, for example redb:counterfoil.redb".to_owned()),
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

/// Why a secret in the environment cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file it should come from cannot be read.
    #[error("COUNTERFOIL_ADMIN_TOKEN_FILE names {path}, which cannot be read: {error}")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// It could not be sent in a header.
    #[error("the admin token must be printable ASCII without spaces: choose another one")]
    Form,
}

/// The admin token of the environment, given itself or as a file's name.
///
/// # Errors
///
/// [`TokenError`] when the file cannot be read or the token could not be used.
pub fn admin_token() -> Result<Option<String>, TokenError> {
    let given = std::env::var("COUNTERFOIL_ADMIN_TOKEN").ok().filter(|token| !token.is_empty());
    let token = match (given, std::env::var("COUNTERFOIL_ADMIN_TOKEN_FILE").ok()) {
        (Some(token), _) => Some(token),
        (None, Some(path)) if !path.is_empty() => {
            let text = std::fs::read_to_string(&path);
            Some(text.map_err(|error| TokenError::File { path, error })?.trim().to_owned())
        }
        _ => None,
    };
    match token {
        Some(token) if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err(TokenError::Form)
        }
        token => Ok(token),
    }
}
