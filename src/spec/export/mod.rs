//! The data as files: JSON, the tables of what is covered, a reference for people, and descriptions for the tools of others.
//!
//! In: the spec. Out: texts and JSON. Nothing is judged or sent here. `openapi`, `asyncapi`, `postman` and `xsd` are a format each;
//! `calls` says which endpoints are one call, `form` and `rules` what is sent for it, `parameter`, `answer` and `rows` are schemas of what
//! a parameter, an answer and a row may be, `tree` puts rows of elements together, `sample` has a value for each variable.

mod answer;
mod asyncapi;
mod calls;
mod coverage;
mod form;
mod json;
mod openapi;
mod parameter;
mod postman;
mod rows;
mod rules;
mod same_root;
mod sample;
mod sections;
mod tree;
mod xsd;

pub use asyncapi::to_asyncapi;
pub use coverage::{account, coverage};
pub use json::to_json;
pub use openapi::{OpenApiStyle, to_openapi};
pub use postman::to_postman;
pub use sections::to_markdown;
pub use xsd::{MESSAGE_ROOT, SchemaOf, to_xsd};
