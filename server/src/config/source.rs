//! From where each setting's value comes: flag, else environment, else file, else default.

use std::fmt;
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::file;
use super::flags::Flags;
use super::setting::{Fallback, Place, SETTINGS, Setting};

/// Where a value was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// By this flag.
    Flag(&'static str),
    /// In this variable, or in the file that it names.
    Environment(String),
    /// In the configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// Nowhere.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "flag --{name}"),
            Self::Environment(variable) => write!(f, "environment {variable}"),
            Self::File { path, line } => write!(f, "file {}:{line}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A setting's value as it was written, not judged yet.
#[derive(Clone)]
pub struct Given {
    /// Which setting.
    pub setting: &'static Setting,
    /// The value; none where nothing is set and nothing holds by itself.
    pub text: Option<String>,
    /// Where it was set.
    pub origin: Origin,
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The value may be a secret.
        write!(f, "{} by {}", self.setting.name, self.origin)
    }
}

/// Every setting's value, in the order of [`SETTINGS`].
#[derive(Clone, Debug)]
pub struct Sources {
    /// The values.
    pub given: Vec<Given>,
    /// What the operator should know, and what does not stop the server.
    pub warnings: Vec<String>,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value is not what it must be.
    #[error("{origin}: `{name}` {problem}")]
    Value {
        /// Where it was set.
        origin: Origin,
        /// The setting.
        name: String,
        /// The end of a sentence that begins with the name.
        problem: String,
    },
    /// A variable and its `_FILE` are both set.
    #[error("{0} and {0}_FILE are both set: keep one of them")]
    Twice(String),
    /// A file cannot be read.
    #[error("{named_by} names {path}, which cannot be read: {error}")]
    Unreadable {
        /// Who says that it should be.
        named_by: Origin,
        /// The file.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The configuration file is no TOML.
    #[error("{origin}: this is no TOML: {problem}")]
    Syntax {
        /// Where it stops being one.
        origin: Origin,
        /// What is wrong.
        problem: String,
    },
}

impl Sources {
    /// Takes each setting from the first source that has it.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when a source cannot be read, or holds a name that means nothing.
    pub fn read(flags: &Flags, environment: &Environment) -> Result<Self, ConfigError> {
        let file = match config_file(flags, environment) {
            Some((path, named_by)) => file::read(Path::new(&path), named_by)?,
            None => file::File::default(),
        };
        let mut given = Vec::new();
        for setting in SETTINGS {
            let (text, origin) = if let Some(text) = flags.value(setting.name) {
                (Some(text.to_owned()), Origin::Flag(setting.name))
            } else if let Some((text, variable)) = environment.value(setting)? {
                (Some(text), Origin::Environment(variable))
            } else if let Some((text, origin)) = file.value(setting.name) {
                (Some(text), origin)
            } else {
                let text = match setting.default {
                    Fallback::Is(text) => Some(text.to_owned()),
                    Fallback::Follows(_) => None,
                };
                (text, Origin::Default)
            };
            given.push(Given { setting, text, origin });
        }
        Ok(Self { given, warnings: environment.strangers() })
    }

    /// What is given for the setting with this name.
    pub fn of(&self, name: &str) -> Option<&Given> {
        self.given.iter().find(|given| given.setting.name == name)
    }
}

fn config_file(flags: &Flags, environment: &Environment) -> Option<(String, Origin)> {
    let flag = flags.config().map(|path| (path.to_owned(), Origin::Flag("config")));
    flag.or_else(|| {
        let path = environment.variable(super::environment::CONFIG)?;
        Some((path, Origin::Environment(super::environment::CONFIG.to_owned())))
    })
}

/// The name that somebody most likely meant.
pub(super) fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Below this, two names have little more in common than their letters.
    const ALIKE: f64 = 0.85;
    let last = |name: &'a str| name.rsplit_once('.').map_or(name, |(_, last)| last);
    let likeness = |known: &'a str| {
        strsim::jaro_winkler(name, known).max(strsim::jaro_winkler(name, last(known)))
    };
    let alike = known.map(|known| (likeness(known), known)).filter(|(alike, _)| *alike >= ALIKE);
    alike.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, known)| known)
}

/// The names that may stand in a place.
pub(super) fn names_in(place: Place) -> impl Iterator<Item = &'static str> {
    let stands =
        move |setting: &&Setting| setting.place == Place::Anywhere || setting.place == place;
    SETTINGS.iter().filter(stands).map(|setting| setting.name)
}
