//! PHP for the command line, and installing it where that is possible.

use std::path::Path;

use crate::failure::{Failure, Result};
use crate::{apt, tool};

const NAME: &str = "php";
/// What Debian calls it, with the extension that the clients send by.
const PACKAGES: [&str; 2] = ["php-cli", "php-curl"];
const MAJOR_MIN: u32 = 8;

/// Sees to a PHP on `PATH` that has curl; the failure is the bare reason, as `php not found`.
pub(crate) fn find() -> Result {
    usable().or_else(|reason| if apt::install(&PACKAGES) { usable() } else { Err(reason) })
}

fn usable() -> Result {
    let php = tool::find(&[NAME]).ok_or_else(|| Failure::new("php not found"))?;
    let major = ask(&php, "echo PHP_MAJOR_VERSION;")?;
    if !major.parse().is_ok_and(|major: u32| major >= MAJOR_MIN) {
        return Err(Failure::new(format!("php is {major}, older than {MAJOR_MIN}")));
    }
    if ask(&php, "echo extension_loaded('curl') ? 'yes' : 'no';")? != "yes" {
        return Err(Failure::new("php lacks curl (Debian: php-curl)"));
    }
    Ok(())
}

fn ask(php: &Path, code: &str) -> Result<String> {
    tool::output(tool::new(php).args(["-r", code]))
}
