//! Predicates of the count of what was found.

use std::collections::BTreeSet;

use super::word::{Row, Word};

/// There is one, or there is none.
pub static PRESENT: Word<bool> = Word {
    name: "present",
    holds_when: "`true`: there is one; `false`: there is none",
    check: |found, yes| match yes {
        true => (!found.texts.is_empty(), "is there".to_owned()),
        false => (found.texts.is_empty() && found.answered(), "is not there".to_owned()),
    },
};

pub(super) static ROWS: &[Row] = &[
    Row::Flag(&PRESENT),
    Row::Size(&Word {
        name: "count",
        holds_when: "their count is exactly that",
        check: |found, n| (found.texts.len() == *n && found.answered(), format!("is there {n} times")),
    }),
    Row::Size(&Word {
        name: "count_min",
        holds_when: "their count is at least that",
        check: |found, n| (found.texts.len() >= *n && found.answered(), format!("is there at least {n} times")),
    }),
    Row::Size(&Word {
        name: "count_max",
        holds_when: "their count is at most that",
        check: |found, n| (found.texts.len() <= *n && found.answered(), format!("is there at most {n} times")),
    }),
    Row::Mark(&Word {
        name: "distinct",
        holds_when: "there are some, and no two are the same",
        check: |found, ()| {
            let distinct: BTreeSet<&String> = found.texts.iter().collect();
            (!found.texts.is_empty() && distinct.len() == found.texts.len(), "has no value twice".to_owned())
        },
    }),
];
