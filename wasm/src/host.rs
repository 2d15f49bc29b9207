//! What JavaScript's host does better than a module of ours: its `URL` has the Unicode tables
//! that turn a domain name to ASCII.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type URL;

    #[wasm_bindgen(constructor, catch)]
    fn new(url: &str) -> Result<URL, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn hostname(this: &URL) -> String;
}

/// A label that keeps `URL` from taking a name of digits for an IPv4 address, which the server's
/// tables do not do either.
const GUARD: &str = ".x";

/// The ASCII form of a domain name.
pub(crate) fn to_ascii(name: &str) -> Option<String> {
    let url = URL::new(&format!("http://{name}{GUARD}")).ok()?;
    url.hostname().strip_suffix(GUARD).map(str::to_owned)
}
