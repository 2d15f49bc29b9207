//! The sealing secret: what makes a stolen data file worthless.
//!
//! Keys are found by a keyed hash and stored sealed, tokens are stored as keyed hashes only. The
//! secret behind both is 32 random bytes in a file beside the store, made on the first start.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use zeroize::Zeroizing;

use crate::env::{Env, NoEntropy, random};

/// A keyed hash.
pub type Digest = [u8; 32];

/// Bytes of a sealed text's nonce.
const NONCE_BYTES: usize = 24;

/// The secret of one store, split into a key for each purpose.
pub struct Secret {
    keys: Hmac<Sha256>,
    exact_keys: Hmac<Sha256>,
    tokens: Hmac<Sha256>,
    portal: Hmac<Sha256>,
    desk: Hmac<Sha256>,
    parameters: Hmac<Sha256>,
    history: Hmac<Sha256>,
    guards: Hmac<Sha256>,
    nonces: Hmac<Sha256>,
    cipher: XChaCha20Poly1305,
    fingerprint: Digest,
    operator: Zeroizing<[u8; 32]>,
    test_provider: Hmac<Sha256>,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why there is no usable secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read or made.
    #[error("the secret file {path} cannot be used: {error}")]
    File {
        /// Where it should be.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// The file holds something else.
    #[error(
        "the secret file {path} does not hold 64 hex digits: put the right file back from a backup"
    )]
    Form {
        /// Where it is.
        path: String,
    },
    /// There is no entropy to make one.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

/// Something sealed was altered, or sealed under another secret or for another place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value cannot be opened: it was altered, or moved from another place")]
pub struct NotOpened;

impl Secret {
    /// Splits 32 random bytes into the keys for each purpose.
    pub fn new(bytes: &[u8; 32]) -> Self {
        let derived = |purpose: &str| Zeroizing::new(mac(&hmac(bytes), purpose.as_bytes()));
        Self {
            keys: hmac(&derived("counterfoil key lookup 1")),
            exact_keys: hmac(&derived("counterfoil exact key 1")),
            tokens: hmac(&derived("counterfoil token lookup 1")),
            portal: hmac(&derived("counterfoil portal 1")),
            desk: hmac(&derived("counterfoil desk 1")),
            parameters: hmac(&derived("counterfoil idempotency 1")),
            history: hmac(&derived("counterfoil history 1")),
            guards: hmac(&derived("counterfoil license guard 1")),
            nonces: hmac(&derived("counterfoil nonce 1")),
            operator: derived("counterfoil operator 1"),
            test_provider: hmac(&derived("counterfoil test provider 1")),
            cipher: XChaCha20Poly1305::new(&Key::from(*derived("counterfoil sealing 1"))),
            fingerprint: mac(&hmac(bytes), b"counterfoil fingerprint 1"),
        }
    }

    /// Reads the secret file, or says that there is none.
    ///
    /// # Errors
    ///
    /// [`SecretError`] for a file that cannot be read or holds something else.
    pub fn read(path: &Path) -> Result<Option<Self>, SecretError> {
        let shown = || path.display().to_string();
        let text = match fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(SecretError::Form { path: shown() });
            }
            Err(error) => return Err(SecretError::File { path: shown(), error }),
        };
        let bytes = from_hex(text.trim()).ok_or_else(|| SecretError::Form { path: shown() })?;
        Ok(Some(Self::new(&bytes)))
    }

    /// Makes a secret file that only its owner can read.
    ///
    /// # Errors
    ///
    /// [`SecretError`] when the file exists or cannot be made.
    pub fn create(path: &Path, env: &dyn Env) -> Result<Self, SecretError> {
        let bytes = Zeroizing::new(random::<32>(env)?);
        write_private(path, &to_hex(&*bytes))
            .map_err(|error| SecretError::File { path: path.display().to_string(), error })?;
        Ok(Self::new(&bytes))
    }

    /// What a store keeps to know its own secret by.
    pub const fn fingerprint(&self) -> &Digest {
        &self.fingerprint
    }

    /// Under which hash a key or alias is looked up, given in its folded form.
    pub fn name_digest(&self, folded: &str) -> Digest {
        mac(&self.keys, folded.as_bytes())
    }

    /// What tells a key from another spelling of it.
    pub fn exact_key_digest(&self, key: &str) -> Digest {
        mac(&self.exact_keys, key.as_bytes())
    }

    /// Under which hash a token is kept.
    pub fn token_digest(&self, token: &str) -> Digest {
        mac(&self.tokens, token.as_bytes())
    }

    /// Under which hash the code of a link is kept.
    pub fn code_digest(&self, code: &str) -> Digest {
        mac(&self.portal, format!("code {code}").as_bytes())
    }

    /// Under which hash it is kept who was asked for: an address, with its vendor and mode.
    pub fn asked_digest(&self, asked: &str) -> Digest {
        mac(&self.portal, format!("asked {asked}").as_bytes())
    }

    /// Under which hash the code of a link to the desk is kept.
    pub fn desk_code_digest(&self, code: &str) -> Digest {
        mac(&self.desk, format!("code {code}").as_bytes())
    }

    /// Under which hash a session at the desk is kept. No token's text ever has it, so that a cookie
    /// is none.
    pub fn desk_session_digest(&self, cookie: &str) -> Digest {
        mac(&self.desk, format!("session {cookie}").as_bytes())
    }

    /// Under which hash a purchase at the checkout is kept.
    pub fn checkout_digest(&self, reference: &str) -> Digest {
        mac(&self.portal, format!("checkout {reference}").as_bytes())
    }

    /// The hash of a call's parameters.
    pub fn parameters_digest(&self, parameters: &[u8]) -> Digest {
        mac(&self.parameters, parameters)
    }

    /// The next link of a history's chain, from the item and the link before it.
    pub fn chain_digest(&self, item: &[u8]) -> Digest {
        mac(&self.history, item)
    }

    /// What shows that a license's row was written by us.
    pub fn guard_digest(&self, row: &[u8]) -> Digest {
        mac(&self.guards, row)
    }

    /// What whoever can read the secret file shows to a server that runs on it.
    pub fn operator_credential(&self) -> Zeroizing<String> {
        to_hex(&*self.operator)
    }

    /// What the test provider's keys and secrets are made of, so that nobody has to keep them.
    pub fn test_provider_digest(&self, purpose: &str) -> Digest {
        mac(&self.test_provider, purpose.as_bytes())
    }

    /// Seals `text` for the place that `context` names; it opens nowhere else.
    pub fn seal(&self, text: &[u8], context: &[u8], nonce: [u8; NONCE_BYTES]) -> Vec<u8> {
        let payload = Payload { msg: text, aad: context };
        let mut sealed = nonce.to_vec();
        // Encrypting fails only beyond 256 GiB.
        sealed.extend(self.cipher.encrypt(&XNonce::from(nonce), payload).unwrap_or_default());
        sealed
    }

    /// Seals `text` for a place that gets nothing else sealed like this, where there is no entropy at
    /// hand: the nonce is a keyed hash of both, so only the same is ever sealed the same.
    pub fn seal_once(&self, text: &[u8], context: &[u8]) -> Vec<u8> {
        let length = u64::try_from(context.len()).unwrap_or(u64::MAX).to_be_bytes();
        let hash = mac(&self.nonces, &[&length, context, text].concat());
        let (nonce, _) = hash.split_first_chunk().unwrap_or((&[0; NONCE_BYTES], &[]));
        self.seal(text, context, *nonce)
    }

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    ///
    /// [`NotOpened`] for anything else.
    pub fn open(&self, sealed: &[u8], context: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(NotOpened)?;
        let payload = Payload { msg: ciphertext, aad: context };
        self.cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| NotOpened)
    }
}

/// Writes a file that did not exist, readable by its owner only.
///
/// # Errors
///
/// Those of the file system.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    // Until its folder is on the disk too, a power cut may take the whole file away.
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => fs::File::open(".")?.sync_all(),
    }
}

/// Bytes as lower-case hex digits.
pub fn to_hex(bytes: &[u8]) -> Zeroizing<String> {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or('0');
    Zeroizing::new(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect())
}

fn from_hex(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    if text.len() != 64 {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(digits).ok()?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(bytes)
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn hmac(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("any length is a key")
}

/// HMAC-SHA256 under a secret that is shared with a payment provider.
#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
pub(crate) fn webhook_digest(secret: &str, parts: &[&[u8]]) -> Digest {
    let mut mac: Hmac<Sha256> =
        Hmac::new_from_slice(secret.as_bytes()).expect("any length is a key");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn mac(keyed: &Hmac<Sha256>, data: &[u8]) -> Digest {
    let mut mac = keyed.clone();
    mac.update(data);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_in_its_place_and_unaltered() {
        let secret = Secret::new(&[7; 32]);
        let sealed = secret.seal(b"CH-7K2P-9XQ4-LM83", b"lic_1", [1; 24]);
        assert_eq!(secret.open(&sealed, b"lic_1").unwrap().as_slice(), b"CH-7K2P-9XQ4-LM83");
        assert_eq!(secret.open(&sealed, b"lic_2"), Err(NotOpened));
        assert_eq!(Secret::new(&[8; 32]).open(&sealed, b"lic_1"), Err(NotOpened));
        for place in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[place] ^= 1;
            assert_eq!(secret.open(&altered, b"lic_1"), Err(NotOpened));
        }
    }

    #[test]
    fn what_is_sealed_without_entropy_differs_wherever_it_says_something_else() {
        let secret = Secret::new(&[7; 32]);
        let sealed = secret.seal_once(b"text", b"dlv_1");
        assert_eq!(secret.open(&sealed, b"dlv_1").unwrap().as_slice(), b"text");
        assert_eq!(secret.open(&sealed, b"dlv_2"), Err(NotOpened));
        let nonce = |text: &[u8], context: &[u8]| secret.seal_once(text, context)[..24].to_vec();
        assert_eq!(nonce(b"text", b"dlv_1"), sealed[..24]);
        for (text, context) in
            [(&b"texu"[..], &b"dlv_1"[..]), (b"text", b"dlv_2"), (b"1text", b"dlv_")]
        {
            assert_ne!(nonce(text, context), sealed[..24]);
        }
    }

    #[test]
    fn a_secret_file_is_made_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k.secret");
        assert!(Secret::read(&path).unwrap().is_none());
        let made = Secret::create(&path, &crate::env::SystemEnv).unwrap();
        assert_eq!(Secret::read(&path).unwrap().unwrap().fingerprint(), made.fingerprint());
        assert!(matches!(
            Secret::create(&path, &crate::env::SystemEnv),
            Err(SecretError::File { .. })
        ));
        fs::write(&path, "not hex").unwrap();
        assert!(matches!(Secret::read(&path), Err(SecretError::Form { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_a_secret_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k.secret");
        Secret::create(&path, &crate::env::SystemEnv).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
