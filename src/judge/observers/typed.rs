//! Whether every value of a row is of its type.

use std::num::NonZeroUsize;

use super::shown::{Answered, First, Observer, Shown};
use crate::{
    answer::{Canonical, below_root},
    decode::xml::without_blanks,
    judge::elements::{Look, nothing_seen, texts},
    model::verdict::Finding,
    spec::{Element, Endpoint, Type},
    vocabulary::shorten,
};

pub(super) struct Typed<'a> {
    endpoint: &'a Endpoint,
    row: &'a Element,
    failed: First<Finding>,
    good: usize,
}

impl<'a> Typed<'a> {
    pub(super) fn of(endpoint: &'a Endpoint, row: &'a Element) -> Self {
        Self { endpoint, row, failed: First::default(), good: 0 }
    }
}

impl<'a> Observer<'a> for Typed<'a> {
    fn see(&mut self, shown: &Shown<'_, 'a>) {
        let Some(distinct) = shown.distinct.filter(|_| self.failed.comes_after(shown.at)) else { return };
        match typed(self.endpoint, self.row, distinct.canonical) {
            Look::Nothing => {}
            Look::Good => self.good += distinct.times,
            Look::Bad(expected, got) => self.failed.see(shown.at, shown.at.fail(expected, got)),
        }
    }

    fn finding(self: Box<Self>, answered: Answered) -> Finding {
        let failed = self.failed.into_inner().map(|(_, finding)| finding);
        failed
            .or_else(|| NonZeroUsize::new(self.good).map(Finding::pass))
            .unwrap_or_else(|| nothing_seen(self.endpoint, self.row, answered))
    }
}

/// Whether the row's values are of its type.
fn typed(endpoint: &Endpoint, row: &Element, canonical: &Canonical) -> Look {
    let mut good = 0;
    for text in texts(&canonical.root, &below_root(endpoint, row)) {
        let trimmed = without_blanks(&text);
        if row.may_be_empty && trimmed.is_empty() {
            continue;
        }
        if let Some(expected) = wrong(row, trimmed) {
            return Look::Bad(format!("`{}` is {expected}", row.path), format!("`{}`", shorten(&text)));
        }
        good += 1;
    }
    if good == 0 { Look::Nothing } else { Look::Good }
}

fn wrong(row: &Element, text: &str) -> Option<String> {
    if row.kind == Type::Enum {
        let listed = row.values.iter().any(|value| value == text) || (row.open && !text.is_empty());
        return (!listed).then(|| format!("one of {}", row.values.join(", ")));
    }
    if !row.kind.fits(text) {
        return Some(row.kind.in_words().to_owned());
    }
    let number: Option<i64> = text.parse().ok();
    if let (Some(least), Some(n)) = (row.min, number)
        && n < least
    {
        return Some(format!("at least {least}"));
    }
    if let (Some(most), Some(n)) = (row.max, number)
        && n > most
    {
        return Some(format!("at most {most}"));
    }
    None
}
