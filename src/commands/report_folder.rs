//! The folder of a run's results: `report.json` and `journal.jsonl.gz`.
//!
//! In: records while the run lasts, the report at its end. Out: whole files, or a journal that ends in `.part` while the run has not
//! come to its end, from which `--resume` goes on. An earlier report is replaced only by a whole one.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};

use super::{Failure, say};
use crate::{
    model::{id::RequirementId, record::Record, verdict::Finding},
    report::{self, Format, JournalHead, MadeWith, Report},
    run::Resumed,
};

/// A file and the count of bytes that were written to it.
struct Counted {
    file: fs::File,
    bytes: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A journal that is compressed as it is written.
struct Journal {
    out: GzEncoder<Counted>,
    lines: report::JournalLines,
}

impl Journal {
    /// What is written while the run goes on is compressed fast; it is written anew at its end.
    fn new(file: fs::File, compression: Compression) -> Self {
        let out = Counted { file, bytes: 0 };
        Self { out: GzEncoder::new(out, compression), lines: report::JournalLines::default() }
    }

    fn add(&mut self, record: &Record) -> io::Result<()> {
        self.out.write_all(self.lines.of(record).as_bytes())
    }

    /// Adds a line that is whole in the file when the run is broken off after it.
    fn line(&mut self, line: &str) -> io::Result<()> {
        self.out.write_all(line.as_bytes())?;
        self.out.flush()
    }

    fn end(self) -> io::Result<()> {
        self.out.finish()?.flush()
    }
}

/// The journal of a finished run, and of one that has not come to its end.
const JOURNAL: &str = "journal.jsonl.gz";
const PART: &str = "journal.jsonl.gz.part";
const NEW: &str = "journal.jsonl.gz.new";

/// What a run that was broken off had recorded, once another one has taken its place.
const BROKEN_OFF: &str = "journal.jsonl.gz.broken-off";

/// What is taken up, until the run that takes it up has come to its end.
const TAKEN_UP: &str = "journal.jsonl.gz.taken-up";

/// The report, and as it is called while it is written.
const REPORT: &str = "report.json";
const REPORT_PART: &str = "report.json.part";

/// The file by which a run has its folder for itself.
const LOCK: &str = ".lock";

/// The folder of a run's results.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// None once it is written anew.
    journal: RefCell<Option<Journal>>,
    /// The most bytes that it may have.
    bytes_max: u64,
    /// Held as long as the run lasts, so that no other run writes here; it ends with the process, however that ends.
    _lock: fs::File,
    /// What was there of a run that was broken off.
    before: Before,
    /// Requirements all cases of which were played.
    tested: RefCell<BTreeSet<RequirementId>>,
}

/// What a folder had of a run that was broken off.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Nothing,
    /// A journal, which is kept under another name.
    Kept,
    /// A journal that is taken up. It stays in its place until all of it stands in the new one.
    TakenUp,
}

impl Folder {
    /// Opens the folder before anything is sent, so that a run is not lost for want of a place to write to.
    pub(super) fn open(path: &Path, bytes_max: u64, resumes: bool) -> Result<Self, Failure> {
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
        let part = path.join(PART);
        let before = match (part.exists(), resumes) {
            (false, _) => Before::Nothing,
            (true, true) => Before::TakenUp,
            (true, false) => {
                fs::rename(&part, path.join(BROKEN_OFF)).map_err(fault)?;
                Before::Kept
            }
        };
        let begun = if before == Before::TakenUp { path.join(NEW) } else { part };
        let journal = fs::File::create(begun).map_err(fault)?;
        Ok(Self {
            path: path.to_owned(),
            journal: RefCell::new(Some(Journal::new(journal, Compression::fast()))),
            bytes_max,
            _lock: lock,
            before,
            tested: RefCell::default(),
        })
    }

    /// Whether the journal has reached its bound.
    pub(super) fn is_full(&self) -> bool {
        self.journal.borrow().as_ref().is_some_and(|journal| journal.out.get_ref().bytes >= self.bytes_max)
    }

    /// Starts the journal. From here on a run that is broken off can be taken up again.
    pub(super) fn begin(&self, head: &JournalHead) {
        self.note_lines(|_| report::to_line(head));
    }

    /// Notes what is taken up of an earlier run, so that it is not lost when this one does not come to its end either.
    pub(super) fn take_up(&self, resumed: &Resumed) -> Result<(), Failure> {
        resumed.whole.values().flatten().chain(&resumed.flows).for_each(|record| self.note(record));
        resumed.unfinished.iter().for_each(|record| self.note_begun(record));
        self.note_tested(resumed.whole.keys().cloned());
        if !resumed.suspects.is_empty() {
            self.note_suspects(&resumed.suspects.iter().cloned().collect::<Vec<_>>());
        }
        if self.before == Before::TakenUp {
            let fault = |error: io::Error| Failure::usage(format!("{}: {error}", self.path.display()));
            let [part, taken_up] = [PART, TAKEN_UP].map(|name| self.path.join(name));
            let _ = fs::remove_file(&taken_up);
            fs::hard_link(&part, &taken_up).or_else(|_| fs::copy(&part, &taken_up).map(drop)).map_err(fault)?;
            // At no moment is there none from which another run could go on.
            fs::rename(self.path.join(NEW), part).map_err(fault)?;
        }
        Ok(())
    }

    pub(super) fn journal(&self) -> PathBuf {
        self.path.join(JOURNAL)
    }

    pub(super) fn report(&self) -> PathBuf {
        self.path.join(REPORT)
    }

    pub(super) fn write(
        &self,
        report: &Report,
        head: &JournalHead,
        records: &[Record],
        untested: &BTreeMap<RequirementId, Finding>,
        suspects: &[RequirementId],
    ) -> Result<(), Failure> {
        let fault = |error: std::io::Error| Failure::usage(format!("{}: {error}", self.path.display()));
        let (report_part, journal_part) = (self.path.join(REPORT_PART), self.path.join(NEW));
        // The journal so far is in the order of arrival; the finished one is in the order of ids, as the verdicts are.
        let head = JournalHead { api_version: report.target.api_version.clone(), ..head.clone() };
        let write = || {
            fs::write(&report_part, report::render(report, Format::Json))?;
            let mut journal = Journal::new(fs::File::create(&journal_part)?, Compression::new(6));
            journal.line(&report::to_line(&head))?;
            for record in records {
                journal.add(record)?;
            }
            if !suspects.is_empty() {
                journal.line(&report::suspects_line(suspects.iter().cloned().collect()))?;
            }
            journal.line(&report::untested_line(untested))?;
            journal.line(&report::tested_line(self.tested.borrow().clone()))?;
            journal.end()
        };
        // Where there is no room for both, the journal so far is what can be taken up again.
        if let Err(error) = write() {
            let _ = (fs::remove_file(&report_part), fs::remove_file(&journal_part));
            return Err(Failure::usage(format!(
                "{}: the report cannot be written: {error}\n  make room and go on with --resume {0}; what was recorded is in it",
                self.path.display()
            )));
        }
        fs::rename(&report_part, self.report()).map_err(fault)?;
        fs::rename(&journal_part, self.path.join(JOURNAL)).map_err(fault)?;
        drop(self.journal.take());
        fs::remove_file(self.path.join(PART)).map_err(fault)?;
        let _ = fs::remove_file(self.path.join(TAKEN_UP));
        if self.before == Before::Kept {
            let kept = self.path.join(BROKEN_OFF);
            say(&format!("a run was broken off here before this one; what it recorded is kept in {}", kept.display()));
        }
        Ok(())
    }

    /// Leaves the folder as it was, since nothing was tested.
    pub(super) fn put_back(&self) {
        drop(self.journal.take());
        let part = self.path.join(PART);
        let _ = match self.before {
            Before::Nothing => fs::remove_file(part),
            Before::Kept => fs::rename(self.path.join(BROKEN_OFF), part),
            Before::TakenUp => {
                let _ = fs::remove_file(self.path.join(NEW));
                fs::rename(self.path.join(TAKEN_UP), part)
            }
        };
    }

    /// Notes a record as it comes, for the case that the run does not come to its end.
    pub(super) fn note(&self, record: &Record) {
        self.note_lines(|lines| lines.of(record));
    }

    /// Notes a case that is being played.
    pub(super) fn note_begun(&self, record: &Record) {
        self.note_lines(|lines| lines.begun(record));
    }

    /// Notes requirements all cases of which were played.
    pub(super) fn note_tested(&self, tested: impl IntoIterator<Item = RequirementId>) {
        let tested: BTreeSet<RequirementId> = tested.into_iter().collect();
        self.tested.borrow_mut().extend(tested.iter().cloned());
        self.note_lines(|_| report::tested_line(tested));
    }

    /// Notes requirements of which the target may have died.
    pub(super) fn note_suspects(&self, suspects: &[RequirementId]) {
        self.note_lines(|_| report::suspects_line(suspects.iter().cloned().collect()));
    }

    fn note_lines(&self, lines: impl FnOnce(&mut report::JournalLines) -> String) {
        if let Some(journal) = self.journal.borrow_mut().as_mut() {
            let lines = lines(&mut journal.lines);
            let _ = journal.line(&lines);
        }
    }
}

/// What a run writes into a folder, by name.
pub(super) fn written(folder: &Path) -> Vec<(&'static str, PathBuf)> {
    let all = [REPORT, REPORT_PART, JOURNAL, PART, NEW, BROKEN_OFF, TAKEN_UP, LOCK];
    all.into_iter().map(|name| (name, folder.join(name))).collect()
}

/// The report of a folder.
pub(super) fn report_in(folder: &Path) -> PathBuf {
    folder.join(REPORT)
}

/// The journal of a finished run in its folder; the path itself where there is none, or where it is no folder.
pub(super) fn journal_in(path: &Path) -> PathBuf {
    let all = [JOURNAL, "journal.jsonl"].map(|name| path.join(name));
    all.into_iter().find(|journal| journal.exists()).unwrap_or_else(|| path.to_owned())
}

/// Whether a folder has the journal of a run that did not come to its end.
pub(super) fn is_broken_off(folder: &Path) -> bool {
    folder.join(PART).exists()
}

/// Whether a folder is that of a run's results.
pub(super) fn is_one(folder: &Path) -> bool {
    journal_in(folder) != folder || is_broken_off(folder)
}

/// What is taken up of a run that was broken off, and the word in its names. It must be of the same target, seed and data.
pub(super) fn resumed(folder: &Path, head: &JournalHead) -> Result<(String, Resumed), Failure> {
    let broken_off = folder.join(PART);
    let path = Some(broken_off).filter(|path| path.exists()).unwrap_or_else(|| match journal_in(folder) {
        path if path == folder => folder.join("journal.jsonl"),
        path => path,
    });
    let fault = |says: String| {
        Failure::usage(format!("--resume {}: {says}\n  name the report folder of the run", path.display()))
    };
    let bytes = fs::read(&path).map_err(|error| fault(error.to_string()))?;
    let text = report::journal_text(&bytes).map_err(fault)?;
    let left = report::read_broken_off(&text).map_err(fault)?;
    let word = left.head.run_word.clone();
    // What is dealt to a shard depends on what it was made with, and nothing else does.
    let made = match (&left.head.made, &head.made) {
        (Some(theirs), Some(ours)) if head.shard.is_some() => {
            Some(MadeWith { cases: theirs.cases, allow: theirs.allow, ..ours.clone() })
        }
        (_, ours) => ours.clone(),
    };
    let schema_version = head.schema_version;
    // With another budget more is tested, or less, and nothing otherwise.
    let budget = head.made.as_ref().and_then(|made| made.budget.clone());
    let made = made.map(|made| MadeWith { budget, ..made });
    let theirs = JournalHead { api_version: None, run_word: head.run_word.clone(), made, schema_version, ..left.head };
    if theirs != *head {
        return Err(fault("it was another run: its target, seed or spec data differ".to_owned()));
    }
    let resumed = Resumed::of(left.records, left.begun, &left.tested);
    Ok((word, Resumed { suspects: left.suspects, ..resumed }))
}
