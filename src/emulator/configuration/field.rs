//! The lines that describe fields.
//!
//! In: `name  text 1..255 must -- what people call it`. Out: the name and its schema. Types are `id`, `whole`, `number`, `text`, `code`,
//! `flag`, `time`, `one a|b`, `either text|whole`, `list of TYPE` and the name of a schema; `1..255` are bounds, `= x` is a default, `~ x` a
//! pattern; `must`, `null`, `shown` (never taken), `taken` (never shown) and `secret` say the rest.

use serde_json::{Map, Value, json};

/// The largest id.
const ID_MAX: i64 = 2_147_483_647;

/// What a code name is made of.
const CODE: &str = "^[a-zA-Z0-9_-]+$";

/// A field.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) schema: Value,
    /// Whether it must be there.
    pub(super) must: bool,
}

/// The fields of some lines.
pub(super) fn fields(lines: &str) -> Result<Vec<Field>, String> {
    let named = |line: &str| {
        let (name, rest) = line.trim().split_once(' ').ok_or_else(|| format!("`{line}` has no type"))?;
        let mut field = field(rest).map_err(|says| format!("{name}: {says}"))?;
        field.name = name.to_owned();
        Ok(field)
    };
    lines.lines().filter(|line| !line.trim().is_empty()).map(named).collect()
}

/// The schema of a type that has nothing else to say.
pub(super) fn of_type(text: &str) -> Result<Value, String> {
    field(text).map(|field| field.schema)
}

/// A field without its name.
pub(super) fn field(text: &str) -> Result<Field, String> {
    let (text, says) = text.split_once(" -- ").map_or((text, None), |(text, says)| (text, Some(says)));
    let mut words = text.split_whitespace();
    let mut schema = typed(&mut words)?;
    let mut must = false;
    let mut add = |key: &str, value: Value| {
        if schema.contains_key("$ref") {
            // What stands beside a reference is not looked at.
            let all = Value::from(vec![Value::Object(std::mem::take(&mut schema))]);
            schema.insert("allOf".to_owned(), all);
        }
        schema.insert(key.to_owned(), value);
    };
    while let Some(word) = words.next() {
        match word {
            "must" => must = true,
            "null" => add("nullable", Value::from(true)),
            "shown" => add("readOnly", Value::from(true)),
            "taken" => add("writeOnly", Value::from(true)),
            "secret" => add("format", Value::from("password")),
            "=" => {
                let word = words.next().ok_or("a default is missing")?;
                add("default", serde_json::from_str(word).unwrap_or_else(|_| Value::from(word)));
            }
            "~" => add("pattern", Value::from(words.next().ok_or("a pattern is missing")?)),
            other => return Err(format!("`{other}` is no word of a field")),
        }
    }
    if let Some(says) = says {
        let mut letters = says.trim().chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
        add("description", Value::from(format!("{first}{}.", letters.as_str())));
    }
    Ok(Field { name: String::new(), schema: Value::Object(schema), must })
}

type Words<'a> = std::str::SplitWhitespace<'a>;

fn typed(words: &mut Words<'_>) -> Result<Map<String, Value>, String> {
    let word = words.next().ok_or("a type is missing")?;
    let schema = match word {
        "id" => json!({ "type": "integer", "format": "int32", "minimum": 1, "maximum": ID_MAX }),
        "whole" => bounded(json!({ "type": "integer", "format": "int32" }), words, ["minimum", "maximum"])?,
        "number" => bounded(json!({ "type": "number" }), words, ["minimum", "maximum"])?,
        "text" => bounded(json!({ "type": "string" }), words, ["minLength", "maxLength"])?,
        "code" => json!({ "type": "string", "maxLength": 64, "pattern": CODE }),
        "flag" => json!({ "type": "boolean" }),
        "time" => json!({ "type": "string", "format": "date-time" }),
        "one" => {
            let all: Vec<&str> = words.next().ok_or("what there is to choose from is missing")?.split('|').collect();
            match all.iter().map(|one| one.parse::<i64>().ok()).collect::<Option<Vec<i64>>>() {
                Some(numbers) => json!({ "type": "integer", "enum": numbers }),
                None => {
                    json!({ "type": "string", "enum": all.iter().map(|one| one.replace('+', " ")).collect::<Vec<_>>() })
                }
            }
        }
        "either" => {
            let all = words.next().ok_or("what it may be is missing")?.split('|');
            let all: Result<Vec<Value>, String> = all.map(of_type).collect();
            json!({ "oneOf": all? })
        }
        list if list.starts_with("list") => {
            let mut schema = json!({ "type": "array" });
            if let Some(bounds) = list.strip_prefix("list[").and_then(|rest| rest.strip_suffix(']')) {
                bound(&mut schema, bounds, ["minItems", "maxItems"])?;
            }
            match words.next() {
                Some("of") => {}
                _ => return Err("a list is one of something".to_owned()),
            }
            schema["items"] = Value::Object(typed(words)?);
            schema
        }
        name if name.starts_with(|letter: char| letter.is_ascii_uppercase()) => {
            json!({ "$ref": format!("#/components/schemas/{name}") })
        }
        other => return Err(format!("`{other}` is no type")),
    };
    Ok(schema.as_object().cloned().unwrap_or_default())
}

/// A type with the bounds that follow it, if any do.
fn bounded(mut schema: Value, words: &mut Words<'_>, keys: [&str; 2]) -> Result<Value, String> {
    let mut ahead = words.clone();
    if let Some(bounds) = ahead.next().filter(|word| word.contains("..")) {
        *words = ahead;
        bound(&mut schema, bounds, keys)?;
    }
    Ok(schema)
}

fn bound(schema: &mut Value, bounds: &str, keys: [&str; 2]) -> Result<(), String> {
    let (low, high) = bounds.split_once("..").ok_or_else(|| format!("`{bounds}` are no bounds"))?;
    for (key, text) in keys.into_iter().zip([low, high]).filter(|(_, text)| !text.is_empty()) {
        let number: i64 = text.parse().map_err(|_| format!("`{bounds}` are no bounds"))?;
        schema[key] = Value::from(number);
    }
    Ok(())
}
