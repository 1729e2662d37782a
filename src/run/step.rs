//! Sends one step and remembers what later steps need.
//!
//! In: a case and the number of its step, with what is known. Out: the exchanges in the record, the answers as they were read, and what
//! was captured. Nothing here decides whether the next step is sent.

use std::borrow::Cow;

use futures_util::future::join;

use crate::{
    answer, judge,
    model::{
        case::{Case, Class, EACH_MAX, Role, Times},
        conversation::{Act, Conversation},
        draft::Draft,
        exchange::Outcome,
        record::Record,
        variables::{EACH, Variables, items, of_turn},
    },
    send::Allowance,
    spec::{Expect, Step, UNIQUE},
    vocabulary::Heard,
};

use super::{
    earlier::Answered,
    shared::{Event, Shared},
    sharing::OfCase,
    times::{On, send, send_once},
    weight::Weight,
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
pub(super) struct Playing<'a> {
    pub(super) shared: &'a Shared<'a>,
    pub(super) case: &'a Case,
    pub(super) known: Known,
    pub(super) record: Record,
    pub(super) heard: Vec<Heard<'static>>,
    captured: Variables,
    /// All times of a case count from its beginning, so that what is asked and what is expected agree.
    pub(super) now_s: i64,
    /// Whether anything but a read went out.
    pub(super) changed: bool,
    /// Whether it was said that such a request is about to go out.
    begun: bool,
    /// The count of secrets that were known at its beginning.
    secrets_known: usize,
    weight: Weight<'a>,
    /// By what its steps go out.
    pub(super) by: Allowance,
    /// What it shares with other cases, where it may.
    pub(super) shares: Option<OfCase<'a>>,
}

impl<'a> Playing<'a> {
    /// Nothing was sent yet. What is part of another case does not wait for memory.
    pub(super) fn new(shared: &'a Shared<'a>, case: &'a Case, known: Known, made: &Variables) -> Self {
        let waits = case.purpose.requirement().is_some();
        // What a target named may be a secret that it was sent.
        let variables = shared.sender.redacted_all(made);
        let mut record =
            Record { case: case.clone(), variables, exchanges: Vec::new(), heard_again_ms: None, longer_ms: None };
        // What is required of every answer may name the host.
        record.variables.extend(known.open.get("host").map(|host| ("host".to_owned(), host.clone())));
        let now_s = shared.sender.now_ms() / 1_000;
        let secrets_known = shared.sender.secrets_known();
        Self {
            shared,
            case,
            known,
            record,
            heard: Vec::new(),
            captured: Variables::new(),
            now_s,
            changed: false,
            begun: false,
            secrets_known,
            weight: Weight::new(&shared.heavy, waits),
            by: Allowance::Budget,
            shares: None,
        }
    }

    /// Sends one step, as often as its list has items where it is sent for each. The error is the first variable that has no value.
    pub(super) async fn step(&mut self, number: usize, step: &Step) -> Result<(), String> {
        let Some(list) = &step.for_each else { return self.turn(number, step, 0).await };
        let most = usize::try_from(EACH_MAX).unwrap_or(usize::MAX);
        let items = items(&self.known.get(list, self.now_s).ok_or_else(|| list.clone())?);
        for (turn, item) in items.into_iter().take(most).enumerate() {
            if !self.on(number).goes_on(number) {
                break;
            }
            self.known.open.insert(format!("{EACH}.{}", turn + 1), item);
            self.known.open = of_turn(&self.known.open, turn + 1);
            self.turn(number, step, turn).await?;
        }
        Ok(())
    }

    fn on(&self, number: usize) -> On<'_, 'a> {
        let by = if self.case.steps[number].role == Role::Teardown { Allowance::PuttingBack } else { self.by };
        On { shared: self.shared, case: self.case, weight: &self.weight, by }
    }

    /// Sends it once, or in one of its turns. The error is the first variable that has no value; then nothing was sent.
    async fn turn(&mut self, number: usize, step: &Step, first: usize) -> Result<(), String> {
        let (shared, case_step) = (self.shared, &self.case.steps[number]);
        let (draft, used) = filled(&case_step.draft, &self.known, self.now_s)?;
        let names_new = used.keys().any(|name| !self.record.variables.contains_key(name));
        self.record.variables.extend(shared.sender.redacted_all(&used));
        (shared.on_event)(Event::Asking { endpoint: &case_step.endpoint });
        let changes = case_step.class > Class::Read;
        let shareable = self.shares.as_mut().and_then(|shares| shares.shareable(case_step, step, &draft, &self.known));
        let (shares, role) = (self.shares.as_ref(), case_step.role);
        let earlier = shares.zip(shareable.as_ref()).and_then(|(shares, of)| shares.answer(of, number, role));
        if let Some(earlier) = earlier {
            self.expect(step, first);
            // What is expected may be of this case alone.
            if judge::goes_on(shared.spec, step, &[&earlier.raw], &self.record.variables) {
                if let (Some(shares), Some(of)) = (&mut self.shares, &shareable) {
                    shares.rests_on(of, (case_step, step), &self.known);
                }
                self.take(step, earlier, first);
                self.expect(step, first);
                return Ok(());
            }
        }
        if changes && (names_new || !self.begun) {
            self.begun = true;
            self.say_begun();
        }
        let sent = send(self.on(number), case_step, &draft, number, &step.expect).await;
        if let Some(shares) = self.shares.as_ref().filter(|_| changes) {
            shares.changes(&case_step.endpoint);
        }
        if let (Some(shares), Some(of), [sent]) = (&self.shares, shareable, sent.as_slice()) {
            shares.keep(of, sent);
        }
        for (turn, sent) in sent.into_iter().enumerate() {
            self.take(step, sent, first + turn);
        }
        self.expect(step, first);
        if changes {
            self.say_begun();
        }
        Ok(())
    }

    /// What the expectations of a step name is part of the record, so that it can be judged again.
    fn expect(&mut self, step: &Step, turn: usize) {
        let mut expected = of_expectations(step, &self.known, self.now_s);
        if step.for_each.is_some() {
            expected = by_turn(expected, turn + 1);
        }
        self.record.variables.extend(self.shared.sender.redacted_all(&expected));
    }

    /// Listens to a conversation that goes on, until what is heard is what is waited for, for so long at most. Only the last answer is kept,
    /// and it counts for all the time. Whether what is waited for came; none where the conversation is over, or was none.
    pub(super) async fn until(
        &mut self,
        number: usize,
        step: &Step,
        within_ms: u64,
        came: &mut dyn FnMut(&Record, &Heard<'_>) -> bool,
    ) -> Option<bool> {
        let case_step = &self.case.steps[number];
        let (mut draft, used) = filled(&case_step.draft, &self.known, self.now_s).ok()?;
        self.record.variables.extend(self.shared.sender.redacted_all(&used));
        self.record.variables.extend(self.shared.sender.redacted_all(&self.captured));
        let began_ms = self.shared.sender.now_ms();
        // What came meanwhile is read first.
        let mut left_ms = 0;
        let mut all: Option<Conversation> = None;
        loop {
            let Draft::Http(http) = &mut draft;
            for act in http.talk.iter_mut().flat_map(|talk| &mut talk.acts) {
                if let Act::Hear(hear) = act {
                    hear.within_ms = left_ms;
                }
            }
            let mut sent = send_once(self.on(number), case_step, &draft, number).await?;
            let took_ms = u64::try_from(self.shared.sender.now_ms() - began_ms).unwrap_or(0);
            let more = sent.exchange.answer().and_then(answer::conversation);
            all = match (all, more) {
                (Some(all), Some(more)) => Some(all.then(more)),
                (all, more) => more.or(all),
            };
            let goes_on = goes_on(&sent.raw);
            let holds = goes_on && came(&self.record, &sent.raw);
            if holds || !goes_on || took_ms >= within_ms || self.shared.is_stopped() {
                (sent.exchange.at_ms, sent.exchange.took_ms) = (began_ms, took_ms);
                if let (Outcome::Answer(answer), Some(all)) = (&mut sent.exchange.outcome, &all) {
                    answer.body = serde_json::to_string(all).unwrap_or_default().into();
                }
                self.take(step, sent, 0);
                return goes_on.then_some(holds);
            }
            left_ms = within_ms - took_ms;
        }
    }

    /// Sends the steps of two clients at once, each in its order; one of which a variable has no value is left out. None of them captures
    /// what another one needs.
    pub(super) async fn at_once(&mut self, clients: [Vec<usize>; 2], steps: &[Step]) {
        let mut drafts: [Vec<(usize, Draft)>; 2] = Default::default();
        for (drafts, numbers) in drafts.iter_mut().zip(clients) {
            for number in numbers {
                let Ok((draft, used)) = filled(&self.case.steps[number].draft, &self.known, self.now_s) else {
                    continue;
                };
                self.record.variables.extend(self.shared.sender.redacted_all(&used));
                drafts.push((number, draft));
            }
        }
        self.begun = true;
        self.say_begun();
        let client = async |drafts: &[(usize, Draft)]| {
            let mut answered = Vec::new();
            for (number, draft) in drafts {
                let sent = send_once(self.on(*number), &self.case.steps[*number], draft, *number).await;
                answered.extend(sent.map(|sent| (*number, sent)));
            }
            answered
        };
        let (first, second) = join(client(&drafts[0]), client(&drafts[1])).await;
        for (number, sent) in first.into_iter().chain(second) {
            self.take(&steps[number], sent, 0);
        }
    }

    /// Takes an answer into the record, with what it captures.
    fn take(&mut self, step: &Step, sent: Answered, turn: usize) {
        let shared = self.shared;
        let Answered { raw, exchange } = sent;
        if exchange.shared.is_none() {
            shared.note(&exchange.outcome);
        }
        self.changed |= step.class > Class::Read && exchange.outcome.went_out() && exchange.shared.is_none();
        let must_be_accepted = step.expect.iter().any(|expect| matches!(expect, Expect::Accepted));
        if !must_be_accepted || raw.accepted() {
            self.capture(step, &raw, turn);
        }
        if let Some(shares) = self.shares.as_mut().filter(|_| exchange.role == Role::Probe && !raw.accepted()) {
            shares.is_refused();
        }
        self.heard.extend(judge::heard_again(shared.spec, &exchange, &raw).map(Heard::into_owned));
        self.record.exchanges.push(exchange);
    }

    /// What is known of the case so far survives the end of the run, so that what it made can be taken away.
    fn say_begun(&self) {
        let mut record = Cow::Borrowed(&self.record);
        if self.learnt_secrets() {
            self.shared.sender.redact_record(record.to_mut());
        }
        (self.shared.on_event)(Event::Begun(&record));
    }

    /// Whether a secret was learnt on the way, which may stand in what came before it.
    fn learnt_secrets(&self) -> bool {
        self.shared.sender.secrets_known() > self.secrets_known
    }

    fn capture(&mut self, step: &Step, raw: &Heard<'_>, turn: usize) {
        let (known, shared) = (&mut self.known, self.shared);
        let sender = shared.sender;
        for capture in &step.capture {
            if let Some(list) = &capture.for_each {
                let items = known.open.get(list).map(|list| items(list)).unwrap_or_default();
                for (turn, item) in (1..).zip(items) {
                    known.open.insert(format!("{EACH}.{turn}"), item);
                    known.open = of_turn(&known.open, turn);
                    let value = capture.query.find(raw, &known.open).unwrap_or_default();
                    sender.guard.found(&value);
                    known.open.insert(capture.name.clone(), value.clone());
                    known.open.insert(format!("{}.{turn}", capture.name), value);
                }
                continue;
            }
            let Some(value) = capture.query.find(raw, &known.open) else { continue };
            let names = match step.times {
                Times::Once => vec![capture.name.clone()],
                _ => vec![capture.name.clone(), format!("{}.{}", capture.name, turn + 1)],
            };
            for name in names {
                if capture.secret {
                    // Secrets look all alike once they are recorded: that two are the same shows nowhere else.
                    if known.secret.iter().any(|(other, same)| same == &value && !is_of(other, &capture.name)) {
                        continue;
                    }
                    sender.conceal(&value);
                    known.secret.insert(name, value.clone());
                } else {
                    known.open.insert(name.clone(), value.clone());
                    self.captured.insert(name, value.clone());
                }
            }
            if !capture.secret {
                sender.guard.found(&value);
            }
            if let Some(own) = capture.own(&value, known.open.get(UNIQUE), raw.exchange.request()) {
                shared.owns(&own);
            }
        }
    }

    /// What came of it. The first variable that was not known, and whether the run was stopped before all steps were sent, say how far it
    /// came.
    pub(super) fn played(mut self, missing: Option<String>, stopped: bool) -> Played {
        if self.learnt_secrets() {
            self.shared.sender.redact_record(&mut self.record);
        }
        Played { record: self.record, heard: self.heard, captured: self.captured, missing, stopped }
    }
}

/// Whether a variable is one of those of a capture, which has several where its step is repeated.
fn is_of(variable: &str, capture: &str) -> bool {
    variable.strip_prefix(capture).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether the target can say more in a conversation.
fn goes_on(heard: &Heard<'_>) -> bool {
    let said = heard.body.json().filter(|_| heard.accepted());
    said.is_some_and(|said| said["left"] == false && said.get("cut").is_none())
}

fn of_expectations(step: &Step, known: &Known, now_s: i64) -> Variables {
    let names = crate::generate::variables_of(step);
    let open = names.into_iter().filter(|name| !known.secret.contains_key(name));
    open.filter_map(|name| known.get(&name, now_s).map(|value| (name, value))).collect()
}

/// What a step that is sent for each item of a list named in one of its turns, by that turn.
fn by_turn(named: Variables, turn: usize) -> Variables {
    let of_turn = |name: String| match name.strip_suffix(EACH) {
        Some("") => format!("{EACH}.{turn}"),
        Some(base) if base.ends_with('.') => format!("{base}{turn}"),
        _ => name,
    };
    named.into_iter().map(|(name, value)| (of_turn(name), value)).collect()
}
