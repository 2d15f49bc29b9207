//! Who a request comes from, where proxies stand in between.

use http::HeaderMap;
use http::header::{FORWARDED, HOST, HeaderName, HeaderValue, VIA};
use std::net::{IpAddr, SocketAddr};

use crate::config::TrustedProxies;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Headers that only proxies add. A request with one of them was not made on this machine,
/// whatever its connection says.
const MARKS: [HeaderName; 6] = [
    X_FORWARDED_FOR,
    FORWARDED,
    VIA,
    HeaderName::from_static("x-real-ip"),
    X_FORWARDED_HOST,
    HeaderName::from_static("x-forwarded-proto"),
];

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) ip: IpAddr,
    pub(super) is_loopback: bool,
}

/// The client's address: the peer's own, or what a trusted proxy says it is.
pub(super) fn origin(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> Origin {
    if !MARKS.iter().any(|mark| headers.contains_key(mark)) {
        return Origin { ip: peer, is_loopback: peer.is_loopback() };
    }
    let told = trusted.contains(peer).then(|| told(headers, trusted)).flatten();
    Origin { ip: told.unwrap_or(peer), is_loopback: false }
}

/// The host name that the client asked for, as it was written: what a trusted proxy says it was,
/// else the request's own. Whoever asks may ask for any, so nothing hangs on a proxy's truth here.
pub(super) fn host(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &TrustedProxies,
) -> Option<HeaderValue> {
    let told = || {
        let first = |name: HeaderName| entries(headers, &name)?.into_iter().next();
        let host = first(X_FORWARDED_HOST);
        let host = host.or_else(|| Some(member(&first(FORWARDED)?, "host")?.to_owned()));
        host.and_then(|host| HeaderValue::from_str(&host).ok())
    };
    let told = trusted.contains(peer).then(told).flatten();
    told.or_else(|| headers.get(HOST).cloned())
}

/// What the headers say; nothing where they cannot be read or contradict each other: a proxy
/// writes one of the two and may pass on the other as a client made it up.
fn told(headers: &HeaderMap, trusted: &TrustedProxies) -> Option<IpAddr> {
    let one = headers.contains_key(X_FORWARDED_FOR).then(|| {
        let entries = entries(headers, &X_FORWARDED_FOR)?;
        client(entries.iter().map(|entry| address(entry)), trusted)
    });
    let other = headers.contains_key(FORWARDED).then(|| {
        let entries = entries(headers, &FORWARDED)?;
        client(entries.iter().map(|entry| address(member(entry, "for")?)), trusted)
    });
    match (one, other) {
        (Some(told), None) | (None, Some(told)) => told,
        (Some(one), Some(other)) => one.filter(|_| one == other),
        (None, None) => None,
    }
}

/// The entries of a header, which may come in several lines.
fn entries(headers: &HeaderMap, name: &HeaderName) -> Option<Vec<String>> {
    let mut entries = Vec::new();
    for line in headers.get_all(name) {
        entries.extend(line.to_str().ok()?.split(',').map(|entry| entry.trim().to_owned()));
    }
    Some(entries)
}

/// Each proxy adds whom it heard from at the end: the last address that is no proxy of ours is
/// the client. Everything before it is the client's word.
fn client(
    addresses: impl DoubleEndedIterator<Item = Option<IpAddr>>,
    trusted: &TrustedProxies,
) -> Option<IpAddr> {
    let mut farthest = None;
    for address in addresses.rev() {
        let address = address?;
        if !trusted.contains(address) {
            return Some(address);
        }
        farthest = Some(address);
    }
    farthest
}

/// A member of an element such as `for="[2001:db8::1]:4711";proto=https`.
fn member<'a>(element: &'a str, called: &str) -> Option<&'a str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.eq_ignore_ascii_case(called))?;
    Some(value.trim_matches('"'))
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = bracketed.unwrap_or(text).parse::<IpAddr>();
    let address = address.or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(peer: &str, lines: &[(&'static str, &'static str)], ip: &str, is_loopback: bool) {
        let trusted: TrustedProxies = "127.0.0.1, 10.0.0.0/8, fd00::/8".parse().unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        let ip = ip.parse().unwrap();
        assert_eq!(origin(peer.parse().unwrap(), &headers, &trusted), Origin { ip, is_loopback });
    }

    #[test]
    fn the_last_address_that_is_no_proxy_of_ours_is_the_client() {
        for (name, value, ip) in [
            ("x-forwarded-for", "192.0.2.1", "192.0.2.1"),
            ("x-forwarded-for", "6.6.6.6, 192.0.2.1, 10.1.2.3", "192.0.2.1"),
            ("x-forwarded-for", "nonsense, 192.0.2.1:5050", "192.0.2.1"),
            ("x-forwarded-for", "[2001:db8::1]:443, fd00::1", "2001:db8::1"),
            ("x-forwarded-for", "10.0.0.9, 10.0.0.8", "10.0.0.9"),
            ("forwarded", "for=192.0.2.1;proto=https, for=10.0.0.1", "192.0.2.1"),
            ("forwarded", "For=\"[2001:db8::1]:4711\"", "2001:db8::1"),
        ] {
            check("127.0.0.1", &[(name, value)], ip, false);
        }
        let lines = [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-for", "192.0.2.2")];
        check("10.1.1.1", &lines, "192.0.2.2", false);
    }

    #[test]
    fn what_cannot_be_believed_leaves_the_peer_and_is_never_loopback() {
        for lines in [
            &[("x-forwarded-for", "nonsense")][..],
            &[("x-forwarded-for", "")],
            &[("x-forwarded-for", "192.0.2.1, unknown")],
            &[("forwarded", "for=_hidden")],
            &[("forwarded", "proto=https")],
            &[("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=192.0.2.9")],
            &[("x-real-ip", "192.0.2.1")],
            &[("via", "1.1 cache")],
        ] {
            check("127.0.0.1", lines, "127.0.0.1", false);
        }
        check("192.0.2.7", &[("x-forwarded-for", "192.0.2.1")], "192.0.2.7", false);
        check("127.0.0.1", &[], "127.0.0.1", true);
        check("192.0.2.7", &[], "192.0.2.7", false);
    }
    #[test]
    fn a_host_is_what_the_client_asked_for_and_a_proxy_is_asked_only_when_it_is_trusted() {
        let trusted: TrustedProxies = "127.0.0.1".parse().unwrap();
        let host_of = |peer: &str, lines: &[(&'static str, &'static str)]| {
            let lines = lines.iter().map(|(name, value)| (*name, value.parse().unwrap()));
            let headers = lines.map(|(name, value)| (name.parse().unwrap(), value)).collect();
            host(peer.parse().unwrap(), &headers, &trusted)
        };
        let own = ("host", "own.example:8787");
        for (peer, line, expected) in [
            ("127.0.0.1", ("x-forwarded-host", "a.example, b.example"), "a.example"),
            ("127.0.0.1", ("forwarded", "for=192.0.2.1;host=\"c.example:80\""), "c.example:80"),
            ("127.0.0.1", ("forwarded", "for=192.0.2.1"), "own.example:8787"),
            ("192.0.2.7", ("x-forwarded-host", "a.example"), "own.example:8787"),
        ] {
            assert_eq!(host_of(peer, &[own, line]).unwrap(), expected);
        }
        assert_eq!(host_of("127.0.0.1", &[]), None);
    }
}
