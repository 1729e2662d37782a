//! Steps that call operations: how an operation is reached with what is on the target.

use serde_json::Value;

use super::{
    lenient::shows_one,
    maker::{Maker, class_of, properties, schema_name},
    names, schema,
};
use crate::{
    model::{
        case::{Class, Role},
        contract::{Operation, Place},
        credential::{AccountRole, Credential},
        draft::{BODY, Carrier},
    },
    spec::{Capture, Expect, Input, Predicate, Query, Reading, Step},
    vocabulary::predicate::{MAX, NOT_EQUALS, ONE_OF, PRESENT},
};

/// The most steps that lead to an operation.
const SETUP_MAX: usize = 4;

/// How an operation is reached.
#[derive(Clone)]
pub(super) struct Reach {
    /// What is asked first, to know what is on the target.
    pub(super) setup: Vec<Step>,
    /// The path, with `${variables}`.
    pub(super) path: String,
}

/// What stands in a path for one of its names.
enum Stands {
    Text(String),
    /// A variable, and the step that gives it.
    From(Box<Step>, String),
    /// A variable that only the operator can give.
    Unknown(String),
}

impl Maker<'_> {
    /// How an operation is reached.
    pub(super) fn reach(&self, number: usize, depth: usize) -> Reach {
        let operation = self.operations[number];
        let (mut setup, mut path) = (Vec::new(), operation.path.clone());
        for (name, before) in names::in_path(&operation.path) {
            let with = match self.stands(operation, &name, &before, depth) {
                Stands::Text(text) => text,
                Stands::Unknown(variable) => format!("${{{variable}}}"),
                Stands::From(step, variable) => {
                    let first = self.find("GET", &before).map(|list| self.reach(list, depth + 1));
                    for step in first.into_iter().flat_map(|reach| reach.setup) {
                        if !setup.iter().any(|known: &Step| known.capture == step.capture) {
                            setup.push(step);
                        }
                    }
                    setup.push(*step);
                    format!("${{{variable}}}")
                }
            };
            path = path.replacen(&format!("{{{name}}}"), &with, 1);
        }
        let mut reach = Reach { setup, path: format!("{}{path}", self.base) };
        if self.may_be_missing(number) {
            let mut step = self.step(number, Role::Setup, &reach);
            // Any other refusal is for the probe to find.
            step.expect = Vec::new();
            step.only_if.push(Expect::At(Query::Status, NOT_EQUALS.of("404".to_owned())));
            step.otherwise = format!("make one at {} on the target", operation.path);
            reach.setup.push(step);
        }
        reach
    }

    /// Whether an operation reads what there is once below something, or not at all: the document has the status that says so, and the
    /// methods that make it and take it away.
    fn may_be_missing(&self, number: usize) -> bool {
        let operation = self.operations[number];
        let shown = operation.successes().find_map(|reply| reply.schema.as_ref());
        operation.method == "GET"
            && operation.documents("404")
            && ["POST", "DELETE"].iter().all(|method| self.find(method, &operation.path).is_some())
            && !self.lists(operation)
            && shown.is_none_or(|schema| schema::type_of(schema, schema) != Some("array"))
    }

    fn stands(&self, operation: &Operation, name: &str, before: &str, depth: usize) -> Stands {
        let param = operation.of(Place::Path).find(|param| param.name == name);
        let schema = param.and_then(|param| param.schema.as_ref());
        let listed = schema.map(|schema| schema::followed(schema, schema)).and_then(|schema| schema.get("enum"));
        if let Some(text) = listed.and_then(Value::as_array).and_then(|values| values.iter().find_map(Value::as_str)) {
            return Stands::Text(percent(text));
        }
        let kind = names::part(&names::kind(before));
        let variable = format!("config.{kind}.{}", names::part(name));
        let list = self.find("GET", before).filter(|_| depth < SETUP_MAX);
        let items = list.and_then(|list| Some((list, self.list(list)?)));
        let Some((list, (at, items))) = items else { return Stands::Unknown(variable) };
        let members = properties(&items);
        let member = [name, "id"].into_iter().find(|member| members.contains_key(*member));
        let Some(member) = member else { return Stands::Unknown(variable) };
        let mut step = self.step(list, Role::Setup, &self.reach(list, depth + 1));
        let first = Query::Json(format!("{at}/0{}", names::pointer(member)));
        step.only_if.push(Expect::At(first.clone(), PRESENT.of(true)));
        step.otherwise = format!("make one at {before} on the target, so that what it says of one can be tested");
        step.capture = vec![Capture::plain(variable.clone(), first)];
        Stands::From(Box::new(step), variable)
    }

    /// Where the list stands in what an operation answers, and the schema of its items.
    pub(super) fn list(&self, number: usize) -> Option<(String, Value)> {
        let operation = self.operations[number];
        let schema = operation.successes().find_map(|reply| reply.schema.as_ref())?;
        if self.lists(operation) && shows_one(schema) {
            // The document shows one of them where a list comes.
            return Some((String::new(), schema.clone()));
        }
        schema::list_in(schema)
    }

    /// A step that calls an operation lawfully. It expects nothing yet when it is a probe.
    pub(super) fn step(&self, number: usize, role: Role, reach: &Reach) -> Step {
        let operation = self.operations[number];
        let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
        if operation.successes().any(|reply| !reply.media.is_empty() && reply.schema.is_none()) {
            headers = vec![("accept".to_owned(), "*/*".to_owned())];
        }
        let mut parameters = Vec::new();
        for param in operation.parameters.iter().filter(|param| param.required) {
            let value = param.schema.as_ref().and_then(|schema| schema::sample(schema, schema, 0));
            let text = match value {
                Some(Value::String(text)) => text,
                Some(value) if !value.is_object() && !value.is_array() => value.to_string(),
                _ => format!("${{config.{}}}", names::part(&param.name)),
            };
            match param.place {
                Place::Query => parameters.push((param.name.clone(), Input::Text(text))),
                Place::Header if is_header(&param.name) => headers.push((param.name.to_ascii_lowercase(), text)),
                _ => {}
            }
        }
        let open = operation.open;
        Step {
            parameters,
            method: operation.method.clone(),
            path: reach.path.clone(),
            carrier: if operation.method == "GET" { Carrier::Query } else { Carrier::Json },
            account: if open { AccountRole::None } else { AccountRole::Full },
            credential: if open { Credential::None } else { Credential::Token },
            headers,
            expect: if role == Role::Probe { Vec::new() } else { self.succeeds(operation) },
            ..Step::of(role, self.ids[number].clone(), class_of(operation))
        }
    }

    /// What holds of an answer of success.
    pub(super) fn succeeds(&self, operation: &Operation) -> Vec<Expect> {
        let statuses: Vec<String> = operation.successes().map(|reply| reply.status.clone()).collect();
        let mut expect = vec![Expect::Accepted];
        if !statuses.is_empty() {
            expect.push(Expect::At(Query::Status, ONE_OF.of(statuses)));
        }
        expect
    }

    /// A probe that succeeds. An account that may not use the API is no fault of the target.
    pub(super) fn success(&self, number: usize, reach: &Reach) -> Step {
        let mut step = self.step(number, Role::Probe, reach);
        step.expect = self.succeeds(self.operations[number]);
        step.only_if.push(Expect::At(Query::Status, NOT_EQUALS.of("403".to_owned())));
        step.otherwise = "give the API account access to the Configuration API, with Vault accounts".to_owned();
        step
    }

    /// The steps that lead to an operation, and then the others.
    pub(super) fn after(&self, reach: &Reach, steps: Vec<Step>) -> Vec<Step> {
        reach.setup.iter().cloned().chain(steps).collect()
    }

    /// The schema of an operation's answers of success, where it can be judged.
    pub(super) fn fits(&self, number: usize) -> Option<Expect> {
        let operation = self.operations[number];
        let mut successes = operation.successes();
        let reply = successes.next().filter(|_| successes.next().is_none())?;
        let schema = reply.schema.as_ref().filter(|schema| schema::is_container(schema))?;
        let _ = schema;
        Some(Expect::Schema(schema_name(&self.ids[number], &reply.status)))
    }
}

/// What holds of a refusal: its status is one that the document has, where it has any.
pub(super) fn refusal(operation: &Operation) -> Vec<Expect> {
    let documented: Vec<&str> = operation.replies.iter().map(|reply| reply.status.as_str()).collect();
    let exact: Vec<String> = documented
        .iter()
        .filter(|status| status.starts_with('4') && status.len() == 3)
        .map(|s| (*s).to_owned())
        .collect();
    let open = exact.is_empty() || documented.iter().any(|status| *status == "default" || status.ends_with("XX"));
    let status = if open { MAX.of(499) } else { ONE_OF.of(exact) };
    vec![Expect::Refused, Expect::At(Query::Status, status)]
}

/// What holds of a refusal of access. The guide itself has two statuses for it (p. 7), whether the document repeats them or not.
pub(super) fn no_access(operation: &Operation) -> Vec<Expect> {
    let mut expect = refusal(operation);
    for documented in &mut expect {
        if let Expect::At(Query::Status, Predicate::Texts(_, statuses)) = documented {
            statuses
                .extend(["401", "403"].iter().filter(|status| !operation.documents(status)).map(|s| (*s).to_owned()));
        }
    }
    expect
}

/// What becomes of a wrong value: a must where the document has a status for it, else readings.
pub(super) fn wrong(operation: &Operation, id: &str, step: &mut Step) -> bool {
    let documented = ["400", "422", "4XX"].iter().any(|status| operation.documents(status));
    if documented {
        step.expect = refusal(operation);
        // Where only one status is for it, the document says what such an answer is.
        let mut replies = operation.replies.iter().filter(|reply| reply.status == "400" || reply.status == "422");
        if let (Some(reply), None) = (replies.next(), replies.next())
            && reply.schema.as_ref().is_some_and(schema::is_container)
        {
            step.expect.push(Expect::Schema(schema_name(id, &reply.status)));
        }
    } else {
        let reading = |name: &str, expect: Expect| Reading { name: name.to_owned(), expect: vec![expect] };
        step.readings = vec![reading("refused", Expect::Refused), reading("ignored", Expect::Accepted)];
    }
    documented
}

/// Puts a JSON text in the body of a step.
pub(super) fn put_body(step: &mut Step, body: Input) {
    step.parameters.retain(|(name, _)| name != BODY);
    step.parameters.push((BODY.to_owned(), body));
}

/// Makes a step one that only touches what the run made.
pub(super) fn ours(mut step: Step) -> Step {
    step.class = Class::Write;
    step
}

fn is_header(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let ours = ["authorization", "host", "connection", "content-length", "content-type", "transfer-encoding"];
    !name.is_empty() && name.chars().all(plain) && !ours.contains(&name.to_ascii_lowercase().as_str())
}

/// A text as one segment of a path. A `$` is written otherwise, so that it starts no variable.
pub(super) fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
