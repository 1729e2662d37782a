//! From steps, as typed, to what is sent and what must hold.
//!
//! In: a row and what its requirement says of all its steps. Out: a [`Step`]. Faults are gathered.

use std::collections::BTreeMap;

use super::{
    located::Located,
    named::{Named, unfolded},
    reader::{Place, Reader},
    shape_steps::{CaptureFile, StepFile},
    text::did_you_mean,
    words::{BODIES, ENCODINGS, STOPS},
};
use crate::{
    model::{
        case::{Class, EACH_MAX, Role, Times},
        credential::{AccountRole, Alteration, Credential},
        draft::{Carrier, Encoding},
        id::EndpointId,
        variables::UNIQUE,
    },
    spec::{
        capture::{Capture, Owned},
        endpoint::{Endpoint, ParameterKind, RequestSpec},
        step::Reading,
        step::{Input, Step, ValueClass},
    },
    vocabulary::{self, Expect, Query},
};

/// What the steps of one requirement have in common.
pub(super) struct Around<'a> {
    pub(super) endpoint: &'a str,
    pub(super) class: Option<Class>,
    pub(super) account: Option<AccountRole>,
    pub(super) named: &'a Named<'a>,
}

impl Reader {
    pub(super) fn step(&mut self, around: &Around<'_>, written: &Located<StepFile>, role: Role) -> Step {
        let (place, shape) = (around.named.place(), &**written);
        self.fits_step(place, written);
        let id = shape.endpoint.as_ref().map_or(around.endpoint, |id| id.as_str());
        let called = self.endpoints.get(id).cloned();
        let Some((called, request)) = called.as_ref().and_then(|e| Some((e, e.request.as_ref()?))) else {
            // What cannot be read is a fault of its own file.
            if !self.unread.contains(id) {
                let near = did_you_mean(id, self.endpoints.keys().map(EndpointId::as_str));
                let says = format!("`{id}` is no endpoint that can be called{near}; name one with a [request]");
                self.fault(place, written, &says);
            }
            // Without a method nothing more is said of it.
            return Step { method: String::new(), ..Step::of(role, "".into(), Class::Read) };
        };
        for name in &shape.without {
            if !request.fixed.contains_key(name.as_str()) && !request.smallest.contains_key(name.as_str()) {
                let known = request.fixed.keys().chain(request.smallest.keys()).map(String::as_str);
                let near = did_you_mean(name, known);
                self.fault(place, name, &format!("`{}` would not be sent anyway{near}", name.as_str()));
            }
        }
        let mut parameters: BTreeMap<String, Input> = BTreeMap::new();
        let mut order = Vec::new();
        let smallest = if shape.bare { BTreeMap::new() } else { request.smallest.clone() };
        for (name, value) in request
            .fixed
            .iter()
            .chain(&smallest)
            .filter(|(name, _)| !shape.without.iter().any(|other| other.as_str() == *name))
        {
            order.push(name.clone());
            parameters.insert(name.clone(), Input::Text(value.clone()));
        }
        for (name, value) in &shape.send {
            if parameters.insert(name.clone(), Input::Text(value.clone())).is_none() {
                order.push(name.clone());
            }
        }
        for (name, class) in &shape.draw {
            match drawn(called, name, class) {
                Ok((key, input)) => {
                    if parameters.insert(key.clone(), input).is_none() {
                        order.push(key);
                    }
                }
                Err(says) => self.fault(place, written, &says),
            }
        }
        let mut faults = Vec::new();
        let mut expect = vocabulary::read(&unfolded(around.named, &shape.expect, &mut faults), &mut faults);
        let only_if = vocabulary::read(&unfolded(around.named, &shape.only_if, &mut faults), &mut faults);
        let readings = readings_of(around.named, &shape.readings, &mut faults);
        let captures = shape.capture.iter().map(|(name, shape)| capture(name, shape));
        let mut capture: Vec<Capture> =
            captures.filter_map(|capture| capture.map_err(|fault| faults.push(fault)).ok()).collect();
        // What is looked for in each item of a list may have its list of the same answer.
        capture.sort_by_key(|capture| capture.for_each.is_some());
        let looked_at = expect.iter().chain(&only_if).chain(readings.iter().flat_map(|one| &one.expect));
        let queries = looked_at.filter_map(Expect::query).chain(capture.iter().map(|capture| &capture.query));
        faults.extend(queries.filter_map(|query| counts_nothing(query, shape)));
        for fault in faults {
            self.fault(place, written, &fault);
        }
        if role != Role::Probe && expect.is_empty() {
            expect.push(Expect::Accepted);
        }
        let own = if id == around.endpoint { around.class.unwrap_or(called.class) } else { called.class };
        let class = self.class(place, shape.class.as_ref()).unwrap_or(own.max(Class::Read));
        let account = shape.account.as_ref().map(|account| self.account(place, account)).or(around.account);
        let (method, carrier) = self.carrier(place, shape, request);
        Step {
            role,
            endpoint: called.id.clone(),
            class,
            parameters: order.into_iter().map(|name| (name.clone(), parameters[&name].clone())).collect(),
            maybe: Vec::new(),
            raw: shape.raw.as_ref().map(|raw| raw.to_string()),
            method,
            path: shape.path.clone().unwrap_or_else(|| request.path.clone()),
            encoding: shape.encoding.as_ref().map_or(Encoding::Percent, |word| self.word(place, word, &ENCODINGS)),
            carrier,
            account: account.unwrap_or(request.calling_account()),
            credential: credential_of(shape.authorization.as_deref(), account.unwrap_or(request.calling_account())),
            headers: shape.headers.iter().map(|(n, v)| (n.clone(), v.clone())).collect(),
            talk: self.talk(around.named, shape.handshake.as_ref(), shape.talk.as_ref()),
            written: None,
            times: self.times(place, shape),
            wait_s: shape.wait_s.as_deref().copied().unwrap_or(0),
            for_each: shape.for_each.as_ref().map(|list| list.to_string()),
            capture,
            only_if,
            otherwise: shape.otherwise.as_ref().map(|text| self.advice(around.named, text)).unwrap_or_default(),
            expect,
            readings,
        }
    }

    fn times(&mut self, place: Place<'_>, shape: &StepFile) -> Times {
        let stop = shape.stop.as_ref().map(|word| self.word(place, word, &STOPS));
        match (shape.repeat.as_deref(), shape.burst.as_deref(), stop) {
            (None, None, _) if shape.for_each.is_some() => Times::Each(EACH_MAX),
            (None, None, _) => Times::Once,
            (Some(n), _, None) => Times::Repeat(*n),
            (Some(n), _, Some(())) => Times::UntilRefused(*n),
            (None, Some(n), _) => Times::Burst(*n),
        }
    }

    fn carrier(&mut self, place: Place<'_>, shape: &StepFile, request: &RequestSpec) -> (String, Carrier) {
        let body = shape.body.as_ref().map(|word| self.word(place, word, &BODIES));
        let usual = if body.is_some() { "POST" } else { request.methods.first().map_or("GET", String::as_str) };
        let method = shape.method.clone().unwrap_or_else(|| usual.to_owned());
        let carrier = body.unwrap_or(if method == "POST" { Carrier::Form } else { Carrier::Query });
        (method, carrier)
    }
}

/// What is wrong with a query that counts the answers of a step which is sent once.
fn counts_nothing(query: &Query, step: &StepFile) -> Option<String> {
    let key = query.counts()?;
    let there = if key == "burst" { step.burst.is_some() } else { step.repeat.is_some() };
    (!there)
        .then(|| format!("`{query}` counts the answers to a `{key}`, and there is none; write how often it is sent"))
}

/// A value of a class that a row has, with the key of its parameter.
fn drawn(endpoint: &Endpoint, name: &str, class: &str) -> Result<(String, Input), String> {
    let parameter = endpoint
        .parameters
        .iter()
        .position(|row| row.name == name || row.key == name)
        .ok_or_else(|| format!("`{}` has no parameter `{name}` to draw", endpoint.id))?;
    let row = &endpoint.parameters[parameter];
    let class = match class {
        "lawful" => ValueClass::Lawful,
        "min" => ValueClass::Min,
        "max" => ValueClass::Max,
        "below-min" => ValueClass::BelowMin,
        "above-max" => ValueClass::AboveMax,
        "at-limit" => ValueClass::AtLimit,
        "at-limit-multibyte" => ValueClass::AtLimitMultibyte,
        "over-limit" => ValueClass::OverLimit,
        "malformed" => ValueClass::Malformed,
        "empty" => return Ok((row.key.clone(), Input::Text(String::new()))),
        "unknown" => {
            let value = row.unknown.clone().ok_or_else(|| format!("`{name}` has no `unknown` value"))?;
            return Ok((row.key.clone(), Input::Text(value)));
        }
        other => return Err(format!("`{other}` is no class of values")),
    };
    let lacks = match class {
        ValueClass::Min | ValueClass::BelowMin if row.min.is_none() => "`min`",
        ValueClass::Max | ValueClass::AboveMax if row.max.is_none() => "`max`",
        ValueClass::AtLimit | ValueClass::AtLimitMultibyte | ValueClass::OverLimit if row.max_characters.is_none() => {
            "`max_characters`"
        }
        ValueClass::Malformed if row.kind == ParameterKind::String && row.values.is_empty() => {
            "type with values that are none of its own"
        }
        _ => "",
    };
    if !lacks.is_empty() {
        return Err(format!("`{name}` has no {lacks}, so there is no such value to draw"));
    }
    Ok((row.key.clone(), Input::Draw { endpoint: endpoint.id.clone(), parameter, class }))
}

/// What is remembered of an answer. What a run may end from then on is decided here: only what the case's own word picks out.
fn capture(name: &str, shape: &CaptureFile) -> Result<Capture, String> {
    let (query, owns, secret, for_each) = match shape {
        CaptureFile::Query(query) => (query, None, false, None),
        CaptureFile::Table(table) => (&table.query, table.owns.as_deref(), table.secret, table.for_each.clone()),
    };
    let owns = match owns {
        None => None,
        Some("session") => Some(Owned::Session),
        Some(other) => return Err(format!("`{name}` owns `{other}`, which is not known here; write session")),
    };
    let capture = Capture { owns, secret, for_each, ..Capture::plain(name, Query::parse(query)?) };
    if owns.is_some() && !capture.asks_for_own_word() {
        return Err(format!(
            "`{name}` would let the run end what it did not make; narrow the query of a capture that owns something with a \
             filter that holds ${{{UNIQUE}}}, such as [name='${{{UNIQUE}}}']"
        ));
    }
    Ok(capture)
}

pub(super) fn readings_of(
    named: &Named<'_>,
    shape: &BTreeMap<String, Vec<toml::Value>>,
    faults: &mut Vec<String>,
) -> Vec<Reading> {
    shape
        .iter()
        .map(|(name, expects)| Reading {
            name: name.clone(),
            expect: vocabulary::read(&unfolded(named, expects, faults), faults),
        })
        .collect()
}

fn credential_of(text: Option<&str>, account: AccountRole) -> Credential {
    match text {
        None if account == AccountRole::None => Credential::None,
        None => Credential::Token,
        Some("none") => Credential::None,
        Some("token") => Credential::Token,
        Some("invalid") => Credential::NeverIssued,
        Some("expired") => Credential::Literal("Bearer ${expired_token}".to_owned()),
        Some("basic") => Credential::Basic,
        Some("basic:wrong-secret") => Credential::AlteredSecret(Alteration::Wrong),
        Some("basic:empty-secret") => Credential::AlteredSecret(Alteration::Empty),
        Some("basic:secret-prefix") => Credential::AlteredSecret(Alteration::Prefix),
        Some("basic:secret-other-case") => Credential::AlteredSecret(Alteration::OtherCase),
        Some("token:other-case") => Credential::AlteredToken(Alteration::OtherCase),
        Some("basic:unknown-client") => Credential::UnknownClient,
        Some(header) => Credential::Literal(header.to_owned()),
    }
}
