//! What a verdict means to whoever counts, so that every format counts alike and as the exit code does.
//!
//! In: a row of a report. Out: its [`Standing`]. What could not be tested is never one of what is kept.

use std::collections::HashMap;

use super::{Gap, Report, RequirementRow};
use crate::{model::verdict::Verdict, spec::Level};

/// What a row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// The target breaks it, and nobody has accepted that.
    Gap,
    /// A fault of this program.
    Broken,
    /// A `must` that could not be tested.
    Open,
    /// A known gap, or what cannot be tested while that is one.
    Known,
    /// A `should` that is not met.
    Warned,
    /// It could not be tested, and is no `must`.
    Untested,
    /// It does not concern this target or this run.
    NotApplicable,
    /// The target keeps it.
    Kept,
}

impl Standing {
    /// Of a row.
    pub(super) fn of(row: &RequirementRow) -> Self {
        match row.verdict {
            Verdict::Pass => Self::Kept,
            Verdict::NotApplicable => Self::NotApplicable,
            Verdict::Error => Self::Broken,
            _ if row.known.is_some() => Self::Known,
            Verdict::Fail if row.level == Level::Should.word() => Self::Warned,
            Verdict::Fail => Self::Gap,
            Verdict::Warn => Self::Warned,
            Verdict::Inconclusive if row.level == Level::Must.word() => Self::Open,
            Verdict::Inconclusive => Self::Untested,
        }
    }

    /// Whether it keeps the exit code from being 0.
    pub(super) fn fails(self) -> bool {
        matches!(self, Self::Gap | Self::Broken | Self::Open)
    }
}

/// The gaps of a report by the id of their requirement.
pub(super) fn gaps_by_id(report: &Report) -> HashMap<&str, &Gap> {
    report.gaps.iter().map(|gap| (gap.requirement.as_str(), gap)).collect()
}

/// Rows, those first that somebody has to look at; among equals by id.
pub(super) fn by_weight(report: &Report) -> Vec<(Standing, &RequirementRow)> {
    let mut rows: Vec<_> = report.requirements.iter().map(|row| (Standing::of(row), row)).collect();
    rows.sort_by_key(|(standing, _)| *standing);
    rows
}

/// Where a row's statement stands: the page of the guide, or the standard beside it.
pub(super) fn citation(section: &str, page: u32) -> String {
    match page {
        0 => section.to_owned(),
        page => format!("{section}, p. {page}"),
    }
}

/// The first two words of an id: the chapter, and the endpoint or what stands in its place.
pub(super) fn group(id: &str) -> &str {
    id.match_indices('/').nth(1).map_or(id, |(at, _)| &id[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_grouped_by_their_first_two_words() {
        assert_eq!([group("a/b/c/d"), group("a/b"), group("a"), group("")], ["a/b", "a/b", "a", ""]);
    }
}
