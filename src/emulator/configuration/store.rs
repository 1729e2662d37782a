//! What there is: resources by the path of their collection.
//!
//! In: a path, and an item or what one is found by. Out: items. Nothing here knows what an item means.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::edition::Edition;

/// A resource: its properties by name.
pub(super) type Item = Map<String, Value>;

/// Resources of one path.
#[derive(Clone, Debug, Default)]
struct Collection {
    items: Vec<Item>,
    made: i64,
}

/// Everything that the API shows, by the path of its collection: `jumpoint`, `group-policy/1/member`.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    pub(super) edition: Arc<Edition>,
    /// Whether the users are the representatives of the site.
    pub(super) peopled: bool,
    collections: BTreeMap<String, Collection>,
}

impl Configuration {
    /// One in which there is nothing.
    pub(super) fn empty(edition: Arc<Edition>) -> Configuration {
        Configuration { edition, peopled: false, collections: BTreeMap::new() }
    }

    pub(super) fn items(&self, path: &str) -> &[Item] {
        self.collections.get(path).map(|collection| collection.items.as_slice()).unwrap_or_default()
    }

    /// The resource whose property has a value, as it stands in a path.
    pub(super) fn find(&self, path: &str, key: &str, text: &str) -> Option<&Item> {
        self.items(path).iter().find(|item| is_called(item, key, text))
    }

    pub(super) fn find_mut(&mut self, path: &str, id: i64) -> Option<&mut Item> {
        self.collections.get_mut(path)?.items.iter_mut().find(|item| id_of(item) == id)
    }

    pub(super) fn of_id(&self, path: &str, id: i64) -> Option<&Item> {
        self.items(path).iter().find(|item| id_of(item) == id)
    }

    /// The id that the next resource of a collection is given.
    pub(super) fn next_id(&self, path: &str) -> i64 {
        self.collections.get(path).map_or(0, |collection| collection.made) + 1
    }

    /// Adds a resource and gives it the next id, unless it brings one.
    pub(super) fn add(&mut self, path: &str, mut item: Item) -> Item {
        let collection = self.collections.entry(path.to_owned()).or_default();
        let id = item.get("id").and_then(Value::as_i64).unwrap_or(collection.made + 1);
        collection.made = collection.made.max(id);
        item.entry("id").or_insert(Value::from(id));
        collection.items.push(item.clone());
        item
    }

    /// Removes a resource with all that lies below it.
    pub(super) fn remove(&mut self, path: &str, id: i64) {
        if let Some(collection) = self.collections.get_mut(path) {
            collection.items.retain(|item| id_of(item) != id);
        }
        let below = format!("{path}/{id}/");
        self.collections.retain(|path, _| !path.starts_with(&below));
    }

    /// Everything, each with the path of its collection.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Item)> {
        let all = self.collections.iter();
        all.flat_map(|(path, collection)| collection.items.iter().map(|item| (path.as_str(), item)))
    }
}

/// The number of a resource; 0 where its id is none.
pub(super) fn id_of(item: &Item) -> i64 {
    match item.get("id") {
        Some(Value::String(text)) => text.parse().unwrap_or_default(),
        other => other.and_then(Value::as_i64).unwrap_or_default(),
    }
}

/// Whether a resource is the one that a path names.
pub(super) fn is_called(item: &Item, key: &str, text: &str) -> bool {
    match item.get(key) {
        Some(Value::String(own)) => own == text,
        Some(own) => own.as_i64().is_some_and(|own| text.parse() == Ok(own)),
        None => false,
    }
}
