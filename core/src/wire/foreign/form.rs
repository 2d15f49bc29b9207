//! A URL-encoded form as a client writes it, and the parts of a path.
//!
//! `form_urlencoded` and `percent_encoding`, which read and write them on a server, bring tables
//! that a browser would load.

use crate::prelude::*;

/// The pairs of a form or of a query: `name=value&…`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(String);

impl Form {
    /// Adds a pair.
    pub fn add(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.encode(name);
        self.0.push('=');
        self.encode(value);
    }

    /// Adds a pair, if there is a value.
    pub fn maybe(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    /// The text.
    pub fn finish(self) -> String {
        self.0
    }

    fn encode(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                b' ' => self.0.push('+'),
                b'*' | b'-' | b'.' | b'_' => self.0.push(char::from(byte)),
                _ => push_encoded(&mut self.0, byte),
            }
        }
    }
}

/// Adds a part of a path. What RFC 3986 leaves unreserved stands for itself.
pub fn push_segment(path: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'~' => path.push(char::from(byte)),
            _ => push_encoded(path, byte),
        }
    }
}

/// Adds a letter or a digit as it is, and any other byte by its number.
fn push_encoded(text: &mut String, byte: u8) {
    if byte.is_ascii_alphanumeric() {
        text.push(char::from(byte));
        return;
    }
    let digit = |value: u8| {
        let digit = char::from_digit(u32::from(value & 15), 16).unwrap_or('0');
        digit.to_ascii_uppercase()
    };
    text.extend(['%', digit(byte >> 4), digit(byte)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    const UNRESERVED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

    proptest! {
        #[test]
        fn pairs_and_segments_are_written_as_a_server_s_crates_write_them(
            pairs: Vec<(String, String)>,
            segment: String,
        ) {
            let mut form = Form::default();
            for (name, value) in &pairs {
                form.add(name, value);
            }
            let mut expected = form_urlencoded::Serializer::new(String::new());
            expected.extend_pairs(&pairs);
            prop_assert_eq!(form.finish(), expected.finish());
            let mut path = "/".to_owned();
            push_segment(&mut path, &segment);
            prop_assert_eq!(path, format!("/{}", utf8_percent_encode(&segment, UNRESERVED)));
        }
    }

    #[test]
    fn every_byte_of_ascii_is_written_as_the_crates_write_it() {
        let text: String = (0..128_u8).map(char::from).collect();
        let mut form = Form::default();
        form.maybe(&text, Some(&text));
        form.maybe(&text, None);
        let mut expected = form_urlencoded::Serializer::new(String::new());
        expected.append_pair(&text, &text);
        assert_eq!(form.finish(), expected.finish());
        let mut path = String::new();
        push_segment(&mut path, &text);
        assert_eq!(path, utf8_percent_encode(&text, UNRESERVED).to_string());
    }
}
