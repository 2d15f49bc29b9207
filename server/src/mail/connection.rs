//! One conversation with the mail server, step by step: which step failed says whose fault it is.

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use std::time::Duration;
use tokio::time::timeout;

use super::message::{Content, Ready};
use super::relay::Protection;
use super::{MailOptions, Relay};

/// Until the mail server is reached and lets us in.
const OPEN_TIME_MAX: Duration = Duration::from_secs(30);

/// Until it answers a command: RFC 5321 allows five minutes, but nobody's mail waits for that.
const STEP_TIME_MAX: Duration = Duration::from_secs(60);

/// Until it confirms a message. RFC 5321 asks for that long: one that is given up earlier may have
/// been taken, and is sent twice.
const TAKE_TIME_MAX: Duration = Duration::from_secs(600);

/// Why the mail server did not take a letter.
#[derive(Debug)]
pub(super) enum Failure {
    /// Nothing to do with the letter: the mail server is not there, or does not let us in. What the
    /// log may say, which quotes nobody.
    Held(String),
    /// It does not take this letter now, or went away in the midst of it.
    Later(Said),
    /// It will never take this letter.
    Never(Said),
}

/// What the mail server said.
#[derive(Debug)]
pub(super) struct Said {
    /// For the desk: it may quote the address.
    pub(super) sentence: String,
    /// The number, for the log.
    pub(super) code: Option<u16>,
    /// Whether the connection is of no use any more.
    pub(super) is_gone: bool,
}

/// A connection on which letters can be handed over.
pub(super) struct Connection(AsyncSmtpConnection);

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connection")
    }
}

impl Connection {
    /// Connects, protects the connection and signs in.
    pub(super) async fn open(options: &MailOptions) -> Result<Self, Failure> {
        let hello = options.sender.domain();
        match timeout(OPEN_TIME_MAX, open(&options.relay, hello)).await {
            Ok(opened) => opened.map(Self),
            Err(_) => Err(Failure::Held("The mail server does not answer.".to_owned())),
        }
    }

    /// Hands a letter over.
    pub(super) async fn send(&mut self, ready: &Ready) -> Result<(), Failure> {
        let parameters = self.parameters(ready)?;
        // Refusing whom mail comes from is refusing us, not the letter.
        let mail = Mail::new(Some(ready.from.clone()), parameters);
        match step(STEP_TIME_MAX, self.0.command(mail)).await {
            Ok(()) => {}
            Err(said) => return Err(held(&said, "The mail server does not let us send")),
        }
        match self.hand_over(ready).await {
            Ok(()) => Ok(()),
            Err(said) => Err(self.judge(said).await),
        }
    }

    /// The steps that concern the letter.
    async fn hand_over(&mut self, ready: &Ready) -> Result<(), Said> {
        let rcpt = Rcpt::new(ready.to.clone(), Vec::new());
        step(STEP_TIME_MAX, self.0.command(rcpt)).await?;
        step(STEP_TIME_MAX, self.0.command(Data)).await?;
        step(TAKE_TIME_MAX, self.0.command(Content(&ready.text))).await
    }

    /// Says good bye.
    pub(super) async fn close(mut self) {
        drop(timeout(STEP_TIME_MAX, self.0.quit()).await);
    }

    /// What the envelope asks of the mail server, if that can do it.
    fn parameters(&self, ready: &Ready) -> Result<Vec<MailParameter>, Failure> {
        let mut parameters = Vec::new();
        let info = self.0.server_info();
        let cannot = |sentence: &str| {
            let sentence = sentence.to_owned();
            Err(Failure::Never(Said { sentence, code: None, is_gone: false }))
        };
        if !ready.to.user().is_ascii() {
            if !info.supports_feature(Extension::SmtpUtfEight) {
                return cannot("The mail server takes no address outside ASCII (SMTPUTF8).");
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !ready.text.is_ascii() {
            if !info.supports_feature(Extension::EightBitMime) {
                return cannot("The mail server takes no message outside ASCII (8BITMIME).");
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }

    /// Judges a step that concerned the letter, and makes the connection ready for the next one.
    async fn judge(&mut self, said: Said) -> Failure {
        match said.code {
            // It closes the connection, or wants to know who we are: nothing the letter did.
            Some(421 | 530 | 534 | 535 | 538) => {
                held(&said, "The mail server does not let us send")
            }
            Some(_) => {
                let reset = step(STEP_TIME_MAX, self.0.command(Rset)).await;
                Failure::of(Said { is_gone: reset.is_err(), ..said })
            }
            None => Failure::of(said),
        }
    }
}

impl Failure {
    fn of(said: Said) -> Self {
        match said.code {
            Some(500..=599) => Self::Never(said),
            _ => Self::Later(said),
        }
    }
}

async fn open(relay: &Relay, hello: &str) -> Result<AsyncSmtpConnection, Failure> {
    let failed = |what: &'static str| move |error: Error| Failure::Held(told(what, &error));
    let hello = ClientId::Domain(hello.to_owned());
    let tls = || {
        TlsParameters::new(relay.host.clone())
            .map_err(failed("The mail server's certificates cannot be judged"))
    };
    let wrapped = (relay.protection == Protection::Wrapped).then(tls).transpose()?;
    let place = (relay.host.as_str(), relay.port);
    let connect =
        AsyncSmtpConnection::connect_tokio1(place, Some(OPEN_TIME_MAX), &hello, wrapped, None);
    let mut connection = connect.await.map_err(failed("The mail server cannot be reached"))?;
    let wants_tls = match relay.protection {
        Protection::None | Protection::Wrapped => false,
        Protection::Opportunistic => connection.can_starttls(),
        Protection::Required => true,
    };
    if wants_tls {
        let started = connection.starttls(tls()?, &hello).await;
        started.map_err(failed("The connection to the mail server cannot be protected"))?;
    }
    if let Some((user, password)) = &relay.credentials {
        let credentials = Credentials::new(user.clone(), password.clone());
        let signed_in = connection.auth(DEFAULT_MECHANISMS, &credentials).await;
        signed_in.map_err(failed("The mail server refuses our user or password"))?;
    }
    Ok(connection)
}

/// Runs a step of the conversation for so long at most.
async fn step<A>(
    time_max: Duration,
    command: impl Future<Output = Result<A, Error>>,
) -> Result<(), Said> {
    match timeout(time_max, command).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(said(&error)),
        Err(_) => {
            let sentence = "The mail server did not answer in time.".to_owned();
            Err(Said { sentence, code: None, is_gone: true })
        }
    }
}

fn said(error: &Error) -> Said {
    let code = error.status().map(u16::from);
    let words = std::error::Error::source(error).map(ToString::to_string);
    let words = words.as_deref().map_or("nothing more", str::trim);
    let sentence = match code {
        Some(code) => format!("The mail server said {code}: {words}"),
        None => "The connection to the mail server broke off.".to_owned(),
    };
    Said { sentence, code, is_gone: code.is_none() }
}

fn held(said: &Said, what: &str) -> Failure {
    Failure::Held(match said.code {
        Some(code) => format!("{what} ({code})."),
        None => "The connection to the mail server broke off.".to_owned(),
    })
}

/// What went wrong, without the mail server's own words: they may quote the user.
fn told(what: &str, error: &Error) -> String {
    match error.status() {
        Some(code) => format!("{what} ({code})."),
        None if error.is_response() => format!("{what}: it does not speak SMTP."),
        None => match std::error::Error::source(error) {
            Some(reason) => format!("{what}: {reason}."),
            None => format!("{what}."),
        },
    }
}
