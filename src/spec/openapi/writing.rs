//! Requirements of operations that change something. They are only called for things that the run made itself and can take away again.

use serde_json::{Map, Value, json};

use super::{
    Made, Maker, Resource, names,
    reading::{UNAUTHORIZED, name_of},
    schema,
    steps::{self, Reach, ours},
};
use crate::{
    case::{Class, Role},
    contract::Operation,
    spec::{Expect, Input, Level, Predicate, Query, Requirement, SchemaInput, Step},
};

/// Variable for the id of what a case made.
const MADE_ID: &str = "made.id";

/// Variable for the text by which it is recognised. The conductor goes by its name.
pub(crate) const MADE_PROOF: &str = "made.proof";

/// The text by which it is recognised, as it is sent.
const PROOF: &str = "${unique}";

/// What it is changed to, and what a second one has.
const OTHER_PROOF: &str = "${unique}-2";

/// The least that the longest text must allow, so that the text by which a thing is recognised fits.
const PROOF_CHARACTERS: u64 = 24;

/// The most members of a body that are tested.
const MEMBERS_MAX: usize = 40;

/// The topic of bodies that the document gives no status for.
const TOPIC: &str = "config-invalid-value";

/// How things of one kind are made and taken away again.
struct Kind<'m> {
    post: usize,
    get: usize,
    delete: usize,
    schema: &'m Value,
    /// Member by which one is recognised.
    proof: String,
    /// Member that is its id.
    id: String,
    /// The smallest body.
    body: Map<String, Value>,
    /// What must be asked first for the body.
    setup: Vec<Step>,
    /// Whether the schema alone tells that the body is lawful.
    plain: bool,
}

impl<'a> Maker<'a> {
    /// What holds of an operation that makes something.
    pub(super) fn making(&self, number: usize, made: &mut Made) {
        let Some(kind) = self.kind(number) else {
            self.never(number, made);
            return;
        };
        let operation = self.operations[number];
        made.resources.push(Resource {
            post: self.ids[kind.post].clone(),
            get: self.ids[kind.get].clone(),
            delete: self.ids[kind.delete].clone(),
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
        self.bodies(number, &kind, made);
        for (id, authorization, how) in UNAUTHORIZED {
            let mut step = probe(self.second(&kind));
            (step.expect, step.only_if) = (vec![Expect::Refused], Vec::new());
            step.authorization = authorization;
            let one = self.push(made, &kind, number, id, format!("{name} is refused {how}"), vec![
                self.made_one(&kind, Role::Control),
                step,
            ]);
            one.page = 6;
            one.rests_on.push("auth/errors/*".to_owned());
        }
        self.cycle(number, &kind, made);
    }

    /// What holds of an operation that changes or takes away something.
    pub(super) fn changing(&self, number: usize, made: &mut Made) {
        let operation = self.operations[number];
        self.unknown_id(number, made);
        let before = names::in_path(&operation.path).pop().filter(|_| operation.path.ends_with('}'));
        let post = before.and_then(|(_, before)| self.find("POST", &before));
        let Some(kind) = post.and_then(|post| self.kind(post)) else {
            self.never(number, made);
            return;
        };
        let name = name_of(operation);
        let Some(probe) = self.change(number, &kind) else {
            self.never(number, made);
            return;
        };
        let says = format!("{name} answers with a status of success that the document has");
        self.push(made, &kind, number, "status", says, self.on_ours(&kind, vec![probe.clone()]));
        if let Some(fits) = self.fits(number) {
            let mut step = probe.clone();
            step.expect.push(fits);
            let says = format!("{name} answers with what the document's schema allows");
            self.push(made, &kind, number, "schema", says, self.on_ours(&kind, vec![step]));
        }
        for (id, authorization, how) in UNAUTHORIZED {
            let mut step = probe.clone();
            (step.expect, step.only_if) = (vec![Expect::Refused], Vec::new());
            step.authorization = authorization;
            let steps = self.on_ours(&kind, vec![step, self.read(&kind, Role::Probe, Some(PROOF))]);
            let says = format!("{name} is refused {how}, and nothing changes");
            let one = self.push(made, &kind, number, id, says, steps);
            one.page = 6;
            one.rests_on.push("auth/errors/*".to_owned());
        }
    }

    /// An operation that is never called: it would change what this run did not make.
    fn never(&self, number: usize, made: &mut Made) {
        let reach = Reach { setup: Vec::new(), path: "${config.not_ours}".to_owned() };
        let mut step = self.step(number, Role::Probe, &reach);
        step.expect = vec![Expect::Accepted];
        // Nobody knows that variable, so nothing goes out; and if it did, it would be no harm.
        (step.method, step.class) = ("GET".to_owned(), Class::Read);
        let says = format!("{} answers with a status of success that the document has", name_of(self.operations[number]));
        made.requirements.push(self.requirement(number, "status", Level::Must, says, vec![step]));
    }

    fn push<'r>(
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
                    step.only_if.push(Expect::At(Query::Status, Predicate::Max(399)));
                    step.otherwise = "what a lawful body is cannot be told from the document alone".to_owned();
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
        create.only_if.push(Expect::At(Query::Status, Predicate::NotEquals("403".to_owned())));
        let mut all = vec![create, self.read(kind, Role::Probe, Some(PROOF))];
        let shown = self.operations[kind.get].successes().find_map(|reply| reply.schema.as_ref());
        let shown = shown.map(super::properties).unwrap_or_default();
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
            true => vec![Expect::At(Query::Status, Predicate::Equals("404".to_owned()))],
            false => vec![Expect::Refused],
        };
        gone.capture.clear();
        all.push(gone);
        let path = &self.operations[number].path;
        let says = format!("what is made at `{path}` can be read, changed and taken away, and each is seen in the next");
        let called: Vec<String> = all.iter().map(|step| format!("{}/schema", step.endpoint)).collect();
        self.push(made, kind, number, "cycle", says, all).rests_on.extend(called);
    }

    /// Bodies that lack something, or have something else in it.
    fn bodies(&self, number: usize, kind: &Kind<'_>, made: &mut Made) {
        let operation = self.operations[number];
        let members = super::properties(kind.schema);
        let second = self.second(kind);
        let wrong = |id: String, says: String, body: Value, made: &mut Made| {
            let mut step = ours(self.step(number, Role::Probe, &self.reach(number, 0)));
            if body.get(&kind.proof).is_none() {
                // What a target made of it all the same could not be recognised and taken away.
                step.class = Class::Disrupt;
            }
            steps::put_body(&mut step, Input::Text(body_text(&body)));
            let told = steps::wrong(operation, &mut step);
            let one = self.push(made, kind, number, &id, says, vec![self.made_one(kind, Role::Control), step]);
            if !told {
                one.level = Level::Ambiguous;
                one.topic = Some(TOPIC.to_owned());
            }
        };
        let name = name_of(operation);
        let mut required = Vec::new();
        schema::required(kind.schema, kind.schema, 0, &mut required);
        for member in required.iter().take(MEMBERS_MAX) {
            let mut body = second.clone();
            if let Value::Object(members) = &mut body {
                members.remove(member);
            }
            let says = format!("{name} is refused without `{}`, which the schema requires", names::part(member));
            wrong(format!("body/missing/{}", names::part(member)), says, body, made);
        }
        for (member, schema) in members.iter().take(MEMBERS_MAX) {
            for (how, value) in not_allowed(schema, kind.schema) {
                let mut body = second.clone();
                body[member.as_str()] = value;
                let says = format!("{name} is refused with a `{}` that the schema does not allow", names::part(member));
                wrong(format!("body/invalid/{}/{how}", names::part(member)), says, body, made);
            }
        }
        self.any_body(number, kind, made);
    }

    /// Any body that the schema allows. A schema does not tell everything, so a refusal is a warning.
    fn any_body(&self, number: usize, kind: &Kind<'_>, made: &mut Made) {
        let schema_name = format!("{} body", self.ids[number]);
        made.schemas.insert(format!("{schema_name}.json"), kind.schema.to_string());
        let members = super::properties(kind.schema);
        let drawn = members.iter().filter(|(name, schema)| is_plain(name, schema, kind.schema));
        let only: Vec<String> = drawn.map(|(name, _)| name.clone()).collect();
        let put = kind.body.iter().filter(|(name, _)| !only.contains(name) || **name == kind.proof);
        let put = put.map(|(name, value)| (name.clone(), value.to_string())).collect();
        let mut step = ours(self.success(number, &self.reach(number, 0)));
        let input = SchemaInput { schema: schema_name, text: false, only: Some(only), put };
        steps::put_body(&mut step, Input::Schema(input));
        let says = format!("{} takes any body that the document's schema allows", name_of(self.operations[number]));
        let one = self.push(made, kind, number, "body/valid", says, vec![step]);
        one.level = Level::Should;
        one.property = true;
    }

    /// A step that makes one.
    fn made_one(&self, kind: &Kind<'_>, role: Role) -> Step {
        let mut step = ours(self.step(kind.post, role, &self.reach(kind.post, 0)));
        steps::put_body(&mut step, Input::Text(body_text(&Value::Object(kind.body.clone()))));
        step.expect = self.succeeds(self.operations[kind.post]);
        step.capture = vec![(MADE_ID.to_owned(), Query::Json(names::pointer(&kind.id)))];
        step
    }

    /// A step that reads the one that was made, and what it is called then.
    fn read(&self, kind: &Kind<'_>, role: Role, proof: Option<&str>) -> Step {
        let mut step = self.step(kind.get, role, &self.item(kind));
        step.expect = self.succeeds(self.operations[kind.get]);
        let query = Query::Json(names::pointer(&kind.proof));
        if let Some(proof) = proof {
            step.expect.push(Expect::At(query.clone(), Predicate::Equals(proof.to_owned())));
        }
        step.capture = vec![(MADE_PROOF.to_owned(), query)];
        step
    }

    /// One is made and recognised, and then the steps.
    fn on_ours(&self, kind: &Kind<'_>, steps: Vec<Step>) -> Vec<Step> {
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
            if !super::properties(schema).contains_key(&kind.proof) {
                return None;
            }
            let mut required = Vec::new();
            schema::required(schema, schema, 0, &mut required);
            let mut body = if operation.method == "PUT" { kind.body.clone() } else { Map::new() };
            for name in required {
                let value = kind.body.get(&name).cloned();
                body.insert(name.clone(), value.or_else(|| {
                    schema::sample(super::properties(schema).get(&name)?, schema, 0)
                })?);
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
    fn second(&self, kind: &Kind<'_>) -> Value {
        let mut body = kind.body.clone();
        body.insert(kind.proof.clone(), Value::from(OTHER_PROOF));
        Value::Object(body)
    }

    /// The smallest body of an operation, where one is asked for.
    pub(super) fn smallest_body(&self, number: usize) -> Option<Input> {
        let schema = self.operations[number].body.as_ref()?.schema.as_ref()?;
        Some(Input::Text(body_text(&schema::sample(schema, schema, 0).unwrap_or_else(|| json!({})))))
    }

    /// How things are made by an operation, when they can be recognised and taken away again.
    fn kind(&self, post: usize) -> Option<Kind<'a>> {
        let operation: &'a Operation = self.operations[post];
        if operation.method != "POST" || operation.path.contains('{') {
            return None;
        }
        let schema = operation.body.as_ref()?.schema.as_ref()?;
        let item = |method: &str| {
            let below = |path: &str| {
                let rest = path.strip_prefix(&operation.path)?.strip_prefix("/{")?.strip_suffix('}')?;
                (!rest.contains('/')).then(|| rest.to_owned())
            };
            (0..self.operations.len())
                .filter(|number| self.operations[*number].method == method)
                .find_map(|number| Some((number, below(&self.operations[number].path)?)))
        };
        let ((get, name), (delete, _)) = (item("GET")?, item("DELETE")?);
        let members = super::properties(schema);
        let shown = super::properties(self.operations[get].successes().find_map(|reply| reply.schema.as_ref())?);
        let told = super::properties(operation.successes().find_map(|reply| reply.schema.as_ref())?);
        let recognised = |name: &&String| {
            shown.contains_key(*name) && members.get(*name).is_some_and(|member| holds_proof(member, schema))
        };
        let mut required = Vec::new();
        schema::required(schema, schema, 0, &mut required);
        // Best is a name that must be there, then any name, then any other text.
        let rank = |name: &&String| (*name != "name", !name.ends_with("name"), !required.contains(*name));
        let proof = members.keys().filter(recognised).min_by_key(rank)?;
        let id = [name.as_str(), "id"].into_iter().find(|name| told.contains_key(*name))?.to_owned();
        let mut kind = Kind {
            post,
            get,
            delete,
            schema,
            proof: proof.clone(),
            id,
            body: Map::new(),
            setup: Vec::new(),
            // Where secrets are part of it, what is asked of them is seldom in the schema.
            plain: !members.keys().any(|name| is_secret(name)),
        };
        self.fill(&mut kind)?;
        Some(kind)
    }

    /// The smallest body, with what is on the target where it must name something.
    fn fill(&self, kind: &mut Kind<'_>) -> Option<()> {
        let members = super::properties(kind.schema);
        let mut required = Vec::new();
        schema::required(kind.schema, kind.schema, 0, &mut required);
        kind.body.insert(kind.proof.clone(), Value::from(PROOF));
        for name in required.into_iter().filter(|name| *name != kind.proof) {
            let member = members.get(&name)?;
            kind.plain &= is_plain(&name, member, kind.schema);
            let named = name.strip_suffix("_id").and_then(|what| {
                let is = |path: &str| !path.contains('{') && names::kind(path) == what;
                (0..self.operations.len()).find(|n| self.operations[*n].method == "GET" && is(&self.operations[*n].path))
            });
            if let Some((list, (at, items))) = named.and_then(|list| Some((list, self.list(list)?)))
                && super::properties(&items).contains_key("id")
            {
                let mut step = self.step(list, Role::Setup, &self.reach(list, 0));
                let query = Query::Json(format!("{at}/0/id"));
                step.only_if.push(Expect::At(query.clone(), Predicate::Present(true)));
                step.otherwise = format!("make one at {} on the target", self.operations[list].path);
                let variable = format!("config.{}", names::part(&name));
                step.capture = vec![(variable.clone(), query)];
                kind.setup.push(step);
                kind.body.insert(name, Value::from(format!("${{{variable}}}")));
            } else {
                kind.body.insert(name.clone(), schema::sample(member, kind.schema, 0)?);
            }
        }
        Some(())
    }
}

/// A body as text. What stands for a number of the target is written as one.
fn body_text(body: &Value) -> String {
    let mut text = body.to_string();
    while let Some(start) = text.find("\"${config.") {
        let Some(end) = text[start..].find("}\"").map(|end| start + end) else { break };
        let variable = text[start + 1..=end].to_owned();
        text.replace_range(start..end + 2, &variable);
    }
    text
}

/// Whether a member can hold the text by which a thing is recognised.
fn holds_proof(member: &Value, root: &Value) -> bool {
    let own = schema::followed(member, root);
    let size = |name: &str| own.get(name).and_then(Value::as_u64);
    schema::type_of(member, root) == Some("string")
        && own.get("enum").is_none()
        && own.get("format").is_none()
        && size("maxLength").is_none_or(|most| most >= PROOF_CHARACTERS)
        && size("minLength").is_none_or(|least| least <= 20)
        && schema::allows(own, root, &json!("touchmark-0123456789ab-2"))
}

/// Whether any value of a member that the schema allows is lawful, as far as can be told.
fn is_plain(name: &str, member: &Value, root: &Value) -> bool {
    let own = schema::followed(member, root);
    let scalar = schema::type_of(member, root).is_some_and(|name| ["string", "integer", "boolean"].contains(&name));
    let ruled = ["format", "pattern", "oneOf", "anyOf", "allOf"].iter().any(|word| own.get(*word).is_some());
    let free = schema::type_of(member, root) == Some("string") && own.get("enum").is_none();
    // What a free text must be is often said in words alone; a name and a comment are what they are.
    let telling = ["name", "comments", "comment", "description", "title", "label"];
    let number = own.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("int"));
    scalar && (!ruled || number) && !names::is_reference(name) && (!free || telling.iter().any(|end| name.ends_with(end)))
}

/// What a member is after it was sent, where a target has no reason to write it otherwise.
fn echoed(name: &str, value: &Value) -> Option<Expect> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        _ => return None,
    };
    // What is only written need not come back.
    (!is_secret(name)).then(|| Expect::At(Query::Json(names::pointer(name)), Predicate::Equals(text)))
}

fn is_secret(name: &str) -> bool {
    ["password", "secret", "passphrase", "private_key"].iter().any(|word| name.contains(word))
}

/// Values that a member does not allow, each with how it is wrong.
fn not_allowed(member: &Value, root: &Value) -> Vec<(&'static str, Value)> {
    let own = schema::followed(member, root);
    let mut candidates = vec![("type", match schema::type_of(member, root) {
        Some("string") => json!({ "touchmark": PROOF }),
        Some(_) => json!("touchmark"),
        None => return Vec::new(),
    })];
    if own.get("enum").is_some() {
        candidates.push(("unlisted", json!("touchmark-unlisted")));
    }
    let (below, above) = schema::outside(own);
    candidates.extend(below.map(|n| ("below", json!(n))));
    candidates.extend(above.map(|n| ("above", json!(n))));
    let most = own.get("maxLength").and_then(Value::as_u64).filter(|most| *most < 19_000);
    candidates.extend(most.map(|most| ("too-long", json!(format!("{PROOF}${{text:{}}}", most + 1)))));
    let allowed = |value: &Value| match value.as_str().filter(|text| text.starts_with("${")) {
        Some(_) => false,
        None => schema::allows(own, root, value),
    };
    candidates.into_iter().filter(|(_, value)| !allowed(value)).collect()
}
