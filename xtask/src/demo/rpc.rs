//! Just enough JSON-RPC over HTTP to fill a server on this machine.

use serde_json::{Value, json};

use crate::failure::{Attempt, Failure, Result};

/// A server and the token to call it with.
pub(super) struct Rpc {
    agent: ureq::Agent,
    url: String,
    authorization: String,
}

impl Rpc {
    pub(super) fn new(url: &str, token: &str) -> Self {
        // An error's body says more than its status.
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        Self {
            agent: ureq::Agent::new_with_config(config),
            url: format!("{url}/rpc"),
            authorization: format!("Bearer {token}"),
        }
    }

    /// Calls a method that has to succeed.
    pub(super) fn call(&self, method: &str, params: &Value) -> Result<Value> {
        self.ask(method, params)?.map_err(|error| refused(method, &error))
    }

    /// Calls a method that makes something; `None` when it is there already.
    pub(super) fn make(&self, method: &str, params: &Value) -> Result<Option<Value>> {
        match self.ask(method, params)? {
            Ok(result) => Ok(Some(result)),
            Err(error) if error.pointer("/data/code") == Some(&json!("conflict")) => Ok(None),
            Err(error) => Err(refused(method, &error)),
        }
    }

    /// The result or the error object.
    fn ask(&self, method: &str, params: &Value) -> Result<std::result::Result<Value, Value>> {
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let reply = self.agent.post(&self.url).header("Authorization", &self.authorization);
        let mut reply: Value = reply
            .send_json(&request)
            .and_then(|mut response| response.body_mut().read_json())
            .attempt(|| format!("The server did not answer {method}"))?;
        Ok(match reply.get_mut("result") {
            Some(result) => Ok(result.take()),
            None => Err(reply.get("error").cloned().unwrap_or(reply)),
        })
    }
}

fn refused(method: &str, error: &Value) -> Failure {
    Failure::new(format!("The server refused {method}: {error}"))
}
