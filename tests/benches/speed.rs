//! `cargo xtask bench`: how fast, as ratios within one run.
//!
//! - checks: calls of `license.validate` per second of the server's processor time, against an
//!   empty method on the same server, over the same connections;
//! - activations: durable ones per second over HTTP with 64 callers, against appending 400 bytes
//!   and syncing them, one after another, on the same disk;
//! - lists: processor time for a page of licenses out of a million, against out of a thousand.
//!
//! `cargo xtask bench checks` (or `activations`, `lists`, `desk`) measures one of them. `desk` is no
//! ratio: it tells how long somebody waits for the desk's screens, out of 100,000 licenses.
//!
//! The two sides take turns, so a machine whose speed drifts slows both; medians are printed.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark measures time, prints, and may stop when it cannot go on"
)]

#[path = "speed/desk.rs"]
mod desk;
#[path = "speed/lists.rs"]
mod lists;
#[path = "speed/load.rs"]
mod load;

use counterfoil_server::config::{Origins, Store, TrustedProxies};
use counterfoil_server::env::SystemEnv;
use counterfoil_server::limits::Limits;
use counterfoil_server::payment_api;
use counterfoil_server::webhooks::SystemResolver;
use counterfoil_server::{Options, start};
use counterfoil_tests::{ADMIN_TOKEN, Client};
use jsonrpsee::RpcModule;
use load::{Load, cpu_seconds};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Turns of which the median counts; one more comes first and does not.
const ROUNDS: usize = 7;
const TURN: Duration = Duration::from_millis(1_500);
const CALLERS: usize = 64;
/// Licenses in the store, in steps of a thousand.
const THOUSANDS: usize = 50;

/// The binary's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if let Some(folder) = std::env::var_os("COUNTERFOIL_BENCH_SERVE") {
        runtime.block_on(serve(Path::new(&folder)));
    } else {
        runtime.block_on(measure());
    }
}

/// The server's process: ours, with an empty method beside.
async fn serve(folder: &Path) {
    let mut empty = RpcModule::new(());
    empty.register_method("bench.empty", |_, (), _| json!(0)).expect("a new name");
    let options = Options {
        listen: "127.0.0.1:0".to_owned(),
        store: Store::Redb(folder.join("k.redb")),
        secret_file: None,
        admin_token: Some(ADMIN_TOKEN.to_owned()),
        tell_token: |_, _| Ok(()),
        public_url: None,
        trusted_proxies: TrustedProxies::default(),
        checkout_origins: Origins::default(),
        allow_private_targets: false,
        resolver: Arc::new(SystemResolver),
        test_provider: false,
        stripe_api: payment_api::STRIPE.to_owned(),
        mail: None,
        limits: Limits::OFF,
        further_methods: empty.into(),
    };
    let server = start(options, Arc::new(SystemEnv)).await.expect("a server that starts");
    println!("http://{}", server.address());
    // Lives as long as whoever started it.
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()))
        .await
        .expect("a thread")
        .expect("readable input");
    server.stop().await;
}

fn spawn(folder: &Path) -> (Child, String) {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .env("COUNTERFOIL_BENCH_SERVE", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a server process");
    let mut url = String::new();
    let stdout = child.stdout.take().expect("its output");
    BufReader::new(stdout).read_line(&mut url).expect("its address");
    (child, url.trim().to_owned())
}

async fn measure() {
    // What cargo adds is no name of ours.
    let named: Vec<String> =
        std::env::args().skip(1).filter(|name| !name.starts_with('-')).collect();
    let wanted = |name: &str| named.is_empty() || named.iter().any(|given| given == name);
    if wanted("checks") || wanted("activations") {
        compare_calls(wanted("checks"), wanted("activations")).await;
    }
    if wanted("lists") {
        lists::compare().await;
    }
    if wanted("desk") {
        desk::measure().await;
    }
}

async fn compare_calls(checks: bool, activations: bool) {
    let folder = tempfile::tempdir_in(".").expect("a folder on this disk");
    let (mut child, url) = spawn(folder.path());
    let client = Client::new(&url, Some(ADMIN_TOKEN));
    let keys = licenses(&client).await;
    let load = Load::new(url.trim_start_matches("http://"), CALLERS);
    if checks {
        compare_checks(&load, child.id(), &keys).await;
    }
    if activations {
        compare_activations(&load, folder.path(), &keys).await;
    }
    drop(child.stdin.take());
    child.wait().expect("the server's end");
}

/// Makes the licenses; a few thousand of them, each with two places taken, are asked about.
async fn licenses(client: &Client) -> Vec<String> {
    client.call("admin.product.create", json!({ "slug": "acme-forms-pro", "name": "Acme" })).await;
    let plan = json!({ "product": "acme-forms-pro", "slug": "developer", "name": "Developer",
        "activationType": "domain", "activationLimit": 0, "entitlements": ["pro"] });
    client.call("admin.plan.create", plan).await;
    let mut keys = Vec::new();
    for _ in 0..THOUSANDS {
        let params = json!({ "product": "acme-forms-pro", "plan": "developer", "quantity": 1_000 });
        let made = client.call("admin.license.create", params).await;
        let items = made["items"].as_array().expect("licenses").iter();
        keys.extend(items.map(|item| item["key"].as_str().expect("a key").to_owned()));
    }
    let asked: Vec<String> = keys.into_iter().step_by(THOUSANDS / 4).collect();
    for site in ["example.com", "staging.example.com"] {
        for keys in asked.chunks(CALLERS) {
            let calls = keys.iter().map(|key| json!({ "key": key, "identifier": site }));
            let calls = calls.map(|call| client.call("license.activate", call));
            futures_util::future::join_all(calls).await;
        }
    }
    asked
}

async fn compare_checks(load: &Load, server: u32, keys: &[String]) {
    let empty = |_| call("bench.empty", &json!({}));
    let validate = |turn: usize| {
        let key = &keys[turn % keys.len()];
        let product = "acme-forms-pro";
        call(
            "license.validate",
            &json!({ "key": key, "product": product, "identifier": "example.com" }),
        )
    };
    let mut rates = Vec::new();
    for round in 0..=ROUNDS {
        let per_cpu = async |validates: bool| {
            let before = cpu_seconds(server);
            let done = if validates {
                load.run(TURN, &validate).await
            } else {
                load.run(TURN, &empty).await
            };
            done as f64 / (cpu_seconds(server) - before)
        };
        let rate = if round % 2 == 0 {
            let empty = per_cpu(false).await;
            (empty, per_cpu(true).await)
        } else {
            let validate = per_cpu(true).await;
            (per_cpu(false).await, validate)
        };
        rates.push(rate);
    }
    rates.remove(0);
    let ratio = median(rates.iter().map(|(empty, validate)| validate / empty));
    let empty = median(rates.iter().map(|(empty, _)| *empty));
    let validate = median(rates.iter().map(|(_, validate)| *validate));
    println!("license.validate   {validate:>9.0} calls per CPU second");
    println!("an empty method    {empty:>9.0} calls per CPU second");
    println!("ratio              {ratio:>9.2}   (median of {ROUNDS} turns; not below 0.64)");
}

async fn compare_activations(load: &Load, folder: &Path, keys: &[String]) {
    let mut rates = Vec::new();
    for round in 0..=ROUNDS {
        let activate = |turn: usize| {
            let key = &keys[turn.wrapping_mul(7_919) % keys.len()];
            let identifier = format!("site-{turn}.round-{round}.example");
            call("license.activate", &json!({ "key": key, "identifier": identifier }))
        };
        let activations = load.run(TURN, &activate).await as f64 / TURN.as_secs_f64();
        rates.push((appends_per_second(folder), activations));
    }
    rates.remove(0);
    let ratio = median(rates.iter().map(|(append, activations)| activations / append));
    let append = median(rates.iter().map(|(append, _)| *append));
    let activations = median(rates.iter().map(|(_, activations)| *activations));
    println!("license.activate   {activations:>9.0} durable calls per second, {CALLERS} callers");
    println!("append + fdatasync {append:>9.0} of 400 bytes per second, one after another");
    println!("ratio              {ratio:>9.2}   (median of {ROUNDS} turns; aim: at least 2)");
}

fn call(method: &str, params: &Value) -> String {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string()
}

fn appends_per_second(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("append")).expect("a file");
    let began = Instant::now();
    let mut done = 0_u32;
    while began.elapsed() < TURN / 2 {
        file.write_all(&[u8::try_from(done % 251).expect("a byte"); 400]).expect("a write");
        file.sync_data().expect("a sync");
        done += 1;
    }
    f64::from(done) / began.elapsed().as_secs_f64()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
