//! The mail that a server wrote to its customers, read where it waits: no test needs a mail server
//! to know what a letter says.

use counterfoil_core::license::Mode;
use counterfoil_core::time::Timestamp;
use counterfoil_server::Options;
use counterfoil_server::ledger::{Letters, List, Lists, MailRow, Part, Rows};
use counterfoil_server::mail::{Letter, MailOptions};
use std::net::TcpListener;

use crate::{ADMIN_TOKEN, TestServer, options};

/// As many letters as any test has written.
const LETTERS_MAX: usize = 1_000;

/// A mail server that takes every connection and never says a word, so that letters stay where
/// they are and nothing else happens meanwhile.
fn silent_relay() -> (MailOptions, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let options = MailOptions {
        relay: format!("smtp://{address}").parse().expect("a relay"),
        sender: "Counterfoil <licenses@vendor.example>".parse().expect("a sender"),
    };
    (options, listener)
}

impl TestServer {
    /// Starts one that writes mail.
    pub async fn start_with_mail() -> Self {
        Self::start_with_mail_and(|options| options).await
    }

    /// Starts one that writes mail, with further options.
    pub async fn start_with_mail_and(further: impl FnOnce(Options) -> Options) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the store");
        let (mail, relay) = silent_relay();
        let options = options(folder.path(), Some(ADMIN_TOKEN));
        let server = Self::start_with(further(Options { mail: Some(mail), ..options })).await;
        Self { folder: Some(folder), relay: Some(relay), ..server }
    }

    /// The letters that wait, oldest first.
    pub fn letters(&self) -> Vec<Letter> {
        let app = self.server.app();
        let view = app.ledger.view();
        let mut rows: Vec<MailRow> = Vec::new();
        for vendor in view.all_vendors().expect("vendors") {
            for mode in [Mode::Live, Mode::Test] {
                let all = List::mail(vendor.id, mode, None);
                let part = Part { count: LETTERS_MAX, after: None };
                for number in view.oldest(all, part).expect("letters") {
                    rows.extend(
                        view.letter(counterfoil_core::id::MailId::new(number)).expect("a letter"),
                    );
                }
            }
        }
        rows.sort_by_key(|row| row.id);
        let open = |row: &MailRow| {
            let text = app.secret.open(&row.sealed, row.id.to_string().as_bytes()).expect("ours");
            // To whom, what went wrong, and what it says.
            let sealed: (String, Option<String>, Option<Letter>) =
                postcard::from_bytes(&text).expect("a letter");
            sealed.2.expect("a letter that waits")
        };
        rows.iter().map(open).collect()
    }

    /// The code of the last link that was mailed, and until when it is good.
    pub fn mailed_code(&self) -> (String, Timestamp) {
        let letter = self.letters().pop().expect("a letter");
        let link = letter.link.expect("a link");
        let code = link.split_once("/portal/#code=").expect("a code").1;
        (code.to_owned(), letter.link_expires_at.expect("an end"))
    }
}
