//! What a call is answered with: the answer that the guide describes, and refusals.
//!
//! In: the spec and a call. Out: response objects of OpenAPI. The guide names hardly any status: those of refusals are the readings of the
//! data, and say of themselves that they are not documented.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{
    model::credential::AccountRole,
    spec::{
        endpoint::{Endpoint, Media},
        export::{answer, calls::ApiCall, rows, xsd::SchemaOf},
        requirement::Demand,
        select::Spec,
    },
    vocabulary::{Expect, Query},
};

/// The chapter of what holds for all calls of an account, and its file of refusals.
const ACCOUNTS: &str = "auth/";
const REFUSALS: &str = "auth/errors";

/// Name of the JSON Schema of a refusal.
const ERROR: &str = "error";

/// The media types of XML.
const XML: [&str; 2] = ["text/xml", "application/xml"];

/// The responses of a call, by their statuses.
pub(super) fn responses(spec: &Spec, call: &ApiCall<'_>) -> Map<String, Value> {
    let mut out = Map::new();
    let endpoint = call.endpoint;
    let mut success = json!({ "description": description(endpoint), "x-page": endpoint.page });
    let content = content(call);
    if !content.is_empty() {
        success["content"] = Value::Object(content);
    }
    let counted = call.request.account != AccountRole::None && endpoint.response.media != Media::WebSocket;
    if counted {
        let headers = rate_headers(spec).into_keys().map(|name| (name.clone(), reference("headers", &name)));
        success["headers"] = Value::Object(headers.collect());
    }
    let status = if endpoint.response.media == Media::WebSocket { "101" } else { "200" };
    out.insert(status.to_owned(), success);
    if endpoint.response.media == Media::Page {
        let says = "The browser is sent on. The guide names no status.";
        out.insert("3XX".to_owned(), json!({ "description": says, "x-documented": false }));
    }
    let own = statuses(spec, |id| id == endpoint.id.as_str());
    if !own.is_empty() {
        out.extend(own.into_iter().map(|(status, said)| (status, refusal(&said, Map::new()))));
    } else if counted {
        out.extend(shared_statuses(spec).into_keys().map(|status| {
            let name = format!("refused-{status}");
            (status, reference("responses", &name))
        }));
    } else {
        let says = "Refused. The guide names no status.";
        out.insert("4XX".to_owned(), json!({ "description": says, "x-documented": false }));
    }
    if endpoint.response.media == Media::WebSocket {
        let says = "A request that opens no WebSocket. The guide names no status.";
        out.insert("default".to_owned(), json!({ "description": says, "x-documented": false }));
    }
    out
}

/// Refusals that all calls of an account have, by the names under which [`responses`] refers to them.
pub(super) fn shared(spec: &Spec) -> Map<String, Value> {
    let of_tokens = statuses(spec, |id| id == REFUSALS);
    let one = |(status, said): (String, Vec<String>)| {
        let mut content = Map::new();
        if of_tokens.contains_key(&status) {
            content.insert("application/json".to_owned(), json!({ "schema": reference("schemas", ERROR) }));
            content.extend(XML.map(|media| (media.to_owned(), json!({ "schema": reference("schemas", "message") }))));
        }
        (format!("refused-{status}"), refusal(&said, content))
    };
    shared_statuses(spec).into_iter().map(one).collect()
}

/// The headers that say what is left of an account's rate.
pub(super) fn headers(spec: &Spec) -> Map<String, Value> {
    let one = |(name, (says, page)): (String, (String, u32))| {
        (name, json!({ "description": says, "schema": { "type": "integer" }, "x-page": page }))
    };
    rate_headers(spec).into_iter().map(one).collect()
}

/// The schemas of what calls are answered with: XML roots, JSON answers, tables and events.
pub(super) fn schemas(spec: &Spec, calls: &[ApiCall<'_>]) -> Map<String, Value> {
    let mut out = Map::new();
    for call in calls.iter().filter(|call| is_xml(call)) {
        let namespace = SchemaOf::endpoint(&call.endpoint.id).namespace();
        let schema = match call.endpoint.elements.is_empty() {
            true => answer::message(call.endpoint, namespace),
            false => answer::schema(call.endpoint, namespace),
        };
        out.insert(call.name(".") + ".answer", schema);
    }
    let named = calls.iter().filter_map(|call| call.endpoint.response.json_schema.as_deref());
    for name in named.chain([ERROR]) {
        let text = spec.schemas.get(&format!("{name}.json")).map_or("{}", String::as_str);
        let mut schema: Value = serde_json::from_str(text).unwrap_or_default();
        schema.as_object_mut().map(|members| members.remove("$schema"));
        out.insert(name.to_owned(), schema);
    }
    let text = json!({ "type": "string" });
    let message = json!({
        "type": "object",
        "description": "An error in XML: in a root of any name, or as the root itself.",
        "xml": { "name": "error" },
        "properties": { "error": text },
    });
    out.insert("message".to_owned(), message);
    for endpoint in spec.endpoints.values().filter(|endpoint| is_archive(endpoint)) {
        out.insert(endpoint.id.replace('/', "."), stored(endpoint));
    }
    out
}

fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

fn is_xml(call: &ApiCall<'_>) -> bool {
    let response = &call.endpoint.response;
    response.media == Media::Document && response.json_schema.is_none() && !is_schema(call)
}

/// Whether the answer is the schema that the target publishes.
fn is_schema(call: &ApiCall<'_>) -> bool {
    call.request.path.ends_with(".xsd")
}

fn description(endpoint: &Endpoint) -> &'static str {
    match endpoint.response.media {
        Media::Document if endpoint.response.json_schema.is_some() => "JSON.",
        Media::Document if endpoint.response.undocumented => "The guide describes no answer: a message, or nothing.",
        Media::Document if endpoint.elements.is_empty() && endpoint.response.success.is_none() => "XML.",
        Media::Document => "XML. An `error` in it, or in its place, says what went wrong, whatever the status.",
        Media::Brcs => "A script of the representative console.",
        Media::Javascript => "JavaScript.",
        Media::Gzip => "A gzip file of JSON.",
        Media::Zip => "A ZIP file.",
        Media::Binary => "A file. The guide names no type.",
        Media::Page => "A page, or a download in its place.",
        Media::Yaml => "An OpenAPI document in YAML.",
        Media::Text => "A message for people.",
        Media::WebSocket => "The WebSocket is open; what is said on it is in the AsyncAPI document.",
        Media::Any => "Whatever the target's own document says.",
    }
}

/// The content of an accepted answer, by its media types. Where the guide names no type there is `*/*` besides.
fn content(call: &ApiCall<'_>) -> Map<String, Value> {
    let endpoint = call.endpoint;
    let text = || json!({ "type": "string" });
    let file = || json!({ "type": "string", "format": "binary" });
    let (types, schema): (&[&str], Value) = match endpoint.response.media {
        Media::Document => match &endpoint.response.json_schema {
            Some(name) => (&["application/json"], reference("schemas", name)),
            None if is_schema(call) => (&XML, json!({ "description": "An XML schema.", "xml": { "name": "schema" } })),
            None => (&XML, reference("schemas", &(call.name(".") + ".answer"))),
        },
        Media::Brcs => (&["*/*"], text()),
        Media::Javascript => (&["text/javascript", "application/javascript", "*/*"], text()),
        Media::Gzip => (&["application/gzip", "*/*"], gzip()),
        Media::Zip => (&["application/zip", "*/*"], file()),
        Media::Binary => (&["*/*"], file()),
        Media::Page => (&["text/html", "*/*"], text()),
        Media::Yaml => (&["application/yaml", "*/*"], text()),
        Media::Text => (&["text/plain", "*/*"], text()),
        Media::WebSocket => (&[], Value::Null),
        Media::Any => (&["*/*"], json!({})),
    };
    let mut schema = schema;
    if endpoint.response.media == Media::Brcs {
        let rows = endpoint.elements.iter();
        let rows: Vec<Value> =
            rows.map(|row| json!({ "path": row.path, "description": row.says, "x-page": row.page })).collect();
        if !rows.is_empty() {
            schema["x-parts"] = json!(rows);
        }
    }
    types.iter().map(|media| ((*media).to_owned(), json!({ "schema": schema }))).collect()
}

/// A gzip file, and what is in it.
fn gzip() -> Value {
    let inside = ["archive.state", "archive.event"].map(|name| reference("schemas", name));
    json!({
        "type": "string",
        "contentMediaType": "application/gzip",
        "description": "Unpacked it is JSON: a state, or one event a line.",
        "contentSchema": { "anyOf": inside },
    })
}

/// Whether an endpoint describes what stands in archives.
fn is_archive(endpoint: &Endpoint) -> bool {
    endpoint.request.is_none() && !(endpoint.tables.is_empty() && endpoint.events.is_empty())
}

/// What stands in an archive: rows by tables, or events by names.
fn stored(endpoint: &Endpoint) -> Value {
    let mut properties = Map::new();
    for table in &endpoint.tables {
        let rows = json!({ "type": "object", "additionalProperties": rows::row(table, rows::Whole::Row) });
        properties.insert(table.name.clone(), rows);
    }
    let events: Vec<Value> = endpoint
        .events
        .iter()
        .map(|event| {
            let mut schema = rows::event(event);
            schema["title"] = json!(event.name);
            schema
        })
        .collect();
    let mut schema = json!({ "description": endpoint.says, "x-endpoint": endpoint.id, "x-page": endpoint.page });
    if !properties.is_empty() {
        schema["type"] = json!("object");
        schema["properties"] = Value::Object(properties);
    }
    if !events.is_empty() {
        schema["anyOf"] = json!(events);
    }
    schema
}

fn refusal(said: &[String], content: Map<String, Value>) -> Value {
    let mut response = json!({ "description": said.join(" "), "x-documented": false });
    if !content.is_empty() {
        response["content"] = Value::Object(content);
    }
    response
}

fn shared_statuses(spec: &Spec) -> BTreeMap<String, Vec<String>> {
    let without_call = |id: &str| {
        id.starts_with(ACCOUNTS) && spec.endpoints.get(id).is_some_and(|endpoint| endpoint.request.is_none())
    };
    statuses(spec, without_call)
}

/// The statuses of the readings of an endpoint's requirements, with what those ask.
fn statuses(spec: &Spec, of: impl Fn(&str) -> bool) -> BTreeMap<String, Vec<String>> {
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for requirement in spec.all().filter(|requirement| of(&requirement.endpoint)) {
        let Demand::Steps(steps) = &requirement.demand else { continue };
        let is_status = |name: &str| name.len() == 3 && name.bytes().all(|byte| byte.is_ascii_digit());
        for reading in steps.iter().flat_map(|step| &step.readings).filter(|reading| is_status(&reading.name)) {
            let said = out.entry(reading.name.clone()).or_default();
            if !said.contains(&requirement.says) {
                said.push(requirement.says.clone());
            }
        }
    }
    out
}

/// The headers that every answer of an account must have, each with the statement about it and its page.
fn rate_headers(spec: &Spec) -> BTreeMap<String, (String, u32)> {
    let of_accounts = || spec.all().filter(|requirement| requirement.endpoint.starts_with(ACCOUNTS));
    let named = |expects: &[Expect]| -> Vec<String> {
        let header = |expect: &Expect| match expect {
            Expect::At(Query::Header(name), _) => Some(name.clone()),
            _ => None,
        };
        expects.iter().filter_map(header).collect()
    };
    let mut out = BTreeMap::new();
    for requirement in of_accounts() {
        let Demand::EveryAnswer { expect, .. } = &requirement.demand else { continue };
        for name in named(expect) {
            let about = of_accounts().find(|other| match &other.demand {
                Demand::Steps(steps) => steps.iter().any(|step| named(&step.expect).contains(&name)),
                _ => false,
            });
            let one = about.unwrap_or(requirement);
            out.insert(name, (one.says.clone(), one.page));
        }
    }
    out
}
