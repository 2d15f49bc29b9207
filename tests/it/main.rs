//! Everything that is proved through the server's port, on its files, or across the ends.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "cases are data, however long the list, and a test may panic"
)]

mod at_rest;
mod audit;
mod billing;
mod checkout;
mod codes;
mod configuration;
mod conventions;
mod crash;
mod crossed;
mod desk;
mod desk_session;
mod dialects;
mod floating;
mod founding;
mod history;
mod identifiers;
mod leases;
mod licenses;
mod lifecycle;
mod limits;
mod lists;
mod logs;
mod openrpc;
mod operations;
mod operator;
mod orders;
mod packedge;
mod pages;
mod payments;
mod planted_secrets;
mod portal;
mod proxies;
mod races;
mod real_input;
mod repeats;
mod serialsense;
mod sockets;
mod stats;
mod story;
mod strange;
mod sweeper;
mod test_provider;
mod tidy;
mod tokens;
mod vectors;
mod vendors;
mod webhooks;
#[expect(dead_code, reason = "the core's own tests look at more of it")]
#[path = "../../core/tests/lifecycle/world.rs"]
mod world;
