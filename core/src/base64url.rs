//! Base 64 as leases write bytes: RFC 4648's alphabet for URLs, without padding. One text for the
//! same bytes, and no other is read. Webhooks have the older alphabet, and padding.

use crate::prelude::*;

const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Writes bytes.
pub(crate) fn write(bytes: &[u8]) -> String {
    let symbol = |bits: u32| {
        let symbol = usize::try_from(bits & 63).ok().and_then(|value| SYMBOLS.get(value));
        char::from(*symbol.unwrap_or(&b'A'))
    };
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let held = chunk.iter().fold(0, |held, byte| (held << 8) | u32::from(*byte));
        // As many symbols as it takes to hold the bits, those in front first.
        let (bits, symbols) = match chunk.len() {
            1 => (held << 4, 2),
            2 => (held << 2, 3),
            _ => (held, 4),
        };
        text.extend((0..symbols).rev().map(|place: u32| symbol(bits >> place.saturating_mul(6))));
    }
    text
}

/// Reads what [`write()`] wrote.
pub(crate) fn read(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut count) = (0_u32, 0_u32);
    for symbol in text.bytes() {
        held = (held << 6) | u32::from(place(symbol)?);
        count = count.saturating_add(6);
        if count >= 8 {
            count = count.saturating_sub(8);
            bytes.push(u8::try_from(held >> count).ok()?);
            held &= (1_u32 << count).saturating_sub(1);
        }
    }
    // Six bits are a symbol too many, and what is left of the last one says nothing.
    (count < 6 && held == 0).then_some(bytes)
}

/// Where a symbol stands among the 64.
const fn place(symbol: u8) -> Option<u8> {
    Some(match symbol {
        b'A'..=b'Z' => symbol.wrapping_sub(b'A'),
        b'a'..=b'z' => symbol.wrapping_sub(b'a').wrapping_add(26),
        b'0'..=b'9' => symbol.wrapping_sub(b'0').wrapping_add(52),
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    })
}

/// Reads exactly `N` bytes.
pub(crate) fn read_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    read(text)?.try_into().ok()
}

/// Writes bytes in the older alphabet, padded.
pub(crate) fn write_padded(bytes: &[u8]) -> String {
    let mut text = write(bytes).replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// Reads what [`write_padded`] wrote.
pub(crate) fn read_padded(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(4) || text.contains(['-', '_']) {
        return None;
    }
    let bytes = read(&text.trim_end_matches('=').replace('+', "-").replace('/', "_"))?;
    // As much padding as there must be.
    (write_padded(&bytes) == text).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_is_read_as_what_it_is_written_for() {
        for (value, symbol) in (0..64).zip(SYMBOLS) {
            assert_eq!(place(*symbol), Some(value));
        }
        assert_eq!((0..=255).filter(|symbol| place(*symbol).is_some()).count(), 64);
    }

    #[test]
    fn bytes_have_one_text() {
        assert_eq!(write(&[251, 255, 254]), "-__-");
        assert_eq!(read("-__-").unwrap(), [251, 255, 254]);
        assert_eq!(read_array::<1>("_w"), Some([255]));
        // Padding, the other alphabet, white space, a length that nothing has, bits that are lost.
        for text in ["_w==", "+//+", "_ w", "_", "_x"] {
            assert_eq!(read(text), None, "{text}");
        }
        for (bytes, text) in [(&b""[..], ""), (b"\xff", "/w=="), (b"ab", "YWI="), (b"abc", "YWJj")]
        {
            assert_eq!(write_padded(bytes), text);
            assert_eq!(read_padded(text).as_deref(), Some(bytes));
        }
        for text in ["/w", "_w==", "/w=", "/w===", "YWJj====", "YWI==", "=", "===="] {
            assert_eq!(read_padded(text), None, "{text}");
        }
        assert_eq!(read_array::<2>("_w"), None);
        assert_eq!(read_array::<1>("-__-"), None);
    }
}
