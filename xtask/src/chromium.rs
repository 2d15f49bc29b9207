//! Finding a Chromium for the browser tests, and installing one where that is possible.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::failure::{Attempt, Failure, Result};
use crate::node::Node;
use crate::{apt, tool, workspace};

/// Names a browser of our own choice, before any that stands on `PATH`.
pub(crate) const VARIABLE: &str = "COUNTERFOIL_CHROMIUM";

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// A Chromium that npm carries, for machines where we are not root.
const PACKAGE: &str = "@sparticuz/chromium";

/// A browser that starts. The failure is the reason why there is none.
pub(crate) fn find(node: &Node) -> Result<PathBuf> {
    if let Some(path) = env::var_os(VARIABLE) {
        // Who names a browser wants that one: falling back would test something else.
        return starts(PathBuf::from(path)).ok_or_else(|| {
            Failure::new(format!("the browser that {VARIABLE} names does not start"))
        });
    }
    installed()
        .or_else(from_apt)
        .or_else(|| from_npm(node).and_then(starts))
        .ok_or_else(|| Failure::new(format!("no Chromium: install one or set {VARIABLE}")))
}

fn installed() -> Option<PathBuf> {
    tool::find(&NAMES).and_then(starts)
}

fn from_apt() -> Option<PathBuf> {
    if apt::install(&["chromium"]) { installed() } else { None }
}

fn from_npm(node: &Node) -> Option<PathBuf> {
    report(install_package(node))
}

/// Installs into a folder of its own: the browser tests' lock file stays as it is.
fn install_package(node: &Node) -> Result<PathBuf> {
    let folder = workspace::at("target/chromium");
    fs::create_dir_all(&folder).attempt(|| format!("Could not make {}", folder.display()))?;
    // Without a manifest npm would look for one further up.
    let manifest = folder.join("package.json");
    fs::write(&manifest, "{\"private\": true}\n")
        .attempt(|| format!("Could not write {}", manifest.display()))?;
    tool::run(node.npm(&folder).args(["install", "--no-audit", "--no-fund", PACKAGE]))?;
    let unpack = format!(
        "import chromium from \"{PACKAGE}\"; console.log(await chromium.executablePath());"
    );
    let mut command = node.command();
    command.current_dir(&folder).args(["--input-type=module", "--eval", &unpack]);
    // It unpacks into the folder for temporary files.
    command.env("TMPDIR", &folder);
    Ok(PathBuf::from(tool::output(&mut command)?.trim()))
}

/// A file with the right name may still be a stub that asks for a snap, or lack a library.
fn starts(path: PathBuf) -> Option<PathBuf> {
    report(tool::output(tool::new(&path).arg("--version")))?;
    Some(path)
}

/// Shows why one way did not work, before the next is tried.
fn report<T>(result: Result<T>) -> Option<T> {
    result.inspect_err(|failure| eprintln!("{failure}")).ok()
}
