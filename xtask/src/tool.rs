//! Running other programs.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{Attempt, Failure, Result};
use crate::workspace;

/// A program that works from the root of the repository.
pub(crate) fn new(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(workspace::root());
    command
}

/// Shows what is about to run, as a shell would.
pub(crate) fn announce(command: &Command) {
    println!("$ {}", line(command));
}

/// Runs it with its output passed through.
pub(crate) fn run(command: &mut Command) -> Result {
    announce(command);
    let line = line(command);
    let status = command.status().attempt(|| format!("Could not run `{line}`"))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("`{line}` failed ({status}): see what it says above.")))
}

/// Runs it and hands back what it writes to stdout; its stderr is passed through.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output =
        command.stderr(Stdio::inherit()).output().attempt(|| format!("Could not run `{line}`"))?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{line}` failed ({}).", output.status)));
    }
    String::from_utf8(output.stdout).attempt(|| format!("`{line}` wrote no text"))
}

/// The first of these names that stands on `PATH`.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| {
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&path).map(|folder| folder.join(&file)).find(|file| file.is_file())
    })
}

/// The command as somebody would type it: the program by its bare name.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_stem().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
