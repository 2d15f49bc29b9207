//! What mail to customers says: a template for each occasion, which a vendor may word anew.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Page;
use crate::prelude::*;
use crate::schema::described;
use crate::text::IdempotencyKey;
use crate::wire::native::{Cursor, ListLimit, Param, Problem, Reference, Update, calls};

/// Longest subject of a template, in bytes.
pub const SUBJECT_BYTES_MAX: usize = 255;
/// Longest text and longest HTML of a template, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1_024;

calls! {
    /// `admin.template.list`: lists the templates of mail, each as it is in force.
    ///
    /// They are in the order of their names in this documentation.
    ListTemplates "admin.template.list" LicensesRead -> Page<TemplateView> {
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.template.update`: words a template anew, or switches it off.
    ///
    /// What is left out stays as it is; null puts the built-in wording back. One that cannot be
    /// rendered is refused with the line and what is wrong in it.
    UpdateTemplate "admin.template.update" LicensesWrite -> TemplateView {
        /// Which one.
        template "template": Template,
        /// The subject.
        subject "subject": Update<Option<Subject>>,
        /// The body for programs that show no HTML.
        text "text": Update<Option<Body>>,
        /// The body as HTML; what it inserts is escaped.
        html "html": Update<Option<Body>>,
        /// Whether such mail is sent at all; null: it is.
        enabled "enabled": Update<Option<bool>>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.template.preview`: shows what a template comes to, without sending anything.
    ///
    /// Parts that are given stand for those in force.
    PreviewTemplate "admin.template.preview" LicensesRead -> TemplatePreview | license_not_found {
        /// Which one.
        template "template": Template,
        /// A subject to try.
        subject "subject": Option<Subject>,
        /// A text to try.
        text "text": Option<Body>,
        /// HTML to try.
        html "html": Option<Body>,
        /// The license to write about: its id, key or alias; without one an invented one.
        license "license": Option<Reference>,
    }
}

/// An occasion to write to a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Template {
    /// A license was bought: here is its key.
    LicenseDelivered,
    /// A license runs out soon.
    LicenseExpiring,
    /// A payment failed; the license holds until its grace is over.
    PaymentFailed,
    /// A license is suspended.
    LicenseSuspended,
    /// A license was taken back.
    LicenseRevoked,
    /// A license was emptied, to be given to somebody else.
    InactivationNotice,
    /// A link that signs the customer in.
    PortalLink,
}

impl Template {
    /// Every one, in the order in which they are listed. A store keeps their places: a new one
    /// comes last.
    pub const ALL: [Self; 7] = [
        Self::LicenseDelivered,
        Self::LicenseExpiring,
        Self::PaymentFailed,
        Self::LicenseSuspended,
        Self::LicenseRevoked,
        Self::InactivationNotice,
        Self::PortalLink,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::LicenseDelivered => "license_delivered",
            Self::LicenseExpiring => "license_expiring",
            Self::PaymentFailed => "payment_failed",
            Self::LicenseSuspended => "license_suspended",
            Self::LicenseRevoked => "license_revoked",
            Self::InactivationNotice => "inactivation_notice",
            Self::PortalLink => "portal_link",
        }
    }
}

/// One that is not among them is told all of them.
impl Param for Template {
    fn read(value: Value) -> Result<Self, Problem> {
        let word = String::read(value)?;
        let known = Self::ALL.into_iter().find(|template| template.word() == word);
        known.ok_or_else(|| {
            let words: Vec<String> =
                Self::ALL.iter().map(|template| format!("`{}`", template.word())).collect();
            Problem::new(format!("must be one of {}", words.join(", ")))
        })
    }

    fn write(&self) -> Value {
        self.word().into()
    }
}

/// A template's part, less than so many bytes.
macro_rules! parts {
    ($($(#[doc = $doc:literal])* $name:ident $max:ident $problem:literal,)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(pub String);

        described!($name {
            "description": concat!($($doc),*),
            "type": "string",
            "minLength": 1,
            "maxLength": $max,
        });

        impl Param for $name {
            fn read(value: Value) -> Result<Self, Problem> {
                let text = String::read(value)?;
                if text.trim().is_empty() || text.len() > $max {
                    return Err(Problem::new($problem));
                }
                Ok(Self(text))
            }

            fn write(&self) -> Value {
                self.0.as_str().into()
            }
        }
    )*};
}
parts! {
    /// The source of a subject: 1–255 bytes.
    Subject SUBJECT_BYTES_MAX "must be 1 to 255 bytes long",
    /// The source of a body: 1–65,536 bytes.
    Body BODY_BYTES_MAX "must be 1 to 65,536 bytes long",
}

/// A template as it is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MailTemplate"))]
pub struct TemplateView {
    /// Which one.
    pub template: Template,
    /// Whether such mail is sent.
    pub enabled: bool,
    /// The source of the subject.
    pub subject: String,
    /// The source of the body for programs that show no HTML.
    pub text: String,
    /// The source of the body as HTML.
    pub html: String,
    /// Which of `subject`, `text` and `html` are the vendor's own wording.
    pub customized: Vec<String>,
}

/// What a template comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TemplatePreview {
    /// The subject.
    pub subject: String,
    /// The body for programs that show no HTML.
    pub text: String,
    /// The body as HTML.
    pub html: String,
}
