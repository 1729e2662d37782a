//! What fits the exports: what the guide prints as lawful, what the emulator says on the feed, and the lawful part of a run.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use touchmark::{
    commands::InMemory,
    emulator::{Config, Readings},
    model::conversation::Conversation,
    report::{JOURNAL_VERSION, JournalHead, WholeJournal, lawful_har},
    spec::{Endpoint, OpenApiStyle, to_asyncapi, to_openapi},
};

use super::{SERVER, operations, spec};

#[test]
fn what_the_guide_prints_as_lawful_is_a_named_example_that_fits() {
    let spec = spec();
    let document = to_openapi(&spec, OpenApiStyle::Operations, SERVER);
    let (mut posted, mut named) = (0, 0);
    for endpoint in spec.endpoints.values() {
        let operations = operations(&document, &endpoint.id);
        let sets = endpoint.sets.iter().map(|set| format!("set-{}", set.name));
        let examples = endpoint.examples.iter().filter(|one| one.expect == "accepted").map(|one| one.name.clone());
        for name in sets.chain(examples) {
            for operation in &operations {
                let form = &operation["requestBody"]["content"]["application/x-www-form-urlencoded"];
                let Some(example) = form["examples"].get(&name) else {
                    // In a URL the values of an example stand with their parameters.
                    let parameters = operation["parameters"].as_array().into_iter().flatten();
                    let values = parameters.filter(|parameter| parameter["examples"].get(&name).is_some()).count();
                    let rows = endpoint.parameters.iter().filter(|row| !row.key.contains("${")).count();
                    named += values;
                    assert!(values > 0 || rows == 0 || fixed_alone(endpoint, &name), "{}: {name}", endpoint.id);
                    continue;
                };
                let reference = form["schema"]["$ref"].as_str().expect("a form");
                let schema = json!({ "$ref": reference, "components": document["components"] });
                let validator = jsonschema::validator_for(&schema).expect("a schema");
                let faults: Vec<String> =
                    validator.iter_errors(&example["value"]).map(|fault| fault.to_string()).collect();
                assert_eq!(faults, Vec::<String>::new(), "{}: {name}", endpoint.id);
                posted += 1;
            }
        }
    }
    assert!(posted > 150 && named > 300, "{posted} {named}");
}

/// Whether an example has no parameter but those that are always sent.
fn fixed_alone(endpoint: &Endpoint, name: &str) -> bool {
    let fixed = endpoint.request.as_ref().map(|request| &request.fixed);
    let printed = endpoint.examples.iter().find(|one| one.name == name).map_or("", |one| &one.printed);
    let query = printed.rsplit('?').next().unwrap_or_default();
    let known =
        |pair: &str| fixed.is_some_and(|fixed| pair.split('=').next().is_some_and(|name| fixed.contains_key(name)));
    query.split('&').filter(|pair| !pair.is_empty()).all(|pair| known(pair) || pair.contains("custom"))
}

#[test]
fn what_cannot_go_together_does_not_fit() {
    let spec = spec();
    let document = to_openapi(&spec, OpenApiStyle::Operations, SERVER);
    let lsid = "c69a8e10bea9428f816cfababe9815fe";
    #[track_caller]
    fn check(document: &Value, form: &str, value: Value, expected: bool) {
        let schema =
            json!({ "$ref": format!("#/components/schemas/{form}.request"), "components": document["components"] });
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        assert_eq!(validator.is_valid(&value), expected, "{form}: {value}");
    }
    for (form, value, expected) in [
        ("command.join_session", json!({ "action": "join_session", "lsid": lsid, "rep_id": "1" }), true),
        ("command.join_session", json!({ "action": "join_session", "lsid": lsid }), false),
        ("command.join_session", json!({ "action": "leave_session", "lsid": lsid, "rep_id": "1" }), false),
        (
            "command.join_session",
            json!({ "action": "join_session", "lsid": lsid, "rep_id": "1", "rep_username": "a" }),
            false,
        ),
        (
            "command.leave_session",
            json!({ "action": "leave_session", "lsid": lsid, "rep_id": "1", "customer": "1" }),
            true,
        ),
        ("command.leave_session", json!({ "action": "leave_session", "lsid": lsid }), false),
        ("reporting.support_session", json!({ "generate_report": "SupportSession", "lsid": lsid }), true),
        (
            "reporting.support_session",
            json!({ "generate_report": "SupportSession", "lsid": lsid, "duration": 0 }),
            false,
        ),
        (
            "reporting.support_session",
            json!({ "generate_report": "SupportSession", "start_date": "2016-10-01" }),
            false,
        ),
        (
            "command.generate_session_key",
            json!({ "action": "generate_session_key", "type": "support", "queue_id": "general", "session.priority": 4 }),
            false,
        ),
    ] {
        check(&document, form, value, expected);
    }
}

/// A schema of a document, with what it refers to.
fn validator(document: &Value, name: &str) -> jsonschema::Validator {
    let schema = json!({ "$ref": format!("#/components/schemas/{name}"), "components": document["components"] });
    jsonschema::validator_for(&schema).expect("a schema")
}

#[test]
fn what_the_emulator_says_on_the_feed_fits_its_description() {
    let spec = spec();
    let document = to_asyncapi(&spec, SERVER);
    let asked = ["smallest", "token/never-issued", "subscribed/unknown-table", "subscribed/list"];
    let mut heard: BTreeMap<String, usize> = BTreeMap::new();
    for readings in [&[][..], &["feed-update-type=update_model", "feed-ids=quoted", "feed-section-nesting=nested"]] {
        let mut config = Config::demo();
        for reading in readings {
            config.readings.set(Readings::parse(reading).expect("a reading"));
        }
        let only = asked.iter().map(|id| format!("=realtime/nw/{id}")).collect();
        let run = InMemory { config, only, ..InMemory::default() }.run(&spec).expect("a run");
        for exchange in run.records.iter().flat_map(|record| &record.exchanges) {
            let Some(answer) = exchange.answer().filter(|answer| answer.status == 101) else { continue };
            let conversation: Conversation = serde_json::from_str(&answer.body).expect("a conversation");
            for line in conversation.stream.lines() {
                let message: Value = serde_json::from_str(line).expect("JSON");
                let kind = message["type"].as_str().expect("a type").replace("update_model", "model_update");
                let validator = validator(&document, &kind);
                let faults: Vec<String> = validator.iter_errors(&message).map(|fault| fault.to_string()).collect();
                assert_eq!(faults, Vec::<String>::new(), "{line}");
                *heard.entry(kind).or_default() += 1;
            }
        }
    }
    assert_eq!(heard.keys().collect::<Vec<_>>(), ["authenticate_response", "model_update", "subscribe_response"]);
    // Rows are looked into.
    let wrong = json!({ "type": "model_update", "insert": { "queue": { "1": { "type": "no-such-type" } } } });
    assert!(!validator(&document, "model_update").is_valid(&wrong));
}

/// Whether the text of a parameter is a value of its schema.
fn takes(schema: &Value, text: &str) -> bool {
    let values = [Some(json!(text)), text.parse::<i64>().ok().map(|number| json!(number))];
    let validator = jsonschema::validator_for(schema).expect("a schema");
    values.into_iter().flatten().any(|value| validator.is_valid(&value))
}

#[test]
fn the_lawful_part_of_a_run_is_what_the_routes_describe() {
    let spec = spec();
    let document = to_openapi(&spec, OpenApiStyle::Routes, SERVER);
    let only = [
        "command/*/example/",
        "reporting/*/set/",
        "client_script/*/smallest",
        "command/get_session_attributes/",
        "command/general/",
        "auth/token/json",
        "session/start_session/set/",
    ];
    let only = only.map(str::to_owned).to_vec();
    let run = InMemory { only, ..InMemory::default() }.run(&spec).expect("a run");
    let head = JournalHead {
        journal: "touchmark".to_owned(),
        schema_version: JOURNAL_VERSION,
        digest: spec.digest.clone(),
        seed: 0,
        run_word: String::new(),
        target: SERVER.to_owned(),
        only: Vec::new(),
        suites: Vec::new(),
        shard: None,
        api_version: None,
        made: None,
    };
    let sent: usize = run.records.iter().map(|record| record.exchanges.len()).sum();
    let journal = WholeJournal { head, records: run.records, untested: BTreeMap::new(), ended: true };
    let instant = |ms: i64| ms.to_string();
    let har: Value = serde_json::from_str(&lawful_har(&spec, &journal, SERVER, instant)).expect("JSON");
    assert!(har["log"].get("_touchmark").is_none());
    let entries = har["log"]["entries"].as_array().expect("entries");
    assert!(entries.len() > 100 && entries.len() < sent, "{} of {sent}", entries.len());
    for entry in entries {
        let request = &entry["request"];
        assert!(entry.get("_touchmark").is_none());
        let url = request["url"].as_str().and_then(|url| url.strip_prefix(SERVER)).expect("a URL of the target");
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let method = request["method"].as_str().expect("a method").to_lowercase();
        let operation = &document["paths"][path][&method];
        assert!(operation.is_object(), "{method} {path}");
        let body = request["postData"]["text"].as_str().unwrap_or_default();
        let schemes = operation["security"].as_array().expect("security");
        let scheme = schemes.first().and_then(|one| one.as_object()?.keys().next().cloned());
        let sent = request["headers"].as_array().into_iter().flatten().find(|header| header["name"] == "Authorization");
        let sent = sent.and_then(|header| header["value"].as_str());
        match scheme.as_deref() {
            Some("token") => {
                assert!(sent.is_some_and(|sent| sent.eq_ignore_ascii_case("bearer [redacted]")), "{sent:?} {url}")
            }
            Some("client") => {
                assert!(sent.is_some_and(|sent| sent.eq_ignore_ascii_case("basic [redacted]")), "{sent:?} {url}")
            }
            _ => {}
        }
        for text in [query, body] {
            for (name, value) in form_urlencoded::parse(text.as_bytes()) {
                let own = |parameter: &&Value| parameter["name"] == *name;
                let parameter = operation["parameters"].as_array().and_then(|all| all.iter().find(own));
                let schema = &parameter.unwrap_or_else(|| panic!("{name} is not described: {url} {body}"))["schema"];
                assert!(takes(schema, &value), "{name}={value}: {schema}");
            }
        }
    }
}
