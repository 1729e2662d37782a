//! Takes secrets out of exchanges that this program did not send: recordings of browsers and proxies.
//!
//! In: secrets, and exchanges with them. Out: the same without any, in whatever encoding it stood; of answers to the request for a token only
//! their shape. What a run sends itself is cleaned by `leaving`, with the secrets of that run.

use std::sync::Arc;

use super::{secrets::Secrets, token_answer};
use crate::model::{
    conversation::Act,
    exchange::{Exchange, NoAnswerKind, Outcome, Sent},
};

/// Takes secrets out of what was recorded.
#[derive(Default)]
pub struct Cleaning(Secrets);

impl Cleaning {
    /// From now on a text is a secret.
    pub fn conceal(&self, text: &str) {
        self.0.add(text);
    }

    /// From now on the tokens in the answer of an exchange are secrets.
    pub fn conceal_tokens(&self, exchange: &Exchange) {
        let for_a_token = exchange.request().is_some_and(token_answer::is_asked_for);
        for token in exchange.answer().into_iter().flat_map(|answer| token_answer::tokens(answer, for_a_token)) {
            self.0.add(&token);
        }
    }

    /// Takes all secrets out of an exchange. An answer that had one in its body is another one without it, and is not kept: what others
    /// recorded has secrets that are words of every day, and what stands in their place must not become a gap.
    pub fn clean(&self, exchange: &mut Exchange) {
        let for_a_token = exchange.request().is_some_and(token_answer::is_asked_for);
        if for_a_token {
            token_answer::keep_shape(&mut exchange.outcome);
        }
        let before = exchange.answer().map(|answer| (Arc::clone(&answer.body), answer.bytes.clone()));
        self.0.clean_exchange(exchange);
        let after = exchange.answer().map(|answer| (Arc::clone(&answer.body), answer.bytes.clone()));
        let heard = exchange.answer().is_some_and(|answer| answer.status == 101);
        if before != after && after.is_some() && !for_a_token && !heard {
            let says = "a secret of the recording stood in it, and it is not kept without it";
            exchange.outcome = Outcome::nothing(NoAnswerKind::Unkept, says);
        }
        let Sent::Http(request) = &mut exchange.sent;
        for act in request.talk.iter_mut().flat_map(|talk| &mut talk.acts) {
            if let Act::Say(say) = act {
                say.payload = self.0.redact(&say.payload);
            }
        }
    }
}
