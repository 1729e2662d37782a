//! The OpenAPI document: as it is served, and as the emulator itself reads it.
//!
//! In: nothing. Out: `openapi.yaml`, with a defect one that is not what it says it is; and its parts by name.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::super::answer::{Answer, Body};
use super::super::switches::ActiveDefects;
use super::OPENAPI;
use super::validate::{flag, list};

const DOCUMENT: &str = include_str!("openapi.yaml");

/// How deep references are followed.
const DEPTH_MAX: usize = 16;

/// What a defect takes for what in the document, by the defect's name, and what is wrong then.
pub(crate) const CHANGES: &[(&str, &str, &str, &str)] = &[
    ("not-yaml", "paths:\n", "paths: [\n", "the document is no YAML"),
    ("version-missing", "openapi: 3.0.3\n", "", "the document does not say which OpenAPI it is"),
    ("version-not-openapi-3", "openapi: 3.0.3\n", "swagger: '2.0'\n", "the document is Swagger 2"),
    ("info-missing", "info:\n  title: Configuration API\n  version: 1.22.2\n", "x-info:\n", "the document has no info"),
    ("title-missing", "  title: Configuration API\n", "", "info has no title"),
    ("paths-missing", "paths:\n", "x-paths:\n", "the document has no paths"),
    ("path-without-slash", "  /skill:\n", "  skill:\n", "a path does not begin with a slash"),
    ("reference-to-nothing", "schemas/UserValues'", "schemas/UserFields'", "a reference leads to nothing"),
    ("default-of-another-type", "default: 60", "default: an hour", "the default of an integer is no integer"),
    ("default-null-not-nullable", "default: []", "default: null", "the default of a list is null, which it cannot be"),
    ("default-out-of-bounds", "default: 22\n", "default: 0\n", "the default of an integer is below its minimum"),
    (
        "path-parameter-without-its-path",
        "  /skill:\n",
        "  /skill:\n    parameters:\n      - $ref: '#/components/parameters/Id'\n",
        "a path parameter is described that its path does not have",
    ),
    (
        "path-parameter-not-described",
        "  /skill/{id}:\n    parameters:\n      - $ref: '#/components/parameters/Id'\n",
        "  /skill/{id}:\n",
        "a path has a parameter that is not described",
    ),
    (
        "path-parameter-optional",
        "      in: path\n      required: true\n",
        "      in: path\n",
        "a path parameter is not required",
    ),
    (
        "operation-ids-alike",
        "operationId: listSkill\n",
        "operationId: listUser\n",
        "two operations have one operationId",
    ),
    ("type-unknown", "type: boolean", "type: bool", "a schema has a type that there is not"),
    ("enum-empty", "enum: [xterm, vt100]", "enum: []", "an enumeration is empty"),
    ("pattern-broken", r"'^[^\s/:]+$'", r"'^[^\s/:+$'", "a pattern is no regular expression"),
    (
        "branches-that-overlap",
        "                items:\n                  $ref: '#/components/schemas/Skill'\n",
        "                items:\n                  oneOf: [{ $ref: '#/components/schemas/Skill' }, { type: object }]\n",
        "the document has a oneOf of which every answer fits both branches",
    ),
    (
        "one-object-for-a-list",
        "                type: array\n                items:\n                  $ref: '#/components/schemas/Skill'\n",
        "                $ref: '#/components/schemas/Skill'\n",
        "the document shows one object where a list comes",
    ),
    ("minimum-above-maximum", "minimum: 5\n", "minimum: 500\n", "a minimum is above its maximum"),
];

/// GET /api/config/v1/openapi.yaml.
pub(super) fn answer(defects: &ActiveDefects) -> Answer {
    let broken = |what: &str| defects.has(OPENAPI, what);
    if broken("not-found") {
        return Answer::text(OPENAPI, 404, "Document Not Found\n");
    }
    if broken("page-instead") {
        let text = "<!DOCTYPE html>\n<html><body>Log in</body></html>\n".to_owned();
        return Answer::new(OPENAPI, 200, Body::Text { media: "text/html; charset=UTF-8", text });
    }
    let mut text = DOCUMENT.to_owned();
    if broken("responses-missing") {
        text = without_responses(&text);
    }
    for (what, sound, bent, _) in CHANGES {
        if broken(what) {
            text = text.replacen(sound, bent, 1);
        }
    }
    if broken("empty") {
        text.clear();
    }
    Answer::new(OPENAPI, 200, Body::Text { media: "application/yaml", text })
}

/// The document without the answers of its first operation.
fn without_responses(text: &str) -> String {
    let Some(start) = text.find("      responses:\n") else { return text.to_owned() };
    let end = text[start..].find("\n    post:").map_or(text.len(), |length| start + length + 1);
    format!("{}{}", &text[..start], &text[end..])
}

/// The document as the emulator reads it.
pub(super) fn document() -> &'static Value {
    static PARSED: OnceLock<Value> = OnceLock::new();
    let options = serde_saphyr::options! { strict_booleans: true };
    PARSED.get_or_init(|| match serde_saphyr::from_str_with_options(DOCUMENT, options) {
        Ok(document) => document,
        Err(fault) => unreachable!("the document is part of the program, and a test reads it: {fault}"),
    })
}

/// A part of the document, or what it refers to.
pub(super) fn resolve(part: &'static Value) -> &'static Value {
    let mut part = part;
    for _ in 0..DEPTH_MAX {
        let Some(target) = part.get("$ref").and_then(Value::as_str) else { break };
        let found = target.strip_prefix('#').and_then(|pointer| document().pointer(pointer));
        part = found.unwrap_or(&Value::Null);
    }
    part
}

/// All properties of a schema, with those of the schemas that it is made of.
pub(super) fn properties(schema: &'static Value) -> Map<String, Value> {
    let mut all = Map::new();
    gather(schema, &mut all, 0);
    all
}

fn gather(schema: &'static Value, all: &mut Map<String, Value>, depth: usize) {
    let schema = resolve(schema);
    if depth < DEPTH_MAX {
        list(schema, "allOf").iter().for_each(|part| gather(part, all, depth + 1));
    }
    let own = schema.get("properties").and_then(Value::as_object);
    for (name, schema) in own.into_iter().flatten() {
        all.insert(name.clone(), resolve(schema).clone());
    }
}

/// The schema of the body that an operation takes.
pub(super) fn body_schema(operation: &'static Value) -> &'static Value {
    operation.pointer("/requestBody/content/application~1json/schema").unwrap_or(&Value::Null)
}

/// The schema of a resource as it is shown, by an operation that answers with one or with a list of them.
pub(super) fn shown_schema(operation: &'static Value) -> &'static Value {
    let ok = |status: &str| operation.pointer(&format!("/responses/{status}/content/application~1json/schema"));
    let schema = ok("200").or_else(|| ok("201")).unwrap_or(&Value::Null);
    schema.get("items").unwrap_or(schema)
}

/// Whether a property is only taken, never shown.
pub(super) fn is_secret(schema: &Value) -> bool {
    flag(schema, "writeOnly")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_defect_changes_the_document() {
        for (what, sound, bent, _) in CHANGES {
            assert!(DOCUMENT.contains(sound) && sound != bent, "{what}");
        }
        assert!(without_responses(DOCUMENT).len() < DOCUMENT.len());
    }

    /// Every reference leads somewhere, and every property that is required is described.
    #[test]
    fn the_document_holds_together() {
        fn walk(part: &'static Value, seen: &mut usize) {
            if let Some(target) = part.get("$ref") {
                assert!(!resolve(part).is_null(), "{target}");
                *seen += 1;
            }
            match part {
                Value::Object(members) => members.values().for_each(|member| walk(member, seen)),
                Value::Array(items) => items.iter().for_each(|item| walk(item, seen)),
                _ => {}
            }
        }
        let mut seen = 0;
        walk(document(), &mut seen);
        assert!(seen > 200);
        let schemas = document().pointer("/components/schemas").and_then(Value::as_object).expect("schemas");
        for (name, schema) in schemas {
            let known = properties(schema);
            let parts = std::iter::once(schema).chain(list(schema, "allOf"));
            for required in parts.flat_map(|part| list(resolve(part), "required")).filter_map(Value::as_str) {
                assert!(known.contains_key(required), "{name} requires {required}");
            }
        }
    }
}
