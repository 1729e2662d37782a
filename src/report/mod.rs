//! What people and machines read of a run.
//!
//! In: the spec, a run and its circumstances. Out: a [`Report`], and a text of it in any [`Format`]. Nothing here decides a verdict.
//! `shape` is the value, `build` makes it, `format` lists what it is written as.

mod before;
mod build;
mod bytes;
mod curl;
mod format;
mod journal;
mod json;
mod known;
mod script;
mod shape;
mod text;
mod unlike;
mod unpacked;

pub use build::{Circumstances, build};
pub use curl::{Connection, quote, variables as account_variables};
pub use format::{Format, render};
pub use journal::{
    BrokenOff, JOURNAL_VERSION, JournalHead, JournalLines, WholeJournal, read_broken_off, read_journal, read_whole,
    suspects_line, tested_line, to_line, untested_line,
};
pub use shape::{
    Departure, EMBEDDED, Gap, GuideSeal, LeftRow, ObservationRow, Report, RequirementRow, RunFacts, SCHEMA_VERSION,
    SequencesRow, Shown, Summary, Target, Tool, UnlikeRow,
};
pub use text::plural;
pub use unpacked::journal_text;
