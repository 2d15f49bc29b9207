//! Node and npm.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Attempt, Failure, Result};
use crate::{tool, workspace};

const MAJOR_MIN: u32 = 20;

/// Where Node and its package manager stand on this machine.
#[derive(Debug)]
pub(crate) struct Node {
    node: PathBuf,
    npm: PathBuf,
}

impl Node {
    /// Looks for both on `PATH`; the failure is the bare reason, as `node not found`.
    pub(crate) fn find() -> Result<Self> {
        let absent = |name: &str| Failure::new(format!("{name} not found"));
        let node = tool::find(&["node"]).ok_or_else(|| absent("node"))?;
        let npm = tool::find(&["npm"]).ok_or_else(|| absent("npm"))?;
        let version = tool::output(tool::new(&node).arg("--version"))?;
        let major = version.trim_start_matches('v').split('.').next();
        if major.and_then(|major| major.parse().ok()).is_some_and(|major: u32| major >= MAJOR_MIN) {
            return Ok(Self { node, npm });
        }
        let version = version.trim();
        Err(Failure::new(format!("node {version} is older than {MAJOR_MIN}")))
    }

    /// As [`find`](Self::find), for a command that cannot do without.
    pub(crate) fn require() -> Result<Self> {
        Self::find().map_err(|reason| {
            Failure::new(format!(
                "This needs Node {MAJOR_MIN} or newer with npm ({reason}): install it, \
                 then run this again."
            ))
        })
    }

    /// `node`, from the root of the repository.
    pub(crate) fn command(&self) -> Command {
        tool::new(&self.node)
    }

    /// `npm` in a folder.
    pub(crate) fn npm(&self, folder: &Path) -> Command {
        let mut npm = tool::new(&self.npm);
        npm.current_dir(folder);
        npm
    }

    /// A program that a folder's `devDependencies` brought.
    pub(crate) fn exec(&self, folder: &str, program: &str) -> Command {
        let mut npm = self.npm(&workspace::at(folder));
        npm.args(["exec", "--no", "--", program]);
        npm
    }

    /// Brings a folder's `node_modules` to what its lock file says.
    ///
    /// `npm ci` begins by deleting everything, so it is left out while neither the lock file nor
    /// the manifest changed since it last succeeded.
    pub(crate) fn install(&self, folder: &str) -> Result {
        let folder = workspace::at(folder);
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read_to_string(&path).attempt(|| format!("Could not read {}", path.display()))
        };
        let wanted = read("package.json")? + &read("package-lock.json")?;
        let stamp = folder.join("node_modules/.installed");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(());
        }
        tool::run(self.npm(&folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
        fs::write(&stamp, wanted).attempt(|| format!("Could not write {}", stamp.display()))
    }
}
