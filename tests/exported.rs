//! What `certify` takes the exported XSDs take: every XML answer of the emulator, in all its readings.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use touchmark::{
    commands::InMemory,
    decode::{saved::Saved, xsd},
    emulator::{Config, Readings, Request, Response},
    judge,
    spec::{self, Level, SchemaOf, Spec, to_xsd},
};

/// The schema that an answer belongs to, its namespace, and the answer.
type Document = (&'static str, String, String);

fn schema_of(target: &str) -> SchemaOf {
    if target.starts_with("/api/reporting") { SchemaOf::Reporting } else { SchemaOf::Command }
}

/// An XML answer; none of what is a schema, or no XML.
fn document(request: &Request, response: &Response) -> Option<Document> {
    let xml =
        response.headers.iter().any(|(name, value)| name.eq_ignore_ascii_case("content-type") && value.contains("xml"));
    if !xml || request.target.contains(".xsd") {
        return None;
    }
    let text = String::from_utf8(response.body.clone()).ok()?;
    let namespace = text.split_once(" xmlns=\"").and_then(|(_, rest)| rest.split_once('"'))?.0.to_owned();
    Some((schema_of(&request.target).name(), namespace, text))
}

/// Adds what went by in a run against an emulator that reads the guide so.
fn collect(spec: &Spec, readings: &[String], only: Vec<String>, into: &Rc<RefCell<BTreeSet<Document>>>) {
    let mut config = Config::demo();
    for reading in readings {
        config.readings.set(Readings::parse(reading).expect("a reading"));
    }
    let written = into.clone();
    let on_the_way = Box::new(move |_, request: &Request, response: &mut Response| {
        written.borrow_mut().extend(document(request, response));
    });
    InMemory { config, only, on_the_way, ..InMemory::default() }.run(spec).expect("a target that can be certified");
}

/// What brings an answer of each kind: the smallest request of each endpoint, the examples, and whatever has readings.
fn asking(spec: &Spec) -> Vec<String> {
    let of_chapter =
        |id: &str| ["command/", "reporting/", "archive/archive_listing/"].iter().any(|one| id.starts_with(one));
    let kinds = |id: &str| id.ends_with("/smallest") || id.contains("/example/") || id.contains("/own-session");
    let wanted = spec
        .requirements
        .values()
        .filter(|one| of_chapter(&one.id) && (one.level == Level::Ambiguous || kinds(&one.id)));
    wanted.map(|one| format!("={}", one.id)).collect()
}

#[test]
fn every_answer_of_the_emulator_is_valid_under_the_exported_schemas() {
    let spec = spec::embedded().expect("sound data");
    let seen = Rc::new(RefCell::new(BTreeSet::new()));
    let most = Readings::list().iter().map(|topic| topic.readings.len()).max().unwrap_or(0);
    for number in 0..most {
        let readings: Vec<String> = Readings::list()
            .iter()
            .map(|topic| format!("{}={}", topic.name, topic.readings[number.min(topic.readings.len() - 1)]))
            .collect();
        collect(&spec, &readings, asking(&spec), &seen);
    }
    assert!(seen.borrow().len() > 1_000, "{}", seen.borrow().len());
    let mut faults: BTreeMap<String, usize> = BTreeMap::new();
    for which in [SchemaOf::Command, SchemaOf::Reporting] {
        let schema = to_xsd(&spec, which);
        let mut by_namespace: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let seen = seen.borrow();
        for (_, namespace, text) in seen.iter().filter(|(name, _, _)| *name == which.name()) {
            by_namespace.entry(namespace).or_default().push(text);
        }
        for (namespace, texts) in by_namespace {
            let schema = schema.replace(which.namespace(), namespace);
            for fault in xsd::validate(&schema, &texts).expect("a schema that compiles").into_iter().flatten() {
                *faults.entry(fault).or_default() += 1;
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_saved_answer_is_valid_under_any_root_where_the_guide_names_none() {
    let spec = spec::embedded().expect("sound data");
    let unnamed = ["generate_session_key", "check_health", "create_virtual_customer", "set_session_attributes"];
    let seen = Rc::new(RefCell::new(BTreeSet::new()));
    collect(&spec, &[], unnamed.iter().map(|name| format!("=command/{name}/smallest")).collect(), &seen);
    let named = |root: &str| spec.endpoints.values().any(|one| one.response.root.as_deref() == Some(root));
    let mut tried = 0;
    for (_, _, text) in seen.borrow().iter() {
        let (head, rest) = text.split_once("?>\n<").expect("a declaration");
        let root = rest.split([' ', '>', '/']).next().expect("a root");
        if named(root) {
            continue;
        }
        let anew = match root {
            "success" | "error" => {
                format!("{head}?><answer xmlns=\"{}\"><{rest}</answer>", SchemaOf::Command.namespace())
            }
            _ => text.replace(&format!("<{root} "), "<answer ").replace(&format!("</{root}>"), "</answer>"),
        };
        for bytes in [text.as_bytes(), anew.as_bytes()] {
            let found = judge::saved(&spec, SchemaOf::Command, bytes).expect("a schema that compiles");
            assert_eq!(found, Saved::Valid, "{}", String::from_utf8_lossy(bytes));
        }
        tried += 1;
    }
    assert!(tried >= unnamed.len(), "{tried}");
}
