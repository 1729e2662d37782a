//! The Configuration API (pp. 8-9): what a site consists of, as resources that can be listed and changed.
//!
//! In: a site. Out: collections of resources by their path. The document `openapi.yaml` says what a resource
//! has and what a request may hold; this room validates by that very document, so that the two cannot differ.

mod answers;
mod document;
mod engine;
mod page;
mod people;
mod resources;
mod route;
mod validate;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

pub(crate) use document::CHANGES;

use super::site::Site;

/// The kind of request whose defects are those of the resources.
pub(crate) const GENERAL: &str = "configuration/general";
/// The kind of request whose defects are those of the document.
pub(crate) const OPENAPI: &str = "configuration/openapi";

/// A resource: its properties by name.
type Item = Map<String, Value>;

/// Resources of one path.
#[derive(Clone, Debug, Default)]
struct Collection {
    items: Vec<Item>,
    made: i64,
}

/// Everything that the API shows, by the path of its collection: `jumpoint`, `group-policy/1/member`.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    collections: BTreeMap<String, Collection>,
}

impl Configuration {
    /// What the site has when the emulator starts.
    pub(crate) fn new(site: &Site, now_s: i64) -> Configuration {
        let mut configuration = Configuration { collections: BTreeMap::new() };
        for (path, item) in resources::at_the_start(site, now_s) {
            configuration.add(&path, item);
        }
        configuration
    }

    fn items(&self, path: &str) -> &[Item] {
        self.collections.get(path).map(|collection| collection.items.as_slice()).unwrap_or_default()
    }

    fn find(&self, path: &str, id: i64) -> Option<&Item> {
        self.items(path).iter().find(|item| id_of(item) == id)
    }

    fn find_mut(&mut self, path: &str, id: i64) -> Option<&mut Item> {
        self.collections.get_mut(path)?.items.iter_mut().find(|item| id_of(item) == id)
    }

    /// Adds a resource and gives it the next id, unless it brings one.
    fn add(&mut self, path: &str, mut item: Item) -> Item {
        let collection = self.collections.entry(path.to_owned()).or_default();
        let id = item.get("id").and_then(Value::as_i64).unwrap_or(collection.made + 1);
        collection.made = collection.made.max(id);
        item.insert("id".to_owned(), Value::from(id));
        collection.items.push(item.clone());
        item
    }

    /// Removes a resource with all that lies below it.
    fn remove(&mut self, path: &str, id: i64) {
        if let Some(collection) = self.collections.get_mut(path) {
            collection.items.retain(|item| id_of(item) != id);
        }
        let below = format!("{path}/{id}/");
        self.collections.retain(|path, _| !path.starts_with(&below));
    }
}

fn id_of(item: &Item) -> i64 {
    item.get("id").and_then(Value::as_i64).unwrap_or_default()
}
