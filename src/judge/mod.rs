//! From exchanges to verdicts.
//!
//! In: requirements and the records of what was sent for them. Out: one [`Finding`] for each requirement, and observations.
//! A pure function: nothing here sends, prints or reads a clock, so a journal can be judged again and says the same.

mod alike;
mod answers;
mod archives;
mod attempts;
mod cases;
mod confirmed;
mod elements;
mod feed;
mod indifferent;
mod lag;
mod left;
mod network;
mod observers;
mod one_answer;
mod one_cause;
mod owned;
mod perhaps;
mod readings;
mod sequences;
mod shared_controls;
mod skeleton;
mod state_model;
mod statuses;
mod stop;
mod taken_back;
mod teardown;
mod writing;

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use rayon::iter::{IndexedParallelIterator as _, IntoParallelIterator as _, ParallelIterator as _};

use crate::{
    model::{
        id::{EndpointId, RequirementId},
        record::Record,
        verdict::{Finding, Lag, Left, Observation, SequenceFacts, Verdict},
    },
    spec::{ArchiveDemand, Demand, Endpoint, LeftOut, Level, Requirement, SequenceWord, Spec, Step},
    vocabulary::Heard,
};

use observers::{Answered, At};
use one_answer::{ReadBodies, Reader};
use stop::stopped;

pub use crate::answer::contract;
pub use archives::READ_TOGETHER;
pub use cases::goes_on;
pub use left::{AGAIN, left};
pub use one_answer::{Recent, accepted, heard, heard_again, may_have_acted, page, refusal_wording, refused, saved};
pub use owned::owned;
pub use sequences::{Followed, SequenceFault, race_fault, sequence_fault, sequence_shows, taken};
pub use shared_controls::tag as tag_of_control;
pub use skeleton::skeleton;
pub use stop::Stop;

/// The judge's door to libxml2, opened for the laws of [`crate::fuzzing`].
pub(crate) mod fuzzing {
    use crate::decode::xsd;

    /// Whether libxml2 finds a text well-formed.
    pub(crate) fn parses(text: &str) -> Result<(), String> {
        xsd::parses(text)
    }

    /// The first fault of each document, from a schema that compiles and refers to nothing else; none from any other.
    pub(crate) fn validate(schema: &str, documents: &[&str]) -> Option<Result<Vec<Option<String>>, String>> {
        matches!(xsd::compiles(schema), xsd::Compiled::Yes).then(|| xsd::validate(schema, documents))
    }
}

/// What judging gives.
pub struct Judged {
    /// One finding for each requirement, by id.
    pub findings: BTreeMap<RequirementId, Finding>,
    /// Ids of what failed too, but rests on something that fails: the same fault once more.
    pub masked: Vec<RequirementId>,
    /// What was seen that is no gap.
    pub observations: Vec<Observation>,
    /// What the run made and could not take away.
    pub left: Vec<Left>,
    /// How long it took until what commands did came over the feed.
    pub lag: Option<Lag>,
    /// The same one by one: when each command was sent and how long its effect took, in milliseconds.
    pub lags: Vec<(i64, u64)>,
    /// What was played of sequences of commands, where any was.
    pub sequences: Option<SequenceFacts>,
    /// The count of kinds of answers to what no library sends, where anything of that was sent.
    pub skeletons: Option<usize>,
}

impl Judged {
    /// Lets a requirement be left out that saw only a part of what would show it, unless it shows something all the same. Says whether it is.
    pub fn leave_out(&mut self, id: &RequirementId, left_out: &Finding) -> bool {
        let Some(finding) = self.findings.get_mut(id) else { return false };
        let shows = matches!(finding.verdict, Verdict::Fail | Verdict::Warn | Verdict::Error);
        let is_left_out = !shows && !finding.left_out && !self.masked.contains(id);
        if is_left_out {
            *finding = left_out.clone();
        }
        is_left_out
    }
}

/// Judges one requirement by one of its cases alone, whose answers were read. Shrinking asks with it whether a smaller case still shows
/// the same.
#[must_use]
pub fn judge_case(spec: &Spec, requirement: &Requirement, record: &Record, heard: Vec<Heard<'_>>) -> Finding {
    let Demand::Steps(steps) = &requirement.demand else {
        return Finding::error("only a requirement with steps has cases");
    };
    cases::by_steps(spec, requirement, steps, [(0, record, heard)])
}

/// Judges requirements. `unsent` holds findings of those for which nothing could be sent.
#[must_use]
pub fn judge(
    spec: &Spec,
    selected: &[&Requirement],
    records: &[Record],
    unsent: &BTreeMap<RequirementId, Finding>,
) -> Judged {
    judge_until(&|| false, spec, selected, records, unsent)
}

/// Judges requirements until it is to stop; what was not judged by then is inconclusive.
#[must_use]
pub fn judge_until(
    stop: &Stop<'_>,
    spec: &Spec,
    selected: &[&Requirement],
    records: &[Record],
    unsent: &BTreeMap<RequirementId, Finding>,
) -> Judged {
    let (mut findings, mut observations) = judge_each(stop, spec, selected, records, unsent);
    confirmed::confirmed(selected, records, &mut findings, |requirement, record| {
        let (mut alone, _) = judge_each(stop, spec, &[requirement], std::slice::from_ref(record), &BTreeMap::new());
        alone.remove(&requirement.id).map_or(Verdict::Error, |finding| finding.verdict)
    });
    indifferent::indifferent(spec, selected, records, &mut findings);
    taken_back::taken_back(spec, selected, records, &mut findings);
    for requirement in selected {
        if let Some(finding) = findings.get_mut(&requirement.id) {
            soften(requirement, finding);
        }
    }
    observations.extend(network::observations(records));
    observations.extend(writing::observations(records));
    observations.extend(statuses::observations(spec, records));
    observations.extend(spec.left_out.iter().filter(|left| left.concerns(selected)).map(LeftOut::observation));
    observations.sort();
    let mut masked = one_cause::one_cause_one_finding(selected, &mut findings);
    masked.extend(alike::alike(selected, &mut findings));
    let sequences = sequences::facts(spec, records);
    let lags = lag::lags(spec, records);
    let (left, lag, skeletons) = (left::left(spec, records), lag::lag(&lags), skeleton::count(spec, records));
    Judged { findings, masked, observations, left, lag, lags, sequences, skeletons }
}

/// Judges requirements, each by itself.
fn judge_each(
    stop: &Stop<'_>,
    spec: &Spec,
    selected: &[&Requirement],
    records: &[Record],
    unsent: &BTreeMap<RequirementId, Finding>,
) -> (BTreeMap<RequirementId, Finding>, Vec<Observation>) {
    let mut findings: BTreeMap<RequirementId, Finding> = BTreeMap::new();
    let mut observations = Vec::new();
    let (works, globals) = works(spec, selected, records, unsent);
    let kept = ReadBodies::default();
    let mut parts: Vec<Part<'_>> =
        works.into_par_iter().with_max_len(1).map(|work| work.judge(stop, spec, records, &globals, &kept)).collect();
    drop(kept);
    let stopped_early = stop();
    let last = globals.into_par_iter().with_max_len(1).map(|(requirement, observer)| {
        let observer = observer.into_inner().unwrap_or_else(PoisonError::into_inner);
        (requirement, if stopped_early { stopped() } else { observer.finding(Answered::Wholly) })
    });
    parts.push((last.collect(), Vec::new()));
    for (judged, mut seen) in parts {
        findings.extend(judged.into_iter().map(|(requirement, finding)| (requirement.id.clone(), finding)));
        observations.append(&mut seen);
    }
    (findings, observations)
}

/// Findings, and what was seen besides.
type Part<'a> = (Vec<(&'a Requirement, Finding)>, Vec<Observation>);

/// Requirements that look at answers of many endpoints.
type Globals<'a> = Vec<(&'a Requirement, Mutex<observers::Global<'a>>)>;

/// A requirement, its steps, and the numbers of its cases.
type Cases<'a> = (&'a Requirement, &'a [Step], Vec<usize>);

/// The most requirements that one part judges by their cases.
const CASES_MAX: usize = 32;

/// A part of the judging that needs no other part.
enum Work<'a> {
    /// Nothing could be sent.
    Unsent(&'a Requirement, &'a Finding),
    /// By their own cases.
    Cases(Vec<Cases<'a>>),
    /// By the accepted answers of an endpoint, which are at these places.
    Answers(&'a Endpoint, Vec<At>, Vec<&'a Requirement>),
    /// By all archives.
    Archives(Vec<(&'a Requirement, ArchiveDemand)>),
    /// By all feeds.
    Feeds(Vec<(&'a Requirement, ArchiveDemand)>),
    /// By all sequences of commands.
    Sequences(Vec<(&'a Requirement, SequenceWord)>),
}

/// What there is to judge; what takes longest comes first.
fn works<'a>(
    spec: &'a Spec,
    selected: &[&'a Requirement],
    records: &'a [Record],
    unsent: &'a BTreeMap<RequirementId, Finding>,
) -> (Vec<Work<'a>>, Globals<'a>) {
    let mut by_requirement: BTreeMap<&RequirementId, Vec<usize>> = BTreeMap::new();
    let mut by_endpoint: BTreeMap<&EndpointId, Vec<At>> = BTreeMap::new();
    let unsupported = shared_controls::unsupported(spec, records);
    for (number, record) in records.iter().enumerate() {
        if let Some(id) = record.case.purpose.requirement().filter(|_| !unsupported.contains(&number)) {
            by_requirement.entry(id).or_default().push(number);
        }
        for (exchange, sent) in record.sent() {
            by_endpoint.entry(&sent.endpoint).or_default().push(At { record: number, exchange });
        }
    }
    let (mut of_archives, mut of_feeds, mut alone, mut globals) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut of_sequences = Vec::new();
    let mut cases: Vec<Cases<'_>> = Vec::new();
    let mut observing: BTreeMap<&EndpointId, Vec<&Requirement>> = BTreeMap::new();
    for requirement in selected.iter().copied() {
        if let Some(finding) = unsent.get(&requirement.id) {
            alone.push(Work::Unsent(requirement, finding));
            continue;
        }
        match &requirement.demand {
            Demand::Steps(steps) => {
                let own = by_requirement.remove(&requirement.id).unwrap_or_default();
                cases.push((requirement, steps.as_slice(), own));
            }
            Demand::Archive(demand) => of_archives.push((requirement, *demand)),
            Demand::Feed(demand) => of_feeds.push((requirement, *demand)),
            Demand::Sequence(word) => of_sequences.push((requirement, *word)),
            _ => match observers::of_all(spec, requirement) {
                Some(observer) => globals.push((requirement, Mutex::new(observer))),
                None => observing.entry(&requirement.endpoint).or_default().push(requirement),
            },
        }
    }
    // Requirements that look at many endpoints look at answers of those, too, of which nothing else is asked.
    if !globals.is_empty() {
        by_endpoint.keys().for_each(|endpoint| _ = observing.entry(endpoint).or_default());
    }
    let archives = (!of_archives.is_empty()).then_some(Work::Archives(of_archives));
    let feeds = (!of_feeds.is_empty()).then_some(Work::Feeds(of_feeds));
    let sequences = (!of_sequences.is_empty()).then_some(Work::Sequences(of_sequences));
    let answers = observing.into_iter().filter_map(|(endpoint, requirements)| {
        let places = by_endpoint.remove(endpoint).unwrap_or_default();
        Some(Work::Answers(spec.endpoints.get(endpoint)?, places, requirements))
    });
    // Cases of one endpoint have many equal answers, which are read once where they come one after another.
    let cases = cases.chunk_by(|one, next| one.0.endpoint == next.0.endpoint).flat_map(|same| same.chunks(CASES_MAX));
    let cases = cases.map(|some| Work::Cases(some.to_vec()));
    (archives.into_iter().chain(feeds).chain(sequences).chain(answers).chain(cases).chain(alone).collect(), globals)
}

impl<'a> Work<'a> {
    /// What becomes of it where nothing more is judged. That nothing could be sent is known all the same.
    fn stopped(self) -> Part<'a> {
        let of: Vec<&Requirement> = match self {
            Work::Unsent(requirement, finding) => return (vec![(requirement, finding.clone())], Vec::new()),
            Work::Cases(cases) => cases.into_iter().map(|(requirement, ..)| requirement).collect(),
            Work::Answers(_, _, requirements) => requirements,
            Work::Archives(demands) | Work::Feeds(demands) => demands.into_iter().map(|(one, _)| one).collect(),
            Work::Sequences(words) => words.into_iter().map(|(requirement, _)| requirement).collect(),
        };
        (of.into_iter().map(|requirement| (requirement, stopped())).collect(), Vec::new())
    }

    fn judge(
        self,
        stop: &Stop<'_>,
        spec: &'a Spec,
        records: &'a [Record],
        globals: &Globals<'a>,
        kept: &ReadBodies<'a>,
    ) -> Part<'a> {
        if stop() {
            return self.stopped();
        }
        match self {
            Work::Unsent(requirement, finding) => (vec![(requirement, finding.clone())], Vec::new()),
            Work::Cases(cases) => {
                let mut reader = Reader::new(spec, kept);
                let (mut judged, mut seen) = (Vec::new(), Vec::new());
                for (requirement, steps, own) in cases {
                    if stop() {
                        judged.push((requirement, stopped()));
                        continue;
                    }
                    if !requirement.teardown.is_empty() {
                        let records = own.iter().map(|number| &records[*number]);
                        seen.extend(
                            records
                                .filter_map(|record| teardown::left(spec, requirement, record, &reader.read(record))),
                        );
                    }
                    let own = own.into_iter().map(|number| (number, &records[number]));
                    let heard = own.map(|(number, record)| (number, record, reader.read(record)));
                    judged.push((requirement, cases::by_steps(spec, requirement, steps, heard)));
                }
                (judged, seen)
            }
            Work::Answers(endpoint, places, requirements) => {
                let of_all: Vec<_> = globals.iter().map(|(_, observer)| observer).collect();
                answers::judge(stop, spec, (records, kept), endpoint, &places, &requirements, &of_all)
            }
            Work::Archives(demands) => {
                let seen = archives::Archives::of(spec, records);
                let findings =
                    demands.into_iter().map(|(requirement, demand)| (requirement, seen.judge(requirement, demand)));
                (findings.collect(), seen.observations())
            }
            Work::Feeds(demands) => {
                let seen = feed::Feeds::of(spec, records);
                let findings =
                    demands.into_iter().map(|(requirement, demand)| (requirement, seen.judge(requirement, demand)));
                (findings.collect(), seen.observations())
            }
            Work::Sequences(words) => {
                let seen = sequences::Plays::of(spec, records);
                let findings = words.into_iter().map(|(requirement, word)| (requirement, seen.judge(word)));
                (findings.collect(), Vec::new())
            }
        }
    }
}

/// An unmet `should` is a warning.
fn soften(requirement: &Requirement, finding: &mut Finding) {
    if requirement.level == Level::Should && finding.verdict == Verdict::Fail {
        finding.verdict = Verdict::Warn;
    }
}
