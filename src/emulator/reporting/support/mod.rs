//! The reports of support sessions (pp. 82-97, pp. 107-115), all made from the history of the site.
//!
//! In: the history and what is asked for. Out: lists, and recordings as files.

mod chosen;
mod details;
mod listing;
mod people;
mod recordings;
mod sessions;
mod summary;
mod surveys;
mod teams;
#[cfg(test)]
mod tests;

pub(super) use details::{data, notation, said};
pub(crate) use listing::SUPPORT_SESSION_LISTING;
pub(super) use recordings::video;
pub(crate) use recordings::{COMMAND_SHELL_RECORDING, SHOW_MY_SCREEN_RECORDING, SUPPORT_SESSION_RECORDING};
pub(crate) use sessions::SUPPORT_SESSION;
pub(super) use sessions::instant;
pub(crate) use summary::SUPPORT_SESSION_SUMMARY;
pub(crate) use surveys::{SUPPORT_CUST_EXIT_SURVEY, SUPPORT_REP_EXIT_SURVEY};
pub(crate) use teams::SUPPORT_TEAM;
