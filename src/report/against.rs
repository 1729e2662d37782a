//! Two reports of a target, one before the other: which gaps are fixed, which are new, and which are the same.
//!
//! In: both reports. Out: an [`Against`], and a text of it. What the later run did not test is not called fixed.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Gap, Report, RequirementRow, plural};
use crate::model::{id::RequirementId, verdict::Verdict};

/// What became of the gaps of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Against<'a> {
    /// Gaps of the earlier report whose requirements pass by now.
    pub fixed: Vec<&'a Gap>,
    /// Gaps that the earlier report does not have.
    pub new: Vec<&'a Gap>,
    /// Gaps that both have, as the later one shows them.
    pub same: Vec<&'a Gap>,
    /// Gaps of the earlier report that the later run did not test, and why.
    pub untested: Vec<(&'a Gap, String)>,
    /// What else has another verdict: the requirement, and the verdicts before and now.
    pub other: Vec<(&'a RequirementId, Verdict, Verdict)>,
}

impl<'a> Against<'a> {
    /// Compares a report with an earlier one.
    #[must_use]
    pub fn of(before: &'a Report, now: &'a Report) -> Self {
        let rows = |report: &'a Report| -> BTreeMap<&str, &'a RequirementRow> {
            report.requirements.iter().map(|row| (row.id.as_str(), row)).collect()
        };
        let (old_rows, new_rows) = (rows(before), rows(now));
        let has = |report: &Report, gap: &Gap| report.gaps.iter().any(|one| one.requirement == gap.requirement);
        let (same, new) = now.gaps.iter().partition(|gap| has(before, gap));
        let mut against = Self { fixed: Vec::new(), new, same, untested: Vec::new(), other: Vec::new() };
        for gap in before.gaps.iter().filter(|gap| !has(now, gap)) {
            match new_rows.get(gap.requirement.as_str()) {
                Some(row) if row.verdict == Verdict::Pass => against.fixed.push(gap),
                Some(row) => {
                    against.untested.push((gap, row.reason.clone().unwrap_or_else(|| row.verdict.word().to_owned())))
                }
                None => against.untested.push((gap, "it was not asked for".to_owned())),
            }
        }
        let is_gap = |id: &str| before.gaps.iter().chain(&now.gaps).any(|gap| *gap.requirement == *id);
        against.other = now
            .requirements
            .iter()
            .filter_map(|row| Some((&row.id, old_rows.get(row.id.as_str())?.verdict, row.verdict)))
            .filter(|(id, was, is)| was != is && !is_gap(id))
            .collect();
        against
    }

    /// Whether a gap is new that makes the target not conformant.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        self.new.iter().any(|gap| gap.counts())
    }

    /// What became of the gaps, for people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        let line = |out: &mut String, what: &str, gap: &Gap, rest: &str| {
            let known = gap.known.as_ref().map_or_else(String::new, |reason| format!(" (known: {reason})"));
            let _ = writeln!(out, "{what:<8} {:<9} {}, p. {}{known}", gap.level, gap.requirement, gap.page);
            if !rest.is_empty() {
                let _ = writeln!(out, "         {rest}");
            }
        };
        self.new
            .iter()
            .for_each(|gap| line(&mut out, "new", gap, &format!("expected {}, got {}", gap.expected, gap.got)));
        self.same.iter().for_each(|gap| line(&mut out, "same", gap, ""));
        self.untested.iter().for_each(|(gap, why)| line(&mut out, "untested", gap, why));
        self.fixed.iter().for_each(|gap| line(&mut out, "fixed", gap, ""));
        for (id, was, is) in &self.other {
            let _ = writeln!(out, "verdict  {id}: {} before, {} now", was.word(), is.word());
        }
        let _ = writeln!(
            out,
            "{} fixed, {} new, {} the same, {} not tested any more; {} with another verdict",
            self.fixed.len(),
            self.new.len(),
            self.same.len(),
            self.untested.len(),
            plural(self.other.len(), "other requirement")
        );
        out
    }
}
