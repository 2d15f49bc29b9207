//! What JavaScript's host does better than a module of ours, for it has the Unicode tables: `URL`
//! turns a domain name to ASCII, and strings turn to lower case.

use alloc::borrow::ToOwned;
use alloc::string::String;
use counterfoil_core::identifier::Unicode;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type URL;

    #[wasm_bindgen(constructor, catch)]
    fn new(url: &str) -> Result<URL, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn hostname(this: &URL) -> String;

    #[wasm_bindgen(js_name = String)]
    type Text;

    #[wasm_bindgen(method, js_name = toLowerCase)]
    fn to_lower_case(this: &Text) -> String;
}

/// The host's tables.
pub(crate) const UNICODE: Unicode = Unicode { to_ascii, to_lowercase };

/// A label that keeps `URL` from taking a name of digits for an IPv4 address, which the server's
/// tables do not do either.
const GUARD: &str = ".x";

fn to_ascii(name: &str) -> Option<String> {
    let url = URL::new(&["http://", name, GUARD].concat()).ok()?;
    url.hostname().strip_suffix(GUARD).map(str::to_owned)
}

fn to_lowercase(text: &str) -> String {
    JsValue::from_str(text).unchecked_into::<Text>().to_lower_case()
}
