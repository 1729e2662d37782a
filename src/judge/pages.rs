//! A walk through the pages of a list.
//!
//! In: the answers of the walk, in the order of their pages. Out: whether each item was on one page and all of them on the pages
//! together. What a target changes meanwhile is not held against it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{model::exchange::Answer, spec::Walk};

use super::{
    holds::Holds,
    seen::{Seen, shorten},
};

/// Whether no further page is worth asking for after this one.
pub(super) fn is_last(walk: &Walk, seen: &Seen<'_>, page: u32) -> bool {
    let Some(items) = items(walk, seen).filter(|_| seen.accepted()) else { return true };
    let short = u64::try_from(items.len()).unwrap_or(u64::MAX) < walk.per_page;
    let last = seen.answer().and_then(|answer| number(answer, "x-bt-pagination-last-page"));
    short || last.is_some_and(|last| u64::from(page) >= last)
}

/// Whether the answers of a walk belong together.
pub(super) fn holds(walk: &Walk, pages: &[Seen<'_>]) -> Holds {
    let no = |expected: &str, got: String| Holds::No(expected.to_owned(), got);
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut totals: BTreeSet<u64> = BTreeSet::new();
    let (mut count, mut fault) = (0_u64, None);
    for (number_of_page, seen) in (1_u64..).zip(pages) {
        let Some(answer) = seen.answer().filter(|_| seen.accepted()) else {
            return no("each page up to the last one is given", seen.says());
        };
        let Some(items) = items(walk, seen) else {
            return no("each page is a list of items", format!("{} on page {number_of_page}", seen.says()));
        };
        let size = u64::try_from(items.len()).unwrap_or(u64::MAX);
        count = count.saturating_add(size);
        if size > walk.per_page {
            return no(
                &format!("a page has at most the {} items that are asked for", walk.per_page),
                format!("{size} items on page {number_of_page}"),
            );
        }
        if let Some(total) = number(answer, "x-bt-pagination-total").filter(|_| walk.total) {
            totals.insert(total);
        }
        let last = number(answer, "x-bt-pagination-last-page").filter(|_| walk.last);
        let total = number(answer, "x-bt-pagination-total").filter(|_| walk.total && walk.per_page > 0);
        if let (Some(last), Some(total)) = (last, total)
            && last != total.div_ceil(walk.per_page).max(1)
            && fault.is_none()
        {
            let expected = format!("the last page of {total} items is {}", total.div_ceil(walk.per_page).max(1));
            fault = Some(no(&expected, format!("X-BT-Pagination-Last-Page: {last} on page {number_of_page}")));
        }
        for id in walk.id.iter().flat_map(|id| items.iter().filter_map(|item| item.pointer(id))) {
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
        return Holds::Untold("the number of items changed while they were looked at".to_owned());
    }
    if let Some(fault) = fault {
        return fault;
    }
    let asked = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    let whole = pages.last().is_some_and(|seen| is_last(walk, seen, asked));
    match totals.first() {
        Some(total) if whole && *total != count => no(
            &format!("the pages together have the {total} items that X-BT-Pagination-Total tells"),
            format!("{count} items on {asked} pages"),
        ),
        _ if pages.is_empty() => Holds::Untold("no page was asked for".to_owned()),
        _ => Holds::Yes,
    }
}

fn items<'s>(walk: &Walk, seen: &'s Seen<'_>) -> Option<&'s Vec<Value>> {
    seen.json.as_ref()?.pointer(&walk.at)?.as_array()
}

fn number(answer: &Answer, name: &str) -> Option<u64> {
    answer.header(name)?.trim().parse().ok()
}
