//! A snapshot as a file: a head in YAML between lines of three hyphens, then the answer. cargo-insta reads the same files.
//!
//! In: a snapshot, or the text of a file. Out: the text, or the snapshot, or the line at which the file is none. A file that is cut off
//! is not taken for a shorter answer: its last line has the count of lines.

use std::fmt::Write as _;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{
    branch::{Branch, Mark},
    lines,
};

/// The most bytes of a snapshot.
pub const SNAPSHOT_BYTES_MAX: usize = 8 << 20;

/// The most bytes of the head of one.
const HEAD_BYTES_MAX: usize = 64 << 10;

/// Version of the shape of snapshots.
const VERSION: u32 = 1;

/// The name of the last line, which has the count of those before it.
const END: &str = "lines";

/// The normalised answer to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// What was asked, and of whom.
    pub head: SnapshotHead,
    /// Status, headers and body.
    pub answer: Branch,
}

/// What was asked, and of whom.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotHead {
    /// Version of this shape.
    pub snapshot: u32,
    /// Id of the requirement whose request it was; where that has several, with their number.
    pub id: String,
    /// Id of the endpoint.
    pub endpoint: String,
    /// Method, path and query, with the variables that the run fills in.
    pub request: String,
    /// The beginning of the SHA-256 of all that was sent up to the answer: where that changes, the snapshot is stale.
    pub digest: String,
    /// Edition of the guide.
    pub guide: String,
    /// API version that the target named; empty where it named none.
    pub version: String,
    /// How long the answer took: `1s` is less than a second, then `4s`, `16s`, `64s` and `longer`.
    pub took: String,
    /// Kinds and places of what differed between two recordings of the target, and is not compared.
    #[serde(default)]
    pub noise: Vec<String>,
}

/// The head of a file, of which only the part that insta leaves to its users is ours.
#[derive(Deserialize)]
struct Head {
    info: SnapshotHead,
}

/// The name of the file of a snapshot, as insta names it.
#[must_use]
pub fn file_name(id: &str) -> String {
    let mut name = String::new();
    for c in id.replace('/', "__").chars() {
        match c {
            c if c.is_ascii_alphanumeric() || "_.+-".contains(c) => name.push(c),
            c => _ = write!(name, "%{:x}", u32::from(c)),
        }
    }
    if name.len() > 160 {
        let digest = Sha256::digest(id.as_bytes());
        name.truncate(144);
        digest[..8].iter().for_each(|byte| _ = write!(name, "{byte:02x}"));
    }
    format!("{name}.snap")
}

/// A text in quotes, as YAML has it: as JSON has it, and without signs that a reader of YAML takes for ends of lines.
fn quoted(text: &str) -> String {
    let json = serde_json::to_string(text).unwrap_or_default();
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            c if c == ' ' || c.is_ascii_graphic() || c.is_alphanumeric() => out.push(c),
            c => _ = write!(out, "\\U{:08x}", u32::from(c)),
        }
    }
    out
}

impl Snapshot {
    /// The text of its file.
    #[must_use]
    pub fn write(&self) -> String {
        let (head, lines) = (&self.head, lines::write(&self.answer));
        let mut out = format!(
            "---\nsource: touchmark\nexpression: {}\ndescription: {}\ninfo:\n",
            quoted(&head.request),
            quoted(&head.id)
        );
        let _ = writeln!(out, "  snapshot: {}", head.snapshot);
        for (key, text) in [
            ("id", &head.id),
            ("endpoint", &head.endpoint),
            ("request", &head.request),
            ("digest", &head.digest),
            ("guide", &head.guide),
            ("version", &head.version),
            ("took", &head.took),
        ] {
            let _ = writeln!(out, "  {key}: {}", quoted(text));
        }
        if !head.noise.is_empty() {
            out.push_str("  noise:\n");
            head.noise.iter().for_each(|place| _ = writeln!(out, "    - {}", quoted(place)));
        }
        let count = lines.matches('\n').count();
        let _ = write!(out, "---\n{lines}{END} = {count}\n");
        out
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// The line from which on it is no snapshot, and why.
    pub fn read(text: &str) -> Result<Self, String> {
        if text.len() > SNAPSHOT_BYTES_MAX {
            return Err(format!("line 1: more than the {SNAPSHOT_BYTES_MAX} bytes that a snapshot may have"));
        }
        let unix = text.replace("\r\n", "\n");
        let Some(rest) = unix.strip_prefix("---\n") else {
            return Err("line 1: a snapshot begins with a line of three hyphens".to_owned());
        };
        let Some((yaml, body)) = rest.split_once("\n---\n") else {
            return Err("line 1: the head has no end, which is another line of three hyphens".to_owned());
        };
        let head = head(yaml)?;
        let first = yaml.matches('\n').count() + 4;
        let mut answer = lines::read(body, first)?;
        let count = body.trim_end_matches('\n').matches('\n').count();
        let cut = || format!("line {}: the end is missing: the last line has the count of lines", first + count);
        let end = answer.children.pop().ok_or_else(cut)?;
        if end != Branch::leaf(END, Mark::Literal(count.to_string())) {
            return Err(cut());
        }
        if answer.child("status").is_none() {
            return Err(format!("line {first}: there is no status"));
        }
        Ok(Self { head, answer })
    }
}

fn head(yaml: &str) -> Result<SnapshotHead, String> {
    if yaml.len() > HEAD_BYTES_MAX {
        return Err(format!("line 2: the head has more than the {HEAD_BYTES_MAX} bytes that are read"));
    }
    let mut budget = serde_saphyr::Budget::default();
    (budget.max_depth, budget.max_aliases, budget.max_anchors, budget.max_documents) = (8, 0, 0, 1);
    let mut options = serde_saphyr::options! { strict_booleans: true, budget: Some(budget) };
    options.with_snippet = false;
    let read: Result<Head, _> = serde_saphyr::from_str_with_options(yaml, options);
    let head = read.map_err(|error| {
        let line = error.location().map_or(0, |place| usize::try_from(place.line()).unwrap_or(0));
        let line = line.min(yaml.matches('\n').count() + 1);
        let says = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        format!("line {}: no head of a snapshot of ours: {}", line + 1, says.chars().take(160).collect::<String>())
    })?;
    if head.info.snapshot != VERSION {
        return Err(format!("line 2: a snapshot of version {}; this program reads {VERSION}", head.info.snapshot));
    }
    if head.info.id.is_empty() {
        return Err("line 2: its id is empty".to_owned());
    }
    Ok(head.info)
}

impl SnapshotHead {
    /// The version of the shape that is written.
    pub(super) const VERSION: u32 = VERSION;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> Snapshot {
        let texts = ["a/b", "a", "GET /x: \"y\" # z", "d", "23.2", "1.22.2", "1s"].map(str::to_owned);
        let [id, endpoint, request, digest, guide, version, took] = texts;
        let noise = vec!["value a/@b".to_owned()];
        Snapshot {
            head: SnapshotHead { snapshot: 1, id, endpoint, request, digest, guide, version, took, noise },
            answer: Branch::of("", vec![Branch::leaf("status", Mark::Literal("200".to_owned()))]),
        }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let text = snapshot().write();
        assert_eq!(Snapshot::read(&text), Ok(snapshot()), "{text}");
        // As cargo-insta writes it when it takes one over, and as git has it on Windows.
        let theirs = text.replace("source: touchmark\n", "source: touchmark\nassertion_line: 7\nsnapshot_kind: text\n");
        assert_eq!(Snapshot::read(&theirs.replace('\n', "\r\n")), Ok(snapshot()));
    }

    #[test]
    fn a_file_that_is_cut_off_anywhere_is_none() {
        let text = snapshot().write();
        for length in 0..text.len() - 1 {
            let fault = Snapshot::read(&text[..length]).expect_err(&text[..length]);
            assert!(fault.starts_with("line "), "{fault}");
        }
    }

    #[test]
    fn a_name_of_a_file_is_one_everywhere() {
        assert_eq!(file_name("a/b c+2"), "a__b%20c+2.snap");
        assert!(file_name(&"ä/".repeat(900)).len() < 180);
        assert_ne!(file_name(&"a".repeat(900)), file_name(&"a".repeat(901)));
    }
}
