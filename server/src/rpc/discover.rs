//! The OpenRPC document, as `rpc.discover` and `/openrpc.json` give it.

use counterfoil_core::wire::native::openrpc;
use jsonrpsee::core::RegisterMethodError;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::sync::Arc;

use super::registry::Registry;
use super::{context, error_object, params};
use crate::secret::to_hex;

/// The document of a running server.
#[derive(Clone, Debug)]
pub struct Document {
    text: Arc<str>,
    hash: Arc<str>,
}

impl Document {
    /// The document of a server that callers reach at `url`.
    pub fn new(url: &str) -> Self {
        let text = openrpc::document(url);
        let hash = to_hex(&Sha256::digest(&text));
        Self { hash: hash.as_str().into(), text: text.into() }
    }

    /// The JSON text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What changes when the text does.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

pub(super) fn register(
    registry: &mut Registry,
    document: &Document,
) -> Result<(), RegisterMethodError> {
    let document = RawValue::from_string(document.text.to_string()).ok();
    let meter = registry.gate.of(openrpc::DISCOVER);
    registry.module.register_method(openrpc::DISCOVER, move |given, _, extensions| {
        let answer = context(extensions).and_then(|context| {
            let began = meter.begin();
            let answer = meter.admit(context).and_then(|()| params::none(&given));
            meter.end(context, began, answer.as_ref().err());
            answer
        });
        answer.map(|()| document.clone()).map_err(|refusal| error_object(&refusal))
    })?;
    Ok(())
}
