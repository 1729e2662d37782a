//! Marks in the place of what is of the moment: times, ids, tokens, the address of the target, the words of the run.
//!
//! In: branches in a fixed order, and what is known of the run and of the guide's rows. Out: the same branches with marks. A value that
//! looks like no other of its kind (a GUID, a key, a long number) is the same wherever it stands; a short id only where its name is the
//! same, too.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use regex::Regex;

use super::{
    branch::{Branch, Mark},
    rows::RowsByPath,
};
use crate::{decode::time, spec::Type};

/// What is of the moment wherever it stands, each with the name of its group.
static OF_THE_MOMENT: LazyLock<Regex> = LazyLock::new(|| {
    let groups = [
        r"(?P<iso8601>\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)",
        r"(?P<guid>\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\b)",
        r"(?P<date>\b(?:19|20)\d\d-[01]\d-[0-3]\d\b)",
        r"(?P<http>\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\b)",
        r"(?P<epoch>\b(?:1[3-9]|2[01])\d{8}\b)",
        r"(?P<number>\b\d{12,20}\b)",
        r"(?P<hex>\b[0-9A-Fa-f]{16,}\b)",
        r"(?P<token>\b[A-Za-z0-9_]{24,}\b)",
    ];
    // The patterns are constants, and a test uses each of them.
    Regex::new(&groups.join("|")).unwrap_or_else(|_| unreachable!("the patterns are sound"))
});

/// The groups in which the same value is the same thing.
const SAME: [&str; 4] = ["guid", "number", "hex", "token"];

/// The shortest word of a run that is looked for, in bytes.
const WORD_BYTES_MIN: usize = 4;

/// Gives out marks. The same order of branches gives the same marks.
#[derive(Debug, Default)]
pub(super) struct Marks {
    by_value: HashMap<(String, String), Mark>,
    last: HashMap<String, u32>,
    /// Texts that stand for something of the run, and what.
    words: BTreeMap<String, &'static str>,
}

impl Marks {
    /// A text that stands for something of the run, such as the host of the target.
    pub(super) fn word(&mut self, text: &str, stands_for: &'static str) {
        if text.len() >= WORD_BYTES_MIN {
            self.words.insert(text.to_owned(), stands_for);
        }
    }

    /// Puts marks into an answer. `thing` is what it is about where no row says what an id is: then the name of a member does.
    pub(super) fn put(&mut self, answer: &mut Branch, rows: &RowsByPath<'_>, thing: Option<&str>) {
        let document = answer.child("body").is_some_and(|body| body.value == [Mark::Any("document".to_owned())]);
        answer.each_value(&mut Vec::new(), &mut |path, value| {
            // What a document states is not of the moment.
            if document && path.first().is_some_and(|name| name == "body") {
                return;
            }
            if let [Mark::Text(text)] = value.as_slice() {
                *value = self.of_text(text, path, rows);
            } else if let (Some(thing), [Mark::Literal(number)]) = (thing, value.as_slice())
                && let Some(name) = id_of(path, thing).filter(|_| number.bytes().all(|b| b.is_ascii_digit()))
            {
                *value = vec![self.same(&name, &name, number)];
            } else if let [Mark::Literal(number)] = value.as_slice()
                && path.first().is_some_and(|name| name == "body")
                && number.bytes().all(|b| b.is_ascii_digit())
                && let [mark @ (Mark::Any(_) | Mark::Same(..))] = self.of_the_moment(number, name_of(path)).as_slice()
            {
                *value = vec![mark.clone()];
            }
        });
    }

    fn of_text(&mut self, text: &str, path: &[String], rows: &RowsByPath<'_>) -> Vec<Mark> {
        let name = name_of(path);
        let row = rows.at(&path.join("/")).map(|(_, row)| row);
        match row.map(|row| row.kind) {
            Some(Type::Instant | Type::Iso8601 | Type::Epoch | Type::OtherTime) => {
                if let Some(form) = form_of_time(text) {
                    return vec![Mark::Any(form.to_owned())];
                }
            }
            Some(Type::Id) if !text.is_empty() && !is_alone(text) => {
                let name = match path {
                    [.., parent, _] => format!("{parent}.{name}"),
                    _ => name.to_owned(),
                };
                return vec![self.same(&name, &name, text)];
            }
            // The digits of a version are what it is.
            Some(Type::Version) => return vec![Mark::Text(text.to_owned())],
            _ => {}
        }
        self.of_the_moment(text, name)
    }

    /// A text in parts: what is of the moment as marks, the rest as it came.
    fn of_the_moment(&mut self, text: &str, name: &str) -> Vec<Mark> {
        let mut marks = Vec::new();
        for part in self.by_words(text) {
            match part {
                Mark::Text(text) => self.split(&text, name, &mut marks),
                mark => marks.push(mark),
            }
        }
        if marks.is_empty() {
            marks.push(Mark::Text(text.to_owned()));
        }
        marks
    }

    fn by_words(&self, text: &str) -> Vec<Mark> {
        let mut parts = vec![Mark::Text(text.to_owned())];
        // The longest first, since one may be part of another.
        let mut words: Vec<_> = self.words.iter().collect();
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        for (word, stands_for) in words {
            let mut split = Vec::new();
            for part in parts {
                let Mark::Text(text) = part else {
                    split.push(part);
                    continue;
                };
                for (number, piece) in text.split(word.as_str()).enumerate() {
                    if number > 0 {
                        split.push(Mark::Any((*stands_for).to_owned()));
                    }
                    if !piece.is_empty() {
                        split.push(Mark::Text(piece.to_owned()));
                    }
                }
            }
            parts = split;
        }
        parts
    }

    fn split(&mut self, text: &str, name: &str, marks: &mut Vec<Mark>) {
        let mut end = 0;
        for found in OF_THE_MOMENT.captures_iter(text) {
            let Some(all) = found.get(0) else { continue };
            let Some(group) = OF_THE_MOMENT.capture_names().flatten().find(|group| found.name(group).is_some()) else {
                continue;
            };
            if group == "token" && !is_drawn(all.as_str()) {
                continue;
            }
            if all.start() > end {
                marks.push(Mark::Text(text[end..all.start()].to_owned()));
            }
            end = all.end();
            marks.push(match SAME.contains(&group) {
                true => self.same("", name, &all.as_str().to_ascii_lowercase()),
                false => Mark::Any(group.to_owned()),
            });
        }
        if end < text.len() {
            marks.push(Mark::Text(text[end..].to_owned()));
        }
    }

    /// The mark of a value among those of its space; the first name under which it comes stays.
    fn same(&mut self, space: &str, name: &str, value: &str) -> Mark {
        let key = (space.to_owned(), value.to_owned());
        if let Some(mark) = self.by_value.get(&key) {
            return mark.clone();
        }
        let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "_.-".contains(*c)).collect();
        let name = if name.is_empty() { "id".to_owned() } else { name };
        let number = self.last.entry(name.clone()).or_insert(0);
        *number += 1;
        let mark = Mark::Same(name, *number);
        self.by_value.insert(key, mark.clone());
        mark
    }
}

/// What a member is the id of, by its name: `user.id` for `id` of a user and for `user_id` of anything.
fn id_of(path: &[String], thing: &str) -> Option<String> {
    let [above @ .., name] = path else { return None };
    let owner = match name.strip_suffix("id")? {
        "" => {
            above.iter().rev().find(|name| *name != "[]").filter(|name| *name != "body").map_or(thing, String::as_str)
        }
        of => of.strip_suffix('_')?,
    };
    Some(format!("{owner}.id"))
}

fn name_of(path: &[String]) -> &str {
    path.last().map_or("id", |name| name.trim_start_matches('@'))
}

/// Whether a text is one value that is the same wherever it stands.
fn is_alone(text: &str) -> bool {
    OF_THE_MOMENT.find(text).is_some_and(|found| found.as_str().len() == text.len())
}

/// Whether a long word was drawn and not written by a person: it has digits, and small and capital letters.
fn is_drawn(word: &str) -> bool {
    let has = |is: fn(&u8) -> bool| word.bytes().any(|b| is(&b));
    has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)
}

/// The notation of a time; none where it is no time.
fn form_of_time(text: &str) -> Option<&'static str> {
    let text = text.trim();
    match text {
        _ if time::iso8601(text).is_some() => Some("iso8601"),
        _ if time::epoch(text).is_some() => Some("epoch"),
        _ if time::instant(text).is_some() || time::lacks_a_zone(text) => Some("time"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut marks = Marks::default();
        marks.word("support.example.com", "host");
        let found = marks.of_the_moment(text, "lsid");
        assert_eq!(super::super::lines::value(&found), expected, "{text}");
    }

    #[test]
    fn what_is_of_the_moment_has_a_mark() {
        check("a5eaaa58591047b88556f944804227b0", "<lsid#1>");
        check(
            "https://support.example.com/x?l=A5EAAA58591047b88556f944804227b0&m=a5eaaa58591047b88556f944804227b0",
            r#""https://" <host> "/x?l=" <lsid#1> "&m=" <lsid#1>"#,
        );
        check("12345678-1234-1234-1234-123456789abc", "<lsid#1>");
        check("2026-11-30T03:29:38+00:00", "<iso8601>");
        check("state-2026-11-29-1.json.gz", r#""state-" <date> "-1.json.gz""#);
        check("Mon, 30 Nov 2026 03:59:52 GMT", "<http>");
        check("1796011192", "<epoch>");
        check("18446744073709551612", "<lsid#1>");
        check("aB3aB3aB3aB3aB3aB3aB3aB3aB3", "<lsid#1>");
        for text in
            ["", "200", "1.22.2", "perm_configuration_vault_account", "23.2.1 (build 101472-f9e8d7c6b5)", "15000"]
        {
            check(text, &serde_json::to_string(text).unwrap());
        }
    }

    #[test]
    fn a_number_is_an_id_by_the_name_of_its_member() {
        for (path, expected) in [
            ("body [] id", Some("user.id")),
            ("body id", Some("user.id")),
            ("body [] account_group_id", Some("account_group.id")),
            ("body [] folder id", Some("folder.id")),
            ("body [] valid", None),
            ("body [] paid", None),
            ("body grid", None),
        ] {
            let path: Vec<String> = path.split(' ').map(str::to_owned).collect();
            assert_eq!(id_of(&path, "user").as_deref(), expected, "{path:?}");
        }
    }
}
