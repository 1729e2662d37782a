//! Resources that are those of another collection, by their owner: the accounts of an account group.
//!
//! In: the path of the owner's collection, as `vault/account-group/1/account`, and the collection that is meant. Out: its resources, with
//! a name for each. What is taken from an owner goes to the first of its kind.

use serde_json::Value;

use super::edition::kind;
use super::refusal::Refusal;
use super::store::{Configuration, Item, id_of};

/// The owner of a view, and the properties that name owner and resource.
struct Names {
    owner: i64,
    owned_by: String,
    named: String,
}

fn names(path: &str, of: &str) -> Option<Names> {
    let (owner, _) = path.rsplit_once('/')?;
    let (owners, id) = owner.rsplit_once('/')?;
    Some(Names { owner: id.parse().ok()?, owned_by: format!("{}_id", kind(owners)), named: format!("{}_id", kind(of)) })
}

/// The resources of an owner.
pub(super) fn items(configuration: &Configuration, path: &str, of: &str) -> Vec<Item> {
    let Some(names) = names(path, of) else { return Vec::new() };
    let inside = configuration.items(of).iter().filter(|item| owner(item, &names) == Some(names.owner));
    inside.map(|item| one(&names, id_of(item))).collect()
}

/// Makes a resource one of the owner's.
pub(super) fn put(configuration: &mut Configuration, path: &str, of: &str, taken: &Item) -> Result<Item, Refusal> {
    let Some(names) = names(path, of) else { return Err(Refusal::NotFound) };
    let id = taken.get(&names.named).and_then(Value::as_i64).unwrap_or_default();
    let Some(item) = configuration.find_mut(of, id) else {
        return Err(Refusal::invalid(&names.named, "names nothing that is there"));
    };
    if owner(item, &names) == Some(names.owner) {
        return Err(Refusal::invalid(&names.named, "is taken"));
    }
    item.insert(names.owned_by.clone(), Value::from(names.owner));
    Ok(one(&names, id))
}

/// Makes a resource one of the first owner's.
pub(super) fn take(configuration: &mut Configuration, path: &str, of: &str, item: &Item) -> Result<(), Refusal> {
    let Some(names) = names(path, of) else { return Err(Refusal::NotFound) };
    if let Some(item) = configuration.find_mut(of, id_of(item)) {
        item.insert(names.owned_by, Value::from(1));
    }
    Ok(())
}

fn owner(item: &Item, names: &Names) -> Option<i64> {
    item.get(&names.owned_by).and_then(Value::as_i64)
}

fn one(names: &Names, id: i64) -> Item {
    let pairs = [("id", id), (names.named.as_str(), id), (names.owned_by.as_str(), names.owner)];
    pairs.into_iter().map(|(name, number)| (name.to_owned(), Value::from(number))).collect()
}
