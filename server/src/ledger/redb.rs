//! The ledger in an embedded redb file.

mod accounts;
mod chain;
mod hot;
mod letters;
mod listing;
mod orders;
mod payments;
mod rows;
mod tables;
mod txn;
mod view;
mod webhooks;
mod writer;

pub use accounts::{Accounts, is_stale};
pub use chain::intact_items;
pub use hot::ByKey;
pub use letters::Letters;
pub use listing::{Lists, Part};
pub use orders::Orders;
pub use payments::Payments;
pub use rows::Rows;
pub use txn::{Stamp, Txn, is_remembered};
pub use view::View;
pub use webhooks::{WEBHOOKS_MAX, Webhooks};
pub use writer::Closed;

use arc_swap::ArcSwap;
use counterfoil_core::refusal::Refusal;
use redb::{Builder, Database, DatabaseError, ReadableTable};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;
use tokio::sync::watch;

use super::{LedgerError, NamedPlaces};
use crate::secret::{Digest, Secret};
use hot::Hot;
use tables::META;
use writer::Job;

/// The version of the tables' layout. A file of another version is refused, not guessed at.
const LAYOUT: u64 = 3;

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// redb's, or the disk's.
    #[error("the store {path} cannot be opened: {error}")]
    Store {
        /// The file.
        path: String,
        /// What is wrong with it.
        error: LedgerError,
    },
    /// Another process has it open.
    #[error("the store {path} is in use by another process: stop that one first")]
    InUse {
        /// The file.
        path: String,
    },
    /// Written by a version that lays its tables out in another way.
    #[error(
        "the store {path} has layout {found} and this version reads layout {LAYOUT}: \
         start the version of Counterfoil that wrote it"
    )]
    Layout {
        /// The file.
        path: String,
        /// Its layout.
        found: u64,
    },
    /// Sealed under a secret that is not at hand.
    #[error(
        "the store {path} was sealed with another secret than the one in {secret_path}: \
         put the secret file that belongs to this store back from a backup, \
         or name it with --secret-file"
    )]
    OtherSecret {
        /// The store.
        path: String,
        /// The secret file.
        secret_path: String,
    },
}

/// The store, open.
#[derive(Clone)]
pub struct Ledger {
    published: Arc<Published>,
    jobs: mpsc::Sender<Job>,
}

/// What the writer tells the readers.
struct Published {
    view: ArcSwap<View>,
    hot: Hot,
    /// The version of the view, for those who wait for the next.
    version: watch::Sender<u64>,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ledger")
    }
}

impl Ledger {
    /// Opens the file at `path`, or makes it, and starts its writer. `secret_path` is only shown.
    /// It is closed when the last clone and the last view are dropped.
    ///
    /// # Errors
    ///
    /// [`OpenError`], which says what to do.
    pub fn open(
        path: &Path,
        secret: &Secret,
        secret_path: &Path,
    ) -> Result<(Self, Closed), OpenError> {
        let shown = path.display().to_string();
        let failed = |error: LedgerError| OpenError::Store { path: shown.clone(), error };
        let database = Builder::new().create(path).map_err(|error| {
            if matches!(error, DatabaseError::DatabaseAlreadyOpen) {
                OpenError::InUse { path: shown.clone() }
            } else {
                failed(error.into())
            }
        })?;
        let (layout, fingerprint) = prepare(&database, secret).map_err(failed)?;
        if layout != LAYOUT {
            return Err(OpenError::Layout { path: shown, found: layout });
        }
        // Not a secret: it only tells two stores' secrets apart.
        if fingerprint != *secret.fingerprint() {
            let secret_path = secret_path.display().to_string();
            return Err(OpenError::OtherSecret { path: shown, secret_path });
        }
        let view = ArcSwap::from_pointee(View::open(&database, 0).map_err(failed)?);
        let published = Published { view, hot: Hot::new(), version: watch::Sender::new(0) };
        let published = Arc::new(published);
        let (jobs, closed) = writer::start(database, Arc::clone(&published));
        Ok((Self { published, jobs }, closed))
    }

    /// The last commit.
    pub fn view(&self) -> Arc<View> {
        self.published.view.load_full()
    }

    /// Tells of every commit.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.published.version.subscribe()
    }

    /// The license that a key leads to, by the digest of its folded form, with its first active
    /// activations.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when the store fails or a record is missing.
    pub fn by_key(&self, digest: &Digest) -> Result<Option<Arc<ByKey>>, LedgerError> {
        if let Some(known) = self.published.hot.get(digest) {
            return Ok(Some(known));
        }
        let view = self.view();
        let Some(name) = view.name(digest)? else { return Ok(None) };
        let row = view.license(name.license)?.ok_or(LedgerError::Dangling("license"))?;
        let found = view.complete(row, NamedPlaces::default())?;
        let entry = Arc::new(ByKey { exact: name.exact, found, version: view.version });
        self.published.hot.put(*digest, &entry);
        Ok(Some(entry))
    }

    /// Runs `job` in the writer and waits for the commit that holds what it wrote.
    ///
    /// `job` reads, decides, then writes: when it is refused it must have written nothing.
    ///
    /// # Errors
    ///
    /// The job's refusal, or `unavailable` when the store failed.
    pub async fn transact<A, J>(&self, job: J) -> Result<A, Refusal>
    where
        A: Send + 'static,
        J: FnOnce(&mut Txn<'_>) -> Result<A, Refusal> + Send + 'static,
    {
        let (reply, answer) = tokio::sync::oneshot::channel();
        self.jobs.send(Job::new(job, reply)).map_err(|_| LedgerError::Stopped)?;
        answer.await.map_err(|_| LedgerError::Stopped)?
    }
}

/// The layout and the fingerprint that the file is marked with. A new file gets ours, and its
/// tables; one that is not ours is not written to.
fn prepare(database: &Database, secret: &Secret) -> Result<(u64, [u8; 32]), LedgerError> {
    let mut write = database.begin_write()?;
    write.set_quick_repair(true);
    let (layout, fingerprint) = {
        let meta = write.open_table(META)?;
        let mark = |name| meta.get(name).map(|mark| mark.map(|mark| mark.value().to_vec()));
        (mark("layout")?, mark("secret")?)
    };
    let ours = (LAYOUT, *secret.fingerprint());
    let marked = match (layout, fingerprint) {
        (None, None) => {
            let mut meta = write.open_table(META)?;
            meta.insert("layout", LAYOUT.to_be_bytes().as_slice())?;
            meta.insert("secret", secret.fingerprint().as_slice())?;
            ours
        }
        (layout, fingerprint) => {
            let layout = layout.and_then(|mark| <[u8; 8]>::try_from(mark).ok());
            let fingerprint = fingerprint.and_then(|mark| <[u8; 32]>::try_from(mark).ok());
            (layout.map_or(0, u64::from_be_bytes), fingerprint.unwrap_or_default())
        }
    };
    if marked == ours {
        tables::make_all(&write)?;
        orders::list_older(&write)?;
        write.commit()?;
    } else {
        write.abort()?;
    }
    Ok(marked)
}
