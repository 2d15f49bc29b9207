//! What people see: pages made here, without a script.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde_json::json;
use std::sync::LazyLock;
use url::Url;

use super::TestProvider;
use super::answer::Answer;
use super::cards::CARDS;
use super::views;
use crate::service::App;

/// How the pages look.
pub(crate) const STYLE: &str = include_str!("style.css");

/// What stands for them among a browser's tabs.
pub(crate) const ICON: &str = include_str!("icon.svg");

const TEMPLATES: [(&str, &str); 4] = [
    ("layout.html", include_str!("layout.html")),
    ("session.html", include_str!("session.html")),
    ("overview.html", include_str!("overview.html")),
    ("message.html", include_str!("message.html")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    // Of these two none can fail, and every page would show it.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.unwrap_or_default());
    for (name, source) in TEMPLATES {
        drop(environment.add_template(name, source));
    }
    environment
});

/// The page on which a session is paid. `card` names one whose number is filled in.
pub(crate) fn session(app: &App, provider: &TestProvider, id: &str, card: &str) -> Answer {
    let now = app.env.now();
    let book = provider.book();
    let Some(session) = book.session(id) else { return nothing("../") };
    let filled = CARDS.iter().find(|one| one.word == card);
    let view = views::session(session, filled, now);
    let leads_to = origin(&session.success_url);
    drop(book);
    page("session.html", (200, leads_to), &view)
}

/// Everything that was made.
pub(crate) fn overview(provider: &TestProvider, now: counterfoil_core::time::Timestamp) -> Answer {
    let view = views::overview(&provider.book(), now);
    page("overview.html", (200, None), &view)
}

/// There is no such thing, or no more.
pub(crate) fn nothing(root: &str) -> Answer {
    message(
        404,
        root,
        "There is nothing here. What the test provider makes is forgotten when the \
        server starts again.",
    )
}

/// Something else happened before a button was pressed.
pub(crate) fn too_late() -> Answer {
    message(
        409,
        "./",
        "That cannot be done now: something else happened before, or it is \
        forgotten.",
    )
}

/// A sentence; `root` is the way from the page to the overview.
pub(crate) fn message(status: u16, root: &str, sentence: &str) -> Answer {
    page("message.html", (status, None), &json!({ "root": root, "sentence": sentence }))
}

fn page(
    template: &str,
    (status, leads_to): (u16, Option<String>),
    view: &serde_json::Value,
) -> Answer {
    let rendered = ENVIRONMENT
        .get_template(template)
        .and_then(|template| template.render(Value::from(Serde(view))));
    match rendered {
        Ok(html) => Answer::Page { status, html, leads_to },
        Err(error) => {
            tracing::error!("a page of the test provider cannot be rendered: {error}");
            let html = "This page cannot be shown.".to_owned();
            Answer::Page { status: 500, html, leads_to: None }
        }
    }
}

/// The origin of a URL, if it can stand in a policy.
fn origin(url: &str) -> Option<String> {
    let origin = Url::parse(url).ok()?.origin().ascii_serialization();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:/[]".contains(&byte);
    origin.bytes().all(is_plain).then_some(origin)
}
