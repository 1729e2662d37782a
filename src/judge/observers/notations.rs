//! Names or notations of one thing, and where each was used first.

use std::{collections::BTreeMap, num::NonZeroUsize};

use super::shown::At;
use crate::model::verdict::{Blame, Finding};

#[derive(Default)]
pub(super) struct Notations(BTreeMap<String, At>);

impl Notations {
    pub(super) fn see(&mut self, name: &str, at: At) {
        let first = self.0.entry(name.to_owned()).or_insert(at);
        *first = at.min(*first);
    }

    pub(super) fn finding(&self, expected: &str) -> Finding {
        let names: Vec<&str> = self.0.keys().map(String::as_str).collect();
        match names.as_slice() {
            [] => Finding::inconclusive("no accepted answer had it in it", Blame::Configuration),
            [one] => {
                let mut finding = Finding::pass(NonZeroUsize::MIN);
                finding.reading = Some((*one).to_owned());
                finding
            }
            [_, second, ..] => self.0[*second].fail(expected.to_owned(), names.join(" and ")),
        }
    }
}
