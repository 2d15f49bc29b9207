//! What TypeScript is told of the package: the sources' declarations and core's types.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use counterfoil_core::wire::typescript;

use crate::failure::{Attempt, Result};
use crate::node::Node;
use crate::{tool, workspace};

use super::{entries, write};

/// Where a program without, and one with, processes and files is checked.
const PROJECTS: [&str; 2] = ["tsconfig.json", "tsconfig.node.json"];

/// Writes the shapes from core's types, checks the sources against them, and puts into the package
/// what a program can reach of both.
pub(super) fn declare(node: &Node, glue: &Path, package: &Path) -> Result {
    let declared = glue.join("declared");
    // A declaration that an older build left would be found in place of a source's.
    if declared.exists() {
        fs::remove_dir_all(&declared)
            .attempt(|| format!("Could not empty {}", declared.display()))?;
    }
    make(&declared)?;
    write(&declared.join("types.d.ts"), &typescript::declarations())?;
    for project in PROJECTS {
        tool::run(node.exec(super::SOURCE, "tsc").args(["--project", project]))?;
    }
    ship_module(package)?;
    let mut waiting: Vec<PathBuf> = entries::sources().into_iter().map(PathBuf::from).collect();
    let mut done = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if done.insert(name.clone()) {
            waiting.extend(ship(&name, &declared, package)?);
        }
    }
    Ok(())
}

/// Puts one file's declaration into the package, once for each kind of module, and hands back the
/// files that it names.
fn ship(name: &Path, declared: &Path, package: &Path) -> Result<Vec<PathBuf>> {
    let from = declared.join(name).with_extension("d.ts");
    let text =
        fs::read_to_string(&from).attempt(|| format!("Could not read {}", from.display()))?;
    let to = package.join(name);
    let folder = to.parent().unwrap_or(package);
    make(folder)?;
    write(&to.with_extension("d.ts"), &text)?;
    // TypeScript reads the module kind off a file's ending: `require` has files of its own.
    write(&to.with_extension("d.cts"), &text.replace(".js\"", ".cjs\""))?;
    let beside = name.parent().unwrap_or(Path::new(""));
    Ok(named(&text).map(|other| plain(&beside.join(other))).collect())
}

/// Says what the module's own file is; nothing is compiled of that.
fn ship_module(package: &Path) -> Result {
    let from = workspace::at("wasm/js/counterfoil.wasm.d.ts");
    let text =
        fs::read_to_string(&from).attempt(|| format!("Could not read {}", from.display()))?;
    write(&package.join("counterfoil.wasm.d.ts"), &text)?;
    let required = text.replace("export default", "export =");
    write(&package.join("counterfoil.wasm.d.cts"), &required)
}

/// The files of ours that a declaration names, without their ending.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('"').skip(1).step_by(2);
    quoted.filter(|path| path.starts_with('.')).filter_map(|path| path.strip_suffix(".js"))
}

/// The path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            Component::Normal(_) | Component::RootDir | Component::Prefix(_) => plain.push(part),
        }
    }
    plain
}

fn make(folder: &Path) -> Result {
    fs::create_dir_all(folder).attempt(|| format!("Could not make {}", folder.display()))
}
