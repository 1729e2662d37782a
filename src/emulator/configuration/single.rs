//! What there is once below a resource, such as a schedule: shown, made, changed, removed.
//!
//! In: an operation and its path. Out: what there is, or why there is none. It is kept like a collection of one.

use serde_json::Value;

use super::edition::Does;
use super::engine::{Place, valid};
use super::refusal::Refusal;
use super::sample::sample;
use super::store::{Configuration, Item, id_of};

/// What there is at a path; where its rule is that there always is something, that is made of the schema.
pub(super) fn find(configuration: &mut Configuration, place: &Place<'_>) -> Result<Item, Refusal> {
    if let Some(item) = configuration.items(place.path).first() {
        return Ok(item.clone());
    }
    // Where nothing can make one, there is one.
    let made = place.edition.operation(place.path, Does::MakeSingle).is_some();
    if made && place.operation.rule != "always" {
        return Err(Refusal::NotFound);
    }
    let shown = place.edition.operation(place.path, Does::ShowSingle);
    let schema = shown.and_then(|operation| operation.answer.as_ref());
    let value = schema.map(|schema| sample(&place.edition.document, schema)).unwrap_or_default();
    Ok(configuration.add(place.path, value.as_object().cloned().unwrap_or_default()))
}

/// POST, PATCH, PUT
pub(super) fn put(configuration: &mut Configuration, place: &Place<'_>, body: &[u8]) -> Result<Item, Refusal> {
    let made = place.operation.does == Does::MakeSingle;
    if made && !configuration.items(place.path).is_empty() {
        return Err(Refusal::invalid("body", "is there already"));
    }
    let taken = valid(place, body)?;
    let mut item = if made { Item::new() } else { find(configuration, place)? };
    let id = id_of(&item);
    for (name, value) in taken {
        match (item.get_mut(&name), value) {
            // What is not given of something that has parts stays.
            (Some(Value::Object(old)), Value::Object(new)) => old.extend(new),
            (_, value) => {
                item.insert(name, value);
            }
        }
    }
    if made {
        return Ok(configuration.add(place.path, item));
    }
    if let Some(stored) = configuration.find_mut(place.path, id) {
        stored.clone_from(&item);
    }
    Ok(item)
}

/// DELETE
pub(super) fn remove(configuration: &mut Configuration, place: &Place<'_>) -> Result<(), Refusal> {
    let id = configuration.items(place.path).first().map(id_of).ok_or(Refusal::NotFound)?;
    configuration.remove(place.path, id);
    Ok(())
}
