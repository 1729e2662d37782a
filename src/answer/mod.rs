//! Answers, read once for all who look at them: the run, the judge and the laws of the readers.
//!
//! In: an exchange and the endpoint that was called. Out: a [`Heard`]: accepted, refused, strange, or nothing; and the documented part of
//! an answer in one form. Nothing here knows of requirements, and nothing is kept: who needs an answer twice hands it on.

mod body;
mod canonical;
mod classify;
mod conversation;
mod feed_model;
mod foreign;
mod wording;

use std::{borrow::Cow, sync::Arc};

pub use canonical::{Canonical, Rows, below_root, canonical, root_name};
pub use wording::Wording;

use crate::{
    decode::{model::StateModel, openapi},
    model::{
        contract::Contract,
        conversation::Conversation,
        exchange::{Answer, Exchange, Outcome},
    },
    spec::{Endpoint, Media},
    vocabulary::{AnswerClass, Body, Heard},
};

/// Reads the answer of an exchange.
#[must_use]
pub fn read<'a>(endpoint: &Endpoint, exchange: &'a Exchange) -> Heard<'a> {
    with_body(endpoint, exchange, Arc::new(body(endpoint, exchange)))
}

/// Reads the body of an answer. Equal bodies of answers of one endpoint are the same, read under equal statuses.
#[must_use]
pub fn body(endpoint: &Endpoint, exchange: &Exchange) -> Body {
    exchange.answer().map_or(Body::Other, |answer| body::read(endpoint.response.media, answer))
}

/// Reads the body of an answer of which nothing else is known.
#[must_use]
pub fn body_of(answer: &Answer) -> Body {
    body::read(Media::Document, answer)
}

/// The conversation that an answer opened; none where it opened none.
#[must_use]
pub fn conversation(answer: &Answer) -> Option<Conversation> {
    conversation::of(answer)
}

/// The messages of a conversation that came to their newline, without it.
#[must_use]
pub fn messages(conversation: &Conversation) -> Vec<&str> {
    conversation::lines(&conversation.stream).0
}

/// An answer with what came in a conversation since something else was heard, with the rows after all of it.
#[must_use]
pub fn going_on(heard: &Heard<'_>, conversation: Conversation, rows: &StateModel) -> Heard<'static> {
    Heard { body: Arc::new(conversation::going_on(conversation, rows)), ..heard.clone().into_owned() }
}

/// The answer of an exchange whose body was read already.
#[must_use]
pub fn with_body<'a>(endpoint: &Endpoint, exchange: &'a Exchange, body: Arc<Body>) -> Heard<'a> {
    let class = match &exchange.outcome {
        Outcome::Nothing(nothing) => AnswerClass::Nothing(nothing.kind),
        Outcome::Answer(answer) => classify::classify(endpoint, exchange, answer, &body),
    };
    Heard { exchange: Cow::Borrowed(exchange), class, body }
}

/// What an error says that came with a status of success; none for any other answer.
#[must_use]
pub fn refusal_wording(endpoint: &Endpoint, heard: &Heard<'_>) -> Option<Wording> {
    let success = heard.answer().is_some_and(|answer| (200..300).contains(&answer.status));
    let error = heard.body.error().filter(|_| success && heard.refused())?;
    Wording::of(error.value(), &wording::asked(endpoint, &heard.exchange))
}

/// What the OpenAPI document in an answer states; none where there is none.
#[must_use]
pub fn contract(exchange: &Exchange) -> Option<Contract> {
    let answer = exchange.answer().filter(|answer| (200..300).contains(&answer.status) && answer.cut.is_none())?;
    openapi::read(&answer.body).ok()
}
