//! Waits for what the commands of a sequence did to come over the feed that is open meanwhile.
//!
//! In: the calls of a sequence as they are answered. Out: answers of the feed in the record, each once what it must show came, or once its
//! time is over. What a feed shows is for the judge to say; nothing here is a verdict.

use std::cell::Cell;

use crate::{
    judge::{self, Followed},
    model::{
        case::{Call, Case, Role},
        conversation::HEAR_MS,
        record::Record,
    },
    spec::{Action, ActionKind, Reference, Spec, Step},
    vocabulary::Heard,
};

use super::step::Playing;

/// How often in a run what does not come is waited for in full before it is known to come again and again.
const MISSES_MAX: u32 = 4;

/// Where less may do, this multiple of the longest that anything took to come so far is waited, and this time at least, in milliseconds.
const SOON_OF: u64 = 10;
const SOON_MS_MIN: u64 = 2_000;

/// The longest that the feed is waited for between the commands of one sequence, in milliseconds. A slow feed is looked at once all commands
/// were sent.
const BETWEEN_MS_MAX: u64 = 30_000;

/// How long the feeds of a run are waited for: in full at first, and where it decides a verdict.
#[derive(Debug, Default)]
pub(super) struct Patience {
    /// The longest that it took until something came, in milliseconds.
    longest_ms: Cell<u64>,
    /// How often something did not come in all the time.
    misses: Cell<u32>,
}

impl Patience {
    /// In milliseconds; in full for a sequence of which nothing is known yet, unless others have shown before that something does not come.
    pub(super) fn first_ms(&self) -> u64 {
        if self.misses.get() < MISSES_MAX { HEAR_MS } else { self.soon_ms() }
    }

    /// In milliseconds; what comes at all comes by then, as far as was seen. No verdict may rest on it.
    pub(super) fn soon_ms(&self) -> u64 {
        (self.longest_ms.get() * SOON_OF).clamp(SOON_MS_MIN, HEAR_MS)
    }

    fn learn(&self, came: bool, took_ms: u64) {
        match came {
            true => self.longest_ms.set(self.longest_ms.get().max(took_ms)),
            false if took_ms >= HEAR_MS => self.misses.set(self.misses.get() + 1),
            false => {}
        }
    }
}

/// The feed of one sequence.
pub(super) struct Following<'a> {
    spec: &'a Spec,
    patience: &'a Patience,
    /// The longest that it is waited for something, in milliseconds.
    within_ms: u64,
    reference: Reference,
    feed: Followed,
    /// For how long it was waited for.
    waited_ms: u64,
    /// Whether it is over, or something did not come: nothing more is known of it then.
    over: bool,
}

impl<'a> Following<'a> {
    /// No command was sent yet.
    pub(super) fn new(spec: &'a Spec, patience: &'a Patience, within_ms: u64) -> Self {
        let (reference, feed) = (Reference::new(&spec.sequences), Followed::default());
        Self { spec, patience, within_ms, reference, feed, waited_ms: 0, over: false }
    }

    /// Whether a step looks at a feed that was opened before.
    pub(super) fn is_followed(&self, case: &Case, number: usize) -> bool {
        self.call(case, number).is_some_and(|(action, _)| action.feed && !action.opens_feed())
    }

    /// Takes over what a call did.
    pub(super) fn heard(&mut self, case: &Case, number: usize, heard: Option<&Heard<'_>>) {
        let (Some((action, call)), Some(heard)) = (self.call(case, number), heard) else { return };
        if action.opens_feed() {
            self.feed.take(heard);
            self.over = !heard.heard_all();
        } else if action.kind == ActionKind::Command && heard.accepted() {
            self.reference.accept(action, call);
        } else if action.kind == ActionKind::Command && !heard.refused() {
            self.reference.doubt(action, call);
        }
    }

    /// Waits until the feed shows what it must. Between commands that is done for some time alone.
    pub(super) async fn wait(&mut self, playing: &mut Playing<'_>, number: usize, step: &Step) {
        let Some((_, call)) = self.call(playing.case, number) else { return };
        let asked =
            (number..playing.case.steps.len()).filter(|number| playing.case.steps[*number].role != Role::Teardown);
        let mut actions = asked.filter_map(|number| self.call(playing.case, number));
        let more = actions.any(|(action, _)| action.kind == ActionKind::Command);
        if self.over || more && self.waited_ms >= BETWEEN_MS_MAX {
            return;
        }
        let began_ms = playing.shared.sender.now_ms();
        let (spec, reference, feed) = (self.spec, &self.reference, &mut self.feed);
        let mut came = |record: &Record, heard: &Heard<'_>| {
            judge::sequence_shows(spec, record, reference, call, &feed.take(heard))
        };
        let came = playing.until(number, step, self.within_ms, &mut came).await;
        let took_ms = u64::try_from(playing.shared.sender.now_ms() - began_ms).unwrap_or(0);
        self.waited_ms += took_ms;
        self.over = came != Some(true);
        came.into_iter().for_each(|came| self.patience.learn(came, took_ms));
    }

    fn call<'c>(&self, case: &'c Case, number: usize) -> Option<(&'a Action, &'c Call)> {
        let call = case.steps.get(number)?.call.as_ref()?;
        Some((self.spec.sequences.action(&call.action)?, call))
    }
}
