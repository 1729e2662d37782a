//! Whether every answer of an endpoint, in its canonical form, is valid against our schema.

use std::num::NonZeroUsize;

use super::shown::{Answered, First, Observer, Shown};
use crate::{
    decode::xsd,
    model::verdict::{Blame, Finding},
    spec::{Requirement, SchemaOf, Spec},
};

pub(super) struct Schema<'a> {
    which: SchemaOf,
    text: &'a str,
    /// Compiled when the first answer comes.
    compiled: Option<Result<xsd::Schema, String>>,
    failed: First<Finding>,
    good: usize,
}

impl<'a> Schema<'a> {
    pub(super) fn of(spec: &'a Spec, requirement: &Requirement) -> Self {
        let which = SchemaOf::endpoint(&requirement.endpoint);
        let text = spec.schemas.get(&which.file()).map_or("", String::as_str);
        Self { which, text, compiled: None, failed: First::default(), good: 0 }
    }
}

impl<'a> Observer<'a> for Schema<'a> {
    fn see(&mut self, shown: &Shown<'_, 'a>) {
        let Some(distinct) = shown.distinct.filter(|_| self.failed.comes_after(shown.at)) else { return };
        let Ok(schema) = self.compiled.get_or_insert_with(|| xsd::Schema::compile(self.text)) else { return };
        match schema.fault(&distinct.canonical.root.to_xml(self.which.namespace())) {
            None => self.good += distinct.times,
            Some(got) => {
                let expected = format!("an answer that is valid against specs/schemas/{}", self.which.file());
                self.failed.see(shown.at, shown.at.fail(expected, got));
            }
        }
    }

    fn finding(self: Box<Self>, _answered: Answered) -> Finding {
        if let Some(Err(fault)) = &self.compiled {
            return Finding::error(format!("the schema cannot be used: {fault}"));
        }
        let failed = self.failed.into_inner().map(|(_, finding)| finding);
        failed.or_else(|| NonZeroUsize::new(self.good).map(Finding::pass)).unwrap_or_else(|| {
            Finding::inconclusive("no XML answer was accepted, so nothing could be validated", Blame::Target)
        })
    }
}
