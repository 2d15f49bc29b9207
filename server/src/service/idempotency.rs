//! Repeats made harmless: the first result of a call is kept, and a repeat gets it again.

use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::{Call, Scope};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ledger::{IdempotencyRow, Rows, Txn, is_remembered};
use crate::secret::Secret;

/// A call that may be a repeat.
pub(super) struct Attempt {
    /// What tells its key from everybody else's; `None` for a call without one.
    name: Option<String>,
    parameters: Vec<u8>,
    now: Timestamp,
}

impl Attempt {
    /// The attempt of `call` by `owner`, whose keys are not compared with anybody else's.
    pub(super) fn of<C: Call>(call: &C, owner: &str, now: Timestamp) -> Self {
        // The parameters as they were understood, so that spelling does not matter.
        let mut members = call.write();
        if C::SCOPE == Scope::Key {
            // The credential is not what is asked for: a license may have got a new key since.
            members.remove("key");
        }
        let key = members.get("idempotencyKey").and_then(Value::as_str);
        let name = key.map(|key| format!("{owner} {} {key}", C::METHOD));
        let parameters = match name {
            Some(_) => serde_json::to_vec(&members).unwrap_or_default(),
            None => Vec::new(),
        };
        Self { name, parameters, now }
    }
}

/// Runs `job` unless its first result is known.
///
/// # Errors
///
/// `idempotency_conflict` when the key was used with other parameters; those of the job, which
/// are not remembered.
pub(super) fn once<A: Serialize + DeserializeOwned>(
    txn: &mut Txn<'_>,
    secret: &Secret,
    (attempt, nonce): (Attempt, [u8; 24]),
    job: impl FnOnce(&mut Txn<'_>) -> Result<A, Refusal>,
) -> Result<A, Refusal> {
    let Some(name) = attempt.name else { return job(txn) };
    let digest = secret.parameters_digest(name.as_bytes());
    let parameters = secret.parameters_digest(&attempt.parameters);
    let first = txn.first_result(&digest)?.filter(|row| is_remembered(row.at, attempt.now));
    if let Some(first) = first {
        if first.parameters != parameters {
            return Err(Refusal::IdempotencyConflict);
        }
        let answer =
            secret.open(&first.sealed_answer, &digest).map_err(crate::ledger::LedgerError::from)?;
        return read_answer(&answer);
    }
    let answer = job(txn)?;
    let text = serde_json::to_vec(&answer).map_err(|error| broken(&error))?;
    let sealed_answer = secret.seal(&text, &digest, nonce);
    txn.put_first_result(&digest, &IdempotencyRow { parameters, sealed_answer, at: attempt.now })?;
    Ok(answer)
}

fn read_answer<A: DeserializeOwned>(text: &[u8]) -> Result<A, Refusal> {
    serde_json::from_slice(text).map_err(|error| broken(&error))
}

fn broken(error: &serde_json::Error) -> Refusal {
    tracing::error!("a kept answer cannot be written or read: {error}");
    Refusal::unavailable()
}
