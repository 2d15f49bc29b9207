//! The files that programs import, and how each comes by the wasm module.

use std::path::Path;

use crate::failure::Result;
use crate::node::Node;
use crate::tool;

/// How an entry comes by the wasm module. There has to be one instance in a program, whichever
/// entries it imports: only those of `index` have the module, and never two of them meet.
#[derive(Clone, Copy)]
enum Module {
    /// As text inside the entry.
    Inlined,
    /// From a file that the platform compiles, in the words that it wants: a file of `js/compiled`.
    Imported(&'static str),
    /// Not at all: what such an entry needs of `index` it imports as `counterfoil`, and so gets the
    /// one that the program has.
    Elsewhere,
}

/// A file of the package, its source in `js`, and its kind of module.
struct Entry {
    file: &'static str,
    source: &'static str,
    format: &'static str,
    module: Module,
}

const fn entry(
    file: &'static str,
    source: &'static str,
    format: &'static str,
    module: Module,
) -> Entry {
    Entry { file, source, format, module }
}

/// All of them. `package.json` says who gets which.
const ENTRIES: [Entry; 9] = [
    entry("index.js", "index", "esm", Module::Inlined),
    entry("index.cjs", "index", "cjs", Module::Inlined),
    entry("workerd.js", "index", "esm", Module::Imported("workerd")),
    entry("edge-light.js", "index", "esm", Module::Imported("edge_light")),
    entry("node.js", "node", "esm", Module::Elsewhere),
    entry("node.cjs", "node", "cjs", Module::Elsewhere),
    entry("react.js", "react", "esm", Module::Elsewhere),
    entry("react.cjs", "react", "cjs", Module::Elsewhere),
    entry("cli.js", COMMAND, "esm", Module::Elsewhere),
];

/// What people run and no program imports.
const COMMAND: &str = "cli";

/// The sources that programs import, each once.
pub(super) fn sources() -> Vec<&'static str> {
    let imported = ENTRIES.iter().map(|entry| entry.source).filter(|source| *source != COMMAND);
    let mut sources: Vec<_> = imported.collect();
    sources.dedup();
    sources
}

/// Writes every entry into the package.
pub(super) fn bundle(node: &Node, glue: &Path, package: &Path) -> Result {
    ENTRIES.iter().try_for_each(|entry| {
        let mut esbuild = node.exec(super::SOURCE, "esbuild");
        esbuild
            .arg(format!("js/{}.ts", entry.source))
            .args(["--bundle", "--minify", "--platform=neutral", "--target=es2022"])
            .args(["--log-level=warning", "--external:node:*", "--external:counterfoil"])
            .arg("--external:react")
            .arg(format!("--format={}", entry.format))
            .arg(format!("--alias:glue={}", glue.display()))
            .arg(format!("--outfile={}", package.join(entry.file).display()));
        match entry.module {
            Module::Inlined => {
                esbuild.args(["--loader:.txt=text", "--alias:compiled=./js/compiled/inlined.ts"])
            }
            Module::Imported(words) => esbuild
                .arg("--external:./counterfoil.wasm*")
                .arg(format!("--alias:compiled=./js/compiled/{words}.ts")),
            Module::Elsewhere => &mut esbuild,
        };
        tool::run(&mut esbuild)
    })
}
