//! The pages' headers. What is on them is tried in a real browser.

use counterfoil_server::Options;
use counterfoil_tests::TestServer;

#[tokio::test]
async fn a_page_allows_our_own_files_only() {
    let server = TestServer::start().await;
    let reply = server.public.send(server.public.request("GET", "/")).await;
    assert_eq!(reply.status, 200);
    let policy = reply.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"));
    assert!(!policy.contains("unsafe-inline") && policy.contains("frame-ancestors 'none'"));
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("content-type", "text/html; charset=utf-8"),
    ] {
        assert_eq!(reply.header(name), Some(value));
    }
    server.stop().await;
}

#[tokio::test]
async fn the_checkout_alone_may_be_shown_by_the_origins_that_are_named() {
    let checkout_origins = "https://shop.example.com, http://localhost:5173".parse().unwrap();
    let server = TestServer::start_telling(|options| Options { checkout_origins, ..options }).await;
    for (path, framed_by) in [
        ("/checkout/", "https://shop.example.com http://localhost:5173"),
        ("/checkout/index.html", "'none'"),
        ("/portal/", "'none'"),
        ("/admin/", "'none'"),
        ("/", "'none'"),
    ] {
        let reply = server.public.send(server.public.request("GET", path)).await;
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.ends_with(&format!("; frame-ancestors {framed_by}")), "{path}: {policy}");
    }
    server.stop().await;
}

#[tokio::test]
async fn no_path_leads_out_of_the_pages() {
    let server = TestServer::start().await;
    for path in [
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/pkg/../../Cargo.toml",
        "/pkg/%2e%2e/Cargo.toml",
        "//etc/passwd",
    ] {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = tokio::net::TcpStream::connect(server.server.address()).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        assert!(reply.starts_with("HTTP/1.1 404 "), "{path}: {reply}");
    }
    server.stop().await;
}
