//! The reports of presentations (pp. 98-106), all made from the history of the site.
//!
//! In: the history and what is asked for. Out: lists, and recordings as files.

mod chosen;
mod listing;
mod people;
mod recording;
mod session;
#[cfg(test)]
mod tests;

pub(crate) use listing::PRESENTATION_SESSION_LISTING;
pub(crate) use recording::{PRESENTATION_RECORDING, PRESENTATION_SESSION_RECORDING};
pub(crate) use session::PRESENTATION_SESSION;
