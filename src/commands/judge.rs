//! `touchmark judge`: judge the journal of an earlier run again, offline.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{
    Failure,
    embedded::again,
    exit, load_spec, metrics,
    nearest::nearest,
    report_files::{ReportFile, ReportFiles},
    with_attacks,
};
use crate::{
    emulator, judge,
    model::{
        id::RequirementId,
        verdict::{Blame, Finding},
    },
    report::{self, Circumstances, Connection, EMBEDDED, RunFacts, Target, WholeJournal, journal_text, read_whole},
    run::{self, Plan},
    spec::Demand,
};

/// The most bytes of a journal.
const JOURNAL_BYTES_MAX: u64 = 1024 * 1024 * 1024;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A journal.jsonl.gz, or one that is not compressed
    #[arg(required_unless_present = "metrics", conflicts_with = "metrics")]
    journal: Option<PathBuf>,
    /// Only requirements whose id starts with this
    #[arg(long, value_name = "ID-PREFIX")]
    only: Vec<String>,
    /// Spec data of a folder instead of the data inside the program
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
    /// What is unlike the rest of its topic, where the guide leaves it open, is a warning
    #[arg(long)]
    strict: bool,
    /// What the report is written as besides, and where: `html`, `junit=results.xml`, `sarif=-` for standard output; beside the journal where
    /// no file is named. It can be given several times
    #[arg(long = "report", value_name = "FORMAT[=FILE]", conflicts_with = "metrics")]
    reports: Vec<ReportFile>,
    /// The metrics of pages 133 to 135 from a state archive and the event archives after it, in order; gzip or plain
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["only", "specs"])]
    metrics: Vec<PathBuf>,
    /// Count from this time on (ISO 8601 or seconds since 1970) and not from the first event
    #[arg(long, value_name = "TIME", requires = "metrics")]
    from: Option<String>,
    /// Count up to this time and not to the last event
    #[arg(long, value_name = "TIME", requires = "metrics")]
    to: Option<String>,
    /// Print the metrics as JSON
    #[arg(long, requires = "metrics")]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let Some(journal) = &arguments.journal else {
        return metrics::run(&arguments.metrics, arguments.from.as_deref(), arguments.to.as_deref(), arguments.json);
    };
    let beside = journal.parent().unwrap_or(Path::new(""));
    let reports = ReportFiles::of(&arguments.reports, beside, "judged")?;
    let spec = load_spec(arguments.specs.as_deref())?;
    let path = journal.display();
    let fault = |says: String| Failure::usage(format!("{path}: {says}\n  name the journal.jsonl.gz of a run"));
    let size = fs::metadata(journal).map_err(|error| fault(error.to_string()))?.len();
    if size > JOURNAL_BYTES_MAX {
        return Err(fault(format!("it has {size} bytes, more than the {JOURNAL_BYTES_MAX} that are read")));
    }
    let bytes = fs::read(journal).map_err(|error| fault(error.to_string()))?;
    let text = journal_text(&bytes).map_err(fault)?;
    let WholeJournal { head, records, untested: said } = read_whole(&text).map_err(fault)?;
    let spec = with_attacks(spec, &head.suites);
    let extended = run::extended(&spec, &records);
    let spec = extended.unwrap_or(spec);
    let only = if arguments.only.is_empty() { head.only.clone() } else { arguments.only.clone() };
    let shard = head.shard.unwrap_or((1, 1));
    let mut plan = Plan { only, suites: head.suites.clone(), seed: head.seed, shard, ..Plan::default() };
    if let Some(unknown) = plan.only.iter().find(|prefix| !spec.knows(prefix)) {
        let near = nearest(unknown, spec.requirements.keys());
        return Err(Failure::usage(format!("--only {unknown}: no requirement's id starts with that{near}")));
    }
    if head.target == EMBEDDED {
        plan.leave_out = emulator::absent().iter().map(|prefix| (*prefix).to_owned()).collect();
    }
    let selected = run::selected(&spec, &plan);
    let mut untested: BTreeMap<RequirementId, Finding> = selected
        .iter()
        .filter(|r| matches!(r.demand, Demand::Steps(_)))
        .filter(|r| !records.iter().any(|record| record.case.purpose.requirement() == Some(&r.id)))
        .map(|r| (r.id.clone(), Finding::inconclusive("the journal has no case of it", Blame::Configuration)))
        .collect();
    // Why something was not tested the run itself knew best.
    untested.extend(said);
    let judged = judge::judge(&spec, &selected, &records, &untested);
    let requests = records.iter().map(|record| record.exchanges.len() as u64).sum();
    let (base, reach) = match head.target.as_str() {
        EMBEDDED => again(&[]),
        _ => (head.target.clone(), Connection::default()),
    };
    let around = Circumstances {
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
        strict: arguments.strict,
    };
    let report = report::build(&spec, &selected, &judged, &records, around);
    if head.digest != spec.digest {
        super::say("the journal was made with other spec data; cases that no longer fit are inconclusive");
    }
    reports.print(&report);
    reports.write(&report)?;
    Ok(if report.exit_code() == exit::OURS { exit::OURS } else { report.exit_code() })
}
