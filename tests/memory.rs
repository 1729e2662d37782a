//! Runs in memory with a log of all that went by. Waiting moves the clock and takes no time.

use std::{cell::RefCell, rc::Rc};

use touchmark::{
    commands::InMemory,
    emulator::{Request, Response},
    spec::Spec,
};

/// A request that went by.
#[derive(Debug, Clone)]
pub(crate) struct Gone {
    pub(crate) at_ms: i64,
    pub(crate) target: String,
    pub(crate) authorization: String,
    pub(crate) answer: String,
}

impl Gone {
    pub(crate) fn asks_for_a_token(&self) -> bool {
        self.target == "/oauth2/token"
    }
}

/// Runs against the demo site in memory: all that went by.
pub(crate) fn travel(spec: &Spec, run: InMemory) -> Vec<Gone> {
    let log = Rc::new(RefCell::new(Vec::new()));
    let (written, change) = (log.clone(), run.on_the_way);
    let on_the_way = Box::new(move |at_ms, request: &Request, response: &mut Response| {
        change(at_ms, request, response);
        written.borrow_mut().push(gone(at_ms, request, response));
    });
    InMemory { on_the_way, ..run }.run(spec).expect("a target that can be certified");
    log.take()
}

fn gone(at_ms: i64, request: &Request, response: &Response) -> Gone {
    let authorization = request.headers.iter().find(|(name, _)| name == "authorization");
    Gone {
        at_ms,
        target: request.target.clone(),
        authorization: authorization.map(|(_, value)| value.clone()).unwrap_or_default(),
        answer: String::from_utf8_lossy(&response.body).into_owned(),
    }
}
