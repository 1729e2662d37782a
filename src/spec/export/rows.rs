//! Tables of the state model, and events, as JSON Schemas: rows of archives and of the feed.
//!
//! In: tables and events. Out: schemas of one row, and of one event. A field may be left out of a row of the feed, so none is required
//! there.

use serde_json::{Map, Value, json};

use crate::spec::tables::{FieldKind, ModelEvent, ModelField, ModelTable};

/// Which fields of a row must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// All that have no reason to be absent.
    Row,
    /// Any of them: the others stay as they were.
    Change,
}

/// A row of a table. The key of the row is the name under which it stands.
pub(super) fn row(table: &ModelTable, whole: Whole) -> Value {
    let fields: Vec<&ModelField> = table.fields.iter().filter(|field| field.kind != FieldKind::RowId).collect();
    let mut schema = object(&fields, whole);
    schema.insert("description".to_owned(), json!(table.says));
    schema.insert("x-page".to_owned(), json!(table.page));
    if let Some(key) = table.fields.iter().find(|field| field.kind == FieldKind::RowId) {
        schema.insert("x-key".to_owned(), json!({ "name": key.name, "description": key.says, "x-page": key.page }));
    }
    if !table.names.is_empty() {
        schema.insert("x-names".to_owned(), json!(table.names));
    }
    Value::Object(schema)
}

/// An event.
pub(super) fn event(event: &ModelEvent) -> Value {
    let mut schema = object(&event.fields.iter().collect::<Vec<_>>(), Whole::Row);
    schema.insert("description".to_owned(), json!(event.says));
    schema.insert("x-page".to_owned(), json!(event.page));
    if let Some(printed) = &event.printed {
        schema.insert("x-printed".to_owned(), json!(printed));
    }
    Value::Object(schema)
}

fn object(fields: &[&ModelField], whole: Whole) -> Map<String, Value> {
    let properties: Map<String, Value> = fields.iter().map(|field| (field.name.clone(), described(field))).collect();
    let needed = |field: &&&ModelField| !field.optional && !field.blank && field.stands_where.is_none();
    let required: Vec<&str> = fields.iter().filter(needed).map(|field| field.name.as_str()).collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    if whole == Whole::Row && !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

fn described(field: &ModelField) -> Value {
    let mut schema = value(field);
    if field.blank {
        schema = json!({ "anyOf": [schema, { "enum": [null, "", 0] }] });
    }
    schema["description"] = json!(field.says);
    schema["x-page"] = json!(field.page);
    if let Some(table) = &field.refers {
        schema["x-refers"] = json!({ "table": table, "may-be-gone": field.dangling });
    }
    if let Some((other, value)) = &field.stands_where {
        schema["x-stands-where"] = json!({ "field": other, "value": value });
    }
    schema
}

fn value(field: &ModelField) -> Value {
    let number = || json!({ "type": ["integer", "string"], "pattern": "^-?[0-9]+$" });
    let guid = "([0-9A-Fa-f]-?){32}";
    match field.kind {
        FieldKind::RowId | FieldKind::Integer | FieldKind::IdText => number(),
        FieldKind::Timestamp => {
            let mut schema = number();
            schema["x-unit"] = json!("seconds since 1970");
            schema
        }
        FieldKind::Boolean => json!({ "enum": [0, 1, false, true] }),
        FieldKind::String => json!({ "type": "string" }),
        FieldKind::Enum if field.open => json!({ "type": ["string", "integer"], "examples": field.values }),
        FieldKind::Enum => {
            let numbers = field.values.iter().filter_map(|value| value.parse::<i64>().ok()).map(|number| json!(number));
            let texts = field.values.iter().map(|text| json!(text));
            json!({ "enum": texts.chain(numbers).collect::<Vec<_>>() })
        }
        FieldKind::Guid => json!({ "type": "string", "pattern": format!("^[{{]?{guid}[}}]?$") }),
        FieldKind::IdOrGuid => {
            json!({ "type": ["integer", "string"], "pattern": format!("^([0-9]+|[{{]?{guid}[}}]?)$") })
        }
        FieldKind::Url => json!({ "type": "string", "format": "uri", "pattern": "^https?://" }),
        FieldKind::Object | FieldKind::Pairs => json!({ "type": ["object", "array"] }),
        FieldKind::Files => json!({ "type": ["object", "array"], "x-items": ["name", "size", "type"] }),
    }
}
