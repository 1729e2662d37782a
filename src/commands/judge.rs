//! `touchmark judge`: judge what an earlier run or somebody else recorded, offline.
//!
//! In: a file or a folder. Out: its report. What kind of file it is shows in its first bytes; each kind has a file beside this one.

use std::{
    fs,
    io::{Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use super::{
    Failure, against,
    certify::unmatched,
    exit, judge_bundle, judge_export,
    judge_journal::{self, Rejudged},
    judge_options::{Export, JudgeOptions},
    judge_recording,
    known_gaps::known_gaps,
    metrics,
    places::{Places, is_one_file},
    print,
    report_files::ReportFiles,
    report_folder::{self, Folder},
    say,
    verify::read_bundle,
};
use crate::certificate;

/// The count of bytes in which a file shows what it is.
const BEGINNING: usize = 4_096;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Journal,
    Bundle,
    Har,
}

pub(super) fn run(arguments: &JudgeOptions) -> Result<u8, Failure> {
    let [path, others @ ..] = arguments.journal.as_slice() else {
        return metrics::run(&arguments.metrics, arguments.from.as_deref(), arguments.to.as_deref(), arguments.json);
    };
    let beside = arguments.report_dir.as_deref().or(path.parent()).unwrap_or(Path::new(""));
    let reports = ReportFiles::of(&arguments.reports, arguments.sarif_location.as_ref(), beside, "judged")?;
    places(arguments, &reports).check()?;
    if let (Some(old), []) = (&arguments.against, others)
        && let Some(new) = against::report(path)
    {
        let writes = !arguments.reports.is_empty() || arguments.report_dir.is_some() || arguments.export.is_some();
        return match writes {
            true => Err(Failure::usage(format!(
                "{}: a report is compared as it is, and nothing is written of it\n  name the journal of that run, or leave --report, --report-dir and --export out",
                path.display()
            ))),
            false => against::run(old, &new),
        };
    }
    if arguments.against.is_some() && reports.is_printed() {
        return Err(Failure::usage(
            "--report: standard output has what became of the gaps of --against\n  name a file for the report",
        ));
    }
    let known = known_gaps(arguments.known_gaps.as_deref())?;
    if !others.is_empty() {
        arguments.not_of_a_recording("several journals")?;
        return shown(&judge_journal::judged(&arguments.journal, known, arguments)?, &reports, arguments);
    }
    if arguments.answer_of.is_some() || (path.is_dir() && !report_folder::is_one(path)) {
        return shown(&judge_recording::of_answers(path, known, arguments)?, &reports, arguments);
    }
    let kind = if path.is_dir() { Kind::Journal } else { kind(path)? };
    match kind {
        Kind::Bundle => {
            let (again, members) = judge_bundle::judged(path, &read_bundle(path)?, arguments)?;
            let code = shown(&again, &reports, arguments)?;
            let (says, same) = judge_bundle::compared(&again, &members);
            tell(&reports, &says);
            Ok(if same { code } else { exit::GAPS })
        }
        Kind::Har => shown(&judge_recording::of_har(path, known, arguments)?, &reports, arguments),
        Kind::Journal => {
            arguments.not_of_a_recording(&path.display().to_string())?;
            shown(&judge_journal::judged(&arguments.journal, known, arguments)?, &reports, arguments)
        }
    }
}

/// What is read and what is written. The journal and the report of one run may be written anew where they are; of several, none.
fn places(arguments: &JudgeOptions, reports: &ReportFiles) -> Places {
    let mut places = Places::default();
    let mut own = PathBuf::new();
    for path in &arguments.journal {
        let folder = match (path.is_dir(), path.parent().filter(|parent| !parent.as_os_str().is_empty())) {
            (true, _) => path.as_path(),
            (false, parent) => parent.unwrap_or(Path::new(".")),
        };
        let of_run = report_folder::is_one(folder);
        if of_run {
            own = folder.join("report.json");
        }
        let is_here = |dir: &PathBuf| is_one_file(dir, folder);
        if of_run && arguments.journal.len() == 1 && arguments.report_dir.as_ref().is_some_and(is_here) {
            continue;
        }
        match path.is_dir() && of_run {
            true => places.reads_run("the journal", folder),
            false => places.reads("the recording", path),
        }
        if of_run {
            places.reads("the report of the journal,", &own);
        }
    }
    for (option, path) in
        [("--known-gaps", &arguments.known_gaps), ("--against", &arguments.against), ("--specs", &arguments.specs)]
    {
        path.iter().for_each(|path| places.reads(option, path));
    }
    arguments.report_dir.iter().for_each(|folder| places.writes_run(folder));
    reports.claim(&mut places, &own);
    arguments.export.iter().for_each(|Export(path)| places.writes("--export har=", path));
    places
}

/// Prints the report, and writes what is asked for.
fn shown(again: &Rejudged, reports: &ReportFiles, arguments: &JudgeOptions) -> Result<u8, Failure> {
    let Rejudged { report, journal, known, .. } = again;
    let gaps_file = arguments.gaps_writing.begin()?;
    let folder = arguments.report_dir.as_ref().map(|path| Folder::open(path, u64::MAX, false)).transpose()?;
    let write = |folder: &Folder| folder.write(report, &journal.head, &journal.records, &journal.untested, &[]);
    let written = folder.as_ref().map(write).transpose();
    if let Some(old) = &arguments.against {
        reports.write(report)?;
        written?;
        judge_export::export(again, arguments)?;
        return against::run(old, report);
    }
    reports.print(report);
    let others = reports.write(report);
    written?;
    if let Some(folder) = folder {
        tell(reports, &format!("report in {}", folder.path.display()));
    }
    if let Some(says) = judge_export::export(again, arguments)? {
        tell(reports, &says);
    }
    others?;
    if let Some(says) = gaps_file.map(|file| file.add(report)).transpose()? {
        tell(reports, &says);
    }
    unmatched(known, report)?;
    Ok(report.exit_code())
}

/// Says something beside the report, which has standard output for itself where it goes there.
fn tell(reports: &ReportFiles, text: &str) {
    if reports.is_printed() { say(text) } else { print(&format!("{text}\n")) }
}

fn fault(path: &Path, says: &str) -> Failure {
    Failure::usage(format!(
        "{}: {says}\n  name the journal.jsonl.gz of a run, a bundle or a HAR; a saved answer takes --as ENDPOINT",
        path.display()
    ))
}

/// What a file is by its beginning, and a bundle whose beginning was changed by its end. What looks like nothing else is read as a journal, which says what is wrong.
fn kind(path: &Path) -> Result<Kind, Failure> {
    let (mut beginning, mut end) = (Vec::new(), Vec::new());
    let mut read = || {
        let mut file = fs::File::open(path)?;
        (&file).take(BEGINNING as u64).read_to_end(&mut beginning)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(BEGINNING as u64)))?;
        (&file).take(BEGINNING as u64).read_to_end(&mut end)
    };
    read().map_err(|error| fault(path, &error.to_string()))?;
    let is_called_har = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("har"));
    Ok(match kind_of(&beginning) {
        _ if certificate::is_sealed(&end) => Kind::Bundle,
        // What is wrong with it is said of a HAR then.
        Kind::Journal if is_called_har => Kind::Har,
        kind => kind,
    })
}

fn kind_of(beginning: &[u8]) -> Kind {
    let text = String::from_utf8_lossy(beginning);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let head = text.strip_prefix('{').map(str::trim_start).unwrap_or_default();
    match () {
        () if beginning.starts_with(b"PK") => Kind::Bundle,
        () if head.starts_with("\"log\"") => Kind::Har,
        () if head.starts_with("\"journal\"") => Kind::Journal,
        () if !head.is_empty() && text.contains("\"log\"") => Kind::Har,
        () => Kind::Journal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_shows_in_its_first_bytes_what_it_is() {
        for (beginning, expected) in [
            (&b"PK\x03\x04"[..], Kind::Bundle),
            (b"\xef\xbb\xbf{\n  \"log\": {", Kind::Har),
            (b"{\"$schema\": \"x\", \"log\": {", Kind::Har),
            (b"{\"journal\":\"touchmark\",\"log\":1", Kind::Journal),
            (b"\x1f\x8b\x08", Kind::Journal),
            (b"", Kind::Journal),
        ] {
            assert_eq!(kind_of(beginning), expected, "{}", beginning.escape_ascii());
        }
    }
}
