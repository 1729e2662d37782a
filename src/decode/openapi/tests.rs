//! What the reader makes of sound and of faulty documents.

use serde_json::json;

use super::*;
use crate::model::contract::Place;

const HEAD: &str = "openapi: 3.0.0\ninfo: {title: t, version: '1'}\n";

/// A document whose one answer has a schema, and what becomes of the schema.
#[track_caller]
fn schema(yaml: &str, expected: Value, slips: &[&str]) {
    let text = format!(
        "{HEAD}paths: {{/a: {{get: {{responses: {{200: {{description: d, content: {{application/json: {{schema: \
         {yaml}}}}}}}}}}}}}}}\ncomponents: {{schemas: {{A: {{type: object, properties: {{a: {{$ref: '#/components/schemas/A'}}}}}}, \
         R: {{allOf: [{{$ref: '#/components/schemas/R'}}]}}}}}}\n"
    );
    let contract = read(&text).unwrap();
    let found = contract.operations[0].replies[0].schema.clone();
    assert_eq!(found.unwrap_or_default(), expected, "{yaml}");
    let places: Vec<&str> = contract
        .slips
        .iter()
        .filter_map(|slip| slip.place.strip_prefix("/paths/~1a/get/responses/200/content/application~1json/schema"))
        .collect();
    assert_eq!(places, slips, "{yaml}: {:?}", contract.slips);
}

#[test]
fn schemas_are_written_as_json_schema_has_them() {
    schema("{type: string, nullable: true}", json!({ "type": ["string", "null"] }), &[]);
    schema(
        "{type: string, enum: [a], nullable: true}",
        json!({ "type": ["string", "null"], "enum": ["a", null] }),
        &[],
    );
    schema(
        "{type: integer, minimum: 1, exclusiveMinimum: true}",
        json!({ "type": "integer", "exclusiveMinimum": 1 }),
        &[],
    );
    schema("{type: integer, minimum: 1, exclusiveMinimum: false}", json!({ "type": "integer", "minimum": 1 }), &[]);
    schema(
        "{type: integer, format: int32}",
        json!({ "type": "integer", "format": "int32", "minimum": i32::MIN, "maximum": i32::MAX }),
        &[],
    );
    schema(
        "{type: object, required: [a, b], properties: {a: {type: string, writeOnly: true}, b: {type: string}}}",
        json!({ "type": "object", "properties": { "a": { "type": "string", "writeOnly": true }, "b": { "type": "string" } }, "required": ["b"] }),
        &[],
    );
    schema(
        "{$ref: '#/components/schemas/A'}",
        json!({ "$ref": "#/$defs/d0", "$defs": { "d0": { "type": "object", "properties": { "a": { "$ref": "#/$defs/d0" } } } } }),
        &[],
    );
    schema("{$ref: '#/components/schemas/R'}", json!({ "$ref": "#/$defs/d0", "$defs": { "d0": {} } }), &[]);
}

#[test]
fn a_slip_in_a_schema_is_told_with_its_place_and_the_rest_stays() {
    schema("{type: array, items: {}, default: null}", json!({ "type": "array", "items": {} }), &["/default"]);
    schema("{type: integer, default: one}", json!({ "type": "integer" }), &["/default"]);
    schema(
        "{type: object, properties: {a: {type: string, required: true}}}",
        json!({ "type": "object", "properties": { "a": { "type": "string" } } }),
        &["/properties/a/required"],
    );
    schema("{type: string, format: odd}", json!({ "type": "string", "x-unknown-format": "odd" }), &["/format"]);
    schema("{type: text, minLength: -1, enum: []}", json!({}), &["/enum", "/minLength", "/type"]);
    schema("{$ref: '#/nowhere'}", json!({}), &[""]);
    schema("{$ref: 'other.yaml#/A'}", json!({}), &[""]);
    schema("[]", json!({}), &[""]);
}

#[test]
fn words_that_yaml_takes_for_booleans_stay_words() {
    schema("{type: string, enum: [yes, no, on]}", json!({ "type": "string", "enum": ["yes", "no", "on"] }), &[]);
}

#[test]
fn parameters_of_paths_and_operations_are_put_together() {
    let text = format!(
        "{HEAD}paths:\n  /a/{{id}}:\n    parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}, \
         {{name: q, in: query, schema: {{type: string}}}}]\n    get:\n      parameters: [{{name: q, in: query, required: true, \
         schema: {{type: boolean}}}}]\n      responses: {{default: {{description: d}}}}\n"
    );
    let contract = read(&text).unwrap();
    assert_eq!(contract.slips, []);
    let names: Vec<(&str, Place, bool)> =
        contract.operations[0].parameters.iter().map(|p| (p.name.as_str(), p.place, p.required)).collect();
    assert_eq!(names, [("id", Place::Path, true), ("q", Place::Query, true)]);
}

#[test]
fn what_is_no_document_is_refused_with_a_reason() {
    let deep = format!("{HEAD}paths: {{}}\nx: {}{}", "[".repeat(5_000), "]".repeat(5_000));
    let aliases = format!(
        "{HEAD}paths: {{}}\na: &a [x, x, x, x, x, x, x, x, x, x]\n{}",
        (0..12)
            .map(|n| format!(
                "b{n}: &b{n} [{}]\n",
                vec![format!("*{}", if n == 0 { "a".to_owned() } else { format!("b{}", n - 1) }); 10].join(", ")
            ))
            .collect::<String>()
    );
    for text in [
        "",
        "a: [",
        "- 1",
        "openapi: '2.0'\npaths: {}",
        "openapi: 3.0.0",
        "{\"openapi\": \"3.0.0\", \"paths\": {}",
        &deep,
        &aliases,
    ] {
        let fault = read(text).err();
        let error = fault.map(|error| error.to_string());
        assert!(error.is_some_and(|error| !error.is_empty() && error.len() < 400), "{:.60}", text);
    }
}

#[test]
fn many_operations_with_one_large_schema_stay_within_bounds() {
    let members: String = (0..3_000).map(|n| format!("p{n}: {{type: string}}, ")).collect();
    let one = "{get: {responses: {200: {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}";
    let paths: String = (0..900).map(|n| format!("  /a{n}: {one}\n")).collect();
    let text =
        format!("{HEAD}paths:\n{paths}components: {{schemas: {{A: {{type: object, properties: {{{members}}}}}}}}}\n");
    let contract = read(&text).unwrap();
    assert_eq!(contract.operations.len(), 900);
    assert!(contract.slips.iter().any(|slip| slip.kind == SlipKind::Unread), "{:?}", contract.slips.len());
    assert!(contract.operations.iter().filter(|operation| operation.replies[0].schema.is_some()).count() < 900);
}
