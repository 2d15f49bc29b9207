//! `cargo xtask bench`: the figures that the documentation quotes.

use crate::failure::Result;
use crate::node::Node;
use crate::{cargo, npm, tool, workspace};

/// Those of the server: each is a part of the one benchmark.
const OF_SERVER: [&str; 4] = ["checks", "activations", "lists", "desk"];

/// Those of the npm package: each is a script of this name.
const OF_PACKAGE: [&str; 3] = ["leases", "replies", "start"];

/// Where they are.
const PACKAGE_BENCHES: &str = "tests/benches/npm";

/// Whether there is a benchmark of this name.
pub(crate) fn is_known(name: &str) -> bool {
    OF_SERVER.iter().chain(&OF_PACKAGE).any(|known| *known == name)
}

/// Runs the benchmarks, or those that are named, then prints what the built npm package weighs.
pub(crate) fn run(named: &[String]) -> Result {
    let (of_package, of_server): (Vec<&String>, Vec<&String>) =
        named.iter().partition(|name| OF_PACKAGE.contains(&name.as_str()));
    if named.is_empty() || !of_server.is_empty() {
        tool::run(
            cargo::new().args(["bench", "--package", "counterfoil-tests", "--"]).args(of_server),
        )?;
    }
    let node = Node::find()?;
    npm::build(&node)?;
    node.install(PACKAGE_BENCHES)?;
    for name in OF_PACKAGE {
        if named.is_empty() || of_package.iter().any(|wanted| *wanted == name) {
            let mut script = node.command();
            tool::run(
                script.current_dir(workspace::at(PACKAGE_BENCHES)).arg(format!("{name}.mjs")),
            )?;
        }
    }
    npm::print_sizes()
}
