//! Requirements that follow from rows.
//!
//! In: an endpoint. Out: the requirements that its request, parameters, elements and examples give, in a fixed order.
//! What a row does not say is not required: what becomes of unlawful input is a reading, unless the row says more.

use std::{borrow::Borrow, collections::BTreeMap, ops::Bound};

use super::{
    Demand, Element, Endpoint, Expect, Input, Level, Media, Need, Parameter, ParameterKind, Path, Query, Reading,
    RequestSpec, Requirement, Step, ValueClass, meaning::calling_account,
};
use crate::{
    model::{
        case::{Role, Times},
        credential::{AccountRole, Authorization},
        draft::{Carrier, Encoding},
    },
    vocabulary::predicate::EQUALS,
};

/// All requirements that derive from an endpoint.
pub(super) fn requirements(endpoint: &Endpoint) -> Vec<Requirement> {
    let mut out = Vec::new();
    if let Some(request) = &endpoint.request {
        let maker = Maker { endpoint, request };
        out.extend(endpoint.examples.iter().map(|example| maker.example(example)));
        out.extend(endpoint.sets.iter().map(|set| maker.set(set)));
        if request.derives {
            maker.whole(&mut out);
            for (number, row) in endpoint.parameters.iter().enumerate() {
                maker.parameter(number, row, &mut out);
            }
        }
    }
    for (number, row) in endpoint.elements.iter().enumerate() {
        element(endpoint, number, row, &mut out);
    }
    super::model::requirements(endpoint, &mut out);
    answers(endpoint, &mut out);
    out
}

/// Whether an id matches a pattern in which `*` stands for any run of characters.
pub(crate) fn glob(pattern: &str, id: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| id.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

/// The entries whose ids match such a pattern; only those that begin as it does are looked at.
pub(crate) fn matching<'a, Id: Borrow<str> + Ord, Entry>(
    entries: &'a BTreeMap<Id, Entry>,
    pattern: &'a str,
) -> impl Iterator<Item = (&'a str, &'a Entry)> {
    let begins = pattern.split('*').next().unwrap_or(pattern);
    let from = (Bound::Included(begins), Bound::Unbounded);
    entries
        .range::<str, _>(from)
        .map(|(id, entry)| (id.borrow(), entry))
        .take_while(move |(id, _)| id.starts_with(begins))
        .filter(move |(id, _)| glob(pattern, id))
}

/// A name as part of an id.
pub(crate) fn id_part(name: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || "._-@".contains(c) { c } else { '_' };
    name.chars().filter(|c| !"[]<>".contains(*c)).map(keep).collect()
}

/// Values of parameters that may be longer than this go in a body, in characters.
const URL_CHARACTERS_MAX: u32 = 255;

/// Paths that had `.ns` behind them in older versions (p. 166).
const OLD_PATHS: [&str; 5] =
    ["/api/command", "/api/client_script", "/api/start_session", "/api/reporting", "/api/backup"];

struct Maker<'a> {
    endpoint: &'a Endpoint,
    request: &'a RequestSpec,
}

/// The readings of what the guide leaves open: refused, or accepted in one of the ways that the topic names. Where several of
/// those look the same from outside, the report names them all.
fn readings_of(topic: &str) -> Vec<Reading> {
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
    fn requirement(&self, id: &str, level: Level, page: u32, says: String, steps: Vec<Step>) -> Requirement {
        Requirement {
            id: format!("{}/{id}", self.endpoint.id),
            endpoint: self.endpoint.id.clone(),
            level,
            section: self.endpoint.title.clone(),
            page,
            says,
            class: steps.iter().map(|s| s.class).max().unwrap_or(self.endpoint.class),
            since: self.endpoint.since,
            topic: None,
            rests_on: Vec::new(),
            opt_in: false,
            fresh_session: false,
            property: false,
            demand: Demand::Steps(steps),
        }
    }

    /// A step with the smallest lawful request.
    fn smallest(&self, role: Role) -> Step {
        let account = calling_account(self.request);
        let pairs = self.request.fixed.iter().chain(&self.request.smallest);
        Step {
            role,
            endpoint: self.endpoint.id.clone(),
            class: self.endpoint.class,
            parameters: pairs.map(|(n, v)| (n.clone(), Input::Text(v.clone()))).collect(),
            maybe: Vec::new(),
            raw: None,
            method: self.request.methods.first().cloned().unwrap_or_else(|| "GET".to_owned()),
            path: self.request.path.clone(),
            encoding: Encoding::Percent,
            carrier: if self.request.methods.first().is_some_and(|m| m == "POST") {
                Carrier::Form
            } else {
                Carrier::Query
            },
            account,
            authorization: if account == AccountRole::None { Authorization::Nothing } else { Authorization::Token },
            headers: Vec::new(),
            times: Times::Once,
            capture: Vec::new(),
            only_if: Vec::new(),
            otherwise: String::new(),
            expect: if role == Role::Probe { Vec::new() } else { vec![Expect::Accepted] },
            readings: Vec::new(),
        }
    }

    fn accepted(&self, change: impl FnOnce(&mut Step)) -> Step {
        let mut step = self.smallest(Role::Probe);
        step.expect = vec![Expect::Accepted];
        change(&mut step);
        step
    }

    fn refused(&self, change: impl FnOnce(&mut Step)) -> Step {
        let mut step = self.smallest(Role::Probe);
        step.expect = vec![Expect::Refused];
        change(&mut step);
        step
    }

    fn open(&self, topic: &str, change: impl FnOnce(&mut Step)) -> Step {
        let mut step = self.smallest(Role::Probe);
        step.readings = readings_of(topic);
        change(&mut step);
        step
    }

    /// What holds for the endpoint as a whole.
    fn whole(&self, out: &mut Vec<Requirement>) {
        let (page, control) = (self.endpoint.page, || self.smallest(Role::Control));
        let name = self.endpoint.id.rsplit('/').next().unwrap_or_default();
        let mut smallest = self.requirement(
            "smallest",
            Level::Must,
            page,
            format!("`{name}` is accepted with nothing but what it requires"),
            vec![self.accepted(|_| {})],
        );
        if self.endpoint.parameters.iter().any(|row| self.may_be_left_out(row)) {
            smallest.rests_on.push(format!("{}/param/*/optional", self.endpoint.id));
        }
        if self.request.methods.len() > 1 {
            smallest.rests_on.push(format!("{}/method/get", self.endpoint.id));
        }
        if self.request.account != AccountRole::None {
            smallest.rests_on.push("auth/token/*".to_owned());
        }
        out.push(smallest);
        let maybe: Vec<_> = (0..self.endpoint.parameters.len()).filter_map(|n| self.maybe(n)).collect();
        if !maybe.is_empty() {
            let mut lawful = self.requirement(
                "lawful",
                Level::Must,
                page,
                format!("`{name}` is accepted with any lawful combination of its parameters"),
                vec![control(), self.accepted(|step| step.maybe = maybe)],
            );
            lawful.property = true;
            lawful.rests_on.push(format!("{}/param/*", self.endpoint.id));
            out.push(lawful);
        }
        if self.request.methods.len() > 1 {
            for method in &self.request.methods {
                // The control is the other method: where both fail, it is not the method that is at fault.
                let mut control = control();
                let other = self.request.methods.iter().find(|other| *other != method);
                with_method(&mut control, other.unwrap_or(method));
                let mut one = self.requirement(
                    &format!("method/{}", method.to_ascii_lowercase()),
                    Level::Must,
                    if self.of_command() { 10 } else { page },
                    format!("`{name}` answers {method}"),
                    vec![control, self.accepted(|step| with_method(step, method))],
                );
                if method == "POST" && self.of_command() {
                    one.rests_on.push("command/general/method/post".to_owned());
                }
                out.push(one);
            }
        }
        if OLD_PATHS.contains(&self.request.path.as_str()) {
            let readings = vec![
                Reading { name: "available".to_owned(), expect: vec![Expect::Accepted] },
                Reading { name: "gone".to_owned(), expect: vec![Expect::Refused] },
            ];
            let probe = self.open("ns-alias", |step| {
                step.path = format!("{}.ns", self.request.path);
                step.readings = readings;
            });
            let says = format!("`{name}` is still there under the old path with `.ns`");
            out.push(self.ambiguous("alias/ns", "ns-alias", 166, says, vec![control(), probe]));
            let probe = self.open("unknown-parameter", |step| {
                step.parameters.push(("touchmark_unknown".to_owned(), Input::Text("1".to_owned())));
            });
            let says = format!("`{name}` with a parameter that the guide does not know");
            out.push(self.ambiguous("unknown-parameter", "unknown-parameter", page, says, vec![control(), probe]));
            out.extend(self.repeated());
        }
        self.permissions(out);
    }

    fn of_command(&self) -> bool {
        self.endpoint.id.starts_with("command/")
    }

    /// A set of parameters that the guide names, and nothing else.
    fn set(&self, set: &super::ParameterSet) -> Requirement {
        let probe = self.accepted(|step| {
            step.parameters = self
                .request
                .fixed
                .iter()
                .chain(&set.parameters)
                .map(|(n, v)| (n.clone(), Input::Text(v.clone())))
                .collect();
        });
        self.requirement(&format!("set/{}", id_part(&set.name)), Level::Must, set.page, set.says.clone(), vec![probe])
    }

    fn ambiguous(&self, id: &str, topic: &str, page: u32, says: String, steps: Vec<Step>) -> Requirement {
        let mut requirement = self.requirement(id, Level::Ambiguous, page, says, steps);
        requirement.topic = Some(topic.to_owned());
        requirement
    }

    /// The same parameter twice: once with a lawful value, once with one that names nothing.
    fn repeated(&self) -> Option<Requirement> {
        let row =
            self.endpoint.parameters.iter().find(|row| {
                row.class.is_none() && row.unknown.is_some() && self.request.smallest.contains_key(&row.key)
            })?;
        let lawful = self.request.smallest.get(&row.key)?.clone();
        let unknown = row.unknown.clone()?;
        let twice = |first: &str, second: &str, accepted_in: &str| {
            self.open("repeated-parameter", |step| {
                step.parameters.retain(|(name, _)| *name != row.key);
                step.parameters.push((row.key.clone(), Input::Text(first.to_owned())));
                step.parameters.push((row.key.clone(), Input::Text(second.to_owned())));
                step.readings = ["first", "last", "refused"]
                    .map(|name| Reading {
                        name: name.to_owned(),
                        expect: vec![if name == accepted_in { Expect::Accepted } else { Expect::Refused }],
                    })
                    .to_vec();
            })
        };
        let steps =
            vec![self.smallest(Role::Control), twice(&lawful, &unknown, "first"), twice(&unknown, &lawful, "last")];
        let says = format!("`{}` given twice: the first holds, the last holds, or the request is refused", row.name);
        Some(self.ambiguous("repeated-parameter", "repeated-parameter", row.page, says, steps))
    }

    fn permissions(&self, out: &mut Vec<Requirement>) {
        let name = self.endpoint.id.rsplit('/').next().unwrap_or_default();
        if self.request.account == AccountRole::None || self.request.access_untold {
            return;
        }
        let (page, control) = (self.endpoint.page, || self.smallest(Role::Control));
        let with = |role: AccountRole| move |step: &mut Step| step.account = role;
        out.push(self.requirement(
            "permission/deny",
            Level::Must,
            page,
            match &self.request.permission {
                Some(permission) => format!("`{name}` is refused to an account without the permission {permission}"),
                None => format!("`{name}` is refused to an account without access to the command API"),
            },
            vec![control(), self.refused(with(AccountRole::Deny))],
        ));
        let id = "permission/read_only";
        if self.request.permission.is_none() {
            out.push(self.read_only(id));
        }
        for (id, authorization, says) in [
            ("auth/none", Authorization::Nothing, "without a token"),
            ("auth/invalid", Authorization::InvalidToken, "with a token that was never issued"),
        ] {
            let mut one = self.requirement(
                id,
                Level::Must,
                6,
                format!("`{name}` is refused {says}"),
                vec![control(), self.refused(|step| step.authorization = authorization)],
            );
            one.rests_on.push("auth/errors/*".to_owned());
            out.push(one);
        }
    }

    fn read_only(&self, id: &str) -> Requirement {
        let name = self.endpoint.id.rsplit('/').next().unwrap_or_default();
        let (page, control) = (self.endpoint.page, || self.smallest(Role::Control));
        let with = |role: AccountRole| move |step: &mut Step| step.account = role;
        match (&self.request.account_topic, self.request.account) {
            (Some(topic), _) => self.ambiguous(
                id,
                topic,
                page,
                format!("`{name}` with a read-only account, which the guide allows although it changes something"),
                vec![control(), self.open(topic, with(AccountRole::ReadOnly))],
            ),
            (None, AccountRole::Full) => self.requirement(
                id,
                Level::Must,
                page,
                format!("`{name}` is refused to an account with read-only access"),
                vec![control(), self.refused(with(AccountRole::ReadOnly))],
            ),
            _ => self.requirement(
                id,
                Level::Must,
                page,
                format!("`{name}` is open to an account with read-only access"),
                vec![self.accepted(with(AccountRole::ReadOnly))],
            ),
        }
    }

    fn may_be_left_out(&self, row: &Parameter) -> bool {
        matches!(row.need, Need::Optional) && !self.request.smallest.contains_key(&row.key)
    }

    /// The other members of the parameter's group.
    fn rivals(&self, row: &Parameter) -> Vec<&str> {
        let (Need::OneOf(group) | Need::SomeOf(group)) = &row.need else { return Vec::new() };
        let same = |other: &&Parameter| {
            other.name != row.name && matches!(&other.need, Need::OneOf(g) | Need::SomeOf(g) if g == group)
        };
        self.endpoint.parameters.iter().filter(same).map(|other| other.key.as_str()).collect()
    }

    /// An optional parameter that a random lawful request may have: one that goes with the smallest request and with all others.
    fn maybe(&self, number: usize) -> Option<(String, Input)> {
        let row = &self.endpoint.parameters[number];
        let harmless = row.class.is_none_or(|class| class <= self.endpoint.class);
        (self.may_be_left_out(row) && harmless && row.needs.is_empty() && row.excludes.is_empty())
            .then(|| (row.key.clone(), self.input(number, ValueClass::Lawful)))
    }

    fn input(&self, parameter: usize, class: ValueClass) -> Input {
        Input::Draw { endpoint: self.endpoint.id.clone(), parameter, class }
    }

    /// Puts a value of a parameter into a step, with what must go with it and without its rivals.
    fn put(&self, step: &mut Step, row: &Parameter, input: Input) {
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

    fn parameter(&self, number: usize, row: &Parameter, out: &mut Vec<Requirement>) {
        let part = id_part(&row.name);
        let derived = self.of_parameter(number, row);
        out.extend(
            derived.into_iter().filter(|(kind, _)| !row.underived.iter().any(|u| kind.starts_with(u.as_str()))).map(
                |(kind, mut requirement)| {
                    requirement.id = format!("{}/param/{part}/{kind}", self.endpoint.id);
                    requirement.since = row.since.or(requirement.since);
                    if kind != "accepted" && kind != "required" && kind != "optional" {
                        requirement.rests_on.push(format!("{}/param/{part}/accepted", self.endpoint.id));
                    }
                    requirement
                },
            ),
        );
    }

    fn of_parameter(&self, number: usize, row: &Parameter) -> Vec<(String, Requirement)> {
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
        let must = |says: String, steps: Vec<Step>| self.requirement("", Level::Must, row.page, says, steps);
        let open = |topic: &str, says: String, steps: Vec<Step>| self.ambiguous("", topic, row.page, says, steps);
        let accepted =
            must(format!("`{name}` is accepted with a lawful value"), vec![self.accepted(with(ValueClass::Lawful))]);
        out.push(("accepted".to_owned(), accepted));
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
            out.push((kind.to_owned(), must(says, vec![self.accepted(with(class))])));
            let says = format!("`{name}` just outside its range, next to {bound}");
            out.push((
                beyond.to_owned(),
                open("out-of-range", says, vec![control(), self.open("out-of-range", with(outside))]),
            ));
        }
        if let Some(limit) = row.max_characters {
            for (kind, class, what) in [
                ("at-limit", ValueClass::AtLimit, "characters"),
                ("at-limit-multibyte", ValueClass::AtLimitMultibyte, "characters of several bytes each"),
            ] {
                let says = format!("`{name}` is accepted with {limit} {what}");
                out.push((kind.to_owned(), must(says, vec![control(), self.accepted(with(class))])));
            }
            let says = format!("`{name}` with {} characters, one more than documented", limit.saturating_add(1));
            let probe = self.open("over-length", with(ValueClass::OverLimit));
            out.push(("over-limit".to_owned(), open("over-length", says, vec![control(), probe])));
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
                one.rests_on.push("command/general/encoding/*".to_owned());
            }
            out.push(("encoding".to_owned(), one));
        }
        if let Some(unknown) = &row.unknown {
            let says = format!("`{name}` with a value that names nothing is refused");
            let probe = self.refused(text(unknown));
            out.push(("unknown".to_owned(), must(says, vec![control(), probe])));
        }
        out
    }

    fn example(&self, example: &super::Example) -> Requirement {
        let mut probe = self.smallest(Role::Probe);
        probe.parameters.clear();
        probe.raw = Some(example.send.clone());
        probe.class = example.class.unwrap_or(probe.class);
        let says = format!("the printed example is understood: {}", example.says);
        let mut steps = Vec::new();
        let level = match example.expect.as_str() {
            "accepted" => {
                probe.expect = vec![Expect::Accepted];
                Level::Must
            }
            "refused" => {
                probe.expect = vec![Expect::Refused];
                steps.push(self.smallest(Role::Control));
                Level::Must
            }
            _ => {
                probe.readings = readings_of(example.topic.as_deref().unwrap_or_default());
                steps.push(self.smallest(Role::Control));
                Level::Ambiguous
            }
        };
        steps.push(probe);
        let mut requirement = self.requirement(&format!("example/{}", example.name), level, example.page, says, steps);
        requirement.topic =
            (level == Level::Ambiguous).then(|| example.topic.clone().unwrap_or_else(|| "printed-example".to_owned()));
        requirement.fresh_session = example.fresh_session;
        requirement
    }
}

fn with_method(step: &mut Step, method: &str) {
    step.method = method.to_owned();
    step.carrier = if method == "POST" { Carrier::Form } else { Carrier::Query };
}

pub(super) fn observed(
    endpoint: &Endpoint,
    id: String,
    level: Level,
    page: u32,
    says: String,
    demand: Demand,
) -> Requirement {
    Requirement {
        id: format!("{}/{id}", endpoint.id),
        endpoint: endpoint.id.clone(),
        level,
        section: endpoint.title.clone(),
        page,
        says,
        class: endpoint.class,
        since: endpoint.since,
        topic: None,
        rests_on: Vec::new(),
        opt_in: false,
        fresh_session: false,
        property: false,
        demand,
    }
}

fn element(endpoint: &Endpoint, number: usize, row: &Element, out: &mut Vec<Requirement>) {
    let id = format!("response/{}", row.path);
    let says = match (&row.when, row.count_min, row.sometimes) {
        (Some((name, value)), ..) => {
            format!("`{}` is in the answer when `{name}={value}` asks for it, and only then", row.path)
        }
        (None, 0, _) | (None, _, true) => format!("`{}` stands where the guide has it, as often as it says", row.path),
        _ => format!("`{}` is in the answer", row.path),
    };
    let mut present = observed(endpoint, id.clone(), Level::Must, row.page, says, Demand::Present(number));
    present.since = row.since.or(present.since);
    // A row that may stand any number of times, none included, cannot be missing: there is nothing to require of it. An attribute
    // never stands twice.
    let can_fail = |row: &Element| {
        let is_attribute = row.path.rsplit('/').next().is_some_and(|last| last.starts_with('@'));
        let needed = row.count_min > 0 && !row.sometimes;
        needed || row.when.is_some() || (row.count_max.is_some() && !is_attribute)
    };
    // A parent that is missing takes its children along: one cause, one finding.
    let parents: Vec<String> = endpoint
        .elements
        .iter()
        .filter(|other| can_fail(other))
        .filter(|other| row.path.strip_prefix(other.path.as_str()).is_some_and(|rest| rest.starts_with('/')))
        .map(|other| format!("{}/response/{}", endpoint.id, other.path))
        .collect();
    present.rests_on.clone_from(&parents);
    if can_fail(row) {
        out.push(present);
    }
    let mut typed = |mut requirement: Requirement| {
        requirement.since = row.since.or(requirement.since);
        requirement.rests_on.clone_from(&parents);
        if can_fail(row) {
            requirement.rests_on.push(format!("{}/response/{}", endpoint.id, row.path));
        }
        out.push(requirement);
    };
    if row.kind.can_be_checked() {
        let says = match row.values.is_empty() {
            true => format!("`{}` is {}", row.path, row.kind.in_words()),
            false => format!("`{}` is one of {}", row.path, row.values.join(", ")),
        };
        typed(observed(endpoint, format!("{id}/type"), Level::Must, row.page, says, Demand::Typed(number)));
    }
    if !row.names.is_empty() {
        let says = format!("`{}` is printed with more than one name", row.path);
        let mut named =
            observed(endpoint, format!("{id}/name"), Level::Ambiguous, row.page, says, Demand::Named(number));
        named.topic.clone_from(&row.topic);
        typed(named);
    }
}

/// What holds for the answers of the endpoint as a whole.
fn answers(endpoint: &Endpoint, out: &mut Vec<Requirement>) {
    if let Some(text) = endpoint.response.success.as_ref().filter(|text| !text.is_empty()) {
        let query = || Query::Path(Path::anywhere("success"));
        let says = format!("`success` holds the documented message, `{text}`");
        let reading = |name: &str, text: String| Reading {
            name: name.to_owned(),
            expect: vec![Expect::At(query(), EQUALS.of(text))],
        };
        let demand = Demand::EveryAnswer {
            own: true,
            expect: Vec::new(),
            readings: vec![reading("without", text.clone()), reading("with", format!("{text}."))],
        };
        let mut one = observed(endpoint, "response/success".to_owned(), Level::Ambiguous, endpoint.page, says, demand);
        one.topic = Some("success-period".to_owned());
        out.push(one);
    }
    if !endpoint.elements.is_empty() && endpoint.response.media == Media::Document {
        let says = "every accepted answer is valid against the schema that the guide's tables give".to_owned();
        let mut one = observed(endpoint, "schema".to_owned(), Level::Must, endpoint.page, says, Demand::Schema);
        one.rests_on.push(format!("{}/response/*", endpoint.id));
        out.push(one);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        for (pattern, id, expected) in [
            ("a/b", "a/b", true),
            ("a/b", "a/bc", false),
            ("a/*", "a/b/c", true),
            ("*/c", "a/b/c", true),
            ("a/*/c", "a/b/c", true),
            ("a/*/c/*", "a/b/c/d", true),
            ("a/*/x/*", "a/b/c/d", false),
            ("a/*", "b/a/", false),
        ] {
            assert_eq!(glob(pattern, id), expected, "{pattern} {id}");
        }
    }
}
