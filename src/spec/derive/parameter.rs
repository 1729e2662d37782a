//! What follows from the row of a parameter.
//!
//! In: a row and its endpoint. Out: requirements, without those that the row lists as `underived`.

use super::{maker::Maker, names::id_part};
use crate::{
    model::{case::Role, draft::Encoding},
    spec::{
        endpoint::{Need, Parameter, ParameterKind},
        requirement::{Level, Origin, Requirement},
        step::{Input, Step, ValueClass},
    },
};

impl Maker<'_> {
    pub(super) fn parameter(&self, number: usize, row: &Parameter, out: &mut Vec<Requirement>) {
        let part = id_part(&row.name);
        let derived = self.of_parameter(number, row);
        out.extend(
            derived.into_iter().filter(|(kind, _)| !row.underived.iter().any(|u| kind.starts_with(u.as_str()))).map(
                |(kind, mut requirement)| {
                    requirement.id = format!("{}/param/{part}/{kind}", self.endpoint.id).into();
                    requirement.since = row.since.or(requirement.since);
                    match kind.as_str() {
                        "accepted" | "required" => {}
                        // It is left out beside all others: where one of those is refused, that is the cause.
                        "optional" => {
                            requirement.rests_on.push(format!("{}/param/*/accepted", self.endpoint.id).into())
                        }
                        _ => requirement.rests_on.push(format!("{}/param/{part}/accepted", self.endpoint.id).into()),
                    }
                    if kind == "at-limit-multibyte" {
                        requirement.rests_on.push(format!("{}/param/{part}/at-limit", self.endpoint.id).into());
                    }
                    requirement
                },
            ),
        );
    }

    /// All of them, by what stands behind the name in their ids.
    pub(super) fn of_parameter(&self, number: usize, row: &Parameter) -> Vec<(String, Requirement)> {
        let mut out = Vec::new();
        let name = &row.name;
        let with = |class: ValueClass| move |step: &mut Step| self.put(step, row, self.input(number, class));
        let text = |value: &str| {
            let value = value.to_owned();
            move |step: &mut Step| self.put(step, row, Input::Text(value))
        };
        let control = || {
            let mut step = self.accepted(with(ValueClass::Lawful));
            step.role = Role::Control;
            step
        };
        let must_of = |origin: Origin, says: String, steps: Vec<Step>| {
            self.requirement(origin, "", Level::Must, row.page, says, steps)
        };
        let open_of = |origin: Origin, topic: &str, says: String, steps: Vec<Step>| {
            self.ambiguous(origin, "", topic, row.page, says, steps)
        };
        let must = |says: String, steps: Vec<Step>| must_of(Origin::Parameter, says, steps);
        let open = |topic: &str, says: String, steps: Vec<Step>| open_of(Origin::Parameter, topic, says, steps);
        let says = format!("`{name}` is accepted with a lawful value");
        let probe = self.accepted(with(ValueClass::Lawful));
        out.push(("accepted".to_owned(), must_of(Origin::ParameterAccepted, says, vec![probe])));
        match &row.need {
            Need::Required => {
                let probe = self.refused(|step| step.parameters.retain(|(other, _)| *other != row.key));
                let says = format!("without `{name}` nothing is done");
                out.push(("required".to_owned(), must(says, vec![self.smallest(Role::Control), probe])));
            }
            Need::OneOf(_) if self.request.smallest.contains_key(&row.key) => {
                let probe = self.refused(|step| {
                    let rivals = self.rivals(row);
                    step.parameters.retain(|(other, _)| *other != row.key && !rivals.contains(&other.as_str()));
                });
                let says = format!("without `{name}` or what stands in its place nothing is done");
                out.push(("required".to_owned(), must(says, vec![self.smallest(Role::Control), probe])));
            }
            Need::Optional if self.may_be_left_out(row) => {
                let probe = self.accepted(|step| {
                    let others =
                        (0..self.endpoint.parameters.len()).filter(|n| *n != number).filter_map(|n| self.maybe(n));
                    step.parameters.extend(others);
                });
                let says = format!("`{name}` may be left out beside all other optional parameters");
                out.push(("optional".to_owned(), must(says, vec![probe])));
            }
            _ => {}
        }
        for value in &row.values {
            let says = format!("`{name}={value}` is accepted");
            out.push((format!("value/{}", id_part(value)), must(says, vec![self.accepted(text(value))])));
        }
        for value in &row.item_values {
            let says = format!("`{name}={value}` is accepted");
            out.push((format!("value/{}", id_part(value)), must(says, vec![self.accepted(text(value))])));
        }
        for form in &row.forms {
            let says = format!("`{name}` is accepted in the form `{}`", form.name);
            let probe = self.accepted(|step| {
                self.put(step, row, Input::Text(form.value.clone()));
                step.class = step.class.max(form.class.unwrap_or(step.class));
            });
            out.push((format!("form/{}", id_part(&form.name)), must(says, vec![probe])));
        }
        for (kind, bound, class, beyond, outside) in [
            ("min", row.min, ValueClass::Min, "below-min", ValueClass::BelowMin),
            ("max", row.max, ValueClass::Max, "above-max", ValueClass::AboveMax),
        ] {
            let Some(bound) = bound else { continue };
            let says = format!("`{name}={bound}` is accepted, a bound of its range");
            out.push((kind.to_owned(), must_of(Origin::ParameterBound, says, vec![self.accepted(with(class))])));
            let says = format!("`{name}` just outside its range, next to {bound}");
            let steps = vec![control(), self.open("out-of-range", with(outside))];
            out.push((beyond.to_owned(), open_of(Origin::ParameterBound, "out-of-range", says, steps)));
        }
        if let Some(limit) = row.max_characters {
            for (kind, class, what) in [
                ("at-limit", ValueClass::AtLimit, "characters"),
                ("at-limit-multibyte", ValueClass::AtLimitMultibyte, "characters of several bytes each"),
            ] {
                let says = format!("`{name}` is accepted with {limit} {what}");
                let steps = vec![control(), self.accepted(with(class))];
                out.push((kind.to_owned(), must_of(Origin::ParameterBound, says, steps)));
            }
            let says = format!("`{name}` with {} characters, one more than documented", limit.saturating_add(1));
            let probe = self.open("over-length", with(ValueClass::OverLimit));
            let one = open_of(Origin::ParameterBound, "over-length", says, vec![control(), probe]);
            out.push(("over-limit".to_owned(), one));
        }
        let typed = matches!(
            row.kind,
            ParameterKind::Integer | ParameterKind::Boolean | ParameterKind::Enum | ParameterKind::Timestamp
        );
        if typed || (row.kind == ParameterKind::List && !row.item_values.is_empty()) {
            let says = format!("`{name}` with a value that is none of its own");
            let probe = self.open("malformed-value", with(ValueClass::Malformed));
            out.push(("malformed".to_owned(), open("malformed-value", says, vec![control(), probe])));
        }
        if !row.key.starts_with("session.custom.") {
            let says = format!("`{name}` with an empty value");
            out.push((
                "empty".to_owned(),
                open("empty-value", says, vec![control(), self.open("empty-value", text(""))]),
            ));
        }
        if row.kind == ParameterKind::String && row.valid.is_none() && row.forms.is_empty() && row.values.is_empty() {
            let special = |step: &mut Step| self.put(step, row, Input::Text("${special:24}".to_owned()));
            let mut first = self.accepted(special);
            first.role = Role::Control;
            let mut steps = vec![first];
            for encoding in [Encoding::Plus, Encoding::LowerHex] {
                let mut probe = self.accepted(special);
                probe.encoding = encoding;
                steps.push(probe);
            }
            let says = format!("`{name}` means the same however its value is encoded");
            let mut one = must(says, steps);
            if self.of_command() {
                one.rests_on.push("command/general/encoding/*".into());
            }
            out.push(("encoding".to_owned(), one));
        }
        if let Some(unknown) = &row.unknown {
            let one = match &row.unknown_topic {
                Some(topic) => {
                    let says = format!("`{name}` with a value that names nothing");
                    open(topic, says, vec![control(), self.open(topic, text(unknown))])
                }
                None => {
                    let says = format!("`{name}` with a value that names nothing is refused");
                    must(says, vec![control(), self.refused(text(unknown))])
                }
            };
            out.push(("unknown".to_owned(), one));
        }
        out
    }
}
