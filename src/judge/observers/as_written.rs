//! Whether the answers that the target's own document describes keep to its letter, where each is judged more leniently: the document
//! is at fault then, once, whatever the count of answers.

use std::num::NonZeroUsize;

use super::shown::{Answered, First, Observer, Shown};
use crate::{
    model::verdict::Finding,
    spec::{AsWritten, Endpoint, Expect, Spec, openapi},
    vocabulary::{Context, Holds},
};

pub(super) struct Written<'a> {
    spec: &'a Spec,
    what: AsWritten,
    failed: First<Finding>,
    good: usize,
}

impl<'a> Written<'a> {
    pub(super) fn of(spec: &'a Spec, what: AsWritten) -> Self {
        Self { spec, what, failed: First::default(), good: 0 }
    }
}

impl<'a> Observer<'a> for Written<'a> {
    fn wants(&self, endpoint: &Endpoint) -> bool {
        self.spec.is_documented(&endpoint.id)
    }

    fn see(&mut self, shown: &Shown<'_, 'a>) {
        let Some(answer) = shown.sent.answer().filter(|_| self.failed.comes_after(shown.at)) else { return };
        let judged = openapi::schema_name(&shown.endpoint.id, &answer.status.to_string());
        let letter = self.what.schema(&judged);
        if !self.spec.schemas.contains_key(&format!("{letter}.json")) {
            return;
        }
        let context = Context::of(shown.heard, shown.variables, &self.spec.json_schemas);
        // An answer that does not fit at all is a finding of its own.
        if !matches!(Expect::all(&[Expect::Schema(judged)], &context), Holds::Yes) {
            return;
        }
        match Expect::all(&[Expect::Schema(letter)], &context) {
            Holds::Yes => self.good += 1,
            Holds::No(_, got) => {
                let expected = match self.what {
                    AsWritten::Branches => "an answer that fits just one branch of each `oneOf` of the document",
                    AsWritten::Objects => "one object, which is what the document shows",
                };
                let got = format!("{}: {got}", shown.endpoint.id);
                self.failed.see(shown.at, shown.at.fail(expected.to_owned(), got));
            }
            Holds::Undecided(_) | Holds::LeftOpen(_) => {}
        }
    }

    fn finding(self: Box<Self>, _answered: Answered) -> Finding {
        let failed = self.failed.into_inner().map(|(_, finding)| finding);
        failed
            .or_else(|| NonZeroUsize::new(self.good).map(Finding::pass))
            .unwrap_or_else(|| Finding::not_applicable("the target had no occasion to give such an answer"))
    }
}
