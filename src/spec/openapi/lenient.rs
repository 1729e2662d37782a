//! Schemas of answers as they are judged: where a document says of its own answers what no true answer can keep, the answer is read all
//! the same, and what is wrong with the document is a finding about the document, once.
//!
//! In: a schema of the document. Out: the one by which answers are judged, and beside it, under names of their own, the schemas without
//! that leniency. Nothing is judged here.

use serde_json::{Map, Value, json};

use super::{
    maker::{Made, Maker, PAGE, properties},
    schema,
};
use crate::{
    model::{
        case::Class,
        contract::{Operation, Place},
        suite::Suite,
    },
    spec::{AsWritten, Demand, Level, Origin, Requirement},
};

/// Endpoint of the requirements that are about the document.
pub(super) const DOCUMENT: &str = "configuration/openapi";

impl Maker<'_> {
    /// Keeps the schemas of an answer.
    pub(super) fn keep_schema(
        &self,
        operation: &Operation,
        status: &str,
        name: &str,
        written: &Value,
        made: &mut Made,
    ) {
        let branches = any_branch(written);
        let listed = status.starts_with('2') && self.lists(operation) && shows_one(written);
        let mut keep =
            |name: String, schema: &Value| _ = made.schemas.insert(format!("{name}.json"), schema.to_string());
        let judged = branches.as_ref().unwrap_or(written);
        if branches.is_some() {
            let strict = if listed { one_or_list(written) } else { written.clone() };
            keep(AsWritten::Branches.schema(name), &strict);
        }
        if listed {
            keep(AsWritten::Objects.schema(name), judged);
            keep(name.to_owned(), &one_or_list(judged));
        } else {
            keep(name.to_owned(), judged);
        }
    }

    /// Whether an operation gives what there is of a kind, whatever its schema shows: it has pages, or what it leads to has a path of its
    /// own, or an id.
    pub(super) fn lists(&self, operation: &Operation) -> bool {
        if operation.method != "GET" || operation.path.ends_with('}') {
            return false;
        }
        let pages = operation.of(Place::Query).any(|param| ["per_page", "current_page"].contains(&param.name.as_str()));
        let item = |other: &&Operation| {
            let rest = other.path.strip_prefix(operation.path.as_str());
            rest.and_then(|rest| rest.strip_prefix("/{")).is_some_and(|rest| rest.ends_with('}') && !rest.contains('/'))
        };
        let shown = || operation.successes().find_map(|reply| reply.schema.as_ref()).map(properties);
        pages || self.operations.iter().any(item) || shown().is_some_and(|shown| shown.contains_key("id"))
    }

    /// What is asked of the document by the answers that it describes.
    pub(super) fn as_written(&self, made: &mut Made) {
        for what in AsWritten::ALL {
            let (id, level, says) = match what {
                AsWritten::Branches => (
                    "one-branch",
                    Level::Should,
                    "Where the document has a `oneOf`, each answer fits just one branch of it. Answers are judged as if it were an `anyOf`.",
                ),
                AsWritten::Objects => (
                    "lists",
                    Level::Must,
                    "Where the document shows one object, no list comes. Of a list that comes each item is judged.",
                ),
            };
            let ending = format!("{}.json", what.ending());
            if made.schemas.keys().any(|name| name.ends_with(&ending)) {
                made.requirements.push(requirement(id, level, says, what));
            }
        }
    }
}

fn requirement(id: &str, level: Level, says: &str, what: AsWritten) -> Requirement {
    Requirement {
        id: format!("{DOCUMENT}/answers/{id}").into(),
        endpoint: DOCUMENT.into(),
        origin: Origin::Document,
        suite: Suite::Response,
        level,
        section: "Access the YAML file via API".to_owned(),
        page: PAGE,
        says: says.to_owned(),
        class: Class::Read,
        since: None,
        topic: None,
        rests_on: vec![format!("{DOCUMENT}/served").into()],
        opt_in: true,
        fresh_session: false,
        alone: false,
        property: false,
        demand: Demand::AsWritten(what),
        teardown: Vec::new(),
    }
}

/// Whether a schema shows one thing, and no list of them.
pub(super) fn shows_one(written: &Value) -> bool {
    match schema::type_of(written, written) {
        Some("object") | None => {}
        Some(_) => return false,
    }
    let members = properties(written);
    // What has an id is a thing itself; anything else with one list in it is a list in a wrapping.
    members.contains_key("id") || schema::list_in(written).is_none()
}

/// One thing, or a list of such things.
fn one_or_list(one: &Value) -> Value {
    let (mut one, mut whole) = (one.clone(), Map::new());
    if let Some(defs) = one.as_object_mut().and_then(|one| one.remove("$defs")) {
        whole.insert("$defs".to_owned(), defs);
    }
    whole.insert("anyOf".to_owned(), json!([one, { "type": "array", "items": one }]));
    Value::Object(whole)
}

/// The schema with each `oneOf` in it as an `anyOf`; none where there is none in it.
fn any_branch(schema: &Value) -> Option<Value> {
    let mut found = false;
    let lenient = branches(schema, &mut found);
    found.then_some(lenient)
}

fn branches(schema: &Value, found: &mut bool) -> Value {
    let Some(words) = schema.as_object() else { return schema.clone() };
    let mut out = Map::new();
    let mut any = Vec::new();
    for (word, value) in words {
        let kept = match word.as_str() {
            "oneOf" => {
                *found = true;
                any.push(json!({ "anyOf": each(value, found) }));
                continue;
            }
            "properties" | "patternProperties" | "$defs" => match value.as_object() {
                Some(members) => {
                    let members = members.iter().map(|(name, member)| (name.clone(), branches(member, found)));
                    Value::Object(members.collect())
                }
                None => value.clone(),
            },
            "allOf" | "anyOf" | "prefixItems" => each(value, found),
            "items" | "additionalProperties" | "contains" | "then" | "else" => branches(value, found),
            // Inside a `not` or an `if`, more leniency would be less of it.
            _ => value.clone(),
        };
        out.insert(word.clone(), kept);
    }
    if !any.is_empty() {
        if let Some(Value::Array(all)) = out.remove("allOf") {
            any.extend(all);
        }
        out.insert("allOf".to_owned(), Value::Array(any));
    }
    Value::Object(out)
}

fn each(schemas: &Value, found: &mut bool) -> Value {
    match schemas.as_array() {
        Some(list) => Value::Array(list.iter().map(|schema| branches(schema, found)).collect()),
        None => schemas.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: Value, expected: Option<Value>) {
        assert_eq!(any_branch(&written), expected, "{written}");
    }

    #[test]
    fn a_one_of_becomes_an_any_of_wherever_a_schema_stands_and_nowhere_else() {
        check(json!({ "type": "object", "enum": [{ "oneOf": 1 }], "example": { "oneOf": [] } }), None);
        check(json!({ "properties": { "oneOf": { "type": "string" } } }), None);
        check(json!({ "not": { "oneOf": [{}, {}] } }), None);
        check(json!({ "oneOf": [{}, true] }), Some(json!({ "allOf": [{ "anyOf": [{}, true] }] })));
        check(
            json!({ "items": { "oneOf": [{ "oneOf": [{}] }], "anyOf": [{}], "allOf": [{ "type": "object" }] } }),
            Some(json!({ "items": { "anyOf": [{}], "allOf": [
                { "anyOf": [{ "allOf": [{ "anyOf": [{}] }] }] }, { "type": "object" }] } })),
        );
        check(
            json!({ "$ref": "#/$defs/d0", "$defs": { "d0": { "oneOf": [{}] } } }),
            Some(json!({ "$ref": "#/$defs/d0", "$defs": { "d0": { "allOf": [{ "anyOf": [{}] }] } } })),
        );
    }

    #[test]
    fn one_thing_or_a_list_keeps_its_references() {
        let one = json!({ "$ref": "#/$defs/d0", "$defs": { "d0": { "type": "object" } } });
        let both = one_or_list(&one);
        for (value, allowed) in [(json!({}), true), (json!([{}, {}]), true), (json!([1]), false), (json!(1), false)] {
            assert_eq!(schema::allows(&both, &both, &value), allowed, "{value}");
        }
    }
}
