//! Mail, against a mail server written in Python.

use crate::failure::Result;
use crate::python::Python;
use crate::{cargo, tool};

use super::report::{Outcome, Report};

/// What the tests of mail are built with: without a Python there is no mail server.
pub(super) const FEATURE: &str = "counterfoil-tests/mail";

/// Tells the tests which Python has the mail server.
const PYTHON: &str = "COUNTERFOIL_MAIL_PYTHON";

const ENVIRONMENT: &str = "target/mail-venv";
const REQUIREMENTS: &str = "tests/mail/requirements.txt";

pub(super) fn run(report: &mut Report) {
    report.step("mail", || match Python::find() {
        Ok(python) => tests(&python).into(),
        Err(reason) => Outcome::Skipped(reason.to_string()),
    });
}

fn tests(python: &Python) -> Result {
    let python = python.environment(ENVIRONMENT, REQUIREMENTS)?;
    let mut cargo = cargo::new();
    cargo.args(["test", "--package", "counterfoil-tests", "--features", "mail", "--test", "mail"]);
    tool::run(cargo.env(PYTHON, python))
}
