//! A bundle whose report is made again from its journal.
//!
//! In: the bytes of a bundle. Out: the report, and whether it is the one in the bundle, byte by byte, or where it differs. What is not in the
//! journal, such as how long the run took, is taken from the manifest.

use std::{collections::BTreeMap, path::Path};

use super::{
    Failure,
    joined::{self, Joined},
    judge_journal::Rejudged,
    judge_options::JudgeOptions,
    load_spec,
    verify::no_bundle,
};
use crate::{
    certificate::{self, BundleMembers, JOURNAL, MANIFEST, REPORT},
    judge,
    report::{self, Circumstances, Format, WholeJournal, journal_text, read_whole},
    run,
};

/// The most characters of a line that are shown where it differs.
const SHOWN_MAX: usize = 160;

/// Makes the report of a bundle again.
pub(super) fn judged(
    path: &Path,
    bytes: &[u8],
    arguments: &JudgeOptions,
) -> Result<(Rejudged, BundleMembers), Failure> {
    arguments.not_of_a_recording(&path.display().to_string())?;
    let otherwise = [
        ("--only", !arguments.only.is_empty()),
        ("--strict", arguments.strict),
        ("--known-gaps", arguments.known_gaps.is_some()),
        ("--against", arguments.against.is_some()),
        ("--report-dir", arguments.report_dir.is_some()),
    ];
    if let Some((option, _)) = otherwise.iter().find(|(_, given)| *given) {
        return Err(Failure::usage(format!(
            "{}: the report of a bundle is made again as it was, without {option}\n  unzip -p {0} {JOURNAL} gives its journal, which can be judged otherwise",
            path.display()
        )));
    }
    let members = certificate::unpack(bytes).map_err(|fault| no_bundle(path, &fault))?;
    let fault = |name: &str, says: String| {
        Failure::usage(format!("{}: {name}: {says}\n  name a file that certify --bundle wrote", path.display()))
    };
    let around: Circumstances = serde_json::from_value(members.manifest.circumstances.clone())
        .map_err(|error| fault(MANIFEST, error.to_string()))?;
    let text = journal_text(members.file(JOURNAL)).map_err(|says| fault(JOURNAL, says))?;
    let journal = read_whole(&text).map_err(|says| fault(JOURNAL, says))?;
    let Joined { head, spec, records, untested, .. } = joined::of_one(load_spec(arguments.specs.as_deref())?, journal);
    let plan = joined::plan(&head, head.shard.unwrap_or((1, 1)), head.only.clone());
    let selected = run::selected(&spec, &plan);
    let judged = judge::judge(&spec, &selected, &records, &untested);
    let report = report::build(&spec, &selected, &judged, &records, around);
    let journal = WholeJournal { head, records, untested, ended: true };
    Ok((Rejudged { spec, report, journal, known: BTreeMap::new() }, members))
}

/// Whether a report is that of the bundle, in words too.
pub(super) fn compared(again: &Rejudged, members: &BundleMembers) -> (String, bool) {
    let (made, kept) = (report::render(&again.report, Format::Json), members.file(REPORT));
    if made.as_bytes() == kept {
        let says = format!(
            "the report in the bundle follows from its journal, byte for byte: {} bytes, SHA-256 {}",
            kept.len(),
            certificate::digest(kept)
        );
        return (says, true);
    }
    let mut says = differs(&made, &String::from_utf8_lossy(kept));
    let program = &members.manifest.program;
    if again.report.tool.version != program.version || again.report.guide.digest != members.manifest.data {
        says += &format!(
            "\nthe bundle was made by {} {} with the spec data {}; this is {} {} with {}",
            program.name,
            program.version,
            members.manifest.data,
            again.report.tool.name,
            again.report.tool.version,
            again.report.guide.digest
        );
    }
    (says, false)
}

/// Where two reports differ first.
fn differs(made: &str, kept: &str) -> String {
    let shown = |line: Option<&str>| match line {
        Some(line) => line.trim().chars().take(SHOWN_MAX).collect::<String>(),
        None => "(its end)".to_owned(),
    };
    let (mut ours, mut theirs) = (made.lines(), kept.lines());
    let mut number = 0;
    loop {
        number += 1;
        let (one, other) = (ours.next(), theirs.next());
        if one != other || one.is_none() {
            return format!(
                "the report in the bundle does not follow from its journal; they differ first in line {number}\n  in the bundle  {}\n  made again     {}",
                shown(other),
                shown(one)
            );
        }
    }
}
