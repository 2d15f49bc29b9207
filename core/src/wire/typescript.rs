//! The TypeScript shapes of the npm package, from the very types that cross.

use ts_rs::{Config, TS};

use super::foreign::{ForeignActivation, ForeignAnswered, ForeignVerdict};
use super::lease::{LeaseCheck, LeaseRefused, LeaseTrusted};
use super::{Answered, AskedQuestion, Dialect, Failed, Outcome, Request};
use crate::identifier::ActivationType;
use crate::key::{Inspection, InspectionProblem, InspectionProblemCode};
use crate::license::Mode;
use crate::prelude::*;
use crate::verdict::{
    ActivationStatus, ActivationView, Remedy, RemedyCode, Verdict, VerdictStatus,
};

/// The text of `types.d.ts`.
pub fn declarations() -> String {
    let dialects = Dialect::NAMES.join("\" | \"");
    let mut text = format!(
        "/**\n * The wire formats that this package speaks.\n */\n\
         export type Dialect = \"{dialects}\";\n\n"
    );
    macro_rules! declare {
        ($($type:ty)*) => {$(
            let config = Config::default();
            if let Some(docs) = <$type>::docs() {
                text.push_str(&docs);
            }
            text.push_str("export ");
            text.push_str(&<$type>::decl(&config));
            text.push_str("\n\n");
        )*};
    }
    declare! {
        Mode ActivationType VerdictStatus RemedyCode Remedy ActivationStatus ActivationView Verdict
        InspectionProblemCode InspectionProblem Inspection
        ForeignActivation ForeignVerdict ForeignAnswered
        Request Answered Failed Outcome AskedQuestion
        LeaseTrusted LeaseRefused LeaseCheck
    }
    text
}
