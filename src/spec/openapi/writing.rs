//! Requirements of operations that change something. They are only called for things that the run made itself and can take away again.

use serde_json::{Map, Value, json};

use super::{
    Resource,
    bodies::body_text,
    maker::{Made, Maker, properties},
    names,
    reading::{UNAUTHORIZED, name_of},
    resources::{Kind, PROOF, is_secret},
    schema,
    steps::{self, Reach, ours},
};
use crate::{
    model::{
        case::{Class, Role},
        contract::{Operation, Place},
        draft::BODY,
        id::RequirementPattern,
        suite::Suite,
    },
    spec::{Capture, Expect, Input, Level, Owned, Query, Requirement, Step},
    vocabulary::predicate::{CONTAINS, EQUALS, MAX, NOT_EQUALS, PRESENT, SUPERSET_OF},
};

/// Variable for the id of what a case made.
const MADE_ID: &str = "made.id";

/// What one is changed to, and what a second one has.
const OTHER_PROOF: &str = "${unique}-2";

/// Variable for the text by which it is recognised.
const MADE_PROOF: &str = "made.proof";

/// Variable that nobody ever knows, for the path of what the run did not make and would change.
pub(crate) const NOT_OURS: &str = "config.not_ours";

impl<'a> Maker<'a> {
    /// What holds of an operation that makes something.
    pub(super) fn making(&self, number: usize, made: &mut Made) {
        let Some(kind) = self.kind(number) else {
            self.never(number, made);
            return;
        };
        let operation = self.operations[number];
        let lists = |other: &&Operation| other.method == "GET" && other.path == operation.path;
        let list = self.operations.iter().position(lists).map(|list| self.ids[list].clone());
        made.resources.push(Resource {
            post: self.ids[kind.post].clone(),
            get: self.ids[kind.get].clone(),
            delete: self.ids[kind.delete].clone(),
            list,
            id: names::pointer(&kind.id),
            proof: names::pointer(&kind.proof),
        });
        let name = name_of(operation);
        let probe = |body: Value| {
            let mut step = ours(self.success(number, &self.reach(number, 0)));
            steps::put_body(&mut step, Input::Text(body_text(&body)));
            step
        };
        let whole = || Value::Object(kind.body.clone());
        let says = format!("{name} makes one from the smallest body that the document's schema allows");
        self.push(made, &kind, number, "status", says, vec![probe(whole())]);
        if let Some(fits) = self.fits(number) {
            let mut step = probe(whole());
            step.expect.push(fits);
            let says = format!("{name} answers with what the document's schema allows");
            self.push(made, &kind, number, "schema", says, vec![step]);
        }
        if let Some((says, step)) = self.of_its_type(number, probe(whole())) {
            self.push(made, &kind, number, "content-type", says, vec![step]);
        }
        self.bodies(number, &kind, made);
        self.hidden(number, &kind, made);
        self.listed(number, &kind, made);
        for (id, credential, how) in UNAUTHORIZED {
            let mut step = probe(self.second(&kind));
            (step.expect, step.only_if) = (steps::no_access(operation), Vec::new());
            step.credential = credential;
            let one = self.push(
                made,
                &kind,
                number,
                id,
                format!("{name} is refused {how}"),
                vec![self.made_one(&kind, Role::Control), step],
            );
            one.page = 6;
            one.suite = Suite::Access;
            one.rests_on.push("auth/errors/*".into());
        }
        self.cycle(number, &kind, made);
    }

    /// What is only written does not come back.
    fn hidden(&self, number: usize, kind: &Kind<'_>, made: &mut Made) {
        let members = properties(kind.schema);
        let secret = |name: &&String| members.get(*name).is_some_and(|member| is_set(member, "writeOnly"));
        for name in kind.body.keys().filter(secret) {
            let absent = || Expect::At(Query::Json(names::pointer(name)), PRESENT.of(false));
            let mut create = self.made_one(kind, Role::Probe);
            create.expect.push(absent());
            let mut read = self.read(kind, Role::Probe, Some(PROOF));
            read.expect.push(absent());
            let (id, path) = (names::part(name), &self.operations[number].path);
            let says = format!("`{id}`, which is only written, comes back neither from `{path}` nor when it is read");
            let one = self.push(made, kind, number, &format!("write-only/{id}"), says, vec![create, read]);
            one.level = Level::Should;
        }
    }

    /// What was made is in the list, which is narrowed to it where the list has a parameter of that name.
    fn listed(&self, number: usize, kind: &Kind<'_>, made: &mut Made) {
        let path = &self.operations[number].path;
        let Some(list) = self.find("GET", path) else { return };
        let Some((at, items)) = self.list(list) else { return };
        let narrowed = self.operations[list].of(Place::Query).any(|param| param.name == kind.proof);
        if !narrowed || !properties(&items).contains_key(&kind.id) {
            return;
        }
        let mut step = self.step(list, Role::Probe, &self.reach(list, 0));
        step.parameters.push((kind.proof.clone(), Input::Text(PROOF.to_owned())));
        let all = |member: &str| Query::Json(format!("{at}/*{}", names::pointer(member)));
        step.expect = self.succeeds(self.operations[list]);
        step.expect.push(Expect::At(all(&kind.id), SUPERSET_OF.of(format!("${{{MADE_ID}}}"))));
        if properties(&items).contains_key(&kind.proof) {
            step.expect.push(Expect::At(all(&kind.proof), CONTAINS.of(PROOF.to_owned())));
        }
        let says =
            format!("what is made at `{path}` is listed there, by its `{}` and nothing else", names::part(&kind.proof));
        let steps = vec![self.made_one(kind, Role::Setup), step];
        self.push(made, kind, number, "listed", says, steps).level = Level::Should;
    }

    /// What only the target sets does not change when it is sent.
    fn unchanged(&self, number: usize, kind: &Kind<'_>, made: &mut Made) {
        const BEFORE: &str = "made.before";
        let shown = self.operations[kind.get].successes().find_map(|reply| reply.schema.as_ref());
        let shown = shown.map(properties).unwrap_or_default();
        let fixed = shown.iter().find(|(name, member)| **name != kind.id && is_set(member, "readOnly"));
        let Some((name, member)) =
            fixed.or_else(|| shown.iter().find(|(name, member)| **name == kind.id && is_set(member, "readOnly")))
        else {
            return;
        };
        let (Some(mut change), Some(other)) = (self.change(number, kind), schema::sample(member, member, 0)) else {
            return;
        };
        let Some((_, Input::Text(body))) = change.parameters.iter_mut().find(|(name, _)| name == BODY) else { return };
        // The body is a text by now, in which the member is put first.
        let Some(rest) = body.strip_prefix('{') else { return };
        *body = format!("{{{}:{other},{rest}", Value::from(name.as_str()));
        (change.expect, change.only_if) = (vec![Expect::Answered], Vec::new());
        let query = Query::Json(names::pointer(name));
        let mut before = self.read(kind, Role::Setup, Some(PROOF));
        before.only_if.push(Expect::At(query.clone(), PRESENT.of(true)));
        before.capture.push(Capture::plain(BEFORE, query.clone()));
        let mut after = self.read(kind, Role::Probe, None);
        after.expect.push(Expect::At(query, EQUALS.of(format!("${{{BEFORE}}}"))));
        let id = names::part(name);
        let says =
            format!("`{id}`, which is only read, is after {} what it was before", name_of(self.operations[number]));
        let steps = vec![self.made_one(kind, Role::Setup), before, change, after];
        self.push(made, kind, number, &format!("read-only/{id}"), says, steps).level = Level::Should;
    }

    /// What holds of an operation that changes or takes away something.
    pub(super) fn changing(&self, number: usize, made: &mut Made) {
        let operation = self.operations[number];
        self.unknown_id(number, made);
        let Ok((kind, probe)) = self.changes(number) else {
            self.never(number, made);
            return;
        };
        let name = name_of(operation);
        let says = format!("{name} answers with a status of success that the document has");
        self.push(made, &kind, number, "status", says, self.on_ours(&kind, vec![probe.clone()]));
        if let Some(fits) = self.fits(number) {
            let mut step = probe.clone();
            step.expect.push(fits);
            let says = format!("{name} answers with what the document's schema allows");
            self.push(made, &kind, number, "schema", says, self.on_ours(&kind, vec![step]));
        }
        if let Some((says, step)) = self.of_its_type(number, probe.clone()) {
            self.push(made, &kind, number, "content-type", says, self.on_ours(&kind, vec![step]));
        }
        if operation.method == "PATCH" {
            self.unchanged(number, &kind, made);
        }
        for (id, credential, how) in UNAUTHORIZED {
            let mut step = probe.clone();
            (step.expect, step.only_if) = (steps::no_access(operation), Vec::new());
            step.credential = credential;
            let steps = self.on_ours(&kind, vec![step, self.read(&kind, Role::Probe, Some(PROOF))]);
            let says = format!("{name} is refused {how}, and nothing changes");
            let one = self.push(made, &kind, number, id, says, steps);
            one.page = 6;
            one.rests_on.push("auth/errors/*".into());
        }
    }

    /// How an operation changes or takes away what the run made, or why it cannot be called for that.
    pub(super) fn changes(&self, number: usize) -> Result<(Kind<'a>, Step), String> {
        let operation = self.operations[number];
        let before = names::in_path(&operation.path).pop().filter(|_| operation.path.ends_with('}'));
        let post = before.and_then(|(_, before)| self.find("POST", &before));
        let post = post.ok_or("it would change something that the run did not make")?;
        let kind = self.kind_or(post)?;
        let step =
            self.change(number, &kind).ok_or("nothing in its body tells what the run made from what it did not")?;
        Ok((kind, step))
    }

    /// An operation that is never called: it would change what this run did not make.
    fn never(&self, number: usize, made: &mut Made) {
        let reach = Reach { setup: Vec::new(), path: format!("${{{NOT_OURS}}}") };
        let mut step = self.step(number, Role::Probe, &reach);
        step.expect = vec![Expect::Accepted];
        // Nobody knows that variable, so nothing goes out; and if it did, it would be no harm.
        (step.method, step.class) = ("GET".to_owned(), Class::Read);
        let says =
            format!("{} answers with a status of success that the document has", name_of(self.operations[number]));
        made.requirements.push(self.requirement(number, "status", Level::Must, says, vec![step]));
    }

    pub(super) fn push<'r>(
        &self,
        made: &'r mut Made,
        kind: &Kind<'_>,
        number: usize,
        id: &str,
        says: String,
        steps: Vec<Step>,
    ) -> &'r mut Requirement {
        // A body that a schema allows may still name what is not there, so a refusal of it is no must.
        let level = if kind.plain { Level::Must } else { Level::Should };
        let mut all = kind.setup.clone();
        all.extend(steps);
        if !kind.plain {
            for step in all.iter_mut().filter(|step| step.endpoint == self.ids[kind.post] && step.role == Role::Probe) {
                if step.expect.first().is_some_and(|expect| matches!(expect, Expect::Accepted)) {
                    step.only_if.push(Expect::At(Query::Status, MAX.of(399)));
                    step.otherwise = "what a lawful body is cannot be known from the document alone".to_owned();
                }
            }
        }
        made.requirements.push(self.requirement(number, id, level, says, all));
        let last = made.requirements.len() - 1;
        &mut made.requirements[last]
    }

    /// The first and last of it: made, read, changed, read, taken away, not found.
    fn cycle(&self, number: usize, kind: &Kind<'_>, made: &mut Made) {
        let mut create = self.made_one(kind, Role::Probe);
        create.only_if.push(Expect::At(Query::Status, NOT_EQUALS.of("403".to_owned())));
        let mut all = vec![create, self.read(kind, Role::Probe, Some(PROOF))];
        let shown = self.operations[kind.get].successes().find_map(|reply| reply.schema.as_ref());
        let shown = shown.map(properties).unwrap_or_default();
        for (name, value) in kind.body.iter().filter(|(name, _)| shown.contains_key(*name)) {
            all[1].expect.extend(echoed(name, value));
        }
        let item = &self.operations[kind.get].path;
        let change = ["PATCH", "PUT"].iter().find_map(|method| self.find(method, item));
        if let Some(change) = change.and_then(|change| self.change(change, kind)) {
            all.push(change);
            all.push(self.read(kind, Role::Probe, Some(OTHER_PROOF)));
        }
        all.extend(self.change(kind.delete, kind));
        let mut gone = self.read(kind, Role::Probe, None);
        gone.expect = match self.operations[kind.get].documents("404") {
            true => vec![Expect::At(Query::Status, EQUALS.of("404".to_owned()))],
            false => vec![Expect::Refused],
        };
        gone.capture.clear();
        all.push(gone);
        let path = &self.operations[number].path;
        let says =
            format!("what is made at `{path}` can be read, changed and taken away, and each is seen in the next");
        let called: Vec<RequirementPattern> =
            all.iter().map(|step| format!("{}/schema", step.endpoint).into()).collect();
        self.push(made, kind, number, "cycle", says, all).rests_on.extend(called);
    }

    /// A step that makes one.
    pub(super) fn made_one(&self, kind: &Kind<'_>, role: Role) -> Step {
        let mut step = ours(self.step(kind.post, role, &self.reach(kind.post, 0)));
        steps::put_body(&mut step, Input::Text(body_text(&Value::Object(kind.body.clone()))));
        step.expect = self.succeeds(self.operations[kind.post]);
        step.capture = vec![Capture::plain(MADE_ID, Query::Json(names::pointer(&kind.id)))];
        step
    }

    /// A step that reads the one that was made, and what it is called then.
    fn read(&self, kind: &Kind<'_>, role: Role, proof: Option<&str>) -> Step {
        let mut step = self.step(kind.get, role, &self.item(kind));
        step.expect = self.succeeds(self.operations[kind.get]);
        let query = Query::Json(names::pointer(&kind.proof));
        if let Some(proof) = proof {
            step.expect.push(Expect::At(query.clone(), EQUALS.of(proof.to_owned())));
        }
        step.capture = vec![Capture { owns: Some(Owned::Path), ..Capture::plain(MADE_PROOF, query) }];
        step
    }

    /// One is made and recognised, and then the steps.
    pub(super) fn on_ours(&self, kind: &Kind<'_>, steps: Vec<Step>) -> Vec<Step> {
        let mut all = vec![self.made_one(kind, Role::Setup), self.read(kind, Role::Setup, Some(PROOF))];
        all.extend(steps);
        all
    }

    /// A step that changes the one that was made, or takes it away.
    fn change(&self, number: usize, kind: &Kind<'_>) -> Option<Step> {
        let operation = self.operations[number];
        let mut step = ours(self.success(number, &self.item(kind)));
        if operation.method != "DELETE" {
            let schema = operation.body.as_ref()?.schema.as_ref()?;
            if !properties(schema).contains_key(&kind.proof) {
                return None;
            }
            let mut required = Vec::new();
            schema::required(schema, schema, 0, &mut required);
            let mut body = if operation.method == "PUT" { kind.body.clone() } else { Map::new() };
            for name in required {
                let value = kind.body.get(&name).cloned();
                body.insert(name.clone(), value.or_else(|| schema::sample(properties(schema).get(&name)?, schema, 0))?);
            }
            body.insert(kind.proof.clone(), Value::from(OTHER_PROOF));
            steps::put_body(&mut step, Input::Text(body_text(&Value::Object(body))));
        }
        Some(step)
    }

    fn item(&self, kind: &Kind<'_>) -> Reach {
        let path = &self.operations[kind.post].path;
        Reach { setup: Vec::new(), path: format!("{}{path}/${{{MADE_ID}}}", self.base) }
    }

    /// The smallest body of a second one.
    pub(super) fn second(&self, kind: &Kind<'_>) -> Value {
        Value::Object(kind.another(2))
    }

    /// The smallest body of an operation, where one is asked for.
    pub(super) fn smallest_body(&self, number: usize) -> Option<Input> {
        let schema = self.operations[number].body.as_ref()?.schema.as_ref()?;
        Some(Input::Text(body_text(&schema::sample(schema, schema, 0).unwrap_or_else(|| json!({})))))
    }
}

/// Whether a member has a word that is true.
fn is_set(member: &Value, word: &str) -> bool {
    schema::followed(member, member).get(word).and_then(Value::as_bool) == Some(true)
}

/// What a member is after it was sent, where a target has no reason to write it otherwise.
fn echoed(name: &str, value: &Value) -> Option<Expect> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        _ => return None,
    };
    // What is only written need not come back.
    (!is_secret(name)).then(|| Expect::At(Query::Json(names::pointer(name)), EQUALS.of(text)))
}
