//! License usage, of the site and of its endpoints (pp. 136-138).
//!
//! In: the history. Out: a list of peaks, and a ZIP with tables in it.

mod endpoints;
mod licenses;

pub(crate) use endpoints::ENDPOINT_LICENSE_USAGE;
pub(crate) use licenses::LICENSE_USAGE;
