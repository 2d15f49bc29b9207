//! Names and addresses that would be something else: another header, another recipient, another
//! command. Each is really sent, and somebody else's reader looks at what came.

use counterfoil_core::alias::Alias;
use counterfoil_core::license::Mode;
use counterfoil_core::text::{Email, Name};
use counterfoil_server::ledger::Rows;
use counterfoil_server::mail::{Letter, LicenseLine, Template};
use counterfoil_tests::TestServer;
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::post_office::PostOffice;
use crate::{post, until_queued};

/// Hostile texts in one letter, all in its headers: the address, the name, and in the subject the
/// names of products and plans.
const TEXTS: usize = 2 + 2 * LICENSES;
const LICENSES: usize = 4;

/// Letters: enough for ten thousand hostile texts in those that can be sent.
const LETTERS: usize = 2_000;

/// Letters in one transaction.
const BATCH: usize = 500;

/// What names and addresses are put together from.
const PIECES: [&str; 48] = [
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\t",
    " ",
    "\u{b}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\u{feff}",
    ",",
    ";",
    ":",
    "\"",
    "\\",
    "'",
    "(",
    ")",
    "<",
    ">",
    "[",
    "]",
    "@",
    ".",
    "..",
    "-",
    "+",
    "%",
    "!",
    "\r\nBcc: evil@evil.example",
    "\nTo: evil@evil.example",
    "\r\n\r\n<b>body</b>",
    "\r\n.\r\n",
    "\r\nRCPT TO:<evil@evil.example>\r\n",
    ">, <evil@evil.example",
    "\" <evil@evil.example>, \"",
    "=?utf-8?q?=0D=0ABcc:_evil@evil.example?=",
    "=?utf-8?b?DQpCY2M6IGV2aWxAZXZpbC5leGFtcGxl?=",
    "evil@evil.example",
    "ann",
    "Ann Example",
    "jürgen",
    "用户",
    "🦀",
    "é",
    "x",
    "{{ 7 * 7 }}",
];

const HOSTS: [&str; 12] = [
    "example.com",
    "bücher.example",
    "例え.jp",
    "[127.0.0.1]",
    "EXAMPLE.com",
    "xn--bcher-kva.example",
    "example.com.",
    "-bad-.example",
    "a b.example",
    "example.com>,<evil@evil.example",
    "",
    "localhost",
];

/// The generator known as split mix: the same cases in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }

    fn text(&mut self, pieces_max: usize) -> String {
        let mut text = String::new();
        for _ in 0..=self.roll(pieces_max) {
            text.push_str(PIECES[self.roll(PIECES.len())]);
        }
        if self.roll(50) == 0 { text.repeat(300) } else { text }
    }

    /// Most of them can be sent, so that what they are sent with is looked at too.
    fn address(&mut self) -> String {
        let user = match self.roll(3) {
            0 => self.text(3),
            _ => format!("ann.{}", self.roll(1_000)),
        };
        let host = match self.roll(3) {
            0 => HOSTS[self.roll(HOSTS.len())],
            _ => "example.com",
        };
        format!("{user}@{host}")
    }
}

/// A text as a store could hold it, whatever was let in.
fn name(text: &str) -> Name {
    postcard::from_bytes(&postcard::to_allocvec(text).unwrap()).unwrap()
}

fn email(text: &str) -> Email {
    postcard::from_bytes(&postcard::to_allocvec(text).unwrap()).unwrap()
}

fn letter(dice: &mut Dice, vendor: counterfoil_core::id::VendorId) -> Letter {
    let mut line = || LicenseLine {
        product: name(&dice.text(4)),
        plan: Some(name(&dice.text(4))),
        alias: Alias::make([7; 16]),
        key: Some("K".to_owned()),
        expires_at: None,
        grace_until: None,
    };
    let licenses = (0..LICENSES).map(|_| line()).collect();
    Letter {
        template: Template::LicenseDelivered,
        vendor,
        mode: Mode::Live,
        to: email(&dice.address()),
        name: Some(name(&dice.text(4))),
        licenses,
        link: None,
        link_expires_at: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_anybody_is_called_there_is_one_recipient_and_no_other_header() {
    let mut office = PostOffice::open().await;
    let server = TestServer::start_mailing(&office.url()).await;
    // Short, for the sake of the time; the name and the product are in every part.
    let subject = "{% for line in licenses %}{{ line.product }}{{ line.plan }}{% endfor %}";
    let own = json!({ "template": "license_delivered", "subject": subject,
        "text": "{{ name }} {{ product }}", "html": "<p>{{ name }} {{ product }}</p>" });
    server.admin.call("admin.template.update", own).await;
    let vendor = server.server.app().ledger.view().all_vendors().unwrap()[0].id;
    let mut dice = Dice(1);
    let mut received = 0;
    for _ in 0..LETTERS / BATCH {
        let letters: Vec<Letter> = (0..BATCH).map(|_| letter(&mut dice, vendor)).collect();
        post(&server, letters).await;
        until_queued(&server, 0).await;
        let written = newest(&server).await;
        let messages = office.left();
        received += messages.len();
        let sent = written.values().filter(|item| item["state"] == "sent").count();
        assert_eq!(messages.len(), sent, "each was sent once");
        for message in &messages {
            let id = message["messageId"].as_str().unwrap();
            check(message, &written[id.trim_start_matches('<').split('@').next().unwrap()]);
        }
        for item in written.values().filter(|item| item["state"] != "sent") {
            assert_eq!(item["state"], "dead", "{item}");
            let problem = item["problem"].as_str().unwrap();
            assert!(problem.starts_with("The address "), "{item}");
        }
    }
    println!("{LETTERS} letters, {received} sent with {} hostile texts", received * TEXTS);
    assert!(received * TEXTS >= 10_000, "{received} were sent");
    server.stop().await;
}

/// The letters of the last batch, by their ids.
async fn newest(server: &TestServer) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut cursor = Value::Null;
    while found.len() < BATCH {
        let limit = (BATCH - found.len()).min(200);
        let call = json!({ "limit": limit, "cursor": cursor });
        let page = server.admin.call("admin.mail.list", call).await;
        for item in page["items"].as_array().unwrap() {
            found.insert(item["id"].as_str().unwrap().to_owned(), item.clone());
        }
        cursor = page["nextCursor"].clone();
    }
    found
}

#[track_caller]
fn check(message: &Value, item: &Value) {
    const HEADERS: [&str; 8] = [
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Date",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    ];
    let to = message["to"].as_array().unwrap();
    assert_eq!(to.len(), 1, "{item}");
    let (user, _) = item["to"].as_str().unwrap().rsplit_once('@').unwrap();
    let (sent_to, _) = to[0].as_str().unwrap().rsplit_once('@').unwrap();
    assert_eq!(sent_to, user, "{item}");
    assert_eq!(message["from"], "licenses@acme.example");
    let mut headers: Vec<&str> =
        message["headers"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    headers.sort_unstable();
    let mut wanted = HEADERS;
    wanted.sort_unstable();
    assert_eq!(headers, wanted, "{item}");
    assert_eq!(message["recipients"].as_array().unwrap().len(), 1, "{message}");
    let subject = message["subject"].as_str().unwrap();
    assert!(!subject.contains(['\r', '\n']), "{subject:?}");
}
