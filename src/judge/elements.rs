//! Elements and attributes of answers: are they there as often as documented, and are their values of their type?
//!
//! In: a row and answers in canonical form. Out: how often it was looked at, and the first answer in which it is not so.

use crate::{
    answer::{Canonical, below_root, root_name},
    decode::xml::Node,
    spec::{Element, Endpoint, Type},
    vocabulary::{Heard, shorten},
};

/// What was seen of a row in one answer.
pub(super) enum Look {
    /// Nothing that could be judged.
    Nothing,
    /// Occurrences, all as documented.
    Good,
    /// Expected and got.
    Bad(String, String),
}

/// Whether the row's element stands in the answer as often as documented.
pub(super) fn present(endpoint: &Endpoint, row: &Element, heard: &Heard<'_>, canonical: &Canonical) -> Look {
    let below = below_root(endpoint, row);
    let Some((last, parents)) = below.split_last() else {
        let name = root_name(endpoint);
        return if canonical.root_seen == name {
            Look::Good
        } else {
            Look::Bad(format!("the root element is `{name}`"), format!("`{}`", canonical.root_seen))
        };
    };
    let asked = row.when.as_ref().map(|(name, value)| heard.exchange.request.parameter(name) == Some(value));
    let (least, most) = match asked {
        Some(false) => (0, Some(0)),
        _ if row.sometimes => (0, row.count_max),
        _ => (row.count_min, row.count_max),
    };
    let mut good = 0;
    for parent in at(&canonical.root, parents) {
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

/// Whether the row's values are of its type.
pub(super) fn typed(endpoint: &Endpoint, row: &Element, canonical: &Canonical) -> Look {
    let mut good = 0;
    for text in texts(&canonical.root, &below_root(endpoint, row)) {
        let trimmed = text.trim();
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

/// Values of an open enumeration that the guide does not list.
pub(super) fn unlisted(endpoint: &Endpoint, row: &Element, canonical: &Canonical) -> Vec<String> {
    if row.kind != Type::Enum || !row.open {
        return Vec::new();
    }
    let mut texts = texts(&canonical.root, &below_root(endpoint, row));
    texts.retain(|text| !row.values.iter().any(|value| value == text.trim()));
    texts
}

fn at<'a>(root: &'a Node, path: &[&str]) -> Vec<&'a Node> {
    let mut nodes = vec![root];
    for name in path {
        nodes = nodes.into_iter().flat_map(|node| &node.children).filter(|child| child.name == *name).collect();
    }
    nodes
}

fn count(parent: &Node, name: &str) -> usize {
    match name.strip_prefix('@') {
        Some(name) => usize::from(parent.attribute(name).is_some()),
        None => parent.children.iter().filter(|child| child.name == name).count(),
    }
}

fn texts(root: &Node, path: &[&str]) -> Vec<String> {
    match path.split_last() {
        Some((last, parents)) if last.starts_with('@') => {
            at(root, parents).into_iter().filter_map(|node| node.attribute(&last[1..])).map(str::to_owned).collect()
        }
        _ => at(root, path).into_iter().map(|node| node.text.to_string()).collect(),
    }
}
