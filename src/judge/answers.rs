//! Judges requirements by the answers of the run, whoever asked for them.
//!
//! In: the records. Out: one [`Finding`] for each requirement that looks at every accepted answer of an endpoint or of the run, and
//! what was seen that is no gap. One answer is read at a time and let go before the next: a read answer takes many times the room of
//! its text.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use crate::{
    answer::{self, Canonical, Rows},
    model::{
        credential::AccountRole,
        exchange::Exchange,
        record::Record,
        verdict::{Finding, Observation},
    },
    spec::{Endpoint, Media, Requirement, Spec},
    vocabulary::shorten,
};

use super::{
    elements,
    watch::{At, Shown, Watch},
};

/// Judges requirements that look at the accepted answers of one endpoint in one shape, or at those of all endpoints as they came.
pub(super) fn judge<'a>(
    spec: &'a Spec,
    records: &'a [Record],
    only: Option<&str>,
    requirements: &[&'a Requirement],
) -> (Vec<(&'a Requirement, Finding)>, Vec<Observation>) {
    let rows = only.and_then(|only| spec.endpoints.get(only)).filter(|e| !e.elements.is_empty()).map(Rows::of);
    let mut watches: Vec<Watch<'_>> = requirements.iter().map(|requirement| Watch::of(spec, requirement)).collect();
    let mut likes: HashMap<Like<'_>, usize> = HashMap::new();
    let mut equal: Vec<usize> = Vec::new();
    let mut noticed: Vec<Vec<(String, String)>> = Vec::new();
    for (record, source) in records.iter().enumerate() {
        for (exchange, sent) in source.exchanges.iter().enumerate() {
            if only.is_some_and(|only| only != sent.endpoint) {
                continue;
            }
            let Some(endpoint) = spec.endpoints.get(&sent.endpoint) else { continue };
            let heard = answer::read(endpoint, sent);
            if !heard.accepted() || !entitled(endpoint, sent) {
                continue;
            }
            let (mut normal, mut number) = (None, 0);
            if let (Some(rows), Some(root), Some(like)) = (&rows, heard.body.xml(), like(endpoint, sent)) {
                number = *likes.entry(like).or_insert(equal.len());
                match equal.get_mut(number) {
                    Some(times) => *times += 1,
                    None => {
                        let first = answer::canonical(rows, root);
                        noticed.push(observe(endpoint, &first));
                        equal.push(1);
                        normal = Some(first);
                    }
                }
            }
            let at = At { record, exchange };
            let (variables, normal) = (&source.variables, normal.as_ref());
            let shown = Shown { at, sent, variables, endpoint, heard: &heard, normal, like: number };
            watches.iter_mut().for_each(|watch| watch.look(spec, &shown));
        }
    }
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (seen, times) in noticed.into_iter().zip(&equal) {
        seen.into_iter().for_each(|seen| *counts.entry(seen).or_default() += times);
    }
    let requirement = only.unwrap_or_default();
    let observations = counts
        .into_iter()
        .map(|((what, place), count)| Observation { requirement: requirement.to_owned(), what, place, count })
        .collect();
    let findings = watches.into_iter().map(|watch| (watch.requirement, watch.finding(spec, &equal))).collect();
    (findings, observations)
}

/// Whether the request had what it needs. An answer to a request that should have been refused says nothing of lawful answers.
fn entitled(endpoint: &Endpoint, sent: &Exchange) -> bool {
    let open = endpoint.request.as_ref().is_none_or(|request| request.account == AccountRole::None);
    open || sent.request.authorization.starts_with("Bearer (a token of ")
}

/// What answers are told apart by: the document, and what was asked for where elements depend on it.
type Like<'a> = (u64, usize, Vec<Option<&'a str>>);

fn like<'a>(endpoint: &'a Endpoint, sent: &'a Exchange) -> Option<Like<'a>> {
    let body = sent.answer()?.raw();
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    let asked = endpoint.elements.iter().filter_map(|row| row.when.as_ref());
    let asked = asked.map(|(name, _)| sent.request.parameter(name)).collect();
    Some((hasher.finish(), body.len(), asked))
}

/// What is in an answer that is no gap, and where.
fn observe(endpoint: &Endpoint, normal: &Canonical) -> Vec<(String, String)> {
    let mut out = Vec::new();
    // What a script or a ZIP file is read into is of our own making.
    let undocumented = normal.undocumented.iter().filter(|_| endpoint.response.media == Media::Document);
    for path in undocumented {
        let what = if path.contains('@') {
            "an attribute that the guide does not document"
        } else {
            "an element that the guide does not document"
        };
        out.push((what.to_owned(), path.clone()));
    }
    for row in &endpoint.elements {
        let values: BTreeSet<String> = elements::unlisted(endpoint, row, normal).into_iter().collect();
        for value in values {
            let what = format!("a value that the guide does not list: `{}`", shorten(&value));
            out.push((what, row.path.clone()));
        }
    }
    out
}
