//! A folder of snapshots.
//!
//! In: snapshots, or a path. Out: files that insta would write, and those beside them (`.snap.new`) that wait for review. Every file is
//! written whole under another name before it takes its place, so that neither a full disk nor an interruption costs what is there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use super::{Failure, files::read_at_most};
use crate::drift::{Drift, SNAPSHOT_BYTES_MAX, Snapshot, file_name};

/// The most snapshots of a folder.
const FILES_MAX: usize = 20_000;

/// The folder in which files are written before they take their places.
const PARTS: &str = ".touchmark-part";

/// A folder of snapshots.
pub(super) struct SnapshotFolder {
    path: PathBuf,
}

impl SnapshotFolder {
    pub(super) fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    pub(super) fn has_snapshots(&self) -> Result<bool, Failure> {
        Ok(!self.files(".snap")?.is_empty() || !self.files(".snap.new")?.is_empty())
    }

    /// The file of the snapshot of that id.
    pub(super) fn file(&self, id: &str) -> PathBuf {
        self.path.join(file_name(id))
    }

    /// The file of what waits for review.
    pub(super) fn pending_file(&self, id: &str) -> PathBuf {
        self.path.join(format!("{}.new", file_name(id)))
    }

    /// The snapshots by their ids, all of that edition of the guide.
    pub(super) fn read(&self, edition: &str) -> Result<BTreeMap<String, Snapshot>, Failure> {
        self.read_those(".snap", edition)
    }

    /// What waits for review, by id.
    pub(super) fn read_pending(&self, edition: &str) -> Result<BTreeMap<String, Snapshot>, Failure> {
        self.read_those(".snap.new", edition)
    }

    fn read_those(&self, ending: &str, edition: &str) -> Result<BTreeMap<String, Snapshot>, Failure> {
        let mut snapshots = BTreeMap::new();
        for path in self.files(ending)? {
            let snapshot = read_snapshot(&path).map_err(|says| {
                Failure::usage(format!(
                    "{}: {says}\n  take the file back from version control, or delete it and record it anew; nothing was changed",
                    path.display()
                ))
            })?;
            if snapshot.head.guide != edition {
                return Err(Failure::usage(format!(
                    "{}: it was recorded by edition {} of the guide, and this program has {edition}\n  record anew into another folder with `touchmark snapshot record --dir DIR`; nothing was changed",
                    path.display(),
                    snapshot.head.guide
                )));
            }
            if let Some(twice) = snapshots.insert(snapshot.head.id.clone(), snapshot) {
                return Err(Failure::usage(format!(
                    "{}: another file has the id {}, too\n  delete one of them; nothing was changed",
                    path.display(),
                    twice.head.id
                )));
            }
        }
        Ok(snapshots)
    }

    /// The files with that ending, in the order of their names; none where there is no folder.
    pub(super) fn files(&self, ending: &str) -> Result<Vec<PathBuf>, Failure> {
        let fault = |error: io::Error| {
            Failure::usage(format!("{}: {error}\n  name a folder of snapshots with --dir", self.path.display()))
        };
        let entries = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(fault)?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(fault)?.path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ending)) {
                files.push(path);
            }
            if files.len() > FILES_MAX {
                return Err(Failure::usage(format!(
                    "{}: more than the {FILES_MAX} snapshots that are read\n  name another folder with --dir",
                    self.path.display()
                )));
            }
        }
        files.sort();
        Ok(files)
    }

    /// Puts snapshots in the place of all that the folder has; their count. Other files stay.
    pub(super) fn replace<'a>(&self, snapshots: impl Iterator<Item = &'a Snapshot>) -> Result<usize, Failure> {
        let files: Vec<(PathBuf, String)> = snapshots.map(|one| (self.file(&one.head.id), one.write())).collect();
        let mut old: BTreeSet<PathBuf> = self.files(".snap")?.into_iter().collect();
        old.extend(self.files(".snap.new")?);
        self.write_all(&files)?;
        for path in old.iter().filter(|path| !files.iter().any(|(new, _)| new == *path)) {
            fs::remove_file(path).map_err(|error| self.fault(&error))?;
        }
        Ok(files.len())
    }

    /// Writes what waits for review, and removes what does not wait any more of what was looked at.
    pub(super) fn write_pending<'a>(
        &self,
        found: &Drift,
        looked_at: impl Iterator<Item = &'a String>,
    ) -> Result<(), Failure> {
        let files: Vec<(PathBuf, String)> =
            found.pending.iter().map(|(id, snapshot)| (self.pending_file(id), snapshot.write())).collect();
        self.write_all(&files)?;
        for id in looked_at.filter(|id| !found.pending.contains_key(*id) && !found.missing.contains(*id)) {
            match fs::remove_file(self.pending_file(id)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(self.fault(&error)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Writes files beside their places first, and moves them there when all of them are whole.
    pub(super) fn write_all(&self, files: &[(PathBuf, String)]) -> Result<(), Failure> {
        if files.is_empty() {
            return Ok(());
        }
        let parts = self.path.join(PARTS);
        let write = || {
            fs::create_dir_all(&parts)?;
            for (number, (_, text)) in files.iter().enumerate() {
                fs::write(parts.join(number.to_string()), text)?;
            }
            files
                .iter()
                .enumerate()
                .try_for_each(|(number, (path, _))| fs::rename(parts.join(number.to_string()), path))
        };
        let written = write();
        let _ = fs::remove_dir_all(&parts);
        written.map_err(|error| self.fault(&error))
    }

    fn fault(&self, error: &io::Error) -> Failure {
        Failure::usage(format!(
            "{}: snapshots cannot be written here: {error}\n  make room or name another folder with --dir; those that were there are there",
            self.path.display()
        ))
    }
}

/// Reads the file of a snapshot.
pub(super) fn read_snapshot(path: &Path) -> Result<Snapshot, String> {
    let bytes = read_at_most(path, SNAPSHOT_BYTES_MAX as u64, "a snapshot may have")?;
    Snapshot::read(std::str::from_utf8(&bytes).map_err(|_| "it is no UTF-8 text")?)
}
