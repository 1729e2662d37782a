//! Requirements of operations that change nothing (GET).

use serde_json::Value;

use super::{
    maker::{Made, Maker, schema_name},
    names,
    steps::{self, Reach},
};
use crate::{
    model::{
        case::Role,
        contract::{Operation, Place},
        credential::{AccountRole, Credential},
        suite::Suite,
    },
    spec::{Expect, Input, Level, Origin, Query, Reading, Step},
    vocabulary::predicate::{EQUALS, MATCHES, NOT_EQUALS, PRESENT},
};

/// Ways to call without a right, and what each is.
pub(super) const UNAUTHORIZED: [(&str, Credential, &str); 2] = [
    ("auth/none", Credential::None, "without a token"),
    ("auth/invalid", Credential::NeverIssued, "with a token that was never issued"),
];

impl Maker<'_> {
    /// What holds of an operation that reads.
    pub(super) fn reading(&self, number: usize, made: &mut Made) {
        let operation = self.operations[number];
        let name = name_of(operation);
        let reach = self.reach(number, 0);
        let probe = || self.success(number, &reach);
        let says = format!("{name} answers with a status of success that the document has");
        let mut plain = self.requirement(number, "status", Level::Must, says, self.after(&reach, vec![probe()]));
        plain.origin = Origin::DocumentRead;
        made.requirements.push(plain);
        if let Some(fits) = self.fits(number) {
            let mut step = probe();
            step.expect.push(fits);
            let says = format!("{name} answers with what the document's schema allows");
            let mut plain = self.requirement(number, "schema", Level::Must, says, self.after(&reach, vec![step]));
            plain.origin = Origin::DocumentRead;
            made.requirements.push(plain);
        }
        self.media_type(number, made);
        self.headers(number, made);
        self.unauthorized(number, made);
        self.unknown_id(number, made);
        self.unknown_parameter(number, &reach, made);
    }

    /// What becomes of a parameter that the document does not have.
    fn unknown_parameter(&self, number: usize, reach: &Reach, made: &mut Made) {
        let operation = self.operations[number];
        if self.list(number).is_none() || operation.of(Place::Query).next().is_none() {
            return;
        }
        let mut step = self.step(number, Role::Probe, reach);
        step.parameters.push(("touchmark".to_owned(), Input::Text("1".to_owned())));
        let unauthorized = || Expect::At(Query::Status, EQUALS.of("401".to_owned()));
        let another = Expect::At(Query::Status, NOT_EQUALS.of("401".to_owned()));
        let reading = |name: &str, expect| Reading { name: name.to_owned(), expect };
        step.readings = vec![
            reading("ignored", vec![Expect::Accepted]),
            reading("refused_401", vec![Expect::Refused, unauthorized()]),
            reading("refused", vec![Expect::Refused, another]),
        ];
        let says = format!("{} with a parameter that the document does not have", name_of(operation));
        let steps = self.after(reach, vec![self.step(number, Role::Control, reach), step]);
        let mut one = self.requirement(number, "unknown-parameter", Level::Ambiguous, says, steps);
        one.topic = Some("config-unknown-parameter".to_owned());
        made.requirements.push(one);
    }

    /// The type of what comes is one that the document has for it.
    fn media_type(&self, number: usize, made: &mut Made) {
        let reach = self.reach(number, 0);
        let Some((says, step)) = self.of_its_type(number, self.success(number, &reach)) else { return };
        let steps = self.after(&reach, vec![step]);
        made.requirements.push(self.requirement(number, "content-type", Level::Must, says, steps));
    }

    /// What is asked of the type of an answer of success, and the step that shows it; none where the document leaves the type open.
    pub(super) fn of_its_type(&self, number: usize, mut step: Step) -> Option<(String, Step)> {
        let operation = self.operations[number];
        let media: Vec<&String> = operation.successes().flat_map(|reply| &reply.media).collect();
        if media.is_empty() || media.iter().any(|name| name.contains('*')) {
            return None;
        }
        let essence = |name: &String| regex::escape(name.split(';').next().unwrap_or_default().trim());
        let any = media.into_iter().map(essence).collect::<Vec<_>>().join("|");
        let pattern = regex::Regex::new(&format!("(?i)^(?:{any})\\s*(?:;.*)?$")).ok()?;
        let header = || Query::Header("content-type".to_owned());
        step.only_if.push(Expect::At(header(), PRESENT.of(true)));
        step.expect.push(Expect::At(header(), MATCHES.of(pattern)));
        Some((format!("{} answers with a media type that the document has for it", name_of(operation)), step))
    }

    fn headers(&self, number: usize, made: &mut Made) {
        let operation = self.operations[number];
        let reach = self.reach(number, 0);
        let needed = operation.successes().flat_map(|reply| &reply.headers).filter(|header| header.required);
        for header in needed {
            let mut step = self.success(number, &reach);
            step.expect.push(Expect::At(Query::Header(header.name.to_ascii_lowercase()), PRESENT.of(true)));
            let id = format!("header/{}", names::part(&header.name));
            let says = format!("{} answers with the header `{}`", name_of(operation), names::part(&header.name));
            let steps = self.after(&reach, vec![step]);
            made.requirements.push(self.requirement(number, &id, Level::Must, says, steps));
        }
    }

    fn unauthorized(&self, number: usize, made: &mut Made) {
        let operation = self.operations[number];
        // Whether the document itself needs a token the guide leaves open.
        if operation.open || operation.path.ends_with("/openapi.yaml") {
            return;
        }
        let (name, reach) = (name_of(operation), self.reach(number, 0));
        let control = || self.step(number, Role::Control, &reach);
        let refused = |change: &dyn Fn(&mut Step)| {
            let mut step = self.step(number, Role::Probe, &reach);
            step.expect = steps::no_access(operation);
            change(&mut step);
            self.after(&reach, vec![control(), step])
        };
        for (id, credential, how) in UNAUTHORIZED {
            let steps = refused(&|step| step.credential = credential.clone());
            let mut one = self.requirement(number, id, Level::Must, format!("{name} is refused {how}"), steps);
            one.page = 6;
            one.suite = Suite::Access;
            one.rests_on.push("auth/errors/*".into());
            made.requirements.push(one);
        }
        if reach.setup.iter().all(|step| step.endpoint == self.ids[number]) {
            let says = format!("{name} is refused to an account without access to the Configuration API");
            let steps = refused(&|step| step.account = AccountRole::Deny);
            let mut one = self.requirement(number, "permission/deny", Level::Must, says, steps);
            one.opt_in = false;
            one.suite = Suite::Access;
            made.requirements.push(one);
        }
    }

    /// An id that nothing on the target has.
    pub(super) fn unknown_id(&self, number: usize, made: &mut Made) {
        let operation = self.operations[number];
        let Some((name, before)) = names::in_path(&operation.path).pop() else { return };
        let Some(list) = self.find("GET", &before) else { return };
        let schema = operation.of(Place::Path).find(|param| param.name == name).and_then(|param| param.schema.as_ref());
        let Some(unknown) = schema.and_then(unknown_value) else { return };
        if !operation.documents("404") {
            return;
        }
        let list_reach = self.reach(list, 0);
        let mut reach = self.reach(number, 0);
        // The last name of the path is made up; those before it are the target's own.
        let rest = operation.path.rsplit_once(&format!("{{{name}}}")).map_or("", |(_, rest)| rest);
        reach.path = format!("{}/{unknown}{rest}", list_reach.path);
        let mut step = self.step(number, Role::Probe, &reach);
        step.expect = vec![Expect::At(Query::Status, EQUALS.of("404".to_owned()))];
        let documented =
            operation.replies.iter().find(|reply| reply.status == "404").and_then(|reply| reply.schema.as_ref());
        if documented.is_some_and(super::schema::is_container) {
            step.expect.push(Expect::Schema(schema_name(&self.ids[number], "404")));
        }
        if let Some(body) = self.smallest_body(number) {
            steps::put_body(&mut step, body);
        }
        let control = self.step(list, Role::Control, &list_reach);
        let says = format!("{} is not found for an id that nothing has", name_of(operation));
        let all = self.after(&list_reach, vec![control, step]);
        let mut one = self.requirement(number, "unknown-id", Level::Must, says, all);
        if operation.method != "GET" {
            // Whether it does anything at all cannot be seen by a call of things that this run did not make.
            one.rests_on.retain(|id| *id != format!("{}/status", self.ids[number]));
        }
        made.requirements.push(one);
    }
}

/// How an operation is called in reports.
pub(super) fn name_of(operation: &Operation) -> String {
    format!("`{} {}`", operation.method, operation.path)
}

/// A lawful value that hardly anything has.
fn unknown_value(schema: &Value) -> Option<String> {
    let followed = super::schema::followed(schema, schema);
    let candidates =
        [Value::from(i32::MAX), Value::from("6ba7b810-9dad-41d1-80b4-00c04fd430c8"), Value::from("touchmark-unknown")];
    let integer = super::schema::type_of(schema, schema) == Some("integer");
    let largest = followed.get("maximum").filter(|_| integer).cloned();
    let allowed = largest.into_iter().chain(candidates).find(|value| super::schema::allows(followed, schema, value))?;
    Some(allowed.as_str().map_or_else(|| allowed.to_string(), str::to_owned))
}
