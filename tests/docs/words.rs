//! The words of the project, from the table "Words" in ARCHITECTURE.md: what is not said, and what is said instead.
//!
//! Held against the code outside the emulator, which has a language of its own, and against the documents.

use std::collections::{BTreeMap, BTreeSet};

use super::{documents, everything_below, none, read};

/// Where a word may not stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    /// The name of a file or folder.
    Room,
    /// The name of a type.
    Type,
    /// A comment or a text of the program.
    Text,
    /// A document.
    Document,
}

use Where::{Document, Room, Text, Type};

/// A pattern for whole words, where they may not stand, and what is said instead.
const BANNED: &[(&str, &[Where], &str)] = &[
    ("file|meaning", &[Room], "shape, lower"),
    ("wire|wired|Wire|Wired", &[Type, Text, Document], "transport"),
    ("seen|look|normal|watch", &[Room], "classify, select, canonical, observers"),
    ("so-manieth", &[Text, Document], "n-th"),
    ("told|untold|Told|Untold", &[Text, Document], "tested, judged, reported"),
    ("(?:how|How|so|So) many", &[Text, Document], "count, number"),
    ("Faults", &[Type], "load errors, active defects"),
    ("made|kinds", &[Room], "seeded, value types"),
];

/// Names of public types that another type has, too, and what the two are.
const NAMED_TWICE: &[(&str, &str)] = &[
    ("Body", "the body that a contract allows, and that of an answer that was read"),
    ("Case", "a case, and the same while it is judged"),
    ("Form", "a documented form of a value, and how a query is written"),
    ("Format", "what a report is written as, and what the spec data is exported as"),
    ("Node", "a node of an XML tree, and one of a schema that is made"),
    ("Place", "where a parameter of a contract stands, and where a fault of the data is"),
    ("Schema", "an XSD, a JSON Schema, and the observer of what is held against one"),
];

#[test]
fn no_word_stands_where_another_is_said() {
    let texts = texts();
    let mut faults = Vec::new();
    for (pattern, places, say) in BANNED {
        let word = regex::Regex::new(&format!(r"\b(?:{pattern})\b")).expect("a pattern");
        for (place, path, text) in texts.iter().filter(|(place, _, _)| places.contains(place)) {
            if let Some(found) = word.find(text) {
                faults.push(format!("{path}: `{}` in `{}` ({place:?}): say {say}", found.as_str(), text.trim()));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_word_of_the_glossary_is_in_architecture_md() {
    let text = read("ARCHITECTURE.md");
    let table = text.split("\n## Words\n").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(2).collect();
    assert!(rows.len() >= 10, "ARCHITECTURE.md: no table below `## Words`");
    for (_, _, say) in BANNED {
        let word = say.split([',', ' ']).next().unwrap_or_default().to_lowercase();
        assert!(
            rows.iter().any(|row| row.to_lowercase().contains(&word)),
            "ARCHITECTURE.md, Words: no row says `{word}`"
        );
    }
}

/// Every name, comment, text and line in which words are looked for, with the path of its file.
fn texts() -> Vec<(Where, String, String)> {
    let code = regex::Regex::new("`[^`\n]+`").expect("a pattern");
    let mut all = Vec::new();
    for path in sources() {
        let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        all.push((Room, path.clone(), name.to_owned()));
        if path.ends_with(".rs") {
            let text = read(&path);
            all.extend(types(&text).into_iter().map(|(name, _)| (Type, path.clone(), name)));
            all.extend(said(&text).into_iter().map(|text| (Text, path.clone(), text)));
        }
    }
    for document in documents() {
        let text = code.replace_all(&without_words(&document.text), "`…`").into_owned();
        all.extend(text.lines().map(|line| (Document, document.path.clone(), line.to_owned())));
    }
    all
}

/// A document without its glossary, which has the words that are not said, and without what the program prints.
fn without_words(text: &str) -> String {
    let (before, rest) = text.split_once("\n## Words\n").unwrap_or((text, ""));
    let after = rest.split_once("\n## ").map_or("", |(_, after)| after);
    let whole = format!("{before}\n{after}");
    let mut shown = false;
    let lines = whole.lines().filter(|line| {
        shown = if line.starts_with("```") { *line == "```text" } else { shown };
        !shown
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Files and folders of `src/` outside the emulator.
fn sources() -> Vec<String> {
    everything_below("src/").into_iter().filter(|path| !path.starts_with("src/emulator/")).collect()
}

/// Names of the types that a file has at its top level, and whether each is public.
fn types(text: &str) -> Vec<(String, bool)> {
    let name = r"(?m)^(pub )?(?:pub\([a-z]+\) )?(?:struct|enum|trait|union|type) ([A-Z][A-Za-z0-9]*)";
    let name = regex::Regex::new(name).expect("a pattern");
    name.captures_iter(text).map(|found| (found[2].to_owned(), found.get(1).is_some())).collect()
}

/// Comments and texts in quotation marks, line by line.
fn said(text: &str) -> Vec<String> {
    let quoted = regex::Regex::new(r#""((?:[^"\\]|\\.)*)""#).expect("a pattern");
    let mut all = Vec::new();
    for line in text.lines() {
        match line.trim_start().strip_prefix("//") {
            Some(comment) => all.push(comment.trim_start_matches(['/', '!']).to_owned()),
            None => all.extend(quoted.captures_iter(line).map(|found| found[1].to_owned())),
        }
    }
    all
}

#[test]
fn the_name_of_a_public_type_means_one_thing() {
    let mut places: BTreeMap<String, (BTreeSet<String>, bool)> = BTreeMap::new();
    for path in sources().into_iter().filter(|path| path.ends_with(".rs")) {
        for (name, public) in types(&read(&path)) {
            let (files, known) = places.entry(name).or_default();
            files.insert(path.clone());
            *known |= public;
        }
    }
    places.retain(|_, (files, public)| files.len() > 1 && *public);
    let mut faults = Vec::new();
    for (name, (files, _)) in &places {
        if !NAMED_TWICE.iter().any(|(known, _)| known == name) {
            faults.push(format!("`{name}` is a type in each of {files:?}"));
        }
    }
    for (name, meanings) in NAMED_TWICE {
        if !places.contains_key(*name) || meanings.is_empty() {
            faults.push(format!("`{name}` is one type now; take it off the list"));
        }
    }
    none(&faults);
}

#[test]
fn words_are_found_in_names_comments_and_texts() {
    let text = "/// A comment.\npub(crate) struct Thing;\nlet a = \"a text\"; // not at the start\nenum Other {}\n";
    assert_eq!(types(text), [("Thing".to_owned(), false), ("Other".to_owned(), false)]);
    assert_eq!(types("pub struct Open(u8);"), [("Open".to_owned(), true)]);
    assert_eq!(said(text), [" A comment.", "a text"]);
    let document = "a\n```text\nshown\n```\nb\n## Words\n| not |\n## Next\nc";
    assert_eq!(without_words(document), "a\n```\nb\n\nNext\nc".replace("\n\n", "\n"));
}
