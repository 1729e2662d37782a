//! All calls of a path as one operation for each method, for what matches requests by their paths alone: gateways, mocks, `redocly drift`.
//!
//! In: the calls of a path. Out: the members of its path item. Each parameter takes what any of the calls takes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    operation::{FORM, chapter, said, security},
    responses::responses,
};
use crate::spec::{
    endpoint::{Endpoint, Media, Need, Parameter},
    export::{
        calls::ApiCall,
        form::{Printed, fixed, lawful, value_of},
        parameter::{Lists, described, schema},
        rules::rules,
        sample::Samples,
    },
    select::Spec,
};

/// A parameter of a path.
#[derive(Default)]
struct Merged {
    /// What its value must be, by any call.
    schemas: Vec<Map<String, Value>>,
    /// What each endpoint says of it.
    said: Vec<Value>,
    descriptions: Vec<String>,
    /// The count of calls that must have it.
    required: usize,
    examples: Map<String, Value>,
}

/// Operations of a path by their methods. `general` are the endpoints that say what holds for all of its calls.
pub(super) fn path_item(
    spec: &Spec,
    calls: &[&ApiCall<'_>],
    general: &[&Endpoint],
    samples: &Samples,
) -> Map<String, Value> {
    let methods: BTreeSet<&String> = calls.iter().flat_map(|call| &call.request.methods).collect();
    methods
        .into_iter()
        .map(|method| {
            let of_method: Vec<&ApiCall<'_>> =
                calls.iter().copied().filter(|call| call.request.methods.contains(method)).collect();
            (method.to_ascii_lowercase(), operation(spec, method, &of_method, general, samples))
        })
        .collect()
}

fn operation(spec: &Spec, method: &str, calls: &[&ApiCall<'_>], general: &[&Endpoint], samples: &Samples) -> Value {
    let Some(first) = calls.first() else { return Value::Null };
    let path = &first.request.path;
    let mut operation = Map::new();
    let words: Vec<&str> = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    operation.insert("operationId".to_owned(), json!(format!("{}_{}", words.join("_"), method.to_ascii_lowercase())));
    if let [one] = calls {
        operation.extend(said(one));
    } else {
        operation.insert("tags".to_owned(), json!([chapter(&first.endpoint.id)]));
        let title = general.first().map_or(path.as_str(), |endpoint| endpoint.title.as_str());
        operation.insert("summary".to_owned(), json!(title));
        let says: Vec<&str> = general.iter().map(|endpoint| endpoint.says.as_str()).collect();
        operation.insert("description".to_owned(), json!(says.join(" ")));
        operation.insert("x-calls".to_owned(), calls.iter().map(|call| about(call)).collect());
    }
    let merged = merged(calls, general, samples);
    let (posted, count) = (method == "POST", calls.len());
    let parameters = merged.into_iter().map(|(name, one)| parameter(&name, one, count, posted));
    operation.insert("parameters".to_owned(), Value::Array(parameters.chain(handshake(first)).collect()));
    if posted {
        let schemas: Vec<Value> = calls
            .iter()
            .map(|call| json!({ "$ref": format!("#/components/schemas/{}.request", call.name(".")) }))
            .collect();
        let schema = if schemas.len() == 1 { schemas[0].clone() } else { json!({ "anyOf": schemas }) };
        // Parameters may stand in the URL, and then there is no body.
        operation.insert("requestBody".to_owned(), json!({ "content": { FORM: { "schema": schema } } }));
    }
    operation.insert("responses".to_owned(), Value::Object(all_responses(spec, calls)));
    let ways: Vec<Value> = calls.iter().filter_map(|call| security(call).as_array().cloned()).flatten().collect();
    let mut each: Vec<Value> = Vec::new();
    for way in ways {
        if !each.contains(&way) {
            each.push(way);
        }
    }
    operation.insert("security".to_owned(), Value::Array(each));
    Value::Object(operation)
}

/// What is said of one of several calls of a path.
fn about(call: &ApiCall<'_>) -> Value {
    let mut about = said(call);
    about.remove("tags");
    about.insert("x-fixed".to_owned(), json!(call.request.fixed));
    about.insert("x-parameter-rules".to_owned(), Value::Object(rules(call)));
    Value::Object(about)
}

fn merged(calls: &[&ApiCall<'_>], general: &[&Endpoint], samples: &Samples) -> BTreeMap<String, Merged> {
    let mut all: BTreeMap<String, Merged> = BTreeMap::new();
    // What always has one value has one of those of all calls.
    let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in calls.iter().flat_map(|call| &call.request.fixed) {
        all.entry(name.clone()).or_default().required += 1;
        let known = values.entry(name).or_default();
        if !known.contains(&value.as_str()) {
            known.push(value);
        }
    }
    for row in general.iter().flat_map(|endpoint| &endpoint.parameters) {
        if let Some(known) = values.get_mut(row.name.as_str()) {
            known.extend(
                row.values.iter().map(String::as_str).filter(|value| !known.contains(value)).collect::<Vec<_>>(),
            );
        }
    }
    for (name, values) in &values {
        let mut schema = fixed("").as_object().cloned().unwrap_or_default();
        schema.insert("enum".to_owned(), json!(values));
        all.entry((*name).to_owned()).or_default().schemas.push(schema);
    }
    for endpoint in general {
        for row in &endpoint.parameters {
            add(all.entry(row.key.clone()).or_default(), row, &endpoint.id, values.contains_key(row.name.as_str()));
        }
    }
    for call in calls {
        let printed = lawful(call, samples);
        for row in &call.endpoint.parameters {
            // Of many names those that the guide prints are there: a path has no word for the others.
            for name in samples.names_of(row) {
                let one = all.entry(name.clone()).or_default();
                add(one, row, &call.endpoint.id, call.request.fixed.contains_key(&row.name));
                one.required += usize::from(row.need == Need::Required && !is_excluded(call.endpoint, &row.name));
                one.examples.extend(examples(call, row, &name, &printed));
            }
        }
    }
    all
}

/// The values of a parameter in what the guide prints, by the names of the examples.
fn examples(call: &ApiCall<'_>, row: &Parameter, name: &str, printed: &[Printed]) -> Map<String, Value> {
    let of_set = |set: &Printed| {
        let (_, text) = set.pairs.iter().find(|(known, _)| known == name)?;
        let value = value_of(call, &row.key, text, Lists::Text);
        let summary = format!("{}: {}", call.endpoint.id, set.says);
        Some((format!("{}.{}", call.name("."), set.name), json!({ "summary": summary, "value": value })))
    };
    printed.iter().filter_map(of_set).collect()
}

fn is_excluded(endpoint: &Endpoint, name: &str) -> bool {
    endpoint.parameters.iter().any(|row| row.excludes.iter().any(|one| one == name))
}

fn add(merged: &mut Merged, row: &Parameter, endpoint: &str, is_fixed: bool) {
    let plain = schema(row, Lists::Text);
    if !is_fixed && !merged.schemas.contains(&plain) {
        merged.schemas.push(plain);
    }
    if !merged.descriptions.contains(&row.says) {
        merged.descriptions.push(row.says.clone());
    }
    let mut said = json!({ "endpoint": endpoint, "parameter": row.name, "x-page": row.page });
    let details = described(row, Lists::Text);
    for (word, value) in details.into_iter().filter(|(word, _)| word.starts_with("x-")) {
        said[word] = value;
    }
    merged.said.push(said);
}

fn parameter(name: &str, merged: Merged, calls: usize, posted: bool) -> Value {
    let schema = match merged.schemas.as_slice() {
        [one] => json!(one),
        several => json!({ "anyOf": several }),
    };
    let mut parameter = json!({ "name": name, "in": "query", "schema": schema });
    if !merged.descriptions.is_empty() {
        parameter["description"] = json!(merged.descriptions.join(" "));
    }
    // In a POST the parameter may stand in the body.
    if !posted && merged.required >= calls {
        parameter["required"] = json!(true);
    }
    if !merged.said.is_empty() {
        parameter["x-of"] = json!(merged.said);
    }
    if !merged.examples.is_empty() {
        parameter["examples"] = Value::Object(merged.examples);
    }
    parameter
}

/// The headers of a handshake.
fn handshake(call: &ApiCall<'_>) -> Vec<Value> {
    if call.endpoint.response.media != Media::WebSocket {
        return Vec::new();
    }
    let names = ["Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"];
    let one = |name: &str| json!({ "name": name, "in": "header", "description": "Of the handshake (RFC 6455).", "schema": { "type": "string" } });
    names.map(one).to_vec()
}

/// The answers of all calls: of each status and type what any of them has.
fn all_responses(spec: &Spec, calls: &[&ApiCall<'_>]) -> Map<String, Value> {
    let mut out: Map<String, Value> = Map::new();
    for call in calls {
        for (status, response) in responses(spec, call) {
            let Some(known) = out.get_mut(&status) else {
                out.insert(status, response);
                continue;
            };
            if *known == response {
                continue;
            }
            if let (Some(known), Some(own)) =
                (known["description"].as_str().map(str::to_owned), response["description"].as_str())
                && !known.contains(own)
            {
                out[&status]["description"] = json!(format!("{known} {own}"));
            }
            let theirs = response.get("content").and_then(Value::as_object).cloned().unwrap_or_default();
            for (media, content) in theirs {
                let known = &mut out[&status]["content"][&media];
                *known = either(known, &content);
            }
        }
    }
    out
}

/// What either of two contents has.
fn either(known: &Value, own: &Value) -> Value {
    if known.is_null() || known == own {
        return own.clone();
    }
    let mut schemas = match known["schema"].get("anyOf").and_then(Value::as_array) {
        Some(several) => several.clone(),
        None => vec![known["schema"].clone()],
    };
    if !schemas.contains(&own["schema"]) {
        schemas.push(own["schema"].clone());
    }
    json!({ "schema": { "anyOf": schemas } })
}
