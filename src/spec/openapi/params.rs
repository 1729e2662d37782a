//! Requirements of the parameters of operations that read.

use serde_json::Value;

use super::{
    maker::{Made, Maker},
    names,
    reading::name_of,
    schema, steps,
};
use crate::{
    model::{
        case::Role,
        contract::{Param, Place, UNKNOWN_FORMAT},
        suite::Suite,
    },
    spec::{Expect, Input, Level, Query, SchemaInput},
    vocabulary::predicate::ONE_OF,
};

/// The most parameters of one operation that are tested.
pub(super) const PARAMETERS_MAX: usize = 30;

/// The topic of values that the document gives no status for.
const TOPIC: &str = "config-invalid-value";

impl Maker<'_> {
    /// What holds of the parameters of an operation.
    pub(super) fn params(&self, number: usize, made: &mut Made) {
        let operation = self.operations[number];
        for param in operation.of(Place::Query).take(PARAMETERS_MAX) {
            let Some(schema) = &param.schema else { continue };
            self.valid(number, param, schema, made);
            for (how, value) in invalid(schema) {
                self.invalid(number, param, how, &value, made);
            }
        }
        let last = names::in_path(&operation.path).pop();
        let path_param = last.and_then(|(name, _)| operation.of(Place::Path).find(|param| param.name == name));
        if let Some(param) = path_param
            && let Some(schema) = &param.schema
            && schema::type_of(schema, schema) == Some("integer")
            && operation.replies.iter().any(|reply| reply.status.starts_with('4'))
        {
            self.malformed_in_path(number, param, made);
        }
    }

    fn valid(&self, number: usize, param: &Param, whole: &Value, made: &mut Made) {
        let operation = self.operations[number];
        if !can_be_drawn(param) {
            return;
        }
        let id = names::part(&param.name);
        let name = format!("{} param {id}", self.ids[number]);
        made.schemas.insert(format!("{name}.json"), whole.to_string());
        let reach = self.reach(number, 0);
        let mut step = self.success(number, &reach);
        step.parameters.retain(|(name, _)| *name != param.name);
        let input = SchemaInput { schema: name, text: true, only: None, put: Vec::new() };
        step.parameters.push((param.name.clone(), Input::Schema(input)));
        if names::is_reference(&param.name) {
            // A value that fits but names nothing may be refused, if the document has a status for that.
            let statuses = operation.replies.iter().map(|reply| reply.status.clone());
            let statuses: Vec<String> = statuses.filter(|status| status.len() == 3).collect();
            step.expect = vec![Expect::At(Query::Status, ONE_OF.of(statuses))];
        }
        let control = self.step(number, Role::Control, &reach);
        let says = format!("{} takes any value of `{id}` that the document's schema allows", name_of(operation));
        let steps = self.after(&reach, vec![control, step]);
        let mut one = self.requirement(number, &format!("param/{id}/valid"), Level::Must, says, steps);
        (one.property, one.suite) = (true, Suite::Property);
        made.requirements.push(one);
    }

    fn invalid(&self, number: usize, param: &Param, how: &str, value: &str, made: &mut Made) {
        let operation = self.operations[number];
        let (id, reach) = (names::part(&param.name), self.reach(number, 0));
        let mut step = self.step(number, Role::Probe, &reach);
        step.parameters.retain(|(name, _)| *name != param.name);
        step.parameters.push((param.name.clone(), Input::Text(value.to_owned())));
        let refusal_documented = steps::wrong(operation, &self.ids[number], &mut step);
        let control = self.step(number, Role::Control, &reach);
        let level = if refusal_documented { Level::Must } else { Level::Ambiguous };
        let says = format!("{} with a value of `{id}` that the document's schema does not allow", name_of(operation));
        let steps = self.after(&reach, vec![control, step]);
        let mut one = self.requirement(number, &format!("param/{id}/invalid/{how}"), level, says, steps);
        one.topic = (!refusal_documented).then(|| TOPIC.to_owned());
        one.suite = Suite::Property;
        made.requirements.push(one);
    }

    fn malformed_in_path(&self, number: usize, param: &Param, made: &mut Made) {
        let operation = self.operations[number];
        let Some((_, before)) = names::in_path(&operation.path).pop() else { return };
        let Some(list) = self.find("GET", &before) else { return };
        let list_reach = self.reach(list, 0);
        let rest = operation.path.rsplit_once(&format!("{{{}}}", param.name)).map_or("", |(_, rest)| rest);
        let mut reach = self.reach(number, 0);
        reach.path = format!("{}/touchmark{rest}", list_reach.path);
        let mut step = self.step(number, Role::Probe, &reach);
        // A document need not have each status for each operation, so one that it does not have is observed, and is no gap.
        step.expect = vec![Expect::Refused];
        let control = self.step(list, Role::Control, &list_reach);
        let id = names::part(&param.name);
        let says = format!("{} is refused for an `{id}` that is no number", name_of(operation));
        let steps = self.after(&list_reach, vec![control, step]);
        let mut one = self.requirement(number, &format!("param/{id}/invalid/malformed"), Level::Must, says, steps);
        one.suite = Suite::Property;
        made.requirements.push(one);
    }
}

/// Whether values of a parameter can be drawn from its schema.
pub(super) fn can_be_drawn(param: &Param) -> bool {
    let Some(whole) = &param.schema else { return false };
    let scalar = ["string", "integer", "number", "boolean"];
    let own = schema::followed(whole, whole);
    let given = ["enum", "example", "default"].iter().any(|word| own.get(*word).is_some());
    schema::type_of(whole, whole).is_some_and(|name| scalar.contains(&name))
        && (given || own.get(UNKNOWN_FORMAT).is_none())
        && schema::sample(whole, whole, 0).is_some()
}

/// Values that a schema does not allow, each with how it is wrong.
fn invalid(whole: &Value) -> Vec<(&'static str, String)> {
    let own = schema::followed(whole, whole);
    let mut out = Vec::new();
    match schema::type_of(whole, whole) {
        Some("integer") => {
            out.push(("malformed", "touchmark".to_owned()));
            let (below, above) = schema::outside(own);
            out.extend(below.map(|n| ("below", n.to_string())));
            out.extend(above.map(|n| ("above", n.to_string())));
        }
        Some("boolean" | "number") => out.push(("malformed", "touchmark".to_owned())),
        Some("string") if own.get("enum").is_some() => out.push(("unlisted", "touchmark-unlisted".to_owned())),
        Some("string") => {
            // A longer one does not go into a URL.
            let most = own.get("maxLength").and_then(Value::as_u64).filter(|most| *most <= 2_000);
            out.extend(most.map(|most| ("too-long", format!("${{text:{}}}", most + 1))));
        }
        _ => {}
    }
    out
}
