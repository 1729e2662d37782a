//! `touchmark replay`: send one gap of a report again.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{
    Failure, files::read_file, load_spec, options::CommandLine, report_files::ReportFiles, settings::Settings,
    target_run::Ready, with_attacks,
};
use crate::{
    report::{EMBEDDED, Report},
    spec::fuzz::ALIVE,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A report.json
    report: PathBuf,
    /// The requirement of the gap
    gap: String,
    #[command(flatten)]
    options: CommandLine,
}

/// Reads the text of a `report.json`.
///
/// # Errors
/// Where it is no report of this version.
pub fn read_report(text: &str) -> Result<Report, String> {
    let report: Report = serde_json::from_str(text).map_err(|error| format!("not a report: {error}"))?;
    if report.schema_version == crate::report::SCHEMA_VERSION {
        Ok(report)
    } else {
        Err(format!(
            "a report of schema version {}; this program reads {}",
            report.schema_version,
            crate::report::SCHEMA_VERSION
        ))
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let mut options = arguments.options.options()?;
    let beside = arguments.report.parent().unwrap_or(Path::new(""));
    let reports = ReportFiles::of(&options.reports, options.sarif_location.as_ref(), beside, "replayed")?;
    let mut places = options.places();
    places.reads("the report", &arguments.report);
    reports.claim(&mut places, Path::new(""));
    places.check()?;
    let path = arguments.report.display();
    let text = read_file(&arguments.report, "a report")?;
    let report = read_report(&text)
        .map_err(|says| Failure::usage(format!("{path}: {says}\n  name the report.json of a run")))?;
    if !report.gaps.iter().any(|gap| gap.requirement == arguments.gap) {
        let gaps: Vec<&str> = report.gaps.iter().map(|gap| gap.requirement.as_str()).collect();
        let gaps = if gaps.is_empty() { "it has no gaps".to_owned() } else { format!("it has {}", gaps.join(", ")) };
        return Err(Failure::usage(format!("{path}: no gap {}; {gaps}", arguments.gap)));
    }
    let spec = with_attacks(load_spec(options.specs.as_deref())?, &report.run.suites);
    if report.target.url == EMBEDDED {
        let (readings, defects) = report.run.emulator.iter().cloned().partition(|text| text.contains('='));
        (options.readings, options.defects) = (readings, defects);
    }
    // The report's target, unless another one was typed: a variable or a file may be about something else by now.
    if !arguments.options.has("target") {
        options.target = (report.target.url != EMBEDDED).then(|| report.target.url.clone());
    }
    // The lines of a report ask for the variables of its accounts, which the emulator inside does not need.
    if options.target.is_none() && !arguments.options.has("client_id") {
        options.client_id = None;
    }
    let mut settings = Settings::of(&options, &spec)?;
    // A target dies of a sequence: it is sent anew with all that it was sent before.
    settings.plan.only = match arguments.gap.as_str() {
        ALIVE => report.run.only.clone(),
        gap => vec![format!("={gap}")],
    };
    settings.plan.suites = if arguments.gap == ALIVE { report.run.suites.clone() } else { Vec::new() };
    settings.plan.seed = report.run.seed;
    settings.plan.cases = report.run.cases;
    let certified = Ready::new(&mut settings, &options)?.certify(&spec, settings, &options, None)?;
    let again = certified.report(&spec, certified.circumstances(&arguments.report, BTreeMap::new()));
    reports.print(&again);
    reports.write(&again)?;
    Ok(again.exit_code())
}
