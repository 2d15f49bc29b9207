//! What fuzzers found worth keeping, sent through the dialects' parsers again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use counterfoil_core::wire::Dialect;
use counterfoil_tests::strange;
use std::fs;
use std::path::Path;

#[test]
fn no_input_that_was_ever_kept_is_too_strange() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (name, dialect) in Dialect::MOUNTS {
        for (direction, parse) in
            [("requests", strange::request as fn(_, &[u8])), ("responses", strange::response)]
        {
            let path = folder.join(format!("{name}.{direction}"));
            let corpus = fs::read_to_string(&path).unwrap();
            assert!(corpus.lines().count() >= 50, "{}", path.display());
            for line in corpus.lines() {
                parse(*dialect, &STANDARD.decode(line).unwrap());
            }
        }
    }
}
