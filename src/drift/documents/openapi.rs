//! What an OpenAPI document states.
//!
//! In: a [`Contract`]. Out: a branch for each operation with its parameters, the fields of what it takes and gives, and their values.
//! References are followed as far as schemas lead to fields, and each only once on its way.

use serde_json::Value;

use crate::{
    drift::branch::{Branch, Mark},
    model::contract::{Contract, Operation, Param, Place, WaysIn},
};

/// The deepest field.
const DEPTH_MAX: usize = 12;

/// The most fields of one schema.
const FIELDS_MAX: usize = 2_000;

/// Lines in which a document names the version of the standard.
const LINES_MAX: usize = 100;

/// The most facts of one document.
const FACTS_MAX: usize = 100_000;

/// Whether a text looks like an OpenAPI document: the version of the standard is what each of them names.
pub(super) fn is_one(text: &str) -> bool {
    let names =
        |line: &str| line.starts_with("openapi:") || line.trim_start_matches([' ', '{']).starts_with("\"openapi\"");
    text.lines().take(LINES_MAX).any(names)
}

/// What a document states.
#[must_use]
pub fn facts(contract: &Contract) -> Vec<Branch> {
    let mut left = FACTS_MAX;
    let mut facts = vec![text("openapi", &contract.version)];
    if let Some(version) = contract.document.pointer("/info/version").and_then(Value::as_str) {
        facts.push(text("version", version));
    }
    if let Some(base) = &contract.base {
        facts.push(text("base", base));
    }
    let mut operations: Vec<&Operation> = contract.operations.iter().collect();
    operations.sort_by_key(|operation| (&operation.path, &operation.method));
    // It is said once of all operations that do not say otherwise.
    facts.extend(contract.ways_in.as_ref().map_or_else(|| vec![ours("credentials", "unsaid")], credentials));
    facts.extend(schemes(&contract.document));
    facts.extend(operations.into_iter().map(|one| operation(one, &mut left)));
    facts
}

fn text(name: &str, value: &str) -> Branch {
    Branch::leaf(name, Mark::Text(value.to_owned()))
}

fn word(name: impl Into<String>, value: &str) -> Branch {
    // A mark has no blanks and no signs of its own.
    let plain = value.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '|').collect();
    Branch::leaf(name, Mark::Any(plain))
}

/// The security schemes that a document declares.
fn schemes(document: &Value) -> Vec<Branch> {
    let declared = document.pointer("/components/securitySchemes").and_then(Value::as_object);
    let scheme = |(name, scheme): (&String, &Value)| {
        let of = |member: &str| scheme.get(member).and_then(Value::as_str).map(|value| word(member, value));
        let mut below: Vec<Branch> = ["type", "scheme", "in"].into_iter().filter_map(of).collect();
        let flows = scheme.get("flows").and_then(Value::as_object).into_iter().flatten();
        let mut flows: Vec<Branch> = flows.map(|(name, _)| Branch::of(format!("flow {name}"), Vec::new())).collect();
        flows.sort_by(|one, other| one.name.cmp(&other.name));
        below.extend(flows);
        Branch::of(format!("security scheme {name}"), below)
    };
    let mut all: Vec<Branch> = declared.into_iter().flatten().take(FIELDS_MAX).map(scheme).collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

/// What lets somebody in.
fn credentials(ways_in: &WaysIn) -> Vec<Branch> {
    let is_open = ways_in.is_empty() || ways_in.iter().any(Vec::is_empty);
    let mut ways: Vec<String> = ways_in.iter().filter(|way| !way.is_empty()).map(|way| way.join(" and ")).collect();
    ways.sort();
    let needed = ours("credentials", if is_open { "none" } else { "needed" });
    std::iter::once(needed)
        .chain(ways.into_iter().map(|way| Branch::of(format!("credentials {way}"), Vec::new())))
        .collect()
}

fn operation(operation: &Operation, left: &mut usize) -> Branch {
    let mut facts = operation.ways_in.as_ref().map(credentials).unwrap_or_default();
    let mut parameters: Vec<&Param> = operation.parameters.iter().collect();
    parameters.sort_by_key(|param| (place(param.place), &param.name));
    for param in parameters {
        let mut below = vec![need(param.required)];
        below.extend(param.schema.as_ref().map(|schema| fields(schema, left)).unwrap_or_default());
        facts.push(Branch::of(format!("{} parameter {}", place(param.place), param.name), below));
    }
    if let Some(body) = &operation.body {
        let mut below = vec![need(body.required)];
        below.extend(body.schema.as_ref().map(|schema| fields(schema, left)).unwrap_or_default());
        facts.push(Branch::of("request", below));
    }
    for reply in &operation.replies {
        let mut media = reply.media.clone();
        media.sort();
        let mut below: Vec<Branch> =
            media.iter().map(|media| Branch::of(format!("media {media}"), Vec::new())).collect();
        let mut headers: Vec<String> = reply.headers.iter().map(|header| header.name.to_ascii_lowercase()).collect();
        headers.sort();
        below.extend(headers.into_iter().map(|name| Branch::of(format!("header {name}"), Vec::new())));
        below.extend(reply.schema.as_ref().map(|schema| fields(schema, left)).unwrap_or_default());
        facts.push(Branch::of(format!("answer {}", reply.status), below));
    }
    Branch::of(format!("operation {} {}", operation.method, operation.path), facts)
}

fn need(required: bool) -> Branch {
    ours("need", if required { "required" } else { "optional" })
}

/// A word of ours, of which another one is another value and no other type.
fn ours(name: &str, word: &str) -> Branch {
    Branch::leaf(name, Mark::Literal(word.to_owned()))
}

fn place(place: Place) -> &'static str {
    match place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
        Place::Cookie => "cookie",
    }
}

/// The types, values and fields of a schema that stands alone, in the order of their names.
fn fields(schema: &Value, left: &mut usize) -> Vec<Branch> {
    let mut reader = Reader { root: schema, followed: Vec::new(), fields: FIELDS_MAX.min(*left) };
    let before = reader.fields;
    let mut facts = Facts::default();
    reader.read(schema, 0, &mut facts);
    *left -= before - reader.fields;
    facts.branches()
}

/// What is stated of a value.
#[derive(Default)]
struct Facts {
    kinds: Vec<String>,
    values: Vec<String>,
    bounds: Vec<(String, String)>,
    fields: Vec<(String, Facts)>,
    required: Vec<String>,
}

impl Facts {
    fn branches(mut self) -> Vec<Branch> {
        let mut out = Vec::new();
        self.kinds.sort();
        self.kinds.dedup();
        self.kinds.retain(|kind| kind.bytes().any(|b| b.is_ascii_alphanumeric()));
        if !self.kinds.is_empty() {
            out.push(word("type", &self.kinds.join("|")));
        }
        self.bounds.sort();
        self.bounds.dedup();
        out.extend(self.bounds.into_iter().map(|(name, value)| Branch::leaf(name, Mark::Literal(value))));
        self.values.sort();
        self.values.dedup();
        out.extend(self.values.into_iter().map(|value| Branch::of(format!("value {value}"), Vec::new())));
        self.fields.sort_by(|one, other| one.0.cmp(&other.0));
        for (name, facts) in self.fields {
            let mut below = vec![need(self.required.contains(&name))];
            below.extend(facts.branches());
            out.push(Branch::of(format!("field {name}"), below));
        }
        out
    }

    fn field(&mut self, name: &str) -> &mut Self {
        let at = self.fields.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            self.fields.push((name.to_owned(), Self::default()));
            self.fields.len() - 1
        });
        &mut self.fields[at].1
    }
}

struct Reader<'a> {
    root: &'a Value,
    followed: Vec<String>,
    fields: usize,
}

impl Reader<'_> {
    fn read(&mut self, schema: &Value, depth: usize, facts: &mut Facts) {
        let Some(members) = schema.as_object() else { return };
        if depth > DEPTH_MAX || self.fields == 0 {
            return;
        }
        self.fields -= 1;
        if let Some(reference) = members.get("$ref").and_then(Value::as_str)
            && !self.followed.iter().any(|one| one == reference)
        {
            let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
            if let Some(target) = target.cloned() {
                self.followed.push(reference.to_owned());
                self.read(&target, depth, facts);
                self.followed.pop();
            }
        }
        match members.get("type") {
            Some(Value::String(kind)) => facts.kinds.push(kind.clone()),
            Some(Value::Array(kinds)) => facts.kinds.extend(kinds.iter().filter_map(Value::as_str).map(str::to_owned)),
            _ => {}
        }
        if members.get("nullable") == Some(&Value::Bool(true)) {
            facts.kinds.push("null".to_owned());
        }
        let values = members.get("enum").and_then(Value::as_array).into_iter().flatten().chain(members.get("const"));
        facts.values.extend(values.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        for bound in ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"] {
            if let Some(number) = members.get(bound).filter(|value| value.is_number()) {
                facts.bounds.push((bound.to_owned(), number.to_string()));
            }
        }
        let required = members.get("required").and_then(Value::as_array).into_iter().flatten();
        facts.required.extend(required.filter_map(Value::as_str).map(str::to_owned));
        for (name, below) in members.get("properties").and_then(Value::as_object).into_iter().flatten() {
            self.read(below, depth + 1, facts.field(name));
        }
        if let Some(items) = members.get("items") {
            self.read(items, depth + 1, facts.field("[]"));
        }
        for word in ["allOf", "oneOf", "anyOf"] {
            for branch in members.get(word).and_then(Value::as_array).into_iter().flatten() {
                self.read(branch, depth, facts);
            }
        }
    }
}
