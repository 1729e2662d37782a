//! The folder of a run's results: `report.json` and `journal.jsonl.gz`.
//!
//! In: records while the run lasts, the report at its end. Out: whole files, or a journal that ends in `.part` while the run has not
//! come to its end, from which `--resume` goes on. An earlier report is replaced only by a whole one.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};

use super::Failure;
use crate::{
    model::{id::RequirementId, record::Record},
    report::{self, Format, JournalHead, Report},
};

/// A journal that is compressed as it is written.
struct Journal<W: Write> {
    out: GzEncoder<W>,
    lines: report::JournalLines,
}

impl<W: Write> Journal<W> {
    fn new(out: W) -> Self {
        Self { out: GzEncoder::new(out, Compression::new(6)), lines: report::JournalLines::default() }
    }

    fn head(&mut self, head: &JournalHead) -> io::Result<()> {
        self.out.write_all(report::to_line(head).as_bytes())?;
        self.out.flush()
    }

    fn add(&mut self, record: &Record) -> io::Result<()> {
        self.out.write_all(self.lines.of(record).as_bytes())
    }

    /// Adds a record that is whole in the file when the run is broken off after it.
    fn record(&mut self, record: &Record) -> io::Result<()> {
        self.add(record)?;
        self.out.flush()
    }

    fn end(self) -> io::Result<()> {
        self.out.finish()?.flush()
    }
}

/// The file by which a run has its folder for itself.
const LOCK: &str = ".lock";

/// The folder of a run's results.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// None once it is written anew.
    journal: RefCell<Option<Journal<fs::File>>>,
    /// Held as long as the run lasts, so that no other run writes here; it ends with the process, however that ends.
    _lock: fs::File,
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
        let lock = fs::File::create(path.join(LOCK)).map_err(fault)?;
        if let Err(fs::TryLockError::WouldBlock) = lock.try_lock() {
            return Err(Failure::usage(format!(
                "{}: another run writes its report here\n  wait for its end, or name another folder with --report-dir; nothing was sent",
                path.display()
            )));
        }
        let part = path.join("journal.jsonl.gz.part");
        let before = fs::read(&part).ok();
        let journal = fs::File::create(&part).map_err(fault)?;
        Ok(Self { path: path.to_owned(), journal: RefCell::new(Some(Journal::new(journal))), _lock: lock, before })
    }

    /// Starts the journal. From here on a run that is broken off can be taken up again.
    pub(super) fn begin(&self, head: &JournalHead) {
        if let Some(journal) = self.journal.borrow_mut().as_mut() {
            let _ = journal.head(head);
        }
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
            run_word: report.run.word.clone(),
            target: report.target.url.clone(),
            only: report.run.only.clone(),
            suites: report.run.suites.clone(),
            api_version: report.target.api_version.clone(),
        };
        let part = self.path.join("journal.jsonl.gz.part");
        // What it would still write at its end must not come after what is written here.
        drop(self.journal.take());
        let mut journal = Journal::new(fs::File::create(&part).map_err(fault)?);
        journal.head(&head).map_err(fault)?;
        for record in records {
            journal.add(record).map_err(fault)?;
        }
        journal.end().map_err(fault)?;
        fs::rename(&part, self.path.join("journal.jsonl.gz")).map_err(fault)
    }

    /// Leaves the folder as it was, since nothing was tested.
    pub(super) fn put_back(&self) {
        drop(self.journal.take());
        let part = self.path.join("journal.jsonl.gz.part");
        let _ = match &self.before {
            Some(bytes) => fs::write(&part, bytes),
            None => fs::remove_file(&part),
        };
    }

    /// Notes a record as it comes, for the case that the run does not come to its end.
    pub(super) fn note(&self, record: &Record) {
        if let Some(journal) = self.journal.borrow_mut().as_mut() {
            let _ = journal.record(record);
        }
    }
}

/// The records of a run that was broken off, by requirement. They must be of the same target, seed and data.
pub(super) fn resumed(
    folder: &Path,
    head: &JournalHead,
) -> Result<(String, BTreeMap<RequirementId, Vec<Record>>), Failure> {
    let broken_off = folder.join("journal.jsonl.gz.part");
    let whole = ["journal.jsonl.gz", "journal.jsonl"].map(|name| folder.join(name));
    let [packed, plain] = whole;
    let path = [broken_off, packed].into_iter().find(|path| path.exists()).unwrap_or(plain);
    let fault = |says: String| {
        Failure::usage(format!("--resume {}: {says}\n  name the report folder of the run", path.display()))
    };
    let bytes = fs::read(&path).map_err(|error| fault(error.to_string()))?;
    let text = report::journal_text(&bytes).map_err(fault)?;
    let (theirs, records) = report::read_broken_off(&text).map_err(fault)?;
    let word = theirs.run_word.clone();
    let theirs = JournalHead { api_version: None, run_word: head.run_word.clone(), ..theirs };
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
    Ok((word, by_requirement))
}
