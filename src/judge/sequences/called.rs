//! What one exchange of a sequence says: which call it was, and how it was answered.
//!
//! In: a record and its answers, read. Out: a [`Called`] for each, and what a read shows. Nothing is compared here.

use crate::{
    answer,
    model::{
        case::{Call, Role},
        record::Record,
        variables::{UNIQUE, Variables, fill_with},
    },
    spec::{Action, Expect, Reference, ShownField, Spec},
    vocabulary::{AnswerClass, Context, Heard, Holds},
};

/// One exchange of a sequence.
pub(super) struct Called<'a> {
    pub(super) call: &'a Call,
    pub(super) action: &'a Action,
    pub(super) heard: &'a Heard<'a>,
    /// Its number in the record.
    pub(super) exchange: usize,
}

/// How a call was answered.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Answered {
    Accepted,
    Refused,
    /// It was lost, or it is neither.
    Neither,
}

/// The exchanges of a record that are calls, but for those that put things back.
pub(super) fn called<'a>(spec: &'a Spec, record: &'a Record, heard: &'a [Heard<'a>]) -> Vec<Called<'a>> {
    let all = record.exchanges.iter().zip(heard).enumerate();
    let calls = all.filter(|(_, (exchange, _))| exchange.role != Role::Teardown);
    let called = calls.filter_map(|(number, (exchange, heard))| {
        let call = record.case.steps.get(exchange.step)?.call.as_ref()?;
        Some(Called { call, action: spec.sequences.action(&call.action)?, heard, exchange: number })
    });
    called.collect()
}

impl Called<'_> {
    pub(super) fn answered(&self) -> Answered {
        match &self.heard.class {
            AnswerClass::Accepted | AnswerClass::Empty => Answered::Accepted,
            AnswerClass::Refused => Answered::Refused,
            _ => Answered::Neither,
        }
    }

    /// What is known to its queries: what the record knows, by the names that the action has for it.
    pub(super) fn variables(&self, spec: &Spec, record: &Record, reference: &Reference) -> Variables {
        let mut out = record.variables.clone();
        let shown = self.action.shows.iter().flat_map(|shows| shows.query.variables());
        for name in shown {
            if let Some(number) = self.action.number(&name, self.call) {
                out.insert(name, number.to_string());
            } else if let Some(variable) = self.action.variable(&name, self.call) {
                let field = name.split_once('.').map_or("", |(_, field)| field);
                let value = record.variables.get(&variable).cloned();
                // What is learnt of answers is no field of a thing: it is not known before.
                let known =
                    || reference.shows(self.action, self.call, field).filter(|_| !spec.sequences.is_learnt(&name));
                let value = value.or_else(|| filled(&known()?, record));
                out.extend(value.map(|value| (name, value)));
            }
        }
        out
    }

    /// Whether its answer shows anything at all.
    pub(super) fn shows_something(&self, spec: &Spec, variables: &Variables) -> bool {
        let context = Context::of(self.heard, variables, &spec.json_schemas);
        Expect::all(&self.action.step.only_if, &context) == Holds::Yes
    }

    /// What its answer has in a field, which may be nothing; none where a variable is not known, so that nobody can say.
    pub(super) fn seen(&self, shows: &ShownField, variables: &Variables) -> Option<String> {
        let known = shows.query.variables().iter().all(|name| variables.contains_key(name));
        known.then(|| shows.query.find(self.heard, variables).unwrap_or_default())
    }

    /// Whether a message of the feed has a text, as a value.
    pub(super) fn said(&self, text: &str) -> bool {
        let quoted = format!("\"{text}\"");
        let conversation = self.heard.answer().and_then(answer::conversation);
        conversation.is_some_and(|all| answer::messages(&all).iter().any(|line| line.contains(&quoted)))
    }

    /// What was asked, in a few words.
    pub(super) fn in_words(&self) -> String {
        format!("`{}`", self.action.step.endpoint)
    }
}

/// A value of the reference model as it was sent; none where a variable in it is not known.
pub(super) fn filled(value: &str, record: &Record) -> Option<String> {
    fill_with(value, |name| record.variables.get(name).cloned()).ok()
}

/// The number of the call that wrote a value; none where no call of the sequence did.
pub(super) fn writer(value: &str, record: &Record) -> Option<u32> {
    value.strip_prefix(record.variables.get(UNIQUE)?.as_str())?.strip_prefix('-')?.parse().ok()
}
