//! Looks into the schemas of a document: what they are, what they have in them, and one value that they allow.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The deepest that schemas are followed.
const DEPTH_MAX: usize = 12;

/// The schema that a schema refers to, or itself.
pub(super) fn followed<'v>(schema: &'v Value, root: &'v Value) -> &'v Value {
    let mut schema = schema;
    for _ in 0..DEPTH_MAX {
        let Some(pointer) = schema.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#')) else {
            break;
        };
        let Some(target) = root.pointer(pointer) else { break };
        schema = target;
    }
    schema
}

/// The first type that a schema names and that is not null.
pub(super) fn type_of<'v>(schema: &'v Value, root: &'v Value) -> Option<&'v str> {
    let schema = followed(schema, root);
    match schema.get("type")? {
        Value::String(name) => Some(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        _ => None,
    }
}

/// Whether what fits a schema is an object or a list; only those can be distinguished from other answers.
pub(super) fn is_container(root: &Value) -> bool {
    let scalar = |name: &str| !["object", "array"].contains(&name);
    !type_of(root, root).is_some_and(scalar)
}

/// The members of a schema, what it consists of put together.
pub(super) fn properties(schema: &Value, root: &Value, depth: usize, out: &mut BTreeMap<String, Value>) {
    if depth > DEPTH_MAX {
        return;
    }
    let schema = followed(schema, root);
    for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        out.entry(name.clone()).or_insert_with(|| member.clone());
    }
    for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        properties(part, root, depth + 1, out);
    }
}

/// The names of the members that must be there.
pub(super) fn required(schema: &Value, root: &Value, depth: usize, out: &mut Vec<String>) {
    if depth > DEPTH_MAX {
        return;
    }
    let schema = followed(schema, root);
    for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        if !out.iter().any(|known| known == name) {
            out.push(name.to_owned());
        }
    }
    for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        required(part, root, depth + 1, out);
    }
}

/// Where the list stands in what fits a schema, and the schema of its items, standing alone.
pub(super) fn list_in(root: &Value) -> Option<(String, Value)> {
    let alone = |schema: &Value, items: &Value| {
        let mut items = followed(items, root).as_object().cloned().unwrap_or_default();
        if let Some(defs) = root.get("$defs") {
            items.insert("$defs".to_owned(), defs.clone());
        }
        let _ = schema;
        Value::Object(items)
    };
    if type_of(root, root) == Some("array") {
        let schema = followed(root, root);
        return Some((String::new(), alone(schema, schema.get("items")?)));
    }
    let mut members = BTreeMap::new();
    properties(root, root, 0, &mut members);
    let mut lists = members.iter().filter(|(_, schema)| type_of(schema, root) == Some("array"));
    let (name, schema) = lists.next().filter(|_| lists.next().is_none())?;
    let schema = followed(schema, root);
    Some((super::names::pointer(name), alone(schema, schema.get("items")?)))
}

/// A value that a schema allows; none where that is not easily said.
pub(super) fn sample(schema: &Value, root: &Value, depth: usize) -> Option<Value> {
    if depth > DEPTH_MAX {
        return None;
    }
    let schema = followed(schema, root);
    if let Some(value) = schema.get("const") {
        return Some(value.clone());
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().find(|value| !value.is_null()).cloned();
    }
    if let Some(value) = schema.get("example").or_else(|| schema.get("default")).filter(|v| allows(schema, root, v)) {
        return Some(value.clone());
    }
    for word in ["oneOf", "anyOf"] {
        if let Some(ways) = schema.get(word).and_then(Value::as_array) {
            return ways.iter().filter_map(|way| sample(way, root, depth + 1)).find(|v| allows(schema, root, v));
        }
    }
    let value = match type_of(schema, root) {
        Some("boolean") => Value::Bool(false),
        Some("integer") => Value::from(least(schema)?),
        Some("number") => Value::from(least(schema)?),
        Some("string") => Value::from(text(schema)?),
        Some("array") => {
            let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
            match least {
                0 => Value::Array(Vec::new()),
                1 => Value::Array(vec![sample(schema.get("items")?, root, depth + 1)?]),
                _ => return None,
            }
        }
        _ => Value::Object(object(schema, root, depth)?),
    };
    allows(schema, root, &value).then_some(value)
}

fn object(schema: &Value, root: &Value, depth: usize) -> Option<Map<String, Value>> {
    let (mut members, mut names) = (BTreeMap::new(), Vec::new());
    properties(schema, root, 0, &mut members);
    required(schema, root, 0, &mut names);
    names.into_iter().map(|name| Some((name.clone(), sample(members.get(&name)?, root, depth + 1)?))).collect()
}

/// The least whole number that the bounds of a schema allow, or 1.
fn least(schema: &Value) -> Option<i64> {
    let number = |name: &str| schema.get(name).and_then(Value::as_f64);
    let low = match (number("minimum"), number("exclusiveMinimum")) {
        (Some(low), _) => low.ceil(),
        (None, Some(low)) => (low + 1.0).floor(),
        (None, None) => number("maximum").map_or(1.0, |high| high.floor().min(1.0)),
    };
    (low.abs() < 9.0e15).then_some(low as i64)
}

/// The whole numbers just outside the bounds of a schema.
pub(super) fn outside(schema: &Value) -> (Option<i64>, Option<i64>) {
    let number = |name: &str| schema.get(name).and_then(Value::as_i64);
    let below = number("minimum").and_then(|n| n.checked_sub(1)).or_else(|| number("exclusiveMinimum"));
    let above = number("maximum").and_then(|n| n.checked_add(1)).or_else(|| number("exclusiveMaximum"));
    (below, above)
}

fn text(schema: &Value) -> Option<String> {
    let size = |name: &str| schema.get(name).and_then(Value::as_u64);
    let (least, most) = (size("minLength").unwrap_or(0), size("maxLength").unwrap_or(u64::MAX));
    let of_format = match schema.get("format").and_then(Value::as_str) {
        Some("date-time") => Some("2030-01-02T03:04:05Z"),
        Some("byte" | "base64url") => Some("dG91Y2htYXJr"),
        Some("duration") => Some("PT1H"),
        Some("date") => Some("2030-01-02"),
        Some("time") => Some("03:04:05Z"),
        Some("email" | "idn-email") => Some("touchmark@example.com"),
        Some("hostname" | "idn-hostname") => Some("touchmark.example.com"),
        Some("ipv4") => Some("192.0.2.1"),
        Some("ipv6") => Some("2001:db8::1"),
        Some("uri" | "url" | "uri-reference" | "iri" | "iri-reference") => Some("https://example.com/touchmark"),
        Some("uuid") => Some("6ba7b810-9dad-41d1-80b4-00c04fd430c8"),
        _ => None,
    };
    if let Some(text) = of_format {
        return Some(text.to_owned());
    }
    let length = usize::try_from(least.max(9).min(most).min(4_096)).ok()?;
    Some("touchmark".chars().cycle().take(length).collect())
}

/// Whether a schema allows a value.
pub(super) fn allows(schema: &Value, root: &Value, value: &Value) -> bool {
    let mut whole = schema.as_object().cloned().unwrap_or_default();
    if let Some(defs) = root.get("$defs") {
        whole.insert("$defs".to_owned(), defs.clone());
    }
    jsonschema::options()
        .should_validate_formats(true)
        .build(&Value::Object(whole))
        .is_ok_and(|validator| validator.is_valid(value))
}
