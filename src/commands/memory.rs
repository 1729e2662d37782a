//! The emulator in memory: a run without a network, with a clock that waiting moves.
//!
//! In: the emulator, what is asked for, and what becomes of an answer on its way. Out: the run. Nothing here waits or opens a socket.

use std::{
    cell::Cell,
    collections::BTreeSet,
    pin::pin,
    rc::Rc,
    sync::{Arc, atomic::AtomicBool},
    task::{Context, Poll, Waker},
    time::{Duration, UNIX_EPOCH},
};

use secrecy::ExposeSecret;

use super::embedded::{accounts_of, demo_accounts, demo_fixtures, started_anew};
use crate::{
    emulator::{Arrival, Clock, Config, Connection, Emulator, Request, Response},
    model::{
        case::{Call, CaseStep, Class},
        draft::Draft,
        exchange::{Exchange, NoAnswer, NoAnswerKind, Outcome},
        id::RequirementId,
    },
    run::{self, Budget, Plan, Run},
    send::{self, Channel, Guard, Opened, Outgoing, Performing, Rate, Received, Sender, Transport},
    spec::Spec,
};

/// When the emulator's time starts in memory, in milliseconds since the UNIX epoch: 2024-12-03T15:26:05Z.
const START_MS: i64 = 1_733_239_565_000;

/// How long an answer may take in memory, in milliseconds.
const TIMEOUT_MS: u64 = 30_000;

/// How far time moves until it is looked again whether bytes came, in milliseconds.
const LOOK_MS: u64 = 200;

/// What sees each request, with the time in milliseconds since the UNIX epoch, and may change its answer. One with the status 0 is none:
/// the connection broke.
pub type OnTheWay = Box<dyn Fn(i64, &Request, &mut Response)>;

/// A run against an emulator that is called, not spoken to. The same values give the same run.
pub struct InMemory {
    /// The emulator.
    pub config: Config,
    /// Decides every drawn value.
    pub seed: u64,
    /// Prefixes of requirement ids; none for all.
    pub only: Vec<String>,
    /// Only what plain requests show that read and change nothing.
    pub plain: bool,
    /// How fast requests go out, by the clock that waiting moves.
    pub rate: Rate,
    /// How far the clock of the emulator is before that of the run, in milliseconds.
    pub ahead_ms: i64,
    /// What may be sent.
    pub allow: Class,
    /// How long a case may wait for something to run out, in seconds. Waiting takes no time here.
    pub patience_s: u32,
    /// After that number of confirmed fails others count without; none for no such number.
    pub confirmed_max: Option<u32>,
    /// The most bytes of answers that are kept to be judged.
    pub answers_bytes_max: usize,
    /// Calls that are played instead of the sequences that the seed draws.
    pub calls: Vec<Call>,
    /// What becomes of each answer.
    pub on_the_way: OnTheWay,
    /// Stops the run once it is set.
    pub stop: Arc<AtomicBool>,
    /// Whether somebody starts the emulator anew that died.
    pub starts_anew: bool,
    /// The most requests that go out; none for no such number.
    pub requests_max: Option<u64>,
    /// What the run is to keep to; none for no bound.
    pub budget: Option<Budget>,
    /// What failed last time.
    pub first: BTreeSet<RequirementId>,
    /// Whether nobody sees more of the run than what failed, so that no secret is looked for.
    pub seen_by_nobody: bool,
}

impl Default for InMemory {
    fn default() -> Self {
        Self {
            config: Config::demo(),
            seed: 0,
            only: Vec::new(),
            plain: false,
            rate: Rate::Off,
            ahead_ms: 0,
            allow: Class::Disrupt,
            patience_s: u32::MAX,
            confirmed_max: None,
            answers_bytes_max: Plan::default().answers_bytes_max,
            calls: Vec::new(),
            on_the_way: Box::new(|_, _, _| {}),
            stop: Arc::default(),
            starts_anew: true,
            requests_max: None,
            budget: None,
            first: BTreeSet::new(),
            seen_by_nobody: false,
        }
    }
}

impl InMemory {
    /// Runs.
    ///
    /// # Errors
    /// Why nothing could be certified.
    pub fn run(self, spec: &Spec) -> Result<Run, run::Abort> {
        let clock = Clock::manual(START_MS);
        let emulator = Arc::new(Emulator::new(self.config, clock.clone()));
        let mut plan = Plan {
            seed: self.seed,
            allow: self.allow,
            only: self.only,
            plain: self.plain,
            workers: 1,
            patience_s: self.patience_s,
            confirmed_max: self.confirmed_max,
            answers_bytes_max: self.answers_bytes_max,
            calls: self.calls,
            on_dead: self.starts_anew.then(|| started_anew(&emulator)),
            requests_max: self.requests_max,
            budget: self.budget,
            first: self.first,
            ..Plan::default()
        };
        demo_fixtures(&mut plan, emulator.fixtures(), &emulator.old_tokens("touchmark"));
        plan.fixtures.insert("host".to_owned(), "127.0.0.1".to_owned());
        let yielded = Rc::new(Cell::new(false));
        let memory = Memory {
            emulator,
            clock,
            on_the_way: self.on_the_way,
            ahead_ms: self.ahead_ms,
            yielded: Rc::clone(&yielded),
        };
        let sender = Sender::new(Box::new(memory), demo_accounts(), self.rate, Guard::new(self.allow));
        let sender = if self.seen_by_nobody { sender.seen_by_nobody() } else { sender };
        // Memory never waits: whoever is not ready lets another request go before, and is ready then. So no runtime is needed.
        at_once(&yielded, run::run(spec, &sender, &plan, &self.stop, &|_| {}))
            .unwrap_or_else(|| Err(run::Abort::Unreachable("the emulator in memory was not ready".to_owned())))
    }
}

/// What comes of something that waits for nothing but for others in memory; none where it waits for anything else.
fn at_once<T>(yielded: &Cell<bool>, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        yielded.set(false);
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return Some(value),
            Poll::Pending if yielded.get() => {}
            Poll::Pending => return None,
        }
    }
}

/// An emulator that is called step by step, without a run.
pub(crate) struct Called {
    sender: Sender,
    clock: Clock,
    yielded: Rc<Cell<bool>>,
}

impl Called {
    /// A new emulator, and a sender with its accounts that may send it anything.
    pub(crate) fn new(config: Config) -> Self {
        let accounts = accounts_of(&config);
        let clock = Clock::manual(START_MS);
        let yielded = Rc::new(Cell::new(false));
        let memory = Memory {
            emulator: Arc::new(Emulator::new(config, clock.clone())),
            clock: clock.clone(),
            on_the_way: Box::new(|_, _, _| {}),
            ahead_ms: 0,
            yielded: Rc::clone(&yielded),
        };
        let sender = Sender::new(Box::new(memory), accounts, Rate::Off, Guard::new(Class::Disrupt));
        Self { sender, clock, yielded }
    }

    /// Sends a step whose draft has no variables any more.
    pub(crate) fn call(&self, step: &CaseStep, draft: &Draft, number: usize) -> Exchange {
        let sent = at_once(&self.yielded, self.sender.send(step, draft, number));
        sent.expect("an emulator in memory is always ready").exchange
    }

    /// Moves the clock on.
    pub(crate) fn wait(&self, ms: i64) {
        self.clock.advance(ms);
    }
}

/// An emulator that is called.
struct Memory {
    emulator: Arc<Emulator>,
    clock: Clock,
    on_the_way: OnTheWay,
    ahead_ms: i64,
    /// Whether a request let another one go before it.
    yielded: Rc<Cell<bool>>,
}

/// A connection to an emulator that is called.
struct Bytes {
    connection: Connection,
    clock: Clock,
}

impl Channel for Bytes {
    fn send<'a>(&'a mut self, bytes: &'a [u8]) -> Performing<'a, Result<(), String>> {
        self.connection.receive(bytes);
        Box::pin(std::future::ready(Ok(())))
    }

    fn receive(&mut self, within_ms: u64) -> Performing<'_, Received> {
        let mut left = within_ms;
        let received = loop {
            let bytes = self.connection.send();
            if !bytes.is_empty() {
                break Received::Bytes(bytes);
            }
            if self.connection.is_closed() {
                break Received::Closed;
            }
            if left == 0 {
                break Received::Nothing;
            }
            let step = left.min(LOOK_MS);
            left -= step;
            self.clock.advance(i64::try_from(step).unwrap_or(0));
        };
        Box::pin(std::future::ready(received))
    }
}

impl Memory {
    fn answer(&self, arrival: Option<Arrival>, request: &Request) -> Outcome {
        let mut response = self.emulator.handle_since(arrival, request);
        (self.on_the_way)(self.clock.now_ms(), request, &mut response);
        // Time goes on a little with each request, as it does on a network.
        self.clock.advance(1);
        let headers = response.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
        let mut headers: Vec<(String, String)> = headers.collect();
        // What is on the way may have written one of its own.
        if headers.iter().all(|(name, _)| name != "date") {
            headers.push(("date".to_owned(), http_date(self.clock.now_ms())));
        }
        match response.status {
            0 => Outcome::Nothing(NoAnswer { kind: NoAnswerKind::Broken, says: "the connection broke".to_owned() }),
            status => Outcome::Answer(send::answer(status, headers, response.body, None)),
        }
    }
}

/// A Date as a server has it.
fn http_date(now_ms: i64) -> String {
    let since = Duration::from_millis(u64::try_from(now_ms).unwrap_or(0));
    httpdate::fmt_http_date(UNIX_EPOCH + since)
}

impl Transport for Memory {
    fn perform<'a>(&'a self, outgoing: &'a Outgoing) -> Performing<'a, Outcome> {
        let mut headers = vec![("host".to_owned(), "127.0.0.1".to_owned())];
        headers.extend(outgoing.headers.clone());
        if let Some(text) = &outgoing.authorization {
            headers.push(("authorization".to_owned(), text.expose_secret().to_owned()));
        }
        let request = Request {
            method: outgoing.method.clone(),
            target: outgoing.target.clone(),
            headers,
            body: outgoing.body.clone(),
        };
        let mut arrival = self.emulator.arrive();
        let mut waits = arrival.is_some();
        Box::pin(std::future::poll_fn(move |context| {
            if std::mem::take(&mut waits) {
                self.yielded.set(true);
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(self.answer(arrival.take(), &request))
        }))
    }

    fn open(&self) -> Performing<'_, Result<Opened, NoAnswer>> {
        let connection = self.emulator.connect(true);
        let channel = Box::new(Bytes { connection, clock: self.clock.clone() });
        let opened = Opened { channel, host: "127.0.0.1".to_owned(), secure: false, timeout_ms: TIMEOUT_MS };
        Box::pin(std::future::ready(Ok(opened)))
    }

    fn now_ms(&self) -> i64 {
        self.clock.now_ms() - self.ahead_ms
    }

    fn wait(&self, ms: u64) -> Performing<'_, ()> {
        self.clock.advance(i64::try_from(ms).unwrap_or(i64::MAX));
        Box::pin(std::future::ready(()))
    }
}
