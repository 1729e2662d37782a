//! The elements and attributes of a row in answers.
//!
//! In: a row and answers in canonical form. Out: where it stands and what its values are.

use crate::{
    answer::{Canonical, below_root},
    decode::xml::{Node, without_blanks},
    model::verdict::{Blame, Finding},
    spec::{Element, Endpoint, Type},
};

use super::observers::Answered;

/// What was seen of a row in one answer.
pub(super) enum Look {
    /// Nothing that could be judged.
    Nothing,
    /// Occurrences, all as documented.
    Good,
    /// Expected and got.
    Bad(String, String),
}

/// What is said of a row that no answer showed.
pub(super) fn nothing_seen(endpoint: &Endpoint, row: &Element, answered: Answered) -> Finding {
    if answered == Answered::Never {
        let reason = format!("no request to {} was accepted, so nothing could be seen", endpoint.id);
        return Finding::inconclusive(reason, Blame::Target);
    }
    // The nearest element around it that has advice.
    let around =
        |other: &&Element| row.path.strip_prefix(other.path.as_str()).is_some_and(|rest| rest.starts_with('/'));
    let parents = endpoint.elements.iter().filter(around).filter(|other| other.hint.is_some());
    let parent_hint = parents.max_by_key(|other| other.path.len()).and_then(|other| other.hint.as_deref());
    // Only accepted answers show that something is not there.
    let advice = row.hint.as_deref().or(parent_hint).filter(|_| answered == Answered::Wholly);
    let advice = advice.map(|hint| format!("; {hint}")).unwrap_or_default();
    if row.sometimes {
        return Finding::not_applicable(format!("the target had no occasion to send it{advice}"));
    }
    if answered == Answered::Partly {
        let reason = "no accepted answer had it in it, and some that should be accepted were refused or lost";
        return Finding::inconclusive(reason, Blame::Target);
    }
    Finding::inconclusive(format!("no accepted answer had it in it{advice}"), Blame::Configuration)
}

/// Values of an open enumeration that the guide does not list.
pub(super) fn unlisted(endpoint: &Endpoint, row: &Element, canonical: &Canonical) -> Vec<String> {
    if row.kind != Type::Enum || !row.open {
        return Vec::new();
    }
    let mut texts = texts(&canonical.root, &below_root(endpoint, row));
    texts.retain(|text| !row.values.iter().any(|value| value == without_blanks(text)));
    texts
}

/// The nodes that a path leads to, below a root.
pub(super) fn nodes<'a>(root: &'a Node, path: &[&str]) -> Vec<&'a Node> {
    let mut nodes = vec![root];
    for name in path {
        nodes = nodes.into_iter().flat_map(|node| &node.children).filter(|child| child.name == *name).collect();
    }
    nodes
}

/// How often an element or attribute stands in a parent.
pub(super) fn count(parent: &Node, name: &str) -> usize {
    match name.strip_prefix('@') {
        Some(name) => usize::from(parent.attribute(name).is_some()),
        None => parent.children.iter().filter(|child| child.name == name).count(),
    }
}

/// The values of an element or attribute, wherever it stands.
pub(super) fn texts(root: &Node, path: &[&str]) -> Vec<String> {
    match path.split_last() {
        Some((last, parents)) if last.starts_with('@') => {
            nodes(root, parents).into_iter().filter_map(|node| node.attribute(&last[1..])).map(str::to_owned).collect()
        }
        _ => nodes(root, path).into_iter().map(|node| node.text.to_string()).collect(),
    }
}
