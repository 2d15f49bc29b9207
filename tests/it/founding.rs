//! First starts, later starts, and starts that must not happen.

use counterfoil_server::env::SystemEnv;
use counterfoil_server::start;
use counterfoil_tests::{ADMIN_TOKEN, Binary, Client, options};
use serde_json::json;
use std::fs;
use std::sync::Arc;

#[tokio::test]
async fn a_store_whose_secret_is_gone_or_anothers_is_refused_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let open = || start(options(folder.path(), Some(ADMIN_TOKEN)), Arc::new(SystemEnv));
    open().await.unwrap().stop().await;
    let secret = folder.path().join("k.redb.secret");
    let right = fs::read(&secret).unwrap();
    fs::remove_file(&secret).unwrap();
    let error = open().await.unwrap_err().to_string();
    assert!(error.contains("missing") && error.contains("--secret-file"), "{error}");
    assert!(!secret.exists(), "no new secret is made for an old store");
    fs::write(&secret, "00".repeat(32)).unwrap();
    let error = open().await.unwrap_err().to_string();
    assert!(error.contains("another secret") && error.contains("backup"), "{error}");
    fs::write(&secret, right).unwrap();
    open().await.unwrap().stop().await;
}

#[tokio::test]
async fn the_token_of_a_later_start_replaces_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let get = json!({ "product": "x" });
    for (given, works, fails) in [
        (Some("first-token"), "first-token", "second-token"),
        (Some("second-token"), "second-token", "first-token"),
        (None, "second-token", "first-token"),
    ] {
        let server = start(options(folder.path(), given), Arc::new(SystemEnv)).await.unwrap();
        let url = format!("http://{}", server.address());
        let asked = |token| Client::new(&url, Some(token)).clone();
        assert_eq!(asked(works).refused("admin.product.get", get.clone()).await["code"], 404);
        assert_eq!(asked(fails).refused("admin.product.get", get.clone()).await["code"], 401);
        server.stop().await;
    }
}

#[tokio::test]
async fn a_token_that_was_made_is_left_in_a_file_for_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    // What an earlier store left behind is no hindrance.
    let place = folder.path().join("new/place");
    fs::create_dir_all(&place).unwrap();
    let path = place.join("k.redb.admin-token");
    fs::write(&path, "stale").unwrap();
    let mut command = Binary::command(&place);
    command.env_remove("COUNTERFOIL_ADMIN_TOKEN");
    let binary = Binary::start_command(&mut command).await;
    let token = fs::read_to_string(&path).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let client = binary.public().with_token(token.trim());
    client.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    binary.terminate();
    let (code, log) = binary.wait().await;
    assert_eq!(code, Some(0));
    assert!(!log.contains(token.trim()), "no log holds the token");
}

#[tokio::test]
async fn a_start_that_fails_for_its_address_loses_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = Binary::command(folder.path());
    command.env_remove("COUNTERFOIL_ADMIN_TOKEN").env("COUNTERFOIL_LISTEN", &address);
    assert!(!command.output().await.unwrap().status.success());
    let mut command = Binary::command(folder.path());
    let binary = Binary::start_command(command.env_remove("COUNTERFOIL_ADMIN_TOKEN")).await;
    let token = fs::read_to_string(folder.path().join("k.redb.admin-token")).unwrap();
    let client = binary.public().with_token(token.trim());
    client.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    binary.kill().await;
}

#[tokio::test]
async fn a_token_is_read_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "from-a-file\n").unwrap();
    let mut command = Binary::command(folder.path());
    command.env_remove("COUNTERFOIL_ADMIN_TOKEN").env("COUNTERFOIL_ADMIN_TOKEN_FILE", &path);
    let binary = Binary::start_command(&mut command).await;
    let client = binary.public().with_token("from-a-file");
    client.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    binary.kill().await;
}

#[tokio::test]
async fn wrong_settings_end_with_a_sentence_and_a_code() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value, part) in [
        ("COUNTERFOIL_LISTEN", "nonsense", "--listen"),
        ("COUNTERFOIL_STORE", "mysql://x", "redb:PATH"),
        ("COUNTERFOIL_STORE", "postgres://x", "PostgreSQL"),
        ("COUNTERFOIL_ADMIN_TOKEN", "two words", "printable ASCII"),
        ("COUNTERFOIL_LOG", "=====", "filter"),
    ] {
        let mut command = Binary::command(folder.path());
        let output = command.env(name, value).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(part), "{name}={value}: {said}");
    }
}

#[tokio::test]
async fn serve_is_what_the_binary_does_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("not/there/yet");
    let binary = Binary::start_command(Binary::command(&place).arg("serve")).await;
    assert_eq!(
        binary.public().call("license.validate", json!({ "key": "k" })).await["valid"],
        false
    );
    binary.kill().await;
}

#[tokio::test]
async fn an_admin_token_that_is_another_token_already_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let binary = Binary::start(folder.path()).await;
    let reader = json!({ "name": "r", "scopes": ["licenses:read"], "secret": "reads-only" });
    binary.admin().call("admin.token.create", reader).await;
    binary.terminate();
    binary.wait().await;
    let mut command = Binary::command(folder.path());
    let refused = command.env("COUNTERFOIL_ADMIN_TOKEN", "reads-only").output().await.unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("another token already"), "{said}");
}
