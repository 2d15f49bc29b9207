//! Places, as systems tell them that have no word for as many as one likes.

/// What stands for as many as one likes: the largest number that every client can hold.
pub const SEATS_UNLIMITED: u32 = 2_147_483_647;

/// A limit as it is told: 0, and what no client can hold, is [`SEATS_UNLIMITED`].
pub const fn seats_told(limit: u32) -> u32 {
    if limit == 0 || limit > SEATS_UNLIMITED { SEATS_UNLIMITED } else { limit }
}

/// The limit that seats stand for; 0 is unlimited.
pub const fn limit_of(seats: u32) -> u32 {
    if seats == SEATS_UNLIMITED { 0 } else { seats }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unlimited_places_are_told_as_the_largest_number() {
        let cases = [(0, SEATS_UNLIMITED), (1, 1), (SEATS_UNLIMITED, SEATS_UNLIMITED)];
        for (limit, told) in cases.into_iter().chain([(u32::MAX, SEATS_UNLIMITED)]) {
            assert_eq!(seats_told(limit), told, "{limit}");
            assert_eq!(limit_of(told), if told == SEATS_UNLIMITED { 0 } else { limit }, "{limit}");
        }
    }
}
