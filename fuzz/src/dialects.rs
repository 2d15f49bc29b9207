//! One parser under libFuzzer: which, `COUNTERFOIL_FUZZED` says, as `gumroad requests`.
//!
//! `cargo xtask fuzz` builds and runs it for every dialect and direction.

#![no_main]

#[path = "../../tests/src/strange.rs"]
mod strange;

use counterfoil_core::wire::Dialect;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// The longest that any input may take.
const TIME_MAX: Duration = Duration::from_millis(50);

type Parser = fn(Dialect, &[u8]);

static FUZZED: LazyLock<(Dialect, Parser)> = LazyLock::new(|| {
    let named = std::env::var("COUNTERFOIL_FUZZED").expect("COUNTERFOIL_FUZZED");
    let (dialect, direction) = named.split_once(' ').expect("a dialect and a direction");
    let parser: Parser = match direction {
        "requests" => strange::request,
        "responses" => strange::response,
        _ => panic!("requests or responses, not {direction}"),
    };
    (dialect.parse().expect("a dialect"), parser)
});

fuzz_target!(|input: &[u8]| {
    let (dialect, parse) = *FUZZED;
    let took = || {
        let began = Instant::now();
        parse(dialect, input);
        began.elapsed()
    };
    // The machine may be busy with something else once, and not each time.
    if took() > TIME_MAX {
        let best = (0..5).map(|_| took()).min().unwrap_or_default();
        assert!(best <= TIME_MAX, "{best:?}");
    }
});
