//! Values over the border, and errors thrown at it.

use alloc::string::String;
use counterfoil_core::refusal::WrongParameter;
use counterfoil_core::wire::{self, Readable, Unreadable, Unwritable, read, write};
use serde::Serialize;
use serde_json::{Map, Value};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, catch)]
    fn stringify(value: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = JSON)]
    fn parse(text: &str) -> JsValue;

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

/// Reads a JavaScript value, as the JSON wire would carry it; null for what it cannot carry.
fn json_from_js(value: &JsValue) -> Value {
    let text = stringify(value).ok().and_then(|text| text.as_string());
    text.and_then(|text| wire::parse(text.as_bytes()).ok()).unwrap_or_default()
}

/// Reads a JavaScript value as one of our types.
pub(crate) fn from_js<T: Readable>(value: &JsValue) -> Result<T, Unreadable> {
    read(&json_from_js(value))
}

/// Reads a JavaScript value as an object with members of any kind.
pub(crate) fn object_from_js(value: &JsValue) -> Result<Map<String, Value>, Unreadable> {
    let Value::Object(object) = json_from_js(value) else {
        return Err(Unreadable { missing: None });
    };
    Ok(object)
}

/// Makes a JavaScript value of what the JSON wire would carry. Fails for a number beyond what
/// JavaScript keeps exact.
pub(crate) fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    match write(value) {
        Ok(text) => Ok(parse(&text)),
        Err(Unwritable) => Err(JsError::new("A number is too large for JavaScript.").into()),
    }
}

/// A programmer's mistake, to be thrown; the sentence comes in pieces.
pub(crate) fn mistake(code: &str, sentence: &[&str]) -> JsValue {
    let error = JsError::new(&sentence.concat());
    error.set_code(code);
    error.into()
}

/// A programmer's mistake in one member, to be thrown.
pub(crate) fn wrong(wrong: &WrongParameter) -> JsValue {
    let error = JsError::new(&wrong.message());
    error.set_code(WrongParameter::WORD);
    error.set_field(&wrong.field);
    error.set_problem(&wrong.problem);
    error.into()
}
