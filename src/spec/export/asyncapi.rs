//! The real-time state API as an AsyncAPI 3.0 document: what is said on its WebSocket, and the tables that come over it.
//!
//! In: the spec, and the URL of a server. Out: the document, from the side of the appliance: it receives what an integration says, and
//! sends what it answers. Messages are those of `specs/schemas/feed.json`, rows those of the tables.

use serde_json::{Map, Value, json};

use super::{
    calls::{ApiCall, calls},
    rows::{Whole, row},
};
use crate::{
    model::conversation::SUBPROTOCOL,
    spec::{endpoint::Media, select::Spec, tables::ModelTable},
};

/// Name of the JSON Schema of messages.
const MESSAGES: &str = "feed.json";

/// Name of the schema of rows by tables.
const ROWS: &str = "rows";

/// The document. `server` is the URL of the appliance.
#[must_use]
pub fn to_asyncapi(spec: &Spec, server: &str) -> Value {
    let messages = definitions(spec);
    let is_message = |schema: &Value| schema.get("x-from").is_some();
    let from = |who: &str| {
        let named = messages.iter().filter(|(_, schema)| schema["x-from"] == who);
        named.map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    let (mut channels, mut operations) = (Map::new(), Map::new());
    for call in calls(spec).iter().filter(|call| call.endpoint.response.media == Media::WebSocket) {
        let channel = call.request.path.trim_matches('/').replace('/', "-");
        let refer = |name: &str| json!({ "$ref": format!("#/channels/{channel}/messages/{name}") });
        let operation = |action: &str, name: &String| {
            json!({
                "action": action,
                "title": name,
                "summary": messages[name]["description"],
                "channel": { "$ref": format!("#/channels/{channel}") },
                "messages": [refer(name)],
                "security": [{ "$ref": "#/components/securitySchemes/token" }],
                "x-page": messages[name]["x-page"],
            })
        };
        let mut answers = Vec::new();
        for name in from("integration") {
            let mut operation = operation("receive", &name);
            if let Some(answer) = messages[&name]["x-answer"].as_str() {
                operation["reply"] =
                    json!({ "channel": { "$ref": format!("#/channels/{channel}") }, "messages": [refer(answer)] });
                answers.push(answer.to_owned());
            }
            operations.insert(name, operation);
        }
        for name in from("appliance").into_iter().filter(|name| !answers.contains(name)) {
            let operation = operation("send", &name);
            operations.insert(name, operation);
        }
        let named = messages.iter().filter(|(_, schema)| is_message(schema)).map(|(name, _)| name);
        let references: Map<String, Value> =
            named.map(|name| (name.clone(), json!({ "$ref": format!("#/components/messages/{name}") }))).collect();
        channels.insert(channel, described(call, references));
    }
    let all: Map<String, Value> = messages
        .iter()
        .filter(|(_, schema)| is_message(schema))
        .map(|(name, schema)| {
            let payload = json!({ "$ref": format!("#/components/schemas/{name}") });
            let message = json!({
                "name": name,
                "title": name,
                "summary": schema["description"],
                "contentType": "application/json",
                "payload": payload,
                "x-page": schema["x-page"],
            });
            (name.clone(), message)
        })
        .collect();
    let mut schemas = messages;
    schemas.extend(tables(spec));
    let host = server.split_once("://").map_or(server, |(_, host)| host);
    let protocol = if server.starts_with("http://") { "ws" } else { "wss" };
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Remote Support real-time state API",
            "version": spec.guide.api_version,
            "description": format!(
                "What the {} says of the real-time state API, as `touchmark` has it: in words of its own, with section and page.",
                spec.guide.title,
            ),
            "license": { "name": "MIT", "url": "https://opensource.org/license/mit" },
            "x-guide": { "title": spec.guide.title, "edition": spec.guide.edition, "digest": spec.guide.digest, "data": spec.digest },
        },
        "defaultContentType": "application/json",
        "servers": { "appliance": { "host": host, "protocol": protocol, "description": "The appliance." } },
        "channels": channels,
        "operations": operations,
        "components": { "messages": all, "schemas": schemas, "securitySchemes": { "token": scheme(spec, server) } },
    })
}

/// Where the token comes from that is said on the WebSocket.
fn scheme(spec: &Spec, server: &str) -> Value {
    let token = calls(spec).into_iter().find(|call| call.endpoint.response.json_schema.is_some());
    let path = token.map_or("", |call| call.request.path.as_str());
    json!({
        "type": "oauth2",
        "description": "The token stands in the first message, and in no header.",
        "flows": { "clientCredentials": { "tokenUrl": format!("{server}{path}"), "availableScopes": {} } },
    })
}

fn described(call: &ApiCall<'_>, messages: Map<String, Value>) -> Value {
    let mut says: Vec<&str> = vec![&call.endpoint.says];
    says.extend(call.others.iter().map(|other| other.says.as_str()));
    json!({
        "address": call.request.path,
        "title": call.endpoint.title,
        "description": says.join(" "),
        "messages": messages,
        "bindings": {
            "ws": {
                "method": "GET",
                "headers": { "type": "object", "properties": { "Sec-WebSocket-Protocol": { "type": "string", "enum": [SUBPROTOCOL] } } },
            },
        },
        "x-endpoints": call.ids(),
        "x-section": call.endpoint.title,
        "x-page": call.endpoint.page,
        "x-permission": call.request.permission,
    })
}

/// The messages and what they are made of, with references into the document; rows know the tables.
fn definitions(spec: &Spec) -> Map<String, Value> {
    let text = spec.schemas.get(MESSAGES).map_or("{}", String::as_str);
    let text = text.replace("#/$defs/", "#/components/schemas/");
    let whole: Value = serde_json::from_str(&text).unwrap_or_default();
    let mut definitions = whole.get("$defs").and_then(Value::as_object).cloned().unwrap_or_default();
    if let Some(rows) = definitions.get_mut(ROWS) {
        for (table, reference) in names(spec) {
            rows["properties"][&table] = json!({ "type": "object", "additionalProperties": reference });
        }
    }
    definitions
}

fn tables(spec: &Spec) -> impl Iterator<Item = (String, Value)> {
    fed(spec).map(|table| (format!("table.{}", table.name), row(table, Whole::Change)))
}

/// Each table under each of its printed names, with the reference to its rows.
fn names(spec: &Spec) -> impl Iterator<Item = (String, Value)> {
    fed(spec).flat_map(|table| {
        let own = std::iter::once(&table.name).filter(|name| !table.names.contains(name));
        let reference = json!({ "$ref": format!("#/components/schemas/table.{}", table.name) });
        own.chain(&table.names).map(move |name| (name.clone(), reference.clone()))
    })
}

fn fed(spec: &Spec) -> impl Iterator<Item = &ModelTable> {
    let of_feeds = spec.endpoints.values().filter(|endpoint| endpoint.response.media == Media::WebSocket);
    of_feeds.flat_map(|endpoint| &endpoint.tables)
}
