//! Requirements that follow from the document that a target serves of its own Configuration API.
//!
//! In: the spec data and a [`Contract`]. Out: [`Extended`]: the same data with an endpoint for each operation and what the document
//! states of it. A pure function, so a journal with the document in it can be judged again. The guide makes the document the standard
//! (p. 8), so what it states is a must; what it leaves open is a reading.

mod bodies;
mod maker;
mod names;
mod paging;
mod params;
mod reading;
mod resources;
mod schema;
mod steps;
mod writing;

pub use maker::Resource;
pub(crate) use writing::NOT_OURS;

use maker::{Made, Maker};

use super::select::Spec;
use crate::model::contract::Contract;

/// Where the Configuration API is, unless the document says otherwise.
const BASE: &str = "/api/config/v1";

/// The spec data with what a document adds to it.
#[derive(Debug, Clone)]
pub struct Extended {
    /// The data.
    pub spec: Spec,
    /// What a run may make and take away again.
    pub resources: Vec<Resource>,
}

/// The spec data with what a document adds to it.
#[must_use]
pub fn extend(spec: &Spec, contract: &Contract) -> Extended {
    let mut extended = Extended { spec: spec.clone(), resources: Vec::new() };
    let mut made = Made::default();
    let base = contract.base.clone().filter(|base| base.starts_with("/api/config/") && names::is_plain(base));
    let maker = Maker::new(contract, base.unwrap_or_else(|| BASE.to_owned()));
    for number in 0..maker.ids.len() {
        maker.endpoint(number, &mut made);
        maker.operation(number, &mut made);
    }
    extended.spec.json_schemas.extend(&made.schemas);
    extended.spec.schemas.extend(made.schemas);
    for requirement in made.requirements {
        extended.spec.requirements.entry(requirement.id.clone()).or_insert(requirement);
    }
    extended.spec.endpoints.extend(made.endpoints);
    extended.resources = made.resources;
    extended
}

impl Maker<'_> {
    /// Everything that the document states of one operation.
    fn operation(&self, number: usize, made: &mut Made) {
        match self.operations[number].method.as_str() {
            "GET" => {
                self.reading(number, made);
                self.params(number, made);
                self.paging(number, made);
            }
            "POST" => self.making(number, made),
            _ => self.changing(number, made),
        }
    }
}
