//! Sequences of commands: what each command does to things, and what shows it afterwards.
//!
//! In: nothing. Out: the types. What a command does is said of things with fields (a session key, a session, a representative); what the
//! things are after some commands is worked out by [`super::reference`]. Nothing is drawn or sent here.

use std::collections::BTreeMap;

use strum::{IntoStaticStr, VariantArray};

use super::step::Step;
use crate::{
    model::{
        case::Call,
        variables::{UNIQUE, fill_with, names},
    },
    vocabulary::Query,
};

/// The number of the call, in the texts of an action: every value that is written ends with it.
const VALUE: &str = "value";

/// The most commands that one client of a race sends. Three of each have twenty orders.
pub const RACE_COMMANDS_MAX: usize = 3;

/// Commands of which sequences are made.
#[derive(Debug, Clone, Default)]
pub struct Sequences {
    /// Things that are there from the start, by kind, with what is known of them.
    pub there: BTreeMap<String, BTreeMap<String, String>>,
    /// The commands with which every sequence begins, and what opens a feed.
    pub before: Vec<String>,
    /// Commands and reads, in the order of the file.
    pub actions: Vec<Action>,
    /// Races of two clients.
    pub races: Vec<Race>,
}

/// A command, or a read that shows what commands did.
#[derive(Debug, Clone)]
pub struct Action {
    /// Its name.
    pub name: String,
    /// Whether it changes something.
    pub kind: ActionKind,
    /// The request. `${KIND}` in it is the number of a thing, `${KIND.NAME}` what was captured of it, and `${value}` the number of the call.
    pub step: Step,
    /// The kind of the thing that it acts on.
    pub on: Option<String>,
    /// The kind of the thing that it makes.
    pub makes: Option<String>,
    /// Fields of the thing that it acts on; it is refused where one is otherwise.
    pub needs: Vec<(String, String)>,
    /// The same; where one is so, the guide leaves open what becomes of it.
    pub open: Vec<(String, String)>,
    /// What becomes of the fields of the thing that it acts on.
    pub sets: Vec<(String, String)>,
    /// Fields of the thing that it makes.
    pub gives: Vec<(String, String)>,
    /// The reads that follow it.
    pub reads: Vec<String>,
    /// What its answer shows of the thing.
    pub shows: Vec<ShownField>,
    /// Whether it is another API's, which may show things late: what it does not show is said of that alone.
    pub report: bool,
    /// Whether it is of the feed that is open while a sequence is played: the one without a thing opens it, and of any other the effect of
    /// what went before is waited for.
    pub feed: bool,
    /// The field without which nothing of its thing is shown.
    pub row: Option<String>,
    /// Fields that it shows, and those in which the feed shows the same.
    pub fed: Vec<(String, String)>,
    /// It is sent at the end for each thing with these fields.
    pub at_end: Option<Vec<(String, String)>>,
}

/// Whether an action changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionKind {
    /// It does; sequences are made of these.
    Command,
    /// It does not; it follows commands.
    Read,
}

/// A field of a thing, and where an answer has it.
#[derive(Debug, Clone)]
pub struct ShownField {
    /// The field.
    pub field: String,
    /// Where its value stands; none stands there where the field is empty.
    pub query: Query,
    /// A value that others may give it, so that seeing it says nothing.
    pub others: Option<String>,
}

/// Two clients that send at once.
#[derive(Debug, Clone)]
pub struct Race {
    /// Its name.
    pub name: String,
    /// Commands that go before, one after another.
    pub before: Vec<String>,
    /// What each client sends, in its order; nothing where the seed draws it.
    pub clients: [Vec<String>; 2],
    /// The reads that follow, for each thing of their kind.
    pub reads: Vec<String>,
}

/// How answers may disagree with what commands did before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum SequenceWord {
    /// A command is taken where it must be refused, or refused where it must be taken.
    Answers,
    /// What was accepted is not there.
    Lost,
    /// Something is there that was never written there.
    Phantom,
    /// What was refused is there all the same.
    Refused,
    /// What is read is older than what was accepted before; later it is right.
    Stale,
    /// What was there gives way to what was there before it.
    Reversed,
    /// The report of the session, at the end, says otherwise.
    Report,
    /// The same, of what the feed has shown as it is.
    FeedAndReport,
    /// A feed that is open meanwhile goes on without what was accepted.
    FeedLost,
    /// It goes on to show what was never written there.
    FeedPhantom,
    /// It goes on to show what was refused.
    FeedRefused,
    /// It has shown what is there, and gives it up for what was there before.
    FeedReversed,
    /// No order of what two clients sent at once explains all answers.
    Race,
}

impl SequenceWord {
    /// The word used in spec data.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl Sequences {
    /// The action of that name.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }

    /// Whether something of that name, in the texts of actions, is learnt of an answer.
    #[must_use]
    pub fn is_learnt(&self, name: &str) -> bool {
        self.actions.iter().flat_map(|action| &action.step.capture).any(|capture| capture.name == name)
    }

    /// Whether an action is on a thing that no sequence makes, so that all have the same one.
    #[must_use]
    pub fn is_on_what_all_have(&self, action: &Action) -> bool {
        let is_made = |kind: &String| self.actions.iter().any(|other| other.makes.as_ref() == Some(kind));
        action.on.as_ref().is_some_and(|kind| !is_made(kind))
    }

    /// The commands.
    pub fn commands(&self) -> impl Iterator<Item = &Action> {
        self.actions.iter().filter(|action| action.kind == ActionKind::Command)
    }
}

impl Race {
    /// Whether the seed draws what its clients send.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        self.clients.iter().all(Vec::is_empty)
    }
}

impl Action {
    /// Whether a client can send it while another one sends: it acts on what is there, and nothing is learnt of its answer.
    #[must_use]
    pub fn can_be_raced(&self) -> bool {
        self.kind == ActionKind::Command && self.on.is_some() && self.makes.is_none() && self.step.capture.is_empty()
    }

    /// Whether it writes a value that no other call writes, and that read shows it.
    #[must_use]
    pub fn marks(&self, read: &Action) -> bool {
        let own = |text: &str| names(text).iter().any(|name| name == VALUE);
        self.on == read.on
            && self.sets.iter().any(|(set, text)| own(text) && read.shows.iter().any(|shows| shows.field == *set))
    }

    /// Whether it changes what that read shows, or whether it is accepted.
    #[must_use]
    pub fn hides(&self, read: &Action) -> bool {
        let shown = |set: &String| read.shows.iter().any(|shows| shows.field == *set);
        let needed = |set: &String| read.needs.iter().any(|(field, _)| field == set);
        self.on == read.on && self.sets.iter().any(|(set, _)| shown(set) || needed(set))
    }

    /// Whether it opens the feed.
    #[must_use]
    pub fn opens_feed(&self) -> bool {
        self.feed && self.on.is_none()
    }

    /// The number of a thing of that kind for a call: of the one that it acts on, or of the one that it makes.
    fn number_of(&self, kind: &str, call: &Call) -> Option<u32> {
        if self.on.as_deref() == Some(kind) {
            return call.on;
        }
        (self.makes.as_deref() == Some(kind)).then_some(call.number)
    }

    /// The variable of one call for a name in the texts of the action; none where the name is no matter of calls.
    #[must_use]
    pub fn variable(&self, name: &str, call: &Call) -> Option<String> {
        let (kind, rest) = name.split_once('.')?;
        Some(format!("{kind}{}.{rest}", self.number_of(kind, call)?))
    }

    /// The number that a name in the texts of the action stands for.
    #[must_use]
    pub fn number(&self, name: &str, call: &Call) -> Option<u32> {
        if name == VALUE { Some(call.number) } else { self.number_of(name, call) }
    }

    /// A text of the action for one call.
    #[must_use]
    pub fn text(&self, text: &str, call: &Call) -> String {
        let filled = fill_with(text, |name| {
            let number = self.number(name, call).map(|number| number.to_string());
            number.or_else(|| Some(format!("${{{}}}", self.variable(name, call).unwrap_or_else(|| name.to_owned()))))
        });
        filled.unwrap_or_else(|_| text.to_owned())
    }

    /// The facts of the target that what it does and shows is said with.
    #[must_use]
    pub fn facts(&self) -> Vec<String> {
        let texts = self.sets.iter().chain(&self.gives).map(|(_, text)| text);
        let texts = texts.chain(self.shows.iter().filter_map(|shows| shows.others.as_ref()));
        let queries = self.shows.iter().flat_map(|shows| shows.query.variables());
        let all = texts.flat_map(|text| names(text)).chain(queries);
        all.filter(|name| !self.is_symbol(name) && name != UNIQUE).collect()
    }

    /// Whether a variable in the texts of the action is a matter of calls, and no fact of the target.
    #[must_use]
    pub fn is_symbol(&self, name: &str) -> bool {
        let first = name.split('.').next().unwrap_or(name);
        name == VALUE || [&self.on, &self.makes].into_iter().flatten().any(|kind| kind == first)
    }
}
