//! What the guide says of a place of an answer.
//!
//! In: an endpoint, and the names that lead to a place of its answers. Out: the row of that place, if there is one.

use std::collections::HashMap;

use crate::{
    answer::below_root,
    spec::{Element, Endpoint, Type},
};

/// The rows of an endpoint by the names that lead to them below the root.
pub(super) struct RowsByPath<'a> {
    rows: HashMap<String, (usize, &'a Element)>,
    paths: HashMap<usize, String>,
}

impl<'a> RowsByPath<'a> {
    pub(super) fn of(endpoint: &'a Endpoint) -> Self {
        let (mut rows, mut paths) = (HashMap::new(), HashMap::new());
        for (number, row) in endpoint.elements.iter().enumerate() {
            let below = below_root(endpoint, row);
            let Some((last, parents)) = below.split_last() else { continue };
            paths.insert(number, below.join("/"));
            for name in std::iter::once(*last).chain(row.names.iter().map(String::as_str)) {
                let path: Vec<&str> = parents.iter().copied().chain([name]).collect();
                rows.insert(path.join("/"), (number, row));
            }
        }
        Self { rows, paths }
    }

    /// No rows.
    pub(super) fn none() -> Self {
        Self { rows: HashMap::new(), paths: HashMap::new() }
    }

    /// The row of a place with its number; a place begins with `body` and the root.
    pub(super) fn at(&self, path: &str) -> Option<(usize, &'a Element)> {
        let below = path.strip_prefix("body/")?.split_once('/')?.1;
        self.rows.get(below).copied()
    }

    /// The names below the root that lead to the row of that number.
    pub(super) fn path_of(&self, number: usize) -> Option<&str> {
        self.paths.get(&number).map(String::as_str)
    }

    /// Whether the guide has one value for that place, which is the same at all times.
    pub(super) fn is_constant(&self, path: &str) -> bool {
        let fixed = |row: &Element| row.kind == Type::Version || !row.open && row.values.len() == 1;
        let last = path.rsplit('/').next().unwrap_or_default();
        matches!(path, "status" | "headers/content-type" | "body")
            || last == "@xmlns"
            || path.starts_with("body/") && matches!(path.matches('/').count(), 1)
            || self.at(path).is_some_and(|(_, row)| fixed(row))
    }

    /// Whether each answer of that kind has something at that place.
    pub(super) fn is_always_there(&self, path: &str) -> bool {
        self.at(path).is_some_and(|(_, row)| row.count_min > 0 && !row.sometimes && row.when.is_none())
    }
}
