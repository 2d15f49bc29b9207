//! What a damaged disk leaves behind.

use counterfoil_core::decide::{Change, Decision};
use counterfoil_core::history::Actor;
use counterfoil_core::id::LicenseId;
use counterfoil_server::ledger::{LedgerError, LicenseRow, Rows, Stamp};
use serde_json::Value;
use std::sync::Arc;

use crate::TestServer;

impl TestServer {
    /// Makes the sealed key of a license, as a call answered it, one that cannot be opened.
    pub async fn damage_key(&self, license: &Value) {
        let id = license.get("id").and_then(Value::as_str);
        let id: LicenseId = id.and_then(|id| id.parse().ok()).expect("a license");
        let secret = Arc::clone(&self.server.app().secret);
        let damaging = self.server.app().ledger.transact(move |txn| {
            let row = txn.license(id)?.ok_or(LedgerError::Dangling("license"))?;
            let changes = vec![Change::License(row.license.clone())];
            let at = row.license.created_at;
            let stamp = Stamp { actor: Actor::System, at, entropy: [0; 16], secret: &secret };
            let row = LicenseRow { sealed_key: vec![7; 60], ..row };
            let decision = Decision { answer: (), changes, events: Vec::new() };
            Ok(txn.apply(&row, &decision, stamp)?)
        });
        damaging.await.expect("a store that is written");
    }
}
