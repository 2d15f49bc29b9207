//! The origins whose pages may show the checkout in a frame.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use url::Url;

/// Origins as browsers send them: `https://shop.example.com`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Arc<[String]>);

impl Origins {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for Origins {
    type Err = String;

    /// Reads origins between commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(origin).collect::<Result<Vec<_>, _>>().map(|all| Self(all.into()))
    }
}

fn origin(entry: &str) -> Result<String, String> {
    let problem =
        || format!("must hold origins such as https://shop.example.com, and `{entry}` is none");
    let url = Url::parse(entry).map_err(|_| problem())?;
    let origin = url.origin().ascii_serialization();
    // What is beyond the origin would promise a narrower door than there is.
    let is_whole = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_plain = url.username().is_empty() && url.password().is_none();
    // A star would stand for any number of hosts, which nobody can have looked at.
    let is_web = matches!(url.scheme(), "https" | "http") && !origin.contains('*');
    (is_whole && is_plain && is_web).then_some(origin).ok_or_else(problem)
}

impl fmt::Display for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_send_them() {
        let cases = [
            ("https://shop.example.com", "https://shop.example.com"),
            ("https://Shop.Example.com/", "https://shop.example.com"),
            (
                "https://a.example, http://localhost:5173 ,",
                "https://a.example http://localhost:5173",
            ),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("https://a.example:443", "https://a.example"),
            ("", ""),
        ];
        for (text, origins) in cases {
            assert_eq!(text.parse::<Origins>().unwrap().to_string(), origins, "{text}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused_by_name() {
        for text in [
            "*",
            "shop.example.com",
            "https://*.example.com",
            "https://a.example/checkout",
            "https://a.example?b",
            "https://user@a.example",
            "data:text/html",
            "https://a.example; script-src *",
            "null",
        ] {
            let problem = text.parse::<Origins>().unwrap_err();
            assert!(problem.contains(&format!("`{text}`")), "{problem}");
        }
    }
}
