//! Requirements that are not made of a document, though it has what they would be about.
//!
//! In: nothing. Out: what a report shows of them, so that nothing vanishes without a word. What is left out is decided elsewhere.

use super::requirement::Requirement;
use crate::model::{id::EndpointId, verdict::Observation};

/// Requirements that are not made, or a part of a document that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The endpoint that they would be of.
    pub endpoint: EndpointId,
    /// Why.
    pub why: String,
    /// Where in the document.
    pub place: String,
    /// The ends of their ids; none for a part that is not read.
    pub names: Vec<String>,
}

impl LeftOut {
    /// Whether it concerns what was selected: requirements of that endpoint, or of all that the document describes.
    #[must_use]
    pub fn concerns(&self, selected: &[&Requirement]) -> bool {
        let document = "configuration/openapi";
        selected.iter().any(|one| one.endpoint == self.endpoint || one.endpoint == document)
    }

    /// What a report shows of it.
    #[must_use]
    pub fn observation(&self) -> Observation {
        let what = match self.names.len() {
            0 => format!("a part of the document is not read: {}", self.why),
            1 => format!("1 requirement is not made, since {}: {}", self.why, self.names[0]),
            count => format!("{count} requirements are not made, since {}: {}", self.why, self.names.join(", ")),
        };
        let count = self.names.len().max(1);
        Observation { requirement: self.endpoint.to_string(), what, place: self.place.clone(), count }
    }
}
