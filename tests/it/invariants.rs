//! What holds after any sequence of commands, decided natively.

use counterfoil_core::alias::Alias;
use counterfoil_core::catalog::{Product, ProductNames, Terms};
use counterfoil_core::decide::{self, Change, Decision, Issue, Issuer, PlaceRef};
use counterfoil_core::id::{ActivationId, IdNumber, LicenseId, ProductId, VendorId};
use counterfoil_core::identifier::{ActivationType, Identifier};
use counterfoil_core::key::KeyFormat;
use counterfoil_core::license::{Activation, License, Mode};
use counterfoil_core::metadata::Metadata;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::{Name, Slug};
use counterfoil_core::time::Timestamp;
use counterfoil_core::verdict::{Question, Snapshot, VerdictStatus, judge};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Command {
    Activate { site: u8, replace: Option<u8> },
    Deactivate { site: u8 },
    DeactivateById { place: u8 },
    Use { amount: u32 },
    Wait { seconds: i64 },
}

fn commands() -> impl Strategy<Value = Vec<Command>> {
    let one = prop_oneof![
        4 => (0..6_u8, proptest::option::weighted(0.2, 0..6_u8))
            .prop_map(|(site, replace)| Command::Activate { site, replace }),
        2 => (0..6_u8).prop_map(|site| Command::Deactivate { site }),
        1 => (0..6_u8).prop_map(|place| Command::DeactivateById { place }),
        1 => (1..5_u32).prop_map(|amount| Command::Use { amount }),
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
    fn new(limit: u32) -> Self {
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
            expires_at: Some(Timestamp::from_unix(2_000)),
            activation_limit: Some(limit),
            ..Issue::default()
        };
        let names = (LicenseId::new(IdNumber::from_raw(3)), Alias::make([0; 16]));
        let issued = decide::issue(&issuer, &wanted, names, Timestamp::from_unix(1_000));
        let license = License {
            terms: Terms { uses_limit: Some(7), ..issued.answer.terms.clone() },
            ..issued.answer
        };
        let (activations, named) = (Vec::new(), Vec::new());
        Self {
            snapshot: Snapshot { license, product: product.names, plan: None, activations, named },
            past: Vec::new(),
            made: 10,
        }
    }

    fn apply(&mut self, changes: Vec<Change>) {
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
            }
        }
    }

    fn run(&mut self, command: &Command, now: Timestamp) -> Result<(), Refusal> {
        match command {
            Command::Activate { site, replace } => {
                self.made += 1;
                let wanted = decide::Activate {
                    product: None,
                    identifier: identifier(*site),
                    name: None,
                    replace: replace.map(|place| self.id_at(place)),
                    ip: None,
                    id: ActivationId::new(IdNumber::from_raw(self.made)),
                };
                let Decision { answer, changes } = decide::activate(&self.snapshot, &wanted, now)?;
                self.apply(changes);
                assert_eq!(answer.after, self.snapshot, "the answer tells the state that is kept");
                assert!(self.snapshot.active(&identifier(*site)).is_some());
            }
            Command::Deactivate { site } => {
                self.end(PlaceRef::Identifier(identifier(*site)), now)?;
            }
            Command::DeactivateById { place } => {
                self.end(PlaceRef::Activation(self.id_at(*place)), now)?;
            }
            Command::Use { amount } => {
                let wanted = decide::Spend { product: None, amount: *amount };
                let Decision { answer, changes } = decide::spend(&self.snapshot, wanted, now)?;
                self.apply(changes);
                assert_eq!(answer.uses, self.snapshot.license.uses);
            }
            Command::Wait { .. } => {}
        }
        Ok(())
    }

    fn end(&mut self, place: PlaceRef, now: Timestamp) -> Result<(), Refusal> {
        let wanted = decide::Deactivate { product: None, place };
        let Decision { answer, changes } = decide::deactivate(&self.snapshot, &wanted, now)?;
        self.apply(changes);
        assert_eq!(answer.after, self.snapshot);
        Ok(())
    }

    /// The id of an active place, or of one that ended, or of none.
    fn id_at(&self, place: u8) -> ActivationId {
        let all: Vec<&Activation> = self.snapshot.activations.iter().chain(&self.past).collect();
        let found = all.get(usize::from(place)).map(|activation| activation.id);
        found.unwrap_or(ActivationId::new(IdNumber::from_raw(1)))
    }

    fn check(&self, limit: u32, now: Timestamp) {
        let Snapshot { license, activations, .. } = &self.snapshot;
        assert_eq!(usize::try_from(license.activations_used).unwrap(), activations.len());
        assert!(limit == 0 || license.activations_used <= limit, "more places than the limit");
        assert!(license.uses <= 7, "more uses than the limit");
        for (place, activation) in activations.iter().enumerate() {
            let later = &activations[place + 1..];
            assert!(later.iter().all(|other| other.identifier != activation.identifier));
            assert!(activation.deactivated_at.is_none());
        }
        assert!(self.past.iter().all(|activation| activation.deactivated_at.is_some()));
        let verdict = judge(Some(&self.snapshot), &Question::default(), now);
        assert_eq!(verdict.valid, now.unix() < 2_000);
        assert_eq!(verdict.valid, verdict.status == VerdictStatus::Valid);
    }
}

fn identifier(site: u8) -> Identifier {
    Identifier::new(ActivationType::Domain, &format!("site-{site}.example"), |_| None).unwrap()
}

proptest! {
    #[test]
    fn counts_limits_and_answers_hold_after_any_sequence(commands in commands(), limit in 0..4_u32) {
        let mut kept = Kept::new(limit);
        let mut now = Timestamp::from_unix(1_000);
        for command in commands {
            if let Command::Wait { seconds } = command {
                now = now.saturating_add(seconds);
            }
            let before = (kept.snapshot.clone(), kept.past.len());
            if kept.run(&command, now).is_err() {
                prop_assert_eq!(before, (kept.snapshot.clone(), kept.past.len()), "a refusal changed something");
            }
            kept.check(limit, now);
        }
    }

    #[test]
    fn the_same_arguments_give_the_same_bytes(commands in commands(), limit in 0..4_u32) {
        let run = || {
            let mut kept = Kept::new(limit);
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
