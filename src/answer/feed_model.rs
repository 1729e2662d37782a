//! The rows that a feed has given, as a tree that paths look at.
//!
//! In: a conversation. Out: an element `model` with an element for each row, named as its table: its id as an attribute, its fields as
//! elements. What cannot be read is left out; nothing is judged here.

use std::sync::Arc;

use serde_json::Value;

use crate::decode::{
    model::{FeedModel, StateModel},
    xml::Node,
};

/// The rows after all messages.
pub(super) fn of(lines: &[&str]) -> Node {
    let mut feed = FeedModel::default();
    for line in lines {
        feed.take(line);
    }
    tree(feed.rows())
}

/// Rows as that tree.
pub(super) fn tree(model: &StateModel) -> Node {
    let mut root = named("model");
    for table in model.tables.keys() {
        for (id, fields) in model.rows(table) {
            let mut row = named(table);
            row.attributes.push(("id".into(), id.into()));
            row.children =
                fields.iter().map(|(name, value)| Node { text: text(value).into(), ..named(name) }).collect();
            root.children.push(row);
        }
    }
    root
}

fn named(name: &str) -> Node {
    Node { name: name.into(), namespace: Arc::from(""), ..Node::default() }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
