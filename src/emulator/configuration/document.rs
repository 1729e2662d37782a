//! The OpenAPI document as it is served.
//!
//! In: an edition. Out: its document, with a defect one that is not what it says it is.

use super::super::answer::{Answer, Body};
use super::super::switches::ActiveDefects;
use super::edition::Edition;
use super::words::OPENAPI;

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
pub(super) fn answer(edition: &Edition, defects: &ActiveDefects) -> Answer {
    let broken = |what: &str| defects.has(OPENAPI, what);
    if broken("not-found") {
        return Answer::text(OPENAPI, 404, "Document Not Found\n");
    }
    if broken("page-instead") {
        let text = "<!DOCTYPE html>\n<html><body>Log in</body></html>\n".to_owned();
        return Answer::new(OPENAPI, 200, Body::Text { media: "text/html; charset=UTF-8", text });
    }
    let mut text = edition.text().to_owned();
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
    let media = if text.starts_with('{') { "application/json" } else { "application/yaml" };
    Answer::new(OPENAPI, 200, Body::Text { media, text })
}

/// The document without the answers of its first operation.
fn without_responses(text: &str) -> String {
    let Some(start) = text.find("      responses:\n") else { return text.to_owned() };
    let end = text[start..].find("\n    post:").map_or(text.len(), |length| start + length + 1);
    format!("{}{}", &text[..start], &text[end..])
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::schema::list;
    use super::*;

    #[test]
    fn each_defect_changes_the_document_of_the_short_edition() {
        let short = Edition::short();
        for (what, sound, bent, _) in CHANGES {
            assert!(short.text().contains(sound) && sound != bent, "{what}");
        }
        assert!(without_responses(short.text()).len() < short.text().len());
    }

    /// Every reference leads somewhere, and every property that is required is described.
    #[test]
    fn both_documents_hold_together() {
        fn walk(edition: &Edition, part: &Value, seen: &mut usize) {
            if let Some(target) = part.get("$ref") {
                assert!(!edition.document.resolve(part).is_null(), "{target}");
                *seen += 1;
            }
            match part {
                Value::Object(members) => members.values().for_each(|member| walk(edition, member, seen)),
                Value::Array(items) => items.iter().for_each(|item| walk(edition, item, seen)),
                _ => {}
            }
        }
        for (edition, references) in [(Edition::short(), 200), (Edition::whole(), 900)] {
            let (document, mut seen) = (&edition.document, 0);
            walk(&edition, &document.0, &mut seen);
            assert!(seen > references, "{seen}");
            let schemas = document.0.pointer("/components/schemas").and_then(Value::as_object).expect("schemas");
            for (name, schema) in schemas {
                let known = document.properties(schema);
                let parts = std::iter::once(schema).chain(list(schema, "allOf"));
                for required in
                    parts.flat_map(|part| list(document.resolve(part), "required")).filter_map(Value::as_str)
                {
                    assert!(known.contains_key(required), "{name} requires {required}");
                }
            }
            assert_eq!(super::super::own::read(edition.text()).expect("a document").1, Vec::<String>::new());
        }
    }
}
