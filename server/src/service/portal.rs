//! The customer's portal: `portal.*`.
//!
//! A link that is mailed holds a code, the code opens a session, and the session's token makes its
//! customer a principal who sees their own licenses. From there on the desk's frame does the rest.

mod own;
mod sign_in;

pub use own::{deactivate, licenses, rename, rotate};
pub(super) use sign_in::vendor_at;
pub use sign_in::{open_session, sign_in, sign_out};
