//! Settings: from where they come, and what is said about wrong ones.

use counterfoil_server::config::{Fallback, Place, SETTINGS};
use counterfoil_server::env::SystemEnv;
use counterfoil_server::{Options, start};
use counterfoil_tests::{Binary, options};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;

/// What `counterfoil` prints with these arguments and variables, in an environment that is empty
/// otherwise.
async fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Binary::command(folder);
    command.env_clear().current_dir(folder).args(arguments).envs(variables.iter().copied());
    command.output().await.unwrap()
}

/// What `config show` says about a setting.
async fn shown(folder: &Path, name: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Value {
    let arguments = [&["config", "show", "--format", "json"], arguments].concat();
    let output = run(folder, &arguments, variables).await;
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    let all: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    all.into_iter().find(|one| one["name"] == name).unwrap()
}

/// The sentence with which the binary refuses a file's text.
async fn refusal_of(toml: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("c.toml"), toml).unwrap();
    let output = run(folder.path(), &["--config", "c.toml"], &[]).await;
    assert!(!output.status.success(), "{toml}");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn a_flag_counts_before_the_environment_before_the_file_before_the_default() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("c.toml"), "# ours\nlisten = \"127.0.0.1:1\"\n").unwrap();
    let file: &[&str] = &["--config", "c.toml"];
    let variable: &[(&str, &str)] = &[("COUNTERFOIL_LISTEN", "127.0.0.1:2")];
    let flag: &[&str] = &["--config", "c.toml", "--listen", "127.0.0.1:3"];
    for (arguments, variables, value, origin) in [
        (flag, variable, "127.0.0.1:3", "flag --listen"),
        (file, variable, "127.0.0.1:2", "environment COUNTERFOIL_LISTEN"),
        (file, &[], "127.0.0.1:1", "file c.toml:2"),
        (&[], &[("COUNTERFOIL_CONFIG", "c.toml")], "127.0.0.1:1", "file c.toml:2"),
        (&[], &[("COUNTERFOIL_LISTEN", "")], "127.0.0.1:8787", "default"),
    ] {
        let shown = shown(folder.path(), "listen", arguments, variables).await;
        assert_eq!((&shown["value"], &shown["origin"]), (&json!(value), &json!(origin)));
    }
}

#[tokio::test]
async fn every_setting_can_come_from_the_file_but_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let toml = r#"
        listen = "127.0.0.1:0"
        store = "redb:here.redb"
        secret-file = "here.secret"
        public-url = "https://licenses.example.com/"
        trusted-proxies = ["10.0.0.0/8", "192.0.2.7"]
        smtp-url = "smtp://ann:hunter2hunter2@mail.example:587"
        mail-from = "Acme <licenses@example.com>"
        test-provider = true
        checkout-origins = ["https://shop.example.com", "http://localhost:5173"]
        allow-private-targets = true
        log = "warn"
        log-format = "json"
        [limits]
        loopback = true
        calls-per-minute = 1
        token-calls-per-minute = 6_000
        unknown-keys-per-minute = 3
        failed-tokens-per-minute = 0
    "#;
    fs::write(folder.path().join("c.toml"), toml).unwrap();
    let arguments = ["config", "show", "--format", "json", "--config", "c.toml"];
    let output = run(folder.path(), &arguments, &[]).await;
    assert!(!String::from_utf8_lossy(&output.stdout).contains("hunter2"));
    let all: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let value = |name: &str| &all.iter().find(|one| one["name"] == name).unwrap()["value"];
    for one in &all {
        let is_from_file = one["origin"].as_str().unwrap().starts_with("file c.toml:");
        assert_eq!(is_from_file, one["name"] != "admin-token", "{one}");
    }
    assert_eq!(value("public-url"), "https://licenses.example.com");
    assert_eq!(value("trusted-proxies"), &json!(["10.0.0.0/8", "192.0.2.7"]));
    assert_eq!(value("smtp-url"), "smtp://ann:…@mail.example:587");
    assert_eq!(value("limits.loopback"), true);
    assert_eq!(value("limits.token-calls-per-minute"), 6_000);
    assert_eq!(value("limits.unknown-keys-per-minute"), 3);
}

#[tokio::test]
async fn a_wrong_line_in_the_file_is_named_with_what_it_must_be() {
    for (toml, parts) in [
        ("\nlisen = \"x:1\"", &["c.toml:2", "`lisen`", "did you mean `listen`"][..]),
        ("public_url = \"http://x\"", &["c.toml:1", "did you mean `public-url`"]),
        ("[limits]\ncals-per-minute = 1", &["c.toml:2", "`limits.calls-per-minute`"]),
        ("calls-per-minute = 1", &["did you mean `limits.calls-per-minute`"]),
        ("elephants = 1", &["`elephants` is no setting", "config show"]),
        ("listen = 8787", &["`listen`", "a text in quotes"]),
        ("listen = \"nonsense\"", &["c.toml:1", "`listen`", "HOST:PORT"]),
        ("log-format = \"xml\"", &["`text` or `json`"]),
        ("test-provider = \"yes\"", &["`test-provider`", "true or false"]),
        ("trusted-proxies = \"10.0.0.0/8\"", &["`trusted-proxies`", "a list"]),
        ("trusted-proxies = [\"10.0.0.0/80\"]", &["`10.0.0.0/80`", "192.0.2.7"]),
        ("smtp-url = \"http://secret-host\"", &["`smtp-url`", "smtp://"]),
        ("mail-from = \"nobody\"", &["`mail-from`", "e-mail address"]),
        ("public-url = \"ftp://x\"", &["`public-url`", "https"]),
        ("[limits]\nloopback = true\ncalls-per-minute = -1", &["c.toml:3", "0"]),
        ("admin-token = \"x\"", &["COUNTERFOIL_ADMIN_TOKEN_FILE", "does not belong"]),
        ("a = 1\nlisten = ", &["c.toml:2", "no TOML"]),
        ("a = 1\nlisten = \"1:1\"\nlisten = \"1:1\"", &["c.toml:3"]),
    ] {
        let said = refusal_of(toml).await;
        for part in parts {
            assert!(said.contains(part), "{toml}: {said}");
        }
        assert!(!said.contains("secret-host"), "what may be a secret is not repeated");
    }
}

#[tokio::test]
async fn an_unknown_flag_and_a_missing_file_are_told_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, part) in [
        (&["--lisen", "x"][..], "--listen"),
        (&["--config", "not/there.toml"], "flag --config names not/there.toml"),
        (&["config", "sow"], "show"),
    ] {
        let output = run(folder.path(), arguments, &[]).await;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(part), "{said}");
    }
}

#[tokio::test]
async fn a_secret_can_come_from_a_file_but_not_from_two_places() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("token"), "0123456789abcdef\n").unwrap();
    fs::write(folder.path().join("store"), "redb:by-file.redb\n").unwrap();
    let file = [("COUNTERFOIL_ADMIN_TOKEN_FILE", "token"), ("COUNTERFOIL_STORE_FILE", "store")];
    let token = shown(folder.path(), "admin-token", &[], &file).await;
    assert_eq!(token["value"], "0123…");
    assert_eq!(token["origin"], "environment COUNTERFOIL_ADMIN_TOKEN_FILE");
    assert_eq!(shown(folder.path(), "store", &[], &file).await["value"], "redb:by-file.redb");
    let twice = [("COUNTERFOIL_ADMIN_TOKEN_FILE", "token"), ("COUNTERFOIL_ADMIN_TOKEN", "x")];
    let said = run(folder.path(), &["config", "show"], &twice).await.stderr;
    assert!(String::from_utf8_lossy(&said).contains("keep one of them"));
}

#[tokio::test]
async fn a_variable_that_means_nothing_is_a_warning_with_a_suggestion() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Binary::command(folder.path());
    command.env("COUNTERFOIL_LISEN", "x").env("COUNTERFOIL_PORT_80_TCP", "x");
    command.env("COUNTERFOIL_SMTP_URL", "smtp://ann:pass-word@mail.example");
    let binary = Binary::start_command(&mut command).await;
    binary.terminate();
    let (code, log) = binary.wait().await;
    assert_eq!(code, Some(0));
    assert!(log.contains("did you mean COUNTERFOIL_LISTEN?"), "{log}");
    assert!(log.contains("COUNTERFOIL_PORT_80_TCP is set and means nothing"), "{log}");
    assert!(log.contains("`smtp-url` is set and `mail-from` is not"), "{log}");
    assert!(!log.contains("pass-word"), "{log}");
}

#[tokio::test]
async fn what_is_shown_is_in_columns_for_people() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["config", "show", "--test-provider"], &[]).await;
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), SETTINGS.len());
    let line = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap();
    assert!(line("test-provider").contains("true") && line("test-provider").contains("flag"));
    assert!(line("secret-file").contains("counterfoil.redb.secret"), "{text}");
    assert!(line("admin-token").contains("(made on the first start)"), "{text}");
}

#[tokio::test]
async fn every_shell_gets_its_completions() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(folder.path(), &["completions", shell], &[]).await;
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && script.contains("public-url"), "{shell}");
    }
}

#[tokio::test]
async fn a_server_without_a_public_url_has_the_one_it_listens_at() {
    let folder = tempfile::tempdir().unwrap();
    let told = Some("https://licenses.example.com".to_owned());
    for public_url in [None, told] {
        let options = Options { public_url: public_url.clone(), ..options(folder.path(), None) };
        let server = start(options, Arc::new(SystemEnv)).await.unwrap();
        let listens_at = format!("http://{}", server.address());
        assert_eq!(server.public_url(), public_url.unwrap_or(listens_at));
        server.stop().await;
    }
}

#[test]
fn the_documentation_names_every_setting_with_its_default() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = fs::read_to_string(root.join("docs/configuration.md")).unwrap();
    for setting in SETTINGS {
        let name = setting.name.trim_start_matches("limits.");
        let written = match setting.place {
            Place::Anywhere => format!("`--{name}`"),
            Place::Environment => format!("`{}`", setting.variable().unwrap()),
            Place::File => format!("`{name}`"),
        };
        let line = text.lines().find(|line| line.starts_with(&format!("| {written} |")));
        let line = line.unwrap_or_else(|| panic!("{written} has no line"));
        let variable = setting.variable().unwrap_or_default();
        assert!(line.contains(&variable), "{variable}");
        if let Fallback::Is(default) = setting.default {
            assert!(line.contains(&format!("| `{default}` |")), "{written} is not {default}");
        }
    }
}
