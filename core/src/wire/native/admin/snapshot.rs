//! The facts on which a license is judged, for whoever asks why.

use serde::{Deserialize, Serialize};

use crate::prelude::*;
use crate::schema::described;
use crate::verdict::Snapshot;
use crate::wire::native::{Reference, calls};

calls! {
    /// `admin.license.snapshot`: shows the stored facts on which a license is judged.
    ///
    /// Handed to `judge` of the npm package with a question and a moment, they give the verdict that
    /// `license.validate` would answer then, as long as nothing else happens to the license. There is no
    /// key among them.
    GetSnapshot "admin.license.snapshot" LicensesRead -> JudgedFacts | license_not_found | invalid_identifier {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// Who will be asked about. Needed only where more than a hundred places are taken: the facts
        /// name the oldest of those, and this one.
        identifier "identifier": Option<String>,
    }
}

/// A snapshot, as `judge` takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JudgedFacts(pub Snapshot);

described!(JudgedFacts {
    "description": "What `judge` takes: the license, what its product and plan are called, and the activations that hold a place. Its members are the core's own and may gain others.",
    "type": "object",
    "required": ["license", "product", "plan", "activations", "named"],
});
