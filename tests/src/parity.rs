//! The digest of all verdicts that one end gave. Every end tells its own: they are the same.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use counterfoil_server::secret::to_hex;
use sha2::{Digest, Sha256};

/// Names a folder in which each end leaves its digest, for who compares them: `cargo xtask test`.
const FOLDER: &str = "COUNTERFOIL_PARITY";

/// The SHA-256, as 64 hex digits, of verdicts in canonical form, in the order of their files, each
/// with a line feed behind it.
pub fn digest(verdicts: &[String]) -> String {
    let mut hasher = Sha256::new();
    for verdict in verdicts {
        hasher.update(verdict);
        hasher.update("\n");
    }
    to_hex(&hasher.finalize()).to_string()
}

/// Prints the digest of an end's verdicts, and leaves it where the environment says.
pub fn tell(end: &str, digest: &str) {
    // The harness holds back what is printed by macros.
    let told = writeln!(io::stderr(), "verdicts, {end}: SHA-256 {digest}");
    told.expect("a place to print");
    if let Some(folder) = env::var_os(FOLDER) {
        fs::create_dir_all(&folder).expect("a folder for digests");
        fs::write(Path::new(&folder).join(end), digest).expect("a file for the digest");
    }
}
