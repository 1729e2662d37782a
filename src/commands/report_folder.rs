//! The folder of a run's results: `report.json` and `journal.jsonl`.
//!
//! In: records while the run lasts, the report at its end. Out: whole files, or a journal that ends in `.part` while the run has not
//! come to its end, from which `--resume` goes on. An earlier report is replaced only by a whole one.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use super::Failure;
use crate::{
    model::{id::RequirementId, record::Record},
    report::{self, Format, JournalHead, Report},
};

/// The folder of a run's results.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    journal: std::cell::RefCell<fs::File>,
    /// The journal of an earlier run that was broken off.
    before: Option<Vec<u8>>,
}

impl Folder {
    /// Opens the folder before anything is sent, so that a run is not lost for want of a place to write to.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let fault = |error: std::io::Error| {
            Failure::usage(format!(
                "{}: the report cannot be written here: {error}\n  name another folder with --report-dir; nothing was sent",
                path.display()
            ))
        };
        fs::create_dir_all(path).map_err(fault)?;
        let part = path.join("journal.jsonl.part");
        let before = fs::read(&part).ok();
        let journal = fs::File::create(&part).map_err(fault)?;
        Ok(Self { path: path.to_owned(), journal: std::cell::RefCell::new(journal), before })
    }

    /// Starts the journal. From here on a run that is broken off can be taken up again.
    pub(super) fn begin(&self, head: &JournalHead) {
        let _ = self.journal.borrow_mut().write_all(report::to_line(head).as_bytes());
    }

    pub(super) fn report(&self) -> PathBuf {
        self.path.join("report.json")
    }

    pub(super) fn write(&self, report: &Report, records: &[Record]) -> Result<(), Failure> {
        let fault = |error: std::io::Error| Failure::usage(format!("{}: {error}", self.path.display()));
        let part = self.path.join("report.json.part");
        fs::write(&part, report::render(report, Format::Json)).map_err(fault)?;
        fs::rename(&part, self.report()).map_err(fault)?;
        // The journal so far is in the order of arrival; the finished one is in the order of ids, as the verdicts are.
        let head = JournalHead {
            journal: "touchmark".to_owned(),
            schema_version: report::JOURNAL_VERSION,
            digest: report.guide.digest.clone(),
            seed: report.run.seed,
            target: report.target.url.clone(),
            only: report.run.only.clone(),
            suites: report.run.suites.clone(),
            api_version: report.target.api_version.clone(),
        };
        let part = self.path.join("journal.jsonl.part");
        let mut file = fs::File::create(&part).map_err(fault)?;
        file.write_all(report::to_line(&head).as_bytes()).map_err(fault)?;
        for record in records {
            file.write_all(report::to_line(record).as_bytes()).map_err(fault)?;
        }
        fs::rename(&part, self.path.join("journal.jsonl")).map_err(fault)
    }

    /// Leaves the folder as it was, since nothing was tested.
    pub(super) fn put_back(&self) {
        let part = self.path.join("journal.jsonl.part");
        let _ = match &self.before {
            Some(bytes) => fs::write(&part, bytes),
            None => fs::remove_file(&part),
        };
    }

    /// Notes a record as it comes, for the case that the run does not come to its end.
    pub(super) fn note(&self, record: &Record) {
        let _ = self.journal.borrow_mut().write_all(report::to_line(record).as_bytes());
    }
}

/// The records of a run that was broken off, by requirement. They must be of the same target, seed and data.
pub(super) fn resumed(folder: &Path, head: &JournalHead) -> Result<BTreeMap<RequirementId, Vec<Record>>, Failure> {
    let broken_off = folder.join("journal.jsonl.part");
    let path = if broken_off.exists() { broken_off } else { folder.join("journal.jsonl") };
    let fault = |says: String| {
        Failure::usage(format!("--resume {}: {says}\n  name the report folder of the run", path.display()))
    };
    let text = fs::read_to_string(&path).map_err(|error| fault(error.to_string()))?;
    let (theirs, records) = report::read_broken_off(&text).map_err(fault)?;
    let theirs = JournalHead { api_version: None, ..theirs };
    if theirs != *head {
        return Err(fault("it was another run: its target, seed or spec data differ".to_owned()));
    }
    let cases: BTreeMap<(RequirementId, u32), Record> = records
        .into_iter()
        .filter_map(|record| Some(((record.case.purpose.requirement()?.clone(), record.case.index), record)))
        .collect();
    let mut by_requirement: BTreeMap<RequirementId, Vec<Record>> = BTreeMap::new();
    for ((requirement, _), record) in cases {
        by_requirement.entry(requirement).or_default().push(record);
    }
    Ok(by_requirement)
}
