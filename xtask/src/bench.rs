//! `cargo xtask bench`: the figures that the documentation quotes.

use crate::failure::Result;
use crate::{cargo, npm, tool};

/// Runs the benchmarks, or those that are named, then prints what the built npm package weighs.
pub(crate) fn run(named: &[String]) -> Result {
    tool::run(cargo::new().args(["bench", "--package", "counterfoil-tests", "--"]).args(named))?;
    npm::print_sizes()
}
