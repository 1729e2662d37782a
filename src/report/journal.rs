//! The journal: every record of a run as one JSON line, so that it can be judged again.
//!
//! In: records, or the text of a journal. Out: lines, or records. A line that cannot be read is named with its number.

use serde::{Deserialize, Serialize};

use crate::model::{
    record::{Bodies, Record},
    suite::Suite,
};

/// Version of the journal's shape.
pub const JOURNAL_VERSION: u32 = 2;

/// The longest journal line that is read, in bytes.
const LINE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The first line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalHead {
    /// Always `touchmark`.
    pub journal: String,
    /// Version of the lines' shape.
    pub schema_version: u32,
    /// SHA-256 of the spec data that the cases were made from.
    pub digest: String,
    /// Seed of the run.
    pub seed: u64,
    /// The target.
    pub target: String,
    /// Id prefixes that were asked for; empty for all.
    pub only: Vec<String>,
    /// Suites that were asked for; empty for all.
    pub suites: Vec<Suite>,
    /// API version that the target named.
    pub api_version: Option<String>,
}

/// A head or a record as one line, with its newline.
#[must_use]
pub fn to_line(value: &impl Serialize) -> String {
    // Our own shapes have string keys only, so writing them cannot fail.
    let mut line = serde_json::to_string(value).unwrap_or_default();
    line.push('\n');
    line
}

/// Reads the journal of a run that did not come to its end: a last line that is not whole is left out.
///
/// # Errors
/// The number of the first other line that cannot be read, and why.
pub fn read_broken_off(text: &str) -> Result<(JournalHead, Vec<Record>), String> {
    read_journal(text.rfind('\n').map_or("", |end| &text[..=end]))
}

/// Reads a journal.
///
/// # Errors
/// The number of the first line that cannot be read, and why.
pub fn read_journal(text: &str) -> Result<(JournalHead, Vec<Record>), String> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (number, first) = lines.next().ok_or("line 1: the file is empty; a journal starts with a head line")?;
    let head: JournalHead = serde_json::from_str(first)
        .map_err(|error| format!("line {}: not the head of a journal: {}", number + 1, one_line(&error)))?;
    if head.journal != "touchmark" || head.schema_version != JOURNAL_VERSION {
        return Err(format!("line {}: not a journal of schema version {JOURNAL_VERSION}", number + 1));
    }
    let (mut records, mut bodies) = (Vec::new(), Bodies::default());
    for (number, line) in lines {
        if line.len() > LINE_BYTES_MAX {
            return Err(format!("line {}: longer than {LINE_BYTES_MAX} bytes", number + 1));
        }
        let record = serde_json::from_str(line);
        let mut record: Record =
            record.map_err(|error| format!("line {}: not a record: {}", number + 1, one_line(&error)))?;
        bodies.share(&mut record);
        records.push(record);
    }
    Ok((head, records))
}

/// What the parser says, on one line: it quotes names of the journal as they stand there.
fn one_line(error: &serde_json::Error) -> String {
    error.to_string().replace(['\n', '\r'], " ")
}
