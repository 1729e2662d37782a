//! Kinds of things that a run may make: how one is made, recognised as the run's own, and taken away again.

use serde_json::{Map, Value, json};

use super::{
    maker::{Maker, properties},
    names, schema,
};
use crate::{
    model::{
        case::Role,
        contract::{Operation, UNKNOWN_FORMAT},
    },
    spec::{Capture, Expect, Query, Step},
    vocabulary::predicate::PRESENT,
};

/// The text by which it is recognised, as it is sent.
pub(super) const PROOF: &str = "${unique}";

/// The same in letters and digits alone.
const LETTERS: &str = "${unique_letters}";

/// The longest text by which a thing is recognised, with the longest word of a run, of one that was taken up again, and a number behind it.
const LONGEST_PROOF: &str = "touchmark-0123456789abcdefr-0123456789ab-100";

/// The same in letters and digits alone.
const LONGEST_LETTERS: &str = "touchmark0123456789abcdefr0123456789ab100";

/// How things of one kind are made and taken away again.
pub(super) struct Kind<'m> {
    pub(super) post: usize,
    pub(super) get: usize,
    pub(super) delete: usize,
    pub(super) schema: &'m Value,
    /// Member by which one is recognised.
    pub(super) proof: String,
    /// Member that is its id.
    pub(super) id: String,
    /// The smallest body.
    pub(super) body: Map<String, Value>,
    /// What must be asked first for the body.
    pub(super) setup: Vec<Step>,
    /// Whether the schema alone tells that the body is lawful.
    pub(super) plain: bool,
}

impl<'a> Maker<'a> {
    /// How things are made by an operation, when they can be recognised and taken away again.
    pub(super) fn kind(&self, post: usize) -> Option<Kind<'a>> {
        self.kind_or(post).ok()
    }

    /// The same, or why they cannot.
    pub(super) fn kind_or(&self, post: usize) -> Result<Kind<'a>, String> {
        let operation: &'a Operation = self.operations[post];
        if operation.method != "POST" {
            return Err("it makes nothing".to_owned());
        }
        if operation.path.contains('{') {
            return Err("it would change something that the run did not make".to_owned());
        }
        let body = operation.body.as_ref().ok_or("its body is not described")?;
        let schema = body.schema.as_ref().ok_or("the document has no schema of its body that can be used")?;
        let item = |method: &str| {
            let below = |path: &str| {
                let rest = path.strip_prefix(&operation.path)?.strip_prefix("/{")?.strip_suffix('}')?;
                (!rest.contains('/')).then(|| rest.to_owned())
            };
            (0..self.operations.len())
                .filter(|number| self.operations[*number].method == method)
                .find_map(|number| Some((number, below(&self.operations[number].path)?)))
        };
        let (get, name) = item("GET").ok_or("nothing reads what it makes")?;
        let (delete, _) = item("DELETE").ok_or("nothing takes away what it makes")?;
        let shown = |number: usize| {
            let schema = self.operations[number].successes().find_map(|reply| reply.schema.as_ref());
            schema.map(properties).ok_or("the document has no schema of its answer that can be used")
        };
        let (members, shown, documented) = (properties(schema), shown(get)?, shown(post)?);
        let recognised = |name: &&String| {
            shown.contains_key(*name) && members.get(*name).is_some_and(|member| holds_proof(member, schema))
        };
        let mut required = Vec::new();
        schema::required(schema, schema, 0, &mut required);
        // Best is a name that must be there, then any name, then any other text.
        let rank = |name: &&String| (*name != "name", !name.ends_with("name"), !required.contains(*name));
        let proof = members.keys().filter(recognised).min_by_key(rank);
        let proof = proof.ok_or("its body has no free text by which what is made could be recognised")?;
        let id = [name.as_str(), "id"].into_iter().find(|name| documented.contains_key(*name));
        let id = id.ok_or("its answer has no id of what was made")?.to_owned();
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
            plain: !members.keys().any(|name| is_secret(name)) && members[proof].get(UNKNOWN_FORMAT).is_none(),
        };
        self.fill(&mut kind).ok_or("no lawful body can be made from its schema")?;
        Ok(kind)
    }

    /// The smallest body, with what is on the target where it must name something.
    fn fill(&self, kind: &mut Kind<'_>) -> Option<()> {
        let members = properties(kind.schema);
        let mut required = Vec::new();
        schema::required(kind.schema, kind.schema, 0, &mut required);
        kind.body.insert(kind.proof.clone(), Value::from(PROOF));
        for name in required.into_iter().filter(|name| *name != kind.proof) {
            let member = members.get(&name)?;
            kind.plain &= is_plain(&name, member, kind.schema);
            let named = name.strip_suffix("_id").and_then(|what| {
                let is = |path: &str| !path.contains('{') && names::kind(path) == what;
                (0..self.operations.len())
                    .find(|n| self.operations[*n].method == "GET" && is(&self.operations[*n].path))
            });
            if let Some((list, (at, items))) = named.and_then(|list| Some((list, self.list(list)?)))
                && properties(&items).contains_key("id")
            {
                let mut step = self.step(list, Role::Setup, &self.reach(list, 0));
                let query = Query::Json(format!("{at}/0/id"));
                step.only_if.push(Expect::At(query.clone(), PRESENT.of(true)));
                step.otherwise = format!("make one at {} on the target", self.operations[list].path);
                let variable = format!("config.{}", names::part(&name));
                step.capture = vec![Capture::plain(variable.clone(), query)];
                kind.setup.push(step);
                kind.body.insert(name, Value::from(format!("${{{variable}}}")));
            } else {
                let sample = schema::sample(member, kind.schema, 0)?;
                // Another run may have left what has the name of an example.
                let own = own_name(&name, member, kind.schema, &sample).map(Value::from);
                kind.body.insert(name.clone(), own.unwrap_or(sample));
            }
        }
        Some(())
    }
}

impl Kind<'_> {
    /// The smallest body of another one: its names are other names, so that it is not refused for one that is taken.
    pub(super) fn another(&self, number: u64) -> Map<String, Value> {
        let members = properties(self.schema);
        let mut body = self.body.clone();
        for (name, value) in &mut body {
            let Some(member) = members.get(name) else { continue };
            match own_name(name, member, self.schema, value) {
                Some(LETTERS) => *value = Value::from(format!("{LETTERS}{number}")),
                Some(own) => *value = Value::from(format!("{own}-{number}")),
                None => {}
            }
        }
        body.insert(self.proof.clone(), Value::from(format!("{PROOF}-{number}")));
        body
    }
}

/// The run's own name for a member that is one, with a word of the run in it; none where the schema, or what the target has, decides it.
fn own_name(name: &str, member: &Value, root: &Value, value: &Value) -> Option<&'static str> {
    let own = schema::followed(member, root);
    let text = value.as_str().filter(|_| name.ends_with("name"))?;
    let of_run = text == PROOF || text == LETTERS;
    let free = own.get("enum").is_none() && own.get("const").is_none() && (of_run || !text.starts_with("${"));
    // A code name often has letters and digits alone.
    let letters = || schema::allows(own, root, &json!(LONGEST_LETTERS));
    match free {
        true if holds_proof(member, root) => Some(PROOF),
        true if letters() => Some(LETTERS),
        _ => None,
    }
}

/// Whether a member can hold the text by which a thing is recognised.
fn holds_proof(member: &Value, root: &Value) -> bool {
    let own = schema::followed(member, root);
    let size = |name: &str| own.get(name).and_then(Value::as_u64);
    schema::type_of(member, root) == Some("string")
        && own.get("enum").is_none()
        && own.get("format").is_none()
        && size("minLength").is_none_or(|least| least <= 20)
        && schema::allows(own, root, &json!(LONGEST_PROOF))
}

/// Whether any value of a member that the schema allows is lawful, as far as the document shows.
pub(super) fn is_plain(name: &str, member: &Value, root: &Value) -> bool {
    let own = schema::followed(member, root);
    let scalar = schema::type_of(member, root).is_some_and(|name| ["string", "integer", "boolean"].contains(&name));
    let ruled =
        ["format", UNKNOWN_FORMAT, "pattern", "oneOf", "anyOf", "allOf"].iter().any(|word| own.get(*word).is_some());
    let free = schema::type_of(member, root) == Some("string") && own.get("enum").is_none();
    // What a free text must be is often said in words alone; a name and a comment are what they are.
    let telling = ["name", "comments", "comment", "description", "title", "label"];
    let number = own.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("int"));
    scalar
        && (!ruled || number)
        && !names::is_reference(name)
        && (!free || telling.iter().any(|end| name.ends_with(end)))
}

pub(super) fn is_secret(name: &str) -> bool {
    ["password", "secret", "passphrase", "private_key"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_recognises_a_thing_only_where_it_fits_with_the_longest_word_of_a_run() {
        for (rule, holds) in [
            (json!({ "type": "string" }), true),
            (json!({ "type": "string", "maxLength": 44 }), true),
            (json!({ "type": "string", "maxLength": 43 }), false),
            (json!({ "type": "string", "maxLength": 30 }), false),
            (json!({ "type": "string", "pattern": "^[a-z0-9-]{1,32}$" }), false),
            (json!({ "type": "string", "pattern": "^[a-z0-9-]{1,64}$" }), true),
        ] {
            assert_eq!(holds_proof(&rule, &rule), holds, "{rule}");
        }
    }
}
