//! Presentations: their report, their listing and their recordings (pp. 98-106), all made from the history.
//!
//! In: the history and what is asked for. Out: lists, and recordings as files.

mod chosen;
mod details;
mod recordings;
mod sessions;
#[cfg(test)]
mod tests;

pub(crate) use recordings::{PRESENTATION_RECORDING, PRESENTATION_SESSION_RECORDING};
pub(crate) use sessions::{PRESENTATION_SESSION, PRESENTATION_SESSION_LISTING};
