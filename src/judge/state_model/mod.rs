//! Judges tables, rows and changes of the state model, whatever brought them.
//!
//! In: rows and messages, each with the [`Source`] that it stood in. Out: what was seen of each demand, and its
//! [`Finding`]. Nothing here knows of files, listings or sockets: who reads those says where a thing stood.

mod across;
mod changes;
mod field_types;
mod relations;
mod rows;
mod source;
mod tallies;
mod together;

pub(super) use across::Reported;
pub(super) use changes::NewRows;
pub(super) use rows::table_named;
pub(super) use source::{Source, SourceLine};
pub(super) use tallies::{Dangling, ModelJudge};
