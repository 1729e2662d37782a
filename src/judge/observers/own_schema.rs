//! Whether the answers of a chapter are valid against the schema that the target itself publishes.

use std::num::NonZeroUsize;

use super::shown::{Answered, At, First, Observer, Shown};
use crate::{
    decode::xsd,
    model::verdict::{Blame, Finding},
    spec::{Endpoint, Media, Requirement, SchemaOf},
};

pub(super) struct OwnSchema<'a> {
    which: SchemaOf,
    published: First<&'a str>,
    /// Answers as they came. They are validated at the end, since the schema may come last.
    answers: Vec<(At, &'a str)>,
}

impl<'a> OwnSchema<'a> {
    pub(super) fn of(requirement: &'a Requirement) -> Self {
        let which = SchemaOf::endpoint(&requirement.endpoint);
        Self { which, published: First::default(), answers: Vec::new() }
    }
}

impl<'a> Observer<'a> for OwnSchema<'a> {
    fn wants(&self, endpoint: &Endpoint) -> bool {
        SchemaOf::endpoint(&endpoint.id) == self.which
    }

    fn see(&mut self, shown: &Shown<'_, 'a>) {
        let Some(answer) = shown.sent.answer() else { return };
        let document = shown.endpoint.response.media == Media::Document && shown.heard.body.xml().is_some();
        if shown.endpoint.id == format!("{}/schema", self.which.name()) {
            self.published.see(shown.at, &answer.body);
        } else if document {
            self.answers.push((shown.at, &answer.body));
        }
    }

    fn finding(mut self: Box<Self>, _answered: Answered) -> Finding {
        let Some((_, published)) = self.published.into_inner() else {
            return Finding::inconclusive("the target gave no schema of its own", Blame::Target);
        };
        match xsd::compiles(published) {
            xsd::Compiled::Yes => {}
            xsd::Compiled::No(fault) => {
                let reason = format!("the target's own schema does not compile: {fault}");
                return Finding::inconclusive(reason, Blame::Target);
            }
            xsd::Compiled::Refers => {
                let reason = "the target's own schema refers to another document, and none is ever fetched";
                return Finding::inconclusive(reason, Blame::Harness);
            }
        }
        self.answers.sort_unstable_by_key(|(at, _)| *at);
        let texts: Vec<&str> = self.answers.iter().map(|(_, text)| *text).collect();
        let longest = texts.iter().map(|text| text.len()).max().unwrap_or(0);
        if let Some(why) = xsd::takes_too_long(published, longest) {
            return Finding::inconclusive(format!("the target's own schema {why}"), Blame::Harness);
        }
        let faults = match xsd::validate(published, &texts) {
            Ok(faults) => faults,
            Err(fault) => return Finding::error(format!("the schema cannot be used: {fault}")),
        };
        for (fault, (at, _)) in faults.into_iter().zip(&self.answers) {
            if let Some(got) = fault {
                return at.fail("an answer that is valid against the target's own schema".to_owned(), got);
            }
        }
        NonZeroUsize::new(texts.len()).map_or_else(
            || Finding::inconclusive("no XML answer was accepted, so nothing could be validated", Blame::Target),
            Finding::pass,
        )
    }
}
