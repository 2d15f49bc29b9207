//! What letters say: templates, built in or the vendor's own, and what they come to.
//!
//! Templates are Jinja's. In HTML whatever is inserted is escaped; a variable that does not exist is
//! an error, so that a typing mistake is found when it is made; a null is shown as nothing. What a
//! template may cost is limited, for it is somebody else's program.

mod builtin;
mod context;

pub(crate) use context::sample;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, escape_formatter};
use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::sync::LazyLock;

use super::sender::header_text;
use super::{Letter, Template};
use crate::ledger::WordingRow;

/// Steps that a template may take.
const FUEL: u64 = 100_000;

/// How deep templates may include one another.
const DEPTH_MAX: usize = 16;

/// Most bytes that a part may come to.
const RENDERED_BYTES_MAX: usize = 256 * 1_024;

/// The name under which a vendor's HTML finds the built-in frame.
const LAYOUT: &str = "layout.html";

/// The name of a body as HTML: it and the frame are escaped.
const HTML: &str = "body.html";

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The subject.
    Subject,
    /// The body for programs that show no HTML.
    Text,
    /// The body as HTML.
    Html,
}

impl Part {
    pub(crate) const ALL: [Self; 3] = [Self::Subject, Self::Text, Self::Html];

    /// What the desk calls it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Text => "text",
            Self::Html => "html",
        }
    }

    const fn file(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Text => "text",
            Self::Html => HTML,
        }
    }
}

/// The sources of a template that is in force.
#[derive(Clone, Debug)]
pub(crate) struct Wording<'a> {
    template: Template,
    parts: [Cow<'a, str>; 3],
}

/// What a template comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// Why a part of a template comes to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WordingProblem {
    pub(crate) part: Part,
    /// The end of a sentence that begins with the part.
    text: String,
}

impl fmt::Display for WordingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'a> Wording<'a> {
    /// The built-in wording.
    pub(crate) fn built_in(template: Template) -> Self {
        Self { template, parts: Part::ALL.map(|part| builtin::source(template, part).into()) }
    }

    /// The vendor's wording, where there is one.
    pub(crate) fn of(template: Template, row: &'a WordingRow) -> Self {
        let own = [&row.subject, &row.text, &row.html];
        let mut wording = Self::built_in(template);
        for (part, own) in wording.parts.iter_mut().zip(own) {
            if let Some(own) = own {
                *part = own.as_str().into();
            }
        }
        wording
    }

    /// The source of a part.
    pub(crate) fn source(&self, part: Part) -> &str {
        let [subject, text, html] = &self.parts;
        match part {
            Part::Subject => subject,
            Part::Text => text,
            Part::Html => html,
        }
    }

    /// What it says in this letter.
    pub(crate) fn render(&self, letter: &Letter) -> Result<Rendered, WordingProblem> {
        let context = context::of(letter);
        let render = |part| render(part, self.source(part), &context);
        let subject = header_text(&render(Part::Subject)?);
        if subject.is_empty() {
            let text = "comes to nothing: let it say something in every case".to_owned();
            return Err(WordingProblem { part: Part::Subject, text });
        }
        let text = format!("{}\n", render(Part::Text)?.trim());
        Ok(Rendered { subject, text, html: render(Part::Html)? })
    }

    /// Whether it says something in every letter of its kind, as far as that can be known.
    pub(crate) fn check(&self) -> Result<(), WordingProblem> {
        for part in Part::ALL {
            check_names(part, self.source(part))?;
        }
        for letter in context::samples(self.template) {
            self.render(&letter)?;
        }
        Ok(())
    }
}

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(DEPTH_MAX);
    // Of these two none can fail, and every built-in template would show it.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.unwrap_or_default());
    drop(environment.add_template(LAYOUT, builtin::LAYOUT));
    environment.set_auto_escape_callback(|name| {
        if matches!(name, LAYOUT | HTML) { AutoEscape::Html } else { AutoEscape::None }
    });
    environment.set_formatter(|out, state, value| {
        if value.is_none() { Ok(()) } else { escape_formatter(out, state, value) }
    });
    // It makes as many spaces as it is told to, and nobody counts those.
    environment.remove_filter("indent");
    context::add_filters(&mut environment);
    environment
});

fn render(part: Part, source: &str, context: &Value) -> Result<String, WordingProblem> {
    let mut page = Bounded { bytes: Vec::new(), is_full: false };
    let rendered = ENVIRONMENT
        .template_from_named_str(part.file(), source)
        .and_then(|template| template.render_captured_to(context.clone(), &mut page).map(drop));
    if page.is_full {
        return Err(WordingProblem { part, text: "comes to more than 256 KiB".to_owned() });
    }
    rendered.map_err(|error| problem(part, &error))?;
    let text = String::from_utf8(page.bytes);
    text.map_err(|_| WordingProblem { part, text: "comes to what is no text".to_owned() })
}

/// Refuses variables that no letter has, also where a sample does not come by.
fn check_names(part: Part, source: &str) -> Result<(), WordingProblem> {
    let template = ENVIRONMENT.template_from_named_str(part.file(), source);
    let template = template.map_err(|error| problem(part, &error))?;
    let mut unknown: Vec<String> = template.undeclared_variables(false).into_iter().collect();
    unknown.retain(|name| !context::NAMES.contains(&name.as_str()));
    unknown.sort_unstable();
    match unknown.into_iter().next() {
        None => Ok(()),
        Some(name) => {
            let line = source.lines().position(|line| line.contains(&name));
            let line = line.map_or(1, |line| line.saturating_add(1));
            let known = context::NAMES.join("`, `");
            let text = format!("names `{name}` in line {line}: letters have `{known}`");
            Err(WordingProblem { part, text })
        }
    }
}

fn problem(part: Part, error: &Error) -> WordingProblem {
    let line = error.line().unwrap_or(1);
    let place = match error.name() {
        Some(LAYOUT) => format!("line {line} of the frame that it extends"),
        _ => format!("line {line}"),
    };
    let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    WordingProblem { part, text: format!("cannot be rendered: in {place}, {what}") }
}

/// A text that may not grow for ever.
struct Bounded {
    bytes: Vec<u8>,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.is_full |= self.bytes.len().saturating_add(bytes.len()) > RENDERED_BYTES_MAX;
        if self.is_full {
            return Err(io::Error::other("too much"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
