//! The ids that a document names exist: those of requirements, endpoints, defects and readings, in its command lines and in its prose.
//!
//! The change log is left out: it names ids of before.

use std::collections::BTreeSet;

use touchmark::{
    emulator,
    spec::{self, Spec},
};

use super::{
    Document, documents,
    names::{lines, spans, words},
    none,
};

/// What an id in a command line is the name of.
#[derive(Clone, Copy, PartialEq)]
enum What {
    /// Requirements, by the beginning of their ids.
    Requirements,
    /// A deliberate defect of the emulator.
    Defect,
    /// Defects, by the beginning of their ids.
    Defects,
}

/// The ids of a command line, each with what it names.
fn ids_of(line: &[String]) -> Vec<(What, &str)> {
    let command = line.get(1).map(String::as_str).unwrap_or_default();
    let named = line.windows(2).filter_map(|pair| {
        let what = match pair[0].as_str() {
            "--only" => What::Requirements,
            "--defect" if command == "prove" => What::Defects,
            "--defect" => What::Defect,
            _ => return None,
        };
        Some((what, pair[1].as_str()))
    });
    // What stands by itself behind these commands is an id.
    let takes_id = command == "replay"
        || command == "spec" && line.get(2).is_some_and(|word| matches!(word.as_str(), "list" | "show"));
    let by_itself = line.last().filter(|last| takes_id && last.contains('/') && !last.contains('.'));
    named.chain(by_itself.map(|id| (What::Requirements, id.as_str()))).collect()
}

/// Whether a name stands for one of somebody's own.
fn is_open(id: &str) -> bool {
    id.contains(['<', '…', '['])
        || id.split(['/', ':']).any(|part| part.len() > 1 && part.chars().all(|c| c.is_ascii_uppercase()))
}

fn is_known(spec: &Spec, what: What, id: &str) -> bool {
    match what {
        What::Requirements => spec.knows(id),
        What::Defect => emulator::find_defect(id).is_ok(),
        What::Defects => emulator::catalogue().iter().any(|defect| defect.id.starts_with(id)),
    }
}

/// Whether code in prose that looks like an id is one, or the end of one.
fn stands_somewhere(spec: &Spec, id: &str) -> bool {
    let end = format!("/{id}");
    spec.knows(id)
        || spec.endpoints.keys().any(|known| known.starts_with(id))
        || spec.requirements.keys().any(|known| known.ends_with(&end))
}

#[test]
fn every_id_in_a_document_is_that_of_something() {
    let spec = spec::embedded().expect("sound data");
    let chapters: BTreeSet<&str> = spec.endpoints.keys().filter_map(|id| id.split('/').next()).collect();
    let kinds: BTreeSet<String> =
        emulator::catalogue().iter().filter_map(|one| Some(one.id.split_once(':')?.0.to_owned())).collect();
    let (mut faults, mut found) = (Vec::new(), 0);
    for Document { path, text } in documents().into_iter().filter(|document| document.path != "CHANGELOG.md") {
        let inline = spans(&text);
        for line in lines(&text).iter().chain(&inline).filter(|line| line.starts_with("touchmark ")) {
            for (what, id) in ids_of(&words(line)).into_iter().filter(|(_, id)| !is_open(id)) {
                found += 1;
                if !is_known(&spec, what, id) {
                    faults.push(format!("{path}: `{line}`: there is no {id}"));
                }
            }
        }
        for id in inline.iter().filter(|id| !id.contains(char::is_whitespace) && !is_open(id)) {
            let chapter = id.split_once('/').is_some_and(|(first, _)| chapters.contains(first)) && !id.contains('.');
            let defect = id.split_once(':').is_some_and(|(kind, rest)| kinds.contains(kind) && rest.contains('/'));
            let known = match (chapter, defect) {
                (true, _) => stands_somewhere(&spec, id),
                (_, true) => is_known(&spec, What::Defects, id),
                _ => continue,
            };
            found += 1;
            if !known {
                faults.push(format!("{path}: there is no `{id}`"));
            }
        }
    }
    none(&faults);
    assert!(found > 20, "{found} ids were looked at");
}

#[test]
fn ids_in_command_lines_are_seen() {
    let spec = spec::embedded().expect("sound data");
    for (line, expected) in [
        ("touchmark certify --only command/get_api_info --defect no:such", [true, false].as_slice()),
        ("touchmark certify --only command/nope", &[false]),
        ("touchmark certify --only 'reporting/*/schema'", &[true]),
        ("touchmark prove --defect behaviour:command/join_session:", &[true]),
        ("touchmark emulate --defect behaviour:command/join_session:", &[false]),
        ("touchmark spec list --specs specs command/terminate_session", &[true]),
        ("touchmark replay report.json command/get_api_info/smalest", &[false]),
        ("touchmark spec check specs", &[]),
    ] {
        let words = words(line);
        let known: Vec<bool> = ids_of(&words).into_iter().map(|(what, id)| is_known(&spec, what, id)).collect();
        assert_eq!(known, expected, "{line}");
    }
    assert!(is_open("configuration/PATH/METHOD") && !is_open("command/get_api_info"));
    assert!(stands_somewhere(&spec, "auth/none") && !stands_somewhere(&spec, "auth/nothing"));
}
