//! A walk through the pages of a list.
//!
//! In: the answers of the walk, in the order of their pages. Out: whether each item was on one page and all of them on the pages
//! together. What a target changes meanwhile is not held against it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    heard::{Heard, shorten},
    holds::Holds,
};
use crate::model::exchange::Answer;

/// A walk through the pages of a list of JSON items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// JSON pointer of the list.
    pub at: String,
    /// JSON pointer of what tells its items apart, in an item.
    pub id: Option<String>,
    /// Name of the parameter that chooses the page.
    pub page: String,
    /// The most items of a page.
    pub per_page: u64,
    /// Whether a header has the count of all items.
    pub total: bool,
    /// Whether a header tells which page is the last.
    pub last: bool,
}

impl Walk {
    /// Whether no further page is worth asking for after this one.
    #[must_use]
    pub fn is_last(&self, heard: &Heard<'_>, page: u32) -> bool {
        let Some(items) = self.items(heard).filter(|_| heard.accepted()) else { return true };
        let short = u64::try_from(items.len()).unwrap_or(u64::MAX) < self.per_page;
        let last = heard.answer().and_then(|answer| number(answer, "x-bt-pagination-last-page"));
        short || last.is_some_and(|last| u64::from(page) >= last)
    }

    /// Whether the answers of a walk belong together.
    pub(super) fn holds(&self, pages: &[&Heard<'_>]) -> Holds {
        let no = |expected: &str, got: String| Holds::No(expected.to_owned(), got);
        let mut known: BTreeSet<String> = BTreeSet::new();
        let mut totals: BTreeSet<u64> = BTreeSet::new();
        let (mut count, mut fault) = (0_u64, None);
        for (number_of_page, heard) in (1_u64..).zip(pages) {
            let Some(answer) = heard.answer().filter(|_| heard.accepted()) else {
                return no("each page up to the last one is given", heard.summary());
            };
            let Some(items) = self.items(heard) else {
                return no("each page is a list of items", format!("{} on page {number_of_page}", heard.summary()));
            };
            let size = u64::try_from(items.len()).unwrap_or(u64::MAX);
            count = count.saturating_add(size);
            if size > self.per_page {
                return no(
                    &format!("a page has at most the {} items that are asked for", self.per_page),
                    format!("{size} items on page {number_of_page}"),
                );
            }
            if let Some(total) = number(answer, "x-bt-pagination-total").filter(|_| self.total) {
                totals.insert(total);
            }
            let last = number(answer, "x-bt-pagination-last-page").filter(|_| self.last);
            let total = number(answer, "x-bt-pagination-total").filter(|_| self.total && self.per_page > 0);
            if let (Some(last), Some(total)) = (last, total)
                && last != total.div_ceil(self.per_page).max(1)
                && fault.is_none()
            {
                let expected = format!("the last page of {total} items is {}", total.div_ceil(self.per_page).max(1));
                fault = Some(no(&expected, format!("X-BT-Pagination-Last-Page: {last} on page {number_of_page}")));
            }
            for id in self.id.iter().flat_map(|id| items.iter().filter_map(|item| item.pointer(id))) {
                if !known.insert(id.to_string()) && fault.is_none() {
                    let got = format!(
                        "the item with the id {} for a second time on page {number_of_page}",
                        shorten(&id.to_string())
                    );
                    fault = Some(no("each item is on one page", got));
                }
            }
        }
        if totals.len() > 1 {
            return Holds::Undecided("the number of items changed while they were looked at".to_owned());
        }
        if let Some(fault) = fault {
            return fault;
        }
        let asked = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        let whole = pages.last().is_some_and(|heard| self.is_last(heard, asked));
        match totals.first() {
            Some(total) if whole && *total != count => no(
                &format!("the pages together have the {total} items that X-BT-Pagination-Total tells"),
                format!("{count} items on {asked} pages"),
            ),
            _ if pages.is_empty() => Holds::Undecided("no page was asked for".to_owned()),
            _ => Holds::Yes,
        }
    }

    fn items<'s>(&self, heard: &'s Heard<'_>) -> Option<&'s Vec<Value>> {
        heard.body.json()?.pointer(&self.at)?.as_array()
    }
}

fn number(answer: &Answer, name: &str) -> Option<u64> {
    answer.header(name)?.trim().parse().ok()
}
