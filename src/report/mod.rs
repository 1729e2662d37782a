//! What people and machines read of a run.
//!
//! In: the spec, a run and its circumstances. Out: a [`Report`], and a text of it in any [`Format`]. Nothing here decides a verdict.
//! `shape` is the value, `build` makes it, `format` lists what it is written as.

mod against;
mod before;
mod build;
mod bytes;
mod ctrf;
mod curl;
mod format;
mod har;
mod head;
mod html;
mod journal;
mod json;
mod junit;
mod known;
mod lawful;
mod markdown;
mod sarif;
mod script;
mod shape;
mod standing;
mod text;
mod timeline;
mod unlike;
mod unpacked;
mod visible;

pub use against::Against;
pub use build::{Circumstances, build};
pub use curl::{Connection, quote, variables as account_variables};
pub use format::{Format, render, render_at};
pub use har::{HarShell, har, lawful_har};
pub use head::{JOURNAL_VERSION, JournalHead, MadeWith};
pub use journal::{
    BrokenOff, JournalLines, WholeJournal, read_broken_off, read_journal, read_whole, suspects_line, tested_line,
    to_line, untested_line,
};
pub use json::schema;
pub use shape::{
    Departure, EMBEDDED, Gap, GuideSeal, LeftRow, ObservationRow, Report, RequirementRow, RunFacts, SCHEMA_VERSION,
    SequencesRow, Shown, Summary, Target, Tool, UnlikeRow,
};
pub use text::{plural, verdict as verdict_in_words};
pub use timeline::{Timeline, TimelineStep};
pub use unpacked::journal_text;
