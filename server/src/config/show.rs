//! Every setting with its value and where that comes from, for `config show`.

use serde::Serialize;
use serde_json::Value;

use super::setting::{Fallback, Kind};
use super::{Given, Settings, Sources};
use crate::mask::{Masked, masked_url};

/// One setting, as people and programs may see it.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Its name.
    pub name: &'static str,
    /// Its value, secrets masked; null where there is none.
    pub value: Value,
    /// Where it was set.
    pub origin: String,
    /// In words, what holds where there is no value.
    pub otherwise: Option<&'static str>,
}

/// Every setting, in the order of the list.
pub fn shown(sources: &Sources, settings: &Settings) -> Vec<Shown> {
    let show = |given: &Given| {
        let name = given.setting.name;
        let text = effective(given, settings);
        let otherwise = match given.setting.default {
            Fallback::Follows(words) if text.is_none() => Some(words),
            Fallback::Follows(_) | Fallback::Is(_) => None,
        };
        let value = text.map_or(Value::Null, |text| value(given, text));
        Shown { name, value, origin: given.origin.to_string(), otherwise }
    };
    sources.given.iter().map(show).collect()
}

/// What holds, as far as it is known before the server runs.
fn effective(given: &Given, settings: &Settings) -> Option<String> {
    match given.setting.name {
        "public-url" if settings.public_url.is_some() => settings.public_url.clone(),
        _ if given.text.is_some() => given.text.clone(),
        "secret-file" => Some(settings.store.beside(".secret").display().to_string()),
        // A port that is picked is not known yet.
        "public-url" if !settings.listen.ends_with(":0") => {
            Some(format!("http://{}", settings.listen))
        }
        _ => None,
    }
}

fn value(given: &Given, text: String) -> Value {
    let setting = given.setting;
    match setting.kind {
        Kind::Text if setting.name == "admin-token" => Masked(&text).to_string().into(),
        Kind::Text if setting.is_secret => masked_url(&text).into(),
        Kind::Text => text.into(),
        // They were judged already.
        Kind::Switch => matches!(text.as_str(), "true" | "1").into(),
        Kind::Count => text.parse::<u32>().map_or(Value::Null, Value::from),
        Kind::List => text.split(',').map(str::trim).collect(),
    }
}
