//! `touchmark certify`: run the suites against a target and write the report. Its options are in `options.rs`.

use std::{collections::BTreeMap, mem::ManuallyDrop, path::Path};

use clap::Args;

use super::{
    Failure,
    bounds::Bounds,
    certificate::Carrying,
    economy::Economy,
    exit,
    known_gaps::known_gaps,
    load_spec,
    options::{CommandLine, Options},
    print,
    report_files::ReportFiles,
    report_folder::{Folder, resumed},
    say,
    settings::Settings,
    target_run::Ready,
    with_attacks,
};
use crate::{
    model::id::RequirementId,
    report::{self, EMBEDDED, JournalHead, MadeWith, Report},
    spec::Spec,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    options: CommandLine,
    #[command(flatten)]
    economy: Economy,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    played(&arguments.options, &arguments.options.options()?, &Bounds::default(), &arguments.economy)
}

/// Runs what some options ask for, and writes the report.
pub(super) fn played(
    typed: &CommandLine,
    options: &Options,
    bounds: &Bounds,
    economy: &Economy,
) -> Result<u8, Failure> {
    // Letting go of it would take a tenth of the time that a run of one endpoint takes; the process ends anyway.
    let spec = ManuallyDrop::new(with_attacks(load_spec(options.specs.as_deref())?, &options.suites));
    let mut settings = Settings::of(options, &spec)?;
    bounds.put_into(&mut settings);
    let known = known_gaps(settings.known_gaps.as_deref())?;
    if let Some(folder) = &options.resume {
        if !typed.has("report_dir") {
            settings.report_dir.clone_from(folder);
        }
        let (word, left) = resumed(folder, &head(&spec, &settings, options))?;
        settings.plan.resumed = left;
        // What is sent again must not meet what the run made that was broken off.
        if options.run_word.is_none() && !word.is_empty() {
            settings.plan.run_word = format!("{word}r");
        }
    }
    let reports = ReportFiles::of(&options.reports, options.sarif_location.as_ref(), &settings.report_dir, "report")?;
    let mut places = options.places_of_run(&settings.report_dir);
    economy.put_into(&mut settings, &mut places)?;
    reports.claim(&mut places, &settings.report_dir.join("report.json"));
    options.bundle.iter().for_each(|bundle| places.writes("--bundle ", bundle));
    places.check()?;
    let carrying = Carrying::begin(options)?;
    let gaps_file = options.gaps_writing.begin()?;
    let ready = Ready::new(&mut settings, options)?;
    let resumes = options.resume.as_ref() == Some(&settings.report_dir);
    let folder = Folder::open(&settings.report_dir, settings.journal_bytes_max, resumes)?;
    let head = head(&spec, &settings, options);
    folder.begin(&head);
    folder.take_up(&settings.plan.resumed)?;
    let certified = match ready.certify(&spec, settings, options, Some(&folder)) {
        Ok(certified) => certified,
        Err(failure) => {
            folder.put_back();
            return Err(failure);
        }
    };
    let around = certified.circumstances(&folder.report(), known.clone());
    let report = certified.report(&spec, around.clone());
    // The verdict is said also where the disk has no room for it.
    let written = folder.write(&report, &head, &certified.run.records, &certified.run.unsent, &certified.run.suspects);
    reports.print(&report);
    let others = reports.write(&report);
    written?;
    let says = format!(
        "{} in {:.1} s, seed {}; report in {}",
        report::plural(usize::try_from(report.run.requests).unwrap_or(usize::MAX), "request"),
        f64::from(u32::try_from(report.run.duration_ms).unwrap_or(u32::MAX)) / 1_000.0,
        report.run.seed,
        folder.path.display()
    );
    let tell = |text: &str| if reports.is_printed() { say(text) } else { print(&format!("{text}\n")) };
    tell(&says);
    let carried = carrying.map(|carrying| carrying.write(&folder, &report, &around, &certified.run.records));
    others?;
    if let Some(says) = carried.transpose()? {
        tell(&says);
    }
    if let Some(says) = gaps_file.map(|file| file.add(&report)).transpose()? {
        tell(&says);
    }
    if !certified.run.suspects.is_empty() {
        return Err(died(&certified.run.suspects, &folder.path));
    }
    unmatched(&known, &report)?;
    Ok(report.exit_code())
}

/// The head of the journal of a run with these settings.
pub(super) fn head(spec: &Spec, settings: &Settings, options: &Options) -> JournalHead {
    JournalHead {
        journal: "touchmark".to_owned(),
        schema_version: report::JOURNAL_VERSION,
        digest: spec.digest.clone(),
        seed: settings.plan.seed,
        run_word: settings.plan.run_word.clone(),
        target: settings.target.clone().unwrap_or_else(|| EMBEDDED.to_owned()),
        only: settings.plan.only.clone(),
        suites: settings.plan.suites.clone(),
        shard: Some(settings.plan.shard).filter(|(_, of)| *of > 1),
        api_version: None,
        made: Some(MadeWith {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            cases: settings.plan.cases,
            allow: settings.plan.allow,
            rate: settings.rate.to_string(),
            emulator: options.defects.iter().chain(&options.readings).cloned().collect(),
            budget: settings.plan.budget.map(|budget| budget.to_string()),
        }),
    }
}

/// The target is dead, and what it may have died of.
fn died(suspects: &[RequirementId], folder: &Path) -> Failure {
    const NAMED_MAX: usize = 40;
    let mut named: Vec<&str> = suspects.iter().take(NAMED_MAX).map(|id| id.as_str()).collect();
    if suspects.len() > NAMED_MAX {
        named.push("and more: see report.json");
    }
    Failure {
        code: exit::UNREACHABLE,
        says: format!(
            "the target does not answer any more; it was last sent\n    {}\n  start it, and go on without these with --resume {}; --on-dead CMD starts it and finds out of what it died",
            named.join("\n    "),
            folder.display()
        ),
    }
}

/// A known gap that matches nothing would hide the next one.
pub(super) fn unmatched(known: &BTreeMap<String, String>, report: &Report) -> Result<(), Failure> {
    let is_gap = |id: &str| report.gaps.iter().any(|gap| gap.requirement.starts_with(id));
    // Nobody looked for what the budget left out.
    let is_open = |id: &str| report.left_out.iter().any(|left| left.starts_with(id));
    match known.keys().find(|id| !is_gap(id) && !is_open(id)) {
        None => Ok(()),
        Some(id) => Err(Failure {
            code: exit::GAPS,
            says: format!(
                "the known gap {id} is no gap of this run\n  take it out of the file of known gaps, so that it cannot hide a new one"
            ),
        }),
    }
}
