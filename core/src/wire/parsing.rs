//! From JSON text to a JSON value.
//!
//! `serde_json` does the same for any text and says what was wrong with it, and where. An answer is
//! small, nobody needs the words, and its tables for fractions alone weigh more than all of this.

use serde_json::{Map, Number, Value};

use crate::prelude::*;

/// The bytes are not one JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJson;

/// Lists and objects inside each other, at most: what is deeper is nobody's answer.
const DEPTH_MAX: u8 = 127;

/// Reads one JSON value (RFC 8259). Of two members with one name the last counts. What is no whole
/// number of 64 bits is read to some fifteen digits.
///
/// # Errors
///
/// [`NotJson`] for anything else, and for what is nested more than 127 deep.
pub fn parse(bytes: &[u8]) -> Result<Value, NotJson> {
    let mut parser = Parser(bytes);
    let value = parser.value(DEPTH_MAX)?;
    if parser.0.is_empty() { Ok(value) } else { Err(NotJson) }
}

/// The bytes that are left.
struct Parser<'a>(&'a [u8]);

impl<'a> Parser<'a> {
    fn next(&mut self) -> Result<u8, NotJson> {
        let (first, rest) = self.0.split_first().ok_or(NotJson)?;
        self.0 = rest;
        Ok(*first)
    }

    /// Takes the bytes that come next and are such.
    fn run(&mut self, such: impl Fn(&u8) -> bool) -> &'a [u8] {
        let end = self.0.iter().position(|byte| !such(byte)).unwrap_or(self.0.len());
        let (run, rest) = self.0.split_at(end);
        self.0 = rest;
        run
    }

    fn skip_white_space(&mut self) {
        self.run(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    /// Takes this text if it comes next.
    fn takes(&mut self, text: &[u8]) -> bool {
        let rest = self.0.strip_prefix(text);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn expect(&mut self, text: &[u8]) -> Result<(), NotJson> {
        if self.takes(text) { Ok(()) } else { Err(NotJson) }
    }

    /// Reads a value and the white space around it, `depth` lists and objects deep at most.
    fn value(&mut self, depth: u8) -> Result<Value, NotJson> {
        self.skip_white_space();
        let value = match *self.0.first().ok_or(NotJson)? {
            b'n' => self.expect(b"null").map(|()| Value::Null)?,
            b't' => self.expect(b"true").map(|()| Value::Bool(true))?,
            b'f' => self.expect(b"false").map(|()| Value::Bool(false))?,
            b'"' => Value::String(self.string()?),
            b'[' => Value::Array(self.items(depth.checked_sub(1).ok_or(NotJson)?)?),
            b'{' => Value::Object(self.members(depth.checked_sub(1).ok_or(NotJson)?)?),
            _ => Value::Number(self.number()?),
        };
        self.skip_white_space();
        Ok(value)
    }

    fn items(&mut self, depth: u8) -> Result<Vec<Value>, NotJson> {
        let mut items = Vec::new();
        self.expect(b"[")?;
        self.skip_white_space();
        if self.takes(b"]") {
            return Ok(items);
        }
        loop {
            items.push(self.value(depth)?);
            if !self.takes(b",") {
                return self.expect(b"]").map(|()| items);
            }
        }
    }

    fn members(&mut self, depth: u8) -> Result<Map<String, Value>, NotJson> {
        let mut members = Map::new();
        self.expect(b"{")?;
        self.skip_white_space();
        if self.takes(b"}") {
            return Ok(members);
        }
        loop {
            self.skip_white_space();
            let name = self.string()?;
            self.skip_white_space();
            self.expect(b":")?;
            members.insert(name, self.value(depth)?);
            if !self.takes(b",") {
                return self.expect(b"}").map(|()| members);
            }
        }
    }

    fn string(&mut self) -> Result<String, NotJson> {
        let mut text = Vec::new();
        self.expect(b"\"")?;
        loop {
            text.extend_from_slice(self.run(|byte| !matches!(byte, b'"' | b'\\' | 0..b' ')));
            match self.next()? {
                b'"' => return String::from_utf8(text).map_err(|_| NotJson),
                b'\\' => text.extend_from_slice(self.quoted()?.encode_utf8(&mut [0; 4]).as_bytes()),
                _ => return Err(NotJson),
            }
        }
    }

    /// The character that stands behind a backslash.
    fn quoted(&mut self) -> Result<char, NotJson> {
        match self.next()? {
            itself @ (b'"' | b'\\' | b'/') => Ok(char::from(itself)),
            b'b' => Ok('\u{8}'),
            b'f' => Ok('\u{c}'),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'u' => self.code_point(),
            _ => Err(NotJson),
        }
    }

    /// One UTF-16 unit, or the two of a character that needs two.
    fn code_point(&mut self) -> Result<char, NotJson> {
        let first = self.unit()?;
        let code = if (0xD800..0xDC00).contains(&first) {
            self.expect(b"\\u")?;
            let second = self.unit()?;
            if !(0xDC00..0xE000).contains(&second) {
                return Err(NotJson);
            }
            (((first & 0x3FF) << 10) | (second & 0x3FF)).saturating_add(0x1_0000)
        } else {
            first
        };
        char::from_u32(code).ok_or(NotJson)
    }

    fn unit(&mut self) -> Result<u32, NotJson> {
        (0..4).try_fold(0, |unit, _| {
            let digit = char::from(self.next()?).to_digit(16).ok_or(NotJson)?;
            Ok((unit << 4) | digit)
        })
    }

    fn number(&mut self) -> Result<Number, NotJson> {
        let is_negative = self.takes(b"-");
        let whole = self.digits()?;
        if let [b'0', _, ..] = whole {
            return Err(NotJson);
        }
        let fraction = if self.takes(b".") { self.digits()? } else { &[] };
        let power = if self.takes(b"e") || self.takes(b"E") { Some(self.power()?) } else { None };
        if fraction.is_empty() && power.is_none() {
            let number = whole_number(whole).and_then(|number| match (is_negative, number) {
                (false, _) => Some(Number::from(number)),
                // There is a zero below zero among the fractions only.
                (true, 0) => None,
                (true, _) => 0_i64.checked_sub_unsigned(number).map(Number::from),
            });
            if let Some(number) = number {
                return Ok(number);
            }
        }
        let number = approximate(whole, fraction, power.unwrap_or(0));
        Number::from_f64(if is_negative { -number } else { number }).ok_or(NotJson)
    }

    fn digits(&mut self) -> Result<&'a [u8], NotJson> {
        let digits = self.run(u8::is_ascii_digit);
        if digits.is_empty() { Err(NotJson) } else { Ok(digits) }
    }

    /// What follows the `e` of a number.
    fn power(&mut self) -> Result<i32, NotJson> {
        let is_negative = self.takes(b"-");
        if !is_negative {
            self.takes(b"+");
        }
        let digits = self.digits()?.iter().map(|digit| i32::from(digit & 15));
        let power = digits.fold(0_i32, |sum, digit| sum.saturating_mul(10).saturating_add(digit));
        Ok(if is_negative { power.saturating_neg() } else { power })
    }
}

fn whole_number(digits: &[u8]) -> Option<u64> {
    digits
        .iter()
        .try_fold(0_u64, |number, digit| number.checked_mul(10)?.checked_add(u64::from(digit & 15)))
}

fn approximate(whole: &[u8], fraction: &[u8], power: i32) -> f64 {
    // What is further from 1 than this is nothing or beyond all numbers.
    const POWER_MAX: u32 = 1_000;
    let digits = whole.iter().chain(fraction).map(|digit| f64::from(digit & 15));
    let number = digits.fold(0.0, |number, digit| number * 10.0 + digit);
    let power = power.saturating_sub(i32::try_from(fraction.len()).unwrap_or(i32::MAX));
    (0..power.unsigned_abs().min(POWER_MAX))
        .fold(number, |number, _| if power < 0 { number / 10.0 } else { number * 10.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What `serde_json` makes of the same bytes, which need not be text.
    #[track_caller]
    fn check_same(bytes: &[u8]) {
        let expected = serde_json::from_slice::<Value>(bytes).map_err(|_| NotJson);
        let found = parse(bytes);
        let same = match (&found, &expected) {
            (Ok(found), Ok(expected)) => are_close(found, expected),
            (found, expected) => found == expected,
        };
        assert!(same, "{}: {found:?}, not {expected:?}", String::from_utf8_lossy(bytes));
    }

    fn are_close(found: &Value, expected: &Value) -> bool {
        match (found, expected) {
            (Value::Number(found), Value::Number(expected)) if expected.is_f64() => {
                let (found, expected) = (found.as_f64().unwrap(), expected.as_f64().unwrap());
                (found - expected).abs() <= expected.abs() * 1e-13
            }
            (Value::Array(found), Value::Array(expected)) => {
                found.len() == expected.len()
                    && found
                        .iter()
                        .zip(expected)
                        .all(|(found, expected)| are_close(found, expected))
            }
            (Value::Object(found), Value::Object(expected)) => {
                found.keys().eq(expected.keys())
                    && found.values().zip(expected.values()).all(|(a, b)| are_close(a, b))
            }
            _ => found == expected,
        }
    }

    const TEXTS: &[&str] = &[
        "null",
        " true ",
        "\t\r\nfalse",
        "nul",
        "nulll",
        "True",
        "",
        " ",
        "\u{feff}1",
        "[] []",
        "0",
        "-0",
        "-1",
        "7",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1.50",
        "-2.5e3",
        "1e5",
        "1E+5",
        "1e",
        "1e-5",
        "1e-400",
        "1e400",
        "0e999999999999",
        "18446744073709551615",
        "1 2",
        "18446744073709551616",
        "-9223372036854775808",
        "-9223372036854775809",
        "0x10",
        "1_0",
        "0.1",
        "123456789012345678901234567890",
        "NaN",
        "[1,2",
        "[1 2]",
        "[1,]",
        "[,1]",
        "[ ]",
        "[ 1 , [ ] , { } ]",
        "{}",
        "{ }",
        "{,}",
        r#"{"a":1,}"#,
        r#"{"a" : 1 , "b":[]}"#,
        r#"{"a":1,"a":2}"#,
        r"{a:1}",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1"#,
        r#"{"a":1]"#,
        r#""""#,
        r#"""#,
        r#""a\"b\\c\/d\b\f\n\r\t""#,
        r#""\x""#,
        r#""\u00e4\u20AC""#,
        r#""\u00e""#,
        r#""\ud83d\ude00""#,
        r#""\ud83d""#,
        r#""\ud83dx""#,
        r#""\ud83d\u0041""#,
        r#""\ude00""#,
        "\"\u{1}\"",
        "\"a\nb\"",
        "\"\u{7f}\u{2028}…😀\"",
        "'a'",
        "\"a\" b",
    ];

    #[test]
    fn texts_are_read_or_refused_as_by_serde_json() {
        for text in TEXTS {
            check_same(text.as_bytes());
        }
        check_same(b"\"\xff\"");
        check_same(b"\"\xc3\"");
        check_same(b"\xc3\xa4");
    }

    #[test]
    fn nesting_ends_where_serde_json_ends_it() {
        for depth in [1, 126, 127, 128, 100_000] {
            check_same(format!("{}{}", "[".repeat(depth), "]".repeat(depth)).as_bytes());
            check_same("[".repeat(depth).as_bytes());
            check_same(r#"{"a":"#.repeat(depth).as_bytes());
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(value in any_value()) {
            check_same(value.to_string().as_bytes());
            check_same(format!("{value:#}").as_bytes());
        }

        #[test]
        fn a_text_with_a_byte_changed_is_read_or_refused_alike(
            value in any_value(),
            place: prop::sample::Index,
            byte: u8,
        ) {
            let mut bytes = value.to_string().into_bytes();
            let place = place.index(bytes.len());
            bytes[place] = byte;
            check_same(&bytes);
        }

        #[test]
        fn any_text_is_read_or_refused_alike(text in r#"[-\[\]{}:,"\\eE.+0-9a-fu tn ]{0,12}"#) {
            check_same(text.as_bytes());
        }
    }
}
