//! Strategies for values that a JSON Schema allows, built from the schema at run time.
//!
//! In: a schema that stands alone. Out: a proptest strategy for the text that is sent. What a schema says in a way that cannot be drawn
//! is left to its example, its default, or is left out where it may be.

use proptest::{
    sample::select,
    strategy::{BoxedStrategy, Just, Strategy},
    string::string_regex,
};
use serde_json::{Map, Value};

use crate::{
    model::contract::UNKNOWN_FORMAT,
    spec::{SchemaInput, Spec},
};

/// The deepest that values are nested.
const DEPTH_MAX: usize = 4;

/// The longest text that is drawn, in characters.
const TEXT_MAX: u64 = 32;

/// The strategy of an input.
pub(super) fn strategy(spec: &Spec, input: &SchemaInput) -> BoxedStrategy<String> {
    let text = spec.schemas.get(&format!("{}.json", input.schema)).map_or("{}", String::as_str);
    let root: Value = serde_json::from_str(text).unwrap_or_default();
    if input.text {
        let value = value(&root, &root, 0).unwrap_or_else(|| Just(Value::from("touchmark")).boxed());
        return value.prop_map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).boxed();
    }
    let put: Vec<(String, Value)> =
        input.put.iter().filter_map(|(name, json)| Some((name.clone(), serde_json::from_str(json).ok()?))).collect();
    object(&root, &root, 0, input.only.as_deref())
        .prop_map(move |mut members| {
            for (name, value) in &put {
                members.insert(name.clone(), value.clone());
            }
            numbers(Value::Object(members).to_string())
        })
        .boxed()
}

/// The upper bound of a whole number in the first case, and the lower one in the second.
pub(super) fn bound(spec: &Spec, input: &SchemaInput, index: u32) -> Option<String> {
    let root: Value = serde_json::from_str(spec.schemas.get(&format!("{}.json", input.schema))?).ok()?;
    let schema = followed(&root, &root);
    if ["enum", "const", "multipleOf", "exclusiveMaximum", "exclusiveMinimum"]
        .iter()
        .any(|word| schema.get(word).is_some())
    {
        return None;
    }
    let name = ["maximum", "minimum"].get(usize::try_from(index).ok()?)?;
    schema.get(*name).and_then(Value::as_i64).map(|bound| bound.to_string())
}

/// What stands for a number of the target is written as one.
fn numbers(mut text: String) -> String {
    while let Some(start) = text.find("\"${config.") {
        let Some(end) = text[start..].find("}\"").map(|end| start + end) else { break };
        let variable = text[start + 1..=end].to_owned();
        text.replace_range(start..end + 2, &variable);
    }
    text
}

fn followed<'v>(schema: &'v Value, root: &'v Value) -> &'v Value {
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

fn value(schema: &Value, root: &Value, depth: usize) -> Option<BoxedStrategy<Value>> {
    if depth > DEPTH_MAX {
        return None;
    }
    let schema = followed(schema, root);
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let values: Vec<Value> = values.iter().filter(|value| !value.is_null()).cloned().collect();
        return (!values.is_empty()).then(|| select(values).boxed());
    }
    if let Some(value) = schema.get("const") {
        return Some(Just(value.clone()).boxed());
    }
    let named = match schema.get("type") {
        Some(Value::String(name)) => Some(name.as_str()),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        _ => None,
    };
    match named {
        Some("boolean") => Some(select(vec![false, true]).prop_map(Value::from).boxed()),
        Some("integer") => Some(whole(schema)),
        Some("number") => Some(whole(schema)),
        Some("string") => string(schema),
        Some("array") => {
            let item = value(schema.get("items")?, root, depth + 1)?;
            let size = |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
            let least = size("minItems").unwrap_or(0).min(8);
            let most = size("maxItems").unwrap_or(least + 2).clamp(least, least + 2);
            Some(proptest::collection::vec(item, least..=most).prop_map(Value::Array).boxed())
        }
        Some("object") => Some(object(schema, root, depth, None).prop_map(Value::Object).boxed()),
        _ => None,
    }
}

/// What the parts of a schema say of the members of an object, together.
#[derive(Default)]
struct Described<'v> {
    properties: Vec<(&'v String, &'v Value)>,
    required: Vec<&'v str>,
}

impl<'v> Described<'v> {
    fn gather(&mut self, schema: &'v Value, root: &'v Value, depth: usize) {
        let schema = followed(schema, root);
        let list = |word: &str| schema.get(word).and_then(Value::as_array).into_iter().flatten();
        if depth <= DEPTH_MAX {
            list("allOf").for_each(|part| self.gather(part, root, depth + 1));
        }
        for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            // A later part says more of it than an earlier one.
            match self.properties.iter_mut().find(|(known, _)| *known == name) {
                Some(known) => known.1 = member,
                None => self.properties.push((name, member)),
            }
        }
        self.required.extend(list("required").filter_map(Value::as_str));
    }
}

/// An object with what must be there, and what may be as it is drawn.
fn object(schema: &Value, root: &Value, depth: usize, only: Option<&[String]>) -> BoxedStrategy<Map<String, Value>> {
    let mut described = Described::default();
    described.gather(schema, root, depth);
    let Described { properties, required } = described;
    let mut members: Vec<BoxedStrategy<Option<(String, Value)>>> = Vec::new();
    for (name, member) in properties {
        if only.is_some_and(|only| !only.contains(name)) {
            continue;
        }
        let Some(drawn) = value(member, root, depth + 1) else { continue };
        let name = name.clone();
        let must = required.contains(&name.as_str());
        let pair = drawn.prop_map(move |value| (name.clone(), value));
        members.push(if must { pair.prop_map(Some).boxed() } else { proptest::option::of(pair).boxed() });
    }
    members.prop_map(|members| members.into_iter().flatten().collect()).boxed()
}

fn whole(schema: &Value) -> BoxedStrategy<Value> {
    let number = |name: &str| schema.get(name).and_then(Value::as_f64).filter(|n| n.abs() < 9.0e15);
    let low = match (number("minimum"), number("exclusiveMinimum")) {
        (Some(low), _) => low.ceil(),
        (None, Some(low)) => (low + 1.0).floor(),
        (None, None) => 0.0,
    };
    let high = match (number("maximum"), number("exclusiveMaximum")) {
        (Some(high), _) => high.floor(),
        (None, Some(high)) => (high - 1.0).ceil(),
        (None, None) => low + 1_000.0,
    };
    let (low, high) = (low as i64, (high as i64).max(low as i64));
    (low..=high).prop_map(Value::from).boxed()
}

/// Text of letters and digits; one with a pattern is drawn from the pattern.
fn string(schema: &Value) -> Option<BoxedStrategy<Value>> {
    let size = |name: &str| schema.get(name).and_then(Value::as_u64);
    let given = || ["example", "default"].iter().find_map(|word| schema.get(*word)).filter(|value| value.is_string());
    let (least, most) = (size("minLength").unwrap_or(1), size("maxLength").unwrap_or(TEXT_MAX));
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        let bare = pattern.trim_start_matches('^').trim_end_matches('$');
        let (all, given) = (regex::Regex::new(pattern).ok()?, given().cloned());
        let fallback = given.or_else(|| {
            let text: String =
                "touchmark".chars().cycle().take(usize::try_from(least.max(9).min(most)).ok()?).collect();
            all.is_match(&text).then(|| Value::from(text))
        })?;
        let Ok(drawn) = string_regex(bare) else { return Some(Just(fallback).boxed()) };
        return Some(
            drawn
                .prop_map(move |text| {
                    let characters = text.chars().count() as u64;
                    let fits = all.is_match(&text) && (least..=most).contains(&characters) && !text.contains('$');
                    if fits { Value::from(text) } else { fallback.clone() }
                })
                .boxed(),
        );
    }
    if schema.get("format").or_else(|| schema.get(UNKNOWN_FORMAT)).is_some() {
        return Some(Just(given()?.clone()).boxed());
    }
    let alphabet: Vec<char> = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".chars().collect();
    let most = usize::try_from(most.min(TEXT_MAX.max(least)).min(4_096)).ok()?;
    let least = usize::try_from(least.max(1)).ok()?.min(most);
    let letters = proptest::collection::vec(select(alphabet), least..=most);
    Some(letters.prop_map(|letters| Value::from(letters.into_iter().collect::<String>())).boxed())
}

#[cfg(test)]
mod tests {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    use serde_json::json;

    use super::*;

    #[test]
    fn what_any_part_of_a_schema_requires_is_drawn_and_a_later_part_says_more() {
        let root = json!({
            "allOf": [{ "$ref": "#/$defs/fields" }, { "type": "object", "required": ["kind"] }],
            "required": ["size"],
            "properties": { "size": { "type": "integer", "minimum": 5, "maximum": 5 } },
            "$defs": { "fields": { "properties": {
                "kind": { "enum": ["lamp"] }, "size": { "type": "integer" }, "other": { "type": "boolean" },
            } } },
        });
        let (drawn, mut runner) = (object(&root, &root, 0, None), TestRunner::deterministic());
        for _ in 0..16 {
            let members = drawn.new_tree(&mut runner).expect("a tree").current();
            assert_eq!((members.get("kind"), members.get("size")), (Some(&json!("lamp")), Some(&json!(5))));
        }
    }
}
