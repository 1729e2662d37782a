//! License usage, of the site and of its endpoints (pp. 136-138).
//!
//! In: the history and what is asked for. Out: the peaks of a window, and a ZIP with tables of endpoints.

mod endpoints;
mod licenses;
#[cfg(test)]
mod tests;

pub(crate) use endpoints::ENDPOINT_LICENSE_USAGE;
pub(crate) use licenses::LICENSE_USAGE;
