//! Settings in a TOML file: every name is known, and every value of its kind.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::setting::{Kind, Place, Setting};
use super::source::{ConfigError, Origin, meant, names_in};

/// What the file says, by the settings' names.
#[derive(Default)]
pub(super) struct File {
    values: BTreeMap<&'static str, (String, Origin)>,
}

impl File {
    pub(super) fn value(&self, name: &str) -> Option<(String, Origin)> {
        self.values.get(name).cloned()
    }
}

pub(super) fn read(path: &Path, named_by: Origin) -> Result<File, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable {
        named_by,
        path: path.display().to_string(),
        error,
    })?;
    parse(path, &text)
}

fn parse(path: &Path, text: &str) -> Result<File, ConfigError> {
    let source = Source { path, text };
    let table = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
        origin: source.origin(error.span().unwrap_or_default()),
        problem: error.message().to_owned(),
    })?;
    let mut file = File::default();
    source.take("", table.get_ref(), &mut file)?;
    Ok(file)
}

struct Source<'a> {
    path: &'a Path,
    text: &'a str,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Source<'_> {
    fn origin(&self, span: Range<usize>) -> Origin {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count().saturating_add(1);
        Origin::File { path: self.path.to_owned(), line }
    }

    fn take(&self, prefix: &str, table: &DeTable<'_>, file: &mut File) -> Result<(), ConfigError> {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            let origin = self.origin(key.span());
            if let (DeValue::Table(inner), "limits") = (value.get_ref(), name.as_str()) {
                self.take("limits.", inner, file)?;
                continue;
            }
            let wrong = |problem| ConfigError::Value {
                origin: origin.clone(),
                name: name.clone(),
                problem,
            };
            let setting = known(&name).map_err(wrong)?;
            let text = text_of(setting.kind, value).map_err(|must_be| wrong(must_be.to_owned()))?;
            file.values.insert(setting.name, (text, origin));
        }
        Ok(())
    }
}

fn known(name: &str) -> Result<&'static Setting, String> {
    match Setting::by_name(name) {
        Some(setting) if setting.place == Place::Environment => {
            let variable = setting.variable().unwrap_or_default();
            Err(format!(
                "does not belong in this file, which many may read: set {variable}, or \
                 {variable}_FILE to the path of a file that only the server can read"
            ))
        }
        Some(setting) => Ok(setting),
        None => Err(match meant(name, names_in(Place::File)) {
            Some(meant) => format!("is no setting: did you mean `{meant}`?"),
            None => "is no setting: `counterfoil config show` lists them all".to_owned(),
        }),
    }
}

/// The value as the other sources would write it.
fn text_of(kind: Kind, value: &Value<'_>) -> Result<String, &'static str> {
    match (kind, value.get_ref()) {
        (Kind::Text, DeValue::String(text)) => Ok(text.to_string()),
        (Kind::Switch, DeValue::Boolean(is_on)) => Ok(is_on.to_string()),
        (Kind::Count, DeValue::Integer(number)) if number.radix() == 10 => {
            Ok(number.as_str().to_owned())
        }
        (Kind::List, DeValue::Array(items)) => {
            let items = items.iter().map(|item| text_of(Kind::Text, item));
            let items: Result<Vec<String>, _> = items.collect();
            items.map(|items| items.join(",")).map_err(|_| must_be(kind))
        }
        _ => Err(must_be(kind)),
    }
}

const fn must_be(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "must be a text in quotes",
        Kind::Switch => "must be true or false",
        Kind::Count => "must be a whole number, 0 or more",
        Kind::List => "must be a list of texts, such as [\"10.0.0.0/8\", \"192.0.2.7\"]",
    }
}
