//! A server whose clock is stepped by whoever started it, for tests that are not written in Rust.
//!
//! It prints where it listens, as the binary does; then each line that it reads sets the clock to
//! that RFC 3339 time, which it says back once it is so. It ends with its input. The admin token is
//! [`ADMIN_TOKEN`].

use counterfoil_core::time::Timestamp;
use counterfoil_server::start;
use counterfoil_tests::{ADMIN_TOKEN, SteppedEnv, options};
use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Where the clock stands at first.
const START: &str = "2026-06-05T08:02:00Z";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let env = Arc::new(SteppedEnv::at(START));
    // Its threads go on serving while this one waits for a line.
    let runtime = Runtime::new()?;
    let options = options(folder.path(), Some(ADMIN_TOKEN));
    let server = runtime.block_on(start(options, Arc::clone(&env) as _))?;
    say(&format!("counterfoil listening on http://{}", server.address()))?;
    for line in std::io::stdin().lines() {
        let line = line?;
        let time: Timestamp = line.trim().parse().map_err(|_| format!("{line} is no time"))?;
        env.set(&time.to_string());
        say(&time.to_string())?;
    }
    runtime.block_on(server.stop());
    Ok(())
}

fn say(line: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}
