//! Whether a value is what a schema of the document asks for: the part of JSON Schema that the document uses.
//!
//! In: a schema and a value. Out: what is wrong, by the name of the property.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Map, Value};

use super::super::switches::ActiveDefects;
use super::GENERAL;
use super::document::resolve;

/// What is wrong, by property.
pub(super) type Faulty = BTreeMap<String, Vec<String>>;

/// How deep schemas may refer to one another.
const DEPTH_MAX: usize = 16;

pub(super) struct Check<'a> {
    pub(super) defects: &'a ActiveDefects,
    pub(super) faulty: Faulty,
}

impl Check<'_> {
    /// Looks at a value and all that is in it. `name` is the property that a message names.
    pub(super) fn value(&mut self, schema: &'static Value, value: &Value, name: &str, depth: usize) {
        let schema = resolve(schema);
        if depth > DEPTH_MAX {
            return;
        }
        if value.is_null() && (flag(schema, "nullable") || self.broken("null-accepted")) {
            return;
        }
        for part in list(schema, "allOf") {
            self.value(part, value, name, depth + 1);
        }
        let wanted = schema.get("type").and_then(Value::as_str).unwrap_or_default();
        if !is_a(wanted, value) {
            if !self.broken("type-not-enforced") {
                self.fault(name, format!("must be of the type {wanted}"));
            }
            return;
        }
        if schema.get("enum").is_some() && !list(schema, "enum").contains(value) && !self.broken("enum-not-enforced") {
            self.fault(name, "is not one of the allowed values");
        }
        match value {
            Value::String(text) => self.text(schema, text, name),
            // What no 64 bits hold could only be kept as another number.
            Value::Number(number) if wanted == "integer" && !number.is_i64() && whole(number).is_none() => {
                self.fault(name, "is too large");
            }
            Value::Number(number) => self.number(schema, number.as_f64().unwrap_or_default(), name),
            Value::Array(items) => self.array(schema, items, name, depth),
            Value::Object(members) => self.object(schema, members, name, depth),
            _ => {}
        }
    }

    fn text(&mut self, schema: &Value, text: &str, name: &str) {
        let letters = text.chars().count() as u64;
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        if bound("minLength").is_some_and(|low| letters < low) && !self.broken("minimum-length-not-enforced") {
            self.fault(name, "is too short");
        }
        let maximum =
            bound("maxLength").map(|high| high.saturating_sub(u64::from(self.broken("maximum-length-refused"))));
        if maximum.is_some_and(|high| letters > high) && !self.broken("maximum-length-not-enforced") {
            self.fault(name, "is too long");
        }
        let pattern = schema.get("pattern").and_then(Value::as_str).and_then(|pattern| Regex::new(pattern).ok());
        if pattern.is_some_and(|pattern| !pattern.is_match(text)) && !self.broken("pattern-not-enforced") {
            self.fault(name, "has letters that are not allowed");
        }
        let email = schema.get("format").and_then(Value::as_str) == Some("email");
        let is_email = text.split_once('@').is_some_and(|(who, host)| {
            !who.is_empty() && !host.is_empty() && !host.contains('@') && !text.contains(char::is_whitespace)
        });
        if email && !is_email {
            self.fault(name, "is not an email address");
        }
    }

    fn number(&mut self, schema: &Value, number: f64, name: &str) {
        let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
        if bound("minimum").is_some_and(|low| number < low) && !self.broken("minimum-not-enforced") {
            self.fault(name, "is too small");
        }
        if bound("maximum").is_some_and(|high| number > high) && !self.broken("maximum-not-enforced") {
            self.fault(name, "is too large");
        }
        if bound("maximum") == Some(number) && self.broken("maximum-refused") {
            self.fault(name, "is too large");
        }
    }

    fn array(&mut self, schema: &'static Value, items: &[Value], name: &str, depth: usize) {
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        if bound("minItems").is_some_and(|low| (items.len() as u64) < low) {
            self.fault(name, "has too few entries");
        }
        if bound("maxItems").is_some_and(|high| items.len() as u64 > high) {
            self.fault(name, "has too many entries");
        }
        let twice = items.iter().enumerate().any(|(at, item)| items[..at].contains(item));
        if flag(schema, "uniqueItems") && twice {
            self.fault(name, "has an entry twice");
        }
        // Beyond its largest length a list is refused whatever it holds.
        for item in items.iter().take(1000) {
            if let Some(wanted) = schema.get("items") {
                self.value(wanted, item, name, depth + 1);
            }
        }
    }

    fn object(&mut self, schema: &'static Value, members: &Map<String, Value>, name: &str, depth: usize) {
        for key in list(schema, "required").iter().filter_map(Value::as_str) {
            if !members.contains_key(key) && !self.broken("required-not-enforced") {
                self.fault(key, "is missing");
            }
        }
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
        for (key, wanted) in properties {
            let at = if name.is_empty() { key.as_str() } else { name };
            // What only the emulator sets is not looked at, and not taken.
            if let Some(value) = members.get(key).filter(|_| !flag(resolve(wanted), "readOnly")) {
                self.value(wanted, value, at, depth + 1);
            }
        }
    }

    fn fault(&mut self, name: &str, says: impl Into<String>) {
        let name = if name.is_empty() { "body" } else { name };
        self.faulty.entry(name.to_owned()).or_default().push(says.into());
    }

    fn broken(&self, what: &str) -> bool {
        self.defects.has(GENERAL, what)
    }
}

pub(super) fn flag(schema: &Value, key: &str) -> bool {
    schema.get(key).and_then(Value::as_bool).unwrap_or_default()
}

pub(super) fn list<'a>(schema: &'a Value, key: &str) -> &'a [Value] {
    schema.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A whole number that is kept as it is, however it is written.
fn whole(number: &serde_json::Number) -> Option<i64> {
    const KEPT: f64 = 9_007_199_254_740_992.0;
    number.as_i64().or_else(|| number.as_f64().filter(|number| number.abs() <= KEPT).map(|number| number as i64))
}

fn is_a(wanted: &str, value: &Value) -> bool {
    match wanted {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}
