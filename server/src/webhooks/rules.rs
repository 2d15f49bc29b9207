//! Where webhooks may go.

use counterfoil_core::wire::native::admin::webhook::{URL_BYTES_MAX, WebhookFormat};
use std::net::IpAddr;
use url::{Host, Url};

use super::address::is_public;

/// Where webhooks may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Also to private and loopback addresses: for tests, and inside a network of one's own.
    pub allow_private: bool,
}

/// Ports below which only those of HTTP are opened: the others belong to services of the system.
const FREE_PORTS_MIN: u16 = 1_024;

/// Ports above that belong to other services, which might take what they are sent for commands.
const TAKEN_PORTS: [u16; 24] = [
    1_433, 1_521, 1_719, 1_720, 1_723, 2_049, 3_306, 3_659, 4_045, 4_190, 5_060, 5_061, 5_432,
    6_000, 6_379, 6_566, 6_665, 6_666, 6_667, 6_668, 6_669, 6_697, 10_080, 11_211,
];

impl Rules {
    /// The URL that a text is, if webhooks of this form may go there. What lies behind a name is
    /// judged by [`admits`](Self::admits), when it is known.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as the end of a sentence.
    pub fn judge(self, text: &str, format: WebhookFormat) -> Result<Url, &'static str> {
        if text.len() > URL_BYTES_MAX {
            return Err("must be at most 2048 bytes long");
        }
        let url = Url::parse(text).map_err(|_| "must be a URL such as https://example.com/hook")?;
        let (Some(host), "http" | "https") = (url.host(), url.scheme()) else {
            return Err("must begin with https:// or http://");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a user or a password: they would be no secret");
        }
        if url.fragment().is_some() {
            return Err("must not hold a `#`: what follows it is sent nowhere");
        }
        let is_http = url.scheme() == "http";
        if is_http && format.needs_https() && !(self.allow_private && is_loopback(&host)) {
            return Err("must begin with https:// in this form");
        }
        if !self.allow_private {
            judge_host(&host)?;
            judge_port(url.port_or_known_default())?;
        }
        Ok(url)
    }

    /// Whether a connection may go to this address.
    pub fn admits(self, address: IpAddr) -> bool {
        self.allow_private || is_public(address)
    }
}

fn judge_host(host: &Host<&str>) -> Result<(), &'static str> {
    let is_open = match host {
        Host::Ipv4(address) => is_public((*address).into()),
        Host::Ipv6(address) => is_public((*address).into()),
        Host::Domain(_) => !is_loopback(host),
    };
    is_open.then_some(()).ok_or(
        "must not lead to a private address, unless the server is started with \
         --allow-private-targets",
    )
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

fn judge_port(port: Option<u16>) -> Result<(), &'static str> {
    match port {
        Some(80 | 443) => Ok(()),
        Some(port) if port >= FREE_PORTS_MIN && !TAKEN_PORTS.contains(&port) => Ok(()),
        _ => Err("must have port 80, 443 or one from 1024 on that is no other service's"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: Rules = Rules { allow_private: false };
    const PRIVATE: Rules = Rules { allow_private: true };

    #[track_caller]
    fn check_refused(text: &str, part: &str) {
        let refused = PUBLIC.judge(text, WebhookFormat::Standard).map(|url| url.to_string());
        assert!(matches!(refused, Err(problem) if problem.contains(part)), "{text}: {refused:?}");
    }

    #[test]
    fn a_url_that_leads_inside_is_refused_however_it_is_spelt() {
        for host in [
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "127.0.0.1",
            "127.0.0.1.",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "017700000001",
            "0177.0.0.1",
            "0",
            "0.0.0.0",
            "%31%32%37.0.0.1",
            "\u{ff11}\u{ff12}\u{ff17}.0.0.1",
            "\u{2460}\u{2461}\u{2466}.0.0.1",
            "127\u{3002}0\u{3002}0\u{3002}1",
            "loc\u{ad}alhost",
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "0251.0376.0251.0376",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.0.1",
            "100.64.0.1",
            "198.18.0.1",
            "203.0.113.7",
            "224.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::127.0.0.1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::ffff:a9fe:a9fe]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]",
            "[2001::1]",
            "[2001:db8::1]",
            "[fe80::1]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[ff02::1]",
        ] {
            for scheme in ["http", "https"] {
                let text = format!("{scheme}://{host}/hook");
                check_refused(&text, "private address");
                assert!(PRIVATE.judge(&text, WebhookFormat::Standard).is_ok(), "{text}");
            }
        }
    }

    #[test]
    fn a_url_says_who_is_meant_and_nothing_else() {
        let long = format!("https://example.com/{}", "x".repeat(2_048));
        for (text, part) in [
            ("", "must be a URL"),
            ("hook", "must be a URL"),
            ("https://", "must be a URL"),
            ("https://[fe80::1%25eth0]/", "must be a URL"),
            ("https://1.2.3.4.5/", "must be a URL"),
            ("https://256.1.1.1/", "must be a URL"),
            ("https://example.com:65536/", "must be a URL"),
            ("file:///etc/passwd", "https://"),
            ("ftp://example.com/", "https://"),
            ("gopher://example.com/", "https://"),
            ("javascript:alert(1)", "https://"),
            ("https://ann@example.com/", "user"),
            ("https://ann:secret@example.com/", "user"),
            ("https://:secret@example.com/", "user"),
            ("https://example.com:443@127.0.0.1/", "user"),
            ("https://example.com/#part", "#"),
            ("https://example.com#@127.0.0.1/", "#"),
            ("https://example.com:22/", "port"),
            ("https://example.com:25/", "port"),
            ("https://example.com:0/", "port"),
            ("https://example.com:6379/", "port"),
            ("http://example.com:11211/", "port"),
            (&long, "2048"),
        ] {
            check_refused(text, part);
        }
        for text in [
            "https://example.com/hook?key=1",
            "http://example.com",
            "https://example.com:8443/",
            "https://8.8.8.8/",
            "https://[2606:4700::1111]:8443/hook",
            "https://b\u{fc}cher.example/",
        ] {
            assert!(PUBLIC.judge(text, WebhookFormat::Standard).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_form_that_needs_tls_does_without_for_tests_on_this_machine() {
        let strict = WebhookFormat::ALL.into_iter().find(|format| format.needs_https()).unwrap();
        let judge = |rules: Rules, text: &str| rules.judge(text, strict).is_ok();
        assert!(judge(PUBLIC, "https://example.com/"));
        assert!(!judge(PUBLIC, "http://example.com/"));
        assert!(!judge(PRIVATE, "http://example.com/"));
        assert!(!judge(PRIVATE, "http://10.0.0.1/"));
        for host in ["127.0.0.1:9", "[::1]", "localhost"] {
            assert!(judge(PRIVATE, &format!("http://{host}/")), "{host}");
        }
    }
}
