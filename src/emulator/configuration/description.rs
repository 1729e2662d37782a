//! The rows of an edition: what it has, and what no document says of it.
//!
//! In: TOML. Out: rows by path. `describe` makes a document of them, the engine asks them for its rules.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// An edition in rows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Description {
    pub(super) title: String,
    pub(super) version: String,
    pub(super) says: String,
    #[serde(default)]
    pub(super) resource: Vec<Resource>,
    #[serde(default)]
    pub(super) operation: Vec<Single>,
    #[serde(default)]
    start: Vec<Start>,
    #[serde(default)]
    pub(super) schema: Vec<Schema>,
}

/// A collection and what is in it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Resource {
    /// The path of the list.
    pub(super) path: String,
    /// The schema of one of them.
    pub(super) of: String,
    /// The schemas of one in a list, of what makes one and of what changes one, where they are others.
    pub(super) lists: Option<String>,
    pub(super) takes: Option<String>,
    pub(super) changes: Option<String>,
    /// The property by which one is found, `id` without it.
    pub(super) key: Option<String>,
    /// The name that it has in the path, where that is not its own.
    pub(super) item: Option<String>,
    pub(super) tag: String,
    pub(super) many: String,
    pub(super) one: String,
    /// `list`, `create`, `show`, `change`, `remove`.
    pub(super) does: String,
    pub(super) filters: String,
    /// Whether the list comes in pages; it does unless it says that it does not.
    pub(super) pages: Option<bool>,
    /// `nothing` where what was made is not shown.
    pub(super) created: Option<String>,
    /// The status of what is gone, 204 without it.
    pub(super) removed: Option<u16>,
    /// Properties that no two have in common.
    pub(super) unique: Vec<String>,
    /// Properties that must be there though the schema does not say so, and those of which one must be.
    pub(super) needs: Vec<String>,
    pub(super) one_of: Vec<String>,
    /// What a new one has unless it was given. `@` begins what is made at that moment.
    pub(super) sets: Map<String, Value>,
    /// Properties that name something else than an id: `vault/account-policy by code_name`.
    pub(super) refers: BTreeMap<String, String>,
    /// Properties that do not change once one is made.
    pub(super) fixed: Vec<String>,
    /// Properties that are counted: the path below one, or `vault/account by account_group_id`.
    pub(super) counts: BTreeMap<String, String>,
    /// What becomes of others that refer to one that is removed: `refused`, `with`, or the id of what they refer to then. Without it they
    /// refer to nothing.
    pub(super) removal: Option<String>,
    /// Ids of those that stay, and a property that keeps one from being removed.
    pub(super) kept: Vec<i64>,
    pub(super) kept_if: Option<String>,
    /// What one must be to be changed.
    pub(super) changed_if: Map<String, Value>,
    /// A property that forbids the removal of one, and one that forbids all changes of what is below it.
    pub(super) forbidden_if: Option<String>,
    pub(super) forbidden_below: Option<String>,
    /// The collection whose resources these are, by their owner.
    pub(super) view: Option<String>,
    /// What below one the filters look at, too.
    pub(super) among: Option<String>,
}

/// An operation that is none of a collection.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Single {
    pub(super) path: String,
    pub(super) method: String,
    /// Its operationId, where that does not follow from its path.
    pub(super) id: Option<String>,
    pub(super) tag: String,
    pub(super) says: String,
    pub(super) takes: String,
    /// Status, and a schema or a media type.
    pub(super) answers: String,
    /// The names of the path that are no ids.
    pub(super) names: String,
    /// The word of a rule, in `actions`.
    pub(super) does: String,
}

/// What there is at the start, a JSON object a line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    path: String,
    items: String,
}

/// A schema.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Schema {
    pub(super) name: String,
    pub(super) base: Option<String>,
    pub(super) says: String,
    pub(super) fields: String,
    pub(super) one_of: Vec<String>,
    pub(super) any_of: Vec<String>,
}

impl Description {
    /// The row of a collection, by a path of it.
    pub(super) fn rule(&self, path: &str) -> Option<&Resource> {
        self.resource.iter().find(|row| fits(&row.path, path))
    }

    /// The word of the rule of an operation, by its path and method.
    pub(super) fn action(&self, method: &str, path: &str) -> &str {
        let row = self.operation.iter().find(|row| row.method == method && fits(&row.path, path));
        row.map(|row| row.does.as_str()).unwrap_or_default()
    }

    /// What there is at the start, by its path.
    pub(super) fn at_the_start(&self) -> impl Iterator<Item = (String, Map<String, Value>)> {
        self.start.iter().flat_map(|row| {
            let lines = row.items.lines().filter(|line| !line.trim().is_empty());
            lines.filter_map(|line| Some((row.path.clone(), serde_json::from_str(line).ok()?)))
        })
    }
}

/// Whether a path is one of a template.
pub(super) fn fits(template: &str, path: &str) -> bool {
    let (mut parts, mut steps) = (template.split('/'), path.split('/'));
    loop {
        match (parts.next(), steps.next()) {
            (None, None) => return true,
            (Some(part), Some(step)) if part == step || part.starts_with('{') => {}
            _ => return false,
        }
    }
}
