//! What only certifying is asked: with what to begin, and what to keep to.
//!
//! In: a command line, and the report of an earlier run. Out: a part of the plan. A report that cannot be read ends the command before anything
//! is sent; where it is only implied that there is one, there may be none.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Failure, against, option_values::from_text_of, places::Places, report_folder, say, settings::Settings};
use crate::{
    model::{id::RequirementId, suite::Suite, verdict::Verdict},
    report::{EMBEDDED, Report, plural},
    run::Budget,
};

/// What only certifying is asked.
#[derive(Debug, Default, Args)]
pub(super) struct Economy {
    /// Begin with what failed last time, by the report in the report folder or by another one
    #[arg(long, hide_short_help = true, value_name = "REPORT", num_args = 0..=1, require_equals = true)]
    failed_first: Option<Option<PathBuf>>,
    /// Test what tells most with that many requests, such as 200, or in a time, such as 60s or 5m
    #[arg(long, hide_short_help = true, allow_hyphen_values = true, value_name = "N|TIME", value_parser = from_text_of::<Budget>)]
    budget: Option<Budget>,
}

impl Economy {
    /// Reads the last report, and puts what is asked into the plan. What is read is not written over, but by the report that comes after it.
    pub(super) fn put_into(&self, settings: &mut Settings, places: &mut Places) -> Result<(), Failure> {
        if let Some(budget) = self.budget.filter(|_| settings.plan.suites.contains(&Suite::Fuzz)) {
            return Err(Failure::usage(format!(
                "--budget {budget}: it is for what certify tests by itself\n  touchmark fuzz has --requests and --time"
            )));
        }
        settings.plan.budget = self.budget;
        let Some(named) = &self.failed_first else { return Ok(()) };
        let usual = report_folder::report_in(&settings.report_dir);
        let path = match named {
            Some(path) if path.is_dir() => report_folder::report_in(path),
            Some(path) => path.clone(),
            None if !usual.exists() => {
                say(&format!("--failed-first: there is no {} yet, so nothing goes before the rest", usual.display()));
                return Ok(());
            }
            None => usual.clone(),
        };
        if !super::places::is_one_file(&path, &usual) {
            places.reads("--failed-first", &path);
        }
        let last = against::read(&path).map_err(|says| {
            Failure::usage(format!(
                "--failed-first {}: {says}\n  name the report.json of an earlier run, or leave it out; nothing was sent",
                path.display()
            ))
        })?;
        settings.plan.first = failed(&last).cloned().collect();
        say(&told(&last, &path, settings));
        Ok(())
    }
}

/// What failed or warned, and what had failed before and was left out.
fn failed(last: &Report) -> impl Iterator<Item = &RequirementId> {
    let rows = last.requirements.iter().filter(|row| matches!(row.verdict, Verdict::Fail | Verdict::Warn));
    let still = last.run.failed_first.iter().filter(|id| last.left_out.contains(id));
    rows.map(|row| &row.id).chain(still)
}

/// What goes first, for people.
fn told(last: &Report, path: &Path, settings: &Settings) -> String {
    let target = settings.target.as_deref().unwrap_or(EMBEDDED);
    let of = if last.target.url == target { String::new() } else { format!(", of {}", last.target.url) };
    let path = path.display();
    match settings.plan.first.len() {
        0 => format!("--failed-first: nothing failed by {path}{of}, so nothing goes before the rest"),
        count => format!("first goes what failed by {path}{of}: {}", plural(count, "requirement")),
    }
}
