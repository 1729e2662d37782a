//! From an operation of the document to its answer.
//!
//! In: a request below the API whose account may do it. Out: an [`Answer`] with a status that the document names for the operation.

use serde_json::{Value, json};

use super::super::answer::{Answer, Body};
use super::super::appliance::Emulator;
use super::super::http::Request;
use super::super::switches::ActiveDefects;
use super::super::xml::Kind;
use super::actions::act;
use super::answers::{json, refused, shown};
use super::edition::{Does, Edition, Found, Template};
use super::engine::{Place, change, create, key, remove};
use super::fill::Moment;
use super::page::{Listing, is_documented, page};
use super::refusal::Refusal;
use super::store::{Configuration, Item, is_called};
use super::words::GENERAL;
use super::{single, view};

/// Where the API is.
const BASE: &str = "/api/config/v1/";

/// A request that may be answered.
pub(super) struct Asked<'a> {
    pub(super) request: &'a Request,
    /// Its path below the API.
    pub(super) path: &'a str,
    /// The client id of who asks.
    pub(super) account: &'a str,
    pub(super) moment: Moment,
}

impl Emulator {
    pub(super) fn operate(&self, configuration: &mut Configuration, asked: &Asked<'_>) -> Answer {
        let defects = &self.defects;
        let method = &asked.request.method;
        let method = if method == "HEAD" { "get".to_owned() } else { method.to_lowercase() };
        let edition = configuration.edition.clone();
        let Some(found) = edition.find(asked.path) else { return refused(Refusal::NotFound, defects) };
        if method == "options" {
            return Answer::new(GENERAL, 204, Body::Empty).header("Allow", methods(found.template), Kind::Text);
        }
        let operation = found.template.operations.get(&method);
        let Some(operation) = operation.filter(|_| !is_refused(&method, defects)) else {
            return not_allowed(found.template, defects);
        };
        let owned =
            defects.has(GENERAL, "owner-not-looked-at") || reachable(configuration, &edition, &found, asked.path);
        if !owned {
            return refused(Refusal::NotFound, defects);
        }
        if below_forbidden(configuration, &edition, &found) && method != "get" {
            return refused(Refusal::Forbidden, defects);
        }
        let place = Place { edition: &edition, operation, path: &found.path, defects, moment: &asked.moment };
        let done = match operation.does {
            Does::List => self.list(configuration, asked.request, &place),
            Does::File => file(configuration, &place, &found, asked),
            Does::Act => {
                act(configuration, &place, asked.account, &asked.request.body).map(|value| answered(&place, &value))
            }
            Does::Create => {
                create(configuration, &place, &asked.request.body).map(|item| made(configuration, &place, &item))
            }
            Does::Show | Does::Change | Does::Remove => one(configuration, &place, &found, asked),
            Does::ShowSingle => {
                single::find(configuration, &place).map(|item| of_one(configuration, &place, &item, 200))
            }
            Does::MakeSingle | Does::ChangeSingle => {
                let put = single::put(configuration, &place, &asked.request.body);
                put.map(|item| of_one(configuration, &place, &item, operation.status))
            }
            Does::RemoveSingle => single::remove(configuration, &place).map(|()| answered(&place, &Value::Null)),
        };
        done.unwrap_or_else(|refusal| refused(refusal, defects))
    }

    fn list(&self, configuration: &Configuration, request: &Request, place: &Place<'_>) -> Result<Answer, Refusal> {
        let defects = &self.defects;
        let pairs = request.pairs(GENERAL, false, defects).map_err(|message| Refusal::invalid("query", &message))?;
        // The overview of the vendor's own document says of parameters that it does not have that they are unauthorized.
        if self.readings.is("config-unknown-parameter", "refused_401")
            && pairs.iter().any(|(name, _)| !is_documented(place.operation, name))
        {
            return Ok(json(401, &json!({"error": "access_denied", "message": "A parameter is not known"}), defects));
        }
        let Place { edition, operation, path, .. } = place;
        let listing =
            Listing { configuration, edition, operation, path, target: request.path(), pairs: &pairs, defects };
        let page = page(items(configuration, edition, path), &listing)?;
        let items = page.items.iter().map(|item| shown(configuration, edition, path, operation, item, defects));
        let items: Vec<Value> = items.collect();
        let value = if place.broken("list-as-object") { json!({ "items": items }) } else { Value::from(items) };
        let answer = json(if place.broken("list-answered-203") { 203 } else { 200 }, &value, defects);
        Ok(page.headers.into_iter().fold(answer, |answer, (name, value)| answer.header(name, value, Kind::Text)))
    }
}

fn is_refused(method: &str, defects: &ActiveDefects) -> bool {
    ["get", "post", "patch", "delete"].contains(&method) && defects.has(GENERAL, &format!("{method}-refused"))
}

/// A method that a path does not have, with those that it has.
fn not_allowed(template: &Template, defects: &ActiveDefects) -> Answer {
    let answer = json(405, &json!({"message": "There is no such operation"}), defects);
    answer.header("Allow", methods(template), Kind::Text)
}

/// The methods that a path has.
fn methods(template: &Template) -> String {
    let known = ["get", "post", "put", "patch", "delete"];
    let has = known.iter().filter(|name| template.operations.contains_key(**name));
    let mut all: Vec<String> = has.map(|name| name.to_uppercase()).collect();
    if all.first().is_some_and(|first| first == "GET") {
        all.insert(1, "HEAD".to_owned());
    }
    all.join(", ")
}

/// The resources of a collection.
fn items(configuration: &Configuration, edition: &Edition, path: &str) -> Vec<Item> {
    match edition.rule(path).and_then(|rule| rule.view.as_deref()) {
        Some(of) => view::items(configuration, path, of),
        None => configuration.items(path).to_vec(),
    }
}

/// The resource that a path ends with.
fn named(configuration: &Configuration, place: &Place<'_>, found: &Found<'_>) -> Option<Item> {
    let name = last_name(&found.template.path);
    let (text, by) = (found.last.as_deref()?, place.key(name));
    let all = items(configuration, place.edition, place.path);
    all.into_iter().find(|item| is_called(item, by, text))
}

/// The name in braces with which a path ends.
fn last_name(template: &str) -> &str {
    let last = template.rsplit('/').next().unwrap_or_default();
    last.trim_start_matches('{').trim_end_matches('}')
}

/// What a path names on its way must be there.
fn reachable(configuration: &Configuration, edition: &Edition, found: &Found<'_>, path: &str) -> bool {
    let (names, steps): (Vec<&str>, Vec<&str>) = (found.template.path.split('/').collect(), path.split('/').collect());
    let on_the_way = names.iter().enumerate().filter(|(at, name)| name.starts_with('{') && at + 1 < names.len());
    on_the_way.into_iter().all(|(at, name)| {
        let owner = steps[..at].join("/");
        let by = key(edition, &owner, name.trim_start_matches('{').trim_end_matches('}'));
        !edition.is_collection(&owner) || configuration.find(&owner, by, steps[at]).is_some()
    })
}

/// Whether a path is below a resource of which nothing may be changed.
fn below_forbidden(configuration: &Configuration, edition: &Edition, found: &Found<'_>) -> bool {
    let name = edition.rule(&found.path).and_then(|rule| rule.forbidden_below.as_ref());
    let owner = found.path.rsplit_once('/').and_then(|(owner, _)| owner.rsplit_once('/'));
    let (Some(name), Some((owners, id))) = (name, owner) else { return false };
    configuration.find(owners, "id", id).is_some_and(|item| item.get(name) == Some(&Value::Bool(true)))
}

/// One resource: shown, changed, removed.
fn one(
    configuration: &mut Configuration,
    place: &Place<'_>,
    found: &Found<'_>,
    asked: &Asked<'_>,
) -> Result<Answer, Refusal> {
    let defects = place.defects;
    let item = named(configuration, place, found).ok_or(Refusal::NotFound)?;
    let or_203 = |status: u16, what: &str| if place.broken(what) { 203 } else { status };
    let status = place.operation.status;
    match place.operation.does {
        Does::Show => {
            let all = items(configuration, place.edition, place.path);
            let item = all.first().filter(|_| place.broken("one-of-another")).unwrap_or(&item);
            Ok(of_one(configuration, place, item, or_203(status, "one-answered-203")))
        }
        Does::Change => {
            let item = change(configuration, place, item, &asked.request.body)?;
            Ok(of_one(configuration, place, &item, or_203(status, "changed-answered-203")))
        }
        _ => {
            remove(configuration, place, &item)?;
            Ok(match place.broken("deleted-answered-200") {
                true => json(200, &json!({}), defects),
                false => answered(place, &Value::Null),
            })
        }
    }
}

/// The answer to what made a resource.
fn made(configuration: &Configuration, place: &Place<'_>, item: &Item) -> Answer {
    let status = match () {
        () if place.broken("created-answered-200") => 200,
        () if place.broken("created-answered-203") => 203,
        () => place.operation.status,
    };
    let answer = match place.operation.answer {
        Some(_) => of_one(configuration, place, item, status),
        None => Answer::new(GENERAL, status, Body::Empty),
    };
    if !place.operation.located {
        return answer;
    }
    // Where the document names a way to one of them, that is where it is.
    let template = place.edition.operation(place.path, Does::Show).and(place.edition.one_below(place.path));
    let by = place.key(template.map(last_name).unwrap_or("id"));
    let id = item.get(by).map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)).unwrap_or_default();
    answer.header("Location", format!("{BASE}{}/{id}", place.path), Kind::Text)
}

fn of_one(configuration: &Configuration, place: &Place<'_>, item: &Item, status: u16) -> Answer {
    if place.operation.answer.is_none() {
        return Answer::new(GENERAL, status, Body::Empty);
    }
    json(status, &shown(configuration, place.edition, place.path, place.operation, item, place.defects), place.defects)
}

/// What an action answers, where the document has an answer for it.
fn answered(place: &Place<'_>, value: &Value) -> Answer {
    match place.operation.answer {
        Some(_) if value.is_object() => {
            let mut value = value.clone();
            let known = super::schema::branch_of(&place.operation.shown, value.as_object().unwrap_or(&Item::new()));
            if let (Some(members), Some(known)) = (value.as_object_mut(), known) {
                members.retain(|name, _| known.contains_key(name));
            }
            json(place.operation.status, &value, place.defects)
        }
        Some(_) => json(place.operation.status, value, place.defects),
        None => Answer::new(GENERAL, place.operation.status, Body::Empty),
    }
}

/// A file: a program, an archive. What is in it says what it is and does nothing.
fn file(
    configuration: &mut Configuration,
    place: &Place<'_>,
    found: &Found<'_>,
    asked: &Asked<'_>,
) -> Result<Answer, Refusal> {
    if !place.operation.rule.is_empty() {
        act(configuration, place, asked.account, &[])?;
    }
    let media = place.operation.media.clone().unwrap_or_default();
    if let Some(last) = &found.last {
        let name = last_name(&found.template.path);
        let schema = place.operation.parameters.iter().find(|one| super::schema::word(one, "name") == name);
        let listed = schema
            .and_then(|one| one.get("schema"))
            .map(|one| super::schema::list(place.edition.document.resolve(one), "enum"));
        if listed.is_some_and(|all| !all.is_empty() && !all.iter().any(|one| one == last.as_str())) {
            return Err(Refusal::NotFound);
        }
    }
    let bytes = match media.as_str() {
        // An archive with nothing in it.
        "application/zip" => [&b"PK\x05\x06"[..], &[0; 18]].concat(),
        _ => format!("#!/bin/sh\n# {} of the emulator: it does nothing.\n", asked.path).into_bytes(),
    };
    Ok(Answer::new(GENERAL, place.operation.status, Body::Raw { media, bytes }))
}
