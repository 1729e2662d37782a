//! `touchmark judge`: judge the journal of an earlier run, or those of all its shards, again, offline.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    Failure, against,
    certify::{known_gaps, unmatched},
    embedded::again,
    joined::{self, Joined},
    load_spec, metrics,
    nearest::nearest,
    print,
    report_files::{ReportFile, ReportFiles},
    report_folder::Folder,
};
use crate::{
    report::{self, Circumstances, Connection, EMBEDDED, RunFacts, Target},
    run,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A journal.jsonl.gz, one that is not compressed, or a report folder; or those of all shards of one run; with --against also a report.json
    #[arg(required_unless_present = "metrics", conflicts_with = "metrics")]
    journal: Vec<PathBuf>,
    /// Write report.json, and the journals as one, to this folder
    #[arg(long, value_name = "DIR", conflicts_with = "metrics")]
    report_dir: Option<PathBuf>,
    /// Known gaps, with reason and expiry
    #[arg(long, value_name = "FILE", conflicts_with = "metrics")]
    known_gaps: Option<PathBuf>,
    /// Only requirements whose id starts with this
    #[arg(long, value_name = "ID-PREFIX")]
    only: Vec<String>,
    /// Spec data of a folder instead of the data inside the program
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
    /// What is unlike the rest of its topic, where the guide leaves it open, is a warning
    #[arg(long)]
    strict: bool,
    /// A report.json of before: what is fixed by now, what is new, and what is the same
    #[arg(long, value_name = "REPORT", conflicts_with = "metrics")]
    against: Option<PathBuf>,
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
    if arguments.journal.is_empty() {
        return metrics::run(&arguments.metrics, arguments.from.as_deref(), arguments.to.as_deref(), arguments.json);
    }
    if let Some(old) = &arguments.against
        && let [one] = &arguments.journal[..]
        && let Some(new) = against::report(one)
    {
        return against::run(old, &new);
    }
    let beside = arguments.journal.first().and_then(|journal| journal.parent()).unwrap_or(Path::new(""));
    let beside = arguments.report_dir.as_deref().unwrap_or(beside);
    let reports = ReportFiles::of(&arguments.reports, beside, "judged")?;
    let known = known_gaps(arguments.known_gaps.as_deref())?;
    let data = load_spec(arguments.specs.as_deref())?;
    let mut joined = joined::read(data, &arguments.journal)?;
    let head = &joined.head;
    let only = if arguments.only.is_empty() { head.only.clone() } else { arguments.only.clone() };
    let plan = joined::plan(head, head.shard.unwrap_or((1, 1)), only);
    if let Some(unknown) = plan.only.iter().find(|prefix| !joined.spec.knows(prefix)) {
        let near = nearest(unknown, joined.spec.requirements.keys());
        return Err(Failure::usage(format!("--only {unknown}: no requirement's id starts with that{near}")));
    }
    if let Some(own) = arguments.report_dir.as_ref().filter(|dir| joined::reads_from(&arguments.journal, dir)) {
        return Err(Failure::usage(format!(
            "--report-dir {}: a journal that is joined is in it\n  name a folder of its own",
            own.display()
        )));
    }
    let folder = arguments.report_dir.as_ref().map(|path| Folder::open(path, u64::MAX)).transpose()?;
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
            requests: records.iter().map(|record| record.exchanges.len() as u64).sum(),
            duration_ms,
            allow: made.map_or("read", |made| made.allow.word()).to_owned(),
            rate: made.map_or_else(|| "off".to_owned(), |made| made.rate.clone()),
            suites: plan.suites.clone(),
            only: plan.only.clone(),
            emulator,
        },
        report_path: folder
            .as_ref()
            .map_or_else(|| "report.json".to_owned(), |folder| folder.report().display().to_string()),
        known: known.clone(),
        strict: arguments.strict,
    };
    let report = report::build(&spec, &selected, &judged, &records, around);
    if head.digest != spec.digest {
        super::say("the journal was made with other spec data; cases that no longer fit are inconclusive");
    }
    let written = folder.as_ref().map(|folder| folder.write(&report, &head, &records, &untested)).transpose();
    if let Some(old) = &arguments.against {
        written?;
        return against::run(old, &report);
    }
    reports.print(&report);
    let others = reports.write(&report);
    written?;
    if let Some(folder) = folder {
        print(&format!("report in {}\n", folder.path.display()));
    }
    others?;
    unmatched(&known, &report)?;
    Ok(report.exit_code())
}
