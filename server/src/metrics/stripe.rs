//! Which of several equal places a thread counts in.
//!
//! Cores that add to the same place have to fetch it from each other for every call, and the more
//! cores there are the longer that takes. Whoever reads adds the places up.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many places there are: enough for the threads of most machines to have one each.
pub(super) const STRIPES: usize = 8;

static NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static OWN: usize =
        NEXT.fetch_add(1, Ordering::Relaxed).checked_rem(STRIPES).unwrap_or_default();
}

/// This thread's place.
pub(super) fn own() -> usize {
    // A thread that is ending has none any more.
    OWN.try_with(|own| *own).unwrap_or_default()
}
