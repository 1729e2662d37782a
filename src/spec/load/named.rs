//! Pieces of a file that stand once under a name and are used by it in several places: advice, scripts and steps.
//!
//! In: a name. Out: the piece, or a fault where the file has none of that name.

use std::{cell::RefCell, collections::BTreeSet};

use super::{
    located::{Located, OrderedRows},
    reader::{Place, Reader},
    shape::EndpointFile,
    shape_steps::StepFile,
    text::did_you_mean,
};

/// The call of a script by its name.
const CALL: &str = "js:@";

/// The most bytes that are put into a script.
const SCRIPT_BYTES_MAX: usize = 64 * 1024;

/// Predicates that may have a list of texts, each of which must hold.
const EACH_OF: [&str; 2] = ["contains", "not_contains"];

/// What a file names.
pub(super) struct Named<'a> {
    place: Place<'a>,
    file: Option<&'a EndpointFile>,
    used: RefCell<BTreeSet<(&'static str, String)>>,
}

impl<'a> Named<'a> {
    pub(super) fn of(place: Place<'a>, file: &'a EndpointFile) -> Self {
        Self { place, file: Some(file), used: RefCell::default() }
    }

    /// Where nothing is named.
    pub(super) fn nothing(place: Place<'a>) -> Self {
        Self { place, file: None, used: RefCell::default() }
    }

    pub(super) fn place(&self) -> Place<'a> {
        self.place
    }

    pub(super) fn find<T>(
        &self,
        what: &'static str,
        name: &str,
        rows: impl FnOnce(&'a EndpointFile) -> &'a OrderedRows<T>,
    ) -> Result<&'a T, String> {
        self.used.borrow_mut().insert((what, name.to_owned()));
        let rows = self.file.map(rows);
        rows.and_then(|rows| rows.get(name)).ok_or_else(|| {
            let known = rows.into_iter().flat_map(|rows| rows.iter()).map(|(key, _)| key.as_str());
            format!("there is no `{name}` under [{what}]{}", did_you_mean(name, known))
        })
    }
}

impl Reader {
    /// Advice to an operator: a single word is the name of one, anything else stands as it is.
    pub(super) fn advice(&mut self, named: &Named<'_>, text: &Located<String>) -> String {
        if text.contains(char::is_whitespace) {
            return text.to_string();
        }
        match named.find("advice", text, |file| &file.advice) {
            Ok(advice) => advice.clone(),
            Err(says) => {
                self.fault(named.place, text, &format!("{says}; write advice in several words, or its name"));
                String::new()
            }
        }
    }

    /// A step, with what it takes from the step that it names.
    pub(super) fn named_step(&mut self, named: &Named<'_>, step: &Located<StepFile>) -> StepFile {
        let own = (**step).clone();
        let Some(name) = &step.named else { return own };
        match named.find("steps", name, |file| &file.steps) {
            Ok(base) => own.over(base),
            Err(says) => {
                self.fault(named.place, name, &says);
                own
            }
        }
    }

    /// What the file names and never says, and named steps that name others.
    pub(super) fn unused(&mut self, named: &Named<'_>) {
        let Some(file) = named.file else { return };
        let advice = file.advice.iter().map(|(name, _)| ("advice", name));
        let scripts = file.scripts.iter().map(|(name, _)| ("scripts", name));
        let steps = file.steps.iter().map(|(name, _)| ("steps", name));
        let messages = file.messages.iter().map(|(name, _)| ("messages", name));
        for (what, name) in advice.chain(scripts).chain(steps).chain(messages) {
            if !named.used.borrow().contains(&(what, name.to_string())) {
                self.fault(named.place, name, &format!("nothing says `{}` of [{what}]; take it out", name.as_str()));
            }
        }
        for (_, step) in file.steps.iter() {
            if let Some(other) = &step.named {
                self.fault(named.place, other, "a named step names no other; write its keys");
            }
        }
    }
}

/// Expectations with the scripts that they call, and with one of each text of a list. Faults are gathered.
pub(super) fn unfolded(named: &Named<'_>, expects: &[toml::Value], faults: &mut Vec<String>) -> Vec<toml::Value> {
    let mut out = Vec::new();
    for expect in expects {
        let mut expect = expect.clone();
        for value in expect.as_table_mut().into_iter().flat_map(|table| table.iter_mut().map(|(_, value)| value)) {
            if let Some(call) = value.as_str().and_then(|text| text.strip_prefix(CALL)) {
                match called(named, call) {
                    Ok(script) => *value = toml::Value::String(script),
                    Err(fault) => faults.push(fault),
                }
            }
        }
        let list = expect
            .as_table()
            .and_then(|table| EACH_OF.into_iter().find_map(|key| Some((key, table.get(key)?.as_array()?.clone()))));
        match list {
            Some((key, texts)) => out.extend(texts.into_iter().map(|text| {
                let mut one = expect.clone();
                one[key] = text;
                one
            })),
            None => out.push(expect),
        }
    }
    out
}

fn called(named: &Named<'_>, call: &str) -> Result<String, String> {
    let parts = call.strip_suffix(')').and_then(|call| call.split_once('('));
    let (name, inner) = parts.ok_or_else(|| format!("`{CALL}{call}`: write {CALL}NAME(…)"))?;
    let script = named.find("scripts", name, |file| &file.scripts)?;
    if script.matches("$*").count().saturating_mul(inner.len()) > SCRIPT_BYTES_MAX {
        return Err(format!("`{CALL}{name}(…)` is a script of more than {SCRIPT_BYTES_MAX} bytes"));
    }
    Ok(format!("js:{}", script.trim().replace("$*", inner)))
}

impl StepFile {
    /// The step, with what it does not say itself taken from another one.
    fn over(self, base: &Self) -> Self {
        let base = base.clone();
        let either = |own: bool, base: bool| own || base;
        Self {
            named: None,
            role: self.role.or(base.role),
            endpoint: self.endpoint.or(base.endpoint),
            send: if self.send.is_empty() { base.send } else { self.send },
            bare: either(self.bare, base.bare),
            without: if self.without.is_empty() { base.without } else { self.without },
            draw: if self.draw.is_empty() { base.draw } else { self.draw },
            raw: self.raw.or(base.raw),
            method: self.method.or(base.method),
            encoding: self.encoding.or(base.encoding),
            body: self.body.or(base.body),
            path: self.path.or(base.path),
            authorization: self.authorization.or(base.authorization),
            account: self.account.or(base.account),
            headers: if self.headers.is_empty() { base.headers } else { self.headers },
            handshake: self.handshake.or(base.handshake),
            talk: self.talk.or(base.talk),
            repeat: self.repeat.or(base.repeat),
            burst: self.burst.or(base.burst),
            stop: self.stop.or(base.stop),
            wait_s: self.wait_s.or(base.wait_s),
            for_each: self.for_each.or(base.for_each),
            class: self.class.or(base.class),
            capture: if self.capture.is_empty() { base.capture } else { self.capture },
            only_if: if self.only_if.is_empty() { base.only_if } else { self.only_if },
            otherwise: self.otherwise.or(base.otherwise),
            expect: if self.expect.is_empty() { base.expect } else { self.expect },
            readings: if self.readings.is_empty() { base.readings } else { self.readings },
        }
    }
}
