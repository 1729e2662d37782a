//! The reference model: what things are after the calls of a sequence.
//!
//! In: actions and calls, one after another. Out: whether a call must be accepted, and what a read must show. It knows nothing of requests
//! and answers, so the same model draws sequences and judges them.

use std::collections::{BTreeMap, BTreeSet};

use super::sequence::{Action, Sequences};
use crate::model::{case::Call, variables::fill_with};

/// The value of a field of which nothing is known.
const UNKNOWN: &str = "?";

/// A kind of things, and the number of one.
type Thing = (String, u32);

/// What things are.
#[derive(Debug, Clone, Default)]
pub struct Reference {
    things: BTreeMap<Thing, BTreeMap<String, String>>,
    /// Fields of which nothing is known any more, since the answer to a command that sets them was lost.
    lost: BTreeSet<(Thing, String)>,
}

/// What must become of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It is accepted.
    Accepted,
    /// It is refused.
    Refused,
    /// Nothing says.
    Open,
}

impl Reference {
    /// What is there from the start.
    #[must_use]
    pub fn new(sequences: &Sequences) -> Self {
        let things = sequences.there.iter().map(|(kind, fields)| ((kind.clone(), 0), fields.clone()));
        Self { things: things.collect(), lost: BTreeSet::new() }
    }

    /// The numbers of the things of a kind.
    pub fn things(&self, kind: &str) -> impl Iterator<Item = u32> {
        self.things.keys().filter(move |(of, _)| of == kind).map(|(_, number)| *number)
    }

    /// What must become of a call.
    #[must_use]
    pub fn expects(&self, action: &Action, call: &Call) -> Expected {
        let Some(kind) = &action.on else { return Expected::Accepted };
        let Some(fields) = self.fields(kind, call) else { return Expected::Open };
        let value = |field: &str| fields.get(field).map_or("", String::as_str);
        if action.needs.iter().any(|(field, needed)| value(field) != needed && value(field) != UNKNOWN) {
            return Expected::Refused;
        }
        let open = action.needs.iter().any(|(field, _)| value(field) == UNKNOWN)
            || action.open.iter().any(|(field, open)| value(field) == open || value(field) == UNKNOWN);
        if open { Expected::Open } else { Expected::Accepted }
    }

    /// Takes over what an accepted call does.
    pub fn accept(&mut self, action: &Action, call: &Call) {
        let filled = |rows: &[(String, String)]| -> Vec<(String, String)> {
            rows.iter().map(|(field, text)| (field.clone(), self.filled(text, action, call))).collect()
        };
        let (sets, gives) = (filled(&action.sets), filled(&action.gives));
        if let (Some(kind), Some(on)) = (&action.on, call.on)
            && let Some(fields) = self.things.get_mut(&(kind.clone(), on))
        {
            fields.extend(sets);
        }
        if let Some(kind) = &action.makes {
            self.things.insert((kind.clone(), call.number), gives.into_iter().collect());
        }
        self.forget();
    }

    /// Takes over that nobody knows whether a call was accepted, nor when: what it may do it may do later than what comes after it.
    pub fn doubt(&mut self, action: &Action, call: &Call) {
        let on = action.on.clone().zip(call.on);
        let made = action.makes.clone().map(|kind| (kind, call.number));
        let set = on.iter().flat_map(|thing| action.sets.iter().map(move |(field, _)| (thing.clone(), field.clone())));
        let given =
            made.iter().flat_map(|thing| action.gives.iter().map(move |(field, _)| (thing.clone(), field.clone())));
        self.lost.extend(set.chain(given));
        self.accept(action, call);
    }

    fn forget(&mut self) {
        for (thing, field) in &self.lost {
            if let Some(fields) = self.things.get_mut(thing) {
                fields.insert(field.clone(), UNKNOWN.to_owned());
            }
        }
    }

    /// What a read must show in a field, with variables in it; none where nothing is known. What was never made has nothing in it.
    #[must_use]
    pub fn shows(&self, action: &Action, call: &Call, field: &str) -> Option<String> {
        let fields = action.on.as_ref().and_then(|kind| self.fields(kind, call));
        let value = |field: &str| fields.and_then(|fields| fields.get(field)).map_or("", String::as_str);
        let is_known = |field: &str| value(field) != UNKNOWN;
        // Where the row may be gone, what is not there is not there all the same.
        let is_nothing = ["", "0"].contains(&value(field));
        let is_shown = is_nothing || action.row.as_deref().is_none_or(is_known);
        (is_known(field) && is_shown).then(|| value(field).to_owned())
    }

    /// What a field of a thing is, with variables in it; none where nothing is known of it.
    #[must_use]
    pub fn value(&self, kind: &str, number: u32, field: &str) -> Option<String> {
        let value = self.things.get(&(kind.to_owned(), number))?.get(field)?;
        (value != UNKNOWN).then(|| value.clone())
    }

    /// Whether a thing has these fields, or may have them.
    #[must_use]
    pub fn may_have(&self, kind: &str, number: u32, rows: &[(String, String)]) -> bool {
        let Some(fields) = self.things.get(&(kind.to_owned(), number)) else { return false };
        rows.iter().all(|(field, wanted)| {
            let value = fields.get(field).map_or("", String::as_str);
            value == wanted || value == UNKNOWN
        })
    }

    fn fields(&self, kind: &str, call: &Call) -> Option<&BTreeMap<String, String>> {
        self.things.get(&(kind.to_owned(), call.on?))
    }

    /// A value with the numbers of the call and the fields of the thing that it acts on put in.
    fn filled(&self, text: &str, action: &Action, call: &Call) -> String {
        let fields = action.on.as_ref().and_then(|kind| Some((kind, self.fields(kind, call)?)));
        let filled = fill_with(text, |name| {
            if let Some(number) = action.number(name, call) {
                return Some(number.to_string());
            }
            let of_thing = fields.and_then(|(kind, fields)| Some((name.strip_prefix(kind.as_str())?, fields)));
            match of_thing.and_then(|(rest, fields)| Some((rest.strip_prefix('.')?, fields))) {
                Some((field, fields)) => Some(fields.get(field).cloned().unwrap_or_default()),
                None => Some(format!("${{{name}}}")),
            }
        });
        filled.unwrap_or_else(|_| text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec;

    #[test]
    fn of_what_a_call_sets_whose_answer_was_lost_nothing_is_known_any_more() {
        let spec = spec::embedded().expect("sound data");
        let call = |action: &str, on: Option<u32>, number: u32| {
            let call = Call { action: action.to_owned(), on, number, client: 0 };
            (spec.sequences.action(action).expect("an action"), call)
        };
        let mut reference = Reference::new(&spec.sequences);
        for (action, call) in [call("key", None, 1), call("customer", Some(1), 2)] {
            reference.accept(action, &call);
        }
        let (set, lost) = call("set", Some(2), 3);
        reference.doubt(set, &lost);
        let (_, later) = call("set", Some(2), 4);
        reference.accept(set, &later);
        assert_eq!(reference.value("session", 2, "field"), None, "the call whose answer was lost may come later");
        assert_eq!(reference.value("session", 2, "member").as_deref(), Some("0"));
        let (end, lost) = call("terminate", Some(2), 5);
        reference.doubt(end, &lost);
        assert_eq!(reference.expects(set, &later), Expected::Open);
    }
}
