//! Requirements of the bodies of what is made: what must be in them, and what may be.

use serde_json::{Value, json};

use super::{
    maker::{Made, Maker, properties},
    names,
    reading::name_of,
    resources::{Kind, PROOF, is_plain},
    schema,
    steps::{self, ours},
};
use crate::{
    model::{
        case::{Class, Role},
        suite::Suite,
    },
    spec::{Input, Level, SchemaInput},
};

/// The most members of a body that are tested.
const MEMBERS_MAX: usize = 40;

/// The topic of bodies that the document gives no status for.
const TOPIC: &str = "config-invalid-value";

impl Maker<'_> {
    /// Bodies that lack something, or have something else in it.
    pub(super) fn bodies(&self, number: usize, kind: &Kind<'_>, made: &mut Made) {
        let operation = self.operations[number];
        let members = properties(kind.schema);
        let second = self.second(kind);
        let wrong = |id: String, says: String, body: Value, made: &mut Made| {
            let mut step = ours(self.step(number, Role::Probe, &self.reach(number, 0)));
            let recognised = body.get(&kind.proof).and_then(Value::as_str).is_some_and(|text| text.contains(PROOF));
            if !recognised {
                // What a target made of it all the same could not be recognised and taken away.
                step.class = Class::Disrupt;
            }
            steps::put_body(&mut step, Input::Text(body_text(&body)));
            let refusal_documented = steps::wrong(operation, &self.ids[number], &mut step);
            let one = self.push(made, kind, number, &id, says, vec![self.made_one(kind, Role::Control), step]);
            if !refusal_documented {
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
        self.longest(number, kind, made);
        self.any_body(number, kind, made);
    }

    /// Texts as long as the schema allows.
    fn longest(&self, number: usize, kind: &Kind<'_>, made: &mut Made) {
        for (member, schema) in properties(kind.schema).iter().take(MEMBERS_MAX) {
            let own = schema::followed(schema, kind.schema);
            let most = own.get("maxLength").and_then(Value::as_u64).filter(|most| *most < 19_000);
            let Some(most) = most.filter(|_| *member != kind.proof && is_plain(member, schema, kind.schema)) else {
                continue;
            };
            let mut body = kind.body.clone();
            body.insert(member.clone(), json!(format!("${{text:{most}}}")));
            let mut step = ours(self.success(number, &self.reach(number, 0)));
            steps::put_body(&mut step, Input::Text(body_text(&Value::Object(body))));
            let (id, name) = (names::part(member), name_of(self.operations[number]));
            let says = format!("{name} takes a `{id}` as long as the schema allows");
            self.push(made, kind, number, &format!("body/longest/{id}"), says, vec![step]);
        }
    }

    /// Any body that the schema allows. A schema does not tell everything, so a refusal is a warning.
    fn any_body(&self, number: usize, kind: &Kind<'_>, made: &mut Made) {
        let schema_name = format!("{} body", self.ids[number]);
        made.schemas.insert(format!("{schema_name}.json"), kind.schema.to_string());
        let members = properties(kind.schema);
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
        (one.property, one.suite) = (true, Suite::Property);
    }
}

/// A body as text. What stands for a number of the target is written as one.
pub(super) fn body_text(body: &Value) -> String {
    let mut text = body.to_string();
    while let Some(start) = text.find("\"${config.") {
        let Some(end) = text[start..].find("}\"").map(|end| start + end) else { break };
        let variable = text[start + 1..=end].to_owned();
        text.replace_range(start..end + 2, &variable);
    }
    text
}

/// Values that a member does not allow, each with how it is wrong.
fn not_allowed(member: &Value, root: &Value) -> Vec<(&'static str, Value)> {
    let own = schema::followed(member, root);
    let mut candidates = vec![(
        "type",
        match schema::type_of(member, root) {
            Some("string") => json!({ "touchmark": PROOF }),
            Some(_) => json!("touchmark"),
            None => return Vec::new(),
        },
    )];
    if own.get("enum").is_some() {
        candidates.push(("unlisted", json!("touchmark-unlisted")));
    }
    let (below, above) = schema::outside(own);
    candidates.extend(below.map(|n| ("below", json!(n))));
    candidates.extend(above.map(|n| ("above", json!(n))));
    let most = own.get("maxLength").and_then(Value::as_u64).filter(|most| *most < 19_000);
    candidates.extend(most.map(|most| ("too-long", json!(format!("{PROOF}${{text:{}}}", most + 1)))));
    let least = own.get("minLength").and_then(Value::as_u64).filter(|least| (1..1_000).contains(least));
    candidates.extend(least.map(|least| ("too-short", json!("x".repeat(least as usize - 1)))));
    candidates.push(("null", Value::Null));
    if own.get("pattern").is_some() {
        // One that breaks no other rule, so that it is the pattern that refuses it.
        let mut without = own.clone();
        if let Value::Object(words) = &mut without {
            words.remove("pattern");
        }
        let odd =
            ["touchmark !", "touchmark{}", "touchmark-\u{e9}", "\u{e9}\u{e9}", "!!!", "! !"].map(|text| json!(text));
        candidates.extend(
            odd.into_iter()
                .find(|odd| schema::allows(&without, root, odd) && !schema::allows(own, root, odd))
                .map(|odd| ("pattern", odd)),
        );
    }
    let allowed = |value: &Value| match value.as_str().filter(|text| text.starts_with("${")) {
        Some(_) => false,
        None => schema::allows(own, root, value),
    };
    candidates.into_iter().filter(|(_, value)| !allowed(value)).collect()
}
