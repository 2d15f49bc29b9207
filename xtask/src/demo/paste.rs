//! What the demo prints: lines that work as they are, in any shell, from any folder.

use std::fmt::Write;
use std::path::Path;

use super::seed::{SAMPLES, SHEETS, STUDIO, USER};
use crate::npm;

/// Where to go, what to type, and what to paste.
pub(super) fn page(url: &str, generated: &[String], with_node: bool) -> String {
    let key = generated.first().map_or("", String::as_str);
    // Written out, for a JSON library would put the members in its own order.
    let params = format!(r#"{{"key":"{key}","product":"{STUDIO}","identifier":"{USER}"}}"#);
    // Writing to a string cannot fail.
    let mut page = format!("The page            {url}/\n");
    if with_node {
        let _ = writeln!(page, "The checkout        {url}/checkout/?product={SHEETS}");
        let _ = writeln!(page, "  No money moves: pay by the card 4242 4242 4242 4242.");
        let _ = writeln!(page, "  What was paid is renewed and refunded at {url}/testpay/");
    }
    let _ = writeln!(page, "\nA working key       {key}");
    page.push_str("\nOthers to try\n");
    for sample in &SAMPLES {
        let _ = writeln!(page, "  {:<38}{}", sample.key, sample.shows);
    }
    let _ = write!(page, "\nFrom a shell\n\n{}\n", curl(url, &params));
    if with_node {
        let _ = write!(page, "\nFrom Node, with the npm package\n\n{}\n", node(url, &params));
    }
    page
}

fn curl(url: &str, params: &str) -> String {
    let call = r#""jsonrpc":"2.0","id":1,"method":"license.validate""#;
    format!(
        "curl -s {url}/rpc -H 'Content-Type: application/json' -d '{{{call},\"params\":{params}}}'"
    )
}

fn node(url: &str, params: &str) -> String {
    let package = file_url(&npm::package().join("index.js"));
    let program = format!(
        r#"import {{ buildRequest, parseResponse }} from "{package}";
const request = buildRequest("counterfoil", "validate", {params});
const reply = await fetch("{url}" + request.path, request);
console.log(parseResponse("counterfoil", "validate", {{ status: reply.status, body: await reply.text() }}));"#
    );
    format!("node --input-type=module -e '{}'", program.replace('\n', " "))
}

/// A path as an `import` takes it, with everything escaped that means something to a shell or URL.
fn file_url(path: &Path) -> String {
    let mut url = "file://".to_owned();
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_quotes_and_spaces_can_be_imported_and_pasted() {
        assert_eq!(file_url(Path::new("/a b/it's/é#.js")), "file:///a%20b/it%27s/%C3%A9%23.js");
    }
}
