//! The first start, and every later one: the secret, the store, the first vendor, its token.

use counterfoil_core::id::{IdNumber, TokenId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use std::path::Path;
use std::sync::Arc;

use crate::Options;
use crate::auth::ALL_SCOPES;
use crate::env::{Env, NoEntropy, random};
use crate::ledger::{Closed, Ledger, LedgerError, OpenError, Rows, TokenRow, Txn};
use crate::secret::{Digest, Secret, SecretError, to_hex};

/// What a token made by us begins with, so that a leaked one is recognised.
const TOKEN_PREFIX: &str = "cf_live_";

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
    /// The folder for the store or its secret cannot be made.
    #[error("the folder {folder} cannot be made: {error}")]
    Folder {
        /// The folder.
        folder: String,
        /// What the system says.
        error: std::io::Error,
    },
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
    pub(crate) made_token: Option<String>,
}

/// Opens the store with its secret, or makes both.
pub(crate) async fn found(options: &Options, env: &Arc<dyn Env>) -> Result<Founded, FoundingError> {
    let store = options.store.path();
    let secret_path =
        options.secret_file.clone().unwrap_or_else(|| options.store.beside(".secret"));
    let secret = match Secret::read(&secret_path)? {
        Some(secret) => secret,
        // A new secret for an old store would leave every key in it sealed for ever.
        None if store.exists() => {
            return Err(FoundingError::SecretMissing {
                store: store.display().to_string(),
                secret: secret_path.display().to_string(),
            });
        }
        None => {
            make_folder_of(store)?;
            make_folder_of(&secret_path)?;
            Secret::create(&secret_path, &**env)?
        }
    };
    let secret = Arc::new(secret);
    let (ledger, closed) = Ledger::open(store, &secret, &secret_path)?;
    let made_token = found_vendor(&ledger, &secret, options.admin_token.clone(), &**env).await?;
    Ok(Founded { secret, ledger, closed, made_token })
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

/// Makes the first vendor where there is none, and sees to its admin token. Gives the token if it
/// was made here.
async fn found_vendor(
    ledger: &Ledger,
    secret: &Secret,
    given: Option<String>,
    env: &dyn Env,
) -> Result<Option<String>, FoundingError> {
    let random_token = random::<32>(env)?;
    let founding = Founding {
        now: env.now(),
        vendor: random(env)?,
        token: random(env)?,
        given: given.map(|token| secret.token_digest(&token)),
    };
    let made = format!("{TOKEN_PREFIX}{}", to_hex(&random_token).as_str());
    let made_digest = secret.token_digest(&made);
    let used = ledger.transact(move |txn| Ok(founding.write(txn, made_digest)?)).await;
    let used = used.map_err(|refusal: Refusal| FoundingError::Store(refusal.message()))?;
    Ok(used.then_some(made))
}

struct Founding {
    now: Timestamp,
    vendor: [u8; 16],
    token: [u8; 16],
    given: Option<Digest>,
}

impl Founding {
    /// Writes what is missing; tells whether the made token is the admin token from now on.
    fn write(self, txn: &mut Txn<'_>, made: Digest) -> Result<bool, LedgerError> {
        let kept = txn.mark("vendor")?.and_then(|mark| <[u8; 16]>::try_from(mark).ok());
        let vendor = if let Some(bytes) = kept {
            VendorId::new(IdNumber::from_raw(u128::from_be_bytes(bytes)))
        } else {
            let number = txn.next_id(self.now, self.vendor);
            txn.put_mark("vendor", &number.raw().to_be_bytes())?;
            VendorId::new(number)
        };
        let current = txn.mark("admin-token")?.and_then(|mark| Digest::try_from(mark).ok());
        let wanted = match (self.given, current) {
            (Some(given), _) => given,
            (None, Some(current)) => current,
            (None, None) => made,
        };
        if current != Some(wanted) {
            if let Some(current) = current {
                txn.remove_token(&current)?;
            }
            let token = TokenRow {
                id: TokenId::new(txn.next_id(self.now, self.token)),
                vendor,
                mode: Mode::Live,
                name: "admin".to_owned(),
                scopes: vec![ALL_SCOPES.to_owned()],
                created_at: self.now,
            };
            txn.put_token(&wanted, &token)?;
            txn.put_mark("admin-token", &wanted)?;
        }
        Ok(wanted == made)
    }
}
