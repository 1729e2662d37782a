//! One call as operations: one for each of its methods.
//!
//! In: the spec and a call. Out: the members of a path item.

use serde_json::{Map, Value, json};

use super::responses::responses;
use crate::{
    model::credential::AccountRole,
    spec::{
        endpoint::{Media, Need},
        export::{
            calls::ApiCall,
            form::{self, fixed, lawful, not_lawful, value_of},
            parameter::{Lists, described, pattern_of_names},
            rules::rules,
            sample::Samples,
        },
        select::Spec,
    },
};

/// The media type of a form.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Names of the security schemes: a token, and the id and secret of an account.
pub(super) const TOKEN: &str = "token";
pub(super) const CLIENT: &str = "client";

/// Operations of a call by their methods.
pub(super) fn path_item(spec: &Spec, call: &ApiCall<'_>, samples: &Samples) -> Map<String, Value> {
    let first = call.request.methods.first();
    let one = |method: &String| {
        let ending = if Some(method) == first { String::new() } else { format!("_{}", method.to_ascii_lowercase()) };
        let mut operation = Map::new();
        operation.insert("operationId".to_owned(), json!(call.name("_") + &ending));
        operation.extend(said(call));
        if method == "POST" {
            operation.insert("requestBody".to_owned(), body(call, samples));
        } else {
            operation.insert("parameters".to_owned(), Value::Array(parameters(call, samples)));
            let rules: Map<String, Value> = rules(call).into_iter().filter(|(word, _)| word != "required").collect();
            if !rules.is_empty() {
                operation.insert("x-parameter-rules".to_owned(), Value::Object(rules));
            }
        }
        operation.insert("responses".to_owned(), Value::Object(responses(spec, call)));
        operation.insert("security".to_owned(), security(call));
        (method.to_ascii_lowercase(), Value::Object(operation))
    };
    call.request.methods.iter().map(one).collect()
}

/// What is said of a call.
pub(super) fn said(call: &ApiCall<'_>) -> Map<String, Value> {
    let (endpoint, request) = (call.endpoint, call.request);
    let mut says = vec![endpoint.says.as_str()];
    says.extend(call.others.iter().map(|other| other.says.as_str()));
    let open: Vec<Value> = not_lawful(call)
        .iter()
        .map(|one| json!({ "name": one.name, "summary": one.says, "x-page": one.page, "value": form::object(call, one, Lists::Text) }))
        .collect();
    let said = [
        ("tags", Some(json!([chapter(&endpoint.id)]))),
        ("summary", Some(json!(endpoint.title))),
        ("description", Some(json!(says.join(" ")))),
        ("x-endpoints", Some(json!(call.ids()))),
        ("x-section", Some(json!(endpoint.title))),
        ("x-page", Some(json!(endpoint.page))),
        ("x-since", endpoint.since.map(|since| json!(since))),
        ("x-class", Some(json!(endpoint.class.word()))),
        ("x-account", Some(json!(request.account.word()))),
        ("x-permission", request.permission.as_ref().map(|permission| json!(permission))),
        ("x-access-unstated", request.access_unstated.then(|| json!(true))),
        ("x-not-lawful-or-open", Some(json!(open)).filter(|_| !open.is_empty())),
    ];
    said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// The chapter of an endpoint.
pub(super) fn chapter(id: &str) -> &str {
    id.split('/').next().unwrap_or(id)
}

/// Who may call.
pub(super) fn security(call: &ApiCall<'_>) -> Value {
    match call.request.account {
        // On a WebSocket the token is said and not sent in a header.
        _ if call.endpoint.response.media == Media::WebSocket => json!([]),
        AccountRole::None => json!([]),
        _ if call.endpoint.response.json_schema.is_some() => json!([{ CLIENT: [] }]),
        _ if call.request.access_unstated => json!([{ TOKEN: [] }, {}]),
        _ => json!([{ TOKEN: [] }]),
    }
}

fn parameters(call: &ApiCall<'_>, samples: &Samples) -> Vec<Value> {
    let printed = lawful(call, samples);
    let own = |name: &str| call.endpoint.parameters.iter().any(|row| row.key == name);
    let always = call.request.fixed.iter().filter(|(name, _)| !own(name));
    let mut out: Vec<Value> = always
        .map(|(name, value)| json!({ "name": name, "in": "query", "required": true, "schema": fixed(value) }))
        .collect();
    let conditional =
        |name: &str| call.endpoint.parameters.iter().any(|row| row.excludes.iter().any(|one| one == name));
    for row in &call.endpoint.parameters {
        let mut schema = described(row, Lists::Items);
        let description = schema.remove("description");
        let mut parameter = Map::new();
        if let Some(pattern) = pattern_of_names(row) {
            // One of many names: an object whose members are parameters.
            parameter.insert("name".to_owned(), json!(row.name));
            parameter.insert("in".to_owned(), json!("query"));
            parameter.insert("description".to_owned(), json!(description));
            parameter.insert("style".to_owned(), json!("form"));
            parameter.insert("explode".to_owned(), json!(true));
            let object =
                json!({ "type": "object", "patternProperties": { pattern: schema }, "additionalProperties": false });
            parameter.insert("schema".to_owned(), object);
            out.push(Value::Object(parameter));
            continue;
        }
        parameter.insert("name".to_owned(), json!(row.key));
        parameter.insert("in".to_owned(), json!("query"));
        parameter.insert("description".to_owned(), json!(description));
        if call.request.fixed.contains_key(&row.key) || (row.need == Need::Required && !conditional(&row.name)) {
            parameter.insert("required".to_owned(), json!(true));
        }
        if schema.get("type").is_some_and(|kind| kind == "array") {
            parameter.insert("style".to_owned(), json!("form"));
            parameter.insert("explode".to_owned(), json!(false));
        }
        let mut examples = Map::new();
        for form in &row.forms {
            let value = value_of(call, &row.key, &samples.fill(&form.value), Lists::Items);
            let summary = form.says.clone().unwrap_or_default();
            examples.insert(format!("form-{}", form.name), json!({ "summary": summary, "value": value }));
        }
        for one in &printed {
            if let Some((name, text)) = one.pairs.iter().find(|(name, _)| *name == row.key) {
                let value = value_of(call, name, text, Lists::Items);
                examples.insert(one.name.clone(), json!({ "summary": one.says, "value": value }));
            }
        }
        parameter.insert("schema".to_owned(), Value::Object(schema));
        if !examples.is_empty() {
            parameter.insert("examples".to_owned(), Value::Object(examples));
        }
        out.push(Value::Object(parameter));
    }
    out
}

fn body(call: &ApiCall<'_>, samples: &Samples) -> Value {
    let examples: Map<String, Value> = lawful(call, samples)
        .iter()
        .map(|one| {
            let value =
                json!({ "summary": one.says, "x-page": one.page, "value": form::object(call, one, Lists::Items) });
            (one.name.clone(), value)
        })
        .collect();
    let mut content = json!({ "schema": { "$ref": format!("#/components/schemas/{}.request", call.name(".")) } });
    if !examples.is_empty() {
        content["examples"] = Value::Object(examples);
    }
    let lists = call.endpoint.parameters.iter().filter(|row| described(row, Lists::Items)["type"] == "array");
    let encoding: Map<String, Value> =
        lists.map(|row| (row.key.clone(), json!({ "style": "form", "explode": false }))).collect();
    if !encoding.is_empty() {
        content["encoding"] = Value::Object(encoding);
    }
    json!({ "required": true, "content": { FORM: content } })
}
