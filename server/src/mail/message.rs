//! A letter as mail: envelope, headers and body. Whatever a customer or a product is called, there
//! is one recipient and no header that is not ours.

use counterfoil_core::id::MailId;
use counterfoil_core::text::Email;
use counterfoil_core::time::Timestamp;
use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use super::sender::{address_of, header_text};
use super::wording::Rendered;
use super::{Letter, Sender};

/// A message, ready to be handed over.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) text: String,
}

/// What a message is made of beside what it says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Envelope<'a> {
    pub(super) id: MailId,
    pub(super) sender: &'a Sender,
    pub(super) reply_to: Option<&'a Email>,
    /// When it was written: a repeat is the same message to the byte.
    pub(super) written_at: Timestamp,
}

/// Makes the message. The problem is a whole sentence.
pub(super) fn message(
    letter: &Letter,
    shown: Rendered,
    envelope: Envelope<'_>,
) -> Result<Ready, String> {
    let to = address_of(letter.to.as_str());
    let to = to.map_err(|problem| {
        format!("The address {problem}: correct it at the customer, then try again.")
    })?;
    let sender = envelope.sender.mailbox();
    let name = letter.name.as_ref().map(|name| header_text(name.as_str()));
    // Punctuation alone is nobody's name, and no header's phrase.
    let name = name.filter(|name| name.chars().any(char::is_alphanumeric));
    let id = format!("<{}@{}>", envelope.id, envelope.sender.domain());
    let seconds = u64::try_from(envelope.written_at.unix()).unwrap_or_default();
    let written_at = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap_or(UNIX_EPOCH);
    let sent_to = lettre::address::Envelope::new(Some(sender.email.clone()), vec![to.clone()]);
    let sent_to = sent_to.map_err(|error| format!("The message cannot be made: {error}."))?;
    let mut builder = Message::builder()
        .envelope(sent_to)
        .from(sender.clone())
        .to(Mailbox::new(name, to.clone()))
        .subject(shown.subject)
        .message_id(Some(id))
        .date(written_at)
        // No answering machine answers it (RFC 3834).
        .raw_header(auto_submitted());
    // One that was kept before it could be judged is left out: answers go to the sender then.
    if let Some(Ok(address)) = envelope.reply_to.map(|address| address_of(address.as_str())) {
        builder = builder.reply_to(Mailbox::new(None, address));
    }
    let body = MultiPart::alternative()
        .boundary(envelope.id.to_string())
        .singlepart(SinglePart::plain(shown.text))
        .singlepart(SinglePart::html(shown.html));
    let made = builder.multipart(body);
    let made = made.map_err(|error| format!("The message cannot be made: {error}."))?;
    let text = String::from_utf8(made.formatted());
    let text = text.map_err(|_| "The message cannot be made: it is no text.".to_owned())?;
    Ok(Ready { from: sender.email.clone(), to, text })
}

/// The message as it goes over the line after `DATA`: a lone dot ends it, so no other line may begin
/// with one.
///
/// In one piece: were its end a piece of its own, the system would keep that back until the mail
/// server confirmed the first.
#[derive(Debug)]
pub(super) struct Content<'a>(pub(super) &'a str);

impl fmt::Display for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.0.strip_suffix("\r\n").unwrap_or(self.0);
        for line in lines.split("\r\n") {
            let dot = if line.starts_with('.') { "." } else { "" };
            write!(f, "{dot}{line}\r\n")?;
        }
        f.write_str(".\r\n")
    }
}

fn auto_submitted() -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    HeaderValue::new(name, "auto-generated".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_message_can_end_it() {
        for (message, sent) in [
            ("a\r\nb\r\n", "a\r\nb\r\n.\r\n"),
            ("a", "a\r\n.\r\n"),
            (".\r\n.\r\nRSET\r\n", "..\r\n..\r\nRSET\r\n.\r\n"),
            ("a\r\n..b", "a\r\n...b\r\n.\r\n"),
        ] {
            assert_eq!(Content(message).to_string(), sent);
        }
    }
}
