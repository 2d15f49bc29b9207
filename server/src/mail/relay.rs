//! The mail server, as its URL names it.

use percent_encoding::percent_decode_str;
use std::str::FromStr;
use url::{Host, Url};

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Not at all: for a relay on this machine or in its own network.
    None,
    /// By STARTTLS where the mail server offers it.
    Opportunistic,
    /// By STARTTLS, or not used.
    Required,
    /// By TLS from the first byte.
    Wrapped,
}

/// Which mail server takes our mail, and as whom we sign in there.
#[derive(Clone, PartialEq, Eq)]
pub struct Relay {
    /// Its host, as a name or an address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub protection: Protection,
    /// User and password.
    pub credentials: Option<(String, String)>,
}

/// It may hold a password.
impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Relay({}:{})", self.host, self.port)
    }
}

const FORMS: &str = "must be smtps://[USER:PASSWORD@]HOST[:PORT], smtp://…?tls=required for \
    STARTTLS, or smtp://… for a relay without TLS";

impl FromStr for Relay {
    /// The end of a sentence that begins with the setting's name. It repeats nothing: any part may
    /// be the password.
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|_| FORMS.to_owned())?;
        let host = match url.host().ok_or(FORMS)? {
            Host::Domain(name) if !name.is_empty() => decoded(name)?,
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
            Host::Domain(_) => return Err(FORMS.to_owned()),
        };
        let mut tls = None;
        for (name, value) in url.query_pairs() {
            match (&*name, tls) {
                ("tls", None) => tls = Some(value.into_owned()),
                _ => return Err("may have `?tls=…` and nothing else after its port".to_owned()),
            }
        }
        let (protection, port) = match (url.scheme(), tls.as_deref()) {
            ("smtp", None) => (Protection::None, 25),
            ("smtp", Some("opportunistic")) => (Protection::Opportunistic, 587),
            ("smtp", Some("required")) => (Protection::Required, 587),
            ("smtps", None) => (Protection::Wrapped, 465),
            ("smtp", Some(_)) => {
                return Err("must have `tls=required` or `tls=opportunistic`".to_owned());
            }
            _ => return Err(FORMS.to_owned()),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(FORMS.to_owned());
        }
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (_, None) => return Err("names a user without a password".to_owned()),
            (user, Some(password)) => Some((decoded(user)?, decoded(password)?)),
        };
        Ok(Self { host, port: url.port().unwrap_or(port), protection, credentials })
    }
}

impl Relay {
    /// Whether its password goes over the network for everybody to read.
    pub fn shows_password(&self) -> bool {
        let is_here = self.host == "localhost"
            || self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        self.credentials.is_some() && self.protection == Protection::None && !is_here
    }
}

fn decoded(text: &str) -> Result<String, String> {
    let text = percent_decode_str(text).decode_utf8();
    let text = text.map_err(|_| "must be UTF-8 where it is percent-encoded".to_owned())?;
    if text.chars().any(char::is_control) {
        return Err("must not hold control characters".to_owned());
    }
    Ok(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_the_url_says_how_the_connection_is_protected() {
        for (url, protection, port) in [
            ("smtp://127.0.0.1:2525", Protection::None, 2525),
            ("smtp://relay.internal", Protection::None, 25),
            ("smtp://mail.example?tls=opportunistic", Protection::Opportunistic, 587),
            ("smtp://mail.example?tls=required", Protection::Required, 587),
            ("smtps://mail.example/", Protection::Wrapped, 465),
        ] {
            let relay: Relay = url.parse().unwrap();
            assert_eq!((relay.protection, relay.port), (protection, port), "{url}");
            assert_eq!(relay.credentials, None);
        }
    }

    #[test]
    fn user_and_password_are_decoded_and_not_shown() {
        let relay: Relay = "smtps://ann%40example.com:p%40ss%2Fword@mail.example".parse().unwrap();
        let credentials = ("ann@example.com".to_owned(), "p@ss/word".to_owned());
        assert_eq!(relay.credentials, Some(credentials));
        assert!(!format!("{relay:?}").contains("ss/word"));
    }

    #[test]
    fn what_is_no_mail_server_is_refused() {
        for url in [
            "mail.example",
            "http://mail.example",
            "smtp://",
            "smtp://mail.example?tls=maybe",
            "smtp://mail.example?ssl=1",
            "smtp://ann@mail.example",
            "smtp://mail.example/path",
            "smtp://ann:a%0d%0ab@mail.example",
        ] {
            assert!(url.parse::<Relay>().is_err(), "{url}");
        }
    }

    #[test]
    fn a_password_in_the_clear_is_noticed_unless_it_stays_here() {
        for (url, shows) in [
            ("smtp://a:b@mail.example", true),
            ("smtp://mail.example", false),
            ("smtp://a:b@127.0.0.1", false),
            ("smtp://a:b@localhost:25", false),
            ("smtp://a:b@mail.example?tls=required", false),
        ] {
            assert_eq!(url.parse::<Relay>().unwrap().shows_password(), shows, "{url}");
        }
    }
}
