//! Steps and requirements as they derive from an endpoint that can be called.
//!
//! In: an endpoint and its request. Out: its smallest step, and what is made of it. Which requirements there are is decided in the
//! rooms beside this one.

use crate::{
    model::{case::Role, draft::Carrier},
    spec::{
        endpoint::{Endpoint, Need, Parameter, RequestSpec},
        plain,
        requirement::{Demand, Level, Origin, Requirement},
        step::{Input, Reading, Step, ValueClass},
    },
    vocabulary::Expect,
};

/// Values of parameters that may be longer than this go in a body, in characters.
const URL_CHARACTERS_MAX: u32 = 255;

pub(super) struct Maker<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) request: &'a RequestSpec,
}

/// The readings of what the guide leaves open: refused, or accepted in one of the ways that the topic names. Where several of
/// those look the same from outside, the report names them all.
pub(super) fn readings_of(topic: &str) -> Vec<Reading> {
    let accepted: &[&str] = match topic {
        "out-of-range" => &["clamped", "ignored"],
        "over-length" => &["truncated"],
        "malformed-value" | "empty-value" | "unknown-parameter" => &["ignored"],
        _ => &["accepted"],
    };
    let accepted = accepted.iter().map(|name| Reading { name: (*name).to_owned(), expect: vec![Expect::Accepted] });
    std::iter::once(Reading { name: "refused".to_owned(), expect: vec![Expect::Refused] }).chain(accepted).collect()
}

impl Maker<'_> {
    pub(super) fn requirement(
        &self,
        origin: Origin,
        id: &str,
        level: Level,
        page: u32,
        says: String,
        steps: Vec<Step>,
    ) -> Requirement {
        let id = format!("{}/{id}", self.endpoint.id).into();
        Requirement {
            page,
            fresh_session: self.request.fresh_session,
            ..plain::requirement(self.endpoint, origin, id, level, says, Demand::Steps(steps))
        }
    }

    /// A step with the smallest lawful request.
    pub(super) fn smallest(&self, role: Role) -> Step {
        plain::smallest(self.endpoint, self.request, role)
    }

    pub(super) fn accepted(&self, change: impl FnOnce(&mut Step)) -> Step {
        let mut step = self.smallest(Role::Probe);
        step.expect = vec![Expect::Accepted];
        change(&mut step);
        step
    }

    pub(super) fn refused(&self, change: impl FnOnce(&mut Step)) -> Step {
        let mut step = self.smallest(Role::Probe);
        step.expect = vec![Expect::Refused];
        change(&mut step);
        step
    }

    pub(super) fn open(&self, topic: &str, change: impl FnOnce(&mut Step)) -> Step {
        let mut step = self.smallest(Role::Probe);
        step.readings = readings_of(topic);
        change(&mut step);
        step
    }

    pub(super) fn ambiguous(
        &self,
        origin: Origin,
        id: &str,
        topic: &str,
        page: u32,
        says: String,
        steps: Vec<Step>,
    ) -> Requirement {
        let mut requirement = self.requirement(origin, id, Level::Ambiguous, page, says, steps);
        requirement.topic = Some(topic.to_owned());
        requirement
    }

    pub(super) fn of_command(&self) -> bool {
        self.endpoint.id.starts_with("command/")
    }

    pub(super) fn may_be_left_out(&self, row: &Parameter) -> bool {
        matches!(row.need, Need::Optional) && !self.request.smallest.contains_key(&row.key)
    }

    /// The other members of the parameter's group.
    pub(super) fn rivals(&self, row: &Parameter) -> Vec<&str> {
        let (Need::OneOf(group) | Need::SomeOf(group)) = &row.need else { return Vec::new() };
        let same = |other: &&Parameter| {
            other.name != row.name && matches!(&other.need, Need::OneOf(g) | Need::SomeOf(g) if g == group)
        };
        self.endpoint.parameters.iter().filter(same).map(|other| other.key.as_str()).collect()
    }

    /// An optional parameter that a random lawful request may have: one that goes with the smallest request and with all others.
    pub(super) fn maybe(&self, number: usize) -> Option<(String, Input)> {
        let row = &self.endpoint.parameters[number];
        let harmless = row.class.is_none_or(|class| class <= self.endpoint.class);
        (self.may_be_left_out(row) && harmless && row.needs.is_empty() && row.excludes.is_empty())
            .then(|| (row.key.clone(), self.input(number, ValueClass::Lawful)))
    }

    pub(super) fn input(&self, parameter: usize, class: ValueClass) -> Input {
        Input::Draw { endpoint: self.endpoint.id.clone(), parameter, class }
    }

    /// Puts a value of a parameter into a step, with what must go with it and without its rivals.
    pub(super) fn put(&self, step: &mut Step, row: &Parameter, input: Input) {
        let rivals = self.rivals(row);
        step.parameters
            .retain(|(name, _)| *name != row.key && !rivals.contains(&name.as_str()) && !row.excludes.contains(name));
        for (name, value) in &row.needs {
            let needed = self.endpoint.parameters.iter().find(|other| other.key == *name);
            let rivals = needed.map(|needed| self.rivals(needed)).unwrap_or_default();
            step.parameters.retain(|(other, _)| other != name && !rivals.contains(&other.as_str()));
            step.parameters.push((name.clone(), Input::Text(value.clone())));
        }
        // Thousands of bytes do not belong in a request line.
        let long = row.max_characters.is_some_and(|limit| limit > URL_CHARACTERS_MAX);
        if long && matches!(input, Input::Draw { .. }) && self.request.methods.iter().any(|method| method == "POST") {
            with_method(step, "POST");
        }
        step.parameters.push((row.key.clone(), input));
        step.class = step.class.max(row.class.unwrap_or(step.class));
    }
}

pub(super) fn with_method(step: &mut Step, method: &str) {
    step.method = method.to_owned();
    step.carrier = if method == "POST" { Carrier::Form } else { Carrier::Query };
}
