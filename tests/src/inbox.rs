//! The mail that a server wrote to its customers, read where it waits: no test needs a mail server
//! to know what a letter says.

use counterfoil_core::license::Mode;
use counterfoil_core::time::Timestamp;
use counterfoil_server::ledger::{Letters, List, Lists, MailRow, Part, Rows};
use counterfoil_server::mail::Letter;

use crate::TestServer;

/// As many letters as any test has written.
const LETTERS_MAX: usize = 1_000;

impl TestServer {
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
