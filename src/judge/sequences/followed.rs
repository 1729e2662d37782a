//! What a feed has shown so far, while it is looked at again and again.
//!
//! In: answers of one conversation, each with what came since the one before. Out: the same answers with all rows that are there then.

use crate::{
    answer,
    decode::model::FeedModel,
    model::record::Record,
    spec::{Action, Spec},
    vocabulary::Heard,
};

/// The rows of a feed that is followed.
#[derive(Debug, Default)]
pub struct Followed(FeedModel);

impl Followed {
    /// Takes over what came; the answer with all rows that are there then.
    pub fn take(&mut self, heard: &Heard<'_>) -> Heard<'static> {
        let Some(conversation) = heard.answer().and_then(answer::conversation) else {
            return heard.clone().into_owned();
        };
        for line in answer::messages(&conversation) {
            self.0.take(line);
        }
        answer::going_on(heard, conversation, self.0.rows())
    }
}

/// The answers of a record, those of the feed with all rows.
pub(super) fn followed<'a>(spec: &Spec, record: &Record, heard: &[Heard<'a>]) -> Vec<Heard<'a>> {
    let mut followed = Followed::default();
    let is_of_feed = |step: usize| {
        let call = record.case.steps.get(step).and_then(|step| step.call.as_ref());
        call.and_then(|call| spec.sequences.action(&call.action)).is_some_and(|action: &Action| action.feed)
    };
    let all = record.exchanges.iter().zip(heard);
    all.map(|(exchange, heard)| if is_of_feed(exchange.step) { followed.take(heard) } else { heard.clone() }).collect()
}
