//! Mail at the desk: what customers are told of a license, and what became of it.

use counterfoil_core::history::{Event, EventKind};
use counterfoil_core::id::{CustomerId, MailId};
use counterfoil_core::key::LicenseKey;
use counterfoil_core::license::{Customer, License, Status};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::admin::Page;
use counterfoil_core::wire::native::admin::mail::{
    GetMailStatus, ListMail, MailState, MailStatus, MailView, RetryMail, UpdateMail,
};

use super::App;
use super::desk::{Desk, part};
use super::listing::page;
use crate::ledger::{LedgerError, Letters, List, Lists, MailRow, Rows, Txn, View};
use crate::mail::{self, Desktop, Letter, LicenseLine, Mail, Template};

/// Most licenses in one letter: what is longer nobody reads, and some mail servers cut off.
pub(super) const LICENSES_AT_ONCE: usize = 50;

/// Needed to see a vendor's mail: it is not kept by product.
pub(super) const ALL_PRODUCTS: &str = "product:*";

/// The letter about a license to who holds it; `None`: nobody does.
///
/// # Errors
///
/// Only when the store fails.
pub fn letter_about(
    mail: &Mail,
    rows: &impl Rows,
    template: Template,
    (license, key): (&License, Option<&LicenseKey>),
) -> Result<Option<Letter>, LedgerError> {
    let customer = license.customer.map(|customer| rows.customer(customer)).transpose()?.flatten();
    let Some(customer) = customer else { return Ok(None) };
    letter_to(mail, rows, (template, customer), (license, key)).map(Some)
}

/// The letter about a license to a customer, who may not be kept yet.
///
/// # Errors
///
/// Only when the store fails.
pub fn letter_to(
    mail: &Mail,
    rows: &impl Rows,
    (template, customer): (Template, Customer),
    (license, key): (&License, Option<&LicenseKey>),
) -> Result<Letter, LedgerError> {
    Ok(Letter {
        template,
        vendor: license.vendor,
        mode: license.mode,
        to: customer.email,
        name: customer.name,
        licenses: vec![line_about(rows, license, key)?],
        link: mail.link(template),
        link_expires_at: None,
    })
}

/// A license as a letter shows it.
///
/// # Errors
///
/// Only when the store fails.
pub fn line_about(
    rows: &impl Rows,
    license: &License,
    key: Option<&LicenseKey>,
) -> Result<LicenseLine, LedgerError> {
    let product = rows.product(license.product)?.ok_or(LedgerError::Dangling("product"))?;
    let plan = license.plan.map(|plan| rows.plan(plan)).transpose()?.flatten();
    Ok(LicenseLine {
        product: product.name,
        plan: plan.map(|plan| plan.name),
        alias: license.alias.clone(),
        key: key.map(|key| key.reveal().to_owned()),
        expires_at: license.expires_at,
        grace_until: license.grace_until,
    })
}

impl Desk<'_> {
    /// A notice about a license to who holds it, ready for [`Txn::post`]. It may fail: it comes
    /// before the first write.
    ///
    /// # Errors
    ///
    /// Only when there is no entropy or the store fails.
    pub(super) fn notice(
        &self,
        txn: &mut Txn<'_>,
        template: Template,
        license: &License,
    ) -> Result<Option<MailRow>, Refusal> {
        match letter_about(self.mail, txn, template, (license, None))? {
            Some(letter) => self.mail.write(txn, letter, self.desktop()),
            None => Ok(None),
        }
    }

    /// What customers have to be told of what happened to their licenses, ready for
    /// [`Txn::post`]: one letter for each customer and occasion. It may fail: it comes before
    /// the first write.
    ///
    /// # Errors
    ///
    /// Only when there is no entropy or the store fails.
    pub(super) fn notices(
        &self,
        txn: &mut Txn<'_>,
        news: &[News<'_>],
    ) -> Result<Vec<MailRow>, Refusal> {
        notices(self.mail, txn, news, self.desktop())
    }

    /// What writing a letter takes.
    pub(super) const fn desktop(&self) -> Desktop<'_> {
        Desktop { secret: self.secret, env: self.env, now: self.now }
    }
}

/// What happened to a license.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// The license, as it is now.
    pub license: &'a License,
    /// What happened.
    pub events: &'a [Event],
}

/// What customers have to be told of what happened to their licenses: one letter for each customer
/// and occasion.
///
/// # Errors
///
/// Only when there is no entropy or the store fails.
pub fn notices(
    mail: &Mail,
    txn: &mut Txn<'_>,
    news: &[News<'_>],
    with: Desktop<'_>,
) -> Result<Vec<MailRow>, Refusal> {
    if !mail.is_on() {
        return Ok(Vec::new());
    }
    let mut letters: Vec<(CustomerId, Letter)> = Vec::new();
    for News { license, events } in news {
        let Some(customer) = license.customer else { continue };
        for template in events.iter().filter_map(occasion) {
            let begun = letters.iter_mut().find(|(to, letter)| {
                let is_full = letter.licenses.len() >= LICENSES_AT_ONCE;
                !is_full && (*to, letter.template) == (customer, template)
            });
            if let Some((_, letter)) = begun {
                letter.licenses.push(line_about(txn, license, None)?);
            } else {
                let letter = letter_about(mail, txn, template, (license, None))?;
                letters.extend(letter.map(|letter| (customer, letter)));
            }
        }
    }
    let mut written = Vec::new();
    for (_, letter) in letters {
        written.extend(mail.write(txn, letter, with)?);
    }
    Ok(written)
}

/// On what occasion a customer is told of something that happened; `None`: it is no news to them.
/// A license that was suspended for another reason already, or is disabled beside it, became
/// nothing new.
fn occasion(event: &Event) -> Option<Template> {
    let became = event.from != Some(event.to);
    match event.kind {
        // Without a grace, or told too late, a failed payment suspends by itself.
        EventKind::LicenseSuspended | EventKind::PaymentFailed
            if became && event.to == Status::Suspended =>
        {
            Some(Template::LicenseSuspended)
        }
        EventKind::LicenseRevoked if became => Some(Template::LicenseRevoked),
        EventKind::LicenseExpiring => Some(Template::LicenseExpiring),
        EventKind::PaymentFailed if event.to == Status::Active => Some(Template::PaymentFailed),
        EventKind::LicenseCreated
        | EventKind::LicenseUpdated
        | EventKind::LicenseSuspended
        | EventKind::LicenseReinstated
        | EventKind::LicenseDisabled
        | EventKind::LicenseEnabled
        | EventKind::LicenseRevoked
        | EventKind::LicenseCancelled
        | EventKind::LicenseRotated
        | EventKind::LicenseInactivated
        | EventKind::LicenseUsed
        | EventKind::LicenseRenewed
        | EventKind::LicenseExpired
        | EventKind::PaymentFailed
        | EventKind::SubscriptionCancelled
        | EventKind::SubscriptionExpired
        | EventKind::BillingRecorded
        | EventKind::LeaseIssued
        | EventKind::ActivationCreated
        | EventKind::ActivationRenamed
        | EventKind::ActivationDeactivated
        | EventKind::ActivationExpired => None,
    }
}

/// How much mail of everybody waits, and how much could not be sent.
///
/// # Errors
///
/// Only when the store fails.
pub fn counts(app: &App) -> Result<(u64, u64), LedgerError> {
    let counts = app.ledger.view().all_letter_counts()?;
    Ok((counts.queued, counts.dead))
}

/// Tells whether mail is sent.
///
/// # Errors
///
/// `forbidden` for a token of one product.
pub fn status(desk: &Desk<'_>, view: &View, _: &GetMailStatus) -> Result<MailStatus, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    tell_status(desk, view)
}

fn tell_status(desk: &Desk<'_>, rows: &impl Letters) -> Result<MailStatus, Refusal> {
    let (vendor, mode) = (desk.by.vendor, desk.by.mode);
    let counts = rows.letter_counts(vendor, mode)?;
    Ok(MailStatus {
        configured: desk.mail.is_on(),
        from: desk.mail.sender().map(ToString::to_string),
        reply_to: rows.habits(vendor, mode)?.reply_to,
        queued: counts.queued,
        dead: counts.dead,
        problem: desk.mail.trouble().map(|problem| problem.as_str().to_owned()),
    })
}

/// Changes whom customers answer to.
///
/// # Errors
///
/// `forbidden` for a token of one product.
pub fn update(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &UpdateMail,
) -> Result<MailStatus, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    let mut status = tell_status(desk, txn)?;
    let before = txn.habits(desk.by.vendor, desk.by.mode)?;
    let mut after = before.clone();
    if let Some(reply_to) = &call.reply_to.0 {
        after.reply_to.clone_from(reply_to);
    }
    status.reply_to.clone_from(&after.reply_to);
    if after != before {
        txn.put_habits((desk.by.vendor, desk.by.mode), &after)?;
    }
    Ok(status)
}

/// Lists mail, newest first.
///
/// # Errors
///
/// `forbidden` for a token of one product.
pub fn list(desk: &Desk<'_>, view: &View, call: &ListMail) -> Result<Page<MailView>, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    let letters = List::mail(desk.by.vendor, desk.by.mode, call.state);
    page(
        part(call.limit, call.cursor),
        |part| Ok(view.newest(letters, part)?),
        |number| {
            let row = view.letter(MailId::new(number))?;
            show(desk, &row.ok_or(LedgerError::Dangling("letter"))?).map(Some)
        },
    )
}

fn show(desk: &Desk<'_>, row: &MailRow) -> Result<MailView, Refusal> {
    let sealed = mail::open(row, desk.secret)?;
    Ok(MailView {
        id: row.id,
        template: row.template,
        to: sealed.to,
        state: row.state,
        attempts: row.attempts,
        created_at: row.created_at,
        next_attempt_at: (row.state == MailState::Queued).then_some(row.next_at),
        sent_at: row.sent_at,
        problem: sealed.problem,
    })
}

/// Puts a letter that could not be sent back into the queue.
///
/// # Errors
///
/// `not_found`; `invalid_params` for one that was sent; `forbidden` for a token of one product.
pub fn retry(desk: &Desk<'_>, txn: &mut Txn<'_>, call: &RetryMail) -> Result<MailView, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    let id = call.mail.0.parse::<MailId>().ok();
    let row = id.map(|id| txn.letter(id)).transpose()?.flatten();
    let row = row.filter(|row| (row.vendor, row.mode) == (desk.by.vendor, desk.by.mode));
    let row = row.ok_or(Refusal::NotFound { kind: "mail" })?;
    match row.state {
        MailState::Queued => show(desk, &row),
        MailState::Sent => {
            let problem = "was sent already: only what is `dead` can be tried again";
            Err(Refusal::invalid_params("mail", problem))
        }
        MailState::Dead => {
            let queued =
                MailRow { state: MailState::Queued, attempts: 0, next_at: desk.now, ..row };
            let shown = show(desk, &queued)?;
            txn.put_letter(&queued, desk.now)?;
            Ok(shown)
        }
    }
}
