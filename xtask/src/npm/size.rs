//! What the package weighs. The browser pays for every byte, so the module has a budget.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::failure::{Attempt, Failure, Result};

/// The most that `counterfoil.wasm` may weigh once it is compressed: what it weighs now and a
/// little. The aim is 60,000, all dialects and Ed25519 included.
const GZIP_BYTES_MAX: usize = 68_700;

/// Prints each file's size as it lies on disk and as it travels.
pub(crate) fn print() -> Result {
    println!("{:<20}{:>12}{:>12}", "bytes", "raw", "gzip");
    for name in ["counterfoil.wasm", "index.js", "index.cjs"] {
        let (raw, gzip) = measure(&super::package().join(name))?;
        println!("{name:<20}{raw:>12}{gzip:>12}");
    }
    Ok(())
}

/// Fails when the module has grown beyond what was promised.
pub(crate) fn check() -> Result {
    let (_, gzip) = measure(&super::package().join(super::glue::MODULE))?;
    if gzip <= GZIP_BYTES_MAX {
        return Ok(());
    }
    Err(Failure::new(format!(
        "counterfoil.wasm is {gzip} bytes with gzip and may be {GZIP_BYTES_MAX}: \
         see what the last change brought in with `cargo tree -p counterfoil-wasm`."
    )))
}

fn measure(path: &Path) -> Result<(usize, usize)> {
    let bytes = fs::read(path).attempt(|| format!("Could not read {}", path.display()))?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let compressed = encoder.write_all(&bytes).and_then(|()| encoder.finish());
    let compressed = compressed.attempt(|| format!("Could not compress {}", path.display()))?;
    Ok((bytes.len(), compressed.len()))
}
