//! Templates of mail at the desk: worded anew, switched off, looked at.

use counterfoil_core::id::IdNumber;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::admin::Page;
use counterfoil_core::wire::native::admin::template::{
    Body, ListTemplates, PreviewTemplate, Subject, Template, TemplatePreview, TemplateView,
    UpdateTemplate,
};

use super::desk::{Desk, part};
use super::licenses::key_of;
use super::listing::page;
use super::mail::{ALL_PRODUCTS, line_about};
use crate::ledger::{LedgerError, Letters, Part as ListPart, Rows, Txn, View, WordingRow};
use crate::mail::{Letter, Part, Wording, WordingProblem, sample};

/// Lists the templates, each as it is in force.
///
/// # Errors
///
/// `forbidden` for a token of one product.
pub fn list(
    desk: &Desk<'_>,
    view: &View,
    call: &ListTemplates,
) -> Result<Page<TemplateView>, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    page(
        part(call.limit, call.cursor),
        |part| Ok(places(part)),
        |number| {
            let place = usize::try_from(number.raw().saturating_sub(1)).unwrap_or(usize::MAX);
            let Some(template) = Template::ALL.get(place) else { return Ok(None) };
            Ok(Some(show(*template, &wording(desk, view, *template)?)))
        },
    )
}

/// The numbers of the templates, from 1, that are in a part of their list.
fn places(part: ListPart) -> Vec<IdNumber> {
    let numbers = (1..).map(IdNumber::from_raw).take(Template::ALL.len());
    let comes_after = |number: &IdNumber| part.after.is_none_or(|last| *number > last);
    numbers.filter(comes_after).take(part.count).collect()
}

fn wording(
    desk: &Desk<'_>,
    rows: &impl Letters,
    template: Template,
) -> Result<WordingRow, LedgerError> {
    rows.wording((desk.by.vendor, desk.by.mode), template)
}

fn show(template: Template, row: &WordingRow) -> TemplateView {
    let wording = Wording::of(template, row);
    let source = |part| wording.source(part).to_owned();
    let own = [
        (Part::Subject, row.subject.is_some()),
        (Part::Text, row.text.is_some()),
        (Part::Html, row.html.is_some()),
    ];
    TemplateView {
        template,
        enabled: row.enabled,
        subject: source(Part::Subject),
        text: source(Part::Text),
        html: source(Part::Html),
        customized: own
            .into_iter()
            .filter(|(_, is_own)| *is_own)
            .map(|(part, _)| part.word().to_owned())
            .collect(),
    }
}

/// Words a template anew, or switches it off.
///
/// # Errors
///
/// `invalid_params` for one that cannot be rendered; `forbidden` for a token of one product.
pub fn update(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &UpdateTemplate,
) -> Result<TemplateView, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    let before = wording(desk, txn, call.template)?;
    let mut after = before.clone();
    if let Some(subject) = &call.subject.0 {
        after.subject = subject.as_ref().map(|Subject(source)| source.clone());
    }
    if let Some(text) = &call.text.0 {
        after.text = text.as_ref().map(|Body(source)| source.clone());
    }
    if let Some(html) = &call.html.0 {
        after.html = html.as_ref().map(|Body(source)| source.clone());
    }
    if let Some(enabled) = call.enabled.0 {
        after.enabled = enabled.unwrap_or(true);
    }
    if after != before {
        Wording::of(call.template, &after).check().map_err(|problem| refuse(&problem))?;
        txn.put_wording((desk.by.vendor, desk.by.mode), call.template, &after)?;
    }
    Ok(show(call.template, &after))
}

fn refuse(problem: &WordingProblem) -> Refusal {
    Refusal::invalid_params(problem.part.word(), problem.to_string())
}

/// Shows what a template comes to.
///
/// # Errors
///
/// `license_not_found`; `invalid_params` for one that cannot be rendered; `forbidden` for a token of
/// one product.
pub fn preview(
    desk: &Desk<'_>,
    view: &View,
    call: &PreviewTemplate,
) -> Result<TemplatePreview, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    let letter = letter_to_try(desk, view, call)?;
    let mut row = wording(desk, view, call.template)?;
    if let Some(Subject(source)) = &call.subject {
        row.subject = Some(source.clone());
    }
    if let Some(Body(source)) = &call.text {
        row.text = Some(source.clone());
    }
    if let Some(Body(source)) = &call.html {
        row.html = Some(source.clone());
    }
    let wording = Wording::of(call.template, &row);
    let shown = wording.render(&letter).map_err(|problem| refuse(&problem))?;
    Ok(TemplatePreview { subject: shown.subject, text: shown.text, html: shown.html })
}

/// The letter that a license would have, or an invented one.
fn letter_to_try(desk: &Desk<'_>, view: &View, call: &PreviewTemplate) -> Result<Letter, Refusal> {
    let sample = sample(call.template, desk.by.mode, desk.now);
    let Some(name) = &call.license else { return Ok(sample) };
    let row = desk.license(view, name)?;
    let key = (call.template == Template::LicenseDelivered)
        .then(|| key_of(desk.secret, &row))
        .transpose()?;
    let customer = row.license.customer.map(|customer| view.customer(customer)).transpose()?;
    let (to, name) = match customer.flatten() {
        Some(customer) => (customer.email, customer.name),
        None => (sample.to, sample.name),
    };
    let is_about_none = sample.licenses.is_empty();
    let licenses = if is_about_none {
        Vec::new()
    } else {
        vec![line_about(view, &row.license, key.as_ref())?]
    };
    let link = sample.link.or_else(|| desk.mail.link(call.template));
    Ok(Letter { to, name, licenses, link, ..sample })
}
