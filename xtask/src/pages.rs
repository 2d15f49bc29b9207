//! `cargo xtask pages`: builds the pages in `www` into `www/dist`, where the server finds them.

use crate::failure::Result;
use crate::node::Node;
use crate::{tool, workspace};

/// Type-checks and bundles. The pages use the npm package, which must be built before.
pub(crate) fn build(node: &Node) -> Result {
    node.install("www")?;
    tool::run(node.npm(&workspace::at("www")).args(["run", "build"]))
}
