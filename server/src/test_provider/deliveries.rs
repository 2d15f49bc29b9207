//! Events on their way to the webhook: what is to be done to each, what came of each try, and when
//! the next one is.

use counterfoil_core::id::VendorId;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::foreign::Fields;
use std::collections::VecDeque;

/// Most events that are remembered.
const EVENTS_MAX: usize = 1_000;

/// Most tries of an event that are remembered.
const TRIES_MAX: usize = 30;

/// Seconds after which an event is tried again that was not taken. Then it is given up.
const WAITS: [i64; 5] = [5, 10, 30, 120, 600];

/// What goes wrong with the events of a payment, as it does in the world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Switches {
    /// Each comes twice.
    duplicate: bool,
    /// The newest comes first.
    reversed: bool,
    /// What goes wrong with the first tries, one after the other.
    troubles: VecDeque<Trouble>,
}

/// A switch, for people.
pub(super) struct Switch {
    /// What its field is called.
    pub(super) field: &'static str,
    /// Its label.
    pub(super) label: &'static str,
    /// What it does.
    pub(super) does: &'static str,
}

/// Every one.
pub(super) const SWITCHES: [Switch; 5] = [
    Switch { field: "duplicate", label: "Duplicate", does: "each event comes twice" },
    Switch { field: "reversed", label: "Out of order", does: "the newest event comes first" },
    Switch { field: "stale", label: "Stale", does: "first signed ten minutes ago, then rightly" },
    Switch {
        field: "wrong_secret",
        label: "Wrong secret",
        does: "first signed under another secret, then rightly",
    },
    Switch { field: "dropped", label: "Dropped", does: "first lost on its way, then sent again" },
];

/// What goes wrong with one try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It is not sent at all.
    Dropped,
    /// It is signed under another secret.
    WrongSecret,
    /// It was signed long ago.
    Stale,
}

impl Trouble {
    /// What was done, for people.
    pub(super) const fn told(self) -> &'static str {
        match self {
            Self::Dropped => "lost on its way",
            Self::WrongSecret => "signed under another secret",
            Self::Stale => "signed ten minutes ago",
        }
    }
}

impl Switches {
    /// Those that are on in a form.
    pub(super) fn of(fields: &Fields) -> Self {
        let is_on = |name: &str| fields.text(name).is_some();
        let troubles = [
            ("dropped", Trouble::Dropped),
            ("wrong_secret", Trouble::WrongSecret),
            ("stale", Trouble::Stale),
        ];
        let troubles = troubles.into_iter().filter(|(name, _)| is_on(name));
        Self {
            duplicate: is_on("duplicate"),
            reversed: is_on("reversed"),
            troubles: troubles.map(|(_, trouble)| trouble).collect(),
        }
    }
}

/// An event that is made.
pub(super) struct Event {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) body: String,
}

/// One on its way.
pub(super) struct Delivery {
    pub(super) event: Event,
    pub(super) vendor: VendorId,
    /// How often it has to be taken yet.
    copies: u8,
    troubles: VecDeque<Trouble>,
    refused: usize,
    /// The oldest first.
    pub(super) tries: VecDeque<Try>,
    /// When it is tried next; `None`: under way, or at its end.
    pub(super) next_at: Option<Timestamp>,
    /// Whether it is being tried.
    pub(super) is_under_way: bool,
}

/// One try.
#[derive(Clone, Debug)]
pub(super) struct Try {
    pub(super) at: Timestamp,
    pub(super) trouble: Option<Trouble>,
    /// The status that came back, or why none did.
    pub(super) came: Result<u16, String>,
}

/// What a try takes.
pub(super) struct Parcel {
    pub(super) event: String,
    pub(super) vendor: VendorId,
    pub(super) body: String,
    pub(super) trouble: Option<Trouble>,
}

/// What is to be done next.
pub(super) enum Next {
    /// This is sent.
    Send(Parcel),
    /// Nothing before this time.
    Wait(Timestamp),
    /// Nothing until there is something new.
    Rest,
}

/// All of them, in the order in which they are sent.
#[derive(Default)]
pub(super) struct Deliveries {
    all: VecDeque<Delivery>,
}

impl Deliveries {
    /// Puts events on their way, the oldest first.
    pub(super) fn post(
        &mut self,
        vendor: VendorId,
        mut events: Vec<Event>,
        switches: &Switches,
        now: Timestamp,
    ) {
        if switches.reversed {
            events.reverse();
        }
        for event in events {
            self.make_room();
            self.all.push_back(Delivery {
                event,
                vendor,
                copies: if switches.duplicate { 2 } else { 1 },
                troubles: switches.troubles.clone(),
                refused: 0,
                tries: VecDeque::new(),
                next_at: Some(now),
                is_under_way: false,
            });
        }
    }

    /// Forgets one that is at its end, or the oldest where none is.
    fn make_room(&mut self) {
        if self.all.len() >= EVENTS_MAX {
            let ended = self.all.iter().position(|delivery| delivery.next_at.is_none());
            self.all.remove(ended.unwrap_or(0));
        }
    }

    /// Sends an event again; `false`: there is no such event.
    pub(super) fn again(&mut self, event: &str, now: Timestamp) -> bool {
        let Some(delivery) = self.find(event) else { return false };
        // One that is under way now is not the one that was asked for.
        delivery.copies = if delivery.is_under_way { 2 } else { 1 };
        delivery.refused = 0;
        delivery.next_at = Some(now);
        true
    }

    fn find(&mut self, event: &str) -> Option<&mut Delivery> {
        self.all.iter_mut().find(|delivery| delivery.event.id == event)
    }

    /// What is to be done at `now`. What is to be sent counts as under way until it landed.
    pub(super) fn next(&mut self, now: Timestamp) -> Next {
        let is_waiting = |one: &&mut Delivery| one.next_at.is_some() && !one.is_under_way;
        let waiting = self.all.iter_mut().filter(is_waiting);
        // Of equal ones the first.
        let Some(first) = waiting.min_by_key(|delivery| delivery.next_at) else {
            return Next::Rest;
        };
        match first.next_at {
            Some(at) if at > now => Next::Wait(at),
            _ => {
                first.next_at = None;
                first.is_under_way = true;
                Next::Send(Parcel {
                    event: first.event.id.clone(),
                    vendor: first.vendor,
                    body: first.event.body.clone(),
                    trouble: first.troubles.pop_front(),
                })
            }
        }
    }

    /// Notes what came of a try.
    pub(super) fn landed(&mut self, event: &str, landed: Try, now: Timestamp) {
        let Some(delivery) = self.find(event) else { return };
        let is_taken = matches!(landed.came, Ok(200..=299));
        delivery.is_under_way = false;
        if delivery.tries.len() >= TRIES_MAX {
            delivery.tries.pop_front();
        }
        delivery.tries.push_back(landed);
        if is_taken {
            delivery.copies = delivery.copies.saturating_sub(1);
            if delivery.copies > 0 {
                delivery.next_at = Some(now);
            }
        } else {
            let wait = WAITS.get(delivery.refused);
            delivery.refused = delivery.refused.saturating_add(1);
            let after = wait.map(|seconds| now.saturating_add(*seconds));
            // Somebody may have asked for it meanwhile.
            delivery.next_at = delivery.next_at.or(after);
        }
    }

    /// Every one, the newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Delivery> {
        self.all.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterfoil_core::id::IdNumber;

    fn posted(count: usize, switches: &[&str]) -> Deliveries {
        let mut deliveries = Deliveries::default();
        let event = |number| Event {
            id: format!("evt_{number}"),
            kind: "invoice.paid",
            body: String::new(),
        };
        let fields = Fields::from_pairs(switches.iter().map(|switch| (*switch, "on")));
        let vendor = VendorId::new(IdNumber::from_raw(1));
        let events = (0..count).map(event).collect();
        deliveries.post(vendor, events, &Switches::of(&fields), Timestamp::from_unix(0));
        deliveries
    }

    fn next(deliveries: &mut Deliveries, now: i64) -> Result<String, Option<i64>> {
        match deliveries.next(Timestamp::from_unix(now)) {
            Next::Send(parcel) => Ok(parcel.event),
            Next::Wait(at) => Err(Some(at.unix())),
            Next::Rest => Err(None),
        }
    }

    fn land(deliveries: &mut Deliveries, event: &str, status: u16, now: i64) {
        let at = Timestamp::from_unix(now);
        deliveries.landed(event, Try { at, trouble: None, came: Ok(status) }, at);
    }

    #[test]
    fn what_is_not_taken_is_tried_again_after_longer_and_longer_waits() {
        let mut deliveries = posted(1, &[]);
        let mut now = 0;
        for wait in WAITS {
            assert_eq!(next(&mut deliveries, now), Ok("evt_0".to_owned()));
            assert_eq!(next(&mut deliveries, now), Err(None), "it is under way");
            land(&mut deliveries, "evt_0", 503, now);
            assert_eq!(next(&mut deliveries, now + wait - 1), Err(Some(now + wait)));
            now += wait;
        }
        assert_eq!(next(&mut deliveries, now), Ok("evt_0".to_owned()));
        land(&mut deliveries, "evt_0", 503, now);
        assert_eq!(next(&mut deliveries, i64::MAX), Err(None), "it is given up");
    }

    #[test]
    fn one_that_is_refused_does_not_hold_up_the_others() {
        let mut deliveries = posted(2, &["reversed"]);
        for event in ["evt_1", "evt_0"] {
            assert_eq!(next(&mut deliveries, 0), Ok(event.to_owned()));
            land(&mut deliveries, event, if event == "evt_1" { 400 } else { 200 }, 0);
        }
        assert_eq!(next(&mut deliveries, 0), Err(Some(5)));
    }

    #[test]
    fn what_is_asked_for_again_while_it_is_under_way_is_sent_once_more() {
        let mut deliveries = posted(1, &[]);
        assert!(next(&mut deliveries, 0).is_ok());
        assert!(deliveries.again("evt_0", Timestamp::from_unix(0)));
        assert_eq!(next(&mut deliveries, 0), Err(None), "never twice at a time");
        land(&mut deliveries, "evt_0", 200, 0);
        assert!(next(&mut deliveries, 0).is_ok());
        land(&mut deliveries, "evt_0", 200, 0);
        assert_eq!(next(&mut deliveries, i64::MAX), Err(None));
    }

    #[test]
    fn no_more_are_kept_than_there_is_room_for() {
        let mut deliveries = posted(EVENTS_MAX, &[]);
        land(&mut deliveries, "evt_7", 200, 0);
        // Those at their end go first, then the oldest.
        deliveries.find("evt_7").unwrap().next_at = None;
        let vendor = VendorId::new(IdNumber::from_raw(1));
        for number in [1, 2] {
            let id = format!("evt_new_{number}");
            let event = Event { id, kind: "invoice.paid", body: String::new() };
            deliveries.post(vendor, vec![event], &Switches::default(), Timestamp::from_unix(0));
        }
        assert_eq!(deliveries.newest_first().count(), EVENTS_MAX);
        assert!(deliveries.find("evt_7").is_none() && deliveries.find("evt_0").is_none());
        assert!(deliveries.find("evt_1").is_some() && deliveries.find("evt_new_2").is_some());
    }
}
