//! Debian's packages, on a machine where we may install them.

use crate::failure::Result;
use crate::tool;

/// Installs these, and says whether that went well. Without apt, or not as root, nothing is tried.
pub(crate) fn install(packages: &[&str]) -> bool {
    let Some(apt) = tool::find(&["apt-get"]) else {
        return false;
    };
    let user = tool::output(tool::new("id").arg("-u"));
    if !user.is_ok_and(|user| user.trim() == "0") {
        return false;
    }
    let install = || -> Result {
        tool::run(tool::new(&apt).arg("update"))?;
        let mut install = tool::new(&apt);
        install.env("DEBIAN_FRONTEND", "noninteractive");
        install.args(["install", "--yes", "--no-install-recommends"]).args(packages);
        tool::run(&mut install)
    };
    install().inspect_err(|failure| eprintln!("{failure}")).is_ok()
}
