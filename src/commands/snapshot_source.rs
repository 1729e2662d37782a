//! Where the answers come from that are kept or compared: a run of plain requests, or the journal of an earlier run.
//!
//! In: options. Out: a recording with what was judged of it. What is sent goes through plan, guard and pace as in `certify`; nothing but
//! plain requests that read is in the plan.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::{
    Failure,
    certify::head,
    exit,
    files::read_at_most,
    load_spec,
    options::{CommandLine, Options},
    report_folder::Folder,
    settings::Settings,
    target_run::Ready,
    with_attacks,
};
use crate::{
    drift::{self, Recording},
    emulator,
    judge::{self, Judged},
    model::{
        case::Class,
        verdict::{Blame, Finding},
    },
    report::{EMBEDDED, WholeJournal, journal_text, read_whole},
    run::{self, Plan},
    spec::{Demand, Spec},
};

/// The most bytes of a journal.
const JOURNAL_BYTES_MAX: u64 = 1 << 30;

/// Answers, and what they show.
pub(super) struct Answers {
    pub(super) spec: Spec,
    pub(super) recording: Recording,
    pub(super) judged: Judged,
    /// Ids of the requirements that were asked for.
    pub(super) asked: BTreeSet<String>,
}

/// What is asked for, and how.
pub(super) struct Source<'a> {
    typed: &'a CommandLine,
    options: Options,
    spec: Spec,
}

impl<'a> Source<'a> {
    pub(super) fn of(typed: &'a CommandLine) -> Result<Self, Failure> {
        let options = typed.options()?;
        if !options.suites.is_empty() || options.resume.is_some() {
            return Err(Failure::usage(
                "--suite and --resume are for certify\n  choose what is kept or compared with --only, such as --only command/",
            ));
        }
        if let Some(option) = ["reports", "bundle"].into_iter().find(|id| typed.has(id)) {
            return Err(Failure::usage(format!(
                "--{}: it is for certify\n  keep the run with --report-dir, and write reports of its journal with `touchmark judge`",
                option.trim_end_matches('s')
            )));
        }
        let spec = load_spec(options.specs.as_deref())?;
        Ok(Self { typed, options, spec })
    }

    pub(super) fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Whether all is asked for.
    pub(super) fn is_whole(&self) -> bool {
        self.options.only.is_empty() && self.options.shard.is_none()
    }

    /// Asks the target, with plain requests that only read.
    pub(super) fn ask(&self) -> Result<Answers, Failure> {
        let options = &self.options;
        let mut settings = Settings::of(options, &self.spec)?;
        settings.plan.plain = true;
        settings.plan.allow = Class::Read;
        let ready = Ready::new(&mut settings, options)?;
        // The report folder of a run is another matter, unless the journal is asked for.
        let folder = match self.typed.has("report_dir") {
            true => Some(Folder::open(&settings.report_dir, settings.journal_bytes_max, false)?),
            false => None,
        };
        let head = head(&self.spec, &settings, options);
        folder.iter().for_each(|folder| folder.begin(&head));
        let certified = match ready.certify(&self.spec, settings, options, folder.as_ref()) {
            Ok(certified) => certified,
            Err(failure) => {
                folder.iter().for_each(Folder::put_back);
                return Err(failure);
            }
        };
        if let Some(folder) = &folder {
            folder.write(
                &certified.report(&self.spec, certified.circumstances(&folder.report(), BTreeMap::new())),
                &head,
                &certified.run.records,
                &certified.run.unsent,
                &[],
            )?;
        }
        if certified.run.stopped {
            return Err(Failure {
                code: exit::UNTESTED,
                says: "the run was stopped before all answers were there\n  nothing was kept or compared; start it once more".to_owned(),
            });
        }
        let asked = asked(certified.run.extended.as_ref().unwrap_or(&self.spec), &certified.plan);
        let run = certified.run;
        let spec = run.extended.unwrap_or_else(|| self.spec.clone());
        let recording = drift::gather(&spec, &run.records, run.api_version.as_deref());
        Ok(Answers { recording, judged: run.judged, spec, asked })
    }

    /// Reads the answers of an earlier run.
    pub(super) fn read(&self, path: &Path) -> Result<Answers, Failure> {
        let file = if path.is_dir() { path.join("journal.jsonl.gz") } else { path.to_owned() };
        let fault = |says: String| {
            Failure::usage(format!(
                "{}: {says}\n  name the journal.jsonl.gz of a run, or its report folder",
                file.display()
            ))
        };
        let bytes = read_at_most(&file, JOURNAL_BYTES_MAX, "are read").map_err(fault)?;
        let text = journal_text(&bytes).map_err(fault)?;
        let WholeJournal { head, records, untested: said, .. } = read_whole(&text).map_err(fault)?;
        let spec = with_attacks(self.spec.clone(), &head.suites);
        let spec = run::extended(&spec, &records).unwrap_or(spec);
        let only = self.options.only.clone();
        let mut plan = Plan { only, plain: true, seed: head.seed, ..Plan::default() };
        if head.target == EMBEDDED {
            plan.leave_out = emulator::absent().iter().map(|prefix| (*prefix).to_owned()).collect();
        }
        let selected = run::selected(&spec, &plan);
        let without =
            |id: &str| !records.iter().any(|record| record.case.purpose.requirement().is_some_and(|one| *id == **one));
        let mut untested: BTreeMap<_, _> = selected
            .iter()
            .filter(|r| matches!(r.demand, Demand::Steps(_)) && without(&r.id))
            .map(|r| (r.id.clone(), Finding::inconclusive("the journal has no case of it", Blame::Configuration)))
            .collect();
        untested.extend(said);
        let judged = judge::judge(&spec, &selected, &records, &untested);
        let mut recording = drift::gather(&spec, &records, head.api_version.as_deref());
        let asked = asked(&spec, &plan);
        recording.snapshots.retain(|id, _| asked.contains(id.split('+').next().unwrap_or_default()));
        Ok(Answers { recording, judged, spec, asked })
    }
}

fn asked(spec: &Spec, plan: &Plan) -> BTreeSet<String> {
    run::selected(spec, plan).iter().map(|requirement| requirement.id.to_string()).collect()
}
