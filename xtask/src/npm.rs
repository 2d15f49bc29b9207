//! `cargo xtask npm`: builds the npm package into `wasm/pkg`.
//!
//! One `.wasm` serves Node, browsers and bundlers. It is packed into the JavaScript as text, and
//! also lies beside it for those who load it themselves.

mod glue;
mod size;

use std::fs;
use std::path::{Path, PathBuf};

use counterfoil_core::wire::typescript;

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

/// What of the declarations a program can reach from `index`.
const DECLARED: [&str; 9] = [
    "index",
    "types",
    "calls",
    "wire",
    "client",
    "client/mistake",
    "client/state",
    "client/transport",
    "lease",
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
    declare(node, &glue, &package)?;
    bundle(node, &glue, &package)?;
    for (from, to) in COPIED {
        copy(&workspace::at(from), &package.join(to))?;
    }
    publishable(node, &package)?;
    size::print()
}

/// Writes the shapes from core's types, checks the sources against them, and declares both.
fn declare(node: &Node, glue: &Path, package: &Path) -> Result {
    let declared = glue.join("declared");
    fs::create_dir_all(&declared).attempt(|| format!("Could not make {}", declared.display()))?;
    write(&declared.join("types.d.ts"), &typescript::declarations())?;
    tool::run(&mut node.exec(SOURCE, "tsc"))?;
    fs::create_dir_all(package.join("client"))
        .attempt(|| format!("Could not make {}", package.display()))?;
    for name in DECLARED {
        let path = declared.join(format!("{name}.d.ts"));
        let text =
            fs::read_to_string(&path).attempt(|| format!("Could not read {}", path.display()))?;
        write(&package.join(format!("{name}.d.ts")), &text)?;
        // TypeScript reads the module kind off a file's ending: `require` has files of its own.
        let text = text.replace(".js\"", ".cjs\"");
        write(&package.join(format!("{name}.d.cts")), &text)?;
    }
    Ok(())
}

/// Makes one file each for `import` and `require`, with the module inside.
fn bundle(node: &Node, glue: &Path, package: &Path) -> Result {
    for (format, file) in [("esm", "index.js"), ("cjs", "index.cjs")] {
        tool::run(
            node.exec(SOURCE, "esbuild")
                .args(["js/index.ts", "--bundle", "--minify", "--platform=neutral"])
                .args(["--target=es2022", "--loader:.wasm=base64", "--log-level=warning"])
                .arg(format!("--format={format}"))
                .arg(format!("--alias:glue={}", glue.display()))
                .arg(format!("--outfile={}", package.join(file).display())),
        )?;
    }
    Ok(())
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

fn copy(from: &Path, to: &Path) -> Result {
    fs::copy(from, to)
        .map(drop)
        .attempt(|| format!("Could not copy {} to {}", from.display(), to.display()))
}

fn write(path: &Path, text: &str) -> Result {
    fs::write(path, text).attempt(|| format!("Could not write {}", path.display()))
}
