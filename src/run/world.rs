//! The facts of the target that fill variables: those that discovery found, and those that the operator said.

use std::collections::BTreeMap;

use crate::{
    decode::time,
    model::{
        conversation::{TOKEN, Talk},
        credential::Credential,
        draft::Draft,
        variables::{Variables, fill_with},
        verdict::{Blame, Finding},
    },
    send::{Sender, percent},
    spec::{Requirement, Spec, Step},
    vocabulary::Heard,
};

use super::Plan;

/// What is known of the target.
pub(super) struct World {
    known: Variables,
    /// What the operator said wins over what was found.
    fixed: Variables,
    secret: Variables,
    /// What the discovery did not learn since its call was not accepted, and what came instead.
    unheard: BTreeMap<String, Finding>,
}

impl World {
    pub(super) fn new(plan: &Plan, sender: &Sender) -> Self {
        for value in plan.fixtures.values() {
            sender.guard.found(value);
        }
        for secret in plan.secret_fixtures.values() {
            sender.conceal(secret);
        }
        Self {
            known: plan.fixtures.clone(),
            fixed: plan.fixtures.clone(),
            secret: plan.secret_fixtures.clone(),
            unheard: BTreeMap::new(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.known.get(name).cloned()
    }

    pub(super) fn knows_secret(&self, name: &str) -> bool {
        self.secret.contains_key(name)
    }

    pub(super) fn known(&self) -> Variables {
        self.known.clone()
    }

    /// Takes over what discovery captured.
    pub(super) fn learn(&mut self, captured: &Variables, sender: &Sender) {
        for (name, value) in captured {
            sender.guard.found(value);
            if !self.fixed.contains_key(name) {
                self.known.insert(name.clone(), value.clone());
            }
        }
    }

    /// Notes why calls of the discovery taught nothing: only what was accepted says that something is not there.
    pub(super) fn note_unheard(&mut self, steps: &[Step], answers: &[Heard<'_>]) {
        for (number, step) in steps.iter().enumerate() {
            for capture in &step.capture {
                let names = capture.query.variables();
                if let Some(finding) = names.iter().find_map(|name| self.unheard.get(name).cloned()) {
                    self.unheard.insert(capture.name.clone(), finding);
                }
            }
            let mut of_step = answers.iter().filter(|heard| heard.exchange.step == number);
            let Some(heard) = of_step.find(|heard| !heard.accepted()) else { continue };
            let reason = format!("the discovery asked {} for it, and got {}", step.endpoint, heard.summary());
            let blame = if heard.exchange.outcome.is_lost() { Blame::Network } else { Blame::Target };
            for capture in step.capture.iter().filter(|capture| !self.known.contains_key(&capture.name)) {
                self.unheard.insert(capture.name.clone(), Finding::inconclusive(reason.clone(), blame));
            }
        }
    }

    /// What is said of a requirement for which a variable is not known.
    pub(super) fn without(&self, spec: &Spec, requirement: &Requirement, name: &str) -> Finding {
        match self.unheard.get(name) {
            Some(finding) => finding.clone(),
            None if requirement.opt_in => Finding::not_applicable(spec.hint(name)),
            None => Finding::inconclusive(spec.hint(name), Blame::Configuration),
        }
    }

    /// Everything known, with variables of a case.
    pub(super) fn with(&self, more: &Variables) -> Known {
        let mut open = self.known.clone();
        open.extend(more.clone());
        Known { open, secret: self.secret.clone() }
    }
}

/// What is known while a case is played. What is secret is never recorded.
#[derive(Clone, Default)]
pub(super) struct Known {
    pub(super) open: Variables,
    pub(super) secret: Variables,
}

impl Known {
    pub(super) fn get(&self, name: &str, now_s: i64) -> Option<String> {
        if let Some(value) = self.open.get(name).or_else(|| self.secret.get(name)) {
            return Some(value.clone());
        }
        let offset = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<i64>().ok() };
        if let Some(days) = name.strip_prefix("date") {
            // A day may be counted from an instant that a step captured: the second day before that on which a session began.
            let (days, from_s) = match days.split_once('.') {
                Some((days, instant)) => (days, time::instant(self.open.get(instant)?)?),
                None => (days, now_s),
            };
            let seconds = offset(days)?.checked_mul(86_400)?;
            return Some(time::date(from_s.checked_add(seconds)?));
        }
        if let Some(weeks) = name.strip_prefix("monday") {
            return Some(time::date(monday(now_s)?.checked_add(offset(weeks)?.checked_mul(7 * 86_400)?)?));
        }
        // What a step captured may be counted from: the third archive after one that a listing names, the second before a session began.
        let counted = |sign: char, count: fn(u64, u64) -> Option<u64>| {
            let (base, by) = name.rsplit_once(sign)?;
            Some(count(self.open.get(base)?.parse().ok()?, by.parse().ok()?)?.to_string())
        };
        if let Some(number) = counted('+', u64::checked_add).or_else(|| counted('-', u64::checked_sub)) {
            return Some(number);
        }
        Some(now_s.checked_add(offset(name.strip_prefix("now")?)?)?.to_string())
    }
}

/// The first second of this week's Monday. The first of January 1970 was a Thursday.
fn monday(now_s: i64) -> Option<i64> {
    let days = now_s.div_euclid(86_400);
    days.checked_sub((days + 3).rem_euclid(7))?.checked_mul(86_400)
}

/// The draft with everything known put in, and the variables that it used.
///
/// # Errors
/// The first variable that is not known.
pub(super) fn filled(draft: &Draft, known: &Known, now_s: i64) -> Result<(Draft, Variables), String> {
    let mut used = Variables::new();
    let mut put = |text: &str| {
        fill_with(text, |name| {
            // What only the sender knows stays as it is.
            if name == "credentials" || name == TOKEN {
                return Some(format!("${{{name}}}"));
            }
            let value = known.get(name, now_s)?;
            if !known.secret.contains_key(name) {
                used.insert(name.to_owned(), value.clone());
            }
            Some(value)
        })
    };
    let Draft::Http(mut out) = draft.clone();
    for (name, value) in &mut out.parameters {
        *name = put(name)?;
        *value = put(value)?;
    }
    for (_, value) in &mut out.headers {
        *value = put(value)?;
    }
    // Values stand in a path, so they are encoded on their way in.
    put(&out.path)?;
    out.path = fill_with(&out.path, |name| known.get(name, now_s).map(|value| percent(&value)))?;
    for text in out.talk.iter_mut().flat_map(Talk::texts_mut) {
        *text = put(text)?;
    }
    if let Credential::Literal(text) = &mut out.credential {
        *text = put(text)?;
    }
    if let Some(raw) = &mut out.raw {
        // Values stand in an encoded query, so they are encoded on their way in.
        put(raw)?;
        *raw = fill_with(raw, |name| known.get(name, now_s).map(|value| percent(&value)))?;
    }
    Ok((Draft::Http(out), used))
}
