//! What is counted anew whenever a resource is shown.

use serde_json::Value;

use super::edition::Edition;
use super::store::{Configuration, Item, id_of};

/// The counts of a resource, by property.
pub(super) fn counted(
    configuration: &Configuration,
    edition: &Edition,
    path: &str,
    item: &Item,
) -> Vec<(String, Value)> {
    let counts = edition.rule(path).map(|rule| &rule.counts).into_iter().flatten();
    let count = |what: &str| match what.split_once(" by ") {
        Some((of, name)) => {
            let all = configuration.items(of).iter();
            all.filter(|one| one.get(name).and_then(Value::as_i64) == Some(id_of(item))).count()
        }
        None => configuration.items(&what.replace("{id}", &id_of(item).to_string())).len(),
    };
    counts.map(|(name, what)| (name.clone(), Value::from(count(what)))).collect()
}
