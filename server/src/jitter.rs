//! Waiting a little longer than is told, so that what failed together does not come again together.

/// Up to a quarter more.
pub(crate) fn with_jitter(seconds: u32, entropy: [u8; 4]) -> i64 {
    let spread = seconds.checked_div(4).unwrap_or_default().saturating_add(1);
    let more = u32::from_le_bytes(entropy).checked_rem(spread).unwrap_or_default();
    i64::from(seconds.saturating_add(more))
}
