//! Names as Stripe makes them: a prefix and random letters.

use sha2::{Digest, Sha256};

use crate::env::{Env, NoEntropy, random};
use crate::secret::to_hex;

/// Makes as many names as one request needs, of entropy that was drawn once.
pub(super) struct Names {
    seed: [u8; 32],
    made: u64,
}

impl Names {
    pub(super) fn draw(env: &dyn Env) -> Result<Self, NoEntropy> {
        Ok(Self { seed: random(env)?, made: 0 })
    }

    /// The next one: the prefix and 24 letters, which nobody guesses.
    pub(super) fn next(&mut self, prefix: &str) -> String {
        self.made = self.made.saturating_add(1);
        let hash = Sha256::new().chain_update(self.seed).chain_update(self.made.to_be_bytes());
        let letters: String = to_hex(&hash.finalize()).chars().take(24).collect();
        format!("{prefix}{letters}")
    }
}
