//! Journals of a run, or of all its shards: read, and put together to those of one run.
//!
//! In: files, or folders of reports. Out: the records of one run with the spec data that its target extends, or by what they are none. Nothing
//! is judged here.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{Failure, files::read_at_most, report_folder, with_attacks};
use crate::{
    emulator,
    judge::{self, Judged},
    model::{
        case::{CONFIRM, Purpose},
        id::RequirementId,
        record::Record,
        verdict::{Blame, Finding, Left, Verdict},
    },
    report::{EMBEDDED, JournalHead, MadeWith, WholeJournal, journal_text, read_whole},
    run::{self, Plan},
    spec::{Demand, Spec},
};

/// The most bytes of a journal.
const JOURNAL_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// What was recorded of one run.
pub(super) struct Joined {
    pub(super) head: JournalHead,
    /// The spec data with what the target itself adds to it.
    pub(super) spec: Spec,
    pub(super) records: Vec<Record>,
    /// Cases that shards played again to confirm what each of them found in an answer.
    confirming: Vec<Record>,
    /// Why requirements could not be tested, where no case says so.
    pub(super) untested: BTreeMap<RequirementId, Finding>,
    /// From the first request to the last; shards went side by side. In milliseconds.
    pub(super) duration_ms: u64,
    /// What shards left at their targets, where there are any.
    left: Option<Vec<Left>>,
}

impl Joined {
    /// Judges it. What was played again counts where the fault is the one that stands in the joined records, as in a run that is not dealt.
    pub(super) fn judge(&mut self, plan: &Plan) -> Judged {
        let selected = run::selected(&self.spec, plan);
        let tested: BTreeSet<&RequirementId> =
            self.records.iter().filter_map(|record| record.case.purpose.requirement()).collect();
        let no_case = || Finding::inconclusive("the journal has no case of it", Blame::Configuration);
        // Why something was not tested the run itself knew best.
        for one in selected.iter().filter(|one| matches!(one.demand, Demand::Steps(_)) && !tested.contains(&one.id)) {
            self.untested.entry(one.id.clone()).or_insert_with(no_case);
        }
        // What a part of the answers shows stands, and that it shows nothing does not.
        let steps: BTreeSet<&RequirementId> =
            selected.iter().filter(|one| matches!(one.demand, Demand::Steps(_))).map(|one| &one.id).collect();
        let (in_part, untested): (BTreeMap<_, _>, BTreeMap<_, _>) =
            self.untested.clone().into_iter().partition(|(id, finding)| finding.left_out && !steps.contains(id));
        loop {
            let mut judged = judge::judge(&self.spec, &selected, &self.records, &untested);
            let shown: BTreeSet<String> = selected
                .iter()
                .filter(|one| !matches!(one.demand, Demand::Steps(_)))
                .map(|one| &judged.findings[&one.id])
                .filter(|finding| matches!(finding.verdict, Verdict::Fail | Verdict::Warn))
                .filter_map(|finding| Some(self.records.get(finding.evidence.as_ref()?.record)?.case.key()))
                .collect();
            let confirms = |record: &Record| match &record.case.purpose {
                Purpose::Flow { tag, .. } => tag.rsplit_once('/').is_some_and(|(key, _)| shown.contains(key)),
                Purpose::Requirement(_) => false,
            };
            let (more, others) = std::mem::take(&mut self.confirming).into_iter().partition(confirms);
            self.confirming = others;
            let more: Vec<Record> = more;
            if more.is_empty() {
                in_part.iter().for_each(|(id, finding)| _ = judged.leave_out(id, finding));
                judged.left = self.left.take().unwrap_or(judged.left);
                return judged;
            }
            self.records.extend(more);
            self.records.sort_by_cached_key(|record| record.case.key());
        }
    }
}

/// A journal and where it stands.
struct Part {
    path: PathBuf,
    journal: WholeJournal,
}

/// Reads the journal of a run, or those of all its shards.
pub(super) fn read(spec: Spec, paths: &[PathBuf]) -> Result<Joined, Failure> {
    let mut parts = paths.iter().map(|path| part(path)).collect::<Result<Vec<_>, _>>()?;
    if parts.len() > 1 {
        of_one_run(&parts)?;
        parts.sort_by_key(|part| part.number());
    }
    let duration_ms = parts.iter().map(|part| duration_ms(&part.journal)).max().unwrap_or(0);
    let head = parts.iter().fold(parts[0].journal.head.clone(), |mut head, part| {
        let JournalHead { run_word, api_version, .. } = &part.journal.head;
        if !head.run_word.split(", ").any(|word| word == run_word) {
            head.run_word = format!("{}, {run_word}", head.run_word);
        }
        head.api_version = head.api_version.or_else(|| api_version.clone());
        head
    });
    let spec = with_attacks(spec, &head.suites);
    if parts.len() > 1 {
        return Ok(join(spec, JournalHead { shard: None, ..head }, parts, duration_ms));
    }
    if let (Some(_), None, Some(part)) = (head.shard, &head.made, parts.first()) {
        return Err(part.fault("it is of a shard that an earlier program dealt\n  judge it with that one"));
    }
    let (records, untested) = parts.pop().map(|part| (part.journal.records, part.journal.untested)).unwrap_or_default();
    Ok(alone(spec, head, records, untested, duration_ms))
}

/// What one journal holds, which was read elsewhere.
pub(super) fn of_one(spec: Spec, journal: WholeJournal) -> Joined {
    let duration_ms = duration_ms(&journal);
    let WholeJournal { head, records, untested, .. } = journal;
    alone(with_attacks(spec, &head.suites), head, records, untested, duration_ms)
}

fn alone(
    spec: Spec,
    head: JournalHead,
    records: Vec<Record>,
    untested: BTreeMap<RequirementId, Finding>,
    duration_ms: u64,
) -> Joined {
    let spec = run::extended(&spec, &records).unwrap_or(spec);
    Joined { head, spec, records, confirming: Vec::new(), untested, duration_ms, left: None }
}

/// From the first request to the last, in milliseconds.
fn duration_ms(journal: &WholeJournal) -> u64 {
    let times = || journal.records.iter().flat_map(|record| &record.exchanges).map(|one| one.at_ms);
    let span = times().max().zip(times().min()).map(|(last, first)| last - first);
    span.and_then(|span| u64::try_from(span).ok()).unwrap_or(0)
}

/// The plan of a run with this head.
pub(super) fn plan(head: &JournalHead, shard: (u32, u32), only: Vec<String>) -> Plan {
    let mut plan = Plan { only, suites: head.suites.clone(), seed: head.seed, shard, ..Plan::default() };
    if let Some(made) = &head.made {
        (plan.cases, plan.allow) = (made.cases, made.allow);
    }
    if head.target == EMBEDDED {
        plan.leave_out = emulator::absent().iter().map(|prefix| (*prefix).to_owned()).collect();
    }
    plan
}

fn part(given: &Path) -> Result<Part, Failure> {
    let path = report_folder::journal_in(given);
    let fault =
        |says: String| Failure::usage(format!("{}: {says}\n  name the journal.jsonl.gz of a run", path.display()));
    if path.is_dir() {
        return Err(Failure::usage(match report_folder::is_broken_off(&path) {
            true => broken_off(&path),
            false => {
                format!("{}: there is no journal.jsonl.gz in it\n  name the report folder of a run", path.display())
            }
        }));
    }
    let bytes = read_at_most(&path, JOURNAL_BYTES_MAX, "are read").map_err(fault)?;
    let journal = journal_text(&bytes).and_then(|text| read_whole(&text)).map_err(fault)?;
    Ok(Part { path, journal })
}

fn broken_off(path: &Path) -> String {
    format!(
        "{}: the run was broken off\n  go on with it by certify --resume, with the folder and its options",
        path.display()
    )
}

impl Part {
    /// The number of the shard, from 1.
    fn number(&self) -> u32 {
        self.journal.head.shard.map_or(1, |(number, _)| number)
    }

    fn fault(&self, says: impl std::fmt::Display) -> Failure {
        Failure::usage(format!("{}: {says}", self.path.display()))
    }
}

/// Whether journals are those of all shards of one run.
fn of_one_run(parts: &[Part]) -> Result<(), Failure> {
    let [first, others @ ..] = parts else { return Ok(()) };
    for part in parts {
        if part.journal.head.shard.is_none() || part.journal.head.made.is_none() {
            return Err(part.fault(
                "it is of a whole run, or of a program that did not join shards\n  judge it alone, or give the journals of all shards of one run",
            ));
        }
        if !part.journal.ended {
            return Err(Failure::usage(broken_off(&part.path)));
        }
    }
    for part in others {
        if let Some((what, theirs, ours)) = differs(&part.journal.head, &first.journal.head) {
            return Err(part.fault(format!(
                "it is of another run than {}: {what} {theirs} there, and {ours} here\n  give the journals of all shards of one run",
                first.path.display()
            )));
        }
    }
    let of = first.journal.head.shard.map_or(1, |(_, of)| of);
    let mut seen: BTreeMap<u32, &Part> = BTreeMap::new();
    for part in parts {
        if let Some(before) = seen.insert(part.number(), part) {
            return Err(part.fault(format!(
                "it is shard {} of {of}, and so is {}\n  give each shard once",
                part.number(),
                before.path.display()
            )));
        }
    }
    let missing: Vec<String> =
        (1..=of).filter(|number| !seen.contains_key(number)).map(|n| n.to_string()).take(9).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "shard {} of {of} is missing\n  give the journals of all {of} shards, or judge one alone",
        missing.join(", ")
    )))
}

/// In what the heads of two journals are not of one run, and how it is in the first and in the second.
fn differs(one: &JournalHead, other: &JournalHead) -> Option<(&'static str, String, String)> {
    let list = |texts: &[String]| if texts.is_empty() { "none".to_owned() } else { texts.join(" ") };
    let of = |head: &JournalHead| -> [(&'static str, String); 10] {
        let made = head.made.as_ref();
        let said = |say: fn(&MadeWith) -> String| made.map(say).unwrap_or_default();
        let suites: Vec<String> = head.suites.iter().map(|suite| suite.word().to_owned()).collect();
        [
            ("the program is", said(|made| made.program.clone())),
            ("the spec data is", head.digest.clone()),
            ("the target is", head.target.clone()),
            ("the seed is", head.seed.to_string()),
            ("the count of shards is", head.shard.map_or(1, |(_, of)| of).to_string()),
            ("--only is", list(&head.only)),
            ("--suite is", list(&suites)),
            ("--cases is", said(|made| made.cases.to_string())),
            ("--allow is", said(|made| made.allow.word().to_owned())),
            ("defects and readings are", made.map(|made| list(&made.emulator)).unwrap_or_default()),
        ]
    };
    let pairs = of(other).into_iter().zip(of(one));
    pairs.into_iter().find(|(ours, theirs)| ours != theirs).map(|((what, ours), (_, theirs))| (what, ours, theirs))
}

/// Puts the journals of all shards together. What a shard sent for itself that others sent, too, counts once, as in a run that is not dealt.
fn join(spec: Spec, head: JournalHead, parts: Vec<Part>, duration_ms: u64) -> Joined {
    let mut flows: BTreeMap<String, Record> = BTreeMap::new();
    for record in
        parts.iter().flat_map(|part| &part.journal.records).filter(|one| one.case.purpose.requirement().is_none())
    {
        match flows.get_mut(&record.case.key()) {
            Some(known) => add_steps(known, record),
            None => _ = flows.insert(record.case.key(), record.clone()),
        }
    }
    let mut records: Vec<Record> = flows.into_values().collect();
    // What is dealt depends on the target's own document alone.
    let of_document = run::extended(&spec, &records);
    let extended = of_document.as_ref().unwrap_or(&spec);
    let owner = owners(extended, &head, parts.len());
    let left = parts.iter().flat_map(|part| judge::left(extended, &part.journal.records)).collect();
    let mut untested = BTreeMap::new();
    let mut taken: BTreeSet<RequirementId> = BTreeSet::new();
    // First from the shard that it was dealt to, then from any that sent for it all the same.
    for own in [true, false] {
        for part in &parts {
            let is_own = |id: &RequirementId| (owner.get(id) == Some(&part.number())) == own;
            let mut here: BTreeSet<RequirementId> = BTreeSet::new();
            for record in &part.journal.records {
                let Some(id) = record.case.purpose.requirement() else { continue };
                if is_own(id) && !taken.contains(id) {
                    here.insert(id.clone());
                    records.push(record.clone());
                }
            }
            for (id, finding) in part.journal.untested.iter().filter(|(id, _)| is_own(id) && !taken.contains(*id)) {
                here.insert(id.clone());
                untested.insert(id.clone(), finding.clone());
            }
            taken.extend(here);
        }
    }
    let (confirming, mut records): (Vec<Record>, Vec<Record>) = records
        .into_iter()
        .partition(|record| matches!(&record.case.purpose, Purpose::Flow { name, .. } if name == CONFIRM));
    records.sort_by_cached_key(|record| record.case.key());
    let spec = run::extended(&spec, &records).unwrap_or(spec);
    Joined { head, spec, records, confirming, untested, duration_ms, left: Some(left) }
}

/// The shard of each requirement.
fn owners(spec: &Spec, head: &JournalHead, shards: usize) -> BTreeMap<RequirementId, u32> {
    let of = u32::try_from(shards).unwrap_or(u32::MAX);
    let one = |number| {
        let plan = plan(head, (number, of), head.only.clone());
        run::selected(spec, &plan).into_iter().map(|one| (one.id.clone(), number)).collect::<Vec<_>>()
    };
    (1..=of).flat_map(one).collect()
}

/// Adds those steps of a flow that only the other shard needed.
fn add_steps(known: &mut Record, other: &Record) {
    for (number, step) in other.case.steps.iter().enumerate() {
        if known.case.steps.contains(step) {
            continue;
        }
        let at = known.case.steps.len();
        known.case.steps.push(step.clone());
        let answers = other.exchanges.iter().filter(|one| one.step == number).cloned();
        known.exchanges.extend(answers.map(|mut exchange| {
            exchange.step = at;
            exchange
        }));
    }
    for (name, value) in &other.variables {
        known.variables.entry(name.clone()).or_insert_with(|| value.clone());
    }
}
