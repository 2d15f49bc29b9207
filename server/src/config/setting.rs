//! The one list of settings: flags, environment, file, `config show` and the tests read it.

/// One thing that an operator may set.
#[derive(Debug)]
pub struct Setting {
    /// Its name: of the flag after `--`, in the environment in capitals after `COUNTERFOIL_`, in
    /// the file as it is; `limits.` stands for the table `[limits]`.
    pub name: &'static str,
    /// What its value is called in the help.
    pub value_name: &'static str,
    /// How the file writes it.
    pub kind: Kind,
    /// Where it may be set.
    pub place: Place,
    /// Whether the value may hold a secret: it is masked, and the environment may name a file.
    pub is_secret: bool,
    /// What holds where nothing is set.
    pub default: Fallback,
    /// What it is for, as one sentence.
    pub help: &'static str,
}

/// How the file writes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text in quotes.
    Text,
    /// `true` or `false`.
    Switch,
    /// A list of texts; elsewhere they stand between commas.
    List,
    /// A whole number.
    Count,
}

/// Where a setting may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// By flag, in the environment, and in the file.
    Anywhere,
    /// In the environment: flags show in process lists, and files are read by many.
    Environment,
    /// In the file.
    File,
}

/// What holds where nothing is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// This value.
    Is(&'static str),
    /// Nothing, or something that follows from other settings: in words.
    Follows(&'static str),
}

impl Setting {
    /// The setting with this name.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }

    /// Its variable, unless only the file may hold it.
    pub fn variable(&self) -> Option<String> {
        let name = self.name.replace('-', "_").to_uppercase();
        (self.place != Place::File).then(|| format!("{PREFIX}{name}"))
    }

    /// The variable that names a file with its value, if it may be a secret.
    pub fn file_variable(&self) -> Option<String> {
        self.variable().filter(|_| self.is_secret).map(|variable| format!("{variable}_FILE"))
    }
}

/// What the variables begin with.
pub(super) const PREFIX: &str = "COUNTERFOIL_";

impl Setting {
    const fn text(name: &'static str, value_name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            value_name,
            kind: Kind::Text,
            place: Place::Anywhere,
            is_secret: false,
            default: Fallback::Follows("none"),
            help,
        }
    }

    const fn limit(name: &'static str, default: &'static str, help: &'static str) -> Self {
        Self {
            kind: Kind::Count,
            place: Place::File,
            default: Fallback::Is(default),
            ..Self::text(name, "CALLS", help)
        }
    }

    const fn switch(name: &'static str, help: &'static str) -> Self {
        let default = Fallback::Is("false");
        Self { kind: Kind::Switch, default, ..Self::text(name, "true|false", help) }
    }

    const fn or(self, default: &'static str) -> Self {
        Self { default: Fallback::Is(default), ..self }
    }

    const fn follows(self, words: &'static str) -> Self {
        Self { default: Fallback::Follows(words), ..self }
    }

    const fn secret(self) -> Self {
        Self { is_secret: true, ..self }
    }
}

/// Every setting, in the order in which it is shown.
pub const SETTINGS: &[Setting] = &[
    Setting::text("listen", "HOST:PORT", "Where to listen; port 0 picks a free one.")
        .or("127.0.0.1:8787"),
    Setting::text("store", "redb:PATH", "Where to keep everything.")
        .or("redb:counterfoil.redb")
        .secret(),
    Setting::text("secret-file", "PATH", "What seals keys at rest; made on the first start.")
        .follows("the store's path + `.secret`"),
    Setting {
        place: Place::Environment,
        ..Setting::text("admin-token", "TOKEN", "The token that may do everything, from now on.")
            .follows("made on the first start")
            .secret()
    },
    Setting::text("public-url", "URL", "Where customers reach this server.")
        .follows("where it listens"),
    Setting {
        kind: Kind::List,
        ..Setting::text(
            "trusted-proxies",
            "ADDRESSES",
            "Addresses or networks, between commas, whose forwarding headers are believed.",
        )
    },
    Setting::text("smtp-url", "smtp://HOST:PORT", "The mail server that takes our mail.")
        .follows("none: no mail")
        .secret(),
    Setting::text("mail-from", "ADDRESS", "Whom our mail comes from."),
    Setting::switch("test-provider", "Play a payment provider too, at /testpay/: no money moves."),
    Setting {
        kind: Kind::List,
        ..Setting::text(
            "checkout-origins",
            "ORIGINS",
            "Origins, between commas, whose pages may show the checkout in a frame.",
        )
    },
    Setting::switch("allow-private-targets", "Let webhooks go to private and loopback addresses."),
    Setting::text("log", "FILTER", "Which logs to write, as a `tracing` filter.").or("info"),
    Setting::text("log-format", "text|json", "How to write logs.").or("text"),
    Setting {
        place: Place::File,
        ..Setting::switch("limits.loopback", "Limit callers on this machine too.")
    },
    Setting::limit(
        "limits.calls-per-minute",
        "3000",
        "Calls from one address, without a valid token.",
    ),
    Setting::limit("limits.token-calls-per-minute", "6000", "Calls with one valid token."),
    Setting::limit(
        "limits.unknown-keys-per-minute",
        "300",
        "Calls from one address with keys that nobody has.",
    ),
    Setting::limit(
        "limits.failed-tokens-per-minute",
        "60",
        "Requests from one address with tokens that nobody has.",
    ),
];
