//! Recordings that are judged: a HAR of a browser or proxy, a saved answer, or a folder of them.
//!
//! In: a file or a folder. Out: the report of what it shows. Nothing is sent. Secrets are taken out of the exchanges before anything else is
//! done with them. A HAR that Touchmark exported is judged as the journal that it came of.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{
    Failure,
    files::read_at_most,
    judge_journal::{Rejudged, of_journal},
    judge_options::JudgeOptions,
    load_spec,
    nearest::nearest,
    say,
};
use crate::{
    decode::har::{self, HAR_BYTES_MAX, Har, HarEntry},
    judge,
    model::exchange::BODY_BYTES_MAX,
    recording::{self, Recorded},
    report::{
        self, Circumstances, Connection, HarShell, JOURNAL_VERSION, JournalHead, RunFacts, Target, WholeJournal,
        plural, read_whole,
    },
    run::{self, Plan, Showing},
    send::Cleaning,
    spec::Spec,
};

/// The most files of a folder, and how deep it may be.
const FILES_MAX: usize = 10_000;
const DEPTH_MAX: usize = 8;

/// The most bytes of all of them.
const FOLDER_BYTES_MAX: u64 = 1 << 30;

/// What was recorded.
#[derive(Default)]
struct Recordings {
    entries: Vec<HarEntry>,
    /// Saved answers: the id of the endpoint, and the bytes.
    answers: Vec<(String, Vec<u8>)>,
}

/// Judges a HAR.
pub(super) fn of_har(
    path: &Path,
    known: BTreeMap<String, String>,
    arguments: &JudgeOptions,
) -> Result<Rejudged, Failure> {
    let har = read_har(path)?;
    if let Some(own) = &har.own {
        let journal = exported(own.get(), &har.entries)
            .map_err(|says| Failure::usage(format!("{}: {says}\n  export it once more", path.display())))?;
        arguments.not_of_a_recording(&path.display().to_string())?;
        return of_journal(journal, known, arguments);
    }
    let spec = load_spec(arguments.specs.as_deref())?;
    let name = path.display().to_string();
    judged(&name, &Recordings { entries: har.entries, answers: Vec::new() }, &spec, known, arguments)
}

/// Judges a saved answer, or a folder of saved answers and HARs.
pub(super) fn of_answers(
    path: &Path,
    known: BTreeMap<String, String>,
    arguments: &JudgeOptions,
) -> Result<Rejudged, Failure> {
    let spec = load_spec(arguments.specs.as_deref())?;
    let name = path.display().to_string();
    let named = match &arguments.answer_of {
        Some(name) => Some(recording::by_name(&spec, name).map_err(|says| {
            let near = nearest(name, spec.endpoints.keys());
            Failure::usage(format!("--as {name}: {says}{near}\n  name an endpoint such as command/get_logged_in_reps"))
        })?),
        None => None,
    };
    if let (false, Some(endpoint)) = (path.is_dir(), named) {
        let answers = vec![(endpoint.id.to_string(), read_file(path, BODY_BYTES_MAX as u64, "a saved answer")?)];
        return judged(&name, &Recordings { entries: Vec::new(), answers }, &spec, known, arguments);
    }
    let files = files(path)?;
    let (mut all, mut passed_over, mut left) = (Recordings::default(), Vec::new(), FOLDER_BYTES_MAX);
    for file in &files {
        let short = file.strip_prefix(path).unwrap_or(file);
        let is_har = short.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("har"));
        let endpoint = named.or_else(|| endpoint_of(&spec, short));
        if is_har {
            all.entries.extend(read_har(file)?.entries);
        } else if let Some(endpoint) = endpoint {
            let bytes = read_file(file, BODY_BYTES_MAX as u64, "a saved answer")?;
            left = left.checked_sub(bytes.len() as u64).ok_or_else(|| {
                Failure::usage(format!(
                    "{name}: its files have more than {FOLDER_BYTES_MAX} bytes\n  judge a part of it"
                ))
            })?;
            all.answers.push((endpoint.id.to_string(), bytes));
        } else {
            passed_over.push(short.display().to_string());
        }
    }
    if let Some(first) = passed_over.first() {
        say(&format!(
            "{} passed over, such as {first}: {} not named for an endpoint",
            plural(passed_over.len(), "file"),
            if passed_over.len() == 1 { "it is" } else { "they are" }
        ));
    }
    all.entries.sort_by_key(|entry| entry.at_ms);
    judged(&name, &all, &spec, known, arguments)
}

/// Judges what was recorded.
fn judged(
    name: &str,
    all: &Recordings,
    spec: &Spec,
    known: BTreeMap<String, String>,
    arguments: &JudgeOptions,
) -> Result<Rejudged, Failure> {
    if let Some(unknown) = arguments.only.iter().find(|prefix| !spec.knows(prefix)) {
        let near = nearest(unknown, spec.requirements.keys());
        return Err(Failure::usage(format!("--only {unknown}: no requirement's id starts with that{near}")));
    }
    let version = arguments.api_version.as_ref().map(|text| {
        text.parse()
            .map_err(|says| Failure::usage(format!("--api-version {text}: {says}\n  write a version such as 1.22.2")))
    });
    let plan = Plan { only: arguments.only.clone(), api_version: version.transpose()?, ..Plan::default() };
    let host = host(name, all, spec, arguments)?;
    let Showing { records, untested, api_version, spec } =
        run::shown(spec, &plan, |spec| exchanges(spec, all, host.as_deref()));
    let count: usize = records.iter().map(|record| record.exchanges.len()).sum();
    if count == 0 {
        return Err(Failure::usage(format!(
            "{name}: nothing in it is an exchange of an endpoint that the guide documents\n  touchmark spec list prints what is; a saved answer takes --as ENDPOINT, and in a folder its name, such as command/get_logged_in_reps.xml"
        )));
    }
    let selected = run::selected(&spec, &plan);
    let mut judged = judge::judge(&spec, &selected, &records, &untested);
    let unreadable = run::unreadable(&spec, &selected, &records, &judged.findings);
    judged.findings.extend(unreadable);
    // What others made is not for us to take away.
    judged.left.clear();
    let target = match &host {
        Some(host) => {
            let plain = all.entries.iter().any(|entry| entry.host == *host && !entry.secure);
            format!("{}://{host}", if plain { "http" } else { "https" })
        }
        None => "saved answers".to_owned(),
    };
    let head = JournalHead {
        journal: "touchmark".to_owned(),
        schema_version: JOURNAL_VERSION,
        digest: spec.digest.clone(),
        seed: 0,
        run_word: String::new(),
        target: target.clone(),
        only: plan.only.clone(),
        suites: Vec::new(),
        shard: None,
        api_version: api_version.clone(),
        made: None,
    };
    let around = Circumstances {
        target: Target { url: target.clone(), api_version },
        base: target,
        reach: Connection::default(),
        run: RunFacts::of_recorded(u64::try_from(exchanges_count(all)).unwrap_or(u64::MAX), plan.only.clone()),
        report_path: arguments.report_path(),
        known: known.clone(),
        strict: arguments.strict,
    };
    let report = report::build(&spec, &selected, &judged, &records, around);
    Ok(Rejudged { spec, report, journal: WholeJournal { head, records, untested, ended: true }, known })
}

fn exchanges_count(all: &Recordings) -> usize {
    all.entries.len() + all.answers.len()
}

/// The host whose exchanges are judged. Answers of two targets are not put together.
fn host(name: &str, all: &Recordings, spec: &Spec, arguments: &JudgeOptions) -> Result<Option<String>, Failure> {
    let mut hosts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in all.entries.iter().filter(|entry| recording::of_entry(spec, entry).is_some()) {
        *hosts.entry(&entry.host).or_default() += 1;
    }
    let listed = || {
        let rows = hosts.iter().map(|(host, count)| format!("{host} ({})", plural(*count, "exchange")));
        rows.collect::<Vec<_>>().join(", ")
    };
    match (&arguments.host, hosts.len()) {
        (Some(host), _) if hosts.contains_key(host.to_ascii_lowercase().as_str()) => {
            Ok(Some(host.to_ascii_lowercase()))
        }
        (Some(host), _) => Err(Failure::usage(format!(
            "--host {host}: {name} has no exchange of the API with it\n  it has: {}",
            if hosts.is_empty() { "none with any host".to_owned() } else { listed() }
        ))),
        (None, 0 | 1) => Ok(hosts.keys().next().map(|host| (*host).to_owned())),
        (None, _) => Err(Failure::usage(format!(
            "{name}: it has exchanges of the API with several hosts, whose answers are not judged together\n  name one with --host: {}",
            listed()
        ))),
    }
}

/// The exchanges of a host and the saved answers, without the secrets in them.
fn exchanges(spec: &Spec, all: &Recordings, host: Option<&str>) -> Vec<Recorded> {
    let cleaning = Cleaning::default();
    let secrets: BTreeSet<String> = all.entries.iter().flat_map(|entry| recording::secrets(spec, entry)).collect();
    secrets.iter().for_each(|secret| cleaning.conceal(secret));
    let entries = all.entries.iter().filter(|entry| Some(entry.host.as_str()) == host);
    let mut recorded: Vec<Recorded> = entries.filter_map(|entry| recording::of_entry(spec, entry)).collect();
    recorded.extend(all.answers.iter().filter_map(|(id, bytes)| {
        let endpoint = spec.endpoints.values().find(|endpoint| *endpoint.id == **id)?;
        Some(recording::of_answer(endpoint, bytes.clone()))
    }));
    recorded.iter().for_each(|one| cleaning.conceal_tokens(&one.exchange));
    recorded.iter_mut().for_each(|one| cleaning.clean(&mut one.exchange));
    recorded
}

/// What Touchmark writes beside the entries of a HAR.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BesideEntries {
    journal: Vec<String>,
}

/// The journal of which a HAR was exported.
fn exported(own: &str, entries: &[HarEntry]) -> Result<WholeJournal, String> {
    let fault = |error: serde_json::Error| format!("what Touchmark wrote beside its entries cannot be read: {error}");
    let own: BesideEntries = serde_json::from_str(own).map_err(fault)?;
    let mut journal = read_whole(&own.journal.concat())?;
    // In the file they may stand in any order; in a record the order is that of the steps and of time.
    let shell = |entry: &'_ HarEntry| entry.own.as_ref().map(|own| serde_json::from_str::<HarShell>(own.get()));
    let mut shells = Vec::new();
    for entry in entries {
        if let Some(shell) = shell(entry) {
            shells.push((entry, shell.map_err(fault)?));
        }
    }
    shells.sort_by_key(|(_, shell)| (shell.record, shell.number));
    for (entry, shell) in shells {
        let exchange = recording::filled(entry, shell.exchange.clone(), |bytes| shell.is_of(bytes));
        let record = journal.records.get_mut(shell.record);
        record.ok_or("an entry is of a record that is not there")?.exchanges.push(exchange);
    }
    Ok(journal)
}

fn read_har(path: &Path) -> Result<Har, Failure> {
    let bytes = read_file(path, HAR_BYTES_MAX, "a HAR")?;
    har::read(&bytes).map_err(|says| {
        Failure::usage(format!("{}: {says}\n  name a HAR that a browser or a proxy saved", path.display()))
    })
}

fn read_file(path: &Path, most: u64, what: &str) -> Result<Vec<u8>, Failure> {
    let fault = |says: String| Failure::usage(format!("{}: {says}\n  name {what}", path.display()));
    read_at_most(path, most, "are read").map_err(fault)
}

/// The files below a folder, in the order of their names. Links are not followed.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let fault = |path: &Path, says: &str| {
        Failure::usage(format!("{}: {says}\n  name a folder of HARs and saved answers", path.display()))
    };
    let (mut files, mut open) = (Vec::new(), vec![(folder.to_owned(), 0)]);
    while let Some((path, depth)) = open.pop() {
        for entry in fs::read_dir(&path).map_err(|error| fault(&path, &error.to_string()))? {
            let entry = entry.map_err(|error| fault(&path, &error.to_string()))?;
            let kind = entry.file_type().map_err(|error| fault(&entry.path(), &error.to_string()))?;
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if kind.is_dir() && !hidden && depth < DEPTH_MAX {
                open.push((entry.path(), depth + 1));
            } else if kind.is_file() && !hidden {
                files.push(entry.path());
            }
            if files.len() > FILES_MAX {
                return Err(fault(folder, &format!("it has more than the {FILES_MAX} files that are read")));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The endpoint for which a file is named: its id, or the last part of it, before the first full stop.
fn endpoint_of<'s>(spec: &'s Spec, short: &Path) -> Option<&'s crate::spec::Endpoint> {
    let text = short.to_string_lossy().replace('\\', "/");
    let (folder, file) = text.rsplit_once('/').unwrap_or(("", &text));
    let stem = file.split('.').next().unwrap_or_default();
    let whole = if folder.is_empty() { stem.to_owned() } else { format!("{folder}/{stem}") };
    recording::by_name(spec, &whole).or_else(|_| recording::by_name(spec, stem)).ok()
}
