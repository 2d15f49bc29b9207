//! Values over the border, and errors thrown at it.

use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::{Unreadable, read};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, catch)]
    fn stringify(value: &JsValue) -> Result<JsValue, JsValue>;

    /// JavaScript's own `Error`, with the members that ours carry.
    #[wasm_bindgen(js_name = Error)]
    type JsError;

    #[wasm_bindgen(constructor, js_class = "Error")]
    fn new(message: &str) -> JsError;

    #[wasm_bindgen(method, setter)]
    fn set_code(this: &JsError, code: &str);

    #[wasm_bindgen(method, setter)]
    fn set_field(this: &JsError, field: &str);

    #[wasm_bindgen(method, setter)]
    fn set_problem(this: &JsError, problem: &str);
}

/// Reads a JavaScript value, as the JSON wire would carry it.
pub(crate) fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, Unreadable> {
    let text = stringify(value).ok().and_then(|text| text.as_string());
    let value = text.and_then(|text| serde_json::from_slice(text.as_bytes()).ok());
    read(value.unwrap_or_default())
}

/// Writes a JavaScript value, deep-equal to what `JSON.parse` makes of the wire's text.
pub(crate) fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    let serializer =
        Serializer::new().serialize_missing_as_null(true).serialize_maps_as_objects(true);
    Ok(value.serialize(&serializer)?)
}

/// A programmer's mistake, to be thrown.
pub(crate) fn mistake(code: &str, message: &str) -> JsValue {
    let error = JsError::new(message);
    error.set_code(code);
    error.into()
}

/// A refusal, to be thrown.
pub(crate) fn refused(refusal: &Refusal) -> JsValue {
    let error = JsError::new(&refusal.message());
    error.set_code(refusal.word());
    if let Refusal::InvalidParams { field, problem } = refusal {
        error.set_field(field);
        error.set_problem(problem);
    }
    error.into()
}
