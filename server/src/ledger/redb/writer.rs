//! The one writer: jobs that wait together share one durable commit.

use counterfoil_core::refusal::Refusal;
use redb::Database;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::oneshot;

use super::super::LedgerError;
use super::txn::Written;
use super::{Published, Txn, View};
use crate::env::{Env, SystemEnv};
use crate::metrics::COMMITS;

/// Most jobs in one commit: enough for one sync to serve every caller there is, few enough for
/// the first of them not to wait for the last.
const BATCH_MAX: usize = 512;

/// Rows after which a batch ends, so that a thousand licenses here and there do not add up.
const ROWS_MAX: u64 = 10_000;

/// Told whether what the job wrote is kept, passes the job's result on.
type Reply = Box<dyn FnOnce(Result<(), Refusal>) + Send>;

/// Something to do in a transaction.
pub(super) struct Job(Box<dyn FnOnce(&mut Txn<'_>) -> Done + Send>);

struct Done {
    refused: bool,
    reply: Reply,
}

impl Job {
    pub(super) fn new<A, J>(job: J, reply: oneshot::Sender<Result<A, Refusal>>) -> Self
    where
        A: Send + 'static,
        J: FnOnce(&mut Txn<'_>) -> Result<A, Refusal> + Send + 'static,
    {
        Self(Box::new(move |txn| {
            let result = job(txn);
            Done {
                refused: result.is_err(),
                // The caller may have gone away, and then nobody wants to hear.
                reply: Box::new(move |kept| drop(reply.send(kept.and(result)))),
            }
        }))
    }
}

/// Resolves once the writer has ended and the file is closed.
#[derive(Debug)]
pub struct Closed(oneshot::Receiver<()>);

impl Closed {
    /// Waits for it.
    pub async fn wait(self) {
        // Nothing is ever sent: the sender's end is the signal.
        drop(self.0.await);
    }
}

/// Starts the writer. It ends when every sender is gone.
pub(super) fn start(database: Database, published: Arc<Published>) -> (Sender<Job>, Closed) {
    let (sender, jobs) = mpsc::channel();
    let (open, closed) = oneshot::channel();
    std::thread::spawn(move || {
        while let Ok(first) = jobs.recv() {
            write_batch(&database, &published, first, &jobs);
        }
        drop((published, database));
        drop(open);
    });
    (sender, Closed(closed))
}

fn write_batch(database: &Database, published: &Published, first: Job, jobs: &Receiver<Job>) {
    let mut replies = Vec::new();
    let kept = run_batch(database, first, jobs, &mut replies)
        // Published before anybody hears, so that whoever asks next sees what was answered.
        .and_then(|written| publish(database, published, &written));
    let kept = kept.map_err(Refusal::from);
    for reply in replies {
        reply(kept.clone());
    }
}

fn publish(
    database: &Database,
    published: &Published,
    written: &Written,
) -> Result<(), LedgerError> {
    if !written.anything() {
        return Ok(());
    }
    let version = published.view.load().version.saturating_add(1);
    // The commit stands whether or not a view of it can be opened, so nothing older is trusted
    // before that is known.
    if written.catalog {
        published.hot.distrust_all(version);
    } else {
        published.hot.distrust(&written.licenses, version);
    }
    let fresh = View::open(database, version)?;
    published.view.store(Arc::new(fresh));
    published.version.send_replace(version);
    Ok(())
}

/// Runs the jobs that wait and commits what they wrote; tells what that is about.
fn run_batch(
    database: &Database,
    first: Job,
    jobs: &Receiver<Job>,
    replies: &mut Vec<Reply>,
) -> Result<Written, LedgerError> {
    let mut write = database.begin_write()?;
    // Implies two-phase commits, which hostile bytes in the file cannot fool, and lets a file
    // open in milliseconds after a crash whatever its size.
    write.set_quick_repair(true);
    let written = {
        let mut txn = Txn::open(&write)?;
        for Job(job) in std::iter::once(first).chain(jobs.try_iter().take(BATCH_MAX)) {
            let before = txn.writes();
            let done = job(&mut txn);
            replies.push(done.reply);
            if done.refused && txn.writes() != before {
                // Half of a change must not be kept, and the others cannot be told from it.
                return Err(LedgerError::HalfWritten);
            }
            if txn.writes() > ROWS_MAX {
                break;
            }
        }
        txn.finish()?
    };
    if written.anything() {
        let began = SystemEnv.monotonic();
        write.commit()?;
        COMMITS.count(replies.len(), SystemEnv.monotonic().saturating_sub(began));
    } else {
        write.abort()?;
    }
    Ok(written)
}
