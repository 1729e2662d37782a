//! Rows of elements as a tree, as they stand in an answer.
//!
//! In: rows with paths. Out: the root with what is in it, in the order of the rows. Nothing is written here.

use crate::spec::endpoint::{Element, Endpoint};

/// An element, and what is in it.
#[derive(Clone)]
pub(super) struct Node<'a> {
    /// Local name.
    pub(super) name: String,
    /// Its own row; none for a root, or where only what is in it has rows.
    pub(super) row: Option<&'a Element>,
    /// The elements in it.
    pub(super) children: Vec<Node<'a>>,
    /// Its attributes.
    pub(super) attributes: Vec<&'a Element>,
}

impl Node<'_> {
    fn of(name: &str) -> Self {
        Self { name: name.to_owned(), row: None, children: Vec::new(), attributes: Vec::new() }
    }
}

/// The answer of an endpoint.
pub(super) fn answer_of(endpoint: &Endpoint) -> Node<'_> {
    tree_of(endpoint.root(), endpoint.response.root.is_some(), &endpoint.elements)
}

/// The rows below a root. Where paths do not begin with it, they hang below it all the same.
pub(super) fn tree_of<'a>(root: &str, rooted: bool, rows: &'a [Element]) -> Node<'a> {
    let mut tree = Node::of(root);
    for row in rows {
        let mut parts: Vec<&str> = row.path.split('/').collect();
        if rooted {
            parts.remove(0);
        }
        insert(&mut tree, &parts, row);
    }
    tree
}

fn insert<'a>(node: &mut Node<'a>, parts: &[&str], row: &'a Element) {
    match parts {
        [] => node.row = Some(row),
        [last] if last.starts_with('@') => node.attributes.push(row),
        [first, rest @ ..] => {
            let at = node.children.iter().position(|child| child.name == *first).unwrap_or_else(|| {
                node.children.push(Node::of(first));
                node.children.len() - 1
            });
            insert(&mut node.children[at], rest, row);
        }
    }
}
