//! The documented part of an answer, in one shape.
//!
//! In: an accepted XML answer and the rows of its endpoint. Out: a tree with our root that holds only what the guide documents,
//! what was left out (observations), and which of several printed names and notations the target uses.

use std::collections::BTreeSet;

use crate::{
    decode::xml::Node,
    spec::{Element, Endpoint},
};

/// An answer in one shape.
pub(super) struct Normal {
    /// The documented part below a root with our name for it.
    pub(super) root: Node,
    /// The name that the root has in the answer.
    pub(super) root_seen: String,
    /// Paths of elements and attributes that the guide does not document.
    pub(super) undocumented: BTreeSet<String>,
    /// Row number and the printed name that was seen.
    pub(super) names: BTreeSet<(usize, String)>,
    /// Notation of the permission entries.
    pub(super) shape: Option<&'static str>,
}

/// The name under which answers of an endpoint are looked at: the documented root, or the endpoint's own name.
pub(super) fn root_name(endpoint: &Endpoint) -> &str {
    endpoint.response.root.as_deref().unwrap_or_else(|| endpoint.id.rsplit('/').next().unwrap_or_default())
}

/// The path of a row below the root, without the root itself.
pub(super) fn below_root<'a>(endpoint: &Endpoint, row: &'a Element) -> Vec<&'a str> {
    row.path.split('/').skip(usize::from(endpoint.response.root.is_some())).collect()
}

/// Brings an answer into one shape.
pub(super) fn normal(endpoint: &Endpoint, answer: &Node) -> Normal {
    let mut out = Normal {
        root: Node { name: root_name(endpoint).to_owned(), ..Node::default() },
        root_seen: answer.name.clone(),
        undocumented: BTreeSet::new(),
        names: BTreeSet::new(),
        shape: None,
    };
    let mut source = match holder(endpoint, answer) {
        Some(holder) => holder.clone(),
        None => Node { children: vec![answer.clone()], ..Node::default() },
    };
    if endpoint.response.root.is_some() && holder(endpoint, answer).is_some_and(|h| !std::ptr::eq(h, answer)) {
        out.root_seen.clone_from(&source.name);
    }
    if endpoint.elements.iter().any(|row| row.path.contains("permissions/permission/")) {
        out.shape = same_shape(&mut source);
    }
    let mut root = std::mem::take(&mut out.root);
    keep(endpoint, &source, &mut root, &mut Vec::new(), &mut out);
    out.root = root;
    out
}

/// The element that holds the documented ones: the root when it has the documented name, else the first that has any of them.
fn holder<'a>(endpoint: &Endpoint, answer: &'a Node) -> Option<&'a Node> {
    if endpoint.response.root.as_deref() == Some(answer.name.as_str()) {
        return Some(answer);
    }
    let names: Vec<&str> =
        endpoint.elements.iter().filter_map(|row| below_root(endpoint, row).first().copied()).collect();
    let mut found = None;
    answer.walk(&mut |node| {
        if found.is_none() && node.children.iter().any(|child| names.contains(&child.name.as_str())) {
            found = Some(node);
        }
    });
    found
}

/// Copies what rows document, one level at a time.
fn keep(endpoint: &Endpoint, from: &Node, to: &mut Node, path: &mut Vec<String>, out: &mut Normal) {
    let row_at = |name: &str, path: &[String]| {
        endpoint.elements.iter().enumerate().find(|(_, row)| {
            let below = below_root(endpoint, row);
            let Some((last, parents)) = below.split_last() else { return false };
            parents.len() == path.len()
                && parents.iter().zip(path).all(|(a, b)| a == b)
                && (*last == name || row.names.iter().any(|other| other == name))
        })
    };
    let own = endpoint
        .elements
        .iter()
        .find(|row| below_root(endpoint, row).iter().copied().eq(path.iter().map(String::as_str)));
    let has_children = endpoint.elements.iter().any(|row| {
        let below = below_root(endpoint, row);
        below.len() == path.len() + 1
            && !below[path.len()].starts_with('@')
            && below.iter().zip(path.iter()).all(|(a, b)| a == b)
    });
    if !has_children {
        to.text.clone_from(&from.text);
    }
    for (name, value) in &from.attributes {
        match row_at(&format!("@{name}"), path) {
            Some(_) => to.attributes.push((name.clone(), value.clone())),
            None => {
                out.undocumented.insert(display(path, &format!("@{name}")));
            }
        }
    }
    // An anchor may be written as an element; it then counts as the text that it stands for.
    if own.is_some_and(|row| row.kind == crate::spec::Type::Anchor) && to.text.trim().is_empty() {
        if let Some(anchor) = from.children.first() {
            let href = anchor.attribute("href").unwrap_or_default();
            to.text = format!("<a href=\"{href}\">{}</a>", anchor.value());
        }
        return;
    }
    for child in &from.children {
        match row_at(&child.name, path) {
            Some((number, row)) => {
                let name = below_root(endpoint, row).last().copied().unwrap_or_default().to_owned();
                out.names.insert((number, child.name.clone()));
                let mut kept = Node { name: name.clone(), ..Node::default() };
                path.push(name);
                keep(endpoint, child, &mut kept, path, out);
                path.pop();
                to.children.push(kept);
            }
            None => {
                out.undocumented.insert(display(path, &child.name));
            }
        }
    }
}

fn display(path: &[String], name: &str) -> String {
    path.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join("/")
}

/// Brings the permission entries, which the guide prints without saying how they are written, into one notation.
fn same_shape(source: &mut Node) -> Option<&'static str> {
    let permissions = source.children.iter_mut().find(|child| child.name == "permissions")?;
    let is_flag = |name: &str| name.starts_with("perm_");
    let mut entries: Vec<(String, String)> = Vec::new();
    let mut shape = None;
    for child in &permissions.children {
        if is_flag(&child.name) {
            shape = Some("direct");
            entries.push((child.name.clone(), child.value().to_owned()));
            continue;
        }
        if child.children.iter().any(|c| is_flag(&c.name)) {
            shape = Some("children");
            entries.extend(
                child.children.iter().filter(|c| is_flag(&c.name)).map(|c| (c.name.clone(), c.value().to_owned())),
            );
        } else if let Some(name) = child.attribute("name").filter(|name| is_flag(name)) {
            shape = Some("name_attribute");
            entries.push((name.to_owned(), child.value().to_owned()));
        } else if child.attributes.iter().any(|(name, _)| is_flag(name)) {
            shape = Some("attributes");
            entries.extend(child.attributes.iter().filter(|(name, _)| is_flag(name)).cloned());
        }
    }
    shape?;
    let children = entries.into_iter().map(|(name, text)| Node { name, text, ..Node::default() }).collect();
    permissions.children = vec![Node { name: "permission".to_owned(), children, ..Node::default() }];
    permissions.attributes.clear();
    shape
}
