//! Secrets where people may see them: the first four characters, no more.

use std::fmt;

/// A key, a token or an e-mail address, as a log or a listing may show it.
#[derive(Clone, Copy)]
pub struct Masked<'a>(pub &'a str);

/// Characters shown.
const SHOWN: usize = 4;

/// Shortest text of which any are shown: of a shorter one they would be too large a part.
const CHARS_MIN: usize = 12;

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if self.0.chars().count() < CHARS_MIN { 0 } else { SHOWN };
        self.0.chars().take(shown).try_for_each(|character| write!(f, "{character}"))?;
        f.write_str("…")
    }
}

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A URL without the password that it may hold.
pub fn masked_url(text: &str) -> String {
    let (place, query) = text.split_once('?').map_or((text, None), |(a, b)| (a, Some(b)));
    let mut masked = match place.split_once("://") {
        Some((scheme, rest)) => match rest.rsplit_once('@') {
            Some((user, host)) => {
                let name = user.split(':').next().unwrap_or_default();
                format!("{scheme}://{name}:…@{host}")
            }
            None => place.to_owned(),
        },
        None => place.to_owned(),
    };
    if let Some(query) = query {
        let hide = |pair: &str| match pair.split_once('=') {
            Some((name, _)) if name.contains("pass") => format!("{name}=…"),
            _ => pair.to_owned(),
        };
        masked.push('?');
        masked.push_str(&query.split('&').map(hide).collect::<Vec<_>>().join("&"));
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_secret_four_characters_are_shown_and_of_a_short_one_none() {
        assert_eq!(Masked("CH-7K2P-9XQ4-LM83").to_string(), "CH-7…");
        assert_eq!(Masked("ann@example.com").to_string(), "ann@…");
        assert_eq!(Masked("short").to_string(), "…");
    }

    #[test]
    fn of_a_url_the_password_is_hidden_and_the_rest_is_shown() {
        for (url, shown) in [
            ("smtp://ann:pa%40ss@mail.example:587", "smtp://ann:…@mail.example:587"),
            ("postgres://h/db?sslmode=on&password=x", "postgres://h/db?sslmode=on&password=…"),
            ("postgres://u:a@b/c@h/db", "postgres://u:…@h/db"),
            ("redb:/var/lib/counterfoil.redb", "redb:/var/lib/counterfoil.redb"),
        ] {
            assert_eq!(masked_url(url), shown);
        }
    }
}
