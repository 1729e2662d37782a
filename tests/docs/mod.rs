//! What the documents say is so: sizes, outputs, tables, paths, command lines, the map of the code and its words.
//!
//! In: the Markdown files, the program, the data. Out: faults, each with its document. What is made of the program or the data (outputs
//! and tables below a marker, COVERAGE.md) is written anew by `TOUCHMARK_DOCS=write cargo test --locked --test main docs`.

mod clauses;
mod dictionaries;
mod examples;
mod ids;
mod library;
mod made;
mod map;
mod names;
mod outputs;
mod tables;
mod words;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
};

pub(crate) use names::{commands, words};

use crate::support::variable;

/// What renews everything that is made.
const RENEW: &str = "TOUCHMARK_DOCS=write cargo test --locked --test main docs";

/// Documents that a person reads from top to bottom, and the most bytes of each.
const SIZES: &[(&str, usize)] = &[("README.md", 10 * 1024), ("CONTRIBUTING.md", 8 * 1024)];

#[test]
fn what_is_read_first_is_short() {
    for (path, bytes_max) in SIZES {
        let bytes = read(path).len();
        assert!(bytes <= *bytes_max, "{path} has {bytes} bytes, more than {bytes_max}; move something to docs/");
    }
}

/// A Markdown file that was written by hand, by its path from the top.
struct Document {
    path: String,
    text: String,
}

/// All of them.
fn documents() -> Vec<Document> {
    let mut paths: Vec<String> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(str::to_owned).into();
    let folder = fs::read_dir(top().join("docs")).expect("docs/");
    let names = folder.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    paths.extend(names.filter(|name| name.ends_with(".md")).map(|name| format!("docs/{name}")));
    paths.sort();
    paths.into_iter().map(|path| Document { text: read(&path), path }).collect()
}

pub(crate) fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(top().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The right to write documents anew, one test at a time; none where they are only compared.
fn renewing() -> Option<MutexGuard<'static, ()>> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let asked = variable("TOUCHMARK_DOCS").is_some_and(|word| word == "write");
    asked.then(|| ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
}

fn write(path: &str, text: &str) {
    fs::write(top().join(path), text).unwrap_or_else(|error| panic!("{path}: {error}"));
}

/// Files and folders below a folder, by their paths from the top; folders end with a slash.
fn everything_below(folder: &str) -> Vec<String> {
    fn gather(folder: &Path, name: &str, all: &mut Vec<String>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = format!("{name}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                all.push(format!("{name}/"));
                gather(&entry.path(), &format!("{name}/"), all);
            } else {
                all.push(name);
            }
        }
    }
    let mut all = Vec::new();
    gather(&top().join(folder), folder, &mut all);
    all.sort();
    all
}

#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
