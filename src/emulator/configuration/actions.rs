//! Operations that are none of a collection: copies, what is taken out of the Vault, rules of which Jump Items are meant.
//!
//! In: an operation with the word of its rule, its path, a body. Out: what is answered. Where a rule has no word, something of the schema
//! is answered and nothing changes.

use serde_json::{Value, json};

use super::super::clock::iso;
use super::engine::{Place, valid};
use super::fill::fill;
use super::refusal::Refusal;
use super::sample::sample;
use super::store::{Configuration, Item, id_of};

/// Where an account's hold of what it took out is kept.
const HOLDER: &str = "@holder";

/// What is done, and what is answered for it. `account` is who asks.
pub(super) fn act(
    configuration: &mut Configuration,
    place: &Place<'_>,
    account: &str,
    body: &[u8],
) -> Result<Value, Refusal> {
    let taken = valid(place, body)?;
    let (owner, word) = place.path.rsplit_once('/').unwrap_or(("", place.path));
    let (collection, id) = owner.rsplit_once('/').unwrap_or(("", owner));
    let id: i64 = id.parse().unwrap_or_default();
    let (rule, what) = place.operation.rule.split_once(' ').unwrap_or((&place.operation.rule, ""));
    match rule {
        "copy" => copy(configuration, place, collection, id, taken),
        "check-out" => check_out(configuration, place, (collection, id), account),
        "check-in" => check_in(configuration, (collection, id), account, word == "force-check-in"),
        "rotate" => rotate(configuration, (collection, id)),
        "add" | "drop" => associate(configuration, place, owner, &taken, rule == "add", what),
        "candidates" => Ok(candidates(configuration)),
        "associate" => take_candidate(configuration, &taken, id),
        "room" => room(configuration, (collection, id)),
        _ => {
            let mut value = place.operation.answer.as_ref().map(|schema| sample(&place.edition.document, schema));
            let known = configuration.of_id(collection, id).cloned().unwrap_or_default();
            for (name, slot) in value.iter_mut().filter_map(Value::as_object_mut).flatten() {
                if let Some(own) = taken.get(name).or_else(|| known.get(name)) {
                    slot.clone_from(own);
                }
            }
            Ok(value.unwrap_or_default())
        }
    }
}

fn copy(
    configuration: &mut Configuration,
    place: &Place<'_>,
    collection: &str,
    id: i64,
    taken: Item,
) -> Result<Value, Refusal> {
    let Some(mut item) = configuration.of_id(collection, id).cloned() else { return Err(Refusal::NotFound) };
    let rule = place.edition.rule(collection);
    for name in rule.map(|rule| &rule.unique).into_iter().flatten() {
        let taken_already = configuration.items(collection).iter().any(|other| other.get(name) == taken.get(name));
        if taken.contains_key(name) && taken_already {
            return Err(Refusal::invalid(name, "is taken"));
        }
        item.remove(name);
    }
    for (name, value) in &taken {
        if super::engine::names_nothing(configuration, place.edition, rule, &taken, name, value) {
            return Err(Refusal::invalid(name, "names nothing that is there"));
        }
    }
    item.remove("id");
    item.extend(taken);
    fill(configuration, place.edition, collection, &mut item, place.moment);
    let made = configuration.add(collection, item);
    let to = id_of(&made);
    // What belongs to the first one belongs to the copy, too.
    let below = format!("{collection}/{id}/");
    let all: Vec<(String, Item)> = configuration
        .all()
        .filter_map(|(path, item)| Some((format!("{collection}/{to}/{}", path.strip_prefix(&below)?), item.clone())))
        .collect();
    for (path, item) in all {
        configuration.add(&path, item);
    }
    let shows_it = place.operation.shown.iter().any(|branch| branch.contains_key("name"));
    Ok(if shows_it { Value::Object(made) } else { json!({ "action": "copy", "success": "true", "destId": to }) })
}

fn check_out(
    configuration: &mut Configuration,
    place: &Place<'_>,
    (collection, id): (&str, i64),
    account: &str,
) -> Result<Value, Refusal> {
    let policies = configuration.items("vault/account-policy").to_vec();
    let Some(item) = configuration.find_mut(collection, id) else { return Err(Refusal::NotFound) };
    let policy = item.get("account_policy").cloned().unwrap_or_else(|| json!("default"));
    let shared = policies.iter().any(|one| {
        one.get("code_name") == Some(&policy) && one.get("allow_simultaneous_checkout") == Some(&json!(true))
    });
    if !shared && item.get(HOLDER).is_some_and(|holder| holder != account) {
        return Err(Refusal::invalid("id", "is checked out"));
    }
    item.insert(HOLDER.to_owned(), Value::from(account));
    item.insert("last_checkout_timestamp".to_owned(), Value::from(iso(place.moment.now_s)));
    let shown = ["username", "type", "password", "private_key"].into_iter();
    let shown = shown.filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())));
    Ok(Value::Object(shown.collect()))
}

fn check_in(
    configuration: &mut Configuration,
    (collection, id): (&str, i64),
    account: &str,
    force: bool,
) -> Result<Value, Refusal> {
    let Some(item) = configuration.find_mut(collection, id) else { return Err(Refusal::NotFound) };
    match item.get(HOLDER) {
        Some(holder) if force || holder == account => {
            item.remove(HOLDER);
            Ok(Value::Null)
        }
        _ => Err(Refusal::invalid("id", "is not checked out")),
    }
}

fn rotate(configuration: &mut Configuration, (collection, id): (&str, i64)) -> Result<Value, Refusal> {
    let Some(item) = configuration.find_mut(collection, id) else { return Err(Refusal::NotFound) };
    let windows = item.get("type").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("windows"));
    if !windows {
        return Err(Refusal::invalid("id", "is of a kind that cannot be rotated"));
    }
    item.insert("password".to_owned(), Value::from("rotated, and still unknown to everybody"));
    Ok(Value::Null)
}

/// Adds something to a list of what a path has once, or takes it out. The list counts only where the rule goes by criteria.
fn associate(
    configuration: &mut Configuration,
    place: &Place<'_>,
    owner: &str,
    taken: &Item,
    add: bool,
    what: &str,
) -> Result<Value, Refusal> {
    let Some(id) = configuration.items(owner).first().map(id_of) else { return Err(Refusal::NotFound) };
    let named = taken.get("shared_jump_group_id").cloned();
    let kind = taken.get("type").and_then(Value::as_str).unwrap_or_default().replace('_', "-");
    let collection = match () {
        () if named.is_some() => "jump-group".to_owned(),
        () if kind == "jump-client" => kind,
        () => format!("jump-item/{kind}"),
    };
    let value = named.clone().unwrap_or_else(|| Value::Object(taken.clone()));
    let meant = named.as_ref().or_else(|| taken.get("id")).and_then(Value::as_i64).unwrap_or_default();
    let name = if named.is_some() { "shared_jump_group_id" } else { "id" };
    if add && configuration.of_id(&collection, meant).is_none() {
        return Err(Refusal::invalid(name, "names nothing that is there"));
    }
    let Some(item) = configuration.find_mut(owner, id) else { return Err(Refusal::NotFound) };
    if item.get("filter_type").and_then(Value::as_str) != Some("criteria") {
        return Err(Refusal::invalid("filter_type", "is not `criteria`"));
    }
    let (first, rest) = what.split_once('/').unwrap_or((what, ""));
    let members = match rest {
        "" => item,
        _ => match item.entry(first).or_insert_with(|| json!({})) {
            Value::Object(members) => members,
            _ => return Err(Refusal::NotFound),
        },
    };
    let name_of_list = if rest.is_empty() { first } else { rest };
    let Value::Array(all) = members.entry(name_of_list).or_insert_with(|| json!([])) else {
        return Err(Refusal::NotFound);
    };
    match (add, all.iter().position(|one| *one == value)) {
        (true, None) => all.push(value),
        (true, Some(_)) => return Err(Refusal::invalid(name, "is taken")),
        (false, Some(at)) => {
            all.remove(at);
        }
        (false, None) => return Err(Refusal::NotFound),
    }
    let mut answer = taken.clone();
    let group = owner.rsplit_once('/').and_then(|(owner, _)| owner.rsplit_once('/')?.1.parse::<i64>().ok());
    if place.operation.shown.iter().any(|branch| branch.contains_key("account_group_id")) {
        answer.insert("account_group_id".to_owned(), Value::from(group));
    }
    Ok(Value::Object(answer))
}

/// Remote RDP Jump Items that no endpoint has.
fn candidates(configuration: &Configuration) -> Value {
    let free = configuration.items("jump-item/remote-rdp").iter();
    let free = free.filter(|item| item.get("endpoint_id").is_none_or(Value::is_null));
    Value::from(free.map(|item| json!({ "id": id_of(item) })).collect::<Vec<_>>())
}

fn take_candidate(configuration: &mut Configuration, taken: &Item, endpoint: i64) -> Result<Value, Refusal> {
    let id = taken.get("id").and_then(Value::as_i64).unwrap_or_default();
    let Some(item) = configuration.find_mut("jump-item/remote-rdp", id) else {
        return Err(Refusal::invalid("id", "names nothing that is there"));
    };
    if item.get("endpoint_id").is_some_and(|other| !other.is_null()) {
        return Err(Refusal::invalid("id", "is taken"));
    }
    item.insert("endpoint_id".to_owned(), Value::from(endpoint));
    Ok(json!({ "id": id }))
}

/// Whether there is room for another computer: one without a cluster, ten with it.
fn room(configuration: &Configuration, (collection, id): (&str, i64)) -> Result<Value, Refusal> {
    let Some(item) = configuration.of_id(collection, id) else { return Err(Refusal::NotFound) };
    let most = if item.get("clustered") == Some(&Value::Bool(true)) { 10 } else { 1 };
    match configuration.items(&format!("{collection}/{id}/node")).len() < most {
        true => Ok(Value::Null),
        false => Err(Refusal::invalid("id", "has no room for another computer")),
    }
}
