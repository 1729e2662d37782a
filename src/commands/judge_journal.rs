//! A journal that is judged again, or those of all shards of one run.
//!
//! In: files, or what a journal holds. Out: the report that follows from it, and what was in it. Nothing is sent.

use std::{collections::BTreeMap, path::PathBuf};

use super::{
    Failure,
    embedded::again,
    joined::{self, Joined},
    judge_options::JudgeOptions,
    load_spec,
    nearest::nearest,
};
use crate::{
    report::{self, Circumstances, Connection, EMBEDDED, Report, RunFacts, Target, WholeJournal},
    run,
    spec::Spec,
};

/// What was judged, and what it came of.
pub(super) struct Rejudged {
    /// The spec data that it was judged by, with what the target itself adds to it.
    pub(super) spec: Spec,
    pub(super) report: Report,
    pub(super) journal: WholeJournal,
    /// Known gaps that were to be accepted.
    pub(super) known: BTreeMap<String, String>,
}

/// Judges the journal of a run, or those of all its shards.
pub(super) fn judged(
    paths: &[PathBuf],
    known: BTreeMap<String, String>,
    arguments: &JudgeOptions,
) -> Result<Rejudged, Failure> {
    let data = load_spec(arguments.specs.as_deref())?;
    of_joined(joined::read(data, paths)?, known, arguments)
}

/// Judges what one journal holds.
pub(super) fn of_journal(
    journal: WholeJournal,
    known: BTreeMap<String, String>,
    arguments: &JudgeOptions,
) -> Result<Rejudged, Failure> {
    let data = load_spec(arguments.specs.as_deref())?;
    of_joined(joined::of_one(data, journal), known, arguments)
}

fn of_joined(
    mut joined: Joined,
    known: BTreeMap<String, String>,
    arguments: &JudgeOptions,
) -> Result<Rejudged, Failure> {
    let head = &joined.head;
    let only = if arguments.only.is_empty() { head.only.clone() } else { arguments.only.clone() };
    let plan = joined::plan(head, head.shard.unwrap_or((1, 1)), only);
    if let Some(unknown) = plan.only.iter().find(|prefix| !joined.spec.knows(prefix)) {
        let near = nearest(unknown, joined.spec.requirements.keys());
        return Err(Failure::usage(format!("--only {unknown}: no requirement's id starts with that{near}")));
    }
    let judged = joined.judge(&plan);
    let Joined { head, spec, records, untested, duration_ms, .. } = joined;
    let selected = run::selected(&spec, &plan);
    let made = head.made.as_ref();
    let emulator = made.map(|made| made.emulator.clone()).unwrap_or_default();
    let (base, reach) = match head.target.as_str() {
        EMBEDDED => again(&emulator),
        _ => (head.target.clone(), Connection::default()),
    };
    let around = Circumstances {
        target: Target { url: head.target.clone(), api_version: head.api_version.clone() },
        base,
        reach,
        run: RunFacts {
            seed: head.seed,
            word: head.run_word.clone(),
            cases: made.map_or(0, |made| made.cases),
            requests: records.iter().map(|record| record.sent().count() as u64).sum(),
            duration_ms,
            allow: made.map_or("read", |made| made.allow.word()).to_owned(),
            rate: made.map_or_else(|| "off".to_owned(), |made| made.rate.clone()),
            suites: plan.suites.clone(),
            only: plan.only.clone(),
            emulator,
            budget: made.and_then(|made| made.budget.clone()),
            failed_first: Vec::new(),
        },
        report_path: arguments.report_path(),
        known: known.clone(),
        strict: arguments.strict,
    };
    let report = report::build(&spec, &selected, &judged, &records, around);
    if head.digest != spec.digest {
        super::say("the journal was made with other spec data; cases that no longer fit are inconclusive");
    }
    Ok(Rejudged { spec, report, journal: WholeJournal { head, records, untested, ended: true }, known })
}
