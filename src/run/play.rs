//! Plays one case: sends its steps in order and remembers what later steps need.

use futures_util::future::join_all;

use crate::{
    judge,
    model::{
        case::{Case, CaseStep, Class, Role, Times},
        draft::Draft,
        exchange::{Exchange, NoAnswerKind, Outcome},
        record::Record,
        variables::Variables,
    },
    spec::{Expect, Owned, Step, UNIQUE},
    vocabulary::Heard,
};

use super::{
    Shared, session,
    world::{Known, filled},
};

/// A case that was played.
pub(super) struct Played {
    pub(super) record: Record,
    /// Its answers, read once.
    pub(super) heard: Vec<Heard<'static>>,
    /// What its steps captured, secrets left out.
    pub(super) captured: Variables,
    /// The first variable that was not known; the steps from there on were not sent.
    pub(super) missing: Option<String>,
    /// Whether the run was stopped before all its steps were sent.
    pub(super) stopped: bool,
}

/// A case that is being played.
struct Playing<'a> {
    shared: &'a Shared<'a>,
    case: &'a Case,
    known: Known,
    record: Record,
    heard: Vec<Heard<'static>>,
    captured: Variables,
    /// All times of a case count from its beginning, so that what is asked and what is expected agree.
    now_s: i64,
    /// Whether anything but a read went out.
    changed: bool,
    /// How many secrets were known at its beginning.
    secrets_known: usize,
}

/// Plays a case. What it changed is put back by the teardown, whatever became of the steps: also where one was refused or not answered,
/// where nothing was learnt of an answer, and where the run is stopped.
pub(super) async fn play(
    shared: &Shared<'_>,
    case: &Case,
    steps: &[Step],
    teardown: &[Step],
    known: Known,
    made: &Variables,
) -> Played {
    // What a target named may be a secret that it was told.
    let variables = shared.sender.redacted_all(made);
    let mut record = Record { case: case.clone(), variables, exchanges: Vec::new() };
    // What is required of every answer may name the host.
    record.variables.extend(known.open.get("host").map(|host| ("host".to_owned(), host.clone())));
    let now_s = shared.sender.now_ms() / 1_000;
    let secrets_known = shared.sender.secrets_known();
    let (heard, captured) = (Vec::new(), Variables::new());
    let mut playing = Playing { shared, case, known, record, heard, captured, now_s, changed: false, secrets_known };
    let (missing, stopped) = playing.steps(steps).await;
    if playing.changed {
        for (number, step) in (steps.len()..).zip(teardown) {
            // What is not known was not learnt, or not made; the other steps are sent all the same.
            let _unknown = playing.step(number, step).await;
        }
    }
    // A secret that was learnt on the way may stand in what came before it.
    if shared.sender.secrets_known() > playing.secrets_known {
        shared.sender.redact_record(&mut playing.record);
    }
    Played { record: playing.record, heard: playing.heard, captured: playing.captured, missing, stopped }
}

impl Playing<'_> {
    /// Sends the steps, as far as they make sense. Gives the first variable that was not known, and whether the run was stopped.
    async fn steps(&mut self, steps: &[Step]) -> (Option<String>, bool) {
        let mut missing = None;
        let mut touched = false;
        // In a flow the next step may well be possible; in a case it would be judged without its preparation.
        let flow = self.case.purpose.requirement().is_none();
        for (number, step) in steps.iter().enumerate() {
            if !flow && self.shared.is_stopped() {
                return (missing, true);
            }
            match self.step(number, step).await {
                Ok(()) => {}
                Err(Unknown::Fresh(name)) => {
                    missing = missing.or(Some(name));
                    continue;
                }
                Err(Unknown::Variable(name)) => {
                    missing = missing.or(Some(name));
                    if flow {
                        continue;
                    }
                    break;
                }
            }
            if flow {
                continue;
            }
            // Later steps rest on what was learnt; neither is more sent where the case cannot be told any more and nothing has been
            // changed yet.
            let learnt = |name: &String| self.known.open.contains_key(name) || self.known.secret.contains_key(name);
            if let Some(name) = step.capture.iter().map(|capture| &capture.name).find(|name| !learnt(name)) {
                missing = missing.or(Some(name.clone()));
                break;
            }
            touched |= step.class > Class::Read && step.role != Role::Control;
            if touched {
                continue;
            }
            let answers: Vec<_> = self.heard.iter().filter(|heard| heard.exchange.step == number).collect();
            if !judge::goes_on(self.shared.spec, step, &answers, &self.record.variables) {
                break;
            }
        }
        (missing, false)
    }

    /// Sends one step and remembers what later ones need.
    async fn step(&mut self, number: usize, step: &Step) -> Result<(), Unknown> {
        let (shared, case_step) = (self.shared, &self.case.steps[number]);
        let tag = self.case.purpose.to_string();
        session::refresh(shared, &tag, case_step, &mut self.known).await.map_err(Unknown::Fresh)?;
        let (draft, used) = filled(&case_step.draft, &self.known, self.now_s).map_err(Unknown::Variable)?;
        self.record.variables.extend(shared.sender.redacted_all(&used));
        let sent = send(shared, case_step, &draft, number, &step.expect).await;
        for (turn, sent) in sent.into_iter().enumerate() {
            let Answered { raw, exchange } = sent;
            shared.note(&exchange.outcome);
            self.changed |= case_step.class > Class::Read && went_out(&exchange.outcome);
            let must_be_accepted = step.expect.iter().any(|expect| matches!(expect, Expect::Accepted));
            if !must_be_accepted || raw.accepted() {
                self.capture(step, &raw, turn);
            }
            self.heard.extend(judge::heard_again(shared.spec, &exchange, &raw).map(Heard::into_owned));
            self.record.exchanges.push(exchange);
        }
        let expected = of_expectations(step, &self.known, self.now_s);
        self.record.variables.extend(shared.sender.redacted_all(&expected));
        Ok(())
    }

    fn capture(&mut self, step: &Step, raw: &Heard<'_>, turn: usize) {
        let (known, sender) = (&mut self.known, self.shared.sender);
        let guard = &sender.guard;
        for capture in &step.capture {
            let Some(value) = capture.query.find(raw, &known.open) else { continue };
            let names = match step.times {
                Times::Once => vec![capture.name.clone()],
                _ => vec![capture.name.clone(), format!("{}.{}", capture.name, turn + 1)],
            };
            for name in names {
                if capture.secret {
                    sender.conceal(&value);
                    known.secret.insert(name, value.clone());
                } else {
                    known.open.insert(name.clone(), value.clone());
                    self.captured.insert(name, value.clone());
                }
            }
            if !capture.secret {
                guard.found(&value);
            }
            match capture.owns {
                Some(Owned::Session) => guard.made(&value),
                Some(Owned::Path) if known.open.get(UNIQUE).is_some_and(|word| value.contains(word.as_str())) => {
                    if let Some(request) = raw.exchange.request() {
                        guard.made_at(&request.path);
                    }
                }
                Some(Owned::Path) | None => {}
            }
        }
    }
}

/// Why a step was not sent.
enum Unknown {
    /// Nothing new could be made for it.
    Fresh(String),
    /// A variable has no value.
    Variable(String),
}

/// Whether a request may have reached the target.
fn went_out(outcome: &Outcome) -> bool {
    use NoAnswerKind::{Guarded, NoToken, Unreachable};
    !matches!(outcome, Outcome::Nothing(nothing) if matches!(nothing.kind, Guarded | NoToken | Unreachable))
}

/// What the expectations of a step name is part of the record, so that it can be judged again.
fn of_expectations(step: &Step, known: &Known, now_s: i64) -> Variables {
    let names = crate::generate::variables_of(step);
    let open = names.into_iter().filter(|name| !known.secret.contains_key(name));
    open.filter_map(|name| known.get(&name, now_s).map(|value| (name, value))).collect()
}

/// Asks for page after page, up to the last one.
async fn pages(
    shared: &Shared<'_>,
    step: &CaseStep,
    draft: &Draft,
    number: usize,
    most: u32,
    expect: &[Expect],
) -> Vec<Answered> {
    let walk = expect.iter().find_map(|expect| if let Expect::Walk(walk) = expect { Some(walk) } else { None });
    let mut all = Vec::new();
    for page in 1..=most {
        let mut draft = draft.clone();
        let Draft::Http(http) = &mut draft;
        for (_, value) in http.parameters.iter_mut().filter(|(name, _)| walk.is_some_and(|walk| walk.page == *name)) {
            *value = page.to_string();
        }
        let Some(sent) = send_once(shared, step, &draft, number).await else { break };
        let last = walk.is_none_or(|walk| walk.is_last(&sent.raw, page));
        all.push(sent);
        if last {
            break;
        }
    }
    all
}

async fn send(shared: &Shared<'_>, step: &CaseStep, draft: &Draft, number: usize, expect: &[Expect]) -> Vec<Answered> {
    let mut all = Vec::new();
    match step.times {
        Times::Once => all.extend(send_once(shared, step, draft, number).await),
        Times::Repeat(n) => {
            for _ in 0..n {
                all.extend(send_once(shared, step, draft, number).await);
            }
        }
        Times::UntilRefused(n) => {
            for _ in 0..n {
                all.extend(send_once(shared, step, draft, number).await);
                if all.last().is_some_and(|sent| sent.raw.refused()) {
                    break;
                }
            }
        }
        Times::Pages(n) => all = pages(shared, step, draft, number, n, expect).await,
        Times::Burst(n) => {
            let burst = join_all((0..n).map(|_| send_once(shared, step, draft, number))).await;
            all.extend(burst.into_iter().flatten());
        }
    }
    all
}

/// What came back: the answer as it came, read once, and the exchange without secrets.
struct Answered {
    raw: Heard<'static>,
    exchange: Exchange,
}

/// Sends one request and reads its answer; none where the endpoint is not known.
async fn send_once(shared: &Shared<'_>, step: &CaseStep, draft: &Draft, number: usize) -> Option<Answered> {
    let sent = shared.sender.send(step, draft, number).await;
    let raw = judge::heard(shared.spec, &sent.raw)?.into_owned();
    Some(Answered { raw, exchange: sent.exchange })
}
