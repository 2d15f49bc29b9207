//! `cargo xtask demo`: the whole product with sample licenses, and lines to paste that use it.

mod paste;
mod rpc;
mod seed;
mod server;

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::failure::{Attempt, Result};
use crate::node::Node;
use crate::{cargo, npm, pages};
use rpc::Rpc;
use server::Server;

/// The file in the data path that keeps the token from one start to the next.
const ADMIN_TOKEN: &str = "admin-token";

/// What was asked for on the command line.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// Where to keep the store; a temporary folder otherwise.
    pub(crate) data: Option<PathBuf>,
    pub(crate) listen: Option<OsString>,
    pub(crate) build_only: bool,
}

/// Builds all there is, starts it, and stays until it is told to stop.
pub(crate) fn run(options: Options) -> Result {
    let node = Node::find();
    match &node {
        Ok(node) => npm::build(node).and_then(|()| pages::build(node))?,
        Err(reason) => println!("Building without the npm package and the pages: {reason}."),
    }
    let binary = cargo::server("release")?;
    if options.build_only {
        println!("Built {}", binary.display());
        return Ok(());
    }
    let Some(data) = options.data else {
        let folder = tempfile::Builder::new().prefix("counterfoil-demo-").tempdir();
        let folder = folder.attempt(|| "Could not make a temporary folder".to_owned())?;
        // The folder goes when this function returns, whichever way.
        return serve(&binary, folder.path(), options.listen, node.is_ok());
    };
    let data = std::path::absolute(&data)
        .and_then(|data| fs::create_dir_all(&data).map(|()| data))
        .attempt(|| format!("Could not make {}", data.display()))?;
    serve(&binary, &data, options.listen, node.is_ok())
}

fn serve(binary: &Path, data: &Path, listen: Option<OsString>, with_node: bool) -> Result {
    let token = admin_token(data)?;
    let server = Server::start(binary, data, listen, &token)?;
    let keys = seed::plant(&Rpc::new(&server.url, &token), data)?;
    println!("\n{}", paste::page(&server.url, &keys, with_node));
    // Its page is there only where Node was to build it.
    if with_node {
        println!("A link into the desk");
        println!("{}\n", server::admin_link(binary, data, &server.url)?);
    }
    println!("The admin token is in {}", data.join(ADMIN_TOKEN).display());
    println!("Ctrl-C stops the server.");
    server.wait()
}

/// The token that this data path had before, or a new one that nobody can guess.
fn admin_token(data: &Path) -> Result<String> {
    let path = data.join(ADMIN_TOKEN);
    if path.exists() {
        let token = fs::read_to_string(&path);
        let token = token.attempt(|| format!("Could not read {}", path.display()))?;
        return Ok(token.trim().to_owned());
    }
    let mut entropy = [0; 32];
    getrandom::fill(&mut entropy).attempt(|| "The system gave no random bytes".to_owned())?;
    let token = entropy.map(|byte| format!("{byte:02x}")).concat();
    write_secret(&path, &token)?;
    Ok(token)
}

/// Writes a file that only its owner may read.
fn write_secret(path: &Path, text: &str) -> Result {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .and_then(|mut file| writeln!(file, "{text}"))
        .attempt(|| format!("Could not write {}", path.display()))
}
