//! The first start, and every later one: the secret, the store, the first vendor, its token.

use counterfoil_core::id::{IdNumber, TokenId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::Options;
use crate::config::Store;
use crate::env::{Env, NoEntropy, random};
use crate::ledger::{
    Closed, Ledger, LedgerError, OpenError, Rows, SigningKeysRow, TokenRow, Txn, VendorRow,
};
use crate::operator::Address;
use crate::secret::{Digest, Secret, SecretError};
use crate::service::tokens;
use crate::signer;

/// The mark that holds the first vendor's id.
const FIRST_VENDOR: &str = "vendor";

/// Where a made admin token is left, after the store's path.
pub const ADMIN_TOKEN_FILE: &str = ".admin-token";

/// What the first vendor is called.
pub const FIRST_VENDOR_NAME: &str = "default";

/// The mark that holds the admin token's digest.
const ADMIN_TOKEN: &str = "admin-token";

/// Why there is nothing to serve from.
#[derive(Debug, thiserror::Error)]
pub enum FoundingError {
    /// The secret file is not usable.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The store is not usable.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store was sealed, and what it was sealed with is gone.
    #[error(
        "the store {store} is sealed, and its secret file {secret} is missing: \
         put that file back from a backup, or name it with --secret-file"
    )]
    SecretMissing {
        /// The store.
        store: String,
        /// Where its secret should be.
        secret: String,
    },
    /// What should be the store is a folder.
    #[error("the store {store} is a folder: name a file in it with --store redb:PATH")]
    IsFolder {
        /// The store.
        store: String,
    },
    /// The admin token is somebody's already.
    #[error(
        "the admin token that is set is the text of another token already: choose another one, or \
         end that token first with `counterfoil token revoke`"
    )]
    TokenTaken,
    /// The folder for the store or its secret cannot be made.
    #[error("the folder {folder} cannot be made: {error}")]
    Folder {
        /// The folder.
        folder: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The made token could be neither shown nor kept.
    #[error("the admin token that was made cannot be handed over: {0}")]
    Token(std::io::Error),
    /// The store cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// There is no entropy to make a token from.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// The first vendor or its token could not be kept.
    #[error("the store cannot be written: {0}")]
    Store(String),
}

/// What a server works with.
pub(crate) struct Founded {
    pub(crate) secret: Arc<Secret>,
    pub(crate) ledger: Ledger,
    pub(crate) closed: Closed,
    /// Whether nobody served the store before.
    pub(crate) is_new: bool,
}

/// The file that holds a store's secret.
pub(crate) fn secret_path(store: &Store, named: Option<&Path>) -> PathBuf {
    named.map_or_else(|| store.beside(".secret"), Path::to_owned)
}

/// Opens the store with its secret, or makes both, and its admin token.
pub(crate) async fn found(options: &Options, env: &Arc<dyn Env>) -> Result<Founded, FoundingError> {
    let founded = open(&options.store, options.secret_file.as_deref(), env)?;
    let ledger = &founded.ledger;
    let token = match &options.admin_token {
        Some(given) => {
            refuse_taken(ledger, &founded.secret.token_digest(given))?;
            // One that was made and left there is no token any more.
            drop(std::fs::remove_file(options.store.beside(ADMIN_TOKEN_FILE)));
            Some(given.clone())
        }
        None if ledger.view().mark(ADMIN_TOKEN)?.is_some() => None,
        // Told before it is kept: one that is told and then not kept is made again next time.
        None => Some(make_token(options, &**env)?),
    };
    found_vendor(ledger, &founded.secret, token, &**env).await?;
    Ok(founded)
}

/// Refuses a text that is another token already: whoever has that one would have everything.
fn refuse_taken(ledger: &Ledger, wanted: &Digest) -> Result<(), FoundingError> {
    let view = ledger.view();
    let is_own = view.mark(ADMIN_TOKEN)?.is_some_and(|current| current == wanted);
    if view.token(wanted)?.is_some() && !is_own { Err(FoundingError::TokenTaken) } else { Ok(()) }
}

/// Opens the store with its secret, or makes both, without handing out anything: for a command
/// that looks after a store which nobody serves.
pub(crate) async fn found_quietly(
    store: &Store,
    secret_file: Option<&Path>,
    env: &Arc<dyn Env>,
) -> Result<Founded, FoundingError> {
    let founded = open(store, secret_file, env)?;
    found_vendor(&founded.ledger, &founded.secret, None, &**env).await?;
    Ok(founded)
}

fn open(
    store: &Store,
    secret_file: Option<&Path>,
    env: &Arc<dyn Env>,
) -> Result<Founded, FoundingError> {
    let secret_path = secret_path(store, secret_file);
    let store_path = store.path();
    if store_path.is_dir() {
        return Err(FoundingError::IsFolder { store: store_path.display().to_string() });
    }
    let secret = match Secret::read(&secret_path)? {
        Some(secret) => secret,
        // A new secret for an old store would leave every key in it sealed for ever.
        None if store_path.exists() => {
            return Err(FoundingError::SecretMissing {
                store: store_path.display().to_string(),
                secret: secret_path.display().to_string(),
            });
        }
        None => {
            make_folder_of(store_path)?;
            make_folder_of(&secret_path)?;
            Secret::create(&secret_path, &**env)?
        }
    };
    let secret = Arc::new(secret);
    let (ledger, closed) = Ledger::open(store_path, &secret, &secret_path)?;
    // The store is ours now. An address that a killed server left may be somebody else's by now,
    // who must not be shown what opens the store.
    Address::beside(store).remove();
    let is_new = ledger.view().mark(ADMIN_TOKEN)?.is_none();
    Ok(Founded { secret, ledger, closed, is_new })
}

/// A first start may name a place that is not there yet.
fn make_folder_of(path: &Path) -> Result<(), FoundingError> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    let shown = || folder.display().to_string();
    std::fs::create_dir_all(folder)
        .map_err(|error| FoundingError::Folder { folder: shown(), error })
}

fn make_token(options: &Options, env: &dyn Env) -> Result<String, FoundingError> {
    let made = tokens::make_text(Mode::Live, env)?;
    (options.tell_token)(&options.store, &made).map_err(FoundingError::Token)?;
    Ok(made)
}

/// Makes the first vendor where there is none, and `token` its admin token where one is given.
async fn found_vendor(
    ledger: &Ledger,
    secret: &Secret,
    token: Option<String>,
    env: &dyn Env,
) -> Result<(), FoundingError> {
    let now = env.now();
    let founding = Founding {
        now,
        signing_keys: signer::make(secret, env, now)?,
        vendor: random(env)?,
        token: random(env)?,
        wanted: token.map(|token| secret.token_digest(&token)),
    };
    let founded = ledger.transact(move |txn| Ok(founding.write(txn)?)).await;
    founded.map_err(|refusal: Refusal| FoundingError::Store(refusal.message()))
}

struct Founding {
    now: Timestamp,
    signing_keys: SigningKeysRow,
    vendor: [u8; 16],
    token: [u8; 16],
    wanted: Option<Digest>,
}

impl Founding {
    /// Writes what is missing.
    fn write(self, txn: &mut Txn<'_>) -> Result<(), LedgerError> {
        let kept = txn.mark(FIRST_VENDOR)?.and_then(|mark| <[u8; 16]>::try_from(mark).ok());
        let vendor = if let Some(bytes) = kept {
            VendorId::new(IdNumber::from_raw(u128::from_be_bytes(bytes)))
        } else {
            let id = VendorId::new(txn.next_id(self.now, self.vendor));
            txn.put_mark(FIRST_VENDOR, &id.number().raw().to_be_bytes())?;
            txn.put_vendor(&VendorRow {
                id,
                name: FIRST_VENDOR_NAME.to_owned(),
                hosts: Vec::new(),
                created_at: self.now,
            })?;
            id
        };
        if txn.signing_keys_of(vendor)?.is_none() {
            txn.put_signing_keys(vendor, &self.signing_keys)?;
        }
        let current = txn.mark(ADMIN_TOKEN)?.and_then(|mark| Digest::try_from(mark).ok());
        let is_good = |digest: &Digest| Ok::<_, LedgerError>(txn.token(digest)?.is_some());
        match (self.wanted, current) {
            (None, _) => return Ok(()),
            // Given again after it was revoked, it is the operator's word against nobody's.
            (Some(wanted), Some(current)) if wanted == current && is_good(&current)? => {
                return Ok(());
            }
            (Some(_), Some(current)) => {
                if let Some(token) = txn.token(&current)? {
                    txn.remove_token(token.id)?;
                }
            }
            (Some(_), None) => {}
        }
        let Some(wanted) = self.wanted else { return Ok(()) };
        let token = TokenRow {
            id: TokenId::new(txn.next_id(self.now, self.token)),
            vendor,
            mode: Mode::Live,
            name: "admin".to_owned(),
            scopes: tokens::all_scopes(),
            product: None,
            kind: None,
            created_at: self.now,
            expires_at: None,
        };
        txn.put_token(&wanted, &token)?;
        txn.put_mark(ADMIN_TOKEN, &wanted)
    }
}
