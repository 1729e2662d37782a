//! The kill matrix: which defect fails which requirements.
//!
//! In: what a proof found. Out: the whole matrix as text, and a summary that a person can review: a table by chapter, and for each
//! chapter the defects that a single requirement notices, which are lost with that requirement. Nothing here runs anything.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write as _},
    fs, io,
    path::Path,
};

use crate::{
    emulator::{self, DefectId},
    model::id::RequirementId,
};

/// Which defect fails which requirements.
#[derive(Debug, Default)]
pub struct Matrix {
    /// Defect and what fails with it.
    pub rows: BTreeMap<DefectId, Vec<Noticed>>,
    /// Must requirements that no defect fails.
    pub never_failed: Vec<RequirementId>,
    /// Defects that no requirement notices.
    pub unnoticed: Vec<DefectId>,
    /// What the emulator without defects is accused of, by seed.
    pub accused: Vec<String>,
    /// Exceptions that except nothing.
    pub stale: Vec<String>,
    /// Defects of HTTP itself that no request of `certify` meets, where a whole run was seen.
    pub beyond_certify: BTreeSet<DefectId>,
    /// The count of exceptions that were used.
    pub excepted: usize,
}

/// How a defect was noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Noticed {
    /// The requirement failed.
    Failed(RequirementId),
    /// The requirement failed and rests on one that failed.
    Masked(RequirementId),
    /// The run could not even start, and why.
    Aborted(String),
}

impl Noticed {
    /// What noticed it: a requirement, or the reason of the run.
    pub(super) fn by(&self) -> &str {
        match self {
            Self::Failed(id) | Self::Masked(id) => id,
            Self::Aborted(reason) => reason,
        }
    }
}

impl fmt::Display for Noticed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(id) => write!(f, "{id}"),
            Self::Masked(id) => write!(f, "({id})"),
            Self::Aborted(reason) => write!(f, "(aborted: {reason})"),
        }
    }
}

/// What a summary counts of a chapter.
#[derive(Default)]
struct Chapter<'a> {
    defects: usize,
    by_none: usize,
    by_several: usize,
    /// Defect and the one requirement that notices.
    by_one: Vec<(&'a DefectId, &'a Noticed)>,
    requirements: BTreeSet<&'a str>,
}

impl Matrix {
    /// The ids of all requirements that a defect fails.
    pub(super) fn failed(&self) -> BTreeSet<&str> {
        self.rows.values().flatten().map(Noticed::by).collect()
    }

    /// The matrix, one defect a paragraph.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for (defect, failed) in &self.rows {
            let _ = writeln!(out, "{defect}");
            for noticed in failed {
                let _ = writeln!(out, "  {noticed}");
            }
        }
        out
    }

    /// The files of a summary, by name: a table of all chapters, and for each what a single requirement notices.
    fn summary(&self) -> BTreeMap<String, String> {
        let mut chapters: BTreeMap<String, Chapter<'_>> = BTreeMap::new();
        for defect in emulator::catalogue() {
            let Some((id, failed)) = self.rows.get_key_value(&defect.id) else { continue };
            let chapter = chapters.entry(chapter(&defect.touches).to_owned()).or_default();
            chapter.defects += 1;
            chapter.requirements.extend(failed.iter().map(Noticed::by));
            match failed.as_slice() {
                [] => chapter.by_none += 1,
                [one] => chapter.by_one.push((id, one)),
                _ => chapter.by_several += 1,
            }
        }
        let mut table = format!(
            "{:<14} {:>7} {:>15} {:>10} {:>7} {:>12}\n",
            "chapter", "defects", "noticed by one", "by several", "by none", "requirements"
        );
        let mut files = BTreeMap::new();
        for (name, mut chapter) in chapters {
            let Chapter { defects, by_none, by_several, by_one, requirements } = &mut chapter;
            let (one, failed) = (by_one.len(), requirements.len());
            let _ = writeln!(table, "{name:<14} {defects:>7} {one:>15} {by_several:>10} {by_none:>7} {failed:>12}");
            by_one.sort_unstable_by_key(|(defect, _)| *defect);
            let lines = by_one.iter().map(|(defect, requirement)| format!("{defect}  {requirement}\n"));
            files.insert(format!("{name}.txt"), lines.collect());
        }
        files.insert("by-chapter.txt".to_owned(), table);
        let noticed = |id: &&DefectId| self.rows.get(*id).is_some_and(|by| !by.is_empty());
        let only = self.beyond_certify.iter().filter(noticed).map(|id| format!("{id}\n"));
        files.insert("only-fuzzing.txt".to_owned(), only.collect());
        files
    }

    /// Writes `matrix.txt` and the folder `summary`.
    ///
    /// # Errors
    /// What the file system says.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let summary = folder.join("summary");
        fs::create_dir_all(&summary)?;
        fs::write(folder.join("matrix.txt"), self.to_text())?;
        self.summary().into_iter().try_for_each(|(name, text)| fs::write(summary.join(name), text))
    }
}

/// The first part of an id.
pub(super) fn chapter(id: &str) -> &str {
    id.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_by_chapter_and_names_what_one_requirement_notices() {
        let (failed, masked) = (|id: &str| Noticed::Failed(id.into()), |id: &str| Noticed::Masked(id.into()));
        let rows = [
            ("behaviour:auth/token:token-never-works".into(), vec![failed("auth/token/works")]),
            (
                "drop:auth/token:json/access_token".into(),
                vec![failed("auth/token/response"), masked("auth/token/works")],
            ),
            ("drop:auth/token:json/expires_in".into(), Vec::new()),
        ];
        let matrix = Matrix { rows: rows.into(), ..Matrix::default() };
        let files = matrix.summary();
        assert_eq!(files["auth.txt"], "behaviour:auth/token:token-never-works  auth/token/works\n");
        let table = &files["by-chapter.txt"];
        assert!(table.ends_with("auth                 3               1          1       1            2\n"), "{table}");
    }
}
