//! Every operation of the whole edition of the Configuration API, called: what the emulator answers is what its document says.
//!
//! In: calls in rows. A row is method, path, body and the status that is expected; `{made}` is the id of what the last 201 showed, and
//! `{made.NAME}` another member of it. Each
//! answer is held against the document by other readers than those of the emulator.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use touchmark::{
    decode,
    emulator::{Clock, Config, Edition, Emulator, Request, Response},
    model::contract::{Contract, Operation},
};

use crate::support::Cli;

const BASE: &str = "/api/config/v1";

/// An emulator with the whole edition, and the tokens of its accounts.
struct Bench {
    emulator: Emulator,
    contract: Contract,
    full: String,
    deny: String,
}

impl Bench {
    fn new() -> Self {
        let edition = Edition::whole();
        let contract = decode::openapi::read(edition.text()).expect("the document is one");
        assert!(contract.slips.is_empty(), "{:?}", contract.slips);
        let emulator = Emulator::new(Config { edition, ..Config::demo() }, Clock::manual(1_733_239_565_000));
        let token = |id: &str, secret: &str| {
            let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
            let form = "application/x-www-form-urlencoded".to_owned();
            let headers = vec![("Authorization".to_owned(), basic), ("Content-Type".to_owned(), form)];
            let body = b"grant_type=client_credentials".to_vec();
            let asked = Request { method: "POST".to_owned(), target: "/oauth2/token".to_owned(), headers, body };
            let answer: Value = serde_json::from_slice(&emulator.handle(&asked).body).expect("a token");
            answer["access_token"].as_str().expect("a token").to_owned()
        };
        let full = token("touchmark", "touchmark-demo-secret");
        let deny = token("touchmark-deny", "touchmark-deny-secret");
        Self { emulator, contract, full, deny }
    }

    /// Sends a call without a Content-Type, as many clients do.
    fn send(&self, method: &str, path: &str, body: &str, token: Option<&str>) -> Response {
        let headers = token.map(|token| ("Authorization".to_owned(), format!("Bearer {token}"))).into_iter().collect();
        let (method, target) = (method.to_owned(), format!("{BASE}/{path}"));
        self.emulator.handle(&Request { method, target, headers, body: body.as_bytes().to_vec() })
    }

    /// The operation of a call. A path without names comes before one with them.
    fn operation(&self, method: &str, path: &str) -> &Operation {
        let path = path.split('?').next().unwrap_or_default();
        let fits = |operation: &&Operation| {
            let (parts, steps) = (operation.path[1..].split('/'), path.split('/'));
            let alike = parts.clone().zip(steps.clone()).all(|(part, step)| part == step || part.starts_with('{'));
            operation.method == method && alike && parts.count() == steps.count()
        };
        let named =
            |operation: &&Operation| operation.path.split('/').map(|part| part.starts_with('{')).collect::<Vec<_>>();
        self.contract
            .operations
            .iter()
            .filter(fits)
            .min_by_key(named)
            .unwrap_or_else(|| panic!("nothing is {method} {path}"))
    }

    /// An answer has a status of the document, a type of it, and a body that its schema takes.
    fn hold(&self, operation: &Operation, answer: &Response) -> Result<(), String> {
        let documented = operation.replies.iter().find(|reply| reply.status == answer.status.to_string());
        let reply = documented.ok_or_else(|| format!("{} is not documented", answer.status))?;
        let header = |name: &str| answer.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        for needed in reply.headers.iter().filter(|header| header.required) {
            header(&needed.name).ok_or_else(|| format!("there is no {}", needed.name))?;
        }
        let media = header("content-type").map(|(_, media)| media.as_str()).unwrap_or_default();
        if reply.media.is_empty() {
            return (answer.body.is_empty() || answer.status == 429).then_some(()).ok_or_else(|| "a body".to_owned());
        }
        if !reply.media.iter().any(|known| known == media) {
            return Err(format!("it is {media}"));
        }
        let Some(schema) = &reply.schema else { return Ok(()) };
        let body: Value = serde_json::from_slice(&answer.body).map_err(|fault| fault.to_string())?;
        let validator = jsonschema::options().should_validate_formats(true).build(schema).map_err(|f| f.to_string())?;
        let faults: Vec<String> =
            validator.iter_errors(&body).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        if faults.is_empty() { Ok(()) } else { Err(format!("{} in {body}", faults.join("; "))) }
    }

    /// Plays rows, holds each answer against the document, and says which operations succeeded.
    fn play(&self, rows: &str) -> BTreeSet<String> {
        let (mut done, mut broken, mut made) = (BTreeSet::new(), Vec::new(), Value::Null);
        for row in rows.lines().map(str::trim).filter(|row| !row.is_empty() && !row.starts_with('#')) {
            let (call, status) = row.rsplit_once(" = ").unwrap_or_else(|| panic!("a row without a status: {row}"));
            let (status, looked) = status.split_once(' ').unwrap_or((status, ""));
            let mut call = call.replace("{made}", &made["id"].to_string());
            for (name, value) in made.as_object().into_iter().flatten() {
                call = call.replace(&format!("{{made.{name}}}"), value.as_str().unwrap_or_default());
            }
            let (method, rest) = call.split_once(' ').expect("a method");
            let (path, body) = rest.split_once(' ').unwrap_or((rest, ""));
            let answer = self.send(method, path, body, Some(&self.full));
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            if answer.status.to_string() != status {
                broken.push(format!("{call}: {} for {status}: {text}", answer.status));
                continue;
            }
            // What a document need not say: HEAD is like GET without a body, OPTIONS names the methods.
            if method != "HEAD" && method != "OPTIONS" && answer.status != 405 {
                let operation = self.operation(method, path);
                if let Err(says) = self.hold(operation, &answer) {
                    broken.push(format!("{call}: {says}"));
                }
                if answer.status < 300 {
                    done.insert(format!("{method} {}", operation.path));
                }
            }
            if answer.status == 201
                && let Ok(shown) = serde_json::from_slice::<Value>(&answer.body)
                && shown.get("id").is_some()
            {
                made = shown;
            }
            if let Err(says) = look(looked, &answer) {
                broken.push(format!("{call}: {says} in {text}"));
            }
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
        done
    }
}

/// What a row looks at: `Header: value`, or `/pointer is value`; nothing where nothing is said.
fn look(looked: &str, answer: &Response) -> Result<(), String> {
    if let Some((pointer, wanted)) = looked.split_once(" is ") {
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let found = if pointer == "length" {
            body.as_array().map(|all| Value::from(all.len()))
        } else {
            body.pointer(pointer).cloned()
        };
        let wanted = if wanted == "absent" {
            None
        } else {
            Some(serde_json::from_str(wanted).unwrap_or_else(|_| Value::from(wanted)))
        };
        return (found == wanted).then_some(()).ok_or_else(|| format!("{pointer} is {found:?}"));
    }
    if let Some((name, wanted)) = looked.split_once(": ") {
        let found = answer.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        return found
            .is_some_and(|found| found.contains(wanted))
            .then_some(())
            .ok_or_else(|| format!("{name} is {found:?}"));
    }
    Ok(())
}

/// What integrations that people publish call, in the order in which they do.
const INTEGRATIONS: &str = include_str!("configuration_calls/integrations.txt");

/// What else there is.
const REST: &str = include_str!("configuration_calls/rest.txt");

#[test]
fn calls_of_integrations_are_answered_as_the_document_says() {
    assert!(Bench::new().play(INTEGRATIONS).len() > 60);
}

#[test]
fn every_operation_is_answered_as_the_document_says() {
    let bench = Bench::new();
    let done: BTreeSet<String> = [bench.play(INTEGRATIONS), bench.play(REST)].into_iter().flatten().collect();
    let all: Vec<String> = bench.contract.operations.iter().map(|one| format!("{} {}", one.method, one.path)).collect();
    let paths: BTreeSet<&str> = bench.contract.operations.iter().map(|one| one.path.as_str()).collect();
    assert_eq!((paths.len(), all.len()), (86, 166));
    let never: Vec<&String> = all.iter().filter(|one| !done.contains(*one)).collect();
    assert!(never.is_empty(), "never called with success: {never:#?}");
}

/// Without a token, without the permission, of what is not there, and with what is no object: the same of every operation.
#[test]
fn every_operation_refuses_as_the_document_says() {
    let bench = Bench::new();
    let mut broken = Vec::new();
    for operation in bench.contract.operations.iter().filter(|one| one.path != "/openapi.yaml") {
        let none = operation.path[1..].split('/').map(|part| match part {
            "{platform}" => "abacus",
            "{installer_id}" => "00000000000000000000000000000000",
            part if part.starts_with('{') => "987654321",
            part => part,
        });
        let path = none.collect::<Vec<_>>().join("/");
        let mut cases = vec![(None, 401), (Some(&bench.deny), 403)];
        if operation.path.contains('{') {
            cases.push((Some(&bench.full), 404));
        } else if operation.body.is_some() {
            cases.push((Some(&bench.full), 422));
        }
        for (token, status) in cases {
            let answer = bench.send(&operation.method, &path, "[]", token.map(String::as_str));
            let held = bench.hold(operation, &answer);
            if answer.status != status || held.is_err() {
                broken.push(format!("{} {path}: {} for {status}, {held:?}", operation.method, answer.status));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_document_of_ones_own_is_served_or_says_why_it_is_not() {
    let refused = |text: &str, says: &str| {
        let cli = Cli::new();
        cli.write("own.yaml", text);
        let ran = cli.run(&["emulate", "--openapi", "own.yaml"]);
        assert!(ran.exits(2).stderr.contains("own.yaml") && ran.stderr.contains(says), "{}", ran.stderr);
    };
    refused("just words", "it is no OpenAPI 3 document");
    refused("swagger: '2.0'\n", "Swagger 2");
    refused("a: [", "it is no YAML");
    let cli = Cli::new();
    assert!(cli.run(&["emulate", "--openapi", "missing.yaml"]).exits(2).stderr.contains("missing.yaml"));
    // What is wrong in one that can be served is named; here it is not served, since there is no such address.
    let text = "openapi: 3.0.3\ninfo: {}\npaths: { lamp: {}, /lamp: { get: { responses: {} } } }\n";
    let stderr = cli.write("own.yaml", text).run(&["emulate", "--openapi", "own.yaml", "--listen", "nowhere"]);
    for says in ["paths lamp: does not begin with a slash", "GET /lamp: has no responses", "--listen nowhere"] {
        assert!(stderr.exits(2).stderr.contains(says), "{}", stderr.stderr);
    }
}
