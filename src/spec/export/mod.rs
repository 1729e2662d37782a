//! The data as files: JSON, the tables of what is covered, and schemas.
//!
//! In: the spec. Out: texts. Nothing is judged or sent here.

mod coverage;
mod json;
mod same_root;
mod xsd;

pub use coverage::{account, coverage};
pub use json::to_json;
pub use xsd::{MESSAGE_ROOT, SchemaOf, to_xsd};
