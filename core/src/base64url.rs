//! Base 64 as leases write bytes: RFC 4648's alphabet for URLs, without padding. One text for the
//! same bytes, and no other is read.

use base64ct::{Base64UrlUnpadded, Encoding as _};

use crate::prelude::*;

/// Writes bytes.
pub(crate) fn write(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Reads what [`write`] wrote.
pub(crate) fn read(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// Reads exactly `N` bytes.
pub(crate) fn read_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let read = Base64UrlUnpadded::decode(text, &mut bytes).ok()?.len();
    (read == N).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_one_text() {
        assert_eq!(write(&[251, 255, 254]), "-__-");
        assert_eq!(read("-__-").unwrap(), [251, 255, 254]);
        assert_eq!(read_array::<1>("_w"), Some([255]));
        // Padding, the other alphabet, white space, a length that nothing has, bits that are lost.
        for text in ["_w==", "+//+", "_ w", "_", "_x"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read_array::<2>("_w"), None);
        assert_eq!(read_array::<1>("-__-"), None);
    }
}
