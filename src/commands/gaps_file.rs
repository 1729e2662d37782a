//! A file of known gaps that a run adds to: what it found, who answers for it, and until when it is accepted.
//!
//! In: a report. Out: rows at the end of the file. What stands in the file stays as it is, and a gap that it has already gets no second row.

use std::{collections::BTreeMap, fs, path::PathBuf};

use clap::Args;

use super::{
    Failure,
    files::write_whole,
    known_gaps::{known_gaps, now_s},
    text_lines::{quoted, shown},
};
use crate::{
    decode::time,
    report::{Report, plural},
};

/// For how long a gap is accepted where nobody says until when, in days.
const ACCEPTED_DAYS: i64 = 90;

/// Where gaps are written that are accepted from now on.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct GapsWriting {
    /// Add the gaps that are found to a file of known gaps
    #[arg(long, hide_short_help = true, value_name = "FILE", requires = "gaps_owner")]
    write_known_gaps: Option<PathBuf>,
    /// Who answers for the gaps that are added
    #[arg(long, hide_short_help = true, value_name = "NAME", requires = "write_known_gaps")]
    gaps_owner: Option<String>,
    /// The last day on which the gaps that are added are accepted; without it, in 90 days
    #[arg(long, hide_short_help = true, value_name = "YYYY-MM-DD", requires = "write_known_gaps")]
    gaps_until: Option<String>,
}

/// A file that is added to.
pub(super) struct GapsFile {
    path: PathBuf,
    before: String,
    /// What it accepts by now.
    known: BTreeMap<String, String>,
    owner: String,
    today: String,
    until: String,
}

impl GapsWriting {
    /// Looks at the file before anything is sent: what cannot be read is not written over.
    pub(super) fn begin(&self) -> Result<Option<GapsFile>, Failure> {
        let (Some(path), Some(owner)) = (&self.write_known_gaps, &self.gaps_owner) else { return Ok(None) };
        if owner.trim().is_empty() {
            return Err(Failure::usage("--gaps-owner is empty\n  name who answers for the gaps, such as a team"));
        }
        let today = time::date(now_s());
        let until = self.gaps_until.clone().unwrap_or_else(|| time::date(now_s() + ACCEPTED_DAYS * 86_400));
        let end = time::iso8601(&format!("{until}T23:59:59Z"));
        if end.is_none_or(|end| end < now_s()) {
            return Err(Failure::usage(format!(
                "--gaps-until {until}: it is no day from today on\n  write YYYY-MM-DD, such as {}",
                time::date(now_s() + ACCEPTED_DAYS * 86_400)
            )));
        }
        let there = path.exists();
        let known = known_gaps(Some(path.as_path()).filter(|_| there))?;
        let before = if there { fs::read_to_string(path).unwrap_or_default() } else { String::new() };
        Ok(Some(GapsFile { path: path.clone(), before, known, owner: owner.trim().to_owned(), today, until }))
    }
}

impl GapsFile {
    /// Adds the gaps of a report that nobody has accepted; what was done, for people.
    pub(super) fn add(&self, report: &Report) -> Result<String, Failure> {
        let name = self.path.display();
        let (text, count) = self.text(report);
        if count == 0 {
            return Ok(format!("no gap to add to {name}"));
        }
        write_whole(&self.path, text.as_bytes()).map_err(|error| {
            Failure::usage(format!(
                "{name}: cannot be written: {error}\n  name a file in a folder that can be written to"
            ))
        })?;
        let count = plural(count, "known gap");
        Ok(format!("added {count} to {name}, until {}; --known-gaps {name} accepts what it has", self.until))
    }

    fn text(&self, report: &Report) -> (String, usize) {
        let mut text = self.before.clone();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let is_new = |id: &str| !self.known.keys().any(|prefix| id.starts_with(prefix.as_str()));
        let new: Vec<_> = report.gaps.iter().filter(|gap| gap.counts() && is_new(&gap.requirement)).collect();
        for gap in &new {
            text.push_str(&format!(
                "{}# {}\n[[gap]]\nid = {}\nreason = {}\nowner = {}\nexpires = \"{}\"\n",
                if text.is_empty() { "" } else { "\n" },
                shown(&gap.says),
                quoted(&gap.requirement),
                quoted(&format!("seen on {}: {}", self.today, shown(&gap.got))),
                quoted(&self.owner),
                self.until
            ));
        }
        (text, new.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::{known_gaps::read_known_gaps, replay::read_report};

    /// A report with the gaps of some ids.
    fn report(gaps: &[(&str, &str)]) -> Report {
        let gap = |(id, got): &(&str, &str)| {
            serde_json::json!({"requirement": id, "level": "must", "section": "s", "page": 1, "says": "It is so.\nseed = 1",
                "expected": "x", "got": got, "blame": "target", "known": null, "curl": "", "replay": "",
                "request": {"line": "", "headers": [], "body": ""}, "response": {"line": "", "headers": [], "body": ""}})
        };
        let report = serde_json::json!({"schema_version": 1, "tool": {"name": "t", "version": "1"},
            "guide": {"title": "g", "edition": "1", "api_version": "1", "digest": ""}, "target": {"url": "u", "api_version": null},
            "run": {"seed": 0, "cases": 1, "requests": 1, "duration_ms": 1, "allow": "read", "rate": "off", "suites": [], "only": [],
                "emulator": []},
            "summary": {"pass": 0, "warn": 0, "fail": 1, "inconclusive": 0, "not_applicable": 0, "error": 0}, "requirements": [],
            "gaps": gaps.iter().map(gap).collect::<Vec<_>>(), "observations": []});
        read_report(&report.to_string()).unwrap()
    }

    #[test]
    fn what_the_file_has_stays_and_what_is_new_is_added_once_with_owner_and_day() {
        let before = "# ours\n[[gap]]\nid = 'a/'\nreason = 'old'\nexpires = '2999-01-01'";
        let known = read_known_gaps(before, 0).unwrap();
        let file = |before: &str, known| GapsFile {
            path: PathBuf::new(),
            before: before.to_owned(),
            known,
            owner: "team \"x\"".to_owned(),
            today: "2024-12-03".to_owned(),
            until: "2999-01-02".to_owned(),
        };
        let report = report(&[("a/b", "1"), ("c/d", "two\n[[gap]]\"")]);
        let (text, count) = file(before, known).text(&report);
        assert_eq!((count, text.starts_with(before)), (1, true), "{text}");
        let now = read_known_gaps(&text, 0).unwrap();
        assert_eq!(now.keys().collect::<Vec<_>>(), ["a/", "c/d"]);
        assert_eq!(now["c/d"], "seen on 2024-12-03: two [[gap]]\" (team \"x\", until 2999-01-02)");
        assert_eq!(file(&text, now).text(&report), (text, 0));
    }
}
