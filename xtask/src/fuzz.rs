//! `cargo xtask fuzz`: coverage-guided fuzzing of the dialects' parsers.
//!
//! libFuzzer begins with the public vectors and what it kept the last time. What reaches code that
//! nothing else reaches is kept in `tests/corpus`, one line of base 64 for each input, and is sent
//! through the parsers again by every `cargo xtask test`.

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use counterfoil_core::wire::Dialect;
use serde_json::Value;

use crate::failure::{Attempt, Failure, Result};
use crate::{cargo, tool, workspace};

/// Inputs for each parser, where nothing is said.
pub(crate) const RUNS: u64 = 10_000_000;

/// Longest input that is kept, in bytes. The parsers have no loop that needs more.
const INPUT_BYTES_MAX: usize = 1_024;

/// What makes a build count its branches, as libFuzzer wants it.
const COVERAGE: [&str; 7] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// Fuzzes every parser, or those whose names begin with one that is given.
pub(crate) fn run(runs: u64, named: &[String]) -> Result {
    let fuzzer = cargo::fuzzer(&COVERAGE)?;
    for (dialect, _) in Dialect::MOUNTS {
        for direction in ["requests", "responses"] {
            let name = format!("{dialect} {direction}");
            if named.is_empty() || named.iter().any(|start| name.starts_with(start)) {
                println!("{name}: {runs} inputs");
                fuzz(&fuzzer, (dialect, direction), runs)?;
            }
        }
    }
    Ok(())
}

fn fuzz(fuzzer: &Path, (dialect, direction): (&str, &str), runs: u64) -> Result {
    let folder = tempfile::tempdir().attempt(|| "Could not make a folder".to_owned())?;
    let [found, kept] = ["found", "kept"].map(|name| folder.path().join(name));
    for folder in [&found, &kept] {
        fs::create_dir(folder).attempt(|| format!("Could not make {}", folder.display()))?;
    }
    let corpus = workspace::at("tests/corpus").join(format!("{dialect}.{direction}"));
    let mut inputs = seeds(dialect, direction)?;
    inputs.extend(read(&corpus)?);
    for (number, input) in inputs.iter().enumerate() {
        let path = found.join(number.to_string());
        fs::write(&path, input).attempt(|| format!("Could not write {}", path.display()))?;
    }
    let start = |arguments: &[String]| {
        let mut command = Command::new(fuzzer);
        command.current_dir(folder.path()).args(arguments);
        command.env("COUNTERFOIL_FUZZED", format!("{dialect} {direction}"));
        tool::run(&mut command)
    };
    let limit = format!("-max_len={INPUT_BYTES_MAX}");
    let path = |folder: &Path| folder.display().to_string();
    start(&[format!("-runs={runs}"), limit.clone(), "-print_final_stats=1".into(), path(&found)])?;
    start(&["-merge=1".into(), limit, path(&kept), path(&found)])?;
    write(&corpus, &kept)
}

/// The requests or the responses of a dialect's vectors, in the form that `tests/src/strange.rs` reads.
fn seeds(dialect: &str, direction: &str) -> Result<Vec<Vec<u8>>> {
    let folder = workspace::at("tests/vectors").join(dialect);
    let files = fs::read_dir(&folder).attempt(|| format!("Could not read {}", folder.display()))?;
    let mut seeds = Vec::new();
    for file in files {
        let path = file.attempt(|| "Could not read a vector's name".to_owned())?.path();
        let text =
            fs::read_to_string(&path).attempt(|| format!("Could not read {}", path.display()))?;
        let case: Value = serde_json::from_str(&text)
            .attempt(|| format!("{} is no JSON: mend it", path.display()))?;
        let steps = case.get("steps").and_then(Value::as_array).map(Vec::as_slice);
        seeds.extend(steps.unwrap_or_default().iter().filter_map(|step| seed(step, direction)));
    }
    Ok(seeds)
}

fn seed(step: &Value, direction: &str) -> Option<Vec<u8>> {
    let text = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let (message, first) = if direction == "requests" {
        let request = step.get("request")?;
        (request, format!("{} {}", text(request, "method"), text(request, "path")))
    } else {
        let response = step.get("response")?;
        (response, response.get("status")?.to_string())
    };
    let mut lines = vec![first];
    let headers = message.get("headers").and_then(Value::as_object);
    for (name, value) in headers.into_iter().flatten() {
        lines.push(format!("{name}: {}", value.as_str().unwrap_or_default()));
    }
    Some(format!("{}\n\n{}", lines.join("\n"), text(message, "body")).into_bytes())
}

fn read(corpus: &Path) -> Result<Vec<Vec<u8>>> {
    let Ok(text) = fs::read_to_string(corpus) else { return Ok(Vec::new()) };
    let wrong = || format!("{} is not base 64: delete it", corpus.display());
    text.lines().map(|line| STANDARD.decode(line).attempt(wrong)).collect()
}

fn write(corpus: &Path, kept: &Path) -> Result {
    let files = fs::read_dir(kept).attempt(|| format!("Could not read {}", kept.display()))?;
    let mut lines = Vec::new();
    for file in files {
        let path = file.attempt(|| "Could not read an input's name".to_owned())?.path();
        let input = fs::read(&path).attempt(|| format!("Could not read {}", path.display()))?;
        lines.push(STANDARD.encode(input));
    }
    if lines.is_empty() {
        return Err(Failure::new("Nothing was kept: has the fuzzer run at all?"));
    }
    // By length and then by text, so that two runs differ in what they found only.
    lines.sort_by(|one, other| (one.len(), one).cmp(&(other.len(), other)));
    let folder = workspace::at("tests/corpus");
    fs::create_dir_all(&folder).attempt(|| format!("Could not make {}", folder.display()))?;
    fs::write(corpus, lines.join("\n") + "\n")
        .attempt(|| format!("Could not write {}", corpus.display()))
}
