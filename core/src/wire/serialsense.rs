//! Serial Sense's form API, both families of calls.
//!
//! - Paths: `POST /api/<call>`; a bare `/api/` is the call that the field `call` names.
//! - Parameters are form fields of the body, URL-encoded or in parts. The query says nothing.
//! - Credentials are fields: `apikey` of what shipped software calls, `sig` of the developer's.
//! - Every answer, a "no" too, is 200 in plain text: a line `<license>`, then the result.
//! - Whatever could not be asked is a page in HTML: old clients take nothing without that first
//!   line for an answer.

mod client;
mod reply;
mod request;
mod server;
#[cfg(test)]
mod tests;

use super::foreign::{Incoming, Spoken};
use super::{Request, Response};
use crate::prelude::*;
use crate::text::Email;

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct SerialSense;

/// Longest e-mail address, in characters.
const EMAIL_CHARS_MAX: usize = 48;
/// Longest data, in characters.
const DATA_CHARS_MAX: usize = 1_024;
/// Longest machine, in bytes.
const MACH_BYTES_MAX: usize = 255;

/// Which call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// Takes a place.
    Activate,
    /// Whether a machine has a place.
    Auth,
    /// Gives a place back.
    Deactivate,
    /// What is kept with a license.
    GetData,
    /// Empties a license for somebody else.
    Inactivate,
    /// Makes a license.
    Create,
    /// A customer's first license.
    GetLicense,
    /// Whether a customer has a license.
    EmailExists,
    /// Gives a license to somebody else as it is.
    ForceEmailChange,
    /// Keeps something with a license.
    SetData,
}

impl Name {
    const ALL: [Self; 10] = [
        Self::Activate,
        Self::Auth,
        Self::Deactivate,
        Self::GetData,
        Self::Inactivate,
        Self::Create,
        Self::GetLicense,
        Self::EmailExists,
        Self::ForceEmailChange,
        Self::SetData,
    ];

    /// The last part of its path.
    const fn word(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Auth => "auth",
            Self::Deactivate => "deactivate",
            Self::GetData => "get_data",
            Self::Inactivate => "inactivate",
            Self::Create => "create",
            Self::GetLicense => "get_license",
            Self::EmailExists => "email_exists",
            Self::ForceEmailChange => "force_email_change",
            Self::SetData => "set_data",
        }
    }

    fn called(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.word() == word)
    }

    /// The field of its credential.
    const fn credential(self) -> &'static str {
        match self {
            Self::Activate | Self::Auth | Self::Deactivate | Self::GetData => "apikey",
            Self::Inactivate
            | Self::Create
            | Self::GetLicense
            | Self::EmailExists
            | Self::ForceEmailChange
            | Self::SetData => "sig",
        }
    }

    /// Its word for "no". After `activate` old clients take any 13 to 15 bytes for an alias.
    const fn no(self) -> &'static str {
        match self {
            Self::Auth | Self::EmailExists => "0",
            Self::GetData => "Invalid License",
            Self::Activate
            | Self::Deactivate
            | Self::Inactivate
            | Self::Create
            | Self::GetLicense
            | Self::ForceEmailChange
            | Self::SetData => "F",
        }
    }

    /// Its word for "yes"; `None` where the answer is what was asked for.
    const fn yes(self) -> Option<&'static str> {
        match self {
            Self::Auth | Self::EmailExists => Some("1"),
            Self::Deactivate | Self::ForceEmailChange | Self::SetData => Some("S"),
            Self::Activate | Self::GetData | Self::Inactivate | Self::Create | Self::GetLicense => {
                None
            }
        }
    }
}

/// A call.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// The credential, in its field trimmed.
    pub credential: String,
    /// What is asked.
    pub asked: Asked,
}

impl core::fmt::Debug for Call {
    /// Without what is secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Call({})", self.asked.name().word())
    }
}

/// What is asked. A `code` is a license's key, an `alias` what it is called: neither will do for
/// the other. Both are trimmed, and compared in any case. New `data` may be empty: none.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the wire, told above and by `Name`")]
pub enum Asked {
    Activate { code: String, mach: String },
    Auth { alias: String, mach: String },
    Deactivate { alias: String, mach: String },
    GetData { alias: String },
    Inactivate { code: String, send: bool },
    Create { email: Email, max: u32, data: String, send: bool },
    GetLicense { email: Email },
    EmailExists { email: Email },
    ForceEmailChange { code: String, email: Email },
    SetData { code: String, data: String },
}

impl Asked {
    const fn name(&self) -> Name {
        match self {
            Self::Activate { .. } => Name::Activate,
            Self::Auth { .. } => Name::Auth,
            Self::Deactivate { .. } => Name::Deactivate,
            Self::GetData { .. } => Name::GetData,
            Self::Inactivate { .. } => Name::Inactivate,
            Self::Create { .. } => Name::Create,
            Self::GetLicense { .. } => Name::GetLicense,
            Self::EmailExists { .. } => Name::EmailExists,
            Self::ForceEmailChange { .. } => Name::ForceEmailChange,
            Self::SetData { .. } => Name::SetData,
        }
    }
}

impl core::fmt::Debug for Asked {
    /// Without what is secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name().word())
    }
}

/// A reply.
#[derive(Clone, PartialEq, Eq)]
pub enum Reply {
    /// No, whatever the reason.
    No,
    /// Yes, where there is nothing else to tell.
    Yes,
    /// What was asked for: a code, an alias, or what is kept with a license.
    Result(String),
    /// Why nothing could be asked.
    Page(Page),
}

impl core::fmt::Debug for Reply {
    /// Without what is secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::No => f.write_str("No"),
            Self::Yes => f.write_str("Yes"),
            Self::Result(_) => f.write_str("Result"),
            Self::Page(page) => write!(f, "{page:?}"),
        }
    }
}

/// A page in HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// What it says.
    pub problem: Problem,
    /// Seconds after which asking again makes sense.
    pub retry_after: Option<u32>,
}

impl Page {
    const fn of(problem: Problem) -> Self {
        Self { problem, retry_after: None }
    }
}

/// Why nothing could be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The form is none.
    Malformed,
    /// There is no such call.
    UnknownCall,
    /// Calls are made by POST.
    WrongMethod,
    /// The body is too large.
    TooLarge,
    /// Too many requests.
    RateLimited,
    /// The server cannot answer now.
    Unavailable,
}

impl Problem {
    const ALL: [Self; 6] = [
        Self::Malformed,
        Self::UnknownCall,
        Self::WrongMethod,
        Self::TooLarge,
        Self::RateLimited,
        Self::Unavailable,
    ];

    /// The status, and the sentence of its page.
    const fn line(self) -> (u16, &'static str) {
        match self {
            Self::Malformed => (400, "The form cannot be read."),
            Self::UnknownCall => (404, "There is no such call."),
            Self::WrongMethod => (405, "Calls are made by POST."),
            Self::TooLarge => (413, "The form is too large."),
            Self::RateLimited => (429, "Too many requests. Try again later."),
            Self::Unavailable => (503, "The server cannot answer now. Try again later."),
        }
    }
}

impl Spoken for SerialSense {
    type Name = Name;
    type Call = Call;
    type Reply = Reply;

    fn route(request: &Incoming) -> Result<Name, Reply> {
        request::route(request).map_err(|problem| Reply::Page(Page::of(problem)))
    }

    fn read(name: Name, request: &Incoming) -> Result<Call, Reply> {
        // Of what is wrong with a field the call's "no" tells nothing.
        request::read(name, request).ok_or(Reply::No)
    }

    fn write(call: &Call) -> Request {
        request::write(call)
    }

    fn render(name: Option<Name>, reply: &Reply) -> Response {
        reply::render(name, reply)
    }

    fn parse(name: Name, response: &Response) -> Option<Reply> {
        reply::parse(name, response)
    }
}
