//! Where things lie in this repository.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The folder with the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        // `cargo run` says where this package lies now. Where it lay when it was compiled is
        // another place after a move, or when two clones share a target folder.
        let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let mut root = package.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        root.pop();
        root
    });
    &ROOT
}

/// A folder or file of the repository, as `at("wasm/pkg")`.
pub(crate) fn at(path: &str) -> PathBuf {
    root().join(path)
}
