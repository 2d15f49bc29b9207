//! JSON Schemas of what crosses the wire, for the documentation only.
//!
//! Whatever is read or written as JSON implements `schemars::JsonSchema` when the feature `schema`
//! is on: records and enums derive it, values with a form of their own say it in `described!`.
//! Without the feature nothing of this is compiled, so the wasm module does not carry it.

/// What parameters and answers must be: describable, where the feature `schema` asks for it.
#[cfg(feature = "schema")]
pub trait Described: schemars::JsonSchema {}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> Described for T {}

/// What parameters and answers must be: anything, while nobody describes them.
#[cfg(not(feature = "schema"))]
pub trait Described {}

#[cfg(not(feature = "schema"))]
impl<T> Described for T {}

/// Says the JSON Schema of a value whose form its own code checks.
macro_rules! described {
    ($type:ident $schema:tt) => {
        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $type {
            fn schema_name() -> alloc::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}
pub(crate) use described;
