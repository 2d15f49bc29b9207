//! Which events a webhook is told of: their types, groups of types, or all.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::history::EventKind;
use crate::prelude::*;
use crate::wire::native::{Param, Problem};

/// Which events a webhook is told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventFilter(Vec<String>);

#[cfg(feature = "schema")]
impl schemars::JsonSchema for EventFilter {
    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "EventFilter".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let words: Vec<String> = Self::words().collect();
        schemars::json_schema!({
            "description": "Which events: types, `license.*` for all that begin so, `*` for all.",
            "type": "array",
            "items": { "type": "string", "enum": words },
            "minItems": 1,
            "examples": [["license.*", "activation.created"]],
        })
    }
}

impl EventFilter {
    /// What stands for all types.
    pub const ALL: &str = "*";

    /// All events.
    pub fn all() -> Self {
        Self(vec![Self::ALL.to_owned()])
    }

    /// Whether events of this kind pass.
    pub fn passes(&self, kind: EventKind) -> bool {
        let word = kind.word();
        self.0.iter().any(|wanted| match wanted.strip_suffix('*') {
            Some(start) => word.starts_with(start),
            None => word == wanted,
        })
    }

    /// All that can be asked for.
    fn words() -> impl Iterator<Item = String> {
        let mut groups: Vec<&str> = Vec::new();
        for kind in EventKind::ALL {
            let group = group(kind);
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        let groups = groups.into_iter().map(|group| [group, ".*"].concat());
        let kinds = EventKind::ALL.into_iter().map(|kind| kind.word().to_owned());
        core::iter::once(Self::ALL.to_owned()).chain(groups).chain(kinds)
    }
}

/// What a kind's word begins with.
fn group(kind: EventKind) -> &'static str {
    kind.word().split('.').next().unwrap_or_default()
}

/// Longest text that a refusal quotes.
const QUOTED_MAX: usize = 64;

impl Param for EventFilter {
    fn absent() -> Option<Self> {
        Some(Self::all())
    }

    fn read(value: Value) -> Result<Self, Problem> {
        let Value::Array(items) = value else {
            return Err(Problem::new("must be a list of event types"));
        };
        if items.is_empty() {
            return Err(Problem::new("must name an event type, or be left out for all"));
        }
        let mut wanted: Vec<String> = Vec::new();
        for (place, item) in items.into_iter().enumerate() {
            let at = |problem: Problem| problem.within(&place.to_string());
            let text = String::read(item).map_err(at)?;
            if !Self::words().any(|word| word == text) {
                let quoted = if text.len() > QUOTED_MAX { "the text" } else { &text };
                let known: Vec<String> = Self::words().collect();
                let known = known.join(", ");
                return Err(at(Problem::new(format!("is `{quoted}` and must be one of {known}"))));
            }
            if !wanted.contains(&text) {
                wanted.push(text);
            }
        }
        Ok(Self(wanted))
    }

    fn write(&self) -> Value {
        self.0.iter().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn filter(value: Value) -> EventFilter {
        EventFilter::read(value).unwrap()
    }

    #[test]
    fn a_filter_takes_types_groups_and_everything() {
        let cases = [
            (json!(["*"]), EventKind::LeaseIssued, true),
            (json!(["license.*"]), EventKind::LicenseUsed, true),
            (json!(["license.*"]), EventKind::LeaseIssued, false),
            (json!(["license.expired"]), EventKind::LicenseExpired, true),
            (json!(["license.expired"]), EventKind::LicenseExpiring, false),
            (json!(["payment.failed", "activation.*"]), EventKind::ActivationRenamed, true),
        ];
        for (value, kind, passes) in cases {
            assert_eq!(filter(value.clone()).passes(kind), passes, "{value} {kind:?}");
        }
        for kind in EventKind::ALL {
            assert!(EventFilter::all().passes(kind));
            assert!(filter(json!([kind.word()])).passes(kind));
        }
        assert_eq!(filter(json!(["*", "license.*", "*"])).write(), json!(["*", "license.*"]));
    }

    #[test]
    fn what_is_no_event_type_is_refused_by_its_name() {
        for text in ["license.creatd", "license*", "license.", ".*", "lic.*", "", "webhook.test"] {
            let refused = EventFilter::read(json!(["license.*", text])).unwrap_err();
            assert_eq!(refused.member.as_deref(), Some("1"));
            assert!(refused.text.starts_with(&format!("is `{text}` and must be one of *, ")));
        }
        let long = EventFilter::read(json!(["x".repeat(65)])).unwrap_err();
        assert!(!long.text.contains("xx"));
        for value in [json!([]), json!("license.created"), json!([1]), json!({})] {
            assert!(EventFilter::read(value.clone()).is_err(), "{value}");
        }
    }
}
