//! What the data is exported as: nothing of it is missing, all of it can be read, and what the guide prints as lawful is lawful by it.
//!
//! Whether the tools of others take the exports is looked at by `.ci/exports`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use strum::VariantArray as _;
use touchmark::{
    decode::openapi,
    spec::{self, Endpoint, OpenApiStyle, Parameter, Spec, to_asyncapi, to_markdown, to_openapi, to_postman},
};

use crate::support::Cli;

mod fits;

const SERVER: &str = "https://support.example";

/// The most bytes of an export.
const BYTES_MAX: usize = 2 << 20;

fn spec() -> Spec {
    spec::embedded().expect("sound data")
}

/// Every object of a document.
fn objects(value: &Value) -> Vec<&Value> {
    let mut all = Vec::new();
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(members) => {
                all.push(value);
                left.extend(members.values());
            }
            Value::Array(items) => left.extend(items),
            _ => {}
        }
    }
    all
}

/// What is said somewhere in a document, each with its page.
fn said(value: &Value) -> BTreeSet<(&str, u64)> {
    objects(value)
        .into_iter()
        .filter_map(|object| Some((object["description"].as_str()?, object["x-page"].as_u64()?)))
        .collect()
}

/// The operations of an endpoint.
fn operations<'d>(document: &'d Value, id: &str) -> Vec<&'d Value> {
    let items = document["paths"].as_object().expect("paths").values();
    let all = items.flat_map(|item| item.as_object().expect("a path item").values());
    all.filter(|operation| operation["x-endpoints"].as_array().is_some_and(|ids| ids.iter().any(|one| one == id)))
        .collect()
}

/// Whether a schema has all that a row says of a value.
fn constrains(schema: &Value, row: &Parameter) -> Result<(), String> {
    let texts = |values: &[String]| values.iter().map(|value| json!(value)).collect::<Vec<_>>();
    let numbers = |values: &[String]| {
        values.iter().filter_map(|value| value.parse::<i64>().ok()).map(|n| json!(n)).collect::<Vec<_>>()
    };
    let listed = |found: &Value, values: &[String]| {
        values.is_empty() || *found == json!(texts(values)) || *found == json!(numbers(values))
    };
    let pattern = schema["pattern"].as_str().unwrap_or_default();
    let checks = [
        ("min", row.min.is_none_or(|least| schema["minimum"] == json!(least))),
        ("max", row.max.is_none_or(|most| schema["maximum"] == json!(most))),
        ("max_characters", row.max_characters.is_none_or(|most| schema["maxLength"] == json!(most))),
        (
            "max_items",
            row.max_items
                .is_none_or(|most| schema["maxItems"] == json!(most) || pattern.contains(&format!("0,{}", most - 1))),
        ),
        ("values", listed(&schema["enum"], &row.values) || listed(&schema["examples"], &row.values)),
        (
            "item_values",
            listed(&schema["items"]["enum"], &row.item_values)
                || row.item_values.iter().all(|item| pattern.contains(item.as_str())),
        ),
        (
            "default",
            row.default.as_ref().is_none_or(|default| {
                let same = |value: &Value| {
                    *value == json!(default)
                        || *value == json!([default])
                        || value.as_i64().is_some_and(|number| default.parse() == Ok(number))
                };
                same(&schema["default"]) || same(&schema["x-default"])
            }),
        ),
    ];
    match checks.into_iter().find(|(_, holds)| !holds) {
        None => Ok(()),
        Some((what, _)) => Err(format!("{what} of {} is not in {schema}", row.name)),
    }
}

/// The schemas of a parameter wherever an operation has it.
fn schemas<'d>(document: &'d Value, operation: &'d Value, row: &Parameter) -> Vec<&'d Value> {
    let mut found = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        if parameter["name"] == row.key {
            found.push(&parameter["schema"]);
        } else if parameter["name"] == row.name {
            found.extend(parameter["schema"]["patternProperties"].as_object().into_iter().flat_map(|all| all.values()));
        }
    }
    let form = &operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"];
    if let Some(reference) = form["$ref"].as_str() {
        let form = document.pointer(&reference[1..]).expect("a form");
        match form["properties"].get(&row.key) {
            Some(schema) => found.push(schema),
            None => found.extend(form["patternProperties"].as_object().into_iter().flat_map(|all| all.values())),
        }
    }
    found
}

#[test]
fn every_row_of_an_endpoint_is_in_its_operations() {
    let spec = spec();
    let document = to_openapi(&spec, OpenApiStyle::Operations, SERVER);
    let sections = document["x-sections"].as_array().expect("sections");
    let (mut called, mut rows) = (0, 0);
    for endpoint in spec.endpoints.values() {
        let operations = operations(&document, &endpoint.id);
        if operations.is_empty() {
            let section = sections.iter().find(|section| section["endpoint"] == endpoint.id.as_str());
            let section = section.unwrap_or_else(|| panic!("{} is nowhere", endpoint.id));
            let named = section["parameters"].as_array().map_or(0, Vec::len);
            assert_eq!(named, endpoint.parameters.len(), "{}", endpoint.id);
            for (row, parameter) in
                endpoint.parameters.iter().zip(section["parameters"].as_array().into_iter().flatten())
            {
                constrains(&parameter["schema"], row).unwrap_or_else(|says| panic!("{}: {says}", endpoint.id));
            }
            continue;
        }
        called += 1;
        let request = endpoint.request.as_ref().expect("what is called");
        assert_eq!(operations.len(), request.methods.len(), "{}", endpoint.id);
        for operation in &operations {
            assert!(
                operation["description"].as_str().is_some_and(|says| says.contains(&endpoint.says)),
                "{}",
                endpoint.id
            );
            for row in &endpoint.parameters {
                let schemas = schemas(&document, operation, row);
                assert!(!schemas.is_empty(), "{}: {}", endpoint.id, row.name);
                for schema in schemas {
                    constrains(schema, row).unwrap_or_else(|says| panic!("{}: {says}", endpoint.id));
                    assert_eq!(schema["x-page"], row.page, "{}: {}", endpoint.id, row.name);
                }
                rows += 1;
            }
            assert!(answers(&document, operation, endpoint), "{}: {operation}", endpoint.id);
        }
    }
    assert!(called > 60 && rows > 300, "{called} {rows}");
}

/// Whether an operation answers with all rows of its endpoint, or with what its media type is, and has a refusal.
fn answers(document: &Value, operation: &Value, endpoint: &Endpoint) -> bool {
    let responses = operation["responses"].as_object().expect("responses");
    let refusal = responses.keys().any(|status| status.starts_with('4'));
    let success = responses.get("200").or(responses.get("101"));
    let parts = objects(&json!(success))
        .iter()
        .filter_map(|object| object["$ref"].as_str().map(str::to_owned))
        .collect::<Vec<_>>();
    let within: Vec<&Value> =
        parts.iter().filter_map(|reference| document.pointer(&reference[1..])).chain(success).collect();
    let known: BTreeSet<(&str, u64)> = within.into_iter().flat_map(said).collect();
    let rows = endpoint.elements.iter().all(|row| known.contains(&(row.says.as_str(), u64::from(row.page))));
    refusal && success.is_some() && rows
}

#[test]
fn every_row_of_an_endpoint_is_in_its_routes() {
    let spec = spec();
    let document = to_openapi(&spec, OpenApiStyle::Routes, SERVER);
    let mut rows: BTreeMap<(&str, &str), Vec<&Value>> = BTreeMap::new();
    for object in objects(&document["paths"]) {
        for of in object["x-of"].as_array().into_iter().flatten() {
            let key = (of["endpoint"].as_str().expect("an id"), of["parameter"].as_str().expect("a name"));
            rows.entry(key).or_default().push(&object["schema"]);
        }
    }
    for endpoint in spec.endpoints.values() {
        let Some(request) = &endpoint.request else { continue };
        let item = &document["paths"][&request.path];
        for method in &request.methods {
            assert!(item.get(method.to_ascii_lowercase()).is_some(), "{} {}", endpoint.id, method);
        }
        for (name, value) in &request.fixed {
            let named = |parameter: &&Value| parameter["name"] == *name;
            let parameters = item["get"]["parameters"].as_array().or(item["post"]["parameters"].as_array());
            let parameter = parameters.and_then(|all| all.iter().find(named)).expect("a fixed parameter");
            assert!(
                parameter["schema"]["enum"].as_array().is_some_and(|all| all.contains(&json!(value))),
                "{parameter}"
            );
        }
        for row in &endpoint.parameters {
            let schemas = rows
                .get(&(endpoint.id.as_str(), row.name.as_str()))
                .unwrap_or_else(|| panic!("{}: {}", endpoint.id, row.name));
            // A parameter that is fixed elsewhere has the values of all calls.
            if row.values.len() > 1 || !request.fixed.contains_key(&row.name) {
                let any = |schema: &&Value| {
                    let several = schema["anyOf"].as_array();
                    let all: Vec<&Value> = several.map_or_else(|| vec![*schema], |all| all.iter().collect());
                    all.into_iter().any(|one| constrains(one, row).is_ok() || includes(one, row))
                };
                assert!(schemas.iter().all(any), "{}: {} in {schemas:?}", endpoint.id, row.name);
            }
        }
    }
}

fn includes(schema: &Value, row: &Parameter) -> bool {
    !row.values.is_empty()
        && schema["enum"].as_array().is_some_and(|all| row.values.iter().all(|value| all.contains(&json!(value))))
}

#[test]
fn the_documents_are_read_by_our_own_reader_without_a_slip() {
    let spec = spec();
    for style in OpenApiStyle::VARIANTS {
        let text = serde_json::to_string_pretty(&to_openapi(&spec, *style, SERVER)).expect("text");
        assert!(text.len() < BYTES_MAX, "{style:?}: {} bytes", text.len());
        let contract = openapi::read(&text).expect("an OpenAPI document");
        assert_eq!(contract.slips, [], "{style:?}");
        assert!(contract.operations.len() >= 15, "{style:?}: {}", contract.operations.len());
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let spec = spec();
    let styles = OpenApiStyle::VARIANTS.iter().map(|style| to_openapi(&spec, *style, SERVER));
    for document in styles.chain([to_asyncapi(&spec, SERVER)]) {
        let references: Vec<&str> =
            objects(&document).into_iter().filter_map(|object| object["$ref"].as_str()).collect();
        assert!(references.len() > 20);
        for reference in references {
            let pointer = reference.strip_prefix('#').expect("a reference into the document");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }
}

#[test]
fn the_feed_is_described_with_all_tables_and_messages() {
    let spec = spec();
    let document = to_asyncapi(&spec, SERVER);
    assert!(document.to_string().len() < BYTES_MAX);
    let tables = spec.endpoints.values().filter(|one| one.id.starts_with("realtime/")).flat_map(|one| &one.tables);
    let mut fields = 0;
    for table in tables {
        let schema = &document["components"]["schemas"][format!("table.{}", table.name)];
        let known = said(schema);
        assert!(
            table.fields.iter().all(|field| known.contains(&(field.says.as_str(), u64::from(field.page)))),
            "{}",
            table.name
        );
        fields += table.fields.len();
        for name in table.names.iter().chain([&table.name]) {
            assert!(document["components"]["schemas"]["rows"]["properties"].get(name).is_some(), "{name}");
        }
    }
    assert!(fields > 50, "{fields}");
    let messages = document["channels"]["nw"]["messages"].as_object().expect("messages");
    let said: BTreeSet<&str> = document["operations"]
        .as_object()
        .expect("operations")
        .values()
        .flat_map(|operation| {
            let reply = operation["reply"]["messages"].as_array().into_iter().flatten();
            operation["messages"].as_array().into_iter().flatten().chain(reply).filter_map(|one| one["$ref"].as_str())
        })
        .map(|reference| reference.rsplit('/').next().expect("a name"))
        .collect();
    assert_eq!(said, messages.keys().map(String::as_str).collect());
}

#[test]
fn everything_is_in_the_reference_and_in_the_collection() {
    let spec = spec();
    let (reference, collection) = (to_markdown(&spec), to_postman(&spec, SERVER));
    assert!(reference.len() < BYTES_MAX && collection.to_string().len() < BYTES_MAX);
    let collected: BTreeSet<&str> = objects(&collection).into_iter().filter_map(|one| one["key"].as_str()).collect();
    let folders: BTreeSet<&str> = objects(&collection)
        .into_iter()
        .filter(|one| one.get("item").is_some())
        .filter_map(|one| one["name"].as_str())
        .collect();
    let line =
        |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|").replace('<', "&lt;");
    for endpoint in spec.endpoints.values() {
        let has = |text: &str| assert!(reference.contains(text), "{}: {text}", endpoint.id);
        has(&format!("### `{}`", endpoint.id));
        has(&line(&endpoint.says));
        for row in &endpoint.parameters {
            has(&format!("| `{}` |", row.name));
            has(&line(&row.says));
            let sent = row.key.replace("${custom_field}", "custom_field1");
            assert!(collected.contains(sent.as_str()) || endpoint.id.ends_with("/general"), "{}: {sent}", endpoint.id);
        }
        endpoint.elements.iter().for_each(|row| has(&format!("| `{}` |", row.path)));
        endpoint.tables.iter().flat_map(|table| &table.fields).for_each(|field| has(&line(&field.says)));
        endpoint.events.iter().flat_map(|event| &event.fields).for_each(|field| has(&line(&field.says)));
        endpoint.untestable.iter().for_each(|fact| has(&line(&fact.why)));
        let derives = endpoint
            .request
            .as_ref()
            .is_some_and(|request| !request.path.starts_with("/nw") && !request.fixed.is_empty());
        assert!(!derives || folders.contains(endpoint.id.as_str()), "{}", endpoint.id);
    }
    for requirement in spec.requirements.values() {
        assert!(reference.contains(&line(&requirement.says)), "{}", requirement.id);
    }
}

#[test]
fn the_program_prints_what_is_exported() {
    let spec = spec();
    let cli = Cli::new();
    let printed = |arguments: &str| {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        cli.run(&[&["spec", "export", "--format"], words.as_slice()].concat()).exits(0).stdout.clone()
    };
    let same = |arguments: &str, expected: &Value| {
        let found: Value = serde_json::from_str(&printed(arguments)).expect("JSON");
        assert!(found == *expected, "{arguments}");
    };
    same("openapi", &to_openapi(&spec, OpenApiStyle::Operations, SERVER));
    same(
        "openapi --style routes --server http://127.0.0.1:8080/",
        &to_openapi(&spec, OpenApiStyle::Routes, "http://127.0.0.1:8080"),
    );
    same("asyncapi", &to_asyncapi(&spec, SERVER));
    same("postman", &to_postman(&spec, SERVER));
    assert!(printed("markdown") == to_markdown(&spec));
}

#[test]
fn what_a_format_does_not_read_is_refused() {
    for (arguments, says) in [
        ("--format openapi --style paths", "[possible values: operations, routes]"),
        ("--format asyncapi --style routes", "it goes with --format openapi"),
        ("--format json --server https://a.example", "it goes with --format openapi, asyncapi, postman"),
        ("--format openapi --server support.example.com", "write http or https and a host"),
        ("--format openapi --server https://a.example/b", "write http or https and a host"),
    ] {
        let words: Vec<&str> = ["spec", "export"].into_iter().chain(arguments.split_whitespace()).collect();
        let ran = Cli::new().run(&words);
        assert!(ran.exits(2).stderr.contains(says), "{arguments}: {}", ran.stderr);
    }
    assert!(Cli::new().run(&["judge", "missing.jsonl", "--lawful"]).exits(2).stderr.contains("--export"));
}
