//! What a requirement makes of every accepted answer, one after another.
//!
//! In: a requirement, and each answer once. Out: one [`Finding`] at the end. Answers are let go as soon as they were looked at; of those
//! that are equal only the first is.

use std::{collections::BTreeMap, num::NonZeroUsize};

use crate::{
    answer::Canonical,
    decode::xsd,
    model::{
        exchange::Exchange,
        variables::Variables,
        verdict::{Blame, Evidence, Finding},
    },
    spec::{Demand, Element, Endpoint, Expect, Media, Reading, Requirement, SchemaOf, Spec},
    vocabulary::{Context, Heard, Holds},
};

use super::{
    elements::{self, Look},
    readings::Readings,
};

/// Where an answer is recorded.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) record: usize,
    pub(super) exchange: usize,
}

impl At {
    fn fail(self, expected: String, got: String) -> Finding {
        Finding::fail(Evidence { expected, got, record: self.record, exchange: self.exchange })
    }
}

/// An accepted answer.
pub(super) struct Shown<'s, 'a> {
    pub(super) at: At,
    pub(super) sent: &'a Exchange,
    pub(super) variables: &'a Variables,
    pub(super) endpoint: &'a Endpoint,
    pub(super) heard: &'s Heard<'a>,
    /// The answer in one shape; none where an equal answer to an equal question came before.
    pub(super) normal: Option<&'s Canonical>,
    /// Which of the answers that differ it is, or is equal to.
    pub(super) like: usize,
}

/// A requirement and what it has seen.
pub(super) struct Watch<'a> {
    pub(super) requirement: &'a Requirement,
    endpoint: &'a Endpoint,
    /// The first fault; after it nothing more is looked at.
    failed: Option<Finding>,
    observed: Observed<'a>,
    /// Whether any answer of the endpoint was accepted.
    any: bool,
}

enum Observed<'a> {
    /// Which answers show the row as it should be, by number.
    Good(Vec<usize>),
    /// Names or notations, and where each was seen first.
    Names(BTreeMap<String, At>),
    /// Documents in one shape, to be validated against our schema.
    Ours { texts: Vec<String>, at: Vec<(At, usize)> },
    /// Documents as they came, to be validated against the target's own schema, and that schema.
    Theirs { texts: Vec<&'a str>, at: Vec<At>, published: Option<&'a str> },
    /// How many answers kept it, and the readings that explain them all.
    Kept(usize, Readings),
    /// It is judged elsewhere.
    Elsewhere,
}

impl<'a> Watch<'a> {
    pub(super) fn of(spec: &'a Spec, requirement: &'a Requirement) -> Self {
        let observed = match &requirement.demand {
            Demand::Steps(_) | Demand::Archive(_) => Observed::Elsewhere,
            Demand::Present(_) | Demand::Typed(_) => Observed::Good(Vec::new()),
            Demand::Named(_) | Demand::Shape => Observed::Names(BTreeMap::new()),
            Demand::Schema => Observed::Ours { texts: Vec::new(), at: Vec::new() },
            Demand::OwnSchema => Observed::Theirs { texts: Vec::new(), at: Vec::new(), published: None },
            Demand::EveryAnswer { .. } => Observed::Kept(0, Readings::default()),
        };
        Self { requirement, endpoint: &spec.endpoints[&requirement.endpoint], failed: None, observed, any: false }
    }

    /// Looks at the next answer.
    pub(super) fn look(&mut self, spec: &Spec, shown: &Shown<'_, 'a>) {
        if self.failed.is_some() {
            return;
        }
        let own = shown.endpoint.id == self.requirement.endpoint;
        self.any |= own;
        let failed = match (&self.requirement.demand, &mut self.observed) {
            (Demand::Present(row), Observed::Good(good)) if own => {
                let row = &self.endpoint.elements[*row];
                by_look(shown, good, |normal| elements::present(self.endpoint, row, shown.heard, normal))
            }
            (Demand::Typed(row), Observed::Good(good)) if own => {
                let row = &self.endpoint.elements[*row];
                by_look(shown, good, |normal| elements::typed(self.endpoint, row, normal))
            }
            (Demand::Named(row), Observed::Names(names)) if own => {
                for (_, name) in shown.normal.iter().flat_map(|normal| &normal.names).filter(|(n, _)| n == row) {
                    names.entry(name.clone()).or_insert(shown.at);
                }
                None
            }
            (Demand::Shape, Observed::Names(shapes)) if own => {
                if let Some(shape) = shown.normal.and_then(|normal| normal.shape) {
                    shapes.entry(shape.to_owned()).or_insert(shown.at);
                }
                None
            }
            (Demand::Schema, Observed::Ours { texts, at }) if own => {
                if let Some(normal) = shown.normal {
                    texts.push(normal.root.to_xml(SchemaOf::endpoint(&self.requirement.endpoint).namespace()));
                    at.push((shown.at, shown.like));
                }
                None
            }
            (Demand::OwnSchema, Observed::Theirs { texts, at, published }) => {
                let which = SchemaOf::endpoint(&self.requirement.endpoint);
                let id = shown.endpoint.id.as_str();
                let text = shown.sent.answer().map(|answer| &*answer.body);
                if id == format!("{}/schema", which.name()) {
                    *published = published.or(text);
                } else if let (true, true, Some(_), Some(text)) = (
                    SchemaOf::endpoint(id) == which,
                    shown.endpoint.response.media == Media::Document,
                    shown.heard.body.xml(),
                    text,
                ) {
                    texts.push(text);
                    at.push(shown.at);
                }
                None
            }
            (Demand::EveryAnswer { own: only_own, expect, readings }, Observed::Kept(kept, followed)) => {
                // The published schema and the plain status page are no answers of the XML API.
                let api = format!("/api/{}", SchemaOf::endpoint(&self.requirement.endpoint).name());
                let in_api = shown.endpoint.request.as_ref().is_some_and(|request| request.path == api);
                match in_api && (own || !only_own) && shown.heard.body.xml().is_some() {
                    true => every(spec, shown, expect, readings, kept, followed),
                    false => None,
                }
            }
            _ => None,
        };
        self.failed = failed;
    }

    /// What is said of it in the end. `equal` tells how many answers there are of each that differs.
    pub(super) fn finding(self, spec: &Spec, equal: &[usize]) -> Finding {
        if let Some(failed) = self.failed {
            return failed;
        }
        match self.observed {
            Observed::Elsewhere => Finding::error("a requirement that is judged elsewhere"),
            Observed::Good(good) => {
                let times = good.iter().map(|like| equal[*like]).sum();
                let row = match &self.requirement.demand {
                    Demand::Present(row) | Demand::Typed(row) => &self.endpoint.elements[*row],
                    _ => return Finding::error("a requirement without a row"),
                };
                NonZeroUsize::new(times).map_or_else(|| nothing_seen(self.endpoint, row, self.any), Finding::pass)
            }
            Observed::Names(names) => {
                let what = if matches!(self.requirement.demand, Demand::Shape) {
                    "one notation throughout"
                } else {
                    "one name throughout"
                };
                one_of(&names, what)
            }
            Observed::Ours { texts, at } => {
                let which = SchemaOf::endpoint(&self.requirement.endpoint);
                let schema = spec.schemas.get(&which.file()).map_or("", String::as_str);
                let expected = format!("an answer that is valid against specs/schemas/{}", which.file());
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                let times = at.iter().map(|(_, like)| equal[*like]).sum();
                validated(&expected, schema, &texts, &at.iter().map(|(at, _)| *at).collect::<Vec<_>>(), times)
            }
            Observed::Theirs { texts, at, published } => theirs(&texts, &at, published),
            Observed::Kept(kept, followed) => {
                let Some(kept) = NonZeroUsize::new(kept) else {
                    return Finding::inconclusive(
                        "no XML answer was accepted, so nothing could be seen",
                        Blame::Target,
                    );
                };
                let mut finding = Finding::pass(kept);
                finding.reading = followed.followed();
                finding
            }
        }
    }
}

fn by_look(shown: &Shown<'_, '_>, good: &mut Vec<usize>, look: impl Fn(&Canonical) -> Look) -> Option<Finding> {
    match look(shown.normal?) {
        Look::Nothing => {}
        // Answers are counted, not what is in them: how many clients are connected is no matter of the target's conduct.
        Look::Good => good.push(shown.like),
        Look::Bad(expected, got) => return Some(shown.at.fail(expected, got)),
    }
    None
}

fn nothing_seen(endpoint: &Endpoint, row: &Element, any: bool) -> Finding {
    if !any {
        let reason = format!("no request to {} was accepted, so nothing could be seen", endpoint.id);
        return Finding::inconclusive(reason, Blame::Target);
    }
    // The nearest element around it that has advice.
    let around =
        |other: &&Element| row.path.strip_prefix(other.path.as_str()).is_some_and(|rest| rest.starts_with('/'));
    let parents = endpoint.elements.iter().filter(around).filter(|other| other.hint.is_some());
    let parent_hint = parents.max_by_key(|other| other.path.len()).and_then(|other| other.hint.as_deref());
    let advice = row.hint.as_deref().or(parent_hint).map(|hint| format!("; {hint}")).unwrap_or_default();
    if row.sometimes {
        return Finding::not_applicable(format!("the target had no occasion to send it{advice}"));
    }
    Finding::inconclusive(format!("no accepted answer had it in it{advice}"), Blame::Configuration)
}

fn one_of(seen: &BTreeMap<String, At>, expected: &str) -> Finding {
    let names: Vec<&str> = seen.keys().map(String::as_str).collect();
    match names.as_slice() {
        [] => Finding::inconclusive("no accepted answer had it in it", Blame::Configuration),
        [one] => {
            let mut finding = Finding::pass(NonZeroUsize::MIN);
            finding.reading = Some((*one).to_owned());
            finding
        }
        [_, second, ..] => seen[*second].fail(expected.to_owned(), names.join(" and ")),
    }
}

fn theirs(texts: &[&str], at: &[At], published: Option<&str>) -> Finding {
    let Some(published) = published else {
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
    validated("an answer that is valid against the target's own schema", published, texts, at, texts.len())
}

fn validated(expected: &str, schema: &str, texts: &[&str], at: &[At], times: usize) -> Finding {
    let faults = match xsd::validate(schema, texts) {
        Ok(faults) => faults,
        Err(fault) => return Finding::error(format!("the schema cannot be used: {fault}")),
    };
    for (fault, at) in faults.into_iter().zip(at) {
        if let Some(got) = fault {
            return at.fail(expected.to_owned(), got);
        }
    }
    NonZeroUsize::new(times).map_or_else(
        || Finding::inconclusive("no XML answer was accepted, so nothing could be validated", Blame::Target),
        Finding::pass,
    )
}

fn every(
    spec: &Spec,
    shown: &Shown<'_, '_>,
    expect: &[Expect],
    readings: &[Reading],
    kept: &mut usize,
    followed: &mut Readings,
) -> Option<Finding> {
    let context = Context::of(shown.heard, shown.variables, &spec.json_schemas);
    match Expect::all(expect, &context) {
        Holds::Yes => {}
        Holds::No(expected, got) => return Some(shown.at.fail(expected, got)),
        Holds::Undecided(reason) => return Some(Finding::inconclusive(reason, Blame::Harness)),
    }
    *kept += 1;
    if readings.is_empty() {
        return None;
    }
    followed.look(readings, &context, shown.at.exchange);
    if let Some((_, got)) = followed.unexplained.take() {
        return Some(shown.at.fail(followed.in_words(), got));
    }
    if followed.followed().is_none() {
        let expected = format!("one reading that explains every answer: {}", followed.names());
        return Some(shown.at.fail(expected, "answers that follow different readings".to_owned()));
    }
    None
}
