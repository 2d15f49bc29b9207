//! The operator's commands, by the real binary: with the server and without it.

use counterfoil_tests::Binary;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Output;

async fn run(folder: &Path, args: &[&str]) -> Output {
    Binary::command(folder).args(args).output().await.unwrap()
}

async fn answer(folder: &Path, args: &[&str]) -> Value {
    let output = run(folder, args).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn refusal(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args).await;
    assert!(!output.status.success(), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn a_vendor_is_made_before_the_first_start_and_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let before = answer(folder.path(), &["vendor", "create", "Before"]).await;
    let binary = Binary::start(folder.path()).await;
    let hosts = [
        "vendor",
        "create",
        "During",
        "--host",
        "Licenses.During.example:443",
        "--host",
        "b.example",
    ];
    let during = answer(folder.path(), &hosts).await;
    for vendor in [&before, &during] {
        let members: Vec<&String> = vendor.as_object().unwrap().keys().collect();
        assert_eq!(members, ["id", "token"]);
        assert!(vendor["id"].as_str().unwrap().starts_with("ven_"));
        let client = binary.admin().with_token(vendor["token"].as_str().unwrap());
        client.call("admin.product.create", json!({ "slug": "same", "name": "Same" })).await;
    }
    let listed = answer(folder.path(), &["vendor", "list"]).await;
    let names: Vec<&Value> =
        listed["items"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["default", "Before", "During"]);
    assert_eq!(listed["items"][2]["hosts"], json!(["licenses.during.example", "b.example"]));
    for (args, says) in [
        (&["vendor", "create", "During"][..], "`name` is taken"),
        (&["vendor", "create", "Other", "--host", "b.example"], "`host` is taken"),
        (&["vendor", "create", "Other", "--host", "not a host"], "host name"),
        (&["vendor", "create", " "], "`name`"),
        (
            &["token", "create", "--name", "n", "--scope", "*", "--vendor", "nobody"],
            "no such vendor",
        ),
        (&["token", "create", "--name", "n", "--scope", "all"], "must be one of licenses:read"),
        (&["token", "revoke", "tok_1"], "no such token"),
    ] {
        let said = refusal(folder.path(), args).await;
        assert!(said.contains(says), "{args:?}: {said}");
    }
    binary.terminate();
    assert_eq!(binary.wait().await.0, Some(0));
    assert!(!folder.path().join("k.redb.address").exists(), "it takes its address away");
}

#[tokio::test]
async fn a_token_is_made_imported_listed_and_ended_by_command() {
    let folder = tempfile::tempdir().unwrap();
    let said = refusal(folder.path(), &["token", "list"]).await;
    assert!(said.contains("there is no store") && !folder.path().join("k.redb").exists());
    let binary = Binary::start(folder.path()).await;
    let made = answer(
        folder.path(),
        &["token", "create", "--name", "CI", "--scope", "licenses:read,events:read"],
    )
    .await;
    assert_eq!(made["scopes"], json!(["licenses:read", "events:read"]));
    let secret = folder.path().join("old-secret");
    std::fs::write(&secret, "An~Old-Secret\n").unwrap();
    let path = secret.to_str().unwrap();
    let import = [
        "token",
        "create",
        "--name",
        "old",
        "--scope",
        "*",
        "--kind",
        "gumroad-access-token",
        "--mode",
        "test",
        "--secret-from",
        path,
        "--expires-at",
        "2100-01-01T00:00:00Z",
    ];
    let old = answer(folder.path(), &import).await;
    assert_eq!((&old["token"], &old["mode"]), (&json!("An~Old-Secret"), &json!("test")));
    let client = binary.admin().with_token("An~Old-Secret");
    client.call("admin.license.list", json!({})).await;
    let listed = answer(folder.path(), &["token", "list"]).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);
    assert!(!listed.to_string().contains("An~Old-Secret"));
    answer(folder.path(), &["token", "revoke", old["id"].as_str().unwrap()]).await;
    assert_eq!(client.refused("admin.license.list", json!({})).await["code"], 401);
    binary.terminate();
    binary.wait().await;
}

#[tokio::test]
async fn the_doctor_finds_a_store_in_order_with_the_server_and_without() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = run(folder.path(), &["doctor"]).await;
    assert!(String::from_utf8_lossy(&nothing.stdout).contains("no store"));
    let binary = Binary::start(folder.path()).await;
    let admin = binary.admin();
    admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let made = admin.call("admin.license.create", json!({ "product": "p", "quantity": 50 })).await;
    let key = &made["items"][0]["key"];
    binary
        .public()
        .call("license.activate", json!({ "key": key, "identifier": "a.example" }))
        .await;
    let looked = run(folder.path(), &["doctor"]).await;
    let served = String::from_utf8(looked.stdout).unwrap();
    assert!(looked.status.success() && served.contains("has it open"), "{served}");
    binary.terminate();
    binary.wait().await;
    let looked = run(folder.path(), &["doctor"]).await;
    let alone = String::from_utf8(looked.stdout).unwrap();
    assert!(looked.status.success() && alone.contains("no server has it open"), "{alone}");
    for said in [served, alone] {
        assert!(said.contains("1 vendors, 50 licenses, 1 places"), "{said}");
    }
    std::fs::remove_file(folder.path().join("k.redb.secret")).unwrap();
    let said = refusal(folder.path(), &["doctor"]).await;
    assert!(said.contains("from a backup"), "{said}");
}

#[tokio::test]
async fn only_who_can_read_the_secret_file_gives_orders() {
    let folder = tempfile::tempdir().unwrap();
    let binary = Binary::start(folder.path()).await;
    let order = json!({ "order": "listVendors" }).to_string();
    for client in [binary.public(), binary.admin(), binary.admin().with_token("00")] {
        let reply = client.send(client.request("POST", "/operator").body(order.clone())).await;
        assert_eq!((reply.status, reply.body.as_str()), (404, "There is no such page.\n"));
    }
    let secret = folder.path().join("k.redb.secret");
    let kept = std::fs::read_to_string(&secret).unwrap();
    std::fs::write(&secret, "00".repeat(32)).unwrap();
    let said = refusal(folder.path(), &["vendor", "list"]).await;
    assert!(said.contains("cannot be reached"), "{said}");
    std::fs::write(&secret, kept).unwrap();
    answer(folder.path(), &["vendor", "list"]).await;
    binary.kill().await;
    // What a killed server leaves behind does no harm.
    assert!(folder.path().join("k.redb.address").exists());
    answer(folder.path(), &["vendor", "list"]).await;
    let binary = Binary::start(folder.path()).await;
    answer(folder.path(), &["vendor", "list"]).await;
    binary.terminate();
    binary.wait().await;
}

#[tokio::test]
async fn signing_keys_are_listed_promoted_and_exported_by_command() {
    let folder = tempfile::tempdir().unwrap();
    let said = refusal(folder.path(), &["keys", "list"]).await;
    assert!(said.contains("there is no store"), "{said}");
    let made = answer(folder.path(), &["vendor", "create", "Other"]).await;
    let id = made["id"].as_str().unwrap();
    let theirs = answer(folder.path(), &["keys", "export", "--vendor", id]).await;
    let binary = Binary::start(folder.path()).await;
    let before = answer(folder.path(), &["keys", "list"]).await;
    let states = |keys: &Value| {
        let items = keys["items"].as_array().unwrap();
        items.iter().map(|key| (key["state"].clone(), key["kid"].clone())).collect::<Vec<_>>()
    };
    let rotated = answer(folder.path(), &["keys", "rotate"]).await;
    let (before, after) = (states(&before), states(&rotated));
    let names: Vec<&Value> = after.iter().map(|key| &key.0).collect();
    assert_eq!(names, ["current", "next", "retired"]);
    assert_eq!((&after[0].1, &after[2].1), (&before[1].1, &before[0].1));
    let exported = answer(folder.path(), &["keys", "export"]).await;
    for (path, set) in [
        ("/.well-known/jwks.json".to_owned(), exported),
        (format!("/vendors/{id}/jwks.json"), theirs),
    ] {
        assert!(set["keys"].as_array().unwrap().iter().all(|key| key.get("d").is_none()));
        assert_eq!(binary.admin().get(&path).await.json(), set);
    }
    let leaked = answer(folder.path(), &["keys", "rotate", "--leaked"]).await;
    assert!(states(&leaked).iter().all(|key| key.1 != after[0].1), "{leaked}");
    let said = refusal(folder.path(), &["keys", "rotate", "--vendor", "nobody"]).await;
    assert!(said.contains("no such vendor"), "{said}");
    binary.terminate();
    assert_eq!(binary.wait().await.0, Some(0));
}
