//! Addresses as mail takes them: whom it comes from, and to whom it goes.

use idna::AsciiDenyList;
use lettre::Address;
use lettre::message::Mailbox;
use std::fmt;
use std::str::FromStr;

/// Whom mail comes from: `licenses@example.com`, or `Acme <licenses@example.com>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(Mailbox);

/// The text is nobody mail can come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotASender;

impl FromStr for Sender {
    type Err = NotASender;

    fn from_str(text: &str) -> Result<Self, NotASender> {
        let (name, address) = match text.trim().strip_suffix('>') {
            Some(text) => {
                let (name, address) = text.rsplit_once('<').ok_or(NotASender)?;
                (Some(name.trim().trim_matches('"')), address)
            }
            None => (None, text.trim()),
        };
        let address = address_of(address).map_err(|_| NotASender)?;
        // It is sent to everybody, whatever their mail servers can read.
        let is_plain = address.user().is_ascii();
        let name = name.map(shown_name).filter(|name| !name.is_empty());
        if is_plain { Ok(Self(Mailbox::new(name, address))) } else { Err(NotASender) }
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.name {
            Some(name) => write!(f, "{name} <{}>", self.0.email),
            None => write!(f, "{}", self.0.email),
        }
    }
}

impl Sender {
    pub(super) const fn mailbox(&self) -> &Mailbox {
        &self.0
    }

    /// The host that its address is at: what ids of messages end with.
    pub(super) fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

/// An address that mail can go to, its host in ASCII. The problem is the end of a sentence that
/// begins with the address.
pub(super) fn address_of(text: &str) -> Result<Address, &'static str> {
    // The only characters that could end a line of the protocol.
    if text.chars().any(|character| character.is_control() || character.is_whitespace()) {
        return Err("holds spaces or control characters");
    }
    // Some mail servers decode even what is an address, and find another one in it.
    if text.contains("=?") {
        return Err("holds an encoded word");
    }
    let (user, domain) = text.rsplit_once('@').ok_or("has no @")?;
    let domain = if domain.starts_with('[') {
        domain.into()
    } else {
        idna::domain_to_ascii_cow(domain.as_bytes(), AsciiDenyList::URL)
            .map_err(|_| "has a host name that cannot exist")?
    };
    Address::new(user, domain).map_err(|_| "is no e-mail address")
}

/// A name as a header can show it: one line, without characters that nobody sees.
pub(super) fn shown_name(name: &str) -> String {
    let visible = |character: char| if character.is_control() { ' ' } else { character };
    let name: String = name.chars().map(visible).collect();
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Most characters of a text in a header. A line of mail holds 998 bytes, a long word cannot be
/// folded, and its quotes may have to be quoted.
const HEADER_CHARS_MAX: usize = 300;

/// A text for a header, which says what it says: one that looks like an encoded word would be
/// decoded by whoever reads it.
pub(super) fn header_text(text: &str) -> String {
    let text = shown_name(text).replace("=?", "= ?");
    match text.char_indices().nth(HEADER_CHARS_MAX) {
        Some((end, _)) => text.get(..end).map_or_else(String::new, |text| format!("{text}…")),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        for (text, shown) in [
            ("licenses@example.com", "licenses@example.com"),
            ("Acme <licenses@example.com>", "Acme <licenses@example.com>"),
            ("\"Acme, Inc.\" <l@example.com>", "Acme, Inc. <l@example.com>"),
            ("l@bücher.example", "l@xn--bcher-kva.example"),
        ] {
            assert_eq!(text.parse::<Sender>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn what_could_become_another_header_or_recipient_is_no_sender() {
        for text in
            ["", "nobody", "a@b, c@d", "a@b\r\nBcc: c@d", "Acme <a@b> <c@d>x", "é@example.com"]
        {
            assert_eq!(text.parse::<Sender>(), Err(NotASender), "{text}");
        }
    }
}
