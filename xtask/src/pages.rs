//! `cargo xtask pages`: builds the pages in `www` into `www/dist`, where the server finds them.

use std::path::Path;

use crate::failure::{Attempt, Result};
use crate::node::Node;
use crate::{cargo, chromium, tool, workspace};

/// Type-checks and bundles. The pages use the npm package, which must be built before.
pub(crate) fn build(node: &Node) -> Result {
    node.install("www")?;
    tool::run(node.npm(&workspace::at("www")).args(["run", "build"]))
}

/// Takes pictures of every page in light, dark and at a phone's width, for people to look at: of a
/// server that it starts, with a shop as the browser tests have it.
pub(crate) fn take_pictures(node: &Node, folder: &Path) -> Result {
    // The program runs elsewhere.
    let folder = std::path::absolute(folder);
    let folder = folder.attempt(|| "Could not find the folder for the pictures".to_owned())?;
    let browser = chromium::find(node)?;
    node.install("tests/browser")?;
    let mut command = node.command();
    command.current_dir(workspace::at("tests/browser")).arg("screenshots.mjs").arg(folder);
    command.env(cargo::SERVER, cargo::server("dev")?).env(chromium::VARIABLE, browser);
    tool::run(&mut command)
}
