//! HMAC-SHA256, as webhooks are signed with it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The code of `data` under a key of any length.
#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
pub(crate) fn hmac_sha256(key: &[u8], data: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length is a key");
    mac.update(data);
    mac.finalize().into_bytes().into()
}
