//! Clients that are not ours, of JSON-RPC and of the old services: each a step of its own, for what
//! one needs another may do without.

use std::path::PathBuf;

use crate::failure::{Failure, Result};
use crate::node::Node;
use crate::python::Python;
use crate::{cargo, php, tool};

use super::report::{Outcome, Report};
use super::{SERVER, tests, workspace};

const FOLDER: &str = "tests/clients";
const ENVIRONMENT: &str = "target/clients-venv";
const REQUIREMENTS: &str = "tests/clients/requirements.txt";

pub(super) fn run(report: &mut Report) {
    report.step("clients: Node", || with(Node::find(), |node| node_clients(&node)));
    report.step("clients: Python", || with(Python::find(), |python| python_client(&python)));
    report.step("clients: curl", || {
        with(curl().and_then(|_| Node::find()), |node| curl_calls(&node))
    });
    report.step("clients: PHP", || {
        with(Node::find().and_then(|node| php::find().map(|()| node)), |node| php_clients(&node))
    });
}

/// Runs a test with what it needs, or skips it with the reason why that is missing.
fn with<T>(needed: Result<T>, run: impl FnOnce(T) -> Result) -> Outcome {
    match needed {
        Ok(found) => run(found).into(),
        Err(reason) => Outcome::Skipped(reason.to_string()),
    }
}

fn curl() -> Result<PathBuf> {
    tool::find(&["curl"]).ok_or_else(|| Failure::new("curl not found"))
}

fn node_clients(node: &Node) -> Result {
    node.install(FOLDER)?;
    let server = cargo::server("dev")?;
    tool::run(tests(node, "tests/clients/node").env(SERVER, server))
}

/// Node runs it too, but none of its packages are needed.
fn curl_calls(node: &Node) -> Result {
    let server = cargo::server("dev")?;
    tool::run(tests(node, "tests/clients/curl").env(SERVER, server))
}

/// Node drives them and asserts, with none of its packages.
fn php_clients(node: &Node) -> Result {
    let server = cargo::server("dev")?;
    tool::run(tests(node, "tests/clients/php").env(SERVER, server))
}

fn python_client(python: &Python) -> Result {
    let python = python.environment(ENVIRONMENT, REQUIREMENTS)?;
    let server = cargo::server("dev")?;
    let mut unittest = tool::new(&python);
    unittest.current_dir(workspace::at("tests/clients/python")).env(SERVER, server);
    // Without files of bytecode between the sources.
    unittest.args(["-B", "-m", "unittest", "discover", "--verbose", "--pattern", "*_test.py"]);
    tool::run(&mut unittest)
}
