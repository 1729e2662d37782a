//! Requirements that follow from the rows of an endpoint in the spec data: its parameters, elements and examples. A new rule is a function
//! in the file of its row, with a word in `Origin`; drawn values come with a class in `spec/step.rs` and `generate/value.rs`.
//!
//! In: an endpoint. Out: the requirements that its request, parameters, elements and examples give, in a fixed order.
//! What a row does not say is not required: what becomes of unlawful input is a reading, unless the row says more.

mod archives;
mod element;
mod maker;
mod names;
mod observed;
mod parameter;
mod whole;

pub(super) use names::id_part;

use maker::Maker;

use super::{endpoint::Endpoint, requirement::Requirement};

/// The kinds of requirements that would derive from the row of a parameter, were none of them listed as underived.
pub(super) fn kinds_of(endpoint: &Endpoint, name: &str) -> Vec<String> {
    let Some(request) = &endpoint.request else { return Vec::new() };
    let maker = Maker { endpoint, request };
    let row = endpoint.parameters.iter().enumerate().find(|(_, row)| row.name == name);
    row.into_iter().flat_map(|(number, row)| maker.of_parameter(number, row)).map(|(kind, _)| kind).collect()
}

/// All requirements that derive from an endpoint.
pub(super) fn requirements(endpoint: &Endpoint) -> Vec<Requirement> {
    let mut out = Vec::new();
    if let Some(request) = &endpoint.request {
        let maker = Maker { endpoint, request };
        out.extend(endpoint.examples.iter().map(|example| maker.example(example)));
        out.extend(endpoint.sets.iter().map(|set| maker.set(set)));
        if request.derives {
            maker.whole(&mut out);
            for (number, row) in endpoint.parameters.iter().enumerate() {
                maker.parameter(number, row, &mut out);
            }
        }
    }
    for (number, row) in endpoint.elements.iter().enumerate() {
        element::element(endpoint, number, row, &mut out);
    }
    archives::requirements(endpoint, &mut out);
    element::answers(endpoint, &mut out);
    out
}
