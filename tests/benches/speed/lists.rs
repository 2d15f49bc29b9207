//! A page of `admin.license.list` out of a thousand, a hundred thousand and a million licenses.

use counterfoil_tests::{ADMIN_TOKEN, Client};
use serde_json::{Value, json};
use std::process::Child;
use tempfile::TempDir;

use crate::load::{Load, cpu_seconds};
use crate::{ROUNDS, TURN, call, median, spawn};

const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];
const CALLERS: usize = 2;
/// Licenses that one call makes.
const AT_ONCE: usize = 1_000;

/// A store of one size, and the cursors of pages all over it.
struct Shop {
    child: Child,
    load: Load,
    cursors: Vec<Value>,
    _folder: TempDir,
}

impl Shop {
    async fn open(size: usize) -> Self {
        let folder = tempfile::tempdir_in(".").expect("a folder on this disk");
        let (child, url) = spawn(folder.path());
        let client = Client::new(&url, Some(ADMIN_TOKEN));
        let product = json!({ "slug": "p", "name": "Acme Forms Pro" });
        client.call("admin.product.create", product).await;
        for part in 0..size / AT_ONCE {
            let customer = json!({ "email": format!("buyer-{part}@example.com"), "name": "Ann" });
            let making = json!({ "product": "p", "quantity": AT_ONCE, "customer": customer });
            client.call("admin.license.create", making).await;
        }
        // Pages of the newest, and of those around every tenth of the way to the oldest.
        let mut cursors = vec![Value::Null];
        for tenth in 1..10 {
            let search = format!("buyer-{}@", size / AT_ONCE * tenth / 10);
            let params = json!({ "search": search, "limit": 1 });
            let page = client.call("admin.license.list", params).await;
            cursors.push(page["nextCursor"].clone());
        }
        let load = Load::new(url.trim_start_matches("http://"), CALLERS).with_token(ADMIN_TOKEN);
        Self { child, load, cursors, _folder: folder }
    }

    /// Processor time that a page of fifty takes.
    async fn seconds_per_page(&self) -> f64 {
        let page = |turn: usize| {
            let cursor = &self.cursors[turn % self.cursors.len()];
            call("admin.license.list", &json!({ "cursor": cursor }))
        };
        let before = cpu_seconds(self.child.id());
        let pages = self.load.run(TURN, &page).await;
        (cpu_seconds(self.child.id()) - before) / pages as f64
    }
}

/// Measures the sizes in turns.
pub(crate) async fn compare() {
    let mut shops = Vec::new();
    for size in SIZES {
        shops.push(Shop::open(size).await);
    }
    let mut rounds: Vec<Vec<f64>> = Vec::new();
    for _ in 0..=ROUNDS {
        let mut times = Vec::new();
        for shop in &shops {
            times.push(shop.seconds_per_page().await);
        }
        rounds.push(times);
    }
    rounds.remove(0);
    for (place, size) in SIZES.iter().enumerate() {
        let micros = median(rounds.iter().map(|times| times[place] * 1e6));
        let ratio = median(rounds.iter().map(|times| times[place] / times[0]));
        println!("a page of {size:>9}   {micros:>6.0} µs of processor time   ratio {ratio:.2}");
    }
    println!("                      (median of {ROUNDS} turns; at most 1.5)");
    for mut shop in shops {
        drop(shop.child.stdin.take());
        shop.child.wait().expect("the server's end");
    }
}
