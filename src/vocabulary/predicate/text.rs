//! Predicates of texts: what they are, what is in them, of which type they are.

use regex::Regex;

use super::word::{Row, Word};
use crate::vocabulary::{heard::shorten, types::Type};

/// It is that text.
pub static EQUALS: Word<str> = Word {
    name: "equals",
    holds_when: "it is that text; `200` and `\"200\"` are the same",
    check: |found, text| (found.each(|one| one == text), format!("is `{}`", shorten(text))),
};

/// It is another text.
pub static NOT_EQUALS: Word<str> = Word {
    name: "not_equals",
    holds_when: "it is another text",
    check: |found, text| (found.each(|one| one != text), format!("is not `{}`", shorten(text))),
};

/// It is one of the texts.
pub static ONE_OF: Word<[String]> = Word {
    name: "one_of",
    holds_when: "it is one of the texts",
    check: |found, texts| {
        (found.each(|one| texts.iter().any(|text| text == one)), format!("is one of {}", texts.join(", ")))
    },
};

/// All of it matches.
pub static MATCHES: Word<Regex> = Word {
    name: "matches",
    holds_when: "the regular expression fits all of it",
    check: |found, pattern| (found.each(|one| pattern.is_match(one)), format!("matches {}", pattern.as_str())),
};

/// It has that text in it.
pub static CONTAINS: Word<str> = Word {
    name: "contains",
    holds_when: "the text is in it",
    check: |found, text| (found.each(|one| one.contains(text)), format!("has `{}` in it", shorten(text))),
};

/// It is of the type.
pub static IS: Word<Type> = Word {
    name: "type",
    holds_when: "it is of that type",
    check: |found, kind| (found.each(|one| kind.fits(one)), format!("is {}", kind.in_words())),
};

pub(super) static ROWS: &[Row] = &[
    Row::Text(&EQUALS),
    Row::Text(&NOT_EQUALS),
    Row::Texts(&ONE_OF),
    Row::Pattern(&MATCHES),
    Row::Text(&CONTAINS),
    Row::Text(&Word {
        name: "not_contains",
        holds_when: "the text is not in it",
        check: |found, text| {
            (found.each(|one| !one.contains(text)), format!("does not have `{}` in it", shorten(text)))
        },
    }),
    Row::Size(&Word {
        name: "max_characters",
        holds_when: "it has at most that number of characters",
        check: |found, most| (found.each(|one| one.chars().count() <= *most), format!("has at most {most} characters")),
    }),
    Row::Type(&IS),
];
