//! Whether every end judged the public vectors alike. Each leaves the digest of its verdicts in a
//! folder; here they are compared.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::report::Outcome;
use crate::failure::{Attempt, Failure, Result};
use crate::workspace;

/// Tells the tests where to leave their digests.
const VARIABLE: &str = "COUNTERFOIL_PARITY";

const ENDS: [&str; 5] = ["native", "json-rpc", "node", "chromium", "workerd"];

fn folder() -> PathBuf {
    workspace::at("target/parity")
}

/// Has what an earlier run left forgotten.
pub(super) fn forget() -> Result {
    let folder = folder();
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(&folder).attempt(|| format!("Could not empty {}", folder.display()))
}

/// Has a command's tests leave theirs.
pub(super) fn kept(command: &mut Command) -> &mut Command {
    command.env(VARIABLE, folder())
}

/// Compares them, and prints the one that they share.
pub(super) fn check() -> Outcome {
    let mut shared: Option<String> = None;
    for end in ENDS {
        let Ok(digest) = fs::read_to_string(folder().join(end)) else {
            return Outcome::Skipped(format!("no verdicts came from: {end}"));
        };
        println!("{end:<12}{digest}");
        if *shared.get_or_insert_with(|| digest.clone()) != digest {
            return Outcome::Failed(Failure::new(format!(
                "{end} does not judge the public vectors as the others do."
            )));
        }
    }
    Outcome::Passed
}
