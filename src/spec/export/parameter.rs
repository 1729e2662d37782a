//! The JSON Schema of a parameter's value.
//!
//! In: a row. Out: a schema with all that the row says, in JSON Schema's own words where it has them and in `x-` words where not.

use serde_json::{Map, Value, json};

use crate::{
    model::variables::names,
    spec::endpoint::{Parameter, ParameterKind},
};

/// How several values with commas between them are described.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lists {
    /// As an array, which is written with commas.
    Items,
    /// As the text that it is sent as.
    Text,
}

/// What a value must be, and what is said of it.
pub(super) fn described(row: &Parameter, lists: Lists) -> Map<String, Value> {
    let mut schema = schema(row, lists);
    schema.insert("description".to_owned(), json!(row.says));
    schema.insert("x-page".to_owned(), json!(row.page));
    let said = [
        ("x-since", row.since.map(|since| json!(since))),
        ("x-unit", row.unit.as_ref().map(|unit| json!(unit))),
        ("x-max-bytes", row.max_bytes.map(|most| json!(most))),
        ("x-class", row.class.map(|class| json!(class.word()))),
        ("x-needs", Some(json!(row.needs.keys().collect::<Vec<_>>())).filter(|_| !row.needs.is_empty())),
        ("x-excludes", Some(json!(row.excludes)).filter(|_| !row.excludes.is_empty())),
        ("x-secret", row.secret.then(|| json!(true))),
    ];
    schema.extend(said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    schema
}

/// What a value must be.
pub(super) fn schema(row: &Parameter, lists: Lists) -> Map<String, Value> {
    let mut schema = Map::new();
    let mut put = |name: &str, value: Value| schema.insert(name.to_owned(), value);
    match row.kind {
        ParameterKind::List if lists == Lists::Text => {
            put("type", json!("string"));
            put("pattern", json!(pattern_of_items(row)));
        }
        ParameterKind::List => {
            put("type", json!("array"));
            let items = match row.item_values.is_empty() {
                true => json!({ "type": "string", "minLength": 1 }),
                false => json!({ "type": "string", "enum": row.item_values }),
            };
            put("items", items);
            put("minItems", json!(1));
            if let Some(most) = row.max_items {
                put("maxItems", json!(most));
            }
        }
        ParameterKind::Integer | ParameterKind::Timestamp => {
            put("type", json!("integer"));
            let least = row.min.or((row.kind == ParameterKind::Timestamp).then_some(0));
            let bounds = [("minimum", least), ("maximum", row.max)];
            for (name, bound) in bounds {
                if let Some(bound) = bound {
                    put(name, json!(bound));
                }
            }
        }
        ParameterKind::Reference => {
            put("type", json!("string"));
            put("minLength", json!(1));
        }
        ParameterKind::String | ParameterKind::Boolean | ParameterKind::Enum => {
            put("type", json!("string"));
        }
    }
    if let Some(most) = row.max_characters {
        put("maxLength", json!(most));
    }
    if !row.values.is_empty() {
        let values: Vec<Value> = row.values.iter().map(|value| typed(row, value, lists)).collect();
        // Where a text has forms besides, the printed values are not all.
        let all = row.kind != ParameterKind::String || row.forms.is_empty();
        put(if all { "enum" } else { "examples" }, Value::Array(values));
    }
    if let Some(default) = &row.default {
        let value = typed(row, default, lists);
        let fits = match row.kind {
            ParameterKind::Integer | ParameterKind::Timestamp => value.is_i64(),
            _ => row.values.is_empty() || row.values.contains(default),
        };
        // Some defaults are no values that can be sent, such as `all sites`.
        put(if fits { "default" } else { "x-default" }, value);
    }
    schema
}

/// A value as the schema has it.
pub(super) fn typed(row: &Parameter, text: &str, lists: Lists) -> Value {
    match row.kind {
        ParameterKind::Integer | ParameterKind::Timestamp => {
            text.parse::<i64>().map_or(json!(text), |number| json!(number))
        }
        ParameterKind::List if lists == Lists::Items => json!(text.split(',').collect::<Vec<_>>()),
        _ => json!(text),
    }
}

/// The names that the parameter may have, as a pattern, where it is one of many.
pub(super) fn pattern_of_names(row: &Parameter) -> Option<String> {
    let variables = names(&row.key);
    let variable = variables.first()?;
    let (before, after) = row.key.split_once(&format!("${{{variable}}}"))?;
    Some(format!("^{}[^&=]+{}$", literal(before), literal(after)))
}

fn pattern_of_items(row: &Parameter) -> String {
    let item = match row.item_values.is_empty() {
        true => "[^,]+".to_owned(),
        false => format!("({})", row.item_values.iter().map(|item| literal(item)).collect::<Vec<_>>().join("|")),
    };
    match row.max_items {
        Some(most) => format!("^{item}(,{item}){{0,{}}}$", most.saturating_sub(1)),
        None => format!("^{item}(,{item})*$"),
    }
}

/// A word in a pattern. Nothing but dots needs an escape, and dialects differ in which others they take.
fn literal(text: &str) -> String {
    text.replace('.', "\\.")
}
