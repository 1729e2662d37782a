//! XML answers as JSON Schemas with the hints of OpenAPI: which name, which namespace, what is an attribute.
//!
//! In: an endpoint. Out: the schema of its root, or of a message where it only says whether something went well. The text of an element
//! that has attributes, too, is its member `#text`: OpenAPI 3.1 has no hint for it.

use serde_json::{Map, Value, json};

use super::{
    rules::required,
    tree::{Node, answer_of},
};
use crate::{
    spec::endpoint::{Element, Endpoint},
    vocabulary::Type,
};

/// Name of the member that is the text of an element.
const TEXT: &str = "#text";

/// The answer of an endpoint to a request that it accepts.
pub(super) fn schema(endpoint: &Endpoint, namespace: &str) -> Value {
    let tree = answer_of(endpoint);
    let mut schema = element(&tree);
    let said = match &endpoint.response.root {
        Some(_) => "The root element.",
        None => "The guide names no root element: it may have any name.",
    };
    schema.entry("description").or_insert_with(|| json!(said));
    schema.insert("xml".to_owned(), json!({ "name": tree.name, "namespace": namespace }));
    // An error may stand in the root in place of what is missing.
    if let Some(Value::Array(names)) = schema.remove("required") {
        let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
        schema.insert("anyOf".to_owned(), json!([required(&names), required(&["error"])]));
    }
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.entry("error").or_insert_with(|| json!({ "type": "string", "description": "What went wrong." }));
    }
    Value::Object(schema)
}

/// The answer of an endpoint that has no rows: a message, in a root of any name or as the root.
pub(super) fn message(endpoint: &Endpoint, namespace: &str) -> Value {
    let mut success = json!({ "type": "string", "description": "It went well." });
    if let Some(text) = endpoint.response.success.as_ref().filter(|text| !text.is_empty()) {
        success["examples"] = json!([text]);
    }
    json!({
        "type": "object",
        "description": "A message: `success` or `error`, in a root of any name or as the root itself.",
        "xml": { "name": endpoint.root(), "namespace": namespace },
        "properties": { "success": success, "error": { "type": "string", "description": "What went wrong." } },
        "anyOf": [required(&["success"]), required(&["error"])],
    })
}

fn element(node: &Node<'_>) -> Map<String, Value> {
    let mut schema = node.row.map(said).unwrap_or_default();
    let record = node.row.is_none_or(|row| matches!(row.kind, Type::Record | Type::List));
    if node.children.is_empty() && node.attributes.is_empty() && !record {
        schema.extend(node.row.map(value).unwrap_or_default());
        return schema;
    }
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for row in &node.attributes {
        let name = row.path.rsplit('@').next().unwrap_or_default();
        let mut attribute = said(row);
        attribute.extend(value(row));
        attribute.insert("xml".to_owned(), json!({ "attribute": true }));
        if !optional(row) {
            required.push(name.to_owned());
        }
        properties.insert(name.to_owned(), Value::Object(attribute));
    }
    if let Some(row) = node.row.filter(|_| !record) {
        properties.insert(TEXT.to_owned(), Value::Object(value(row)));
    }
    for child in &node.children {
        // An attribute may have the name of an element.
        let name = if properties.contains_key(&child.name) { format!("{}#", child.name) } else { child.name.clone() };
        let mut schema = element(child);
        schema.insert("xml".to_owned(), json!({ "name": child.name }));
        let schema = match child.row.is_some_and(|row| row.count_max != Some(1)) {
            true => json!({ "type": "array", "items": schema }),
            false => Value::Object(schema),
        };
        if child.row.is_none_or(|row| !optional(row)) {
            required.push(name.clone());
        }
        properties.insert(name, schema);
    }
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

fn optional(row: &Element) -> bool {
    row.count_min == 0 || row.when.is_some() || row.sometimes
}

/// What is said of an element, in words.
fn said(row: &Element) -> Map<String, Value> {
    let said = [
        ("description", Some(json!(row.says))),
        ("x-page", Some(json!(row.page))),
        ("x-since", row.since.map(|since| json!(since))),
        ("x-names", Some(json!(row.names)).filter(|_| !row.names.is_empty())),
        ("x-when", row.when.as_ref().map(|(parameter, value)| json!({ "parameter": parameter, "value": value }))),
        ("x-sometimes", row.sometimes.then(|| json!(true))),
    ];
    said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// What its text must be. Empty text is null.
fn value(row: &Element) -> Map<String, Value> {
    let mut schema = match row.kind {
        Type::Integer => json!({ "type": "integer" }),
        Type::Count => json!({ "type": "integer", "minimum": 0 }),
        Type::Epoch => json!({ "type": "integer", "x-unit": "seconds since 1970" }),
        Type::Flag => json!({ "type": "integer", "enum": [0, 1] }),
        Type::Decimal => json!({ "type": "number" }),
        Type::Enum if row.open => json!({ "type": "string", "examples": row.values }),
        Type::Enum => json!({ "type": "string", "enum": row.values }),
        Type::Iso8601 => json!({ "type": "string", "format": "date-time" }),
        Type::Url => json!({ "type": "string", "format": "uri", "pattern": "^https?://" }),
        Type::Id => json!({ "type": "string", "minLength": 1 }),
        Type::Guid => json!({ "type": "string", "pattern": "^[{]?([0-9A-Fa-f]-?){32}[}]?$" }),
        Type::Version => json!({ "type": "string", "pattern": "^[0-9]+[.][0-9]+[.][0-9]+$" }),
        Type::Duration => json!({ "type": "string", "pattern": "^[0-9]{2,}:[0-5][0-9]:[0-5][0-9]$" }),
        Type::Base64 => json!({ "type": "string", "contentEncoding": "base64" }),
        Type::Instant | Type::OtherTime | Type::Hostname | Type::Anchor | Type::Ip => {
            json!({ "type": "string", "x-type": row.kind.in_words() })
        }
        Type::Record | Type::List | Type::Text => json!({ "type": "string" }),
    };
    if let Some(low) = row.min {
        schema["minimum"] = json!(low);
    }
    if let Some(high) = row.max {
        schema["maximum"] = json!(high);
    }
    if row.may_be_empty && schema["type"] != "string" {
        schema["type"] = json!([schema["type"], "null"]);
    } else if row.may_be_empty
        && ["enum", "pattern", "minLength", "format"].iter().any(|word| schema.get(word).is_some())
    {
        schema = json!({ "anyOf": [schema, { "type": "string", "maxLength": 0 }] });
    }
    if row.may_be_empty
        && let Some(Value::Array(values)) = schema.get_mut("enum")
    {
        values.push(Value::Null);
    }
    schema.as_object().cloned().unwrap_or_default()
}
