//! What the operations do to resources: make, change, remove.
//!
//! In: an operation of the document, the path of its collection, a body. Out: a resource, or what is wrong with
//! the request. Everything is checked before anything changes.

use serde_json::{Map, Value};

use super::super::switches::ActiveDefects;
use super::description::Resource;
use super::edition::{Does, Edition, Operation, kind};
use super::fill::{Moment, fill};
use super::refusal::Refusal;
use super::schema::{flag, is_nullable, type_of};
use super::store::{Configuration, Item, id_of};
use super::validate::{Check, Way};
use super::words::GENERAL;

/// Lists are no longer than this, so that a long run stays small.
const ITEMS_MAX: usize = 2_000;

/// What an operation is done to.
pub(super) struct Place<'a> {
    pub(super) edition: &'a Edition,
    pub(super) operation: &'a Operation,
    /// The path of the collection, as in `group-policy/1/member`.
    pub(super) path: &'a str,
    pub(super) defects: &'a ActiveDefects,
    pub(super) moment: &'a Moment,
}

impl Place<'_> {
    pub(super) fn broken(&self, what: &str) -> bool {
        self.defects.has(GENERAL, what)
    }

    fn rule(&self) -> Option<&Resource> {
        self.edition.rule(self.path)
    }

    /// The property by which a resource is found.
    pub(super) fn key<'k>(&self, in_path: &'k str) -> &'k str {
        key(self.edition, self.path, in_path)
    }
}

/// The property by which a path names a resource of a collection: its own name where resources have it.
pub(super) fn key<'k>(edition: &Edition, path: &str, in_path: &'k str) -> &'k str {
    let shown = edition.shown(path).iter().any(|branch| branch.contains_key(in_path));
    if shown { in_path } else { "id" }
}

/// POST
pub(super) fn create(configuration: &mut Configuration, place: &Place<'_>, body: &[u8]) -> Result<Item, Refusal> {
    let taken = valid(place, body)?;
    if let Some(of) = place.rule().and_then(|rule| rule.view.as_deref()) {
        return super::view::put(configuration, place.path, of, &taken);
    }
    check_needs(place.rule(), &taken)?;
    check_against_others(configuration, place, &taken, None)?;
    if configuration.items(place.path).len() >= ITEMS_MAX {
        return Err(Refusal::invalid("body", "there are too many already"));
    }
    let mut item = taken;
    fill(configuration, place.edition, place.path, &mut item, place.moment);
    if place.broken("post-stored-otherwise") {
        change_first_text(&mut item);
    }
    if place.broken("post-without-effect") {
        return Ok(configuration.clone().add(place.path, item));
    }
    Ok(configuration.add(place.path, item))
}

/// PATCH
pub(super) fn change(
    configuration: &mut Configuration,
    place: &Place<'_>,
    item: Item,
    body: &[u8],
) -> Result<Item, Refusal> {
    let (id, mut item) = (id_of(&item), item);
    let rule = place.rule();
    if rule.is_some_and(|rule| rule.changed_if.iter().any(|(name, value)| item.get(name) != Some(value))) {
        return Err(Refusal::invalid("id", "is of a kind that cannot be changed"));
    }
    let mut taken = valid(place, body)?;
    taken.retain(|name, _| rule.is_none_or(|rule| !rule.fixed.contains(name)));
    check_against_others(configuration, place, &taken, Some(id))?;
    if place.broken("patch-resets-the-rest") {
        for (name, schema) in &place.operation.fields {
            let spared = name == "name" || name.ends_with("_id") || taken.contains_key(name);
            if !spared && schema.get("pattern").is_none() {
                item.insert(name.clone(), schema.get("default").cloned().unwrap_or_else(|| reset(schema)));
            }
        }
    }
    item.extend(taken);
    if place.broken("read-only-changed") {
        let given: Value = serde_json::from_slice(body).unwrap_or_default();
        for (name, value) in given.as_object().into_iter().flatten().filter(|(name, _)| *name != "id") {
            item.insert(name.clone(), value.clone());
        }
    }
    if let Some(stored) = configuration.find_mut(place.path, id)
        && !place.broken("patch-without-effect")
    {
        stored.clone_from(&item);
        moved(configuration, place.path, &item);
    }
    Ok(item)
}

/// A defect: the value of a property that is reset, whatever the property may be.
fn reset(schema: &Value) -> Value {
    match type_of(schema) {
        _ if is_nullable(schema) => Value::Null,
        "string" => Value::from(""),
        "integer" => Value::from(schema.get("minimum").and_then(Value::as_i64).unwrap_or_default()),
        "boolean" => Value::from(false),
        "array" => Value::from(Vec::<Value>::new()),
        "object" => Value::from(Map::new()),
        _ => Value::Null,
    }
}

/// What names another owner than the one that it is below is from now on below that one.
fn moved(configuration: &mut Configuration, path: &str, item: &Item) {
    let Some((owner, _)) = path.rsplit_once('/') else { return };
    let Some((owners, id)) = owner.rsplit_once('/') else { return };
    let named = item.get(&format!("{}_id", kind(owners))).and_then(Value::as_i64);
    let Some(named) = named.filter(|named| id.parse() != Ok(*named)) else { return };
    let to = path.replacen(owner, &format!("{owners}/{named}"), 1);
    configuration.remove(path, id_of(item));
    let mut item = item.clone();
    item.remove("id");
    configuration.add(&to, item);
}

/// DELETE
pub(super) fn remove(configuration: &mut Configuration, place: &Place<'_>, item: &Item) -> Result<(), Refusal> {
    let (id, rule) = (id_of(item), place.rule());
    if let Some(of) = rule.and_then(|rule| rule.view.as_deref()) {
        return super::view::take(configuration, place.path, of, item);
    }
    let is = |name: &Option<String>| name.as_ref().is_some_and(|name| item.get(name) == Some(&Value::Bool(true)));
    if rule.is_some_and(|rule| is(&rule.forbidden_if)) {
        return Err(Refusal::Forbidden);
    }
    if rule.is_some_and(|rule| rule.kept.contains(&id) || is(&rule.kept_if)) {
        return Err(Refusal::invalid("id", "cannot be removed"));
    }
    let removal = rule.and_then(|rule| rule.removal.as_deref());
    let referring = referring(configuration, place.edition, place.path, id);
    if removal == Some("refused") && !referring.is_empty() {
        return Err(Refusal::invalid("id", "is in use"));
    }
    if place.broken("delete-without-effect") {
        return Ok(());
    }
    configuration.remove(place.path, id);
    for (path, other, name) in referring {
        let its_key = place.edition.rule(&path).and_then(|rule| rule.key.as_deref()) == Some(name.as_str());
        match removal.map(|removal| (removal, removal.parse::<i64>().ok())) {
            Some(("with", _)) => configuration.remove(&path, other),
            _ if its_key || place.edition.operation(&path, Does::Change).is_none() => {
                configuration.remove(&path, other)
            }
            Some((_, Some(to))) => set(configuration, &path, other, &name, Some(Value::from(to))),
            _ => set(configuration, &path, other, &name, None),
        }
    }
    Ok(())
}

fn set(configuration: &mut Configuration, path: &str, id: i64, name: &str, value: Option<Value>) {
    let Some(item) = configuration.find_mut(path, id) else { return };
    match value {
        Some(value) => item.insert(name.to_owned(), value),
        None => item.remove(name),
    };
}

/// What refers to a resource: its collection, its id, and the property that does.
fn referring(configuration: &Configuration, edition: &Edition, path: &str, id: i64) -> Vec<(String, i64, String)> {
    let mut found = Vec::new();
    for (collection, item) in configuration.all() {
        for (name, value) in item {
            if value.as_i64() == Some(id) && name != "id" && refers(edition, item, name) == Some(path) {
                found.push((collection.to_owned(), id_of(item), name.clone()));
            }
        }
    }
    found
}

/// The collection that a property of a resource names one of.
fn refers<'e>(edition: &'e Edition, item: &Item, name: &str) -> Option<&'e str> {
    // A personal Jump Group has the id of its user.
    let personal = name == "jump_group_id" && item.get("jump_group_type").and_then(Value::as_str) == Some("personal");
    edition.named(if personal { "user_id" } else { name })
}

/// What a body holds that the emulator takes: the properties that the document describes, but for those that
/// only the emulator sets. A body needs no Content-Type.
pub(super) fn valid(place: &Place<'_>, body: &[u8]) -> Result<Item, Refusal> {
    let Some(schema) = &place.operation.body else { return Ok(Item::new()) };
    let parsed: Value = serde_json::from_slice(body).map_err(|_| Refusal::invalid("body", "is not valid JSON"))?;
    let mut check = Check::new(&place.edition.document, Way::Taken, place.defects);
    if parsed.is_object() {
        check.value(schema, &parsed, "", 0);
    } else {
        return Err(Refusal::invalid("body", "is not an object"));
    }
    if place.broken("optional-required") {
        let optional = place.operation.fields.iter().filter(|(name, _)| parsed.get(name).is_none());
        let missing = optional.filter(|(_, schema)| !flag(schema, "readOnly"));
        check.faulty.extend(missing.map(|(name, _)| (name.clone(), vec!["is missing".to_owned()])));
    }
    if !check.faulty.is_empty() {
        return Err(Refusal::Invalid(check.faulty));
    }
    let given = match parsed {
        Value::Object(given) => given,
        _ => Map::new(),
    };
    let known = &place.operation.fields;
    let writable = |name: &String| known.get(name).is_some_and(|schema| !flag(schema, "readOnly"));
    Ok(given.into_iter().filter(|(name, _)| writable(name)).collect())
}

/// What no schema says must be there.
fn check_needs(rule: Option<&Resource>, taken: &Item) -> Result<(), Refusal> {
    let Some(rule) = rule else { return Ok(()) };
    if let Some(name) = rule.needs.iter().find(|name| !taken.contains_key(*name)) {
        return Err(Refusal::invalid(name, "is missing"));
    }
    let named = rule.one_of.iter().filter(|name| taken.contains_key(*name)).count();
    match rule.one_of.first() {
        Some(name) if named != 1 => {
            Err(Refusal::invalid(name, &format!("is one of which one is given: {}", rule.one_of.join(", "))))
        }
        _ => Ok(()),
    }
}

/// What must be there is there, and what may not be twice is not.
fn check_against_others(
    configuration: &Configuration,
    place: &Place<'_>,
    taken: &Item,
    own: Option<i64>,
) -> Result<(), Refusal> {
    let rule = place.rule();
    for (name, value) in taken {
        if names_nothing(configuration, place.edition, rule, taken, name, value) {
            return Err(Refusal::invalid(name, "names nothing that is there"));
        }
    }
    let unique = rule.map(|rule| rule.unique.iter().chain(&rule.key)).into_iter().flatten();
    for name in unique {
        let others = configuration.items(place.path).iter().filter(|item| Some(id_of(item)) != own);
        if taken.get(name).is_some_and(|value| others.into_iter().any(|item| item.get(name) == Some(value))) {
            return Err(Refusal::invalid(name, "is taken"));
        }
    }
    Ok(())
}

/// Whether a property names a resource that is not there.
pub(super) fn names_nothing(
    configuration: &Configuration,
    edition: &Edition,
    rule: Option<&Resource>,
    item: &Item,
    name: &str,
    value: &Value,
) -> bool {
    if value.is_null() {
        return false;
    }
    if let Some((path, key)) = rule.and_then(|rule| rule.refers.get(name)).and_then(|to| to.split_once(" by ")) {
        return value.as_str().is_none_or(|text| configuration.find(path, key, text).is_none());
    }
    let Some(to) = refers(edition, item, name).filter(|_| name.ends_with("_id")) else { return false };
    // 0 is what everybody has who has nothing of their own.
    let there = |id: i64| id == 0 || configuration.of_id(to, id).is_some();
    match value {
        Value::Number(number) => !number.as_i64().is_some_and(there),
        _ => false,
    }
}

/// A defect: the first text of a resource is another.
fn change_first_text(item: &mut Item) {
    for name in ["name", "username", "public_display_name", "hostname"] {
        if let Some(Value::String(text)) = item.get_mut(name) {
            *text = "changed".to_owned();
            return;
        }
    }
    if let Some(Value::Number(_)) = item.get("user_id") {
        item.insert("user_id".to_owned(), Value::from(5));
    }
}
