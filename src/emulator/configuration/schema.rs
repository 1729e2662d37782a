//! A document, and what its schemas say: references followed, parts put together, branches told apart.
//!
//! In: a document as a value, and a part of it. Out: the part that is meant. However often parts refer to one another, there is an end.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use regex::Regex;
use serde_json::{Map, Value};

/// How deep references and parts of schemas are followed.
pub(super) const DEPTH_MAX: usize = 16;

/// The most parts of one schema that are put together.
const PARTS_MAX: usize = 512;

/// The most branches of a schema that are told apart.
const BRANCHES_MAX: usize = 32;

/// The properties of a schema by name.
pub(super) type Properties = Map<String, Value>;

/// A document as it was read, and its patterns as far as they were used; none for one that cannot be used.
#[derive(Debug)]
pub(super) struct Document(pub(super) Value, Mutex<BTreeMap<String, Option<Regex>>>);

impl Document {
    pub(super) fn new(value: Value) -> Document {
        Document(value, Mutex::default())
    }

    /// Whether a text has what a pattern asks for. One that cannot be used asks for nothing.
    pub(super) fn matches(&self, pattern: &str, text: &str) -> bool {
        let mut known = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        let pattern = match known.get(pattern) {
            Some(known) => known,
            None => known.entry(pattern.to_owned()).or_insert_with(|| Regex::new(pattern).ok()),
        };
        pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
    }

    /// A part of the document, or what it refers to.
    pub(super) fn resolve<'a>(&'a self, part: &'a Value) -> &'a Value {
        let mut part = part;
        for _ in 0..DEPTH_MAX {
            let Some(target) = part.get("$ref").and_then(Value::as_str) else { break };
            let found = target.strip_prefix('#').and_then(|pointer| self.0.pointer(pointer));
            part = found.unwrap_or(&Value::Null);
        }
        part
    }

    /// All properties of a schema, with those of the schemas that it is made of and of all its branches.
    pub(super) fn properties(&self, schema: &Value) -> Properties {
        let mut all = Properties::new();
        for branch in self.branches(schema) {
            for (name, schema) in branch {
                all.entry(name).or_insert(schema);
            }
        }
        all
    }

    /// The properties of each branch of a schema; those of the schema itself where it has no branches.
    pub(super) fn branches(&self, schema: &Value) -> Vec<Properties> {
        let mut parts = PARTS_MAX;
        let mut own = Properties::new();
        self.gather(schema, &mut own, 0, &mut parts);
        let schema = self.resolve(schema);
        let ways = [list(schema, "oneOf"), list(schema, "anyOf")].concat();
        if ways.is_empty() {
            return vec![own];
        }
        let mut all = Vec::new();
        for way in ways.iter().take(BRANCHES_MAX) {
            let mut branch = own.clone();
            self.gather(way, &mut branch, 0, &mut parts);
            all.push(branch);
        }
        all
    }

    fn gather(&self, schema: &Value, all: &mut Properties, depth: usize, parts: &mut usize) {
        let schema = self.resolve(schema);
        if depth >= DEPTH_MAX || *parts == 0 {
            return;
        }
        *parts -= 1;
        list(schema, "allOf").iter().for_each(|part| self.gather(part, all, depth + 1, parts));
        let own = schema.get("properties").and_then(Value::as_object);
        for (name, schema) in own.into_iter().flatten() {
            all.insert(name.clone(), self.resolve(schema).clone());
        }
    }
}

/// The branch that a resource is of: the first whose enumerations have what the resource has.
pub(super) fn branch_of<'a>(branches: &'a [Properties], item: &Map<String, Value>) -> Option<&'a Properties> {
    let fits = |branch: &&Properties| {
        branch.iter().all(|(name, schema)| {
            let listed = list(schema, "enum");
            item.get(name).is_none_or(|value| listed.is_empty() || value.is_null() || listed.contains(value))
        })
    };
    branches.iter().find(fits).or_else(|| branches.first())
}

/// Whether a word of a schema is true.
pub(super) fn flag(schema: &Value, key: &str) -> bool {
    schema.get(key).and_then(Value::as_bool).unwrap_or_default()
}

/// A list of a schema, empty where it has none.
pub(super) fn list<'a>(schema: &'a Value, key: &str) -> &'a [Value] {
    schema.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A text of a schema, empty where it has none.
pub(super) fn word<'a>(schema: &'a Value, key: &str) -> &'a str {
    schema.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The type of a schema; of several the first that is not null (OpenAPI 3.1).
pub(super) fn type_of(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).find(|one| *one != "null").unwrap_or_default(),
        other => other.and_then(Value::as_str).unwrap_or_default(),
    }
}

/// Whether null is a value of a schema.
pub(super) fn is_nullable(schema: &Value) -> bool {
    flag(schema, "nullable") || list(schema, "type").iter().any(|one| one == "null")
}

/// Whether a property is only taken, never shown.
pub(super) fn is_secret(schema: &Value) -> bool {
    flag(schema, "writeOnly")
}
