//! Payment providers: which of their webhooks are believed, what their prices stand for, and what
//! is made of what they send.
//!
//! - `intake`: a request is shown to be a provider's, and kept, once.
//! - `applying`: what it says is put into our own reports, those of `billing.*`.
//! - `waiting`: what waits for something is applied when that comes.

mod applying;
mod connections;
mod deliveries;
mod intake;
mod prices;
mod waiting;

pub use connections::{connect, disconnect, list as list_connections};
pub(super) use connections::{of_vendor as connections_of, open_api_key};
pub use deliveries::{get as get_delivery, list as list_deliveries, replay};
pub use intake::{Received, Taken, Untaken, receive};
pub use prices::{list as list_prices, map as map_price, unmap as unmap_price};
pub(super) use prices::{of_plan as prices_of, ready_for_tests};

/// What a caller must see: payments are of all products.
const ALL_PRODUCTS: &str = "product:*";
