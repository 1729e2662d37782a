//! What a report is written as besides: `--report FORMAT[=FILE]`, and the summary of a job on GitHub.
//!
//! In: what was asked for, before anything is sent; the report, at the end. Out: whole files, or why one cannot be. What stood there before
//! stays until the new one is whole. A file that cannot be written keeps no other from being written, and never the verdict from being said.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::Deserialize;
use strum::VariantArray as _;

use super::{Failure, files::replace, print, say};
use crate::{
    report::{Format, Report, plural, render},
    spec::did_you_mean,
};

/// The variable with the file that GitHub shows as the summary of a job.
const SUMMARY_VARIABLE: &str = "GITHUB_STEP_SUMMARY";

/// The most bytes of that file. Beyond some more GitHub drops all of it.
const SUMMARY_BYTES_MAX: usize = 1_000_000;

/// Files of a report folder that another report may not take.
const TAKEN: [&str; 3] = ["report.json", "journal.jsonl.gz", "journal.jsonl.gz.part"];

/// A format, and the file that was named for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct ReportFile {
    format: Format,
    file: Option<PathBuf>,
}

impl FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, file) = text.split_once('=').map_or((text, None), |(word, file)| (word, Some(file)));
        let words = || Format::VARIANTS.iter().map(|format| format.word());
        let format = word.parse().map_err(|_| {
            format!(
                "`{word}` is no format of a report{}; there are {}",
                did_you_mean(word, words()),
                words().collect::<Vec<_>>().join(", ")
            )
        })?;
        match file.map(str::trim) {
            Some("") => Err(format!("no file behind `{word}=`; leave the `=` out for one in the report folder")),
            file => Ok(Self { format, file: file.map(PathBuf::from) }),
        }
    }
}

impl TryFrom<String> for ReportFile {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// Where all reports go that were asked for.
#[derive(Debug)]
pub(super) struct ReportFiles {
    files: Vec<(Format, PathBuf)>,
    /// What is printed in place of the text.
    printed: Option<Format>,
    summary: Option<PathBuf>,
}

impl ReportFiles {
    /// Looks whether each can be where it is to be. Those without a file go into `folder`, and are called `stem`.
    pub(super) fn of(asked: &[ReportFile], folder: &Path, stem: &str) -> Result<Self, Failure> {
        let (mut files, mut printed) = (Vec::new(), None);
        for ReportFile { format, file } in asked {
            let word = format.word();
            match file {
                Some(dash) if dash.as_os_str() == "-" => match printed.replace(*format) {
                    None => {}
                    Some(_) => {
                        return Err(Failure::usage("--report: two reports to standard output\n  name a file for one"));
                    }
                },
                Some(file) => {
                    free(file, folder, *format)
                        .map_err(|says| Failure::usage(format!("--report {word}={}: {says}", file.display())))?;
                    files.push((*format, file.clone()));
                }
                // The folder of a run has it anyway.
                None if *format == Format::Json && stem == "report" => {}
                None => files.push((*format, folder.join(format!("{stem}.{}", format.ending())))),
            }
        }
        if let Some((format, file)) = files
            .iter()
            .enumerate()
            .find(|(at, (_, file))| files[..*at].iter().any(|(_, other)| other == file))
            .map(|(_, row)| row)
        {
            return Err(Failure::usage(format!(
                "--report {}={}: another report goes there\n  name a file for each",
                format.word(),
                file.display()
            )));
        }
        let summary = files.iter().any(|(format, _)| *format == Format::Markdown).then(summary).flatten();
        Ok(Self { files, printed, summary })
    }

    /// Prints the report: as text, unless another format takes its place.
    pub(super) fn print(&self, report: &Report) {
        print(&render(report, self.printed.unwrap_or(Format::Text)));
    }

    /// Whether standard output has nothing but a report of another format.
    pub(super) fn is_printed(&self) -> bool {
        self.printed.is_some()
    }

    /// Writes all of them. The error names each that could not be.
    pub(super) fn write(&self, report: &Report) -> Result<(), Failure> {
        let mut faults = Vec::new();
        for (format, file) in &self.files {
            if let Err(error) = whole(file, &render(report, *format)) {
                faults.push(format!("{}: the report cannot be written as {}: {error}", file.display(), format.word()));
            }
        }
        if let Some(summary) = &self.summary
            && let Err(error) =
                append(summary, report, self.files.iter().find(|(format, _)| *format == Format::Markdown))
        {
            faults.push(format!("{}: the summary cannot be written: {error}", summary.display()));
        }
        if faults.is_empty() {
            return Ok(());
        }
        faults.push(
            "  the verdict was printed; `touchmark judge` writes reports again from the journal of a run".to_owned(),
        );
        Err(Failure::usage(faults.join("\n")))
    }
}

/// Whether a file can be where it is to be, as far as can be seen without making it.
fn free(file: &Path, folder: &Path, format: Format) -> Result<(), String> {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if file.is_dir() {
        return Err("it is a folder\n  name a file in it; nothing was sent".to_owned());
    }
    if !parent.is_dir() {
        return Err(format!(
            "there is no folder {}\n  make it, or name another file; nothing was sent",
            parent.display()
        ));
    }
    // The whole report may be written again over itself, and over nothing else.
    let itself = |name: &str| format == Format::Json && name == TAKEN[0];
    let taken = file.file_name().is_some_and(|name| TAKEN.iter().any(|taken| name == *taken && !itself(taken)));
    let same =
        |a: &Path, b: &Path| a == b || fs::canonicalize(a).is_ok_and(|a| fs::canonicalize(b).is_ok_and(|b| a == b));
    if taken && same(parent, folder) {
        return Err("the run itself writes that file\n  name another one; nothing was sent".to_owned());
    }
    Ok(())
}

/// Writes a file whole or not at all. What is no plain file, such as a pipe, is written to as it is.
fn whole(file: &Path, text: &str) -> io::Result<()> {
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    if fs::metadata(&file).is_ok_and(|there| !there.is_file()) {
        return fs::OpenOptions::new().write(true).open(&file)?.write_all(text.as_bytes());
    }
    replace(&file, text.as_bytes())
}

#[expect(clippy::disallowed_methods, reason = "GitHub names the file of a job's summary in the environment")]
fn summary() -> Option<PathBuf> {
    std::env::var_os(SUMMARY_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Adds the page to the summary of a job, or where it is, as long as the summary stays below the limit.
fn append(summary: &Path, report: &Report, page: Option<&(Format, PathBuf)>) -> io::Result<()> {
    let before = usize::try_from(fs::metadata(summary).map_or(0, |there| there.len())).unwrap_or(usize::MAX);
    let fits = |text: &str| before.saturating_add(text.len()) < SUMMARY_BYTES_MAX;
    let whole = render(report, Format::Markdown);
    let place = page.map(|(_, file)| file.display().to_string()).unwrap_or_default();
    let gaps = plural(report.gaps.iter().filter(|gap| gap.counts()).count(), "gap");
    let short = format!(
        "Touchmark: {gaps}, exit code {}.\n\nThis summary is full; the page is `{place}`.\n",
        report.exit_code()
    );
    let Some(text) = [&whole, &short].into_iter().find(|text| fits(text)) else {
        say(&format!("{}: the summary of the job is full; the page is {place}", summary.display()));
        return Ok(());
    };
    fs::OpenOptions::new().append(true).create(true).open(summary)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_format_and_perhaps_a_file() {
        let check = |text: &str| text.parse::<ReportFile>().map(|one| (one.format, one.file));
        assert_eq!(check("junit"), Ok((Format::Junit, None)));
        assert_eq!(check("code-scanning=a=b.sarif"), Ok((Format::CodeScanning, Some(PathBuf::from("a=b.sarif")))));
        for (text, says) in [("hmtl", "there are text, json"), ("html=", "no file behind"), ("", "is no format")] {
            assert!(check(text).is_err_and(|fault| fault.contains(says)), "{text}");
        }
    }
}
