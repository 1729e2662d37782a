//! The rules of the house that the compiler does not check.
//!
//! Each rule is a row of a table. Exceptions are rows with a reason, and one that excepts nothing fails.

use std::{
    collections::BTreeSet,
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

/// A file of the project by its path from the top, and its text.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

// --- who may know whom ---

/// What a room may import of the crate, besides itself. `commands`, `library` and `run` know everybody and are not in the table.
const IMPORTS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("vocabulary", &["decode", "model"]),
    ("spec", &["vocabulary", "model"]),
    ("generate", &["spec", "model"]),
    ("send", &["decode", "model"]),
    ("decode", &["model"]),
    ("metrics", &["decode"]),
    ("answer", &["spec", "vocabulary", "decode", "model"]),
    ("judge", &["answer", "spec", "vocabulary", "decode", "model"]),
    ("drift", &["answer", "spec", "vocabulary", "decode", "model"]),
    ("report", &["spec", "judge", "model"]),
    ("certificate", &[]),
    ("recording", &["answer", "spec", "vocabulary", "decode", "model"]),
    ("emulator", &[]),
];

/// The only rooms that may know `commands`, `run` or `report`: those who put the others together.
const CONDUCTORS: &[(&str, &[&str])] = &[
    ("commands", &["main", "fuzzing"]),
    ("library", &["commands"]),
    ("run", &["commands", "library"]),
    ("report", &["commands", "library", "fuzzing"]),
];

#[test]
fn a_room_imports_only_what_it_may() {
    let mut faults = Vec::new();
    for file in sources() {
        let room = room(&file.path);
        let Some((_, may)) = IMPORTS.iter().find(|(name, _)| *name == room) else { continue };
        for name in imported(&file.text) {
            if name != room && !may.contains(&name.as_str()) {
                faults.push(format!("{}: `{room}` may not import `{name}`; it may import {may:?}", file.path));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_room_has_its_row() {
    let others = ["commands", "library", "run", "lib", "main", "fuzzing"];
    let rooms: BTreeSet<String> = sources().iter().map(|file| room(&file.path)).collect();
    for room in &rooms {
        assert!(IMPORTS.iter().any(|(name, _)| name == room) || others.contains(&room.as_str()), "{room} has no row");
    }
    for (name, _) in IMPORTS {
        assert!(rooms.contains(*name), "there is no room {name} any more");
    }
}

#[test]
fn only_a_conductor_knows_the_rooms_that_put_others_together() {
    let mut faults = Vec::new();
    for file in sources() {
        let room = room(&file.path);
        let names = imported(&file.text.replace("touchmark::", "crate::"));
        for (name, may) in CONDUCTORS {
            if names.contains(*name) && room != *name && !may.contains(&room.as_str()) {
                faults.push(format!("{}: only {may:?} may import `{name}`", file.path));
            }
        }
    }
    none(&faults);
}

#[test]
fn the_report_takes_nothing_of_the_judge_but_what_was_judged() {
    for file in sources().iter().filter(|file| room(&file.path) == "report") {
        let text = code(&file.text);
        let all = text.matches("judge::").count();
        assert_eq!(all, text.matches("judge::Judged").count(), "{}", file.path);
    }
}

#[test]
fn no_path_leaves_its_room_by_the_back_door() {
    let mut faults = Vec::new();
    for file in sources() {
        let depth = depth(&file.path);
        let text = code(&file.text);
        let inner = inline_modules(&text);
        for (at, _) in text.match_indices("super::") {
            // A chain is counted where it begins.
            if text[..at].ends_with("super::") {
                continue;
            }
            let steps = text[at..].split("::").take_while(|part| *part == "super").count();
            let deeper = inner.iter().filter(|module| module.contains(&at)).count();
            if steps >= depth + deeper {
                faults.push(format!("{}: `super` leads out of the room; write crate::", file.path));
            }
        }
    }
    none(&faults);
}

/// Where the modules are that are written inside a file.
fn inline_modules(text: &str) -> Vec<Range<usize>> {
    let opening = regex::Regex::new(r"(?m)^( *)(?:pub(?:\([a-z]+\))? )?mod [a-z_]+ \{$").expect("a pattern");
    let modules = opening.captures_iter(text).map(|found| {
        let start = found.get(0).map_or(0, |whole| whole.start());
        let close = format!("\n{}}}", &found[1]);
        start..text[start..].find(&close).map_or(text.len(), |length| start + length)
    });
    modules.collect()
}

/// The names after `crate::`, also those in braces.
fn imported(text: &str) -> BTreeSet<String> {
    let text = code(text);
    let mut names = BTreeSet::new();
    for (at, start) in text.match_indices("crate::") {
        let rest = &text[at + start.len()..];
        if !rest.starts_with('{') {
            names.insert(word(rest));
            continue;
        }
        let mut level = 0;
        let mut fresh = true;
        for (at, c) in rest.char_indices() {
            match c {
                '{' => level += 1,
                '}' => level -= 1,
                ',' => fresh = true,
                c if level == 1 && fresh && c.is_ascii_alphabetic() => {
                    names.insert(word(&rest[at..]));
                    fresh = false;
                }
                _ => {}
            }
            if level == 0 {
                break;
            }
        }
    }
    names.remove("");
    names
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

#[test]
fn imports_are_seen_however_they_are_written() {
    let text = "use crate::spec;\n// use crate::run;\nuse crate::{case::{A, B}, send,\n    judge::{self, x::{y, z}}};\nfn f() { crate::decode::xml::read() }";
    let expected = ["case", "decode", "judge", "send", "spec"];
    assert_eq!(imported(text), expected.map(str::to_owned).into());
}

// --- words that stand in few places ---

/// A word of the code, the places where it may stand, and why nowhere else. A place is the beginning of a path. What can be said of a
/// function stands in `.clippy.toml`: who reads the clock and the environment, who prints, that nothing sleeps.
const WORDS: &[(&str, &[&str], &str)] = &[
    ("reqwest", &["src/send/", "src/commands/"], "only `send` is on the network"),
    ("tokio::net", &["src/send/", "src/emulator/serve.rs", "src/commands/", "src/library/"], "they alone have sockets"),
    (
        "TcpStream",
        &["src/send/", "src/emulator/serve.rs", "src/emulator/feed/echo.rs"],
        "only `send` is on the network",
    ),
    ("std::process", &["src/commands/", "src/main.rs"], "only `commands` is a process"),
];

#[test]
fn a_word_stands_only_where_it_may() {
    let sources = sources();
    let mut faults = Vec::new();
    for (word, places, why) in WORDS {
        for file in &sources {
            let inside = places.iter().any(|place| file.path.starts_with(place));
            if !inside && without_tests(&code(&file.text)).contains(word) {
                faults.push(format!("{}: `{word}` may not stand here: {why}", file.path));
            }
        }
        for place in *places {
            if !sources.iter().any(|file| file.path.starts_with(place)) {
                faults.push(format!("`{word}`: there is no {place} any more"));
            }
        }
    }
    none(&faults);
}

#[test]
fn the_conductor_names_nothing_of_the_vendor() {
    let ids = endpoints();
    let chapters = ids.iter().filter_map(|id| Some(format!("{}/", id.split_once('-')?.0)));
    let words: BTreeSet<String> = chapters.chain(["lsid".to_owned()]).collect();
    assert!(words.len() > 5, "{words:?}");
    let mut faults = Vec::new();
    for file in sources().iter().filter(|file| file.path.starts_with("src/run/")) {
        let text = code(&file.text);
        let named = words.iter().filter(|word| without_tests(&text).contains(word.as_str()));
        faults.extend(named.map(|word| format!("{}: `{word}` belongs into the data", file.path)));
    }
    none(&faults);
}

/// What nobody may write anywhere, put together here so that this file does not have it either.
fn banned() -> Vec<(String, &'static str)> {
    let join = |parts: &[&str]| parts.concat();
    vec![
        (join(&["to", "do!("]), "finish it"),
        (join(&["unimple", "mented!("]), "finish it"),
        (join(&["FIX", "ME"]), "mend it"),
        (join(&["db", "g!("]), "left over"),
        (join(&["#[ig", "nore"]), "a test that nobody runs is no test"),
        (join(&["/ho", "me/"]), "a path of one machine"),
        (join(&["/ro", "ot/"]), "a path of one machine"),
        (join(&["/Us", "ers/"]), "a path of one machine"),
        (join(&["/wo", "rk/"]), "a path of one machine"),
        (join(&["/tm", "p/"]), "a path of one machine"),
        (join(&["crates", ".io"]), "the host of a registry"),
        (join(&["docs", ".rs"]), "the host of a registry"),
        (join(&["static.rust-", "lang.org"]), "the host of a registry"),
    ]
}

#[test]
fn nothing_of_one_machine_and_nothing_unfinished_is_in_the_project() {
    let long = ["#[ig", "nore = \"long: sh .ci/run plays it\"]"].concat();
    let run = fs::read_to_string(top().join(".ci/run")).expect("what runs them");
    assert!(run.contains("sh .ci/test -- --include-ignored"), "{run}");
    let mut faults = Vec::new();
    for file in project() {
        for (text, why) in banned() {
            // A module of that name is no host, and somebody runs what is long.
            let found = file.text.replace("tests/docs.rs", "").replace(&long, "").contains(&text);
            if found {
                faults.push(format!("{}: `{text}`: {why}", file.path));
            }
        }
    }
    none(&faults);
}

// --- rooms ---

/// The most lines that a file of code has.
const LINES_MAX: usize = 400;

/// Files that have more, each with its reason.
const LARGE: &[(&str, &str)] = &[];

#[test]
fn a_file_is_as_long_as_a_reader_can_hold() {
    let long = |path: &str, lines: usize| lines > LINES_MAX && !LARGE.iter().any(|(large, _)| *large == path);
    let files: Vec<File> = project().into_iter().filter(|file| file.path.ends_with(".rs")).collect();
    let count = |file: &File| file.text.lines().count();
    let mut faults: Vec<String> = files
        .iter()
        .filter(|file| long(&file.path, count(file)))
        .map(|file| format!("{}: {} lines; look for the second noun in it", file.path, count(file)))
        .collect();
    for (path, reason) in LARGE {
        assert!(!reason.is_empty());
        if !files.iter().any(|file| file.path == *path && count(file) > LINES_MAX) {
            faults.push(format!("{path}: it is not large any more; take it off the list"));
        }
    }
    none(&faults);
}

#[test]
fn every_file_of_code_opens_with_what_it_is_for() {
    let files = project();
    let code = files.iter().filter(|file| file.path.ends_with(".rs"));
    let mute: Vec<String> = code.filter(|file| !file.text.starts_with("//! ")).map(|file| file.path.clone()).collect();
    none(&mute);
}

/// The most bytes of a snapshot that a person can review.
const SNAPSHOT_BYTES_MAX: usize = 100 * 1024;

#[test]
fn every_snapshot_is_still_compared_and_can_be_reviewed() {
    let project = project();
    let tests: String = project.iter().filter(|file| file.path.starts_with("tests/")).map(|file| &*file.text).collect();
    let endpoints = endpoints();
    let mut faults = Vec::new();
    for file in project.iter().filter(|file| file.path.starts_with("snapshots/")) {
        if file.text.len() > SNAPSHOT_BYTES_MAX {
            faults.push(format!("{}: {} bytes; split or summarise it", file.path, file.text.len()));
        }
        let name = file.path.trim_start_matches("snapshots/").trim_end_matches(".snap");
        let compared = match name.split_once('-') {
            // The proof compares them, which is no test.
            Some(("kill", rest)) => rest.starts_with("matrix/"),
            Some(("cases", endpoint)) => endpoints.contains(endpoint),
            Some(("requirements" | "defects", chapter)) => {
                // The emulator calls the real-time state API by its feed, and HTTP itself is no endpoint.
                ["feed", "http"].contains(&chapter)
                    || endpoints.iter().any(|endpoint| endpoint.split('-').next() == Some(chapter))
            }
            _ => tests.contains(&format!("\"{name}\"")),
        };
        if !compared {
            faults.push(format!("{}: no test compares with it", file.path));
        }
    }
    none(&faults);
}

/// The ids of the endpoints of the data, with `-` for `/`.
fn endpoints() -> BTreeSet<String> {
    let spec = touchmark::spec::embedded().expect("sound data");
    spec.endpoints.keys().map(|id| id.replace('/', "-")).collect()
}

// --- the files ---

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The code of the program.
pub(super) fn sources() -> Vec<File> {
    let mut files = Vec::new();
    gather(&top(), &top().join("src"), &mut files);
    files.retain(|file| file.path.ends_with(".rs"));
    assert!(files.len() > 50, "{}", files.len());
    files
}

/// Everything that is handed over. What tools write, locks and what is built, is left out.
fn project() -> Vec<File> {
    let mut files = Vec::new();
    for folder in ["src", "specs", "tests", "snapshots", "corpus", "fuzz/fuzz_targets", "docs", ".ci"] {
        gather(&top(), &top().join(folder), &mut files);
    }
    for name in ["Cargo.toml", "fuzz/Cargo.toml", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        if let Ok(text) = fs::read_to_string(top().join(name)) {
            files.push(File { path: name.to_owned(), text });
        }
    }
    files
}

fn gather(top: &Path, folder: &Path, files: &mut Vec<File>) {
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            gather(top, &path, files);
        } else if let Ok(bytes) = fs::read(&path) {
            let name = path.strip_prefix(top).unwrap_or(&path).display().to_string().replace('\\', "/");
            files.push(File { path: name, text: String::from_utf8_lossy(&bytes).into_owned() });
        }
    }
}

/// The room that a file of `src/` belongs to.
fn room(path: &str) -> String {
    let rest = path.trim_start_matches("src/");
    rest.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned()
}

/// How many modules a file is in, counting itself: as many times `super` leads out of the crate.
fn depth(path: &str) -> usize {
    let rest = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    if rest == "lib" || rest == "main" { 0 } else { rest.split('/').count() }
}

/// The text without its comments.
pub(super) fn code(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.map(|line| line.split(" // ").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The text up to its unit tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default()
}

#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
