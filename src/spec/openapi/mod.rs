//! Requirements that follow from the document that a target serves of its own Configuration API.
//!
//! In: the spec data and a [`Contract`]. Out: [`Extended`]: the same data with an endpoint for each operation and what the document
//! states of it. A pure function, so a journal with the document in it can be judged again. The guide makes the document the standard
//! (p. 8), so what it states is a must; what it leaves open is a reading.

mod bodies;
mod lenient;
mod maker;
mod names;
mod odd;
mod paging;
mod params;
mod reading;
mod resources;
mod schema;
mod steps;
mod unmade;
mod writing;

pub use maker::Resource;
pub(crate) use maker::schema_name;
pub(crate) use writing::NOT_OURS;

use std::borrow::Cow;

use maker::{Made, Maker};
use odd::Odd;

use super::select::Spec;
use crate::model::contract::Contract;

/// Where the Configuration API is, unless the document says otherwise.
const BASE: &str = "/api/config/v1";

/// How the path of every version of it begins.
const API: &str = "/api/config/";

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
    let (contract, base) = &placed(contract);
    let maker = Maker::new(contract, base.clone());
    let odd = Odd::of(spec);
    for number in 0..maker.ids.len() {
        maker.endpoint(number, &mut made);
        maker.operation(number, &mut made);
        if let Some(odd) = &odd {
            maker.odd(number, odd, &mut made);
        }
    }
    maker.as_written(&mut made);
    extended.spec.left_out = unmade::left_out(&maker, contract);
    extended.spec.json_schemas.extend(&made.schemas);
    extended.spec.schemas.extend(made.schemas);
    for requirement in made.requirements {
        extended.spec.requirements.entry(requirement.id.clone()).or_insert_with(|| requirement.into());
    }
    extended.spec.endpoints.extend(made.endpoints);
    extended.resources = made.resources;
    extended
}

/// A document with its paths below the place of the API, and that place. Where the document names no place of the API, its paths may
/// begin with it themselves.
fn placed(contract: &Contract) -> (Cow<'_, Contract>, String) {
    let named = contract.base.clone().filter(|base| base.starts_with(API) && names::is_plain(base));
    if let Some(base) = named {
        return (Cow::Borrowed(contract), base);
    }
    let begins = |path: &str| {
        let version = path.strip_prefix(API)?.split('/').next().filter(|version| !version.contains('{'))?;
        Some(format!("{API}{version}"))
    };
    let Some(base) = contract.operations.iter().find_map(|operation| begins(&operation.path)) else {
        return (Cow::Borrowed(contract), BASE.to_owned());
    };
    let mut contract = contract.clone();
    for operation in &mut contract.operations {
        if let Some(rest) = operation.path.strip_prefix(&base).filter(|rest| rest.starts_with('/')) {
            operation.path = rest.to_owned();
        }
    }
    (Cow::Owned(contract), base)
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
