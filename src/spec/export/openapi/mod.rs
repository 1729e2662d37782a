//! The whole data as an OpenAPI 3.1 document, in two styles.
//!
//! In: the spec, a style and the URL of a server. Out: the document. Where OpenAPI has no word for what the data has, there is a member
//! that begins with `x-`: section, page, API version, class, rules of parameters.

mod operation;
mod responses;
mod routes;

use serde_json::{Map, Value, json};
use strum::VariantArray;

use super::{
    calls::{ApiCall, calls, no_calls},
    form,
    parameter::{Lists, described},
    sample::Samples,
};
use crate::spec::{endpoint::Endpoint, select::Spec};
use operation::{CLIENT, TOKEN, chapter};

/// How an API in which one path serves many commands is described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, VariantArray)]
pub enum OpenApiStyle {
    /// An operation for each command, under /api/command#action=NAME: for documents, client generators and Schemathesis.
    Operations,
    /// An operation for each path, with the commands as an enumeration: for gateways, mocks and recordings.
    Routes,
}

/// The document. `server` is the URL of the appliance, without a slash at its end.
#[must_use]
pub fn to_openapi(spec: &Spec, style: OpenApiStyle, server: &str) -> Value {
    let (calls, samples) = (calls(spec), Samples::of(spec));
    let general = no_calls(spec, &calls);
    let mut paths = Map::new();
    for call in &calls {
        let path = &call.request.path;
        match style {
            OpenApiStyle::Operations => {
                let hash = if call.fragment.is_empty() { "" } else { "#" };
                let item = operation::path_item(spec, call, &samples);
                paths.insert(format!("{path}{hash}{}", call.fragment), Value::Object(item));
            }
            OpenApiStyle::Routes if paths.contains_key(path) => {}
            OpenApiStyle::Routes => {
                let same: Vec<&ApiCall<'_>> = calls.iter().filter(|other| other.request.path == *path).collect();
                let of_path = |endpoint: &&Endpoint| endpoint.request.as_ref().is_some_and(|own| own.path == *path);
                let general: Vec<&Endpoint> = general.iter().copied().filter(of_path).collect();
                let item = routes::path_item(spec, &same, &general, &samples);
                paths.insert(path.clone(), Value::Object(item));
            }
        }
    }
    let lists = if style == OpenApiStyle::Operations { Lists::Items } else { Lists::Text };
    let posted = calls.iter().filter(|call| call.request.methods.iter().any(|method| method == "POST"));
    let mut schemas: Map<String, Value> =
        posted.map(|call| (call.name(".") + ".request", form::schema(call, lists))).collect();
    schemas.extend(responses::schemas(spec, &calls));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Remote Support APIs",
            "version": spec.guide.api_version,
            "description": format!(
                "What the {} says of its APIs, as `touchmark` has it: in words of its own, with section and page. Statuses of \
                 refusals are those that appliances are known to have, since the guide names none.",
                spec.guide.title,
            ),
            "license": { "name": "MIT", "identifier": "MIT" },
            "x-guide": {
                "title": spec.guide.title,
                "edition": spec.guide.edition,
                "product": spec.guide.product,
                "digest": spec.guide.digest,
                "data": spec.digest,
            },
        },
        "servers": [{ "url": server }],
        "tags": tags(spec),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": responses::shared(spec),
            "headers": responses::headers(spec),
            "securitySchemes": schemes(&calls),
        },
        "x-sections": general.iter().map(|endpoint| section(endpoint)).collect::<Vec<_>>(),
    })
}

fn schemes(calls: &[ApiCall<'_>]) -> Value {
    let token = calls.iter().find(|call| call.endpoint.response.json_schema.is_some());
    let url = token.map_or("", |call| call.request.path.as_str());
    let says = token.map_or("", |call| call.endpoint.says.as_str());
    json!({
        TOKEN: { "type": "oauth2", "description": says, "flows": { "clientCredentials": { "tokenUrl": url, "scopes": {} } } },
        CLIENT: { "type": "http", "scheme": "basic", "description": "Client id and secret of the API account." },
    })
}

/// A tag for each chapter, described by the file of what holds for all of it, or by its first one.
fn tags(spec: &Spec) -> Vec<Value> {
    let mut tags: Vec<Value> = Vec::new();
    for endpoint in spec.endpoints.values() {
        let name = chapter(&endpoint.id);
        if tags.iter().any(|tag| tag["name"] == name) {
            continue;
        }
        let general = spec.endpoints.get(format!("{name}/general").as_str()).unwrap_or(endpoint);
        tags.push(json!({ "name": name, "description": general.says, "x-page": general.page }));
    }
    tags
}

/// A file of the data that describes no call of its own.
fn section(endpoint: &Endpoint) -> Value {
    let parameters: Vec<Value> = endpoint
        .parameters
        .iter()
        .map(|row| json!({ "name": row.name, "in": "query", "schema": described(row, Lists::Text) }))
        .collect();
    let mut section = json!({
        "endpoint": endpoint.id,
        "title": endpoint.title,
        "x-page": endpoint.page,
        "description": endpoint.says,
        "path": endpoint.request.as_ref().map(|request| &request.path),
    });
    if !parameters.is_empty() {
        section["parameters"] = json!(parameters);
    }
    section
}
