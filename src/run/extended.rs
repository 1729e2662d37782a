//! The spec data with what one target adds to it at run time.
//!
//! In: the data and the records so far. Out: the data with endpoints and requirements of the target's own OpenAPI document (made in
//! `spec/openapi`), and with the answers by which it says that nothing was found (learnt in `run/nothing_found`).

use crate::{model::record::Record, spec::Spec};

use super::{configuration, nothing_found};

/// The spec data with what the target itself adds to it, by some records: what its document states, and how it says that there is nothing.
#[must_use]
pub fn extended(spec: &Spec, records: &[Record]) -> Option<Spec> {
    let by_document = configuration::extended(spec, records).map(|extended| extended.spec);
    let learned = nothing_found::learned(by_document.as_ref().unwrap_or(spec), records).or(by_document);
    nothing_found::idle(learned.as_ref().unwrap_or(spec), records).or(learned)
}
