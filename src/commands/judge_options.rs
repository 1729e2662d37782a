//! The options of `judge`, each of them one field; the comment of a field is its help.

use std::{path::PathBuf, str::FromStr};

use clap::Args;

use super::{Failure, gaps_file::GapsWriting, option_values::RepositoryFile, report_files::ReportFile};

#[derive(Debug, Args)]
pub(super) struct JudgeOptions {
    /// A journal.jsonl.gz, a report folder, or those of all shards of one run; or a bundle, a HAR of a browser or proxy, a saved answer (with --as), or a folder of HARs and saved answers; with --against also a report.json
    #[arg(required_unless_present = "metrics", conflicts_with = "metrics")]
    pub(super) journal: Vec<PathBuf>,
    /// Write report.json, and the journals as one, to this folder
    #[arg(long, value_name = "DIR", conflicts_with = "metrics")]
    pub(super) report_dir: Option<PathBuf>,
    /// Known gaps, with reason and expiry
    #[arg(long, hide_short_help = true, value_name = "FILE", conflicts_with = "metrics")]
    pub(super) known_gaps: Option<PathBuf>,
    #[command(flatten)]
    pub(super) gaps_writing: GapsWriting,
    /// Only requirements whose id starts with this
    #[arg(long, value_name = "ID-PREFIX")]
    pub(super) only: Vec<String>,
    /// Spec data of a folder instead of the data inside the program
    #[arg(long, hide_short_help = true, value_name = "DIR")]
    pub(super) specs: Option<PathBuf>,
    /// What is unlike the rest of its topic, where the guide leaves it open, is a warning
    #[arg(long, hide_short_help = true)]
    pub(super) strict: bool,
    /// A report.json of before: what is fixed by now, what is new, and what is the same
    #[arg(long, hide_short_help = true, value_name = "REPORT", conflicts_with = "metrics")]
    pub(super) against: Option<PathBuf>,
    /// What the report is written as besides, and where: `html`, `junit=results.xml`, `sarif=-` for standard output; beside the journal where
    /// no file is named. It can be given several times
    #[arg(long = "report", value_name = "FORMAT[=FILE]", conflicts_with = "metrics")]
    pub(super) reports: Vec<ReportFile>,
    /// The file of your repository at which SARIF shows what was found; GitHub shows an alert only at a file that is there
    #[arg(long, hide_short_help = true, value_name = "FILE", conflicts_with = "metrics")]
    pub(super) sarif_location: Option<RepositoryFile>,
    /// The endpoint that gave a saved answer, such as command/get_logged_in_reps
    #[arg(long = "as", value_name = "ENDPOINT")]
    pub(super) answer_of: Option<String>,
    /// The host of a recording whose exchanges are judged, where it has several
    #[arg(long, hide_short_help = true, value_name = "HOST")]
    pub(super) host: Option<String>,
    /// API version of the recorded target, when the recording does not show it
    #[arg(long, hide_short_help = true, value_name = "V")]
    pub(super) api_version: Option<String>,
    /// Write what was judged as a recording: `har=FILE`
    #[arg(long, hide_short_help = true, value_name = "FORMAT=FILE")]
    pub(super) export: Option<Export>,
    /// Export only exchanges whose request the guide has as lawful, as a recording that knows nothing of the run
    #[arg(long, hide_short_help = true, requires = "export")]
    pub(super) lawful: bool,
    /// The metrics of pages 133 to 135 from a state archive and the event archives after it, in order; gzip or plain
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["only", "specs"])]
    pub(super) metrics: Vec<PathBuf>,
    /// Count from this time on (ISO 8601 or seconds since 1970) and not from the first event
    #[arg(long, hide_short_help = true, allow_hyphen_values = true, value_name = "TIME", requires = "metrics")]
    pub(super) from: Option<String>,
    /// Count up to this time and not to the last event
    #[arg(long, hide_short_help = true, allow_hyphen_values = true, value_name = "TIME", requires = "metrics")]
    pub(super) to: Option<String>,
    /// Print the metrics as JSON
    #[arg(long, hide_short_help = true, requires = "metrics")]
    pub(super) json: bool,
}

impl JudgeOptions {
    /// Where the report is found, for its replay lines.
    pub(super) fn report_path(&self) -> String {
        self.report_dir
            .as_ref()
            .map_or_else(|| "report.json".to_owned(), |dir| dir.join("report.json").display().to_string())
    }

    /// Refuses what says something of a recording, where what is judged says it itself.
    pub(super) fn not_of_a_recording(&self, name: &str) -> Result<(), Failure> {
        let given = [("--as", &self.answer_of), ("--host", &self.host), ("--api-version", &self.api_version)];
        match given.iter().find(|(_, value)| value.is_some()) {
            None => Ok(()),
            Some((option, _)) => Err(Failure::usage(format!(
                "{option}: it is for one recording that others made, and {name} says itself what it is of\n  leave it out"
            ))),
        }
    }
}

/// A format and the file that it is written to.
#[derive(Debug, Clone)]
pub(super) struct Export(pub(super) PathBuf);

impl FromStr for Export {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some(("har", file)) if !file.is_empty() => Ok(Self(file.into())),
            _ => Err("write har=FILE".to_owned()),
        }
    }
}
