//! What is logged about calls, and what never is.

use counterfoil_tests::{ADMIN_TOKEN, Binary};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use crate::proxies::calls;

/// Asks for everything, and by name for those who would write whole requests.
const FILTER: &str = "trace,jsonrpsee_server::transport=trace,jsonrpsee_core::server=trace";

#[tokio::test]
async fn an_answered_call_is_one_line_without_any_secret() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Binary::command(folder.path());
    let binary =
        Binary::start_command(command.args(["--log", FILTER, "--log-format", "json"])).await;
    let admin = binary.admin();
    admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let license = json!({ "product": "p", "customer": { "email": "somebody@example.com" } });
    let made = admin.call("admin.license.create", license).await;
    let key = made["key"].as_str().unwrap();
    admin.call("license.validate", json!({ "key": key })).await;
    ask_by_socket(binary.admin().url(), key).await;
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "license.activate",
        "params": { "key": "no-such-key", "identifier": "somebody.example" } });
    let request = admin.request("POST", "/rpc").header("content-type", "application/json");
    let request = request.header("x-request-id", "from-the-caller").body(body.to_string());
    admin.send(request).await;
    binary.terminate();
    let (code, log) = binary.wait().await;
    assert_eq!(code, Some(0));
    let calls = calls(&log);
    let said: Vec<(&str, &str)> = calls
        .iter()
        .map(|call| (call["method"].as_str().unwrap(), call["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        said,
        [
            ("admin.product.create", "ok"),
            ("admin.license.create", "ok"),
            ("license.validate", "ok"),
            ("license.validate", "ok"),
            ("license.activate", "license_not_found")
        ]
    );
    for call in &calls {
        assert_eq!((&call["level"], &call["ip"]), (&json!("DEBUG"), &json!("127.0.0.1")));
        assert!(call["micros"].is_u64() && call["request_id"].is_string(), "{call}");
        assert_eq!(call["span"]["request_id"], call["request_id"]);
    }
    assert_eq!(calls[4]["request_id"], "from-the-caller");
    for secret in [key, ADMIN_TOKEN, "no-such-key", "somebody@example.com"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

async fn ask_by_socket(url: &str, key: &str) {
    let mut socket = connect_async(format!("{}/rpc", url.replace("http", "ws"))).await.unwrap().0;
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "license.validate",
        "params": { "key": key } });
    socket.send(Message::text(call.to_string())).await.unwrap();
    assert!(socket.next().await.unwrap().unwrap().to_text().unwrap().contains("\"valid\":true"));
}

#[tokio::test]
async fn a_usual_log_has_no_line_for_each_call() {
    let folder = tempfile::tempdir().unwrap();
    let binary = Binary::start(folder.path()).await;
    for _ in 0..3 {
        binary.public().call("license.validate", json!({ "key": "k" })).await;
    }
    binary.terminate();
    let log = binary.wait().await.1;
    assert!(!log.contains("license.validate") && log.contains("going down"), "{log}");
}
