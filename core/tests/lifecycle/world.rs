//! One sold license, kept as the server keeps it, and everything that can be done to it.
//!
//! Commands say when by what lies near (now, before the last payment, at the next date), so that
//! the same command means something in every state.

use std::sync::LazyLock;

use counterfoil_core::alias::Alias;
use counterfoil_core::catalog::{Plan, Product, ProductNames, Terms};
use counterfoil_core::decide::{
    self, Adjust, Beginning, Change, Dated, Decision, Fact, Issue, Issuer, Limit, Order, PlaceRef,
    Report, Revision, Sold, Spend, Stop, Telling,
};
use counterfoil_core::history::{Event, Told};
use counterfoil_core::id::{ActivationId, IdNumber, LicenseId, PlanId, ProductId, VendorId};
use counterfoil_core::identifier::{ActivationType, Identifier, Unicode};
use counterfoil_core::key::KeyFormat;
use counterfoil_core::license::{Activation, License, Mode};
use counterfoil_core::metadata::Metadata;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::sale::Sale;
use counterfoil_core::text::{Name, PaymentRef, Slug};
use counterfoil_core::time::{Term, Timestamp};
use counterfoil_core::verdict::{Question, Snapshot, Verdict, judge};

/// Most uses of a license.
pub(crate) const USES: u64 = 1;

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// Something that is done to the license, or the time that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// A site takes a place: a free one, or another site's.
    Activate { site: u8, instead_of: Option<u8> },
    /// The desk gives a site a place, whatever the limit.
    Add { site: u8 },
    /// A site gives its place back.
    Deactivate { site: u8 },
    /// One more use.
    Use,
    /// The desk counts uses, or gives them back.
    Adjust { amount: i32 },
    /// A system that leaves limits to its callers counts uses, or gives them back.
    Tally { amount: i32 },
    /// The desk stops it or lets it go.
    Stop(Stop),
    /// A new key.
    Rotate,
    /// Emptied for somebody else.
    Inactivate,
    /// The desk sets another date, in so many days; or none.
    Expiry { days: Option<i64> },
    /// The desk sets another limit.
    Limit { places: u32 },
    /// The desk moves it to a plan of the shop, or to none.
    Plan { number: Option<usize> },
    /// The payment side reports.
    Report(Said),
    /// The sweeper comes by.
    Announce,
    /// Time passes.
    Wait(Wait),
}

/// What the payment side says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Renewed(When),
    Recovered(When),
    Failed(When),
    SubscriptionCancelled,
    SubscriptionExpired(When),
    Refunded { full: bool },
    DisputeOpened,
    DisputeClosed { won: bool },
}

/// When something happened that is reported now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Now,
    /// So many days from now; below zero: ago.
    InDays(i64),
    /// An hour before the first failure that is open.
    BeforeFailure,
    /// An hour after it.
    AfterFailure,
    /// An hour before the last payment.
    BeforePayment,
}

/// How time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    Days(i64),
    /// To the second before the next date.
    JustBefore,
    /// To the next date: the license's own, that of the grace, or that of an announcement.
    UntilNext,
}

/// What the license is sold from.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) product: Product,
    pub(crate) plans: [Plan; 2],
}

/// Terms of days: what happens does not depend on the date at which it begins.
pub(crate) static DAYS: LazyLock<Shop> =
    LazyLock::new(|| Shop::new([Term::Days(30), Term::Days(10)]));

/// Terms of months.
pub(crate) static MONTHS: LazyLock<Shop> =
    LazyLock::new(|| Shop::new([Term::Months(1), Term::Months(12)]));

fn number<T>(of: impl Fn(IdNumber) -> T, raw: u128) -> T {
    of(IdNumber::from_raw(raw))
}

impl Shop {
    fn new(terms: [Term; 2]) -> Self {
        let created_at = Timestamp::from_unix(0);
        let product = Product {
            names: ProductNames {
                id: number(ProductId::new, 2),
                slug: Slug::new("forms").unwrap(),
                permalink: None,
            },
            vendor: number(VendorId::new, 1),
            name: Name::new("Forms").unwrap(),
            key_format: KeyFormat::Counterfoil,
            external_id: None,
            metadata: Metadata::default(),
            created_at,
        };
        let plan = |place: u8, slug: &str, grace_days, activation_limit| Plan {
            slug: Slug::new(slug).unwrap(),
            id: number(PlanId::new, u128::from(place) + 4),
            product: product.names.id,
            name: Name::new(slug).unwrap(),
            terms: Terms { activation_limit, uses_limit: Some(USES), ..Terms::default() },
            term: Some(terms[usize::from(place)]),
            grace_days,
            price: None,
            created_at,
        };
        let plans = [plan(0, "basic", 3, 1), plan(1, "more", 14, 2)];
        Self { product, plans }
    }
}

/// What was written: the items of the history and the changes, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// Told first: what time had done.
    pub(crate) announced: Vec<Event>,
    /// What the decision tells.
    pub(crate) events: Vec<Event>,
    /// What it keeps.
    pub(crate) changes: Vec<Change>,
}

/// The license, what is kept beside it, and the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct World {
    pub(crate) snapshot: Snapshot,
    pub(crate) sale: Option<Sale>,
    pub(crate) told: Told,
    pub(crate) past: Vec<Activation>,
    pub(crate) now: Timestamp,
    made: u128,
    on_days: bool,
}

impl World {
    /// A license that was just paid for, with a subscription or without.
    pub(crate) fn sold(shop: &Shop, subscribed: bool, now: Timestamp) -> Self {
        let plan = &shop.plans[0];
        let issuer = Issuer {
            vendor: shop.product.vendor,
            mode: Mode::Live,
            product: &shop.product,
            plan: Some(plan),
            customer: None,
        };
        let order = Order {
            id: PaymentRef::new("order").unwrap(),
            plan: plan.id,
            subscription: subscribed.then(|| PaymentRef::new("subscription").unwrap()),
            paid_at: now,
            price: None,
        };
        let wanted = Issue { order: Some(order), ..Issue::default() };
        let names = (number(LicenseId::new, 3), Alias::make([0; 16]));
        let issued = decide::issue(&issuer, &wanted, names, now);
        let license = issued.answer.clone();
        let told = Told::of_new(&license, now);
        let snapshot = Snapshot {
            license,
            product: shop.product.names.clone(),
            plan: Some(plan.slug.clone()),
            activations: Vec::new(),
            named: Vec::new(),
        };
        let on_days = matches!(plan.term, Some(Term::Days(_)));
        let past = Vec::new();
        let mut world = Self { snapshot, sale: None, told, past, now, made: 10, on_days };
        world.keep(issued);
        world
    }

    pub(crate) fn license(&self) -> &License {
        &self.snapshot.license
    }

    pub(crate) fn shop(&self) -> &'static Shop {
        if self.on_days { &DAYS } else { &MONTHS }
    }

    /// The plan that the license is on now.
    pub(crate) fn plan(&self) -> Option<&'static Plan> {
        let ordered = self.sale.as_ref().map(|sale| sale.line.1);
        let plan = self.license().plan.or(ordered)?;
        self.shop().plans.iter().find(|one| one.id == plan)
    }

    /// The place that a site holds.
    pub(crate) fn place_of(&self, site: u8) -> Option<&Activation> {
        self.snapshot.active(&identifier(site))
    }

    /// The place that a site holds, the last one that it held, or one that nobody ever held.
    pub(crate) fn any_place_of(&self, site: u8) -> ActivationId {
        let here = identifier(site);
        let before = || self.past.iter().rev().find(|one| one.identifier == here);
        let found = self.place_of(site).or_else(before);
        found.map_or(number(ActivationId::new, 1), |one| one.id)
    }

    /// What a copy is told that only asks for the license.
    pub(crate) fn verdict(&self) -> Verdict {
        judge(Some(&self.snapshot), &Question::default(), self.now)
    }

    /// The next date that something hangs on.
    pub(crate) fn next_date(&self) -> Option<Timestamp> {
        let License { expires_at, grace_until, .. } = self.license();
        let dates = [*expires_at, *grace_until, expires_at.map(Told::expiring_from)];
        dates.into_iter().flatten().filter(|date| *date > self.now).min()
    }

    pub(crate) fn at(&self, when: When) -> Timestamp {
        let open = self.sale.as_ref().and_then(|sale| sale.failures.first().copied());
        let failure = open.unwrap_or(self.now);
        match when {
            When::Now => self.now,
            When::InDays(days) => self.now.saturating_add(days * DAY),
            When::BeforeFailure => failure.saturating_add(-3_600),
            When::AfterFailure => failure.saturating_add(3_600).min(self.now),
            When::BeforePayment => {
                let paid = self.sale.as_ref().map_or(self.now, |sale| sale.settled_at);
                paid.saturating_add(-3_600)
            }
        }
    }

    pub(crate) fn fact(&self, said: Said) -> Fact {
        match said {
            Said::Renewed(when) => Fact::Renewed { paid_at: self.at(when) },
            Said::Recovered(when) => Fact::Recovered { paid_at: self.at(when) },
            Said::Failed(when) => Fact::PaymentFailed { at: self.at(when) },
            Said::SubscriptionCancelled => Fact::SubscriptionCancelled { at: self.now },
            Said::SubscriptionExpired(when) => Fact::SubscriptionExpired { at: self.at(when) },
            Said::Refunded { full } => Fact::Refunded { full },
            Said::DisputeOpened => Fact::DisputeOpened,
            Said::DisputeClosed { won } => Fact::DisputeClosed { won },
        }
    }

    /// What there is to know for whoever tells of the license.
    pub(crate) fn telling(&self) -> Telling<'_> {
        Telling { license: self.license(), sale: self.sale.as_ref(), told: self.told }
    }

    /// Does it.
    pub(crate) fn run(&mut self, command: Command) -> Result<Written, Refusal> {
        let now = self.now;
        let license = &self.snapshot.license;
        match command {
            Command::Activate { site, instead_of } => {
                let replace = instead_of.map(|other| self.any_place_of(other));
                self.activate(site, replace, Limit::Holds)
            }
            Command::Add { site } => {
                decide::check_not_ended(license, "activate", now)?;
                self.activate(site, None, Limit::MayBeExceeded)
            }
            Command::Deactivate { site } => {
                let place = PlaceRef::Identifier(identifier(site));
                let wanted = decide::Deactivate { product: None, place };
                let decision = decide::deactivate(&self.snapshot, &wanted, now)?;
                let answer = decision.answer.clone();
                let written = self.keep(decision);
                assert_eq!(answer.after, self.snapshot, "the answer tells what is kept");
                Ok(written)
            }
            Command::Use => {
                let wanted = Spend { product: None, amount: 1 };
                Ok(self.keep(decide::spend(&self.snapshot, wanted, now)?))
            }
            Command::Adjust { amount } => {
                Ok(self.keep(decide::adjust(license, Adjust { amount }, now)?))
            }
            Command::Tally { amount } => {
                Ok(self.keep(decide::tally(license, Adjust { amount }, now)))
            }
            Command::Stop(stop) => {
                Ok(self.keep(decide::stop((license, self.sale.as_ref()), stop, None, now)?))
            }
            Command::Rotate => Ok(self.keep(decide::rotate(license, now)?)),
            Command::Inactivate => {
                Ok(self.keep(decide::inactivate(license, Alias::make([1; 16]), now)?))
            }
            Command::Expiry { .. } | Command::Limit { .. } | Command::Plan { .. } => {
                self.revise(command)
            }
            Command::Report(said) => Ok(self.hear(said)),
            Command::Announce => Ok(self.announce()),
            Command::Wait(wait) => {
                self.now = self.after(wait);
                Ok(Written::default())
            }
        }
    }

    /// The time after waiting.
    fn after(&self, wait: Wait) -> Timestamp {
        let next = self.next_date().unwrap_or(self.now);
        match wait {
            Wait::Days(days) => self.now.saturating_add(days * DAY),
            Wait::JustBefore => next.saturating_add(-1).max(self.now),
            Wait::UntilNext => next,
        }
    }

    fn activate(
        &mut self,
        site: u8,
        replace: Option<ActivationId>,
        limit: Limit,
    ) -> Result<Written, Refusal> {
        let wanted = decide::Activate {
            product: None,
            identifier: identifier(site),
            name: None,
            replace,
            ip: None,
            id: number(ActivationId::new, self.made + 1),
            limit,
        };
        let decision = decide::activate(&self.snapshot, &wanted, self.now)?;
        self.made += 1;
        let answer = decision.answer.clone();
        let written = self.keep(decision);
        assert_eq!(answer.after, self.snapshot, "the answer tells what is kept");
        assert_eq!(self.place_of(site), Some(&answer.activation));
        Ok(written)
    }

    fn revise(&mut self, command: Command) -> Result<Written, Refusal> {
        let mut wanted = Revision::default();
        if let Command::Expiry { days } = command {
            wanted.expires_at = Some(days.map(|days| self.now.saturating_add(days * DAY)));
        } else if let Command::Limit { places } = command {
            wanted.activation_limit = Some(places);
        } else if let Command::Plan { number } = command {
            wanted.plan = Some(number.map(|number| &self.shop().plans[number]));
        }
        let decision = decide::revise(&self.snapshot, &wanted, self.now)?;
        Ok(self.keep(decision))
    }

    fn hear(&mut self, said: Said) -> Written {
        let report = Report { fact: self.fact(said), event: None, invoice: None };
        // The server finds the license by its sale, and by its subscription.
        let Some(sale) = &self.sale else { return Written::default() };
        let of_order = matches!(
            said,
            Said::Refunded { .. } | Said::DisputeOpened | Said::DisputeClosed { .. }
        );
        if !of_order && sale.subscription.is_none() {
            return Written::default();
        }
        let sold = Sold { license: self.license(), sale, plan: self.plan() };
        self.keep(decide::bill(&sold, &report, self.now))
    }

    /// Hears a report as it comes.
    pub(crate) fn hear_report(&mut self, report: &Report) -> Written {
        let sale = self.sale.as_ref().unwrap();
        let sold = Sold { license: self.license(), sale, plan: self.plan() };
        self.keep(decide::bill(&sold, report, self.now))
    }

    /// Hears a report that says when it happened, beside others that were heard before.
    pub(crate) fn hear_dated(
        &mut self,
        (began, heard): (Beginning, &[Dated]),
        news: &Dated,
    ) -> Written {
        let sale = self.sale.as_ref().unwrap();
        let sold = Sold { license: self.license(), sale, plan: self.plan() };
        self.keep(decide::bill_dated(&sold, (began, heard), news, self.now))
    }

    fn announce(&mut self) -> Written {
        let announcement = decide::announce(&self.telling(), self.now);
        self.told = announcement.told;
        Written { announced: announcement.events, ..Written::default() }
    }

    /// Keeps a decision as the server does: what time has done is told first.
    fn keep<A>(&mut self, decision: Decision<A>) -> Written {
        let Decision { changes, events, .. } = decision;
        if changes.is_empty() && events.is_empty() {
            return Written::default();
        }
        let mut announced = Vec::new();
        if !events.is_empty() {
            announced = self.announce().announced;
        }
        let before = self.license().clone();
        for change in &changes {
            self.apply(change);
        }
        // That a place is still needed is no news, and not worth writing the license anew.
        if !events.is_empty() {
            self.told = self.told.after_change(&before, self.license(), self.now);
        }
        let plan = self.plan();
        self.snapshot.plan = plan.map(|plan| plan.slug.clone());
        Written { announced, events, changes }
    }

    fn apply(&mut self, change: &Change) {
        let Snapshot { license, activations, .. } = &mut self.snapshot;
        match change {
            Change::License(changed) => license.clone_from(changed),
            Change::Activation(changed) => {
                match activations.iter_mut().find(|held| held.id == changed.id) {
                    Some(held) => held.clone_from(changed),
                    None => activations.push(changed.clone()),
                }
            }
            Change::Deactivation(ended) => {
                activations.retain(|held| held.id != ended.id);
                self.past.push(ended.clone());
            }
            Change::AllDeactivated(at) => {
                self.past.extend(activations.drain(..).map(|held| held.given_back(*at)));
            }
            Change::Sale(sale) => self.sale.clone_from(sale),
        }
    }
}

/// What a site is activated by.
pub(crate) fn identifier(site: u8) -> Identifier {
    let unicode = Unicode { to_ascii: |_| None, to_lowercase: str::to_lowercase };
    Identifier::new(ActivationType::Domain, &format!("site-{site}.example"), unicode).unwrap()
}
