//! What a command of the guide is, and what it knows of its request while it runs.
//!
//! In: the tables and functions of the rooms beside this one. Out: the types that they share. Which commands
//! there are stands in the table of `command`.

use super::super::auth::{Access, Powers, Reports};
use super::super::http::Pairs;
use super::super::state::{Queue, State};
use super::super::switches::{ActiveDefects, Readings};
use super::super::xml::{Element, Kind, leaf, node};
use super::parameters::{self, Given, Parameter, Reader};
use super::refusal::Refusal;

/// What an account needs to run an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Read-only access.
    Read,
    /// Read-only access by the text, though the action changes something; a topic of its own.
    ReadToChange,
    /// Full access.
    Full,
}

/// A command of the guide.
pub(crate) struct Action {
    pub(crate) name: &'static str,
    pub(crate) needs: Needs,
    pub(crate) parameters: &'static [Parameter],
    /// Takes `session.custom.` parameters.
    pub(crate) custom_fields: bool,
    /// The root of its answers, where the guide names one that holds errors too.
    pub(crate) list_root: Option<&'static str>,
    /// The exact message of success, where the guide prints one.
    pub(crate) message: Option<&'static str>,
    /// The guide promises an `error` element with a message.
    pub(crate) error_named: bool,
    pub(crate) run: fn(&mut State, &Call<'_>) -> Outcome,
    /// The answer of success without anything behind it, for defects.
    pub(crate) hollow: fn(&State, &Call<'_>) -> Element,
}

/// What an action that is run knows of its request.
pub(crate) struct Call<'a> {
    pub(crate) action: &'static Action,
    pub(crate) kind: &'a str,
    pub(crate) given: Given,
    pub(crate) pairs: &'a Pairs,
    pub(crate) account: &'a str,
    pub(crate) access: Access,
    pub(crate) reports: Reports,
    pub(crate) powers: Powers,
    pub(crate) now_s: i64,
    pub(crate) readings: &'a Readings,
    pub(crate) defects: &'a ActiveDefects,
}

/// The root of an answer, or an empty body.
pub(crate) type Reply = Option<Element>;
pub(crate) type Outcome = Result<Reply, Refusal>;

impl Call<'_> {
    /// Whether the emulator has this defect of the action.
    pub(crate) fn broken(&self, what: &str) -> bool {
        self.defects.has(self.kind, what)
    }

    /// The same for a defect that many actions have, and perhaps not this one.
    pub(crate) fn broken_as_many(&self, what: &str) -> bool {
        self.defects.has_of_family(self.kind, what)
    }

    pub(crate) fn reads(&self, topic: &str, reading: &str) -> bool {
        self.readings.is(topic, reading)
    }

    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader { kind: self.kind, prefix: "", pairs: self.pairs, readings: self.readings, defects: self.defects }
    }

    /// A message of success, with or without its full stop (p. 20).
    pub(crate) fn success(&self, message: &str) -> Element {
        let changed = self.broken_as_many("success-message-wrong");
        let stop = if self.reads("success-period", "with") { "." } else { "" };
        leaf("success", format!("{}{stop}", if changed { "OK" } else { message }), Kind::Text)
    }

    /// The queue that a value names; it must be there. The value fits [`parameters::Shape::Form`].
    pub(crate) fn queue(&self, state: &State, value: &str) -> Result<Queue, Refusal> {
        let unknown = || {
            let accepted = self.broken_as_many("queue_id/unknown-queue-accepted");
            if accepted { Refusal::Hollow } else { Refusal::error(format!("There is no queue {value}")) }
        };
        let (form, name) = value.split_once(':').unwrap_or((value, ""));
        let id = parameters::whole(name).unwrap_or_default();
        let found = match form {
            "general" => Some(Queue::General),
            "rep" => state.present(id).map(|rep| Queue::Rep(rep.id)),
            "team" => state.team(id).map(|team| Queue::Team(team.id)),
            "rep_username" => {
                let first = state.site.representatives.iter().find(|rep| rep.username == name && !rep.gone);
                let first = first.filter(|_| self.broken_as_many("queue_id/ambiguous-username-accepted"));
                state.rep_named(name).or(first).map(|rep| Queue::Rep(rep.id))
            }
            _ => state.team_of_issue(name).map(|team| Queue::Team(team.id)),
        };
        found.ok_or_else(unknown)
    }
}

/// The plain message of success of an action that prints one.
pub(crate) fn hollow_message(_: &State, call: &Call<'_>) -> Element {
    call.success(call.action.message.unwrap_or("Done"))
}

/// The empty list of an action that answers with one.
pub(crate) fn hollow_list(_: &State, call: &Call<'_>) -> Element {
    node(call.action.list_root.unwrap_or("success"))
}
