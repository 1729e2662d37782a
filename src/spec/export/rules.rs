//! Which parameters must, may and cannot go together, in the words of JSON Schema.
//!
//! In: a call. Out: `required`, `oneOf`, `anyOf`, `dependentRequired` and `not` over the names of its parameters. What the guide prints
//! as lawful is lawful by them: a rule that a printed set or example breaks is none.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{calls::ApiCall, sample::printed};
use crate::spec::endpoint::{Endpoint, Need, Parameter};

/// The rules of a call.
pub(super) fn rules(call: &ApiCall<'_>) -> Map<String, Value> {
    let endpoint = call.endpoint;
    let printed = lawful(call);
    let excludes = exclusions(endpoint, &printed);
    let mut rules = Map::new();
    // What must be there but where something else excludes it is asked for in the branches of a choice below.
    let (mut always, mut conditional) =
        (BTreeSet::from_iter(call.request.fixed.keys().map(String::as_str)), Vec::new());
    for row in endpoint.parameters.iter().filter(|row| row.need == Need::Required) {
        match excludes.iter().any(|(_, excluded)| *excluded == row.name) {
            true => conditional.push(row.name.as_str()),
            false => _ = always.insert(&row.name),
        }
    }
    if !always.is_empty() {
        rules.insert("required".to_owned(), json!(always));
    }
    let mut all = Vec::new();
    let mut chosen: BTreeSet<&str> = BTreeSet::new();
    for (word, members) in choices(endpoint) {
        chosen.extend(members.iter().copied());
        let branches: Vec<Value> = members.iter().map(|member| branch(member, &conditional, &excludes)).collect();
        all.push(json!({ word: branches }));
    }
    all.extend(
        excludes
            .iter()
            .filter(|(one, other)| !(chosen.contains(one) && conditional.contains(other)))
            .map(|(one, other)| json!({ "not": required(&[one, other]) })),
    );
    let depends = dependencies(endpoint, &printed);
    if !depends.is_empty() {
        rules.insert("dependentRequired".to_owned(), json!(depends));
    }
    match all.as_slice() {
        [] => {}
        [Value::Object(one)] => rules.extend(one.clone()),
        _ => _ = rules.insert("allOf".to_owned(), Value::Array(all)),
    }
    rules
}

/// The names of the parameters of every set and example that the guide has as lawful.
fn lawful(call: &ApiCall<'_>) -> Vec<BTreeSet<String>> {
    let sets = call.endpoint.sets.iter().map(|set| set.parameters.keys().cloned().collect());
    let accepted = call.endpoint.examples.iter().filter(|example| example.expect == "accepted");
    sets.chain(accepted.map(|example| printed(example).into_iter().map(|(name, _)| name).collect())).collect()
}

/// Pairs of which the first excludes the second.
fn exclusions<'a>(endpoint: &'a Endpoint, printed: &[BTreeSet<String>]) -> Vec<(&'a str, &'a str)> {
    let pairs = endpoint
        .parameters
        .iter()
        .flat_map(|row| row.excludes.iter().map(move |other| (row.name.as_str(), other.as_str())));
    pairs.filter(|(one, other)| !printed.iter().any(|set| set.contains(*one) && set.contains(*other))).collect()
}

/// Parameters that need others.
fn dependencies<'a>(endpoint: &'a Endpoint, printed: &[BTreeSet<String>]) -> BTreeMap<&'a str, Vec<&'a str>> {
    let needed = |row: &'a Parameter| -> Vec<&'a str> {
        let alone = |other: &str| printed.iter().any(|set| set.contains(&row.name) && !set.contains(other));
        row.needs.keys().map(String::as_str).filter(|other| !alone(other)).collect()
    };
    endpoint
        .parameters
        .iter()
        .map(|row| (row.name.as_str(), needed(row)))
        .filter(|(_, others)| !others.is_empty())
        .collect()
}

/// The groups of parameters of which one must be there, or at least one.
fn choices(endpoint: &Endpoint) -> Vec<(&'static str, Vec<&str>)> {
    let mut groups: Vec<(&str, &'static str, Vec<&str>)> = Vec::new();
    for row in &endpoint.parameters {
        let (group, word) = match &row.need {
            Need::OneOf(group) => (group.as_str(), "oneOf"),
            Need::SomeOf(group) => (group.as_str(), "anyOf"),
            Need::Required | Need::Optional => continue,
        };
        match groups.iter_mut().find(|(known, ..)| *known == group) {
            Some((.., members)) => members.push(&row.name),
            None => groups.push((group, word, vec![&row.name])),
        }
    }
    groups.into_iter().map(|(_, word, members)| (word, members)).collect()
}

fn branch(member: &str, conditional: &[&str], excludes: &[(&str, &str)]) -> Value {
    let excluded = |name: &str| excludes.contains(&(member, name));
    let mut needed = vec![member];
    needed.extend(conditional.iter().filter(|name| !excluded(name)));
    let without: Vec<Value> = conditional.iter().filter(|name| excluded(name)).map(|name| required(&[name])).collect();
    let mut branch = required(&needed);
    match without.as_slice() {
        [] => {}
        [one] => branch["not"] = one.clone(),
        several => branch["not"] = json!({ "anyOf": several }),
    }
    branch
}

/// That these are there. They are named as properties, too, since linters look no further for what is required.
pub(super) fn required(names: &[&str]) -> Value {
    let properties: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
    json!({ "properties": properties, "required": names })
}
