//! What ran, how it went, how long it took.

use std::env;
use std::fmt;
use std::time::{Duration, Instant};

use crate::failure::{Failure, Result};

/// How a step went.
#[derive(Debug)]
pub(super) enum Outcome {
    Passed,
    Failed(Failure),
    /// With the reason why.
    Skipped(String),
}

impl Outcome {
    pub(super) fn skipped(reason: &str) -> Self {
        Self::Skipped(reason.to_owned())
    }

    /// What the table shows. Why a step failed stands with its own output.
    fn cell(&self) -> String {
        match self {
            Self::Failed(_) => "failed".to_owned(),
            Self::Passed | Self::Skipped(_) => self.to_string(),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => formatter.write_str("passed"),
            Self::Failed(failure) => write!(formatter, "failed: {failure}"),
            Self::Skipped(reason) => write!(formatter, "skipped: {reason}"),
        }
    }
}

impl From<Result> for Outcome {
    fn from(result: Result) -> Self {
        match result {
            Ok(()) => Self::Passed,
            Err(failure) => Self::Failed(failure),
        }
    }
}

/// The steps so far.
#[derive(Debug)]
pub(super) struct Report {
    steps: Vec<(&'static str, Outcome, Duration)>,
    /// On a machine of ours nothing may be missing, and a skip proves nothing.
    skips_fail: bool,
}

impl Report {
    pub(super) fn new() -> Self {
        let skips_fail = env::var("CI").is_ok_and(|value| value == "true");
        Self { steps: Vec::new(), skips_fail }
    }

    /// Runs a step, and says whether it passed.
    pub(super) fn step<O>(&mut self, what: &'static str, run: impl FnOnce() -> O) -> bool
    where
        O: Into<Outcome>,
    {
        println!("\n=== {what}");
        #[expect(clippy::disallowed_methods, reason = "only to tell how long a step took")]
        let begin = Instant::now();
        let mut outcome = run().into();
        if let (true, Outcome::Skipped(reason)) = (self.skips_fail, &outcome) {
            outcome = Outcome::Failed(Failure::new(reason.as_str()));
        }
        // Here too: the table comes when nobody remembers what scrolled by.
        println!("=== {what} {outcome}");
        let passed = matches!(outcome, Outcome::Passed);
        self.steps.push((what, outcome, begin.elapsed()));
        passed
    }

    /// Prints the table and, as the last line, the count. Says whether nothing failed.
    pub(super) fn close(self) -> bool {
        let width = self.steps.iter().map(|step| step.1.cell().chars().count()).max();
        let width = width.unwrap_or_default();
        println!("\n{:<16}| {:<width$} | seconds", "what", "result");
        for (what, outcome, duration) in &self.steps {
            let result = outcome.cell();
            println!("{what:<16}| {result:<width$} | {:>7.1}", duration.as_secs_f64());
        }
        let count = |of: fn(&Outcome) -> bool| self.steps.iter().filter(|step| of(&step.1)).count();
        let failed = count(|outcome| matches!(outcome, Outcome::Failed(_)));
        let passed = count(|outcome| matches!(outcome, Outcome::Passed));
        let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        println!("{passed} passed, {failed} failed, {skipped} skipped");
        failed == 0
    }
}
