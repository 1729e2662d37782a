//! What the operations do: list, show, add, change, remove.
//!
//! In: an operation of the document, the path of its collection, a body. Out: a resource, or what is wrong with
//! the request. Everything is checked before anything changes.

use serde_json::{Map, Value};

use super::super::switches::ActiveDefects;
use super::document::{body_schema, properties};
use super::resources::{RESOURCES, Resource, fits, in_use, set_by_us};
use super::validate::{Check, Faulty, flag};
use super::{Configuration, GENERAL, Item, id_of};

/// Lists are no longer than this, so that a long run stays small.
const ITEMS_MAX: usize = 2_000;

/// Why an operation is not done.
#[derive(Debug)]
pub(super) enum Refusal {
    NotFound,
    Invalid(Faulty),
}

impl Refusal {
    pub(super) fn invalid(name: &str, says: &str) -> Refusal {
        Refusal::Invalid(Faulty::from([(name.to_owned(), vec![says.to_owned()])]))
    }
}

/// What an operation is done to.
pub(super) struct Place<'a> {
    pub(super) operation: &'static Value,
    /// The path of the collection, as in `group-policy/1/member`.
    pub(super) path: &'a str,
    pub(super) defects: &'a ActiveDefects,
    pub(super) now_s: i64,
}

impl Place<'_> {
    fn broken(&self, what: &str) -> bool {
        self.defects.has(GENERAL, what)
    }

    fn resource(&self) -> Option<&'static Resource> {
        RESOURCES.iter().find(|resource| fits(resource.template, self.path))
    }
}

/// The collection that a nested path lies below must have its owner.
pub(super) fn reachable(configuration: &Configuration, path: &str) -> bool {
    let resource = RESOURCES.iter().find(|resource| fits(resource.template, path));
    let owner = resource.and_then(|resource| resource.template.split('/').position(|step| step.starts_with('{')));
    let steps: Vec<&str> = path.split('/').collect();
    owner.is_none_or(|at| {
        let id = steps.get(at).and_then(|step| step.parse().ok());
        id.is_some_and(|id| configuration.find(&steps[..at].join("/"), id).is_some())
    })
}

/// POST
pub(super) fn create(configuration: &mut Configuration, place: &Place<'_>, body: &[u8]) -> Result<Item, Refusal> {
    let taken = valid(place, body)?;
    check_against_others(configuration, place, &taken, None)?;
    if configuration.items(place.path).len() >= ITEMS_MAX {
        return Err(Refusal::invalid("body", "there are too many already"));
    }
    let template = place.resource().map(|resource| resource.template).unwrap_or_default();
    let mut item = Item::new();
    for (name, schema) in &properties(body_schema(place.operation)) {
        let default = schema.get("default").cloned();
        let value = taken.get(name).cloned().or(default).unwrap_or_else(|| of_nothing(schema));
        item.insert(name.clone(), value);
    }
    item.extend(set_by_us(template, place.now_s));
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
    id: i64,
    body: &[u8],
) -> Result<Item, Refusal> {
    let Some(found) = configuration.find(place.path, id) else { return Err(Refusal::NotFound) };
    let mut item = found.clone();
    let taken = valid(place, body)?;
    check_against_others(configuration, place, &taken, Some(id))?;
    if place.broken("patch-resets-the-rest") {
        for (name, schema) in &properties(body_schema(place.operation)) {
            let spared = name == "name" || name.ends_with("_id") || taken.contains_key(name);
            let reset = Some(schema.get("default").cloned().unwrap_or_else(|| of_nothing(schema)));
            if let Some(value) = reset.filter(|_| !spared && schema.get("pattern").is_none()) {
                item.insert(name.clone(), value);
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
    }
    Ok(item)
}

/// DELETE
pub(super) fn remove(configuration: &mut Configuration, place: &Place<'_>, id: i64) -> Result<(), Refusal> {
    if configuration.find(place.path, id).is_none() {
        return Err(Refusal::NotFound);
    }
    if in_use(configuration, place.path, id) {
        return Err(Refusal::invalid("id", "is in use"));
    }
    if !place.broken("delete-without-effect") {
        configuration.remove(place.path, id);
    }
    Ok(())
}

/// What a body holds that the emulator takes: the properties that the document describes, but for those that
/// only the emulator sets. A body needs no Content-Type.
fn valid(place: &Place<'_>, body: &[u8]) -> Result<Item, Refusal> {
    let parsed: Value = serde_json::from_slice(body).map_err(|_| Refusal::invalid("body", "is not valid JSON"))?;
    let schema = body_schema(place.operation);
    let mut check = Check { defects: place.defects, faulty: Faulty::new() };
    if parsed.is_object() {
        check.value(schema, &parsed, "", 0);
    } else {
        return Err(Refusal::invalid("body", "is not an object"));
    }
    if place.broken("optional-required") {
        let optional = properties(schema).into_iter().filter(|(name, _)| parsed.get(name).is_none());
        let missing = optional.filter(|(_, schema)| !flag(schema, "readOnly"));
        check.faulty.extend(missing.map(|(name, _)| (name, vec!["is missing".to_owned()])));
    }
    if !check.faulty.is_empty() {
        return Err(Refusal::Invalid(check.faulty));
    }
    let known = properties(schema);
    let given = parsed.as_object().cloned().unwrap_or_default();
    let writable = |name: &String| known.get(name).is_some_and(|schema| !flag(schema, "readOnly"));
    Ok(given.into_iter().filter(|(name, _)| writable(name)).collect())
}

/// What must be there is there, and what may not be twice is not.
fn check_against_others(
    configuration: &Configuration,
    place: &Place<'_>,
    taken: &Item,
    own: Option<i64>,
) -> Result<(), Refusal> {
    let Some(resource) = place.resource() else { return Ok(()) };
    for (name, to) in resource.refers {
        let there = |id: i64| configuration.find(to, id).is_some();
        let missing = taken.get(*name).is_some_and(|value| !value.is_null() && !value.as_i64().is_some_and(there));
        if missing {
            return Err(Refusal::invalid(name, "names nothing that is there"));
        }
    }
    for name in resource.unique {
        let others = configuration.items(place.path).iter().filter(|item| Some(id_of(item)) != own);
        if taken.get(*name).is_some_and(|value| others.into_iter().any(|item| item.get(*name) == Some(value))) {
            return Err(Refusal::invalid(name, "is taken"));
        }
    }
    Ok(())
}

/// The value of a property that was not given and has no default.
fn of_nothing(schema: &Value) -> Value {
    match schema.get("type").and_then(Value::as_str) {
        _ if flag(schema, "nullable") => Value::Null,
        Some("string") => Value::from(""),
        Some("integer") => Value::from(schema.get("minimum").and_then(Value::as_i64).unwrap_or_default()),
        Some("boolean") => Value::from(false),
        Some("array") => Value::from(Vec::<Value>::new()),
        Some("object") => Value::from(Map::new()),
        _ => Value::Null,
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
