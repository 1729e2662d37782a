//! Values and bodies that are amiss, for a run that fuzzes.
//!
//! In: an operation. Out: a requirement for each family of values in its query and its path, and for each family in its body. An operation
//! that changes something is only called for what the run made, or so that what is made has the run's own word in it; what could not be
//! recognised is made where the run may disrupt. Nothing is taken away here.

use std::sync::Arc;

use serde_json::Value;

use super::{
    bodies::body_text,
    maker::{Made, Maker, properties},
    params::PARAMETERS_MAX,
    resources::{Kind, PROOF},
    schema,
    steps::{self, ours},
};
use crate::{
    model::{
        case::{Class, Role},
        contract::Place,
        draft::BODY,
        suite::Suite,
        written::RawRequest,
    },
    spec::{
        Input, Level, Origin, Requirement, Spec, Step,
        fuzz::{
            self,
            families::{self, FAMILIES, Family, Put},
        },
        plain,
    },
    vocabulary::{Expect, Hostile, Soundness},
};

/// The most members of a body that are tried.
const MEMBERS_MAX: usize = 20;

/// What is asked where something is amiss.
pub(super) struct Odd {
    /// A lawful request that changes nothing.
    lawful: Step,
    sound: Expect,
}

impl Odd {
    /// Nothing unless the data are those of a run that fuzzes.
    pub(super) fn of(spec: &Spec) -> Option<Self> {
        let read = fuzz::lawful(spec).filter(|_| spec.requirements.contains_key(fuzz::ALIVE))?;
        let lawful = written(plain::smallest(read, read.request.as_ref()?, Role::Control));
        let sound = Soundness { traces: Arc::clone(&spec.attacks.traces), ..Soundness::default() };
        Some(Self { lawful, sound: Expect::Hostile(Hostile::Sound(Arc::new(sound))) })
    }

    fn probe(&self, step: Step) -> Step {
        written(Step { role: Role::Probe, expect: vec![self.sound.clone()], only_if: Vec::new(), ..step })
    }
}

fn written(step: Step) -> Step {
    Step { written: Some(RawRequest::default()), ..step }
}

impl Maker<'_> {
    /// What is asked of an operation.
    pub(super) fn odd(&self, number: usize, odd: &Odd, made: &mut Made) {
        match self.operations[number].method.as_str() {
            "GET" => self.odd_values(number, odd, made),
            "POST" => {
                if let Some(kind) = self.kind(number) {
                    let lawful = Value::Object(kind.another(2));
                    let step = ours(self.step(number, Role::Probe, &self.reach(number, 0)));
                    self.odd_bodies(number, odd, &kind, &kind.setup, (&step, &lawful), made);
                }
            }
            "PATCH" | "PUT" => {
                let Ok((kind, step)) = self.changes(number) else { return };
                let lawful = step.parameters.iter().find_map(|(name, input)| match input {
                    Input::Text(text) if name == BODY => serde_json::from_str::<Value>(text).ok(),
                    _ => None,
                });
                let Some(lawful) = lawful else { return };
                let setup = [kind.setup.clone(), self.on_ours(&kind, Vec::new())].concat();
                self.odd_bodies(number, odd, &kind, &setup, (&step, &lawful), made);
            }
            _ => {}
        }
    }

    /// Values in a query and in a path.
    fn odd_values(&self, number: usize, odd: &Odd, made: &mut Made) {
        let operation = self.operations[number];
        let reach = self.reach(number, 0);
        let lawful = written(self.step(number, Role::Control, &reach));
        let names: Vec<&str> =
            operation.of(Place::Query).take(PARAMETERS_MAX).map(|param| param.name.as_str()).collect();
        for family in &FAMILIES {
            let mut probes: Vec<Step> = names
                .iter()
                .map(|name| {
                    let mut probe = odd.probe(lawful.clone());
                    families::place(&mut probe, name, family.put);
                    probe
                })
                .collect();
            if let (Some(text), Some((before, rest))) = (in_path(family), reach.path.rsplit_once("${")) {
                let behind = rest.split_once('}').map_or("", |(_, behind)| behind);
                probes.push(odd.probe(Step { path: format!("{before}{text}{behind}"), ..lawful.clone() }));
            }
            if !probes.is_empty() {
                self.push_odd(number, family.word, family.says(), (&reach.setup, &lawful), probes, made);
            }
        }
    }

    /// Texts in a body, and what is no such body.
    fn odd_bodies(
        &self,
        number: usize,
        odd: &Odd,
        kind: &Kind<'_>,
        setup: &[Step],
        (step, lawful): (&Step, &Value),
        made: &mut Made,
    ) {
        let probe = |body: String| {
            let mut probe = odd.probe(step.clone());
            if !body.contains(PROOF) {
                // What a target made of it all the same could not be recognised and taken away.
                probe.class = Class::Disrupt;
            }
            steps::put_body(&mut probe, Input::Text(body));
            probe
        };
        let around = (setup, &odd.lawful);
        let members = properties(kind.schema);
        let texts = members.iter().filter(|(_, member)| schema::type_of(member, kind.schema) == Some("string"));
        let texts: Vec<&String> = texts.map(|(name, _)| name).take(MEMBERS_MAX).collect();
        for family in &FAMILIES {
            let Put::Value(value) = family.put else { continue };
            let probes = texts.iter().map(|name| {
                let mut body = lawful.clone();
                let own = if **name == kind.proof { PROOF } else { "" };
                body[name.as_str()] = Value::from(format!("{own}{}", families::plain(&value())));
                probe(body_text(&body))
            });
            self.push_odd(number, family.word, family.says(), around, probes.collect(), made);
        }
        let text = body_text(lawful);
        let says = "A body that is no JSON, or JSON of another kind, leaves the target sound";
        self.push_odd(number, "json", says.to_owned(), around, no_such(&text).map(probe).collect(), made);
    }

    fn push_odd(
        &self,
        number: usize,
        word: &str,
        says: String,
        (setup, lawful): (&[Step], &Step),
        probes: Vec<Step>,
        made: &mut Made,
    ) {
        let mut steps = setup.to_vec();
        steps.push(lawful.clone());
        steps.extend(probes);
        steps.push(Step { role: Role::Probe, ..lawful.clone() });
        let one = self.requirement(number, word, Level::Must, says, steps);
        made.requirements.push(Requirement {
            id: format!("fuzz/{}", one.id).into(),
            origin: Origin::Written,
            suite: Suite::Fuzz,
            rests_on: Vec::new(),
            ..one
        });
    }
}

/// A value of a family as one segment of a path.
fn in_path(family: &Family) -> Option<String> {
    match family.put {
        Put::Value(value) => Some(steps::percent(&value())),
        Put::Query(text) => Some(text.to_owned()),
        Put::Name(_) => None,
    }
}

/// The most that JSON is nested.
const DEPTH: usize = 5_000;

/// Texts that are no JSON, and JSON that is not what was asked for, made of a lawful body.
fn no_such(lawful: &str) -> impl Iterator<Item = String> {
    let inner = lawful.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default();
    let half = (0..=lawful.len() / 2).rev().find(|at| lawful.is_char_boundary(*at)).unwrap_or(0);
    let deep = format!("{{\"touchmark\":{}{},{inner}}}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    let wide: String = (0..DEPTH).map(|number| format!("\"touchmark-{number}\":null,")).collect();
    [
        String::new(),
        "null".to_owned(),
        "\"touchmark\"".to_owned(),
        format!("[{lawful}]"),
        format!("{lawful}{lawful}"),
        lawful[..half].to_owned(),
        format!("{{{inner},}}"),
        format!("{{{inner},{inner}}}"),
        format!("{{{inner},\"touchmark\":NaN}}"),
        format!("{{{inner},\"touchmark\":1e999}}"),
        format!("{{{inner},\"touchmark\":\"\\ud800\"}}"),
        format!("{{{inner},\"touchmark\":\"\\u0000\"}}"),
        format!("{{{inner},\"\":{{\"\":[{{}}]}}}}"),
        format!("\u{feff}{lawful}"),
        format!("/* touchmark */{lawful}"),
        lawful.replace('"', "'"),
        deep,
        format!("{{{wide}{inner}}}"),
    ]
    .into_iter()
}
