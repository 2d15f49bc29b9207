//! The house's rules, as far as a program can hold them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file of ours with one of these extensions, by its path from the root.
fn files(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    const NOT_OURS: [&str; 6] = ["target", "node_modules", "dist", "pkg", ".git", "vectors"];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && !NOT_OURS.contains(&name.as_str()) {
            files(&path, extensions, found);
        } else if extensions.iter().any(|extension| name.ends_with(extension)) {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(String, String)> {
    sources_in(&[".rs", ".ts", ".tsx", ".mjs", ".js"])
}

fn sources_in(extensions: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    files(&root(), extensions, &mut found);
    assert!(found.len() > 50, "the sources were found");
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(&path).unwrap())
    };
    found.into_iter().map(read).collect()
}

const RUNTIME: [&str; 12] = [
    "tokio",
    "jsonrpsee",
    "redb",
    "hyper",
    "axum",
    "wasm-bindgen",
    "js-sys",
    "getrandom",
    "tracing",
    "log",
    "chrono",
    "rand",
];

#[test]
fn the_core_depends_on_no_runtime_crate() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "-p", "counterfoil-core", "-e", "normal", "--prefix", "none"])
        .current_dir(root())
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.starts_with("counterfoil-core "), "cargo listed the tree");
    for line in tree.lines() {
        let name = line.split(' ').next().unwrap();
        assert!(!RUNTIME.contains(&name), "core reaches for {name}");
    }
}

#[test]
fn no_file_is_two_things() {
    for (name, text) in sources() {
        let lines = text.lines().count();
        // Suites of cases are one thing however many there are.
        let limit = if name.contains("tests/") || name.ends_with("tests.rs") { 600 } else { 420 };
        assert!(lines <= limit, "{name} has {lines} lines");
    }
}

#[test]
fn every_name_has_a_meaning() {
    const NONE: [&str; 8] =
        ["util", "utils", "helper", "helpers", "common", "misc", "types", "manager"];
    for (name, _) in sources() {
        for part in Path::new(&name).iter().map(|part| part.to_str().unwrap()) {
            let stem = part.split('.').next().unwrap();
            assert!(!NONE.contains(&stem), "{name}");
        }
    }
}

#[test]
fn imports_keep_their_direction() {
    // In a folder, what its files must not name.
    let rules: [(&str, &[&str]); 6] = [
        ("core/src/verdict.rs", &["crate::decide"]),
        ("core/src/license.rs", &["crate::decide", "crate::verdict"]),
        ("server/src/http", &["service::licensing", "service::issuing", "crate::ledger"]),
        ("server/src/ledger", &["crate::rpc", "crate::http", "crate::service"]),
        ("server/src/service", &["crate::rpc", "crate::http", "hyper", "jsonrpsee"]),
        ("server/src/rpc", &["crate::http::", "crate::ledger"]),
    ];
    for (name, text) in sources() {
        let is_domain = name.starts_with("core/src/") && !name.starts_with("core/src/wire");
        assert!(!is_domain || !text.contains("crate::wire"), "{name} names crate::wire");
        if name.starts_with("www/src") {
            for line in text.lines().filter(|line| line.contains(" from \"")) {
                let from = line.rsplit(" from \"").next().unwrap();
                let allowed = ["./", "../", "counterfoil\"", "preact"];
                assert!(allowed.iter().any(|start| from.starts_with(start)), "{name}: {line}");
            }
        }
        for (folder, forbidden) in rules {
            if name.starts_with(folder) {
                for path in forbidden {
                    assert!(!text.contains(path), "{name} names {path}");
                }
            }
        }
    }
}

#[test]
fn only_one_file_reads_the_clock_and_the_entropy_of_the_process() {
    for (name, text) in sources_in(&[".rs"]) {
        let reads = ["SystemTime::now(", "Instant::now(", "getrandom::fill("];
        let allowed =
            ["server/src/env.rs", "tests/benches/", "tests/it/tidy.rs", "xtask/", "fuzz/"];
        if !allowed.iter().any(|path| name.starts_with(path)) {
            for read in reads {
                assert!(!text.contains(read), "{name} calls {read}");
            }
        }
    }
}

#[test]
fn every_rust_file_says_what_it_knows() {
    for (name, text) in sources_in(&[".rs"]) {
        let is_test_module = name.ends_with("/tests.rs");
        assert!(is_test_module || text.starts_with("//! "), "{name} has no header");
    }
}
