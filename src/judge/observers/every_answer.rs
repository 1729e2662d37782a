//! An expectation of the spec data (`over = "every-answer"`) that must hold of each accepted XML answer of one endpoint, or of all endpoints
//! of a chapter of the guide. A requirement that can be said as an expectation is written so; one that has to count, compare or remember
//! over several answers is an observer of its own, beside this one.

use std::num::NonZeroUsize;

use super::shown::{Answered, At, First, Observer, Shown};
use crate::{
    judge::readings,
    model::verdict::{Blame, Finding},
    spec::{Endpoint, Expect, Reading, Requirement, SchemaOf, Spec},
    vocabulary::{Context, Holds},
};

pub(super) struct EveryAnswer<'a> {
    spec: &'a Spec,
    /// The path that the answers of the chapter come from.
    api: String,
    expect: &'a [Expect],
    readings: &'a [Reading],
    failed: First<Finding>,
    /// The answers of which it holds, and the readings that explain each.
    kept: Vec<(At, Vec<usize>)>,
}

impl<'a> EveryAnswer<'a> {
    pub(super) fn of(
        spec: &'a Spec,
        requirement: &'a Requirement,
        expect: &'a [Expect],
        readings: &'a [Reading],
    ) -> Self {
        let api = format!("/api/{}", SchemaOf::endpoint(&requirement.endpoint).name());
        Self { spec, api, expect, readings, failed: First::default(), kept: Vec::new() }
    }
}

/// Whether an expectation is about anything in an answer: one of each node of a path is not where there is none.
fn is_about(expect: &Expect, context: &Context<'_>) -> bool {
    let Expect::Each { path, .. } = expect else { return true };
    context.root.is_some_and(|root| path.nodes(root, context.variables).is_ok_and(|nodes| !nodes.is_empty()))
}

impl<'a> Observer<'a> for EveryAnswer<'a> {
    /// The published schema and the plain status page are no answers of the XML API.
    fn wants(&self, endpoint: &Endpoint) -> bool {
        endpoint.request.as_ref().is_some_and(|request| request.path == self.api)
    }

    fn see(&mut self, shown: &Shown<'_, 'a>) {
        if shown.heard.body.xml().is_none() || !self.wants(shown.endpoint) || !self.failed.comes_after(shown.at) {
            return;
        }
        let context = Context::of(shown.heard, shown.variables, &self.spec.json_schemas);
        if !self.expect.is_empty() && !self.expect.iter().any(|expect| is_about(expect, &context)) {
            return;
        }
        let at = shown.at;
        match Expect::all(self.expect, &context) {
            Holds::Yes => {}
            Holds::No(expected, got) => return self.failed.see(at, at.fail(expected, got)),
            Holds::Undecided(reason) => {
                return self.failed.see(at, Finding::inconclusive(reason, Blame::Harness));
            }
            Holds::LeftOpen(reason) => return self.failed.see(at, Finding::inconclusive(reason, Blame::Guide)),
        }
        match readings::explaining(self.readings, &context) {
            Ok(explaining) => self.kept.push((at, explaining)),
            Err(got) => self.failed.see(at, at.fail(readings::in_words(self.readings), got)),
        }
    }

    fn finding(mut self: Box<Self>, _answered: Answered) -> Finding {
        self.kept.sort_unstable_by_key(|(at, _)| *at);
        self.kept.retain(|(at, _)| self.failed.comes_after(*at));
        let mut left: Vec<usize> = (0..self.readings.len()).collect();
        for (at, explaining) in &self.kept {
            left.retain(|reading| explaining.contains(reading));
            if left.is_empty() && !self.readings.is_empty() {
                let expected = format!("one reading that explains every answer: {}", readings::names(self.readings));
                return at.fail(expected, "answers that follow different readings".to_owned());
            }
        }
        if let Some((_, failed)) = self.failed.into_inner() {
            return failed;
        }
        let Some(kept) = NonZeroUsize::new(self.kept.len()) else {
            return Finding::inconclusive("no XML answer was accepted, so nothing could be seen", Blame::Target);
        };
        let mut finding = Finding::pass(kept);
        let names: Vec<&str> = left.iter().map(|number| self.readings[*number].name.as_str()).collect();
        finding.reading = (!names.is_empty()).then(|| names.join(" or "));
        finding
    }
}
