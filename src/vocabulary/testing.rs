//! An answer for the tests of the words.

use std::{borrow::Cow, sync::Arc};

use super::heard::{AnswerClass, Body, Heard};
use crate::model::{
    exchange::{Answer, Exchange, Request},
    variables::Variables,
};

/// An accepted answer to a request of the first second of 1970.
pub(super) fn heard() -> Heard<'static> {
    let answer = Answer::of(200, Vec::new(), Vec::new(), None);
    let exchange = Exchange::answered("".into(), Request::read("/"), answer);
    Heard { exchange: Cow::Owned(exchange), class: AnswerClass::Accepted, body: Arc::new(Body::Other) }
}

/// What the variables of the tests stand for.
pub(super) fn variables() -> Variables {
    Variables::from([("two".to_owned(), "2".to_owned())])
}
