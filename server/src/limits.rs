//! How much one caller may ask.

/// Calls per minute, 0 for as many as one likes. A whole minute's worth may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Whether callers on this machine are limited too.
    pub loopback: bool,
    /// Calls from one address, without a valid token.
    pub calls_per_minute: u32,
    /// Calls with one valid token.
    pub token_calls_per_minute: u32,
    /// Calls from one address with keys that nobody has: guesses.
    pub unknown_keys_per_minute: u32,
    /// Requests from one address with tokens that nobody has: guesses too.
    pub failed_tokens_per_minute: u32,
}

impl Limits {
    /// No limit at all.
    pub const OFF: Self = Self {
        loopback: false,
        calls_per_minute: 0,
        token_calls_per_minute: 0,
        unknown_keys_per_minute: 0,
        failed_tokens_per_minute: 0,
    };
}
