//! The Configuration API (pp. 8-9): what a site consists of, as resources that can be listed and changed.
//!
//! In: a site and an edition. Out: collections of resources by their path. The document of the edition says what a resource has and what a
//! request may hold; this room validates by that very document, so that the two cannot differ. What no document says is a rule, in rows.

mod actions;
mod answers;
mod counted;
mod describe;
mod description;
mod document;
mod edition;
mod engine;
mod field;
mod fill;
mod operate;
mod own;
mod page;
mod people;
mod refusal;
mod route;
mod sample;
mod schema;
mod single;
mod start;
mod store;
#[cfg(test)]
mod tests;
mod validate;
mod view;
mod words;
mod yaml;

pub(crate) use document::CHANGES;
pub use edition::Edition;
pub(crate) use start::Beginning;
pub(crate) use words::{GENERAL, OPENAPI};
