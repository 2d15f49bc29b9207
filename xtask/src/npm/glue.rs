//! From the compiler's wasm to the module that is shipped, and the JavaScript that speaks to it.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use crate::failure::{Attempt, Result};
use crate::node::Node;
use crate::{tool, workspace};

/// The optimized module's file name, here and in the package.
pub(super) const MODULE: &str = "counterfoil.wasm";

/// What wasm-opt is told.
const OPTIONS: [&str; 10] = [
    "-Oz",
    // A function with many variables has long names for them, and less in common with others.
    "--one-caller-inline-max-function-size=0",
    // Engines do not read that section.
    "--strip-target-features",
    // What the compiler uses by default for this target, each by its name: `--all-features` would
    // let wasm-opt emit what Node 20 refuses to compile.
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Makes the glue and the optimized module, and hands back the folder that holds both.
pub(super) fn generate(node: &Node, compiled: &Path) -> Result<PathBuf> {
    let folder = workspace::at("target/npm");
    println!("$ wasm-bindgen {}", compiled.display());
    Bindgen::new()
        .input_path(compiled)
        .out_name("counterfoil")
        .typescript(false)
        // The default path is an `import.meta.url`, which bundlers follow and CommonJS lacks.
        .omit_default_module_path(true)
        // For starting anew after a trap.
        .reset_state_function(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .web(true)
        .and_then(|bindgen| bindgen.generate(&folder))
        .attempt(|| "wasm-bindgen failed".to_owned())?;
    optimize(node, &folder)?;
    Ok(folder)
}

/// Shrinks the module, unless it is the one that was shrunk last time: this is the slowest step.
fn optimize(node: &Node, folder: &Path) -> Result {
    let from = folder.join("counterfoil_bg.wasm");
    let to = folder.join(MODULE);
    let stamp = folder.join("optimized");
    let inputs = inputs(&from)?;
    if to.exists() && fs::read_to_string(&stamp).is_ok_and(|done| done == inputs) {
        return Ok(());
    }
    tool::run(node.exec(super::SOURCE, "wasm-opt").args(OPTIONS).arg(&from).arg("-o").arg(&to))?;
    fs::write(&stamp, inputs).attempt(|| format!("Could not write {}", stamp.display()))
}

/// All that decides what wasm-opt makes: the module, the options, the tool's version.
fn inputs(module: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in [module, &workspace::at("wasm/package-lock.json")] {
        let bytes = fs::read(path).attempt(|| format!("Could not read {}", path.display()))?;
        bytes.hash(&mut hasher);
    }
    OPTIONS.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}
