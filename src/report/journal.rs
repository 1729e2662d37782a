//! The journal: every record of a run as one JSON line, so that it can be judged again; equal bodies stand on one line of their own.
//!
//! In: records, or the text of a journal. Out: lines, or records. A line that cannot be read is named with its number.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::head::{JOURNAL_VERSION, JournalHead};
use crate::model::{
    exchange::{Answer, Outcome},
    id::RequirementId,
    record::{Bodies, Record},
    variables::UNIQUE,
    verdict::{Blame, Finding, Verdict},
};

/// A shorter body stands in its record.
const BODY_BYTES_MIN: usize = 256;

/// The longest journal line that is read, in bytes.
const LINE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A head or a record as one line, with its newline.
#[must_use]
pub fn to_line(value: &impl Serialize) -> String {
    // Our own shapes have string keys only, so writing them cannot fail.
    let mut line = serde_json::to_string(value).unwrap_or_default();
    line.push('\n');
    line
}

/// Writes records as lines in which equal bodies stand once.
#[derive(Debug, Default)]
pub struct JournalLines {
    known: HashSet<String>,
}

/// A body on a line of its own, before the first record that has it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BodyLine {
    /// The beginning of its SHA-256.
    body: String,
    text: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

/// A case of which only some requests went out so far, while the run has not come to its end.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BegunLine {
    begun: Record,
}

/// Requirements all cases of which were played.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TestedLine {
    tested: BTreeSet<RequirementId>,
}

/// The line that says of requirements that all their cases were played.
#[must_use]
pub fn tested_line(tested: BTreeSet<RequirementId>) -> String {
    to_line(&TestedLine { tested })
}

/// Requirements of which the target may have died, so that they are not sent again.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SuspectsLine {
    suspects: BTreeSet<RequirementId>,
}

/// The line that says of requirements that the target may have died of them.
#[must_use]
pub fn suspects_line(suspects: BTreeSet<RequirementId>) -> String {
    to_line(&SuspectsLine { suspects })
}

/// Why requirements could not be tested, where no case says so.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UntestedLine {
    untested: BTreeMap<RequirementId, Untested>,
}

/// A finding that rests on nothing that was sent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Untested {
    verdict: Verdict,
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blame: Option<Blame>,
    /// Whether the budget of the run left it out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    left_out: bool,
}

/// The line that says why requirements could not be tested.
#[must_use]
pub fn untested_line(untested: &BTreeMap<RequirementId, Finding>) -> String {
    let why = |finding: &Finding| Untested {
        verdict: finding.verdict,
        reason: finding.reason.clone(),
        blame: finding.blame,
        left_out: finding.left_out,
    };
    to_line(&UntestedLine { untested: untested.iter().map(|(id, finding)| (id.clone(), why(finding))).collect() })
}

impl Untested {
    /// Without evidence it says of no target that it breaks or keeps something.
    fn finding(self) -> Finding {
        let reason = self.reason.unwrap_or_default();
        match self.verdict {
            Verdict::NotApplicable => Finding::not_applicable(reason),
            Verdict::Error => Finding::error(reason),
            _ if self.left_out => Finding::left_out(reason),
            _ => Finding::inconclusive(reason, self.blame.unwrap_or(Blame::Harness)),
        }
    }
}

impl JournalLines {
    /// The lines of a record.
    #[must_use]
    pub fn of(&mut self, record: &Record) -> String {
        let (mut lines, short) = self.bodies(record);
        lines.push_str(&to_line(&short));
        lines
    }

    /// The lines of a case that is being played, with what was sent so far.
    #[must_use]
    pub fn begun(&mut self, record: &Record) -> String {
        let (mut lines, short) = self.bodies(record);
        lines.push_str(&to_line(&BegunLine { begun: short }));
        lines
    }

    /// The lines of the bodies of a record that are new, and the record with their names.
    fn bodies(&mut self, record: &Record) -> (String, Record) {
        let mut lines = String::new();
        let mut short = record.clone();
        for exchange in &mut short.exchanges {
            let Outcome::Answer(answer) = &mut exchange.outcome else { continue };
            if answer.raw().len() < BODY_BYTES_MIN {
                continue;
            }
            let name = name_of(answer);
            if self.known.insert(name.clone()) {
                let base64 = answer.bytes.as_ref().map(|bytes| STANDARD.encode(bytes));
                lines.push_str(&to_line(&BodyLine { body: name.clone(), text: Arc::clone(&answer.body), base64 }));
            }
            (answer.body, answer.bytes, answer.body_is) = ("".into(), None, Some(name.into()));
        }
        (lines, short)
    }
}

fn name_of(answer: &Answer) -> String {
    let digest = Sha256::digest(answer.raw());
    let mark = if answer.bytes.is_some() { 'b' } else { 't' };
    digest[..12].iter().fold(mark.to_string(), |name, byte| format!("{name}{byte:02x}"))
}

/// What is left of a run that was broken off.
#[derive(Debug, Clone, PartialEq)]
pub struct BrokenOff {
    /// The head of its journal.
    pub head: JournalHead,
    /// The cases that were played, in the order in which they came to their end.
    pub records: Vec<Record>,
    /// The cases that were being played, with what was sent so far.
    pub begun: Vec<Record>,
    /// The requirements all cases of which were played.
    pub tested: BTreeSet<RequirementId>,
    /// The requirements of which the target may have died.
    pub suspects: BTreeSet<RequirementId>,
}

/// Reads the journal of a run that did not come to its end: a line that cannot be read costs that line only.
///
/// # Errors
/// Why its head cannot be read.
pub fn read_broken_off(text: &str) -> Result<BrokenOff, String> {
    read(text.rfind('\n').map_or("", |end| &text[..=end]), |_| Ok(())).map(|(all, _)| all)
}

/// What the journal of a run has that came to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct WholeJournal {
    /// Its head.
    pub head: JournalHead,
    /// The cases that were played.
    pub records: Vec<Record>,
    /// Why requirements could not be tested, where no case says so.
    pub untested: BTreeMap<RequirementId, Finding>,
    /// Whether it has the lines that a run writes last.
    pub ended: bool,
}

/// Reads a journal with what it says of requirements that could not be tested.
///
/// # Errors
/// The number of the first line that cannot be read, and why.
pub fn read_whole(text: &str) -> Result<WholeJournal, String> {
    let (all, untested) = read(text, Err)?;
    let last = text.lines().rfind(|line| !line.trim().is_empty());
    let ended = untested.is_some() && last.is_some_and(|line| line.starts_with("{\"tested\":"));
    Ok(WholeJournal { head: all.head, records: all.records, untested: untested.unwrap_or_default(), ended })
}

/// Reads a journal.
///
/// # Errors
/// The number of the first line that cannot be read, and why.
pub fn read_journal(text: &str) -> Result<(JournalHead, Vec<Record>), String> {
    read_whole(text).map(|all| (all.head, all.records))
}

fn read(
    text: &str,
    fault: impl Fn(String) -> Result<(), String>,
) -> Result<(BrokenOff, Option<BTreeMap<RequirementId, Finding>>), String> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (number, first) = lines.next().ok_or("line 1: the file is empty; a journal starts with a head line")?;
    let head: JournalHead = serde_json::from_str(first)
        .map_err(|error| format!("line {}: not the head of a journal: {}", number + 1, one_line(&error)))?;
    if head.journal != "touchmark" || !(2..=JOURNAL_VERSION).contains(&head.schema_version) {
        return Err(format!("line {}: not a journal of schema version 2 to {JOURNAL_VERSION}", number + 1));
    }
    let (tested, suspects) = (BTreeSet::new(), BTreeSet::new());
    let mut all = BrokenOff { head, records: Vec::new(), begun: Vec::new(), tested, suspects };
    // By what tells a case from all others, and by its own word: a later run plays it with another one.
    let mut begun: BTreeMap<(String, Option<String>), Record> = BTreeMap::new();
    let name = |record: &Record| (record.case.key(), record.variables.get(UNIQUE).cloned());
    let (mut bodies, mut shared) = (HashMap::new(), Bodies::default());
    let mut untested: Option<BTreeMap<_, _>> = None;
    for (number, line) in lines {
        match read_line(line, &mut bodies) {
            Ok(JournalLine::Body) => {}
            Ok(JournalLine::Tested(more)) => all.tested.extend(more),
            Ok(JournalLine::Suspects(more)) => all.suspects.extend(more),
            Ok(JournalLine::Untested(more)) => {
                untested.get_or_insert_default().extend(more.into_iter().map(|(id, why)| (id, why.finding())));
            }
            Ok(JournalLine::Begun(record)) => {
                begun.insert(name(&record), record);
            }
            Ok(JournalLine::Record(mut record)) => {
                begun.remove(&name(&record));
                shared.share(&mut record, usize::MAX);
                all.records.push(record);
            }
            Err(says) => fault(format!("line {}: {says}", number + 1))?,
        }
    }
    all.begun = begun.into_values().collect();
    Ok((all, untested))
}

/// Bodies by their names, as text and as bytes.
type Named = HashMap<String, (Arc<str>, Option<Arc<[u8]>>)>;

/// What a line holds.
enum JournalLine {
    Body,
    Tested(BTreeSet<RequirementId>),
    Suspects(BTreeSet<RequirementId>),
    Untested(BTreeMap<RequirementId, Untested>),
    Begun(Record),
    Record(Record),
}

fn read_line(line: &str, bodies: &mut Named) -> Result<JournalLine, String> {
    if line.len() > LINE_BYTES_MAX {
        return Err(format!("longer than {LINE_BYTES_MAX} bytes"));
    }
    let not = |what: &'static str| move |error: serde_json::Error| format!("not {what}: {}", one_line(&error));
    if line.starts_with("{\"body\":") {
        let line: BodyLine = serde_json::from_str(line).map_err(not("a body"))?;
        let decoded = line.base64.map(|text| STANDARD.decode(text)).transpose();
        let bytes = decoded.map_err(|error| format!("not a body: {error}"))?.map(Arc::from);
        bodies.insert(line.body, (line.text, bytes));
        return Ok(JournalLine::Body);
    }
    if line.starts_with("{\"tested\":") {
        let line: TestedLine = serde_json::from_str(line).map_err(not("a list of requirements"))?;
        return Ok(JournalLine::Tested(line.tested));
    }
    if line.starts_with("{\"suspects\":") {
        let line: SuspectsLine = serde_json::from_str(line).map_err(not("a list of requirements"))?;
        return Ok(JournalLine::Suspects(line.suspects));
    }
    if line.starts_with("{\"untested\":") {
        let line: UntestedLine = serde_json::from_str(line).map_err(not("a list of reasons"))?;
        return Ok(JournalLine::Untested(line.untested));
    }
    if line.starts_with("{\"begun\":") {
        let mut line: BegunLine = serde_json::from_str(line).map_err(not("a record"))?;
        put_bodies(&mut line.begun, bodies)?;
        return Ok(JournalLine::Begun(line.begun));
    }
    let mut record: Record = serde_json::from_str(line).map_err(not("a record"))?;
    put_bodies(&mut record, bodies)?;
    Ok(JournalLine::Record(record))
}

/// Puts the bodies into a record that stand on lines of their own.
fn put_bodies(record: &mut Record, bodies: &Named) -> Result<(), String> {
    for exchange in &mut record.exchanges {
        let Outcome::Answer(answer) = &mut exchange.outcome else { continue };
        if let Some(name) = answer.body_is.take() {
            let body = bodies.get(&*name).cloned().ok_or("not a record: its body stands on no line before it")?;
            (answer.body, answer.bytes) = body;
        }
    }
    Ok(())
}

/// What the parser says, on one line: it quotes names of the journal as they stand there.
fn one_line(error: &serde_json::Error) -> String {
    error.to_string().replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::{super::unpacked::journal_text, *};

    #[test]
    fn what_is_no_text_costs_its_line() {
        let head = JournalHead {
            journal: "touchmark".to_owned(),
            schema_version: JOURNAL_VERSION,
            digest: String::new(),
            seed: 0,
            run_word: String::new(),
            target: String::new(),
            only: Vec::new(),
            suites: Vec::new(),
            shard: None,
            api_version: None,
            made: None,
        };
        let tested = |id: &str| tested_line(BTreeSet::from([RequirementId::from(id)]));
        let lines = [to_line(&head).as_bytes(), tested("a").as_bytes(), b"\xff\xfe\n", tested("b").as_bytes()].concat();
        let text = journal_text(&lines).expect("a journal");
        assert_eq!(read_broken_off(&text).expect("a journal").tested.len(), 2);
        let fault = read_journal(&text).expect_err("a line that is none");
        assert!(fault.starts_with("line 3: "), "{fault}");
    }
}
