//! The server's end: what PackEdge's calls come down to, and its words for what came of them.

use super::developer::server as developer;
use super::request::{body, open_verb, public_key};
use super::{
    Asked, Call, Code, Failure, Holder, License, Name, PackEdge, Place, Product, Reply, Valid, Verb,
};
use crate::license::Status;
use crate::prelude::*;
use crate::refusal::Refusal;
use crate::wire::foreign::{
    Answering, Ask, Command, Cors, Credential, Facts, Incoming, Query, Told, Which, seats_told,
};
use crate::wire::native::Scope;
use crate::wire::native::admin::token::TokenKind;

impl Answering for PackEdge {
    const LABEL: &'static str = "packedge";
    const LABELS: &'static [&'static str] = &[
        "packedge.activate",
        "packedge.deactivate",
        "packedge.validate",
        "packedge.check",
        "packedge.update",
        "packedge.download",
        "packedge.licenses.list",
        "packedge.licenses.get",
        "packedge.licenses.create",
        "packedge.licenses.update",
        "packedge.licenses.revoke",
        "packedge.licenses.delete",
        "packedge.licenses.regenerate",
        "packedge.licenses.bulk",
        "packedge.sites.list",
        "packedge.sites.get",
        "packedge.sites.deactivate",
        "packedge.sites.bulk",
        "packedge.unknown",
    ];

    fn label(name: Option<Name>) -> &'static str {
        match name {
            Some(Name::Open(verb) | Name::Public(verb)) => match verb {
                Verb::Activate => "packedge.activate",
                Verb::Deactivate => "packedge.deactivate",
                Verb::Validate => "packedge.validate",
                Verb::Check => "packedge.check",
            },
            Some(Name::Update) => "packedge.update",
            Some(Name::Download) => "packedge.download",
            Some(Name::Developer(name)) => developer::label(name),
            None => "packedge.unknown",
        }
    }

    fn credential(name: Name, request: &Incoming) -> Credential {
        let sent = |text: &str| Credential::Sent {
            kind: TokenKind::PackedgePublicKey,
            text: text.to_owned(),
            scope: Scope::Key,
        };
        match name {
            Name::Open(_) | Name::Download => Credential::NotNeeded,
            Name::Public(_) => {
                // A body that cannot be read is told of before the key that may be in it.
                let Some(fields) = body(request) else { return Credential::NotNeeded };
                public_key(request, &fields).map_or(Credential::Missing, sent)
            }
            // It says whose product is meant, where there is more than one vendor.
            Name::Update => {
                let header = request.header("x-public-key").filter(|text| !text.is_empty());
                header.map_or(Credential::NotNeeded, sent)
            }
            Name::Developer(name) => developer::credential(name, request),
        }
    }

    fn ask(call: &Call) -> Ask {
        match call {
            Call::Application(asked) => ask(asked),
            Call::Update { slug } => Ask::Query(Query::Product(slug.clone())),
            // Releases are not kept yet, so nothing is published.
            Call::Download { .. } => Ask::Nothing,
            Call::Developer(call) => developer::ask(call),
        }
    }

    fn check(call: &Call, facts: &Facts) -> Result<(), Reply> {
        let is_no_site = matches!(facts.here, Some(Err(_)));
        let code = match call {
            Call::Application(Asked::Activate { .. } | Asked::Check { .. }) if is_no_site => {
                Some(Code::DomainRequired)
            }
            Call::Application(Asked::Activate { .. }) => stop(facts.status()),
            Call::Application(Asked::Deactivate { place, .. })
                if is_no_site && place.activation.is_none() =>
            {
                Some(Code::PlaceRequired)
            }
            // The key of another product is none that was checked.
            Call::Application(Asked::Validate { product_slug: Some(slug), .. })
                if !facts.product.names.is_called(slug) =>
            {
                Some(stop(facts.status()).unwrap_or(Code::OtherProduct))
            }
            Call::Application(
                Asked::Deactivate { .. } | Asked::Validate { .. } | Asked::Check { .. },
            )
            | Call::Update { .. }
            | Call::Download { .. }
            | Call::Developer(_) => None,
        };
        code.map_or(Ok(()), |code| Err(failed(code)))
    }

    fn tell(call: &Call, told: &Told) -> Reply {
        match (call, told) {
            (
                Call::Application(Asked::Activate { license, .. }),
                Told::Place { activation, .. },
            ) => Reply::Activated {
                id: activation.id.to_string(),
                at: license.public_key.as_ref().map(|_| activation.activated_at),
            },
            (Call::Application(Asked::Deactivate { .. }), Told::Place { .. }) => Reply::Deactivated,
            (Call::Application(Asked::Validate { license, .. }), Told::License(facts)) => {
                validated(license, facts)
            }
            (Call::Application(Asked::Check { .. }), Told::License(facts)) => {
                let place = facts.place.as_ref();
                Reply::Checked(place.map(|place| (place.id.to_string(), place.activated_at)))
            }
            (Call::Update { .. } | Call::Download { .. }, _) => failed(Code::ReleaseNotFound),
            (Call::Developer(call), Told::Errand(done)) => developer::tell(call, done),
            _ => failed(Code::Internal),
        }
    }

    fn refuse(name: Option<Name>, request: &Incoming, refusal: &Refusal) -> Reply {
        let mut reply = match (name, refusal) {
            (_, Refusal::RateLimited { .. }) => failed(Code::RateLimited),
            (_, Refusal::BodyTooLarge(_)) => failed(Code::TooLarge),
            (Some(Name::Public(Verb::Check)), Refusal::LicenseNotFound) => Reply::Checked(None),
            (Some(Name::Developer(name)), refusal) => developer::refuse(name, refusal),
            (Some(Name::Public(_)), Refusal::Unauthorized) => {
                let fields = body(request).unwrap_or_default();
                let sent = public_key(request, &fields);
                failed(sent.map_or(Code::PublicKeyRequired, |_| Code::InvalidPublicKey))
            }
            (name, refusal) => failed(code(name, refusal)),
        };
        if let Reply::Failed(failure) = &mut reply
            && let Refusal::RateLimited { retry_after } | Refusal::Unavailable { retry_after } =
                refusal
        {
            failure.retry_after = Some(*retry_after);
        }
        reply
    }

    /// Browsers ask what takes no more than keys that are theirs to know.
    fn cors(request: &Incoming) -> Option<Cors> {
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let is_open = match segments.as_slice() {
            ["public", "v1", ..] => true,
            ["v1", "licenses", verb] => open_verb(verb).is_some(),
            _ => false,
        };
        is_open.then(|| Cors {
            methods: "GET, POST",
            headers: "Content-Type, X-Public-Key".to_owned(),
            preflight_status: 204,
        })
    }
}

fn ask(asked: &Asked) -> Ask {
    let which = |license: &License| Which::KeyInAnyCase(license.key.clone());
    match asked {
        Asked::Activate { license, site } => Ask::Command(Command::Activate {
            license: which(license),
            identifier: site.clone(),
            name: None,
        }),
        Asked::Deactivate { license, place: Place { site, activation } } => {
            Ask::Command(Command::Deactivate {
                license: which(license),
                identifier: site.clone(),
                activation: activation.clone(),
            })
        }
        Asked::Validate { license, .. } => {
            Ask::Query(Query::Look { license: which(license), identifier: None, is_check: true })
        }
        Asked::Check { license, site } => Ask::Query(Query::Look {
            license: which(license),
            identifier: Some(site.clone()),
            is_check: false,
        }),
    }
}

const fn failed(code: Code) -> Reply {
    Reply::Failed(Failure::of(code))
}

fn code(name: Option<Name>, refusal: &Refusal) -> Code {
    let is_deactivate = name.and_then(Name::verb) == Some(Verb::Deactivate);
    match refusal.word() {
        "unauthorized" => Code::InvalidPublicKey,
        "license_not_found" => Code::KeyNotFound,
        "license_expired" => Code::Expired,
        "license_suspended" | "license_disabled" => Code::Suspended,
        "license_revoked" | "license_cancelled" => Code::Revoked,
        "activation_not_found" => Code::ActivationNotFound,
        "seat_limit_exceeded" => Code::SeatLimitReached,
        "not_found" => Code::ProductNotFound,
        "invalid_params" | "invalid_identifier" if is_deactivate => Code::PlaceRequired,
        "invalid_params" | "invalid_identifier" => Code::DomainRequired,
        _ => Code::Internal,
    }
}

/// What stops a license, if anything does.
const fn stop(status: Status) -> Option<Code> {
    match status {
        Status::Active => None,
        Status::Expired => Some(Code::Expired),
        Status::Suspended | Status::Disabled => Some(Code::Suspended),
        Status::Revoked | Status::Cancelled => Some(Code::Revoked),
    }
}

fn validated(license: &License, facts: &Facts) -> Reply {
    if let Some(code) = stop(facts.status()) {
        return failed(code);
    }
    let product = &facts.product;
    let is_public = license.public_key.is_some();
    let customer = facts.license.customer.map(|customer| customer.to_string());
    Reply::Valid(Box::new(Valid {
        key: facts.key.reveal().to_owned(),
        places: Some((
            facts.license.activations_used,
            seats_told(facts.license.terms.activation_limit),
        )),
        expires_at: facts.license.expires_at,
        holder: if is_public {
            customer.map_or(Holder::Nobody, Holder::Customer)
        } else {
            Holder::Untold
        },
        product: Some(Product {
            id: (!is_public).then(|| product.names.id.to_string()),
            name: product.name.as_str().to_owned(),
            slug: product.names.slug.as_str().to_owned(),
        }),
    }))
}
