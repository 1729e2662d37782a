//! An answer for the tests of the words.

use std::{borrow::Cow, sync::Arc};

use super::heard::{AnswerClass, Body, Heard};
use crate::model::{
    case::{Class, Role},
    credential::{AccountRole, Credential},
    exchange::{Answer, Exchange, Outcome, Request, Sent},
    variables::Variables,
};

/// An accepted answer to a request of the first second of 1970.
pub(super) fn heard() -> Heard<'static> {
    let request = Request {
        method: "GET".to_owned(),
        path: "/".to_owned(),
        query: String::new(),
        parameters: Vec::new(),
        headers: Vec::new(),
        credential: Credential::Token,
        account: AccountRole::Full,
        class: Class::Read,
        body: String::new(),
    };
    let exchange = Exchange {
        endpoint: "".into(),
        role: Role::Probe,
        step: 0,
        at_ms: 0,
        took_ms: 0,
        again: 0,
        renewed: false,
        sent: Sent::Http(request),
        outcome: Outcome::Answer(Answer::of(200, Vec::new(), Vec::new(), None)),
    };
    Heard { exchange: Cow::Owned(exchange), class: AnswerClass::Accepted, body: Arc::new(Body::Other) }
}

/// What the variables of the tests stand for.
pub(super) fn variables() -> Variables {
    Variables::from([("two".to_owned(), "2".to_owned())])
}
