//! Judges requirements by the answers of the run, whoever asked for them.
//!
//! In: the records. Out: one [`Finding`] for each requirement that looks at every accepted answer of an endpoint or of the run, and
//! what was seen that is no gap.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    num::NonZeroUsize,
    rc::Rc,
};

use crate::{
    case::AccountRole,
    decode::xml::Node,
    record::Record,
    spec::{Demand, Element, Endpoint, Expect, Media, Reading, Requirement, SchemaOf, Spec},
    variables::Variables,
    verdict::{Blame, Evidence, Finding, Observation},
};

use super::{
    cases::Readings,
    elements::{self, Look},
    holds::{self, Holds},
    normal::{self, Normal, Rows},
    schema,
    seen::{self, Seen},
};

/// Accepted answers, by endpoint.
pub(super) struct Answers<'a> {
    by_endpoint: BTreeMap<&'a str, Vec<Shown<'a>>>,
    pub(super) observations: Vec<Observation>,
}

/// An accepted answer and where it is recorded.
struct Shown<'a> {
    record: usize,
    exchange: usize,
    variables: &'a Variables,
    seen: Seen<'a>,
    /// The answer in one shape; none where an equal answer to an equal question came before.
    normal: Option<Normal>,
    /// How many equal answers to equal questions there are, this one counted.
    times: usize,
}

impl<'a> Answers<'a> {
    /// The accepted answers of one endpoint in one shape, or those of all endpoints as they came.
    pub(super) fn of(spec: &'a Spec, records: &'a [Record], only: Option<&str>) -> Self {
        let mut by_endpoint: BTreeMap<&str, Vec<Shown<'_>>> = BTreeMap::new();
        let rows = only.and_then(|only| spec.endpoints.get(only)).filter(|e| !e.elements.is_empty()).map(Rows::of);
        let mut firsts: HashMap<Like<'_>, usize> = HashMap::new();
        for (record, source) in records.iter().enumerate() {
            for (exchange, sent) in source.exchanges.iter().enumerate() {
                if only.is_some_and(|only| only != sent.endpoint) {
                    continue;
                }
                let Some(seen) = seen::see(spec, sent).filter(|seen| seen.accepted() && entitled(seen)) else {
                    continue;
                };
                let all = by_endpoint.entry(seen.endpoint.id.as_str()).or_default();
                let mut normal = None;
                if let (Some(rows), Some(root)) = (&rows, &seen.xml) {
                    let first = *firsts.entry(like(&seen, root)).or_insert(all.len());
                    match all.get_mut(first) {
                        Some(first) => first.times += 1,
                        None => normal = Some(normal::normal(rows, root)),
                    }
                }
                all.push(Shown { record, exchange, variables: &source.variables, seen, normal, times: 1 });
            }
        }
        let mut counts: BTreeMap<(String, String, String), usize> = BTreeMap::new();
        for shown in by_endpoint.values().flatten() {
            if let Some(normal) = &shown.normal {
                observe(shown.seen.endpoint, normal, shown.times, &mut counts);
            }
        }
        let observations = counts
            .into_iter()
            .map(|((requirement, what, place), count)| Observation { requirement, what, place, count })
            .collect();
        Self { by_endpoint, observations }
    }

    fn own(&self, requirement: &Requirement) -> &[Shown<'a>] {
        self.by_endpoint.get(requirement.endpoint.as_str()).map_or(&[], Vec::as_slice)
    }

    /// Judges a requirement of the endpoint, or of the run, that these answers are of.
    pub(super) fn judge(&self, spec: &Spec, requirement: &Requirement) -> Finding {
        let endpoint = &spec.endpoints[&requirement.endpoint];
        match &requirement.demand {
            Demand::Steps(_) | Demand::Archive(_) => Finding::error("a requirement that is judged elsewhere"),
            Demand::Present(row) => {
                let row = &endpoint.elements[*row];
                self.by_look(requirement, endpoint, row, |shown, normal| {
                    elements::present(endpoint, row, &shown.seen, normal)
                })
            }
            Demand::Typed(row) => {
                let row = &endpoint.elements[*row];
                self.by_look(requirement, endpoint, row, |_, normal| elements::typed(endpoint, row, normal))
            }
            Demand::Named(row) => self.named(requirement, *row),
            Demand::Schema => self.schema(spec, requirement),
            Demand::OwnSchema => self.own_schema(SchemaOf::endpoint(&requirement.endpoint)),
            Demand::Shape => self.shape(requirement),
            Demand::EveryAnswer { own, expect, readings } => self.every(spec, requirement, *own, expect, readings),
        }
    }

    fn by_look(
        &self,
        requirement: &Requirement,
        endpoint: &Endpoint,
        row: &Element,
        look: impl Fn(&Shown<'_>, &Normal) -> Look,
    ) -> Finding {
        let mut observed = 0;
        for shown in self.own(requirement) {
            let Some(normal) = &shown.normal else { continue };
            match look(shown, normal) {
                Look::Nothing => {}
                // Answers are counted, not what is in them: how many clients are connected is no matter of the target's conduct.
                Look::Good => observed += shown.times,
                Look::Bad(expected, got) => {
                    return Finding::fail(Evidence { expected, got, record: shown.record, exchange: shown.exchange });
                }
            }
        }
        NonZeroUsize::new(observed).map_or_else(|| self.nothing_seen(endpoint, row), Finding::pass)
    }

    fn nothing_seen(&self, endpoint: &Endpoint, row: &Element) -> Finding {
        if !self.by_endpoint.contains_key(endpoint.id.as_str()) {
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

    fn named(&self, requirement: &Requirement, row: usize) -> Finding {
        let mut names: BTreeMap<&str, &Shown<'_>> = BTreeMap::new();
        for shown in self.own(requirement) {
            for (_, name) in shown.normal.iter().flat_map(|normal| &normal.names).filter(|(n, _)| *n == row) {
                names.entry(name).or_insert(shown);
            }
        }
        self.one_of(names, "one name throughout")
    }

    fn shape(&self, requirement: &Requirement) -> Finding {
        let mut shapes: BTreeMap<&str, &Shown<'_>> = BTreeMap::new();
        for shown in self.own(requirement) {
            if let Some(shape) = shown.normal.as_ref().and_then(|normal| normal.shape) {
                shapes.entry(shape).or_insert(shown);
            }
        }
        self.one_of(shapes, "one notation throughout")
    }

    fn one_of(&self, seen: BTreeMap<&str, &Shown<'_>>, expected: &str) -> Finding {
        let names: Vec<&str> = seen.keys().copied().collect();
        match names.as_slice() {
            [] => Finding::inconclusive("no accepted answer had it in it", Blame::Configuration),
            [one] => {
                let mut finding = Finding::pass(NonZeroUsize::MIN);
                finding.reading = Some((*one).to_owned());
                finding
            }
            [_, second, ..] => {
                let shown = seen[second];
                let evidence = Evidence {
                    expected: expected.to_owned(),
                    got: names.join(" and "),
                    record: shown.record,
                    exchange: shown.exchange,
                };
                Finding::fail(evidence)
            }
        }
    }

    fn schema(&self, spec: &Spec, requirement: &Requirement) -> Finding {
        let (mut texts, mut at) = (Vec::new(), Vec::new());
        let which = SchemaOf::endpoint(&requirement.endpoint);
        for shown in self.own(requirement) {
            if let Some(normal) = &shown.normal {
                texts.push(normal.root.to_xml(which.namespace()));
                at.push(shown);
            }
        }
        let schema = spec.schemas.get(&which.file()).map_or("", String::as_str);
        let expected = format!("an answer that is valid against specs/schemas/{}", which.file());
        self.validated(&expected, schema, &texts, &at)
    }

    fn own_schema(&self, which: SchemaOf) -> Finding {
        let publisher = format!("{}/schema", which.name());
        let published = self.by_endpoint.get(publisher.as_str()).and_then(|shown| shown.first());
        let Some(answer) = published.and_then(|shown| shown.seen.answer()) else {
            return Finding::inconclusive("the target gave no schema of its own", Blame::Target);
        };
        match schema::compiles(&answer.body) {
            schema::Compiled::Yes => {}
            schema::Compiled::No(fault) => {
                return Finding::inconclusive(
                    format!("the target's own schema does not compile: {fault}"),
                    Blame::Target,
                );
            }
            schema::Compiled::Refers => {
                let reason = "the target's own schema refers to another document, and none is ever fetched";
                return Finding::inconclusive(reason, Blame::Harness);
            }
        }
        let (mut texts, mut at) = (Vec::new(), Vec::new());
        let of_schema = |id: &str| id != publisher && SchemaOf::endpoint(id) == which;
        for shown in self.by_endpoint.iter().filter(|(id, _)| of_schema(id)).flat_map(|(_, shown)| shown) {
            let document = shown.seen.endpoint.response.media == Media::Document;
            if let (true, Some(_), Some(answer)) = (document, &shown.seen.xml, shown.seen.answer()) {
                texts.push(answer.body.clone());
                at.push(shown);
            }
        }
        self.validated("an answer that is valid against the target's own schema", &answer.body, &texts, &at)
    }

    fn validated(&self, expected: &str, schema: &str, texts: &[String], at: &[&Shown<'_>]) -> Finding {
        let documents: Vec<&str> = texts.iter().map(String::as_str).collect();
        let faults = match schema::validate(schema, &documents) {
            Ok(faults) => faults,
            Err(fault) => return Finding::error(format!("the schema cannot be used: {fault}")),
        };
        for (fault, shown) in faults.into_iter().zip(at) {
            if let Some(got) = fault {
                let expected = expected.to_owned();
                return Finding::fail(Evidence { expected, got, record: shown.record, exchange: shown.exchange });
            }
        }
        NonZeroUsize::new(at.iter().map(|shown| shown.times).sum()).map_or_else(
            || Finding::inconclusive("no XML answer was accepted, so nothing could be validated", Blame::Target),
            Finding::pass,
        )
    }

    fn every(
        &self,
        spec: &Spec,
        requirement: &Requirement,
        own: bool,
        expect: &[Expect],
        readings: &[Reading],
    ) -> Finding {
        let mut followed = Readings::default();
        let mut observed = 0;
        let home = requirement.endpoint.as_str();
        for (id, shown) in &self.by_endpoint {
            // The published schema and the plain status page are no answers of the XML API.
            let api = format!("/api/{}", SchemaOf::endpoint(home).name());
            let in_api = spec.endpoints[*id].request.as_ref().is_some_and(|request| request.path == api);
            if (own && *id != home) || !in_api {
                continue;
            }
            for shown in shown.iter().filter(|shown| shown.seen.xml.is_some()) {
                let at = |expected: String, got: String| {
                    Finding::fail(Evidence { expected, got, record: shown.record, exchange: shown.exchange })
                };
                match holds::all(spec, expect, &shown.seen, &[], shown.variables) {
                    Holds::Yes => {}
                    Holds::No(expected, got) => return at(expected, got),
                    Holds::Untold(reason) => return Finding::inconclusive(reason, Blame::Harness),
                }
                observed += 1;
                if readings.is_empty() {
                    continue;
                }
                followed.look(spec, readings, &shown.seen, &[], shown.variables, shown.exchange);
                if let Some((_, got)) = followed.unexplained.take() {
                    return at(followed.says(), got);
                }
                if followed.followed().is_none() {
                    let expected = format!("one reading that explains every answer: {}", followed.names());
                    return at(expected, "answers that follow different readings".to_owned());
                }
            }
        }
        let Some(observed) = NonZeroUsize::new(observed) else {
            return Finding::inconclusive("no XML answer was accepted, so nothing could be seen", Blame::Target);
        };
        let mut finding = Finding::pass(observed);
        finding.reading = followed.followed();
        finding
    }
}

/// Whether the request had what it needs. An answer to a request that should have been refused says nothing of lawful answers.
fn entitled(seen: &Seen<'_>) -> bool {
    let open = seen.endpoint.request.as_ref().is_none_or(|request| request.account == AccountRole::None);
    open || seen.exchange.request.authorization.starts_with("Bearer (a token of ")
}

/// What answers are told apart by: the document, and what was asked for where elements depend on it.
type Like<'a> = (*const Node, Vec<Option<&'a str>>);

fn like<'a>(seen: &Seen<'a>, root: &Rc<Node>) -> Like<'a> {
    let asked = seen.endpoint.elements.iter().filter_map(|row| row.when.as_ref());
    (Rc::as_ptr(root), asked.map(|(name, _)| seen.exchange.request.parameter(name)).collect())
}

fn observe(endpoint: &Endpoint, normal: &Normal, times: usize, counts: &mut BTreeMap<(String, String, String), usize>) {
    let mut add = |what: &str, place: &str| {
        *counts.entry((endpoint.id.clone(), what.to_owned(), place.to_owned())).or_default() += times;
    };
    // What a script or a ZIP file is read into is of our own making.
    let undocumented = normal.undocumented.iter().filter(|_| endpoint.response.media == Media::Document);
    for path in undocumented {
        let what = if path.contains('@') {
            "an attribute that the guide does not document"
        } else {
            "an element that the guide does not document"
        };
        add(what, path);
    }
    for row in &endpoint.elements {
        let values: BTreeSet<String> = elements::unlisted(endpoint, row, normal).into_iter().collect();
        for value in values {
            add(&format!("a value that the guide does not list: `{}`", seen::shorten(&value)), &row.path);
        }
    }
}
