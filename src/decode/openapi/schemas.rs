//! The schemas of a document, made into JSON Schemas that stand alone.
//!
//! What OpenAPI 3.0 writes in its own way is written as JSON Schema has it: `nullable`, boolean bounds, a boolean `required`, members
//! that only requests or only answers have. References become references into `$defs`, so a schema that has itself in it stays finite.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::document::{DocumentReader, below, kind_of, short};
use crate::model::contract::SlipKind;

/// The most schemas that one schema refers to, directly or not.
const DEFINITIONS_MAX: usize = 500;

/// What a schema is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// What is sent: members that are only read are left out.
    Request,
    /// What is received: members that are only written need not be there.
    Answer,
}

/// The schemas that one schema refers to, by their places, in the order in which they were come by.
#[derive(Default)]
struct Definitions {
    names: BTreeMap<String, usize>,
    waiting: Vec<String>,
    /// Of each definition those that it consists of, and not only has in it.
    consists_of: Vec<Vec<usize>>,
}

/// Where a schema is being written.
struct SchemaPlace<'p> {
    place: &'p str,
    used: Use,
    /// Number of the definition that is being written, when what is written is part of the definition itself.
    within: Option<usize>,
}

/// What a schema asks of its default that shows without the definitions to which it refers.
const DEFAULTS_KEEP: [&str; 7] = ["type", "enum", "minimum", "maximum", "minLength", "maxLength", "const"];

impl<'a> DocumentReader<'a> {
    /// Looks at the schemas that are kept for use, whether they are used or not.
    pub(super) fn components(&mut self) {
        let document = self.document;
        let Some(components) = document.get("components") else { return };
        let Some(components) = self.object(components, "/components") else { return };
        for (name, schema) in components.get("schemas").and_then(Value::as_object).into_iter().flatten() {
            self.standalone(schema, &below("/components/schemas", name), Use::Answer);
        }
    }

    /// A schema that stands alone; none when it is too large or is no schema.
    pub(super) fn standalone(&mut self, schema: &'a Value, place: &str, used: Use) -> Option<Value> {
        let mut definitions = Definitions::default();
        let top = self.schema(schema, &SchemaPlace { place, used, within: None }, &mut definitions);
        let mut written: Vec<Value> = Vec::new();
        while let Some(place) = definitions.waiting.get(written.len()).cloned() {
            let at = SchemaPlace { place: &place, used, within: Some(written.len()) };
            let document = self.document;
            let target = document.pointer(&place).unwrap_or(&Value::Null);
            written.push(self.schema(target, &at, &mut definitions));
        }
        for number in circles(&definitions.consists_of) {
            let place = definitions.waiting[number].clone();
            self.slip(&place, SlipKind::Schema, "a schema that consists of nothing but itself");
            written[number] = json!({});
        }
        let Value::Object(mut top) = top else { return None };
        if !written.is_empty() {
            let named = written.into_iter().enumerate().map(|(number, schema)| (format!("d{number}"), schema));
            top.insert("$defs".to_owned(), Value::Object(named.collect()));
        }
        let whole = Value::Object(top);
        if !self.spend(nodes(&whole)) {
            self.slip(place, SlipKind::Unread, "the schemas together are larger than is read");
            return None;
        }
        if let Err(fault) = jsonschema::options().should_validate_formats(true).build(&whole) {
            self.slip(place, SlipKind::Schema, format!("it cannot be used: {}", short(&fault.to_string())));
            return None;
        }
        Some(whole)
    }

    fn schema(&mut self, schema: &'a Value, at: &SchemaPlace<'_>, definitions: &mut Definitions) -> Value {
        let members = match schema {
            Value::Object(members) => members,
            Value::Bool(_) if self.later => return schema.clone(),
            other => {
                self.slip(at.place, SlipKind::Schema, format!("{} where a schema belongs", kind_of(other)));
                return json!({});
            }
        };
        let nullable = members.get("nullable") == Some(&Value::Bool(true));
        if let Some(reference) = members.get("$ref") {
            let to = self.reference(reference, at, definitions).unwrap_or_else(|| json!({}));
            return if nullable { json!({ "anyOf": [to, { "type": "null" }] }) } else { to };
        }
        if !self.spend(1) {
            return json!({});
        }
        let mut out = Map::new();
        for (name, value) in members {
            self.keyword(name, value, at, definitions, &mut out);
        }
        self.bounds(members, &mut out);
        self.required(members, at, &mut out);
        if nullable {
            allow_null(&mut out);
        }
        self.default_of(members, at, &mut out);
        Value::Object(out)
    }

    fn reference(
        &mut self,
        reference: &'a Value,
        at: &SchemaPlace<'_>,
        definitions: &mut Definitions,
    ) -> Option<Value> {
        let Some(text) = reference.as_str() else {
            self.slip(at.place, SlipKind::Reference, "`$ref` is no text");
            return None;
        };
        let found = self.target(text, at.place)?;
        let number = match definitions.names.get(&found.place) {
            Some(number) => *number,
            None if definitions.waiting.len() >= DEFINITIONS_MAX => {
                self.slip(at.place, SlipKind::Unread, format!("more than {DEFINITIONS_MAX} schemas in one"));
                return None;
            }
            None => {
                definitions.waiting.push(found.place.clone());
                definitions.consists_of.push(Vec::new());
                definitions.names.insert(found.place, definitions.waiting.len() - 1);
                definitions.waiting.len() - 1
            }
        };
        if let Some(within) = at.within {
            definitions.consists_of[within].push(number);
        }
        Some(json!({ "$ref": format!("#/$defs/d{number}") }))
    }

    fn keyword(
        &mut self,
        name: &str,
        value: &'a Value,
        at: &SchemaPlace<'_>,
        definitions: &mut Definitions,
        out: &mut Map<String, Value>,
    ) {
        let place = below(at.place, name);
        let inside = SchemaPlace { place: &place, used: at.used, within: None };
        let same = SchemaPlace { place: &place, used: at.used, within: at.within };
        let kept = match name {
            "type" => self.types(value, &place),
            "properties" | "patternProperties" => self.properties(value, &inside, definitions),
            "additionalProperties" | "items" | "contains" | "propertyNames" => match value {
                Value::Bool(_) if name == "additionalProperties" => Some(value.clone()),
                _ => Some(self.schema(value, &inside, definitions)),
            },
            "not" | "if" | "then" | "else" => Some(self.schema(value, &same, definitions)),
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => match value.as_array().filter(|list| !list.is_empty()) {
                Some(list) => {
                    let mut each = Vec::new();
                    for (number, one) in list.iter().enumerate() {
                        let place = below(&place, &number.to_string());
                        let within = if name == "prefixItems" { None } else { at.within };
                        each.push(self.schema(one, &SchemaPlace { place: &place, used: at.used, within }, definitions));
                    }
                    Some(Value::Array(each))
                }
                None => self.wrong(&place, "a list of schemas", value),
            },
            "enum" => match value.as_array().filter(|list| !list.is_empty()) {
                Some(_) => Some(value.clone()),
                None => self.wrong(&place, "a list of values", value),
            },
            "pattern" => self.pattern(value, &place),
            "format" => self.format(value, &place, at.used, out),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                match value.as_u64() {
                    Some(_) => Some(value.clone()),
                    None => self.wrong(&place, "a whole number that is not negative", value),
                }
            }
            "minimum" | "maximum" | "multipleOf" => match value.as_f64().filter(|n| name != "multipleOf" || *n > 0.0) {
                Some(_) => Some(value.clone()),
                None => self.wrong(&place, "a number", value),
            },
            "exclusiveMinimum" | "exclusiveMaximum" if value.is_number() => Some(value.clone()),
            "exclusiveMinimum" | "exclusiveMaximum" if !value.is_boolean() => self.wrong(&place, "a boolean", value),
            "uniqueItems" | "readOnly" | "writeOnly" | "nullable" | "deprecated" => match value {
                Value::Bool(said) if name == "uniqueItems" || (*said && name.ends_with("Only")) => Some(value.clone()),
                Value::Bool(_) => None,
                _ => self.wrong(&place, "a boolean", value),
            },
            "const" if self.later => Some(value.clone()),
            "example" => Some(value.clone()),
            _ => None,
        };
        if let Some(kept) = kept {
            out.insert(name.to_owned(), kept);
        }
    }

    pub(super) fn wrong(&mut self, place: &str, wanted: &str, value: &Value) -> Option<Value> {
        self.slip(place, SlipKind::Schema, format!("{} where {wanted} belongs", kind_of(value)));
        None
    }

    fn types(&mut self, value: &'a Value, place: &str) -> Option<Value> {
        let known = ["array", "boolean", "integer", "number", "object", "string"];
        let known_here = |name: &str, later: bool| known.contains(&name) || (later && name == "null");
        match value {
            Value::String(name) if known_here(name, self.later) => Some(value.clone()),
            Value::Array(names) if self.later && !names.is_empty() => {
                names.iter().all(|name| name.as_str().is_some_and(|name| known_here(name, true))).then(|| value.clone())
            }
            Value::String(name) => {
                self.slip(place, SlipKind::Schema, format!("`{}` is no type", short(name)));
                None
            }
            other => self.wrong(place, "the name of a type", other),
        }
    }

    fn properties(&mut self, value: &'a Value, at: &SchemaPlace<'_>, definitions: &mut Definitions) -> Option<Value> {
        let Some(members) = value.as_object() else { return self.wrong(at.place, "an object of schemas", value) };
        let mut out = Map::new();
        for (name, schema) in members {
            if at.used == Use::Request && self.says(schema, "readOnly") {
                continue;
            }
            let place = below(at.place, name);
            let written = self.schema(schema, &SchemaPlace { place: &place, used: at.used, within: None }, definitions);
            out.insert(name.clone(), written);
        }
        Some(Value::Object(out))
    }

    /// Whether a schema, or the one that it refers to, has that word set.
    fn says(&self, schema: &Value, word: &str) -> bool {
        let set = |schema: &Value| schema.get(word) == Some(&Value::Bool(true));
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
        set(schema) || target.and_then(|pointer| self.document.pointer(pointer)).is_some_and(set)
    }

    /// Bounds that are written with a boolean, and those of a format.
    fn bounds(&mut self, members: &Map<String, Value>, out: &mut Map<String, Value>) {
        for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            if members.get(exclusive) == Some(&Value::Bool(true))
                && let Some(number) = out.remove(bound)
            {
                out.insert(exclusive.to_owned(), number);
            }
        }
        let whole = members.get("type").and_then(Value::as_str) == Some("integer");
        if whole && members.get("format").and_then(Value::as_str) == Some("int32") {
            out.entry("minimum").or_insert_with(|| Value::from(i32::MIN));
            out.entry("maximum").or_insert_with(|| Value::from(i32::MAX));
        }
    }

    /// Which members must be there. A boolean beside a member is a slip; in what is sent it is heeded all the same.
    fn required(&mut self, members: &'a Map<String, Value>, at: &SchemaPlace<'_>, out: &mut Map<String, Value>) {
        let mut names: Vec<String> = Vec::new();
        match members.get("required") {
            None => {}
            Some(Value::Array(list)) if list.iter().all(Value::is_string) => {
                names.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            Some(other) => {
                self.wrong(&below(at.place, "required"), "a list of names", other);
            }
        }
        let properties = members.get("properties").and_then(Value::as_object);
        for (name, schema) in properties.into_iter().flatten() {
            if at.used == Use::Request && schema.get("required") == Some(&Value::Bool(true)) && !names.contains(name) {
                names.push(name.clone());
            }
            let left_out = if at.used == Use::Request { "readOnly" } else { "writeOnly" };
            if self.says(schema, left_out) {
                names.retain(|other| other != name);
            }
        }
        if !names.is_empty() {
            out.insert("required".to_owned(), Value::from(names));
        }
    }

    /// A default that its own schema does not allow is a slip. One that is allowed is kept, as a value to send.
    fn default_of(&mut self, members: &'a Map<String, Value>, at: &SchemaPlace<'_>, out: &mut Map<String, Value>) {
        let Some(default) = members.get("default") else { return };
        // OpenAPI 3.0 has a default be of the type. Whatever else a schema asks of it is advice, and so is the type from 3.1 on.
        let newer = !self.document.get("openapi").and_then(Value::as_str).unwrap_or_default().starts_with("3.0");
        let of_type = fault_of(default, out, &["type"]).filter(|_| !newer).map(|fault| (SlipKind::Default, fault));
        let fault =
            of_type.or_else(|| fault_of(default, out, &DEFAULTS_KEEP).map(|fault| (SlipKind::AdvisedDefault, fault)));
        match fault {
            Some((kind, fault)) => {
                let says = format!("a default that the schema does not allow: {fault}");
                self.slip(&below(at.place, "default"), kind, says);
            }
            None => {
                out.insert("default".to_owned(), default.clone());
            }
        }
    }
}

/// Null is allowed, too.
fn allow_null(out: &mut Map<String, Value>) {
    if let Some(Value::String(name)) = out.get("type") {
        let both = json!([name, "null"]);
        out.insert("type".to_owned(), both);
    }
    if let Some(Value::Array(values)) = out.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    if ["allOf", "anyOf", "oneOf"].iter().any(|word| out.contains_key(*word)) {
        let whole = Value::Object(std::mem::take(out));
        out.insert("anyOf".to_owned(), json!([whole, { "type": "null" }]));
    }
}

/// Definitions that consist of themselves.
fn circles(consists_of: &[Vec<usize>]) -> Vec<usize> {
    let reaches_itself = |start: usize| {
        let mut seen = vec![false; consists_of.len()];
        let mut next = consists_of[start].clone();
        while let Some(one) = next.pop() {
            if one == start {
                return true;
            }
            if !std::mem::replace(&mut seen[one], true) {
                next.extend(&consists_of[one]);
            }
        }
        false
    };
    (0..consists_of.len()).filter(|number| reaches_itself(*number)).collect()
}

fn nodes(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(nodes).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(nodes).sum::<usize>(),
        _ => 1,
    }
}

/// How a default breaks one of the rules of its schema.
fn fault_of(default: &Value, schema: &Map<String, Value>, rules: &[&str]) -> Option<String> {
    let own = schema.iter().filter(|(name, _)| rules.contains(&name.as_str()));
    let own: Map<String, Value> = own.map(|(name, value)| (name.clone(), value.clone())).collect();
    let validator = jsonschema::validator_for(&Value::Object(own)).ok()?;
    validator.iter_errors(default).next().map(|fault| short(&fault.to_string()))
}
