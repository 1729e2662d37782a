//! A value that a schema allows.
//!
//! In: a document and a schema. Out: its example, its default, or the smallest value that fits, with what it must have and what can be
//! nothing. A schema that no simple value fits gives one that does not.

use serde_json::{Map, Value};

use super::schema::{DEPTH_MAX, Document, is_nullable, list, type_of, word};

/// The most values that one is made of.
const PARTS_MAX: usize = 5_000;

/// A value of a schema.
pub(super) fn sample(document: &Document, schema: &Value) -> Value {
    Sampler { document, left: PARTS_MAX }.value(schema, 0)
}

struct Sampler<'a> {
    document: &'a Document,
    left: usize,
}

impl Sampler<'_> {
    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        let schema = self.document.resolve(schema);
        if depth > DEPTH_MAX || self.left == 0 {
            return Value::Null;
        }
        self.left -= 1;
        let given = schema.get("example").or_else(|| list(schema, "examples").first()).or_else(|| schema.get("const"));
        let given = given.or_else(|| schema.get("default").filter(|one| super::own::is_a(type_of(schema), one)));
        if let Some(value) = given.or_else(|| list(schema, "enum").first()) {
            return value.clone();
        }
        let own = type_of(schema);
        let is_object = own == "object" || schema.get("properties").is_some() || schema.get("allOf").is_some();
        if let Some(branch) = list(schema, "oneOf").first().or_else(|| list(schema, "anyOf").first())
            && !is_object
        {
            return self.value(branch, depth + 1);
        }
        match own {
            _ if is_object => self.object(schema, depth),
            _ if is_nullable(schema) => Value::Null,
            "integer" => Value::from(schema.get("minimum").and_then(Value::as_i64).unwrap_or(1)),
            "number" => schema.get("minimum").cloned().unwrap_or(Value::from(1)),
            "boolean" => Value::from(false),
            "array" => {
                let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0).min(16);
                let item = schema.get("items").unwrap_or(&Value::Null);
                Value::from((0..least).map(|_| self.value(item, depth + 1)).collect::<Vec<_>>())
            }
            _ => Value::from(text(schema)),
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let properties = self.document.branches(schema).into_iter().next().unwrap_or_default();
        let mut all = Map::new();
        for (name, property) in properties {
            all.insert(name, self.value(&property, depth + 1));
        }
        Value::Object(all)
    }
}

fn text(schema: &Value) -> String {
    let example = match word(schema, "format") {
        "date-time" => "2024-01-01T00:00:00+00:00",
        "date" => "2024-01-01",
        "email" => "somebody@example.com",
        "uuid" => "00000000-0000-4000-8000-000000000001",
        "uri" | "url" => "https://example.com/",
        "ipv4" => "192.0.2.1",
        _ => "",
    };
    let least = schema.get("minLength").and_then(Value::as_u64).unwrap_or(0).min(4096);
    let short = usize::try_from(least).unwrap_or_default().saturating_sub(example.len());
    format!("{example}{}", "x".repeat(short))
}
