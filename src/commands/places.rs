//! Which files a command reads, and which it writes: what is read is never written over, and no file is written twice.
//!
//! In: options, and the paths behind them. Out: nothing, or the first two that are one file, however each is spelt. Nothing is opened, and
//! what is no plain file, such as a pipe, may be named as often as one likes.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use super::{Failure, report_folder};

/// What an option names.
struct Named {
    /// As it was typed.
    typed: String,
    /// Where it is.
    place: PathBuf,
}

/// The files of a command.
#[derive(Default)]
pub(super) struct Places {
    read: Vec<Named>,
    written: Vec<Named>,
}

impl Places {
    /// A file is read, or all that is in a folder.
    pub(super) fn reads(&mut self, option: &str, path: &Path) {
        let place = whereabouts(path).map(|place| Named { typed: format!("{option} {}", path.display()), place });
        self.read.extend(place);
    }

    /// What a run wrote is read: its journal in that folder.
    pub(super) fn reads_run(&mut self, option: &str, folder: &Path) {
        for (_, path) in report_folder::written(folder).into_iter().filter(|(name, _)| name.starts_with("journal")) {
            self.reads(option, &path);
        }
    }

    /// The report and journal of a run are written into a folder.
    pub(super) fn writes_run(&mut self, folder: &Path) {
        for (name, path) in report_folder::written(folder) {
            self.claim(format!("{name} of --report-dir {}", folder.display()), &path);
        }
    }

    /// A file is written, whole or not at all: under another name first.
    pub(super) fn writes(&mut self, option: &str, path: &Path) {
        let typed = format!("{option}{}", path.display());
        self.claim(typed.clone(), path);
        if let Some(place) = whereabouts(path) {
            let mut part = place.into_os_string();
            part.push(".part");
            self.claim(format!("{typed}, as {} while it is written", Path::new(&part).display()), Path::new(&part));
        }
    }

    /// A file is added to.
    pub(super) fn adds(&mut self, option: &str, path: &Path) {
        self.claim(format!("{option}={}", path.display()), path);
    }

    fn claim(&mut self, typed: String, path: &Path) {
        self.written.extend(whereabouts(path).map(|place| Named { typed, place }));
    }

    /// Whether each file has one use.
    pub(super) fn check(&self) -> Result<(), Failure> {
        for (at, one) in self.written.iter().enumerate() {
            if let Some(other) = self.read.iter().find(|other| one.place.starts_with(&other.place)) {
                return Err(Failure::usage(format!(
                    "{}: this file is read: {}\n  name another one; nothing was sent or written",
                    one.typed, other.typed
                )));
            }
            if let Some(other) = self.written[..at].iter().find(|other| one.place == other.place) {
                return Err(Failure::usage(format!(
                    "{}: another file goes there: {}\n  name a file for each; nothing was sent or written",
                    one.typed, other.typed
                )));
            }
        }
        Ok(())
    }
}

/// Whether two paths lead to one file, or would.
pub(super) fn is_one_file(one: &Path, other: &Path) -> bool {
    whereabouts(one).is_some_and(|one| whereabouts(other) == Some(one))
}

/// Where a file is or would be, without links and detours; none of what is no plain file and no folder.
fn whereabouts(path: &Path) -> Option<PathBuf> {
    match fs::metadata(path) {
        Ok(there) => (there.is_file() || there.is_dir()).then(|| fs::canonicalize(path).ok()).flatten(),
        Err(_) => {
            let path = std::path::absolute(path).ok()?;
            let there = path.ancestors().skip(1).find(|folder| folder.exists())?;
            let rest: OsString = path.strip_prefix(there).ok()?.into();
            Some(fs::canonicalize(there).ok()?.join(rest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_are_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("sub")).unwrap();
        fs::write(at("a"), "").unwrap();
        std::os::unix::fs::symlink(at("a"), at("link")).unwrap();
        std::os::unix::fs::symlink(at("sub"), at("other")).unwrap();
        let check = |read: &str, written: &[&str]| {
            let mut places = Places::default();
            places.reads("READ", &at(read));
            written.iter().for_each(|name| places.writes("OUT=", &at(name)));
            places.check().map_err(|failure| failure.says)
        };
        let refused = |read: &str, written: &[&str], says: &str| {
            let fault = check(read, written).expect_err(&format!("{read} {written:?}"));
            assert!(fault.contains(says), "{read} {written:?}: {fault}");
        };
        refused("a", &["a"], "this file is read: READ");
        refused("a", &["sub/../a"], "this file is read");
        refused("a", &["link"], "this file is read");
        refused("b.part", &["b"], "as ");
        refused("sub", &["other/new"], "this file is read");
        refused("none", &["sub/x", "other/x"], "another file goes there");
        refused("none", &["new/x", "./new/x"], "another file goes there");
        refused("none", &["x", "x.part"], "another file goes there");
        assert_eq!(check("a", &["b", "sub/a", "a.html"]), Ok(()));
        let mut places = Places::default();
        places.writes("OUT=", Path::new("/dev/null"));
        places.writes("OUT=", Path::new("/dev/null"));
        assert!(places.check().is_ok(), "a device is no file");
    }
}
