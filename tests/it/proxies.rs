//! Whose word about their clients is believed, as the log tells.

use counterfoil_tests::Binary;
use serde_json::{Value, json};

/// What the log says of each call.
pub(crate) fn calls(log: &str) -> Vec<Value> {
    let lines = log.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.filter(|line: &Value| line["message"] == "call").collect()
}

#[tokio::test]
async fn a_client_is_who_a_trusted_proxy_says_and_otherwise_the_peer() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        (&[][..], "127.0.0.1", "127.0.0.1"),
        (&[("x-forwarded-for", "6.6.6.6, 192.0.2.1, 10.0.0.1")], "192.0.2.1", "127.0.0.1"),
        (&[("forwarded", "for=\"[2001:db8::1]:80\"")], "2001:db8::1", "127.0.0.1"),
        (&[("x-forwarded-for", "nonsense")], "127.0.0.1", "127.0.0.1"),
    ];
    for is_trusted in [true, false] {
        let mut command = Binary::command(folder.path());
        command.args(["--log", "warn,counterfoil_server=debug", "--log-format", "json"]);
        if is_trusted {
            command.args(["--trusted-proxies", "127.0.0.0/8,10.0.0.1"]);
        }
        let binary = Binary::start_command(&mut command).await;
        let client = binary.public();
        for (headers, _, _) in cases {
            let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "license.validate",
                "params": { "key": "k" } });
            let request = client.request("POST", "/rpc").header("content-type", "application/json");
            let request = headers
                .iter()
                .fold(request, |request, (name, value)| request.header(*name, *value));
            assert_eq!(client.send(request.body(body.to_string())).await.status, 200);
        }
        binary.terminate();
        let log = binary.wait().await.1;
        let seen: Vec<Value> = calls(&log).iter().map(|call| call["ip"].clone()).collect();
        let expected: Vec<&str> = cases
            .iter()
            .map(|(_, trusted, untrusted)| if is_trusted { *trusted } else { *untrusted })
            .collect();
        assert_eq!(seen, expected);
    }
}
