//! Calls of a sequence as they are drawn, one after another.
//!
//! In: the commands that may be sent, and random numbers. Out: calls, each on a thing that the reference model finds for it. Nothing here is
//! sent, and the count of calls is for others to say.

use proptest::{prelude::Rng, test_runner::TestRng};

use crate::{
    model::case::Call,
    spec::{Action, ActionKind, Expected, RACE_COMMANDS_MAX, Reference, Sequences},
};

/// One call of this number acts on any thing of its kind, also on one with which it must be refused.
const ANY_OF: usize = 10;

/// After one command of this number the feed is looked at, besides the end: each time is waited for.
const FEED_OF: usize = 4;

/// One call of this number acts on another thing than the call before it.
const OTHER_OF: usize = 4;

/// In one race of this number the clients may write over what they write.
const FREE_OF: usize = 3;

/// The most commands that are drawn to go before a race, beside those that make what it acts on.
const RACED_BEFORE_MAX: usize = 2;

/// Calls that are being drawn.
pub(super) struct Drawing<'a> {
    all: &'a Sequences,
    may: &'a dyn Fn(&Action) -> bool,
    rng: &'a mut TestRng,
    reference: Reference,
    pub(super) calls: Vec<Call>,
    /// Whether nothing but the reads of the end come.
    ends: bool,
}

impl<'a> Drawing<'a> {
    pub(super) fn new(all: &'a Sequences, may: &'a dyn Fn(&Action) -> bool, rng: &'a mut TestRng) -> Self {
        Self { all, may, rng, reference: Reference::new(all), calls: Vec::new(), ends: false }
    }

    /// A command, and the reads after it where nobody else sends meanwhile.
    pub(super) fn command(&mut self, name: &str, client: u8) {
        let Some(action) = self.all.action(name) else { return };
        match &action.on {
            Some(kind) => {
                let thing = self.target(action, kind, self.next(), client);
                thing.into_iter().for_each(|thing| self.command_on(action, Some(thing), client));
            }
            None => self.command_on(action, None, client),
        }
    }

    /// A command to that thing, and the reads after it.
    fn command_on(&mut self, action: &Action, on: Option<u32>, client: u8) {
        let (name, number) = (action.name.as_str(), self.next());
        let call = Call { action: name.to_owned(), on, number, client };
        let expected = self.reference.expects(action, &call);
        // Whatever is left open must not be counted upon.
        if expected == Expected::Accepted || expected == Expected::Open && action.makes.is_none() {
            self.reference.accept(action, &call);
        }
        self.calls.push(call);
        if client == 0 {
            let thing = if action.makes.is_some() { Some(number) } else { on };
            action.reads.iter().for_each(|read| self.read(read, thing));
        }
    }

    /// Two commands one after the other, which must both be accepted: where they act on things of one kind, on the same. Whether there is a
    /// way to come to that.
    pub(super) fn pair(&mut self, first: &'a Action, second: &'a Action, begin: &[String]) -> bool {
        let alike = first.on.is_some() && first.on == second.on;
        if !(alike || self.ready(second, begin)) || !self.ready(first, begin) {
            return false;
        }
        let Some(on) = self.accepted_on(&self.reference, first) else { return false };
        let mut after = self.reference.clone();
        after.accept(first, &self.call(first, on, self.next()));
        if alike && after.expects(second, &self.call(second, on, self.next())) != Expected::Accepted {
            return false;
        }
        self.command_on(first, on, 0);
        match alike {
            true => self.command_on(second, on, 0),
            false => self.command(&second.name, 0),
        }
        true
    }

    /// Draws what goes before a command, so that it must be accepted: one other command, or the beginning of a sequence and perhaps one more.
    fn ready(&mut self, action: &'a Action, begin: &[String]) -> bool {
        for attempt in 0..2 {
            if self.accepted_on(&self.reference, action).is_some() || self.helped(action) {
                return true;
            }
            if attempt == 0 {
                begin.iter().for_each(|name| self.command(name, 0));
            }
        }
        false
    }

    /// Draws one command after which another one must be accepted, where there is one.
    fn helped(&mut self, action: &'a Action) -> bool {
        let helpers = self.all.commands().filter(|helper| (self.may)(helper));
        let helper = helpers.into_iter().find_map(|helper| {
            let on = self.accepted_on(&self.reference, helper)?;
            let mut after = self.reference.clone();
            after.accept(helper, &self.call(helper, on, self.next()));
            self.accepted_on(&after, action).map(|_| (helper, on))
        });
        let Some((helper, on)) = helper else { return false };
        self.command_on(helper, on, 0);
        true
    }

    /// The thing with which a command must be accepted, the one that was there last where there are several; none where there is none. A
    /// command that acts on nothing has none to name.
    fn accepted_on(&self, reference: &Reference, action: &Action) -> Option<Option<u32>> {
        let Some(kind) = &action.on else { return Some(None) };
        let accepted =
            |on: &u32| reference.expects(action, &self.call(action, Some(*on), self.next())) == Expected::Accepted;
        let things: Vec<u32> = reference.things(kind).filter(accepted).collect();
        let last = self.calls.iter().rev().find_map(|call| self.all.action(&call.action)?.number(kind, call));
        last.filter(|last| things.contains(last)).or(things.last().copied()).map(Some)
    }

    fn call(&self, action: &Action, on: Option<u32>, number: u32) -> Call {
        Call { action: action.name.clone(), on, number, client: 0 }
    }

    /// A few commands of one client, and then a few of each of two, which act on things of one kind. One of the two begins with a command that
    /// writes a value of its own, which a read shows; in most races nothing else writes over that or keeps it from being read, so that it shows
    /// where it is lost. What must be accepted comes first, and what goes before leaves enough of that. What a client sends is drawn as if the
    /// other one sent nothing.
    pub(super) fn race(&mut self, reads: &[String]) {
        let commands = self.all.commands().filter(|action| action.can_be_raced() && (self.may)(action));
        let mut raced: Vec<&'a Action> = commands.collect();
        let reads: Vec<&Action> = reads.iter().filter_map(|read| self.all.action(read)).collect();
        let marks = |action: &&Action| reads.iter().any(|read| action.marks(read));
        let marks: Vec<&'a Action> = raced.iter().copied().filter(marks).collect();
        self.raced(0, &raced, &raced, RACED_BEFORE_MAX, 0);
        let begins = self.reference.clone();
        let mark = marks.get(below(marks.len(), self.rng)).copied();
        let shown = |mark: &Action| reads.iter().copied().filter(|read| mark.marks(read)).collect::<Vec<_>>();
        let shown = mark.map(shown).unwrap_or_default();
        raced.retain(|action| mark.is_none_or(|mark| action.on == mark.on));
        if below(FREE_OF, self.rng) > 0 {
            raced.retain(|action| !shown.iter().any(|read| action.hides(read)));
        }
        let marking = 1 + below(2, self.rng);
        for client in 1..=2 {
            self.reference = begins.clone();
            let first: &[&Action] = if client == marking { mark.as_slice() } else { &raced };
            self.raced(client.try_into().unwrap_or(1), first, &raced, RACE_COMMANDS_MAX, 1);
        }
    }

    /// Some commands of one client, at most that number, the first of which is one of some.
    fn raced(&mut self, client: u8, first: &[&'a Action], all: &[&'a Action], most: usize, least: usize) {
        for number in 0..least + below(most + 1 - least, self.rng) {
            let commands = if number == 0 { first } else { all };
            let accepted = |action: &&&Action| self.accepted_on(&self.reference, action).is_some();
            let calm = |action: &&&Action| client > 0 || self.accepted_after(action, all) * 2 > all.len();
            let some: Vec<&Action> = commands.iter().filter(accepted).filter(calm).copied().collect();
            let of = if some.is_empty() { commands } else { &some };
            if let Some(action) = of.get(below(of.len(), self.rng)).copied() {
                self.command(&action.name, client);
            }
        }
    }

    /// The count of commands that must be accepted after one.
    fn accepted_after(&self, action: &Action, commands: &[&Action]) -> usize {
        let Some(on) = self.accepted_on(&self.reference, action) else { return 0 };
        let mut after = self.reference.clone();
        after.accept(action, &self.call(action, on, self.next()));
        commands.iter().filter(|command| self.accepted_on(&after, command).is_some()).count()
    }

    fn read(&mut self, name: &str, on: Option<u32>) {
        let follows = || self.calls.iter().any(|call| self.all.action(&call.action).is_some_and(Action::opens_feed));
        let looks = |action: &Action| !action.feed || follows();
        let asked = self.all.action(name).filter(|action| (self.may)(action) && looks(action));
        // Some commands go by before the feed is looked at.
        if asked.is_some_and(|action| !action.feed || action.opens_feed() || self.ends || below(FEED_OF, self.rng) == 0)
        {
            let call = Call { action: name.to_owned(), on, number: self.next(), client: 0 };
            self.calls.push(call);
        }
    }

    /// A read for each thing of its kind.
    pub(super) fn read_each(&mut self, name: &str) {
        let Some(kind) = self.all.action(name).and_then(|action| action.on.clone()) else { return };
        let things: Vec<u32> = self.reference.things(&kind).collect();
        things.into_iter().for_each(|thing| self.read(name, Some(thing)));
    }

    /// The reads that stand at the end.
    pub(super) fn end(&mut self) {
        self.ends = true;
        for action in self.all.actions.iter().filter(|action| action.kind == ActionKind::Read) {
            let (Some(rows), Some(kind)) = (&action.at_end, &action.on) else { continue };
            let things: Vec<u32> =
                self.reference.things(kind).filter(|thing| self.reference.may_have(kind, *thing, rows)).collect();
            things.into_iter().for_each(|thing| self.read(&action.name, Some(thing)));
        }
    }

    /// The thing that a command acts on: rather one with which it is accepted, and rather the one that was there last.
    fn target(&mut self, action: &Action, kind: &str, number: u32, client: u8) -> Option<u32> {
        let things: Vec<u32> = self.reference.things(kind).collect();
        let expected = |on: &u32| {
            let call = Call { action: action.name.clone(), on: Some(*on), number, client };
            self.reference.expects(action, &call)
        };
        let with = |wanted: Expected| things.iter().copied().filter(|on| expected(on) == wanted).collect::<Vec<u32>>();
        let any = client == 0 && below(ANY_OF, self.rng) == 0 && self.calls.len() > ANY_OF;
        let choices = [with(Expected::Accepted), with(Expected::Open), things.clone()];
        let of = if any { &things } else { choices.iter().find(|some| !some.is_empty())? };
        let last = self.calls.iter().rev().find_map(|call| self.all.action(&call.action)?.number(kind, call));
        match last.filter(|last| of.contains(last)) {
            Some(last) if below(OTHER_OF, self.rng) > 0 => Some(last),
            _ => of.get(below(of.len(), self.rng)).copied(),
        }
    }

    fn next(&self) -> u32 {
        self.calls.last().map_or(1, |call| call.number + 1)
    }
}

/// A random number below a count.
pub(super) fn below(count: usize, rng: &mut TestRng) -> usize {
    rng.next_u32() as usize % count.max(1)
}
