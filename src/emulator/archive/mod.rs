//! The archives of a day: their listing, and each of them (pp. 116-135).
//!
//! In: the history of the site and what is asked for. Out: a list, and gzip files of JSON. Nothing is stored:
//! each file is made from the history when it is asked for. Replaying the events after a state gives the
//! next state, as both come from one model.

mod activity;
mod bend;
mod calendar;
mod events;
mod file;
mod listing;
mod play;
mod queues;
mod sessions;
mod story;
mod tables;
mod telling;
#[cfg(test)]
mod tests;
mod world;
mod write;
mod wrong;

pub(crate) use bend::{bend, mistyped};
pub(crate) use events::{EVENTS, PRESENTATION_EVENTS};
pub(crate) use file::ARCHIVE;
pub(crate) use listing::ARCHIVE_LISTING;
pub(crate) use tables::{ENVELOPE, Field, TABLES, Type};
