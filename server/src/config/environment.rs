//! Settings in the environment, and secrets in files that it names.

use std::collections::BTreeMap;
use std::fs;

use super::setting::{PREFIX, SETTINGS, Setting};
use super::source::{ConfigError, Origin, meant};

/// The variable that names the configuration file.
pub(super) const CONFIG: &str = "COUNTERFOIL_CONFIG";

/// The variables that begin like ours. An empty one counts as absent.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // It may hold secrets.
        f.write_str("Environment")
    }
}

impl Environment {
    /// This process's.
    pub fn of_process() -> Self {
        // Names of ours are ASCII; a value that is no text is judged like any wrong one.
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        };
        Self::new(std::env::vars_os().filter_map(text))
    }

    /// Those of ours among some variables.
    pub fn new(variables: impl Iterator<Item = (String, String)>) -> Self {
        let ours = variables.filter(|(name, value)| name.starts_with(PREFIX) && !value.is_empty());
        Self { variables: ours.collect() }
    }

    pub(super) fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    /// A setting's value and the variable that gave it.
    pub(super) fn value(&self, setting: &Setting) -> Result<Option<(String, String)>, ConfigError> {
        let Some(variable) = setting.variable() else { return Ok(None) };
        let plain = self.variable(&variable);
        let file_variable = setting.file_variable();
        let file = file_variable.and_then(|name| Some((self.variable(&name)?, name)));
        match (plain, file) {
            (None, None) => Ok(None),
            (Some(text), None) => Ok(Some((text, variable))),
            // They could differ, and whoever set one would wonder why it has no effect.
            (Some(_), Some(_)) => Err(ConfigError::Twice(variable)),
            (None, Some((path, name))) => match fs::read_to_string(&path) {
                Ok(text) => Ok(Some((text.trim().to_owned(), name))),
                Err(error) => {
                    let named_by = Origin::Environment(name);
                    Err(ConfigError::Unreadable { named_by, path, error })
                }
            },
        }
    }

    /// A sentence about each variable that begins like ours and means nothing. It is no error:
    /// service managers make such names too.
    pub(super) fn strangers(&self) -> Vec<String> {
        let ours =
            SETTINGS.iter().flat_map(|setting| [setting.variable(), setting.file_variable()]);
        let mut known: Vec<String> = ours.flatten().collect();
        known.push(CONFIG.to_owned());
        let strangers = self.variables.keys().filter(|name| !known.contains(name));
        // What all of them begin with makes no two of them alike.
        let own = |name: &'_ str| name.strip_prefix(PREFIX).unwrap_or_default().to_owned();
        let endings: Vec<String> = known.iter().map(|name| own(name)).collect();
        let sentence = |name: &String| match meant(&own(name), endings.iter().map(String::as_str)) {
            Some(meant) => {
                format!("{name} is set and means nothing: did you mean {PREFIX}{meant}?")
            }
            None => format!("{name} is set and means nothing: `config show` lists what does"),
        };
        strangers.map(sentence).collect()
    }
}
