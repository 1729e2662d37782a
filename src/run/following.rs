//! Waits for what the commands of a sequence did to come over the feed that is open meanwhile.
//!
//! In: the calls of a sequence as they are answered. Out: answers of the feed in the record, each once what it must show came, or once its
//! time is over. What a feed shows is for the judge to say; nothing here is a verdict.

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

/// The longest that the feed is waited for between the commands of one sequence, in milliseconds. A slow feed is looked at once all commands
/// were sent.
const BETWEEN_MS_MAX: u64 = 30_000;

/// The feed of one sequence.
pub(super) struct Following<'a> {
    spec: &'a Spec,
    reference: Reference,
    feed: Followed,
    /// For how long it was waited for.
    waited_ms: u64,
    /// Whether it is over, or something did not come: nothing more is known of it then.
    over: bool,
}

impl<'a> Following<'a> {
    /// No command was sent yet.
    pub(super) fn new(spec: &'a Spec) -> Self {
        Self { spec, reference: Reference::new(&spec.sequences), feed: Followed::default(), waited_ms: 0, over: false }
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
        let came = playing.until(number, step, HEAR_MS, &mut came).await;
        self.waited_ms += u64::try_from(playing.shared.sender.now_ms() - began_ms).unwrap_or(0);
        self.over = came != Some(true);
    }

    fn call<'c>(&self, case: &'c Case, number: usize) -> Option<(&'a Action, &'c Call)> {
        let call = case.steps.get(number)?.call.as_ref()?;
        Some((self.spec.sequences.action(&call.action)?, call))
    }
}
