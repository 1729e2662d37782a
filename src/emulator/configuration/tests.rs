//! The editions: that they are read as they are written, and what becomes of a document of somebody's own.

use serde_json::{Value, json};

use super::super::appliance::Config;
use super::super::site::Site;
use super::super::testing::Lab;
use super::edition::Edition;
use super::field::fields;
use super::own::{parse, read};
use super::store::Configuration;
use super::{describe::describe, yaml};

const BASE: &str = "/api/config/v1/";

/// A small document that is faulty in five places.
const FAULTY: &str = "
openapi: 3.0.3
info: { title: Lamps, version: '1' }
paths:
  lamp-without-a-slash: {}
  /lamp:
    get:
      parameters: [{ name: colour, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: d, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Lamp' } } } } } }
    post:
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Lamp' } } } }
      responses: { '201': { description: d, content: { application/json: { schema: { $ref: '#/components/schemas/Lamp' } } } } }
  /lamp/{lampId}:
    get:
      responses: { '200': { description: d, content: { application/json: { schema: { $ref: '#/components/schemas/Lamp' } } } } }
    delete:
      responses: {}
  /lamp/{lampId}/blink:
    post:
      responses: { '202': { description: d, content: { application/json: { schema: { type: object, properties: { name: { type: string }, times: { type: integer, minimum: 3 } } } } } } }
components:
  schemas:
    Lamp:
      type: object
      required: [name]
      properties:
        id: { type: integer, readOnly: true }
        name: { type: string, minLength: 1 }
        watt: { type: integer, minimum: 1, default: bright }
        room_id: { $ref: '#/components/schemas/Nothing' }
";

fn lab(edition: std::sync::Arc<Edition>) -> Lab {
    Lab::of(Config { edition, ..Config::demo() })
}

fn ask(lab: &Lab, method: &str, path: &str, body: &str) -> (u16, Value) {
    let answer = lab.config("touchmark", method, &format!("{BASE}{path}"), body);
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
}

#[test]
fn the_whole_edition_is_read_as_it_is_written() {
    let whole = Edition::whole();
    let made = describe(&whole.rules).expect("rows that can be read");
    assert_eq!(parse(&yaml::text(&made)), Ok(made));
    assert_eq!(whole.document.0.get("paths").and_then(Value::as_object).map(serde_json::Map::len), Some(86));
}

#[test]
fn texts_that_yaml_could_take_for_something_else_stay_texts() {
    let texts = [
        "true",
        "No",
        "1.7",
        "0x1f",
        "null",
        "",
        " a",
        "a: b",
        "it's",
        "- a",
        "#",
        "{}",
        "a #b",
        "~",
        "2024-01-01",
        "x:",
        "\u{e9}",
    ];
    let value = json!({ "list": texts, "on": { "empty": {}, "none": [], "deep": [[1], { "a": null }] }, "y": -3 });
    assert_eq!(parse(&yaml::text(&value)), Ok(value));
}

#[test]
fn what_there_is_at_the_start_is_all_there() {
    for edition in [Edition::short(), Edition::whole()] {
        let configuration = Configuration::new(edition.clone(), &Site::demo(), &Config::demo().accounts, 1_700_000_000);
        for (path, item) in edition.rules.at_the_start() {
            let there = |one: &super::store::Item| item.iter().all(|(name, value)| one.get(name) == Some(value));
            assert!(configuration.items(&path).iter().any(there), "{path} {item:?}");
        }
        assert!(configuration.peopled);
    }
}

#[test]
fn a_field_that_cannot_be_read_is_named() {
    for (line, says) in [
        ("name", "has no type"),
        ("name wrod", "no type"),
        ("name text 1..x", "no bounds"),
        ("name text must nto", "no word"),
        ("name list text", "a list is one of something"),
    ] {
        let fault = fields(line).err().unwrap_or_default();
        assert!(fault.contains(says), "{line}: {fault}");
    }
}

#[test]
fn what_is_no_openapi_document_gets_one_message() {
    for (text, says) in [
        ("", "no `openapi: 3.x`"),
        ("just words", "no `openapi: 3.x`"),
        ("a: [", "no YAML"),
        ("{\"openapi\": ", "no JSON"),
        ("swagger: '2.0'\npaths: { /a: {} }", "Swagger 2"),
        ("openapi: 3.0.3\npaths: {}", "no paths"),
        ("openapi: 3.0.3\n", "no paths"),
    ] {
        let fault = read(text).expect_err("no document");
        assert!(fault.contains(says) && fault.lines().count() == 1, "{text}: {fault}");
    }
    assert!(read(&"#".repeat(5 << 20)).expect_err("too long").contains("longer"));
    let deep = format!("{{\"openapi\": \"3.0.3\", \"paths\": {}{}}}", "{\"a\":".repeat(120), "}".repeat(120));
    assert!(read(&deep).is_err());
}

#[test]
fn a_bound_that_a_document_excludes_is_refused_in_either_notation() {
    for excluded in [
        "maximum: 60, exclusiveMaximum: true, minimum: 1, exclusiveMinimum: true",
        "exclusiveMaximum: 60, exclusiveMinimum: 1",
    ] {
        let text = FAULTY.replace("minimum: 1, default: bright", excluded);
        let lab = lab(Edition::of(&text).expect("a document"));
        for (watt, status) in [(1, 422), (2, 201), (59, 201), (60, 422)] {
            let asked = ask(&lab, "POST", "lamp", &format!("{{\"name\":\"lamp {watt}\",\"watt\":{watt}}}"));
            assert_eq!(asked.0, status, "{excluded}: {watt}");
        }
    }
}

#[test]
fn faults_of_a_document_are_named_and_the_rest_is_served() {
    let edition = Edition::of(FAULTY).expect("a document");
    let faults = edition.faults().join("\n");
    for says in [
        "paths lamp-without-a-slash: does not begin with a slash",
        "GET /lamp: describes `colour`, which its path does not have",
        "GET /lamp/{lampId}: does not describe `lampId` of its path",
        "DELETE /lamp/{lampId}: has no responses",
        "/components/schemas/Lamp/properties/watt: has a default that is no integer",
        "/components/schemas/Lamp/properties/room_id: refers to #/components/schemas/Nothing, which is not there",
    ] {
        assert!(faults.contains(says), "{says} in {faults}");
    }
    let lab = lab(edition);
    assert_eq!(ask(&lab, "GET", "lamp", ""), (200, json!([])));
    assert_eq!(ask(&lab, "POST", "lamp", "{\"name\":\"\"}").0, 422);
    assert_eq!(ask(&lab, "POST", "lamp", "{\"name\":\"desk\"}"), (201, json!({ "id": 1, "name": "desk", "watt": 1 })));
    assert_eq!(ask(&lab, "GET", "lamp/1", "").1["name"], "desk");
    assert_eq!(ask(&lab, "POST", "lamp/1/blink", ""), (202, json!({ "name": "desk", "times": 3 })));
    assert_eq!(ask(&lab, "POST", "lamp/2/blink", "").0, 404);
    assert_eq!(ask(&lab, "DELETE", "lamp/1", "").0, 200);
    assert_eq!(ask(&lab, "GET", "lamp/1", "").0, 404);
    // Nobody was deleted because that document has no users.
    assert!(lab.get("action=get_logged_in_reps").contains("<rep id=\"5\">"));
    let served = lab.config("touchmark", "GET", &format!("{BASE}openapi.yaml"), "");
    assert_eq!(served.body, FAULTY.as_bytes());
}

#[test]
fn a_document_with_the_paths_of_the_whole_edition_has_its_rules_and_people() {
    let text = Edition::whole().text().replace("  version: '1.7'", "  version: '1.8'");
    let lab = lab(Edition::of(&text).expect("a document"));
    assert_eq!(ask(&lab, "GET", "user?username=jsmith", "").1[0]["id"], 5);
    assert_eq!(ask(&lab, "DELETE", "vault/account/4", "").0, 403);
    assert_eq!(ask(&lab, "DELETE", "user/5", "").0, 204);
    assert!(!lab.get("action=get_logged_in_reps").contains("<rep id=\"5\">"));
}

#[test]
fn an_example_of_a_schema_is_there_at_the_start() {
    let text = FAULTY
        .replace("      required: [name]\n", "      required: [name]\n      example: { name: floor, watt: 60 }\n");
    let lab = lab(Edition::of(&text).expect("a document"));
    assert_eq!(ask(&lab, "GET", "lamp", "").1, json!([{ "id": 1, "name": "floor", "watt": 60 }]));
}

#[test]
fn in_the_whole_edition_a_parameter_that_is_not_known_is_a_reading() {
    let mut config = Config { edition: Edition::whole(), ..Config::demo() };
    let path = "team?nothing=1";
    assert_eq!(ask(&Lab::of(config.clone()), "GET", path, "").0, 200);
    config.readings.set(super::super::Readings::parse("config-unknown-parameter=refused_401").expect("a reading"));
    assert_eq!(ask(&Lab::of(config), "GET", path, "").0, 401);
}

#[test]
fn what_a_removed_resource_had_goes_with_it_or_to_the_default() {
    let lab = lab(Edition::whole());
    let count = |path: &str| ask(&lab, "GET", path, "").1.as_array().map_or(0, Vec::len);
    assert!(count("jump-item/shell-jump") == 1 && count("jump-client?jump_group_id=1") > 0);
    assert_eq!(ask(&lab, "DELETE", "jump-group/1", "").0, 204);
    assert_eq!((count("jump-item/shell-jump"), count("jump-client?jump_group_id=1")), (0, 0));
    assert_eq!((count("group-policy/1/jump-group"), count("group-policy/1/jumpoint")), (0, 1));
    assert_eq!(ask(&lab, "DELETE", "user/5", "").0, 204);
    assert_eq!((count("jump-group/1/user"), count("vault/account/1/user"), count("group-policy/1/member")), (0, 0, 2));
    assert_eq!(ask(&lab, "GET", "vault/account/4", "").1.get("owner_user_id"), None);
}
