//! `cargo xtask bench`: the figures that the documentation quotes.

use crate::failure::Result;
use crate::{cargo, npm, tool};

/// Runs the benchmarks, then prints what the built npm package weighs.
pub(crate) fn run() -> Result {
    tool::run(cargo::new().args(["bench", "--package", "counterfoil-tests"]))?;
    npm::print_sizes()
}
