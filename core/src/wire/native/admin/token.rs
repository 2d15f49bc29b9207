//! Tokens: who may do what. The secret itself is shown once.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Page;
use crate::id::{ProductId, TokenId};
use crate::license::Mode;
use crate::prelude::*;
use crate::schema::described;
use crate::text::{IdempotencyKey, Name};
use crate::time::Timestamp;
use crate::wire::native::{Cursor, ListLimit, Param, Problem, Reference, Scope, calls};

/// Longest imported secret, in characters.
pub const SECRET_CHARS_MAX: usize = 255;

calls! {
    /// `admin.token.create`: makes a token, or imports one.
    ///
    /// It gives what the calling token has itself, or less: no other scopes, no live mode by a test one,
    /// no other product, no later end. The secret is in this answer and nowhere else.
    CreateToken "admin.token.create" TokensWrite -> CreatedToken | not_found | conflict {
        /// What people call it.
        name "name": Name,
        /// What it may do; `*` for everything.
        scopes "scopes": Scopes,
        /// Which world it sees.
        mode "mode": Mode,
        /// Only this product's things: its id, slug or permalink. Without it: those that the calling
        /// token sees.
        product "product": Option<Reference>,
        /// Of which old service's credentials it is one; some kinds need a `product`.
        kind "kind": Option<TokenKind>,
        /// An existing secret to import unchanged; without one the server makes it.
        secret "secret": Option<TokenSecret>,
        /// First instant at which it is good for nothing; without one: that of the calling token.
        expires_at "expiresAt": Option<Timestamp>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.token.list`: lists tokens, newest first, without their secrets.
    ///
    /// One of the live mode sees those of both modes.
    ListTokens "admin.token.list" LicensesRead -> Page<TokenView> {
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.token.revoke`: ends a token at once, on open sockets too.
    ///
    /// Answers the token as it was.
    RevokeToken "admin.token.revoke" TokensWrite -> TokenView | not_found {
        /// The token: its id, not its secret.
        token "token": Reference,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }
}

/// Of which old service a token's text comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum TokenKind {
    /// Code Heaven's key of a vendor.
    CodeheavenVendorKey,
    /// Gumroad's access token.
    GumroadAccessToken,
    /// PackEdge's public key of a product.
    PackedgePublicKey,
    /// PackEdge's key of a developer.
    PackedgeApiKey,
    /// Serial Sense's key of an application.
    SerialsenseApikey,
    /// Serial Sense's signature of a developer.
    SerialsenseSig,
}

impl TokenKind {
    /// Every kind, in the order in which they are told.
    pub const ALL: [Self; 6] = [
        Self::CodeheavenVendorKey,
        Self::GumroadAccessToken,
        Self::PackedgePublicKey,
        Self::PackedgeApiKey,
        Self::SerialsenseApikey,
        Self::SerialsenseSig,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::CodeheavenVendorKey => "codeheaven-vendor-key",
            Self::GumroadAccessToken => "gumroad-access-token",
            Self::PackedgePublicKey => "packedge-public-key",
            Self::PackedgeApiKey => "packedge-api-key",
            Self::SerialsenseApikey => "serialsense-apikey",
            Self::SerialsenseSig => "serialsense-sig",
        }
    }

    /// Whether such a credential is shipped in software, for everybody to read.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::PackedgePublicKey | Self::SerialsenseApikey)
    }

    /// Whether such a credential belongs to one product.
    pub const fn needs_product(self) -> bool {
        matches!(self, Self::PackedgePublicKey | Self::SerialsenseApikey | Self::SerialsenseSig)
    }
}

impl Param for TokenKind {
    fn read(value: Value) -> Result<Self, Problem> {
        let text = String::read(value)?;
        let kind = Self::ALL.into_iter().find(|kind| kind.word() == text);
        kind.ok_or_else(|| {
            let words: Vec<&str> = Self::ALL.iter().map(|kind| kind.word()).collect();
            Problem::new(format!("must be one of {}", words.join(", ")))
        })
    }

    fn write(&self) -> Value {
        self.word().into()
    }
}

/// What a token may do: names of scopes, each once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(Vec<String>);

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Scopes {
    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "Scopes".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let words: Vec<&str> = core::iter::once(Self::ALL).chain(Scope::NAMES).collect();
        schemars::json_schema!({
            "description": "What a token may do; `*` is everything.",
            "type": "array",
            "items": { "type": "string", "enum": words },
            "examples": [["licenses:read", "licenses:write"]],
        })
    }
}

impl Scopes {
    /// The scope that stands for all of them.
    pub const ALL: &str = "*";

    /// Everything.
    pub fn all() -> Self {
        Self(vec![Self::ALL.to_owned()])
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the scope with this name is among them.
    pub fn holds(&self, name: &str) -> bool {
        self.names().any(|held| held == name || held == Self::ALL)
    }
}

impl Param for Scopes {
    fn read(value: Value) -> Result<Self, Problem> {
        let Value::Array(items) = value else {
            return Err(Problem::new("must be a list of scopes"));
        };
        let mut names: Vec<String> = Vec::new();
        for (place, item) in items.into_iter().enumerate() {
            let at = |problem: Problem| problem.within(&place.to_string());
            let name = String::read(item).map_err(at)?;
            if name != Self::ALL && !Scope::NAMES.contains(&name.as_str()) {
                let known = Scope::NAMES.join(", ");
                return Err(at(Problem::new(format!("must be one of {known}, or `*`"))));
            }
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(Self(names))
    }

    fn write(&self) -> Value {
        self.0.iter().map(String::as_str).collect()
    }
}

/// A secret of another system's making, as it is sent in a header or a form.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenSecret(String);

described!(TokenSecret {
    "description": "1 to 255 printable ASCII characters without spaces.",
    "type": "string",
    "pattern": "^[!-~]+$",
    "maxLength": SECRET_CHARS_MAX,
});

impl TokenSecret {
    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("TokenSecret(…)")
    }
}

impl Param for TokenSecret {
    fn read(value: Value) -> Result<Self, Problem> {
        let text = String::read(value)?;
        let fits = (1..=SECRET_CHARS_MAX).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text))
        } else {
            Err(Problem::new("must be 1 to 255 printable ASCII characters without spaces"))
        }
    }

    fn write(&self) -> Value {
        self.0.as_str().into()
    }
}

/// A token without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Token"))]
pub struct TokenView {
    /// Its id.
    pub id: TokenId,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Which world it sees.
    pub mode: Mode,
    /// The one product whose things it sees; null: all.
    pub product: Option<ProductId>,
    /// Of which old service's credentials it is one; null: of none.
    pub kind: Option<TokenKind>,
    /// When it was made.
    pub created_at: Timestamp,
    /// First instant at which it is good for nothing; null: never.
    pub expires_at: Option<Timestamp>,
}

/// A token with its secret, which is nowhere else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreatedToken {
    /// Its id.
    pub id: TokenId,
    /// The secret, to be sent as `Authorization: Bearer …`.
    pub token: String,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Which world it sees.
    pub mode: Mode,
    /// The one product whose things it sees; null: all.
    pub product: Option<ProductId>,
    /// Of which old service's credentials it is one; null: of none.
    pub kind: Option<TokenKind>,
    /// When it was made.
    pub created_at: Timestamp,
    /// First instant at which it is good for nothing; null: never.
    pub expires_at: Option<Timestamp>,
}

impl core::fmt::Debug for CreatedToken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "CreatedToken({})", self.id)
    }
}

impl CreatedToken {
    /// The token `view` with its secret.
    pub fn new(view: TokenView, token: String) -> Self {
        Self {
            id: view.id,
            token,
            name: view.name,
            scopes: view.scopes,
            mode: view.mode,
            product: view.product,
            kind: view.kind,
            created_at: view.created_at,
            expires_at: view.expires_at,
        }
    }
}
