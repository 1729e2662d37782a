//! A run without a network: the emulator is called, and a test sees and changes what goes by. Waiting moves the clock and takes no time.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::atomic::AtomicBool};

use futures_util::FutureExt;
use secrecy::{ExposeSecret, SecretString};
use touchmark::{
    emulator::{self, Clock, Config, Emulator, Request, Response},
    model::{
        case::Class,
        credential::AccountRole,
        exchange::{Answer, Outcome},
    },
    run::{self, Plan, Run},
    send::{Account, Guard, Outgoing, Performing, Rate, Sender, Transport},
    spec::Spec,
};

/// When a run starts, in milliseconds since the UNIX epoch: 2024-12-03T15:26:05Z.
const START_MS: i64 = 1_733_239_565_000;

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

/// How a run goes.
pub(crate) struct Journey {
    pub(crate) rate: Rate,
    pub(crate) allow: Class,
    pub(crate) only: Vec<String>,
    /// What becomes of each answer.
    pub(crate) change: fn(&Request, &mut Response),
}

impl Default for Journey {
    fn default() -> Self {
        Self { rate: Rate::Off, allow: Class::Disrupt, only: Vec::new(), change: |_, _| {} }
    }
}

/// Runs against the demo site in memory: what the run gives, and all that went by.
pub(crate) fn travel(spec: &Spec, journey: Journey) -> (Run, Vec<Gone>) {
    let clock = Clock::manual(START_MS);
    let emulator = Emulator::new(Config::demo(), clock.clone());
    let mut plan = Plan { only: journey.only, ..Plan::default() };
    for (name, value) in emulator::demo_fixtures() {
        plan.fixtures.insert(name.to_owned(), value.to_owned());
    }
    plan.fixtures.insert("host".to_owned(), "127.0.0.1".to_owned());
    let expired = emulator.expired_token("touchmark").expect("a token that expired");
    plan.secret_fixtures.insert("expired_token".to_owned(), expired);
    let log = Rc::new(RefCell::new(Vec::new()));
    let transport = Memory { emulator, clock, log: log.clone(), change: journey.change };
    let sender = Sender::new(Box::new(transport), accounts(), journey.rate, Guard::new(journey.allow));
    let stop = AtomicBool::new(false);
    let run = run::run(spec, &sender, &plan, &stop, &|_| {});
    let run = run.now_or_never().expect("a transport that is always ready").expect("a target that can be certified");
    let gone = log.borrow().clone();
    (run, gone)
}

fn accounts() -> BTreeMap<AccountRole, Account> {
    let roles = [
        (AccountRole::Full, "touchmark"),
        (AccountRole::ReadOnly, "touchmark-read"),
        (AccountRole::Deny, "touchmark-deny"),
        (AccountRole::Spare, "touchmark-spare"),
        (AccountRole::Spent, "touchmark-spent"),
    ];
    let known = Config::demo().accounts;
    let secret =
        |id: &str| known.iter().find(|account| account.client_id == id).expect("a demo account").client_secret.clone();
    let account = |id: &str| Account { client_id: id.to_owned(), client_secret: SecretString::from(secret(id)) };
    roles.into_iter().map(|(role, id)| (role, account(id))).collect()
}

struct Memory {
    emulator: Emulator,
    clock: Clock,
    log: Rc<RefCell<Vec<Gone>>>,
    change: fn(&Request, &mut Response),
}

impl Transport for Memory {
    fn perform<'a>(&'a self, outgoing: &'a Outgoing) -> Performing<'a, Outcome> {
        let authorization = outgoing.authorization.as_ref().map(|text| text.expose_secret().to_owned());
        let mut headers = vec![("host".to_owned(), "127.0.0.1".to_owned())];
        headers.extend(outgoing.headers.clone());
        headers.extend(authorization.iter().map(|text| ("authorization".to_owned(), text.clone())));
        let (method, target, body) = (outgoing.method.clone(), outgoing.target.clone(), outgoing.body.clone());
        let request = Request { method, target, headers, body };
        let mut response = self.emulator.handle(&request);
        (self.change)(&request, &mut response);
        let body = String::from_utf8_lossy(&response.body).into_owned();
        self.log.borrow_mut().push(Gone {
            at_ms: self.clock.now_ms(),
            target: request.target,
            authorization: authorization.unwrap_or_default(),
            answer: body.clone(),
        });
        self.clock.advance(1);
        let headers = response.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        let utf8 = std::str::from_utf8(&response.body).is_ok();
        let answer = Answer { status: response.status, headers, body: body.into(), utf8, bytes: None, cut: None };
        Box::pin(std::future::ready(Outcome::Answer(answer)))
    }

    fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    fn wait(&self, ms: u64) -> Performing<'_, ()> {
        self.clock.advance(i64::try_from(ms).unwrap_or(i64::MAX));
        Box::pin(std::future::ready(()))
    }
}
