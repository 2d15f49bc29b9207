//! Places, floating ones too, and counters: what holds of them after any sequence of commands.

use counterfoil_core::alias::Alias;
use counterfoil_core::catalog::Floating;
use counterfoil_core::catalog::{Product, ProductNames, Terms};
use counterfoil_core::decide::{
    self, Adjust, Change, Decision, Heartbeat, Issue, Issuer, Limit, PlaceRef, Rename, Revision,
    Stop,
};
use counterfoil_core::id::{ActivationId, IdNumber, LicenseId, ProductId, VendorId};
use counterfoil_core::key::KeyFormat;
use counterfoil_core::license::{Activation, End, License, Mode, Status};
use counterfoil_core::metadata::Metadata;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::{Name, Slug};
use counterfoil_core::time::Timestamp;
use counterfoil_core::verdict::{Question, Snapshot, VerdictStatus, judge};
use proptest::prelude::*;

use crate::world::identifier;

#[derive(Clone, Debug)]
enum Command {
    Activate { site: u8, replace: Option<u8> },
    Deactivate { site: u8 },
    DeactivateById { place: u8 },
    Use { amount: u32 },
    Adjust { amount: i32 },
    Heartbeat { place: u8 },
    Rename { place: u8, labelled: bool },
    Stop(Stop),
    Rotate,
    Inactivate,
    Limit { places: u32 },
    Wait { seconds: i64 },
}

fn commands() -> impl Strategy<Value = Vec<Command>> {
    let one = prop_oneof![
        4 => (0..6_u8, proptest::option::weighted(0.2, 0..6_u8))
            .prop_map(|(site, replace)| Command::Activate { site, replace }),
        2 => (0..6_u8).prop_map(|site| Command::Deactivate { site }),
        1 => (0..6_u8).prop_map(|place| Command::DeactivateById { place }),
        1 => (1..5_u32).prop_map(|amount| Command::Use { amount }),
        1 => (-9..9_i32).prop_map(|amount| Command::Adjust { amount }),
        1 => (0..6_u8).prop_map(|place| Command::Heartbeat { place }),
        1 => (0..6_u8, any::<bool>())
            .prop_map(|(place, labelled)| Command::Rename { place, labelled }),
        2 => proptest::sample::select(vec![
            Stop::Suspend, Stop::Reinstate, Stop::Disable, Stop::Enable, Stop::Suspend,
            Stop::Reinstate, Stop::Disable, Stop::Enable, Stop::Revoke, Stop::Cancel,
        ]).prop_map(Command::Stop),
        1 => Just(Command::Rotate),
        1 => Just(Command::Inactivate),
        1 => (0..5_u32).prop_map(|places| Command::Limit { places }),
        1 => (0..400_i64).prop_map(|seconds| Command::Wait { seconds }),
    ];
    proptest::collection::vec(one, 0..60)
}

/// Keeps what decisions change, as a store would.
struct Kept {
    snapshot: Snapshot,
    past: Vec<Activation>,
    made: u128,
}

impl Kept {
    fn new(limit: u32, floating: Option<u32>) -> Self {
        let vendor = VendorId::new(IdNumber::from_raw(1));
        let product = Product {
            names: ProductNames {
                id: ProductId::new(IdNumber::from_raw(2)),
                slug: Slug::new("p").unwrap(),
                permalink: None,
            },
            vendor,
            name: Name::new("P").unwrap(),
            key_format: KeyFormat::Counterfoil,
            external_id: None,
            metadata: Metadata::default(),
            created_at: Timestamp::from_unix(0),
        };
        let issuer =
            Issuer { vendor, mode: Mode::Live, product: &product, plan: None, customer: None };
        let wanted = Issue {
            expires_at: Some(Some(Timestamp::from_unix(2_000))),
            activation_limit: Some(limit),
            ..Issue::default()
        };
        let names = (LicenseId::new(IdNumber::from_raw(3)), Alias::make([0; 16]));
        let issued = decide::issue(&issuer, &wanted, names, Timestamp::from_unix(1_000));
        let license = License {
            terms: Terms {
                uses_limit: Some(7),
                floating: floating.map(|ttl| Floating { ttl }),
                ..issued.answer.terms.clone()
            },
            ..issued.answer
        };
        let (activations, named) = (Vec::new(), Vec::new());
        Self {
            snapshot: Snapshot { license, product: product.names, plan: None, activations, named },
            past: Vec::new(),
            made: 10,
        }
    }

    /// Keeps what was decided, and checks that the history tells of it.
    fn keep<A>(&mut self, decision: Decision<A>) -> A {
        let Decision { answer, changes, events } = decision;
        // That a place is still needed is no news.
        let is_news = |change: &Change| match change {
            Change::Activation(held) => {
                let before = self.snapshot.active_by_id(held.id);
                before.is_none_or(|before| before.name != held.name)
            }
            Change::License(_)
            | Change::Deactivation(_)
            | Change::AllDeactivated(_)
            | Change::Sale(_) => true,
        };
        assert_eq!(changes.iter().any(is_news), !events.is_empty(), "{changes:?} {events:?}");
        let Snapshot { license, activations, .. } = &mut self.snapshot;
        for change in changes {
            match change {
                Change::License(changed) => *license = changed,
                Change::Activation(changed) => {
                    match activations.iter_mut().find(|held| held.id == changed.id) {
                        Some(held) => *held = changed,
                        None => activations.push(changed),
                    }
                }
                Change::Deactivation(ended) => {
                    activations.retain(|held| held.id != ended.id);
                    self.past.push(ended);
                }
                Change::Sale(_) => {}
                Change::AllDeactivated(at) => {
                    self.past.extend(activations.drain(..).map(|held| held.given_back(at)));
                }
            }
        }
        answer
    }

    fn run(&mut self, command: &Command, now: Timestamp) -> Result<(), Refusal> {
        let license = &self.snapshot.license;
        match command {
            Command::Activate { site, replace } => return self.activate(*site, *replace, now),
            Command::Deactivate { site } => {
                return self.end(PlaceRef::Identifier(identifier(*site)), now);
            }
            Command::DeactivateById { place } => {
                return self.end(PlaceRef::Activation(self.id_at(*place)), now);
            }
            Command::Use { amount } => {
                let wanted = decide::Spend { product: None, amount: *amount };
                let decision = decide::spend(&self.snapshot, wanted, now)?;
                let answer = self.keep(decision);
                assert_eq!(answer.uses, self.snapshot.license.uses);
            }
            Command::Adjust { amount } => {
                let decision = decide::adjust(license, Adjust { amount: *amount }, now)?;
                self.keep(decision);
            }
            Command::Heartbeat { place } => {
                let wanted = Heartbeat { product: None, activation: self.id_at(*place) };
                let decision = decide::heartbeat(&self.snapshot, wanted, now)?;
                let kept = self.keep(decision);
                assert!(kept.is_active(now));
            }
            Command::Rename { place, labelled } => {
                let name = labelled.then(|| Name::new("N").unwrap());
                let wanted = Rename { activation: self.id_at(*place), name };
                let decision = decide::rename(&self.snapshot, &wanted, now)?;
                let named = self.keep(decision);
                assert!(named.is_active(now));
                let again = decide::rename(&self.snapshot, &wanted, now)?;
                assert_eq!(again, Decision::unchanged(named), "the same label twice");
            }
            Command::Stop(stop) => {
                let decision = decide::stop((license, None), *stop, None, now)?;
                self.keep(decision);
                let again = decide::stop((&self.snapshot.license, None), *stop, None, now)?;
                assert!(again.changes.is_empty() && again.events.is_empty(), "{stop:?} twice");
            }
            Command::Rotate => {
                let decision = decide::rotate(license, now)?;
                self.keep(decision);
            }
            Command::Inactivate => {
                let decision = decide::inactivate(license, Alias::make([1; 16]), now)?;
                self.keep(decision);
                assert!(self.snapshot.activations.is_empty());
            }
            Command::Limit { places } => {
                let wanted = Revision { activation_limit: Some(*places), ..Revision::default() };
                let decision = decide::revise(&self.snapshot, &wanted, now)?;
                self.keep(decision);
            }
            Command::Wait { .. } => {}
        }
        Ok(())
    }

    fn activate(&mut self, site: u8, replace: Option<u8>, now: Timestamp) -> Result<(), Refusal> {
        self.made += 1;
        let wanted = decide::Activate {
            product: None,
            identifier: identifier(site),
            name: None,
            replace: replace.map(|place| self.id_at(place)),
            ip: None,
            id: ActivationId::new(IdNumber::from_raw(self.made)),
            limit: Limit::Holds,
        };
        let before = self.snapshot.at(now).license.activations_used;
        let decision = decide::activate(&self.snapshot, &wanted, now)?;
        let answer = self.keep(decision);
        assert_eq!(answer.after, *self.snapshot.at(now), "the answer tells what is kept");
        assert!(self.snapshot.at(now).active(&identifier(site)).is_some());
        let Snapshot { license, .. } = &self.snapshot;
        let limit = license.terms.activation_limit;
        // A limit that was lowered takes nobody's place away, but gives none out either.
        let used = license.activations_used;
        assert!(limit == 0 || used <= limit || used <= before, "more places than the limit");
        Ok(())
    }

    fn end(&mut self, place: PlaceRef, now: Timestamp) -> Result<(), Refusal> {
        let wanted = decide::Deactivate { product: None, place };
        let decision = decide::deactivate(&self.snapshot, &wanted, now)?;
        let answer = self.keep(decision);
        assert_eq!(answer.after, *self.snapshot.at(now));
        Ok(())
    }

    /// The id of an active place, or of one that ended, or of none.
    fn id_at(&self, place: u8) -> ActivationId {
        let all: Vec<&Activation> = self.snapshot.activations.iter().chain(&self.past).collect();
        let found = all.get(usize::from(place)).map(|activation| activation.id);
        found.unwrap_or(ActivationId::new(IdNumber::from_raw(1)))
    }

    fn check(&self, ended: Option<End>, now: Timestamp) {
        let Snapshot { license, activations, .. } = &self.snapshot;
        assert_eq!(usize::try_from(license.activations_used).unwrap(), activations.len());
        assert!(license.uses <= 7, "more uses than the limit");
        let present = self.snapshot.at(now);
        for (place, activation) in present.activations.iter().enumerate() {
            let later = &present.activations[place + 1..];
            assert!(later.iter().all(|other| other.identifier != activation.identifier));
            assert!(activation.is_active(now));
        }
        assert!(self.past.iter().all(|activation| activation.deactivated_at.is_some()));
        let verdict = judge(Some(&self.snapshot), &Question::default(), now);
        assert_eq!(verdict.valid, license.status(now) == Status::Active);
        assert_eq!(verdict.valid, verdict.status == VerdictStatus::Valid);
        assert_eq!(verdict.activations_used, Some(present.license.activations_used));
        if ended.is_some() {
            assert_eq!(license.end, ended, "what has ended stays so");
        }
        if license.end.is_some() {
            assert!(!verdict.valid && activations.is_empty());
        }
    }
}

proptest! {
    #[test]
    fn counts_limits_ends_and_answers_hold_after_any_sequence(
        commands in commands(),
        limit in 0..4_u32,
        floating in proptest::option::of(1..300_u32),
    ) {
        let mut kept = Kept::new(limit, floating);
        let mut now = Timestamp::from_unix(1_000);
        for command in commands {
            if let Command::Wait { seconds } = command {
                now = now.saturating_add(seconds);
            }
            let before = (kept.snapshot.clone(), kept.past.len());
            if kept.run(&command, now).is_err() {
                prop_assert_eq!(&before, &(kept.snapshot.clone(), kept.past.len()), "a refusal changed something");
            }
            kept.check(before.0.license.end, now);
        }
    }

    #[test]
    fn the_same_arguments_give_the_same_bytes(
        commands in commands(),
        limit in 0..4_u32,
        floating in proptest::option::of(1..300_u32),
    ) {
        let run = || {
            let mut kept = Kept::new(limit, floating);
            let mut now = Timestamp::from_unix(1_000);
            let mut said = Vec::new();
            for command in &commands {
                if let Command::Wait { seconds } = command {
                    now = now.saturating_add(*seconds);
                }
                said.push(format!("{:?}", kept.run(command, now)));
                let verdict = judge(Some(&kept.snapshot), &Question::default(), now);
                said.push(serde_json::to_string(&verdict).unwrap());
            }
            said
        };
        prop_assert_eq!(run(), run());
    }
}
