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
        delivery.copies = 1;
        delivery.refused = 0;
        delivery.next_at = Some(now);
        true
    }

    fn find(&mut self, event: &str) -> Option<&mut Delivery> {
        self.all.iter_mut().find(|delivery| delivery.event.id == event)
    }

    /// What is to be done at `now`. What is to be sent counts as under way until it landed.
    pub(super) fn next(&mut self, now: Timestamp) -> Next {
        let waiting = self.all.iter_mut().filter(|delivery| delivery.next_at.is_some());
        // Of equal ones the first.
        let Some(first) = waiting.min_by_key(|delivery| delivery.next_at) else {
            return Next::Rest;
        };
        match first.next_at {
            Some(at) if at > now => Next::Wait(at),
            _ => {
                first.next_at = None;
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
