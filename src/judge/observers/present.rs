//! Whether the element or attribute of a row stands in every answer as often as documented.

use std::num::NonZeroUsize;

use super::shown::{Answered, First, Observer, Shown};
use crate::{
    answer::{Canonical, below_root, root_name},
    judge::elements::{Look, count, nodes, nothing_seen},
    model::{exchange::Exchange, verdict::Finding},
    spec::{Element, Endpoint},
};

pub(super) struct Present<'a> {
    endpoint: &'a Endpoint,
    row: &'a Element,
    failed: First<Finding>,
    good: usize,
}

impl<'a> Present<'a> {
    pub(super) fn of(endpoint: &'a Endpoint, row: &'a Element) -> Self {
        Self { endpoint, row, failed: First::default(), good: 0 }
    }
}

impl<'a> Observer<'a> for Present<'a> {
    fn see(&mut self, shown: &Shown<'_, 'a>) {
        let Some(distinct) = shown.distinct.filter(|_| self.failed.comes_after(shown.at)) else { return };
        match present(self.endpoint, self.row, shown.sent, distinct.canonical) {
            Look::Nothing => {}
            // Answers are counted, not what is in them: the number of connected clients is no matter of the target's conduct.
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

/// Whether the row's element stands in the answer as often as documented.
fn present(endpoint: &Endpoint, row: &Element, sent: &Exchange, canonical: &Canonical) -> Look {
    let below = below_root(endpoint, row);
    let Some((last, parents)) = below.split_last() else {
        let name = root_name(endpoint);
        return if canonical.root_seen == name {
            Look::Good
        } else {
            Look::Bad(format!("the root element is `{name}`"), format!("`{}`", canonical.root_seen))
        };
    };
    let asked = row.when.as_ref().map(|(name, value)| sent.parameter(name) == Some(value));
    let (least, most) = match asked {
        Some(false) => (0, Some(0)),
        _ if row.sometimes => (0, row.count_max),
        _ => (row.count_min, row.count_max),
    };
    let mut good = 0;
    for parent in nodes(&canonical.root, parents) {
        let count = count(parent, last);
        let wanted = || match (asked, least, most) {
            (Some(false), ..) => format!("no `{}`, as the request did not ask for it", row.path),
            (_, n, Some(m)) if n == m => format!("`{}` {}", row.path, times(n)),
            (_, 0, Some(m)) => format!("`{}` at most {}", row.path, times(m)),
            (_, n, _) => format!("`{}` at least {}", row.path, times(n)),
        };
        if count < least as usize || most.is_some_and(|most| count > most as usize) {
            let got = if count == 0 { "it is not there".to_owned() } else { times(count as u32) };
            return Look::Bad(wanted(), got);
        }
        // An absence that is lawful shows nothing, and neither does an absence that was not asked for.
        if asked != Some(false) {
            good += count;
        }
    }
    if good == 0 { Look::Nothing } else { Look::Good }
}

fn times(n: u32) -> String {
    match n {
        1 => "once".to_owned(),
        n => format!("{n} times"),
    }
}
