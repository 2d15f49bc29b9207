//! Python, in an environment of our own that leaves the machine's as it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Attempt, Failure, Result};
use crate::{tool, workspace};

const MINOR_MIN: u32 = 10;

/// A Python 3 that can make virtual environments.
#[derive(Debug)]
pub(crate) struct Python(PathBuf);

impl Python {
    /// Looks on `PATH`; the failure is the bare reason, as `python3 not found`.
    pub(crate) fn find() -> Result<Self> {
        let found = tool::find(&["python3"]);
        let python = found.ok_or_else(|| Failure::new("python3 not found"))?;
        let ask = "import sys; print(sys.version_info.minor)";
        let minor = tool::output(tool::new(&python).args(["-c", ask]))?;
        let minor = minor.trim();
        if !minor.parse().is_ok_and(|minor: u32| minor >= MINOR_MIN) {
            return Err(Failure::new(format!("python3 is 3.{minor}, older than 3.{MINOR_MIN}")));
        }
        // Debian has the module but not what it copies into an environment.
        tool::output(tool::new(&python).args(["-c", "import ensurepip, venv"]))
            .map_err(|_| Failure::new("python3 lacks venv (Debian: python3-venv)"))?;
        Ok(Self(python))
    }

    /// An environment in `folder` with what a lock file lists; gives its own `python`.
    ///
    /// It is made anew only when the list or the Python changed since that last succeeded.
    pub(crate) fn environment(&self, folder: &str, requirements: &str) -> Result<PathBuf> {
        let folder = workspace::at(folder);
        let requirements = workspace::at(requirements);
        let wanted = fs::read_to_string(&requirements)
            .attempt(|| format!("Could not read {}", requirements.display()))?;
        let version =
            tool::output(tool::new(&self.0).args(["-c", "import sys; print(sys.version)"]))?;
        let wanted = version + &wanted;
        let python = folder.join("bin/python");
        let stamp = folder.join(".installed");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(python);
        }
        tool::run(tool::new(&self.0).args(["-m", "venv", "--clear"]).arg(&folder))?;
        tool::run(&mut install(&python, &requirements))?;
        fs::write(&stamp, wanted).attempt(|| format!("Could not write {}", stamp.display()))?;
        Ok(python)
    }
}

fn install(python: &Path, requirements: &Path) -> Command {
    let mut pip = tool::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.args(["--require-hashes", "--requirement"]).arg(requirements);
    pip
}
