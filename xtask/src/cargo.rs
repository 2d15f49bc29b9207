//! Cargo, and what it builds.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::tool;

/// Tells programs in JavaScript which server to start.
pub(crate) const SERVER: &str = "COUNTERFOIL_BIN";

const WASM: &str = "wasm32-unknown-unknown";

/// The very cargo that runs this program.
pub(crate) fn new() -> Command {
    tool::new(env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from))
}

/// The server's binary.
pub(crate) fn server(profile: &str) -> Result<PathBuf> {
    let mut cargo = new();
    cargo.args(["build", "--package", "counterfoil-server", "--profile", profile]);
    built(&mut cargo)
}

/// The server whose clock is stepped by its tests.
pub(crate) fn stepped_server() -> Result<PathBuf> {
    built(new().args(["build", "--package", "counterfoil-tests", "--bin", "counterfoil-stepped"]))
}

/// The fuzzer, its own code and what it fuzzes built with these flags.
pub(crate) fn fuzzer(flags: &[&str]) -> Result<PathBuf> {
    let host = tool::output(tool::new("rustc").args(["--print", "host-tuple"]))?;
    let mut cargo = new();
    // With a target named, the flags are not for what runs while building.
    cargo.args(["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target"]);
    cargo.arg(host.trim()).args(["--target-dir", "target/fuzz"]);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    built(&mut cargo)
}

/// The wasm module as the compiler makes it, before wasm-bindgen sees it.
pub(crate) fn wasm_module() -> Result<PathBuf> {
    ensure_wasm_target()?;
    let mut cargo = new();
    cargo.args(["build", "--package", "counterfoil-wasm", "--profile", "wasm", "--target", WASM]);
    // SHA-2 with its rounds as loops: written out they are an eighth of the module, and what a
    // signature takes is elsewhere.
    let mut flags = vec![r#"--cfg=sha2_backend_soft="compact""#.to_owned()];
    // Panics name source files, and what is published is not to tell where this machine has them.
    if let Some(home) = cargo_home() {
        flags.push(format!("--remap-path-prefix={}=cargo", home.to_string_lossy()));
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    built(&mut cargo)
}

/// Where cargo keeps the sources of what we depend on.
fn cargo_home() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    home.or_else(|| env::home_dir().map(|home| home.join(".cargo")))
}

fn ensure_wasm_target() -> Result {
    let mut rustc = tool::new("rustc");
    let folder = tool::output(rustc.args(["--print", "target-libdir", "--target", WASM]))?;
    if PathBuf::from(folder.trim()).is_dir() {
        return Ok(());
    }
    let Some(rustup) = tool::find(&["rustup"]) else {
        return Err(Failure::new(format!(
            "Rust's {WASM} target is not installed and there is no rustup to add it: install it \
             with the package manager that installed Rust (Debian: libstd-rust-dev-wasm32)."
        )));
    };
    tool::run(tool::new(rustup).args(["target", "add", WASM]))
}

/// Builds one artifact and hears from cargo where it lies: the target folder has many settings.
fn built(cargo: &mut Command) -> Result<PathBuf> {
    tool::announce(cargo);
    // Only the messages are captured: progress and diagnostics still show, on stderr.
    let messages = tool::output(cargo.args(["--message-format", "json-render-diagnostics"]))?;
    let artifact = messages.lines().filter_map(artifact).next_back();
    artifact.ok_or_else(|| Failure::new("cargo build made no file: has the package been renamed?"))
}

/// The binary or the wasm module that one of cargo's messages tells of.
fn artifact(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    if let Some(binary) = message.get("executable").and_then(Value::as_str) {
        return Some(PathBuf::from(binary));
    }
    let files = message.get("filenames")?.as_array()?.iter().filter_map(Value::as_str);
    files.map(PathBuf::from).find(|file| file.extension().is_some_and(|ending| ending == "wasm"))
}
