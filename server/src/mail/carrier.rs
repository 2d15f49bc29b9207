//! Takes letters to the mail server, one after the other, each marked before the next.
//!
//! A letter is taken at least once: a crash between its commit and its sending loses nothing, and
//! one after its sending repeats that letter and no other, under the same `Message-ID`. Trouble with
//! the mail server holds the whole queue and ends no letter; what it says of one letter concerns
//! that one only.

use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use futures_util::FutureExt;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

use super::connection::{Connection, Failure, Said};
use super::ladder::{letter_waits, queue_waits};
use super::letter::Sealed;
use super::message::{Envelope, Ready, message};
use super::wording::Wording;
use super::{Desktop, Letter, Mail, MailOptions, MailState, open};
use crate::env::{Env, random};
use crate::ledger::{Ledger, LedgerError, Letters, MailRow};
use crate::secret::Secret;

/// How long a letter gets that is on its way when the server goes down.
const LAST_TIME_MAX: Duration = Duration::from_secs(3);

/// Seconds for which what became of a letter is kept.
const SENT_KEPT_SECONDS: i64 = 30 * 86_400;
const DEAD_KEPT_SECONDS: i64 = 90 * 86_400;

/// Seconds to wait when the store itself fails.
const STORE_WAIT_SECONDS: i64 = 10;

/// Carries letters until it is told to stop.
pub(crate) struct Carrier {
    pub(crate) options: MailOptions,
    pub(crate) mail: Mail,
    pub(crate) ledger: Ledger,
    pub(crate) secret: Arc<Secret>,
    pub(crate) env: Arc<dyn Env>,
}

impl std::fmt::Debug for Carrier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Carrier({:?})", self.options)
    }
}

/// How it stands with the mail server.
#[derive(Debug, Default)]
struct Line {
    connection: Option<Connection>,
    /// Whether it took a letter already.
    is_proven: bool,
    /// Failures in a row that were no letter's.
    failures: u32,
    /// Until when the mail server is left alone.
    held_until: Option<Timestamp>,
}

impl Line {
    /// Takes the connection for broken.
    fn drop_connection(&mut self) {
        self.connection = None;
        self.is_proven = false;
    }
}

/// What to do next.
enum Next {
    Carry(Box<MailRow>),
    /// Nothing, until then or until something is written.
    Wait(Option<Timestamp>),
}

/// What became of a letter that was tried.
enum Outcome {
    Sent,
    /// It is tried again.
    Later(String),
    /// It never will be.
    Dead(String),
}

impl Carrier {
    /// Carries letters, over and over, until `stop` fires.
    pub(crate) async fn run(self, stop: oneshot::Receiver<()>) {
        let stop = stop.map(drop).shared();
        let mut line = Line::default();
        let mut commits = self.ledger.commits();
        while stop.peek().is_none() {
            commits.borrow_and_update();
            let next = self.next(&line).unwrap_or_else(|error| {
                tracing::error!("the letters that wait cannot be read: {error}");
                Next::Wait(Some(self.env.now().saturating_add(STORE_WAIT_SECONDS)))
            });
            match next {
                Next::Carry(row) => tokio::select! {
                    () = self.carry(&mut line, *row) => {}
                    () = last_time(stop.clone()) => return,
                },
                Next::Wait(until) => {
                    if let Some(connection) = line.connection.take() {
                        connection.close().await;
                    }
                    line.drop_connection();
                    tokio::select! {
                        () = self.reaches(until) => {}
                        changed = commits.changed() => if changed.is_err() { return },
                        () = stop.clone() => return,
                    }
                }
            }
        }
    }

    async fn reaches(&self, until: Option<Timestamp>) {
        match until {
            Some(at) => self.env.reaches(at).await,
            None => pending().await,
        }
    }

    fn next(&self, line: &Line) -> Result<Next, LedgerError> {
        let view = self.ledger.view();
        let Some((due, id)) = view.first_due()? else { return Ok(Next::Wait(None)) };
        let due = line.held_until.map_or(due, |held| held.max(due));
        if due > self.env.now() {
            return Ok(Next::Wait(Some(due)));
        }
        let row = view.letter(id)?.ok_or(LedgerError::Dangling("letter"))?;
        Ok(Next::Carry(Box::new(row)))
    }

    /// Tries a letter, and keeps what became of it.
    async fn carry(&self, line: &mut Line, row: MailRow) {
        let sealed = open(&row, &self.secret).unwrap_or_else(|error| {
            tracing::error!("mail {} cannot be read: {error}", row.id);
            Sealed { to: String::new(), problem: None, letter: None }
        });
        let outcome = match self.prepare(&row, sealed.letter.as_ref()) {
            Ok(ready) => match self.hand_over(line, &ready, &row).await {
                Some(outcome) => outcome,
                // It was the mail server's doing, and the letter goes on waiting.
                None => return,
            },
            Err(problem) => Outcome::Dead(problem),
        };
        if let Err(refusal) = self.mark(row, sealed, outcome).await {
            tracing::error!("what became of a letter cannot be kept: {}", refusal.message());
            line.held_until = Some(self.env.now().saturating_add(STORE_WAIT_SECONDS));
        }
    }

    /// Makes the message of a letter. The problem is a sentence, and ends it.
    fn prepare(&self, row: &MailRow, letter: Option<&Letter>) -> Result<Ready, String> {
        let letter = letter.ok_or("What it says was lost.")?;
        if letter.link_expires_at.is_some_and(|end| end <= self.env.now()) {
            return Err("Its link ran out before it could be sent.".to_owned());
        }
        let view = self.ledger.view();
        let kept = |error: LedgerError| format!("The store failed: {error}.");
        let wording = view.wording((row.vendor, row.mode), row.template).map_err(kept)?;
        let shown = Wording::of(row.template, &wording).render(letter).or_else(|problem| {
            // A customer must not miss a letter because somebody mistyped its template.
            let part = problem.part.word();
            tracing::warn!(
                "mail {} is worded as built in: the vendor's {part} of {} {problem}",
                row.id,
                row.template.word()
            );
            Wording::built_in(row.template).render(letter)
        });
        let shown = shown.map_err(|problem| format!("The built-in wording {problem}."))?;
        let habits = view.habits(row.vendor, row.mode).map_err(kept)?;
        let envelope = Envelope {
            id: row.id,
            sender: &self.options.sender,
            reply_to: habits.reply_to.as_ref(),
            written_at: row.created_at,
        };
        message(letter, shown, envelope)
    }

    /// Hands a message over; `None` when the mail server takes none at all.
    async fn hand_over(&self, line: &mut Line, ready: &Ready, row: &MailRow) -> Option<Outcome> {
        let sent = match &mut line.connection {
            Some(connection) => connection.send(ready).await,
            None => match Connection::open(&self.options).await {
                Ok(opened) => line.connection.insert(opened).send(ready).await,
                Err(failure) => Err(failure),
            },
        };
        match sent {
            Ok(()) => {
                self.answers(line);
                line.is_proven = true;
                Some(Outcome::Sent)
            }
            Err(Failure::Held(problem)) => {
                // Mail servers close connections that carried enough; another one may do.
                let was_proven = line.is_proven;
                line.drop_connection();
                if !was_proven {
                    self.hold(line, &problem);
                }
                None
            }
            Err(Failure::Later(said)) => {
                self.note(line, row, &said);
                Some(Outcome::Later(said.sentence))
            }
            Err(Failure::Never(said)) => {
                self.note(line, row, &said);
                Some(Outcome::Dead(said.sentence))
            }
        }
    }

    /// Leaves the mail server alone for a while.
    fn hold(&self, line: &mut Line, problem: &str) {
        line.failures = line.failures.saturating_add(1);
        let waits = queue_waits(line.failures, random(&*self.env).unwrap_or_default());
        let until = self.env.now().saturating_add(waits);
        line.held_until = Some(until);
        tracing::warn!("mail waits until {until}: {problem}");
        self.mail.set_trouble(Some(format!("{problem} It is asked again at {until}.")));
    }

    /// Forgets that the mail server was in trouble.
    fn answers(&self, line: &mut Line) {
        line.failures = 0;
        line.held_until = None;
        self.mail.set_trouble(None);
    }

    /// Notes what the mail server said of one letter, in the log without its words.
    fn note(&self, line: &mut Line, row: &MailRow, said: &Said) {
        let code = said.code.map_or_else(|| "no answer".to_owned(), |code| code.to_string());
        tracing::warn!("mail {} was not taken ({code}): `admin.mail.list` says why", row.id);
        if said.is_gone {
            line.drop_connection();
            self.hold(line, "The connection to the mail server broke off.");
        } else {
            self.answers(line);
        }
    }

    /// Keeps what became of a letter, without what it says once nobody needs that any more.
    async fn mark(
        &self,
        row: MailRow,
        mut sealed: Sealed,
        outcome: Outcome,
    ) -> Result<(), Refusal> {
        let now = self.env.now();
        let mut row = row;
        match outcome {
            Outcome::Sent => {
                (row.state, row.sent_at) = (MailState::Sent, Some(now));
                row.next_at = now.saturating_add(SENT_KEPT_SECONDS);
                (sealed.letter, sealed.problem) = (None, None);
            }
            Outcome::Later(problem) => {
                row.attempts = row.attempts.saturating_add(1);
                match letter_waits(row.attempts, random(&*self.env)?) {
                    Some(seconds) => row.next_at = now.saturating_add(seconds),
                    None => bury(&mut row, now),
                }
                sealed.problem = Some(problem);
            }
            Outcome::Dead(problem) => {
                row.attempts = row.attempts.saturating_add(1);
                bury(&mut row, now);
                sealed.problem = Some(problem);
            }
        }
        row.sealed =
            sealed.close(row.id, Desktop { secret: &self.secret, env: &*self.env, now })?;
        self.ledger.transact(move |txn| Ok(txn.put_letter(&row, now)?)).await
    }
}

/// Its contents stay: somebody may try again.
fn bury(row: &mut MailRow, now: Timestamp) {
    row.state = MailState::Dead;
    row.next_at = now.saturating_add(DEAD_KEPT_SECONDS);
}

/// Ends a little after `stop` did.
async fn last_time(stop: impl Future<Output = ()>) {
    stop.await;
    tokio::time::sleep(LAST_TIME_MAX).await;
}
