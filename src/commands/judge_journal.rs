//! A journal that is judged again.
//!
//! In: its bytes. Out: the report that follows from them, and what was in it. Nothing is sent.

use std::{collections::BTreeMap, path::Path};

use super::{Failure, embedded::again, judge_options::JudgeOptions, load_spec, nearest::nearest, with_attacks};
use crate::{
    emulator, judge,
    model::{
        id::RequirementId,
        verdict::{Blame, Finding},
    },
    report::{
        self, Circumstances, Connection, EMBEDDED, JournalHead, Report, RunFacts, Target, WholeJournal, journal_text,
        read_whole,
    },
    run::{self, Plan},
    spec::{Demand, Spec},
};

/// What was judged, and what it came of.
pub(super) struct Rejudged {
    pub(super) report: Report,
    pub(super) journal: WholeJournal,
}

/// Judges a journal.
pub(super) fn judged(path: &Path, bytes: &[u8], arguments: &JudgeOptions) -> Result<Rejudged, Failure> {
    let fault =
        |says: String| Failure::usage(format!("{}: {says}\n  name the journal.jsonl.gz of a run", path.display()));
    let text = journal_text(bytes).map_err(fault)?;
    of_journal(read_whole(&text).map_err(fault)?, arguments)
}

/// Judges what a journal holds.
pub(super) fn of_journal(journal: WholeJournal, arguments: &JudgeOptions) -> Result<Rejudged, Failure> {
    let WholeJournal { head, records, untested: said } = &journal;
    let spec = data_of(head, load_spec(arguments.specs.as_deref())?, &journal);
    let mut plan = plan_of(head);
    if !arguments.only.is_empty() {
        plan.only.clone_from(&arguments.only);
    }
    if let Some(unknown) = plan.only.iter().find(|prefix| !spec.knows(prefix)) {
        let near = nearest(unknown, spec.requirements.keys());
        return Err(Failure::usage(format!("--only {unknown}: no requirement's id starts with that{near}")));
    }
    let selected = run::selected(&spec, &plan);
    let mut untested: BTreeMap<RequirementId, Finding> = selected
        .iter()
        .filter(|r| matches!(r.demand, Demand::Steps(_)))
        .filter(|r| !records.iter().any(|record| record.case.purpose.requirement() == Some(&r.id)))
        .map(|r| (r.id.clone(), Finding::inconclusive("the journal has no case of it", Blame::Configuration)))
        .collect();
    // Why something was not tested the run itself knew best.
    untested.extend(said.clone());
    let judged = judge::judge(&spec, &selected, records, &untested);
    let around =
        around(head, records.iter().map(|record| record.exchanges.len() as u64).sum(), &plan, arguments.strict);
    let report = report::build(&spec, &selected, &judged, records, around);
    if head.digest != spec.digest {
        super::say("the journal was made with other spec data; cases that no longer fit are inconclusive");
    }
    Ok(Rejudged { report, journal })
}

/// The spec data by which a run was judged: with its attacks, and with what its target added.
pub(super) fn data_of(head: &JournalHead, spec: Spec, journal: &WholeJournal) -> Spec {
    let spec = with_attacks(spec, &head.suites);
    run::extended(&spec, &journal.records).unwrap_or(spec)
}

/// What a run was asked for, as far as it decides what is judged.
pub(super) fn plan_of(head: &JournalHead) -> Plan {
    let shard = head.shard.unwrap_or((1, 1));
    let mut plan =
        Plan { only: head.only.clone(), suites: head.suites.clone(), seed: head.seed, shard, ..Plan::default() };
    if head.target == EMBEDDED {
        plan.leave_out = emulator::absent().iter().map(|prefix| (*prefix).to_owned()).collect();
    }
    plan
}

fn around(head: &JournalHead, requests: u64, plan: &Plan, strict: bool) -> Circumstances {
    let (base, reach) = match head.target.as_str() {
        EMBEDDED => again(&[]),
        _ => (head.target.clone(), Connection::default()),
    };
    Circumstances {
        target: Target { url: head.target.clone(), api_version: head.api_version.clone() },
        base,
        reach,
        run: RunFacts {
            seed: head.seed,
            word: head.run_word.clone(),
            cases: 0,
            requests,
            duration_ms: 0,
            allow: "nothing was sent".to_owned(),
            rate: "off".to_owned(),
            suites: plan.suites.clone(),
            only: plan.only.clone(),
            emulator: Vec::new(),
        },
        report_path: "report.json".to_owned(),
        known: BTreeMap::new(),
        strict,
    }
}
