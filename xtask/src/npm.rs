//! `cargo xtask npm`: builds the npm package into `wasm/pkg`.
//!
//! One `.wasm` serves Node, browsers, bundlers and the edge. It is packed into the JavaScript as
//! text, and also lies beside it for platforms that import it, and for those who load it themselves.

mod declarations;
mod entries;
mod glue;
mod packed;
mod size;

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Attempt, Failure, Result};
use crate::node::Node;
use crate::{cargo, tool, workspace};

pub(crate) use size::{check as check_size, print as print_sizes};

/// The folder with the package's sources and manifest.
const SOURCE: &str = "wasm";
/// What goes into the package as it stands.
const COPIED: [(&str, &str); 4] = [
    ("wasm/package.json", "package.json"),
    ("wasm/README.md", "README.md"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
];

/// Where the package is built.
pub(crate) fn package() -> PathBuf {
    workspace::at("wasm/pkg")
}

/// Builds the package and prints what it weighs.
pub(crate) fn build(node: &Node) -> Result {
    node.install(SOURCE)?;
    let glue = glue::generate(node, &cargo::wasm_module()?)?;
    let package = package();
    // What an older build left must not be packed.
    if package.exists() {
        fs::remove_dir_all(&package)
            .attempt(|| format!("Could not empty {}", package.display()))?;
    }
    fs::create_dir_all(&package).attempt(|| format!("Could not make {}", package.display()))?;
    copy(&glue.join(glue::MODULE), &package.join(glue::MODULE))?;
    pack(&glue)?;
    declarations::declare(node, &glue, &package)?;
    entries::bundle(node, &glue, &package)?;
    for (from, to) in COPIED {
        copy(&workspace::at(from), &package.join(to))?;
    }
    publishable(node, &package)?;
    size::print()
}

/// Takes out of the manifest what only this repository needs.
fn publishable(node: &Node, package: &Path) -> Result {
    let version = tool::output(node.npm(package).args(["pkg", "get", "version"]))?;
    let expected = env!("CARGO_PKG_VERSION");
    if version.trim().trim_matches('"') != expected {
        return Err(Failure::new(format!(
            "wasm/package.json has version {} and Cargo.toml {expected}: make them the same.",
            version.trim()
        )));
    }
    tool::run(node.npm(package).args(["pkg", "delete", "private", "devDependencies"]))
}

/// Writes the module as the text that entries have inside.
fn pack(glue: &Path) -> Result {
    let module = glue.join(glue::MODULE);
    let bytes = fs::read(&module).attempt(|| format!("Could not read {}", module.display()))?;
    write(&module.with_extension("txt"), &packed::pack(&bytes))
}

fn copy(from: &Path, to: &Path) -> Result {
    fs::copy(from, to)
        .map(drop)
        .attempt(|| format!("Could not copy {} to {}", from.display(), to.display()))
}

fn write(path: &Path, text: &str) -> Result {
    fs::write(path, text).attempt(|| format!("Could not write {}", path.display()))
}
