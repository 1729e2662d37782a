//! The calls as a Postman collection (format 2.1): a folder for each chapter, a request for each method, and one for each printed set and
//! example.
//!
//! In: the spec, and the URL of a server. Out: the collection. Credentials are variables of it, and empty.

use serde_json::{Value, json};

use super::{
    calls::{ApiCall, calls},
    form::{Printed, lawful},
    sample::Samples,
};
use crate::{
    model::credential::AccountRole,
    spec::{endpoint::Media, select::Spec},
};

/// The schema of the format.
const FORMAT: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// The collection. `server` is the URL of the appliance.
#[must_use]
pub fn to_postman(spec: &Spec, server: &str) -> Value {
    let samples = Samples::of(spec);
    let mut folders: Vec<(String, Vec<Value>)> = Vec::new();
    for call in calls(spec).iter().filter(|call| call.endpoint.response.media != Media::WebSocket) {
        let chapter = call.endpoint.id.split('/').next().unwrap_or_default();
        let items = items(call, &samples);
        match folders.iter_mut().find(|(name, _)| name == chapter) {
            Some((_, known)) => known.push(items),
            None => folders.push((chapter.to_owned(), vec![items])),
        }
    }
    // Whoever plays the collection from its beginning has a token for the rest.
    let gives_token = |(name, _): &(String, Vec<Value>)| token_chapter(spec) != Some(name.clone());
    folders.sort_by_key(gives_token);
    let setting = |key: &str, value: &str| json!({ "key": key, "value": value, "type": "string" });
    json!({
        "info": {
            "name": "Remote Support APIs",
            "description": format!("What the {} says of its APIs, in words of our own.", spec.guide.title),
            "version": spec.guide.api_version.to_string(),
            "schema": FORMAT,
        },
        "variable": [setting("server", server), setting("client_id", ""), setting("client_secret", ""), setting("token", "")],
        "auth": { "type": "bearer", "bearer": [setting("token", "{{token}}")] },
        "event": [script("pm.test('no error of the server', () => pm.expect(pm.response.code).to.be.below(500));")],
        "item": folders.into_iter().map(|(name, items)| json!({ "name": name, "item": items })).collect::<Vec<_>>(),
    })
}

/// The chapter of the call that gives tokens.
fn token_chapter(spec: &Spec) -> Option<String> {
    let token = calls(spec).into_iter().find(|call| call.endpoint.response.json_schema.is_some())?;
    token.endpoint.id.split('/').next().map(str::to_owned)
}

fn script(line: &str) -> Value {
    json!({ "listen": "test", "script": { "type": "text/javascript", "exec": [line] } })
}

/// A folder of requests: with all parameters, and as the guide prints them.
fn items(call: &ApiCall<'_>, samples: &Samples) -> Value {
    let always = call.request.fixed.iter().chain(&call.request.smallest);
    let smallest = Printed {
        name: "smallest".to_owned(),
        says: call.endpoint.says.clone(),
        page: call.endpoint.page,
        pairs: always.map(|(name, value)| (name.clone(), samples.fill(value))).collect(),
    };
    let methods = call.request.methods.iter().map(|method| item(call, method, &smallest, samples));
    let first = call.request.methods.first().map_or("GET", String::as_str);
    let printed = lawful(call, samples);
    let examples = printed.iter().map(|one| item(call, first, one, samples));
    json!({
        "name": call.endpoint.id,
        "description": format!("{} ({}, p. {})", call.endpoint.says, call.endpoint.title, call.endpoint.page),
        "item": methods.chain(examples).collect::<Vec<_>>(),
    })
}

fn item(call: &ApiCall<'_>, method: &str, printed: &Printed, samples: &Samples) -> Value {
    let says = |key: &str| {
        call.endpoint.parameters.iter().find(|row| samples.fill(&row.key) == key).map(|row| row.says.clone())
    };
    let pair = |(name, value): &(String, String)| json!({ "key": name, "value": value, "description": says(name) });
    let mut pairs: Vec<Value> = printed.pairs.iter().map(pair).collect();
    // The others are there, too, and switched off.
    for row in call.endpoint.parameters.iter().filter(|_| printed.name == "smallest") {
        let name = samples.fill(&row.key);
        if !printed.pairs.iter().any(|(known, _)| *known == name) {
            let value = row
                .default
                .clone()
                .or(row.values.first().cloned())
                .or(row.valid.as_ref().map(|valid| samples.fill(valid)));
            pairs.push(
                json!({ "key": name, "value": value.unwrap_or_default(), "description": row.says, "disabled": true }),
            );
        }
    }
    let (host, path) = ("{{server}}", &call.request.path);
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let mut url = json!({ "raw": format!("{host}{path}"), "host": [host], "path": segments });
    let mut request =
        json!({ "method": method, "header": [], "description": format!("{} (p. {})", printed.says, printed.page) });
    if method == "POST" {
        request["body"] = json!({ "mode": "urlencoded", "urlencoded": pairs });
    } else {
        let enabled: Vec<String> = printed.pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !enabled.is_empty() {
            url["raw"] = json!(format!("{host}{path}?{}", enabled.join("&")));
        }
        url["query"] = json!(pairs);
    }
    request["url"] = url;
    if call.endpoint.response.json_schema.is_some() {
        let pair = |key: &str, value: &str| json!({ "key": key, "value": value, "type": "string" });
        request["auth"] = json!({ "type": "basic", "basic": [pair("username", "{{client_id}}"), pair("password", "{{client_secret}}")] });
    } else if call.request.account == AccountRole::None {
        request["auth"] = json!({ "type": "noauth" });
    }
    let mut item = json!({ "name": format!("{method} {}", printed.name), "request": request });
    if call.endpoint.response.json_schema.is_some() {
        item["event"] = json!([script("pm.collectionVariables.set('token', pm.response.json().access_token);")]);
    }
    item
}
