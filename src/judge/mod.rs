//! From exchanges to verdicts.
//!
//! In: requirements and the records of what was sent for them. Out: one [`Finding`] for each requirement, and observations.
//! A pure function: nothing here sends, prints or reads a clock, so a journal can be judged again and says the same.

mod elements;
mod holds;
mod kinds;
mod look;
mod normal;
mod schema;
mod seen;

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
};

use crate::{
    case::Role,
    exchange::NoAnswerKind,
    record::Record,
    spec::{Demand, Element, Endpoint, Expect, Level, Query, Reading, Requirement, Spec, Step},
    variables::Variables,
    verdict::{Blame, Evidence, Finding, Observation, Verdict},
};

use elements::Look;
use holds::Holds;
use normal::Normal;
use seen::{Kind, Seen};

/// What judging gives.
pub struct Judged {
    /// One finding for each requirement, by id.
    pub findings: BTreeMap<String, Finding>,
    /// Ids of what failed too, but rests on something that fails: the same fault once more.
    pub masked: Vec<String>,
    /// What was seen that is no gap.
    pub observations: Vec<Observation>,
}

/// Whether the answer of an exchange is the documented success answer of its endpoint.
#[must_use]
pub fn accepted(spec: &Spec, exchange: &crate::exchange::Exchange) -> bool {
    seen::see(spec, exchange).is_some_and(|seen| seen.accepted())
}

/// Whether the answer of an exchange is a refusal.
#[must_use]
pub fn refused(spec: &Spec, exchange: &crate::exchange::Exchange) -> bool {
    seen::see(spec, exchange).is_some_and(|seen| seen.kind == Kind::Refused)
}

/// What came, in a few words.
#[must_use]
pub fn says(spec: &Spec, exchange: &crate::exchange::Exchange) -> String {
    seen::see(spec, exchange).map(|seen| seen.says()).unwrap_or_default()
}

/// The first text that a query selects in the answer of an exchange.
#[must_use]
pub fn find(spec: &Spec, exchange: &crate::exchange::Exchange, query: &Query, variables: &Variables) -> Option<String> {
    let seen = seen::see(spec, exchange)?;
    look::look(query, &seen, variables).ok()?.into_iter().find(|text| !text.is_empty())
}

/// Judges one requirement by one of its cases alone. Shrinking asks with it whether a smaller case still shows the same.
#[must_use]
pub fn judge_case(spec: &Spec, requirement: &Requirement, record: &Record) -> Finding {
    let Demand::Steps(steps) = &requirement.demand else {
        return Finding::error("only a requirement with steps has cases");
    };
    let seen: Vec<Seen<'_>> = record.exchanges.iter().filter_map(|exchange| seen::see(spec, exchange)).collect();
    by_steps(spec, requirement, steps, &[(0, record, &seen)])
}

/// Judges requirements. `untold` holds findings of those for which nothing could be sent.
#[must_use]
pub fn judge(spec: &Spec, selected: &[&Requirement], records: &[Record], untold: &BTreeMap<String, Finding>) -> Judged {
    let all: Vec<(usize, &Record, Vec<Seen<'_>>)> = records
        .iter()
        .enumerate()
        .map(|(n, record)| (n, record, record.exchanges.iter().filter_map(|e| seen::see(spec, e)).collect()))
        .collect();
    let answers = Answers::of(spec, &all);
    let mut findings = BTreeMap::new();
    for requirement in selected {
        let finding = match (untold.get(&requirement.id), &requirement.demand) {
            (Some(finding), _) => finding.clone(),
            (None, Demand::Steps(steps)) => {
                let own: Vec<_> = all
                    .iter()
                    .filter(|(_, record, _)| record.case.requirement == requirement.id)
                    .map(|(n, record, seen)| (*n, *record, seen.as_slice()))
                    .collect();
                by_steps(spec, requirement, steps, &own)
            }
            (None, _) => answers.judge(spec, requirement),
        };
        findings.insert(requirement.id.clone(), soften(requirement, finding));
    }
    let masked = one_cause_one_finding(selected, &mut findings);
    Judged { findings, masked, observations: answers.observations }
}

/// An unmet `should` is a warning.
fn soften(requirement: &Requirement, mut finding: Finding) -> Finding {
    if requirement.level == Level::Should && finding.verdict == Verdict::Fail {
        finding.verdict = Verdict::Warn;
    }
    finding
}

/// What rests on something that fails cannot be told: its failure would be the same fault once more.
fn one_cause_one_finding(selected: &[&Requirement], findings: &mut BTreeMap<String, Finding>) -> Vec<String> {
    let mut masked = Vec::new();
    let failing: BTreeSet<String> =
        findings.iter().filter(|(_, f)| f.verdict == Verdict::Fail).map(|(id, _)| id.clone()).collect();
    for requirement in selected {
        let finding = &findings[&requirement.id];
        if !matches!(finding.verdict, Verdict::Fail | Verdict::Warn) {
            continue;
        }
        let cause = requirement
            .rests_on
            .iter()
            .find_map(|pattern| failing.iter().find(|id| **id != requirement.id && crate::spec::glob(pattern, id)));
        if let Some(cause) = cause {
            let reason = format!("cannot be told while `{cause}` fails");
            findings.insert(requirement.id.clone(), Finding::inconclusive(reason, Blame::Target));
            masked.push(requirement.id.clone());
        }
    }
    masked
}

/// Judges a requirement by the exchanges of its own cases.
fn by_steps(
    spec: &Spec,
    requirement: &Requirement,
    steps: &[Step],
    records: &[(usize, &Record, &[Seen<'_>])],
) -> Finding {
    let mut readings = Readings::default();
    let mut observations = 0;
    let mut undecided = None;
    for (number, record, all) in records {
        match by_case(spec, steps, record, all, &mut readings) {
            Case::Holds(judged) => observations += judged,
            Case::Fails { expected, got, exchange } => {
                return Finding::fail(Evidence { expected, got, record: *number, exchange });
            }
            Case::Undecided(finding) => undecided = undecided.or(Some(finding)),
        }
        if let Some((exchange, got)) = readings.unexplained.take() {
            return Finding::fail(Evidence { expected: readings.says(), got, record: *number, exchange });
        }
    }
    if let Some(finding) = undecided {
        return finding;
    }
    let Some(observed) = NonZeroUsize::new(observations) else {
        return Finding::inconclusive("nothing was sent for it", Blame::Harness);
    };
    let mut finding = Finding::pass(observed);
    if requirement.level == Level::Ambiguous {
        match readings.followed() {
            Some(reading) => finding.reading = Some(reading),
            None => {
                let (number, record, _) = records[0];
                let exchange = record.exchanges.iter().rposition(|e| e.role == Role::Probe).unwrap_or(0);
                return Finding::fail(Evidence {
                    expected: format!("one reading that explains every answer: {}", readings.names()),
                    got: "answers that follow different readings".to_owned(),
                    record: number,
                    exchange,
                });
            }
        }
    }
    finding
}

/// What one case shows.
enum Case {
    Holds(usize),
    Fails { expected: String, got: String, exchange: usize },
    Undecided(Finding),
}

fn by_case(spec: &Spec, steps: &[Step], record: &Record, all: &[Seen<'_>], readings: &mut Readings) -> Case {
    let mut judged = 0;
    let mut failure = None;
    for (number, step) in steps.iter().enumerate() {
        let fellows = || all.iter().enumerate().filter(move |(_, seen)| seen.exchange.step == number);
        let Some(first) = fellows().next() else {
            // What was broken may be the very reason that no more was sent.
            if let Some(failure) = failure {
                return failure;
            }
            return Case::Undecided(Finding::inconclusive("not all of its requests were sent", Blame::Harness));
        };
        let many: Vec<Seen<'_>> = match step.times {
            crate::case::Times::Once => Vec::new(),
            _ => record.exchanges.iter().filter(|e| e.step == number).filter_map(|e| seen::see(spec, e)).collect(),
        };
        let looked: Vec<_> = if of_the_whole(step) { vec![first] } else { fellows().collect() };
        for (exchange, seen) in looked {
            // After a failure only a control can still speak for the target: something else changed meanwhile.
            if failure.is_some() && step.role != Role::Control {
                continue;
            }
            if let Some(finding) = no_answer(seen, step.role) {
                return Case::Undecided(finding);
            }
            match holds::all(spec, &step.only_if, seen, &many, &record.variables) {
                Holds::Yes => {}
                Holds::No(expected, got) => {
                    let advice = if step.otherwise.is_empty() { "" } else { step.otherwise.as_str() };
                    let reason = format!("it can only be told where {expected}, but it was {got}; {advice}");
                    return Case::Undecided(Finding::inconclusive(reason.trim_end_matches("; "), Blame::Configuration));
                }
                Holds::Untold(reason) => return Case::Undecided(Finding::inconclusive(reason, Blame::Harness)),
            }
            match holds::all(spec, &step.expect, seen, &many, &record.variables) {
                Holds::Yes => {}
                Holds::No(expected, got) if step.role == Role::Probe => {
                    failure = Some(Case::Fails { expected, got, exchange });
                    continue;
                }
                Holds::No(expected, got) => {
                    let what = if step.role == Role::Control { "the positive control" } else { "a preparation" };
                    let reason =
                        format!("{what}, {}, does not hold: expected that {expected}, got {got}", step.endpoint);
                    return Case::Undecided(Finding::inconclusive(reason, Blame::Target));
                }
                Holds::Untold(reason) => return Case::Undecided(Finding::inconclusive(reason, Blame::Harness)),
            }
            if step.role == Role::Probe {
                judged += 1;
                if !step.readings.is_empty() {
                    readings.look(spec, &step.readings, seen, &many, &record.variables, exchange);
                }
            }
        }
    }
    failure.unwrap_or(Case::Holds(judged))
}

/// Whether a case is worth going on with after a step: what it must rest on holds so far.
#[must_use]
pub fn may_go_on(spec: &Spec, step: &Step, record: &Record, number: usize) -> bool {
    let all: Vec<Seen<'_>> =
        record.exchanges.iter().filter(|e| e.step == number).filter_map(|e| seen::see(spec, e)).collect();
    let holds =
        |expects: &[Expect], seen: &Seen<'_>| holds::all(spec, expects, seen, &all, &record.variables) == Holds::Yes;
    let looked = if of_the_whole(step) { 1 } else { all.len() };
    all.iter()
        .take(looked)
        .all(|seen| holds(&step.only_if, seen) && (step.role == Role::Probe || holds(&step.expect, seen)))
}

/// Whether a step is judged by all its answers together.
fn of_the_whole(step: &Step) -> bool {
    step.expect.iter().chain(&step.only_if).any(|expect| {
        matches!(
            expect,
            Expect::At(
                Query::BurstRefused | Query::BurstAcceptedInASecond | Query::BurstSentInASecond | Query::RepeatRefused,
                _
            )
        )
    })
}

/// What no answer means. A target that hangs, cuts the connection or answers garbage to a probe fails it.
fn no_answer(seen: &Seen<'_>, role: Role) -> Option<Finding> {
    let Kind::Nothing(kind) = seen.kind else { return None };
    let says = seen.says();
    match kind {
        NoAnswerKind::Guarded => Some(Finding::inconclusive(says, Blame::Configuration)),
        NoAnswerKind::NoToken => Some(Finding::inconclusive(says, Blame::Target)),
        NoAnswerKind::Unreachable => Some(Finding::inconclusive(says, Blame::Network)),
        NoAnswerKind::Broken | NoAnswerKind::Timeout if role == Role::Probe => None,
        NoAnswerKind::Broken | NoAnswerKind::Timeout => Some(Finding::inconclusive(says, Blame::Target)),
    }
}

/// The readings that explain every answer so far.
#[derive(Default)]
struct Readings {
    all: Vec<Reading>,
    left: Option<Vec<String>>,
    unexplained: Option<(usize, String)>,
}

impl Readings {
    fn look(
        &mut self,
        spec: &Spec,
        readings: &[Reading],
        seen: &Seen<'_>,
        fellows: &[Seen<'_>],
        variables: &Variables,
        exchange: usize,
    ) {
        self.all = readings.to_vec();
        let fits = |reading: &&Reading| holds::all(spec, &reading.expect, seen, fellows, variables) == Holds::Yes;
        let fitting: Vec<String> = readings.iter().filter(fits).map(|reading| reading.name.clone()).collect();
        if fitting.is_empty() && self.unexplained.is_none() {
            let first = holds::all(spec, &readings[0].expect, seen, fellows, variables);
            let got = if let Holds::No(_, got) = first { got } else { seen.says() };
            self.unexplained = Some((exchange, got));
        }
        self.left = Some(match self.left.take() {
            None => fitting,
            Some(left) => left.into_iter().filter(|name| fitting.contains(name)).collect(),
        });
    }

    fn names(&self) -> String {
        self.all.iter().map(|reading| reading.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn says(&self) -> String {
        format!("an answer that fits one of the readings: {}", self.names())
    }

    fn followed(&self) -> Option<String> {
        let left = self.left.as_ref().filter(|left| !left.is_empty())?;
        Some(left.join(" or "))
    }
}

/// All accepted answers of the run, by endpoint, in one shape.
struct Answers<'a> {
    by_endpoint: BTreeMap<&'a str, Vec<Shown<'a>>>,
    observations: Vec<Observation>,
}

/// An accepted answer and where it is recorded.
struct Shown<'a> {
    record: usize,
    exchange: usize,
    variables: &'a Variables,
    seen: &'a Seen<'a>,
    normal: Option<Normal>,
}

impl<'a> Answers<'a> {
    fn of(spec: &'a Spec, all: &'a [(usize, &'a Record, Vec<Seen<'a>>)]) -> Self {
        let mut by_endpoint: BTreeMap<&str, Vec<Shown<'_>>> = BTreeMap::new();
        let mut counts: BTreeMap<(String, String, String), usize> = BTreeMap::new();
        for (record, source, seen) in all {
            for (exchange, seen) in seen.iter().enumerate().filter(|(_, seen)| seen.accepted() && entitled(seen)) {
                let endpoint = seen.endpoint;
                let normal = seen
                    .xml
                    .as_ref()
                    .filter(|_| !endpoint.elements.is_empty())
                    .map(|root| normal::normal(endpoint, root));
                if let Some(normal) = &normal {
                    observe(endpoint, normal, &mut counts);
                }
                by_endpoint.entry(endpoint.id.as_str()).or_default().push(Shown {
                    record: *record,
                    exchange,
                    variables: &source.variables,
                    seen,
                    normal,
                });
            }
        }
        let known = |id: &str| spec.endpoints.contains_key(id);
        let observations = counts
            .into_iter()
            .filter(|((id, ..), _)| known(id))
            .map(|((requirement, what, place), count)| Observation { requirement, what, place, count })
            .collect();
        Self { by_endpoint, observations }
    }

    fn own(&self, requirement: &Requirement) -> &[Shown<'a>] {
        self.by_endpoint.get(requirement.endpoint.as_str()).map_or(&[], Vec::as_slice)
    }

    fn judge(&self, spec: &Spec, requirement: &Requirement) -> Finding {
        let endpoint = &spec.endpoints[&requirement.endpoint];
        match &requirement.demand {
            Demand::Steps(_) => Finding::error("a requirement with steps is judged by its own cases"),
            Demand::Present(row) => {
                let row = &endpoint.elements[*row];
                self.by_look(requirement, endpoint, row, |shown, normal| {
                    elements::present(endpoint, row, shown.seen, normal)
                })
            }
            Demand::Typed(row) => {
                let row = &endpoint.elements[*row];
                self.by_look(requirement, endpoint, row, |_, normal| elements::typed(endpoint, row, normal))
            }
            Demand::Named(row) => self.named(requirement, *row),
            Demand::Schema => self.schema(spec, requirement),
            Demand::OwnSchema => self.own_schema(),
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
                Look::Good(n) => observed += n,
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
        let parent_hint = endpoint.elements.iter().find_map(|row| row.hint.as_deref());
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
        for shown in self.own(requirement) {
            if let Some(normal) = &shown.normal {
                texts.push(normal.root.to_xml(crate::spec::COMMAND_NAMESPACE));
                at.push(shown);
            }
        }
        let schema = spec.schemas.get("command.xsd").map_or("", String::as_str);
        self.validated("an answer that is valid against specs/schemas/command.xsd", schema, &texts, &at)
    }

    fn own_schema(&self) -> Finding {
        let published = self.by_endpoint.get("command/schema").and_then(|shown| shown.first());
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
        for shown in self.by_endpoint.iter().filter(|(id, _)| **id != "command/schema").flat_map(|(_, shown)| shown) {
            if let (Some(_), Some(answer)) = (&shown.seen.xml, shown.seen.answer()) {
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
        NonZeroUsize::new(texts.len()).map_or_else(
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
            let in_api = spec.endpoints[*id].request.as_ref().is_some_and(|request| request.path == "/api/command");
            if (own && *id != home) || !in_api {
                continue;
            }
            for shown in shown.iter().filter(|shown| shown.seen.xml.is_some()) {
                let at = |expected: String, got: String| {
                    Finding::fail(Evidence { expected, got, record: shown.record, exchange: shown.exchange })
                };
                match holds::all(spec, expect, shown.seen, &[], shown.variables) {
                    Holds::Yes => {}
                    Holds::No(expected, got) => return at(expected, got),
                    Holds::Untold(reason) => return Finding::inconclusive(reason, Blame::Harness),
                }
                observed += 1;
                if readings.is_empty() {
                    continue;
                }
                followed.look(spec, readings, shown.seen, &[], shown.variables, shown.exchange);
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
    let open = seen.endpoint.request.as_ref().is_none_or(|request| request.account == crate::case::AccountRole::None);
    open || seen.exchange.request.authorization.starts_with("Bearer (a token of ")
}

fn observe(endpoint: &Endpoint, normal: &Normal, counts: &mut BTreeMap<(String, String, String), usize>) {
    let mut add = |what: &str, place: &str| {
        *counts.entry((endpoint.id.clone(), what.to_owned(), place.to_owned())).or_default() += 1;
    };
    for path in &normal.undocumented {
        let what = if path.contains('@') {
            "an attribute that the guide does not document"
        } else {
            "an element that the guide does not document"
        };
        add(what, path);
    }
    for row in &endpoint.elements {
        for value in elements::unlisted(endpoint, row, normal) {
            add(&format!("a value that the guide does not list: `{}`", seen::shorten(&value)), &row.path);
        }
    }
}
