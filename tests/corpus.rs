//! Replays `corpus/` on stable: every file through the law of its folder, as the fuzz targets do.
//!
//! In: the files of `corpus/`. Out: every file whose law does not hold, by name. Nothing is written there.

use std::{
    any::Any,
    collections::BTreeSet,
    fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
};

use touchmark::{
    commands, decode,
    emulator::{Config, find_defect},
    fuzzing::{TARGETS, appliance, emulator_session_with, http_request_to},
    report,
};

#[test]
fn every_law_holds_for_its_corpus() {
    let mut broken = Vec::new();
    for (name, law) in TARGETS {
        for path in files(&root().join("corpus").join(name)) {
            let data = fs::read(&path).expect("a seed can be read");
            if let Err(panic) = catch_unwind(|| law(&data)) {
                broken.push(format!(
                    "{}: {}",
                    path.strip_prefix(root()).unwrap_or(&path).display(),
                    says(panic.as_ref())
                ));
            }
        }
    }
    assert!(broken.is_empty(), "laws that do not hold:\n{}", broken.join("\n"));
}

/// For each law a seed with which its innermost check must be made.
const CANARIES: [(&str, &str); 36] = [
    ("answer", "api-info"),
    ("archive_event", "update"),
    ("archive_state", "plain"),
    ("brcs", "generated"),
    ("bundle", "signed"),
    ("certificates", "one"),
    ("charset", "umlauts"),
    ("coding", "gzip"),
    ("config", "whole"),
    ("conversation", "subscribed"),
    ("edition", "small-site"),
    ("emulator_session", "smallest-calls-from-0"),
    ("emulator_texts", "markup"),
    ("feed", "update"),
    ("frames", "of-the-rfc"),
    ("har", "of-a-proxy"),
    ("http_answer", "length"),
    ("http_request", "script"),
    ("javascript", "small-start-script"),
    ("journal", "one-case"),
    ("json", "token"),
    ("known_gaps", "two"),
    ("openapi", "small-site"),
    ("percent", "words"),
    ("query", "anywhere-with-value"),
    ("report", "whole"),
    ("saved", "api-info"),
    ("secrets", "json-in-base64-in-percent"),
    ("site", "demo"),
    ("snapshot", "two-sessions"),
    ("spec", "endpoint"),
    ("time", "utc"),
    ("variables", "two-known"),
    ("xml", "answer-with-namespace"),
    ("xsd", "key-and-unique"),
    ("zip", "two-entries"),
];

#[test]
fn every_law_makes_its_innermost_check_with_its_canary() {
    assert_eq!(CANARIES.map(|(name, _)| name), TARGETS.map(|(name, _)| name));
    let silent: Vec<String> = TARGETS
        .iter()
        .zip(CANARIES)
        .filter(|((name, law), (_, seed))| {
            let data = fs::read(root().join("corpus").join(name).join(seed)).expect("the seed is there");
            !law(&data)
        })
        .map(|(_, (name, seed))| format!("{name}/{seed}"))
        .collect();
    assert!(silent.is_empty(), "laws that check nothing of their canary: {silent:?}");
}

/// Laws that hold an emulator against something do not hold for one that is wrong.
#[test]
fn defects_of_the_emulator_break_the_laws_of_what_it_says() {
    type LawOf = fn(Config, &[u8]) -> bool;
    let session: LawOf = |config, data| emulator_session_with(&config, data);
    let request: LawOf = |config, data| http_request_to(&appliance(config), data);
    for (name, law, defect) in [
        ("emulator_session", session, "drop:command/get_logged_in_reps:logged_in_reps/rep/public_display_name"),
        ("emulator_session", session, "behaviour:command/general:namespace-missing"),
        ("emulator_session", session, "behaviour:command/check_health_http:500-while-healthy"),
        ("emulator_session", session, "behaviour:reporting/general:not-well-formed"),
        ("http_request", request, "behaviour:http/answers:refusals-are-500"),
        ("http_request", request, "behaviour:http/answers:length-of-refusals-too-small"),
        ("http_request", request, "behaviour:http/answers:refusals-have-two-lengths"),
    ] {
        let defects = vec![find_defect(defect).expect("the catalogue has it")];
        let config = Config { defects, ..Config::demo() };
        let broken = files(&root().join("corpus").join(name)).into_iter().any(|seed| {
            let data = fs::read(seed).expect("a seed can be read");
            catch_unwind(|| law(config.clone(), &data)).is_err()
        });
        assert!(broken, "{name} holds with {defect}");
    }
}

/// A seed that its reader refuses keeps nothing but the refusal.
#[test]
fn the_whole_seeds_are_accepted() {
    let seed = |path: &str| fs::read_to_string(root().join("corpus").join(path)).expect("the seed is there");
    assert_eq!(commands::read_config(&seed("config/whole")).err(), None);
    assert_eq!(commands::read_known_gaps(&seed("known_gaps/two"), 0).map(|known| known.len()), Ok(2));
    assert_eq!(commands::read_report(&seed("report/whole")).map(|report| report.gaps.len()), Ok(1));
    let script = decode::brcs::read(seed("brcs/generated").as_bytes());
    assert_eq!(script.map(|script| script.children.len()), Ok(3));
    let opened = decode::javascript::run(&seed("javascript/small-start-script"), &["__opened.join()"]);
    assert_eq!(opened, Ok(vec!["https://support.example.com/api/start_session?short_key=1728331".to_owned()]));
    let file = fs::read(root().join("corpus/zip/two-entries")).expect("the seed is there");
    assert_eq!(decode::zip::read(&file).map(|listing| listing.children.len()), Ok(2));
    let contract = decode::openapi::read(&seed("openapi/small-site"));
    assert_eq!(contract.map(|contract| (contract.operations.len(), contract.slips)), Ok((9, Vec::new())));
    assert_eq!(report::read_journal(&seed("journal/one-case")).map(|(_, records)| records.len()), Ok(1));
    assert_eq!(report::read_journal(&seed("journal/crash-burst-at-the-end-of-time")).map(|(_, r)| r.len()), Ok(1));
}

#[test]
fn every_law_has_five_seeds_and_every_folder_a_law() {
    let corpus = root().join("corpus");
    let folders: Vec<PathBuf> = fs::read_dir(&corpus)
        .expect("there is a corpus")
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    assert!(folders.iter().all(|folder| folder.is_dir()), "{} holds folders only", corpus.display());
    assert_eq!(names_of(folders.iter()), laws());
    for folder in folders {
        assert!(files(&folder).len() >= 5, "{} has too few seeds", folder.display());
    }
}

/// The most files of a target and their bytes: what fuzzers found and nobody looks at is none of them.
const FILES_MAX: usize = 200;
const BYTES_MAX: u64 = 2 << 20;

#[test]
fn the_corpus_of_a_law_stays_small_and_every_seed_says_what_it_shows() {
    for (name, _) in TARGETS {
        let seeds = files(&root().join("corpus").join(name));
        let bytes: u64 = seeds.iter().map(|seed| fs::metadata(seed).expect("a seed can be read").len()).sum();
        assert!(seeds.len() <= FILES_MAX && bytes <= BYTES_MAX, "{name} has {} seeds of {bytes} bytes", seeds.len());
        for seed in names_of(seeds.iter()) {
            // Fuzzers name a file by the digest of what is in it.
            let digest =
                seed.split('-').any(|word| word.len() >= 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit()));
            let words = seed.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            assert!(words && !digest, "corpus/{name}/{seed} is not named for what it shows");
        }
    }
}

#[test]
fn every_law_has_its_fuzz_target_and_nothing_else_does() {
    let targets = files(&root().join("fuzz/fuzz_targets"));
    assert_eq!(names_of(targets.iter()), laws());
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).expect("fuzz/ has a manifest");
    let manifest: toml::Table = manifest.parse().expect("it is TOML");
    let text = |row: &toml::Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let rows = manifest["bin"].as_array().expect("it has a table for each binary");
    assert_eq!(rows.iter().map(|row| text(row, "name")).collect::<BTreeSet<_>>(), laws());
    for row in rows {
        let name = text(row, "name");
        assert_eq!(text(row, "path"), format!("fuzz_targets/{name}.rs"));
        let target = fs::read_to_string(root().join("fuzz").join(text(row, "path"))).expect("the target can be read");
        assert!(target.contains(&format!("touchmark::fuzzing::{name}(data)")), "{name} does not call its law");
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder, sorted; none when there is no such folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("the folder can be read").path()).collect();
    files.sort();
    files
}

fn laws() -> BTreeSet<String> {
    TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect()
}

fn names_of<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> BTreeSet<String> {
    paths.map(|path| path.file_stem().expect("a file has a name").to_string_lossy().into_owned()).collect()
}

fn says(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without words").replace('\n', " ")
}
