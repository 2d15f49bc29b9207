//! Identifiers: where the software runs, brought to one form before they are compared or stored.

use serde::{Deserialize, Serialize};

use crate::prelude::*;
use core::fmt;

/// What one place of a license is taken by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ActivationType {
    /// A web site, by its host name.
    Domain,
    /// A computer or phone, by an id of its own.
    Device,
    /// A person, as a rule by an e-mail address.
    Seat,
    /// A server or container.
    Instance,
}

/// A normalised identifier of 1–255 bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identifier(String);

/// Longest identifier, in bytes, after normalising.
pub const IDENTIFIER_BYTES_MAX: usize = 255;

/// What takes Unicode's tables, which would double the browser's download. Every host brings its
/// own: the server crates and the standard library, JavaScript its `URL` and its strings. It is
/// asked for texts outside ASCII only.
#[derive(Clone, Copy, Debug)]
pub struct Unicode {
    /// Turns a host name into its ASCII form (UTS 46), or says that it has none.
    pub to_ascii: fn(&str) -> Option<String>,
    /// Turns a text into lower case, by the rules that hold in every language.
    pub to_lowercase: fn(&str) -> String,
}

/// Why a text is no identifier of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAnIdentifier {
    /// Nothing was left to compare.
    Empty,
    /// More than [`IDENTIFIER_BYTES_MAX`] bytes were left.
    TooLong,
    /// Not a host name.
    NotAHost,
}

impl NotAnIdentifier {
    /// The stable word of its refusal.
    pub const WORD: &str = "invalid_identifier";

    /// One sentence for a person.
    pub fn message(self) -> String {
        ["The identifier ", self.problem(), ": send another one."].concat()
    }

    /// The end of a sentence that begins with "The identifier".
    pub const fn problem(self) -> &'static str {
        match self {
            Self::Empty => "is empty",
            Self::TooLong => "is longer than 255 bytes",
            Self::NotAHost => "is not a domain name such as example.com",
        }
    }
}

impl Identifier {
    /// Normalises `text` as an identifier of type `kind`. Doing so twice changes nothing.
    ///
    /// - `domain`: `https://www.Example.com:8080/path` is `example.com`;
    /// - `seat`: trimmed and lower case;
    /// - `device`, `instance`: trimmed.
    ///
    /// # Errors
    ///
    /// [`NotAnIdentifier`] when nothing, too much, or no host name is left.
    pub fn new(
        kind: ActivationType,
        text: &str,
        unicode: Unicode,
    ) -> Result<Self, NotAnIdentifier> {
        let normal = match kind {
            ActivationType::Domain => host(text, unicode)?,
            ActivationType::Seat if text.is_ascii() => text.trim().to_ascii_lowercase(),
            ActivationType::Seat => (unicode.to_lowercase)(text.trim()),
            ActivationType::Device | ActivationType::Instance => text.trim().to_owned(),
        };
        if normal.is_empty() {
            Err(NotAnIdentifier::Empty)
        } else if normal.len() > IDENTIFIER_BYTES_MAX {
            Err(NotAnIdentifier::TooLong)
        } else {
            Ok(Self(normal))
        }
    }

    /// An identifier that was normalised before it was stored.
    pub(crate) fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The normalised text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What somebody who only has the key may see of another person's seat: `a…@example.com`, and
    /// of what is no address its first character.
    pub fn masked(&self) -> String {
        let mut masked: String = self.0.chars().take(1).collect();
        masked.push('…');
        if let Some((local, domain)) = self.0.rsplit_once('@')
            && !local.is_empty()
        {
            masked.push('@');
            masked.push_str(domain);
        }
        masked
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn host(text: &str, unicode: Unicode) -> Result<String, NotAnIdentifier> {
    let raw = authority_host(text.trim());
    let ascii = if raw.is_ascii() {
        raw.to_ascii_lowercase()
    } else if raw.contains('%') {
        // A URL parser would decode this first and the `idna` crate would not: refuse instead of
        // letting two ends differ.
        return Err(NotAnIdentifier::NotAHost);
    } else {
        (unicode.to_ascii)(raw).ok_or(NotAnIdentifier::NotAHost)?.to_ascii_lowercase()
    };
    // After the ASCII step, since full-width letters and dots turn into plain ones there.
    let mut name = ascii.as_str();
    while let Some(rest) = name.strip_prefix("www.") {
        name = rest;
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.is_empty() {
        Err(NotAnIdentifier::Empty)
    } else if is_ip_literal(name) || is_host_name(name) {
        Ok(name.to_owned())
    } else {
        Err(NotAnIdentifier::NotAHost)
    }
}

/// The host inside whatever part of a URL people paste: scheme, path, query, fragment,
/// credentials and port are cut off.
fn authority_host(text: &str) -> &str {
    let text = after_web_scheme(text);
    let after_scheme = match text.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => rest.strip_prefix("//").unwrap_or(text),
        _ => text.strip_prefix("//").unwrap_or(text),
    };
    let authority = after_scheme.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host_and_port.starts_with('[') {
        return match host_and_port.split_once(']') {
            Some((inside, _)) => {
                host_and_port.get(..inside.len().saturating_add(1)).unwrap_or(host_and_port)
            }
            None => host_and_port,
        };
    }
    host_and_port.split(':').next().unwrap_or_default()
}

/// What follows `http:` or `https:`, however many slashes a person typed after it: browsers take
/// `https:example.com` for the same site.
fn after_web_scheme(text: &str) -> &str {
    for scheme in ["http:", "https:"] {
        if let Some((start, rest)) = text.split_at_checked(scheme.len())
            && start.eq_ignore_ascii_case(scheme)
        {
            return rest.trim_start_matches(['/', '\\']);
        }
    }
    text
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn is_ip_literal(name: &str) -> bool {
    name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|inside| {
        !inside.is_empty()
            && inside.bytes().all(|byte| byte.is_ascii_hexdigit() || b":.".contains(&byte))
    })
}

/// Labels of anything a URL allows in a host, none of them empty. Looser than DNS on purpose:
/// development sites are called all sorts of things.
fn is_host_name(name: &str) -> bool {
    const FORBIDDEN: &[u8] = b" \"#%/:<>?@[\\]^`{|}";
    name.bytes().all(|byte| byte.is_ascii_graphic() && !FORBIDDEN.contains(&byte))
        && name.split('.').all(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Enough of UTS 46 for the cases here; the real ones are compared in the `tests` package.
    fn to_ascii(name: &str) -> Option<String> {
        let name = name.replace('\u{3002}', ".").replace('\u{ff57}', "w");
        name.replace("bücher", "xn--bcher-kva")
            .is_ascii()
            .then(|| name.replace("bücher", "xn--bcher-kva"))
    }

    const UNICODE: Unicode = Unicode { to_ascii, to_lowercase: str::to_lowercase };

    #[track_caller]
    fn check(kind: ActivationType, text: &str, expected: Result<&str, NotAnIdentifier>) {
        let identifier = Identifier::new(kind, text, UNICODE);
        assert_eq!(identifier.as_ref().map(Identifier::as_str).map_err(|e| *e), expected, "{text}");
    }

    #[test]
    fn every_spelling_of_a_site_is_one_domain() {
        for text in [
            "example.com",
            "https://www.Example.com/path",
            "  HTTP://user:pass@WWW.www.example.com:8080/a?b#c ",
            "example.com.",
            "//example.com\\x",
            "example.com?x=http://other.example",
            "ｗｗｗ.example.com",
            "example。com",
            "git+ssh://git@example.com:22",
            "https:example.com",
            "HTTP:/example.com/",
            "https:\\\\example.com\\x",
        ] {
            check(ActivationType::Domain, text, Ok("example.com"));
        }
    }

    #[test]
    fn other_hosts_keep_their_own_name() {
        for (text, host) in [
            ("staging.example.com", "staging.example.com"),
            ("localhost:3000", "localhost"),
            ("127.0.0.1:80", "127.0.0.1"),
            ("http://[::1]:8080/", "[::1]"),
            ("my_site.test", "my_site.test"),
            ("www", "www"),
            ("https://Bücher.example/", "xn--bcher-kva.example"),
        ] {
            check(
                ActivationType::Domain,
                text,
                if text.contains("Bü") {
                    // This test's stand-in knows the lower-case spelling only.
                    Err(NotAnIdentifier::NotAHost)
                } else {
                    Ok(host)
                },
            );
        }
        check(ActivationType::Domain, "https://bücher.example/", Ok("xn--bcher-kva.example"));
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for (text, problem) in [
            ("", NotAnIdentifier::Empty),
            ("http://", NotAnIdentifier::Empty),
            ("www.", NotAnIdentifier::Empty),
            ("/path", NotAnIdentifier::Empty),
            ("user@", NotAnIdentifier::Empty),
            ("two words", NotAnIdentifier::NotAHost),
            ("a..b", NotAnIdentifier::NotAHost),
            ("example.com..", NotAnIdentifier::NotAHost),
            ("ex%41mple.com", NotAnIdentifier::NotAHost),
            ("[::1", NotAnIdentifier::NotAHost),
            ("a\u{0}b", NotAnIdentifier::NotAHost),
        ] {
            check(ActivationType::Domain, text, Err(problem));
        }
        let long = format!("{}.example", "a".repeat(260));
        check(ActivationType::Domain, &long, Err(NotAnIdentifier::TooLong));
    }

    #[test]
    fn seats_fold_and_devices_do_not() {
        check(ActivationType::Seat, " User@Example.com ", Ok("user@example.com"));
        check(ActivationType::Seat, " \u{d6}SE@Example.com ", Ok("\u{f6}se@example.com"));
        check(ActivationType::Device, " MacBook-Pro-ABC123 ", Ok("MacBook-Pro-ABC123"));
        check(ActivationType::Instance, "prod-api-01", Ok("prod-api-01"));
        check(ActivationType::Instance, " \t", Err(NotAnIdentifier::Empty));
        check(ActivationType::Device, &"x".repeat(256), Err(NotAnIdentifier::TooLong));
    }

    #[test]
    fn a_masked_seat_gives_the_person_away_to_nobody_else() {
        for (text, masked) in [
            ("ann@example.com", "a…@example.com"),
            ("öse@example.com", "ö…@example.com"),
            ("ann", "a…"),
            ("@example.com", "@…"),
        ] {
            assert_eq!(Identifier(text.to_owned()).masked(), masked);
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "\\PC{0,60}", url in "(https?://)?(www\\.)*[a-zA-Z0-9.@:/\\[\\]-]{0,30}") {
            for kind in [ActivationType::Domain, ActivationType::Device, ActivationType::Seat, ActivationType::Instance] {
                for text in [&text, &url] {
                    if let Ok(once) = Identifier::new(kind, text, UNICODE) {
                        prop_assert_eq!(Identifier::new(kind, once.as_str(), UNICODE), Ok(once));
                    }
                }
            }
        }
    }
}
