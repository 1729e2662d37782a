//! What a target states of itself: its OpenAPI document, its XSDs, and the scripts that it serves for pages.
//!
//! In: an accepted answer that is such a document. Out: what it states as branches with a name each, so that their order and wording
//! mean nothing: operations, parameters, fields, enum values, elements, functions.

mod openapi;
mod script;
mod xsd;

pub use openapi::facts as facts_of_openapi;
pub use script::facts as facts_of_script;
pub(super) use xsd::declared;
pub use xsd::facts as facts_of_xsd;

use super::branch::Branch;
use crate::{
    answer,
    model::exchange::{Answer, Exchange},
    spec::{Endpoint, Media},
    vocabulary::{Body, Heard},
};

/// What the document in an answer states; none where it is no document.
pub(super) fn facts(endpoint: &Endpoint, heard: &Heard<'_>, answer: &Answer) -> Option<Vec<Branch>> {
    if !heard.accepted() {
        return None;
    }
    if let Body::Xml(root) = &*heard.body
        && root.name == "schema"
        && &*root.namespace == xsd::NAMESPACE
    {
        return Some(xsd::facts(root));
    }
    let exchange: &Exchange = &heard.exchange;
    match endpoint.response.media {
        Media::Yaml => answer::contract(exchange).map(|contract| openapi::facts(&contract)),
        Media::Javascript => script::facts(&answer.body).ok(),
        // What a target describes in its document may be that document, which is compared where the guide names it.
        _ if openapi::is_one(&answer.body) => answer::contract(exchange).map(|_| Vec::new()),
        _ => None,
    }
}
