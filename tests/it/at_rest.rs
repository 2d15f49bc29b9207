//! What lies on the disk gives nothing away.

use counterfoil_tests::{ADMIN_TOKEN, TestServer};
use serde_json::json;

#[tokio::test]
async fn no_key_and_no_token_is_in_the_data_file() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let making = json!({ "product": "p", "quantity": 50, "idempotencyKey": "keeps the answer" });
    let made = server.admin.call("admin.license.create", making).await;
    let mut secrets = vec![ADMIN_TOKEN.to_owned(), "CH-7K2P-9XQ4-LM83".to_owned()];
    server.admin.call("admin.license.create", json!({ "product": "p", "key": secrets[1] })).await;
    for item in made["items"].as_array().unwrap() {
        let key = item["key"].as_str().unwrap();
        let call = json!({ "key": key, "identifier": "marker.example", "idempotencyKey": null });
        server.public.ask("license.activate", call).await;
        server.public.call("license.use", json!({ "key": key, "idempotencyKey": "once" })).await;
        secrets.push(key.to_owned());
    }
    let path = server.folder().join("k.redb");
    let folder = server.stop().await;
    let bytes = std::fs::read(path).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(
        holds("P") && holds(made["items"][0]["alias"].as_str().unwrap()),
        "the file is the one written to"
    );
    for secret in secrets {
        assert!(!holds(&secret), "{secret} lies in the file");
        assert!(!holds(&secret.to_uppercase()) && !holds(&secret.to_lowercase()));
    }
    drop(folder);
}
