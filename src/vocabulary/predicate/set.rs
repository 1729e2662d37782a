//! Predicates that compare lists. Items of a text have commas between them; order and repeats do not matter.

use std::collections::BTreeSet;

use super::word::{Checked, Found, Row, Selected, Word};
use crate::vocabulary::heard::shorten;

/// Each item of a text with commas is among them.
pub static SUPERSET_OF: Word<str> = Word {
    name: "superset_of",
    holds_when: "each item of a text with commas is among them",
    check: |found, text| compared(found, text, "holds all of the items", |own, items| own.is_superset(items)),
};

pub(super) static ROWS: &[Row] = &[
    Row::Query(&Word {
        name: "same_as",
        holds_when: "there are some, and they are the same list of texts as the query selects",
        check: |found, other| {
            let others = shorten(&other.texts.join(", "));
            let same = !found.texts.is_empty() && found.texts == other.texts.as_slice();
            (same, format!("is the same as `{}` ({others})", other.query))
        },
    }),
    Row::Query(&Word {
        name: "among",
        holds_when: "each is among what the query selects",
        check: |found, other| among(found, std::slice::from_ref(other)),
    }),
    Row::Queries(&Word {
        name: "among_any",
        holds_when: "each is among what one of the queries selects",
        check: |found, others| among(found, others),
    }),
    Row::Text(&Word {
        name: "set_equals",
        holds_when: "they are just the items of a text with commas",
        check: |found, text| compared(found, text, "holds exactly the items", |own, items| own == items),
    }),
    Row::Text(&Word {
        name: "subset_of",
        holds_when: "each of them is among the items of a text with commas",
        check: |found, text| compared(found, text, "holds no other items than", |own, items| own.is_subset(items)),
    }),
    Row::Text(&SUPERSET_OF),
    Row::Text(&Word {
        name: "meets",
        holds_when: "at least one of them is among the items of a text with commas",
        check: |found, text| {
            compared(found, text, "holds at least one of the items", |own, items| !own.is_disjoint(items))
        },
    }),
];

type Items<'t> = BTreeSet<&'t str>;

fn compared(
    found: &Found<'_>,
    text: &str,
    expected: &str,
    test: for<'t> fn(&Items<'t>, &Items<'t>) -> bool,
) -> Checked {
    let own: Items<'_> = found.texts.iter().flat_map(|text| items(text)).collect();
    let holds = found.answered() && test(&own, &items(text).collect());
    (holds, format!("{expected} {}", shorten(text)))
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn among(found: &Found<'_>, others: &[Selected]) -> Checked {
    let texts: Vec<&str> = others.iter().flat_map(|other| &other.texts).map(String::as_str).collect();
    let holds = found.texts.iter().all(|text| texts.contains(&text.as_str()));
    let names: Vec<String> = others.iter().map(|other| format!("`{}`", other.query)).collect();
    (holds, format!("is among {} ({})", names.join(" or "), shorten(&texts.join(", "))))
}
