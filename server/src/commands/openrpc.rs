//! `counterfoil openrpc`: the document that describes every method, without a server.

use clap::Args;
use counterfoil_core::wire::native::openrpc::document;
use std::error::Error;
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct Openrpc {
    /// Where the server that the document describes is reached.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8787")]
    url: String,
}

impl Openrpc {
    pub(super) fn run(&self) -> Result<(), Box<dyn Error>> {
        Ok(writeln!(std::io::stdout(), "{}", document(self.url.trim_end_matches('/')))?)
    }
}
