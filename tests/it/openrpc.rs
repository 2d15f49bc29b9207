//! The OpenRPC document: served, complete, and true of what the port answers.

use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::{methods, openrpc};
use counterfoil_tests::{Binary, Socket, TestServer};
use serde_json::{Value, json};

async fn document(server: &TestServer) -> Value {
    server.public.send(server.public.request("GET", "/openrpc.json")).await.json()
}

fn names(document: &Value) -> Vec<&str> {
    let methods = document["methods"].as_array().unwrap();
    methods.iter().map(|method| method["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_method_is_documented_and_every_documented_one_is_answered() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    let mut expected = methods();
    expected.push(openrpc::DISCOVER);
    assert_eq!(names(&document), expected);
    for method in names(&document) {
        let reply = server.admin.ask(method, json!({})).await;
        assert_ne!(reply["error"]["code"], -32601, "{method}");
    }
    server.stop().await;
}

#[test]
fn every_method_has_an_example_and_every_example_a_method() {
    let examples = openrpc::examples();
    for method in methods() {
        assert!(examples.iter().any(|example| example.method == method), "{method}");
    }
    for example in examples {
        assert!(methods().contains(&example.method.as_str()), "{}", example.method);
    }
}

#[tokio::test]
async fn a_scope_that_the_document_states_is_the_one_that_is_asked_for() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    for method in document["methods"].as_array().unwrap() {
        let name = method["name"].as_str().unwrap();
        let example = &method["examples"][0]["params"];
        let given = example.as_array().into_iter().flatten();
        let params =
            given.map(|given| (given["name"].as_str().unwrap().to_owned(), given["value"].clone()));
        let params = Value::Object(params.collect());
        let reply = if method["x-subscription"].is_object() {
            Socket::connect(&server, None).await.ask(name, params).await
        } else {
            server.public.ask(name, params).await
        };
        // Not every `unauthorized` is about a token: a code that signs in may be no good either.
        let is_unauthorized = reply["error"]["message"] == Refusal::Unauthorized.message();
        assert_eq!(is_unauthorized, method["x-scope"].is_string(), "{name}: {reply}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_document_is_read_from_everywhere_and_only_when_it_changed() {
    let server = TestServer::start().await;
    let get = || server.public.request("GET", "/openrpc.json");
    let whole = server.public.send(get()).await;
    assert_eq!(whole.status, 200);
    assert_eq!(whole.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(whole.header("access-control-allow-origin"), Some("*"));
    assert_eq!(whole.header("cache-control"), Some("no-cache"));
    let tag = whole.header("etag").unwrap();
    let unchanged = server.public.send(get().header("if-none-match", tag)).await;
    assert_eq!((unchanged.status, unchanged.body.as_str()), (304, ""));
    for (method, status) in [("OPTIONS", 204), ("HEAD", 200), ("POST", 405)] {
        let reply = server.public.send(server.public.request(method, "/openrpc.json")).await;
        assert_eq!(reply.status, status, "{method}");
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{method}");
    }
    let document = whole.json();
    assert_eq!(document["servers"][0]["url"], format!("{}/rpc", server.public.url()));
    assert_eq!(document["externalDocs"]["url"], format!("{}/docs/", server.public.url()));
    server.stop().await;
}

#[tokio::test]
async fn the_document_is_discovered_without_a_token() {
    let server = TestServer::start().await;
    let document = document(&server).await;
    assert_eq!(server.public.call(openrpc::DISCOVER, json!({})).await, document);
    let refused = server.public.refused(openrpc::DISCOVER, json!({ "version": 2 })).await;
    assert_eq!(refused["data"]["field"], "version");
    server.stop().await;
}

#[tokio::test]
async fn the_binary_prints_the_document() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Binary::command(folder.path());
    let printed = command.args(["openrpc", "--url", "https://licenses.example.com/"]).output();
    let printed = printed.await.unwrap();
    let text = openrpc::document("https://licenses.example.com");
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), text + "\n");
    assert!(printed.status.success());
}
