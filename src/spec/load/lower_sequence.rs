//! From sequences of commands, as typed, to what they mean.
//!
//! In: the shape of a file. Out: actions and races. Faults are gathered.

use std::collections::BTreeMap;

use super::{
    located::Located,
    lower_step::Around,
    named::Named,
    reader::{Place, Reader},
    shape_sequence::{ActionFile, RaceFile, SequencesFile},
    text::did_you_mean,
};
use crate::{
    model::case::{Class, Role},
    spec::sequence::{Action, ActionKind, RACE_COMMANDS_MAX, Race, Sequences, ShownField},
    vocabulary::Query,
};

impl Reader {
    pub(super) fn sequences(&mut self, path: &str, text: &str, shape: &SequencesFile) -> Sequences {
        let place = Place { path, text };
        let named = Named::nothing(place);
        let around = Around { endpoint: "", class: None, account: None, named: &named };
        let mut actions = Vec::new();
        for (kind, rows) in [(ActionKind::Command, &shape.command), (ActionKind::Read, &shape.read)] {
            for (name, row) in rows.iter() {
                actions.extend(self.action(&around, kind, name, row));
            }
        }
        let races: Vec<Race> = shape.race.iter().map(|(name, row)| self.race(place, name, row)).collect();
        let named_commands =
            shape.race.iter().flat_map(|(_, row)| row.before.iter().chain(&row.first).chain(&row.second));
        let opens = |name: &Located<String>| actions.iter().any(|one| one.opens_feed() && one.name == name.as_str());
        let before = shape.before.iter().filter(|name| !opens(name));
        self.name_actions(place, &actions, ActionKind::Command, named_commands.chain(before));
        let rows = shape.command.iter().chain(shape.read.iter());
        let named_reads = rows.flat_map(|(_, row)| &row.reads).chain(shape.race.iter().flat_map(|(_, row)| &row.reads));
        self.name_actions(place, &actions, ActionKind::Read, named_reads);
        self.name_fed(place, &actions, shape.read.iter().flat_map(|(_, row)| row.fed.values()));
        Sequences { there: shape.there.clone(), before: names(&shape.before), actions, races }
    }

    fn action(
        &mut self,
        around: &Around<'_>,
        kind: ActionKind,
        name: &Located<String>,
        row: &ActionFile,
    ) -> Option<Action> {
        let place = around.named.place();
        let mut step = self.unjudged(around, std::slice::from_ref(&row.step), Role::Setup).pop()?;
        // It is looked at again and again, so no answer has all of it.
        step.talk.iter_mut().for_each(|talk| talk.since = row.feed && talk.goes_on);
        let mut shows = Vec::new();
        for (field, query) in &row.shows {
            match Query::parse(query) {
                Ok(query) => {
                    shows.push(ShownField { field: field.clone(), query, others: row.others.get(field).cloned() })
                }
                Err(says) => self.fault(place, name, &says),
            }
        }
        let changes = step.class > Class::Read || !row.sets.is_empty() || row.makes.is_some();
        match kind {
            ActionKind::Command if !row.shows.is_empty() => {
                self.fault(place, name, "what a command did is shown by a read; take `shows` out");
            }
            _ if row.feed && (changes || step.talk.as_ref().is_none_or(|talk| talk.goes_on != row.on.is_some())) => {
                self.fault(place, name, "a read of the feed opens it, or is `on` something and goes on with it");
            }
            _ if row.row.as_ref().is_some_and(|field| !row.shows.contains_key(field.as_str())) => {
                self.fault(place, name, "`row` is a field that it shows");
            }
            _ if row.fed.keys().any(|field| !row.report || !row.shows.contains_key(field)) => {
                self.fault(place, name, "`fed` has fields that a report shows");
            }
            ActionKind::Read if changes || row.shows.is_empty() && !(row.feed && row.on.is_none()) => {
                self.fault(place, name, "a read changes nothing, and shows something");
            }
            _ => {}
        }
        Some(Action {
            name: name.to_string(),
            kind,
            step,
            on: row.on.clone(),
            makes: row.makes.clone(),
            needs: pairs(&row.needs),
            open: pairs(&row.open),
            sets: pairs(&row.sets),
            gives: pairs(&row.gives),
            reads: names(&row.reads),
            shows,
            report: row.report,
            feed: row.feed,
            row: row.row.as_ref().map(|field| field.to_string()),
            fed: row.fed.iter().map(|(field, fed)| (field.clone(), fed.to_string())).collect(),
            at_end: row.at_end.as_ref().map(pairs),
        })
    }

    fn race(&mut self, place: Place<'_>, name: &Located<String>, row: &RaceFile) -> Race {
        let clients = [&row.first, &row.second];
        if row.first.is_empty() != row.second.is_empty()
            || clients.iter().any(|client| client.len() > RACE_COMMANDS_MAX)
        {
            let says = format!("each client of a race sends one to {RACE_COMMANDS_MAX} commands, or neither is named");
            self.fault(place, name, &says);
        }
        Race {
            name: name.to_string(),
            before: names(&row.before),
            clients: clients.map(|client| names(client)),
            reads: names(&row.reads),
        }
    }

    /// Fields that no read of the feed shows.
    fn name_fed<'a>(&mut self, place: Place<'_>, actions: &[Action], named: impl Iterator<Item = &'a Located<String>>) {
        let shown = actions.iter().filter(|action| action.feed).flat_map(|action| &action.shows);
        let known: Vec<&str> = shown.map(|shows| shows.field.as_str()).collect();
        for name in named.filter(|name| !known.contains(&name.as_str())) {
            let near = did_you_mean(name, known.iter().copied());
            self.fault(place, name, &format!("no read of the feed shows `{}`{near}", name.as_str()));
        }
    }

    /// Names of actions that are none.
    fn name_actions<'a>(
        &mut self,
        place: Place<'_>,
        actions: &[Action],
        kind: ActionKind,
        named: impl Iterator<Item = &'a Located<String>>,
    ) {
        let known: Vec<&str> =
            actions.iter().filter(|action| action.kind == kind).map(|action| action.name.as_str()).collect();
        for name in named.filter(|name| !known.contains(&name.as_str())) {
            let near = did_you_mean(name, known.iter().copied());
            self.fault(place, name, &format!("there is no `{}` of that kind here{near}", name.as_str()));
        }
    }
}

fn names(rows: &[Located<String>]) -> Vec<String> {
    rows.iter().map(|name| name.to_string()).collect()
}

fn pairs(rows: &BTreeMap<String, String>) -> Vec<(String, String)> {
    rows.iter().map(|(field, value)| (field.clone(), value.clone())).collect()
}
