//! What holds of a license through its whole life, decided natively.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "cases are data, however long the list, and a test may panic"
)]

mod any_order;
mod any_sequence;
mod by_hand;
mod calendar;
mod effects;
mod every_sequence;
mod one_place;
mod places;
mod rules;
mod tables;
mod told;
mod words;
mod world;
