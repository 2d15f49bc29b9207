//! `cargo xtask test`: every proof there is, one after the other, and a table at the end.

mod clients;
mod mail;
mod parity;
mod report;

use std::path::PathBuf;
use std::process::Command;

use crate::failure::Result;
use crate::node::Node;
use crate::{cargo, chromium, npm, pages, tool, workspace};
use cargo::SERVER;
use report::{Outcome, Report};

/// The steps for which Node is needed.
const JAVASCRIPT: [&str; 6] =
    ["npm package", "npm size", "npm tests", "consumers", "pages", "browser tests"];

/// Tells the browser's tests which server has a clock to step.
const STEPPED_SERVER: &str = "COUNTERFOIL_STEPPED_BIN";

/// Runs all of them: one that fails stops only those that need what it makes. Says whether none
/// failed, and leaves the count as the last line.
pub(crate) fn run() -> bool {
    let mut report = Report::new();
    report.step("formatting", || tool::run(cargo::new().args(["fmt", "--all", "--check"])));
    report.step("clippy", || tool::run(&mut clippy()));
    report.step("documentation", || tool::run(&mut documentation()));
    report.step("Rust tests", rust_tests);
    match Node::find() {
        Ok(node) => javascript(&mut report, &node),
        Err(reason) => {
            for what in JAVASCRIPT {
                report.step(what, || Outcome::Skipped(reason.to_string()));
            }
        }
    }
    report.step("parity", parity::check);
    mail::run(&mut report);
    clients::run(&mut report);
    report.close()
}

fn clippy() -> Command {
    let mut cargo = cargo::new();
    cargo.args(["clippy", "--workspace", "--all-targets", "--features", mail::FEATURE]);
    cargo.args(["--", "--deny", "warnings"]);
    cargo
}

fn rust_tests() -> Result {
    parity::forget()?;
    tool::run(parity::kept(cargo::new().args(["test", "--workspace"])))
}

fn documentation() -> Command {
    let mut cargo = cargo::new();
    cargo.args(["doc", "--workspace", "--no-deps", "--document-private-items"]);
    cargo.env("RUSTDOCFLAGS", "--deny warnings");
    cargo
}

fn javascript(report: &mut Report, node: &Node) {
    let package = report.step("npm package", || npm::build(node));
    let package = package.then_some(()).ok_or("the npm package was not built");
    report.step("npm size", || match package {
        Ok(()) => npm::check_size().into(),
        Err(reason) => Outcome::skipped(reason),
    });
    report.step("npm tests", || match package {
        Ok(()) => npm_tests(node).into(),
        Err(reason) => Outcome::skipped(reason),
    });
    report.step("consumers", || {
        if let Err(reason) = package {
            return Outcome::skipped(reason);
        }
        match chromium::find(node) {
            Ok(browser) => consumer_tests(node, browser).into(),
            Err(reason) => Outcome::Skipped(reason.to_string()),
        }
    });
    let pages = report.step("pages", || match package {
        Ok(()) => pages::build(node).into(),
        Err(reason) => Outcome::skipped(reason),
    });
    report.step("browser tests", || {
        if !pages {
            return Outcome::skipped("the pages were not built");
        }
        match chromium::find(node) {
            Ok(browser) => browser_tests(node, browser).into(),
            Err(reason) => Outcome::Skipped(reason.to_string()),
        }
    });
}

/// Against the package as it would be published, and a server as a developer builds it.
fn npm_tests(node: &Node) -> Result {
    node.install("tests/npm")?;
    let server = cargo::server("dev")?;
    tool::run(parity::kept(&mut tests(node, "tests/npm")).env(SERVER, server))
}

fn browser_tests(node: &Node, browser: PathBuf) -> Result {
    node.install("tests/browser")?;
    let mut tests = tests(node, "tests/browser");
    tests.env(SERVER, cargo::server("dev")?).env(STEPPED_SERVER, cargo::stepped_server()?);
    tool::run(parity::kept(&mut tests).env(chromium::VARIABLE, browser))
}

/// Against the package as it would be published, in what it is run and bundled by.
fn consumer_tests(node: &Node, browser: PathBuf) -> Result {
    // It brings what drives the browser.
    node.install("tests/browser")?;
    node.install("tests/consumers")?;
    let mut tests = tests(node, "tests/consumers");
    tool::run(parity::kept(&mut tests).env(chromium::VARIABLE, browser))
}

/// Node's own test runner finds the `*.test.mjs` of the folder it starts in.
fn tests(node: &Node, folder: &str) -> Command {
    let mut command = node.command();
    command.current_dir(workspace::at(folder)).args(["--test", "--test-reporter=spec"]);
    command
}
