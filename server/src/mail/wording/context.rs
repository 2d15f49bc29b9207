//! What templates can show of a letter.

use counterfoil_core::alias::Alias;
use counterfoil_core::id::{IdNumber, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::text::{Email, Name};
use counterfoil_core::time::Timestamp;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, ErrorKind};
use serde::Serialize;

use crate::mail::sender::shown_name;
use crate::mail::{Letter, LicenseLine, Template};

/// The variables, as `docs/configuration.md` explains them.
pub(super) const NAMES: [&str; 8] =
    ["name", "to", "product", "license", "licenses", "link", "linkExpiresAt", "test"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Context<'a> {
    name: Option<String>,
    to: &'a str,
    product: Option<String>,
    license: Option<&'a Line>,
    licenses: &'a [Line],
    link: Option<&'a str>,
    link_expires_at: Option<Timestamp>,
    test: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    product: String,
    plan: Option<String>,
    alias: String,
    key: Option<String>,
    expires_at: Option<Timestamp>,
    grace_until: Option<Timestamp>,
}

impl Line {
    fn of(line: &LicenseLine) -> Self {
        Self {
            product: shown_name(line.product.as_str()),
            plan: line.plan.as_ref().map(|plan| shown_name(plan.as_str())),
            alias: line.alias.as_str().to_owned(),
            key: line.key.clone(),
            expires_at: line.expires_at,
            grace_until: line.grace_until,
        }
    }
}

/// The variables of a letter.
pub(super) fn of(letter: &Letter) -> Value {
    let licenses: Vec<Line> = letter.licenses.iter().map(Line::of).collect();
    Value::from(Serde(Context {
        name: letter.name.as_ref().map(|name| shown_name(name.as_str())),
        to: letter.to.as_str(),
        product: licenses.first().map(|line| line.product.clone()),
        license: licenses.first(),
        licenses: &licenses,
        link: letter.link.as_deref(),
        link_expires_at: letter.link_expires_at,
        test: letter.mode == Mode::Test,
    }))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Adds `date`, for `4 June 2027`, and `datetime`, for `4 June 2027, 10:21 UTC`.
pub(super) fn add_filters(environment: &mut Environment<'_>) {
    environment.add_filter("date", |value: Value| shown(&value, |(date, _)| date));
    environment.add_filter("datetime", |value: Value| {
        shown(&value, |(date, time)| format!("{date}, {time} UTC"))
    });
}

/// A time as it is shown; what is not there is shown as nothing.
fn shown(value: &Value, show: impl Fn((String, String)) -> String) -> Result<String, Error> {
    if value.is_none() {
        return Ok(String::new());
    }
    let is_no_text = || Error::new(ErrorKind::InvalidOperation, format!("`{value}` is no time"));
    read(value.as_str().ok_or_else(is_no_text)?).map(show)
}

/// The day and the time of an RFC 3339 text in UTC.
fn read(text: &str) -> Result<(String, String), Error> {
    let parts = || {
        let time: Timestamp = text.parse().ok()?;
        let time = time.to_string();
        let (date, time) = time.split_once('T')?;
        let mut date = date.splitn(3, '-');
        let (year, month, day) = (date.next()?, date.next()?, date.next()?);
        let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
        let day = day.trim_start_matches('0');
        Some((format!("{day} {month} {year}"), time.get(..5)?.to_owned()))
    };
    parts().ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("`{text}` is no time")))
}

/// An invented letter with everything that its template may have.
#[expect(clippy::expect_used, reason = "these are a name and an address")]
pub(crate) fn sample(template: Template, mode: Mode, now: Timestamp) -> Letter {
    let name = |text| Name::new(text).expect("a name");
    let is_link = template == Template::PortalLink;
    let line = LicenseLine {
        product: name("Acme Forms Pro"),
        plan: Some(name("Developer")),
        alias: Alias::make([7; 16]),
        key: (template == Template::LicenseDelivered).then(|| "AFP-7K2P-9XQ4-LM83".to_owned()),
        expires_at: Some(now.plus_days(30)),
        grace_until: (template == Template::PaymentFailed).then(|| now.plus_days(14)),
    };
    let link = is_link.then(|| "https://licenses.example.com/portal/#code=EXAMPLE".to_owned());
    Letter {
        template,
        vendor: VendorId::new(IdNumber::from_raw(0)),
        mode,
        to: Email::new("ann@example.com").expect("an address"),
        name: Some(name("Ann Example")),
        licenses: if is_link { Vec::new() } else { vec![line] },
        link,
        link_expires_at: is_link.then(|| now.saturating_add(900)),
    }
}

/// Invented letters with as much as their template may have, and as little.
pub(super) fn samples(template: Template) -> [Letter; 2] {
    let full = sample(template, Mode::Test, Timestamp::from_unix(1_780_000_000));
    let mut bare = Letter { mode: Mode::Live, name: None, ..full.clone() };
    bare.link_expires_at = None;
    for line in &mut bare.licenses {
        *line = LicenseLine { plan: None, expires_at: None, grace_until: None, ..line.clone() };
    }
    [full, bare]
}
