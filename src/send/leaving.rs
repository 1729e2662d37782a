//! Takes secrets out of what a run sent itself, before anything leaves `send`.
//!
//! In: exchanges as they came, and what was made of them. Out: the same without the secrets of the run; of answers to the request for a token
//! only their shape.

use super::{Delivery, Sender, token_answer};
use crate::model::{
    exchange::Exchange,
    record::Record,
    variables::Variables,
    verdict::{Finding, Observation},
};

impl Sender {
    /// A sender for a run of which nobody sees more than what failed: to look for secrets takes a fifth of the time of a run in memory.
    #[must_use]
    pub(crate) fn seen_by_nobody(self) -> Self {
        self.secrets.unseen();
        self
    }

    /// From now on a text is a secret of this run.
    pub fn conceal(&self, text: &str) {
        self.secrets.add(text);
    }

    /// A text without any secret of this run.
    #[must_use]
    pub fn redacted(&self, text: &str) -> String {
        self.secrets.redact(text)
    }

    /// Values of variables without any secret of this run.
    #[must_use]
    pub fn redacted_all(&self, variables: &Variables) -> Variables {
        variables.iter().map(|(name, value)| (name.clone(), self.redacted(value))).collect()
    }

    /// The count of secrets are known. What was made while there were less may have one in it.
    #[must_use]
    pub fn secrets_known(&self) -> usize {
        self.secrets.count()
    }

    /// Takes the secrets of this run out of a record.
    pub fn redact_record(&self, record: &mut Record) {
        self.secrets.clean_record(record);
    }

    /// Takes the secrets of this run out of what is said of a requirement.
    pub fn redact_finding(&self, finding: &mut Finding) {
        self.secrets.clean_finding(finding);
    }

    /// Takes the secrets of this run out of what was seen.
    pub fn redact_observation(&self, seen: &mut Observation) {
        for text in [&mut seen.what, &mut seen.place] {
            *text = self.redacted(text);
        }
    }

    /// What leaves this room of an exchange: of an answer to the request for a token its shape, and of all others no secret.
    pub(super) fn delivered(&self, raw: Exchange) -> Delivery {
        let for_a_token = raw.request().is_some_and(token_answer::is_asked_for);
        for token in raw.answer().into_iter().flat_map(|answer| token_answer::tokens(answer, for_a_token)) {
            self.secrets.add(&token);
        }
        let mut exchange = raw.clone();
        if for_a_token {
            token_answer::keep_shape(&mut exchange.outcome);
        }
        self.secrets.clean_exchange(&mut exchange);
        Delivery { raw, exchange }
    }
}
