//! The sender: one filled draft to one exchange.
//!
//! In: a step and its draft. Out: [`Delivery`]. The guard is asked first, then the token is found, then the account's turn comes; secrets are
//! taken out last. Nothing is sent but through it.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
};

use secrecy::ExposeSecret;
use tokio::sync::RwLock;

use super::{
    Allowance, Guard, Rate, again,
    clock::TargetClock,
    converse::Talking,
    encode,
    lawful::Lawful,
    pace::Pace,
    quiet::Quiet,
    secrets::Secrets,
    spending::Spending,
    token_answer,
    tokens::{Account, Tokens},
    transport::{Outgoing, Transport},
};
use crate::model::{
    case::{CaseStep, Class, Times},
    credential::{AccountRole, Credential},
    draft::{Draft, HttpDraft},
    exchange::{Cut, Exchange, NoAnswerKind, Outcome, Request, Sent},
    id::EndpointId,
};

/// How often a request that came over the rate is sent again.
const RATE_RETRIES_MAX: u32 = 3;

/// After this number of lost answers in a row nothing is sent again and nothing waits: nobody is there, or no answer is whole.
const PATIENCE: u32 = 8;

/// How long a target may be silent until nobody is waited for any more, in milliseconds.
pub(super) const HEARD_AGAIN_MAX_MS: i64 = 30_000;

/// The count of answers after which somebody is there.
const HEARD_MIN: u64 = 3;

/// Sends for the whole run.
pub struct Sender {
    pub(super) transport: Box<dyn Transport>,
    pub(super) accounts: BTreeMap<AccountRole, Account>,
    pub(super) tokens: Tokens,
    pub(super) pace: Pace,
    /// What may go out.
    pub guard: Guard,
    pub(super) secrets: Secrets,
    /// Held to read while a token is on its way: what a target says meanwhile may have that token in it already, so no other answer leaves
    /// before the token is known.
    unread_token: RwLock<()>,
    pub(super) spending: Spending,
    clock: TargetClock,
    /// Answers that were lost, one after another: of all, and of each endpoint.
    lost: Cell<u32>,
    /// Requests that came over the rate however often they were sent again, one after another.
    over_the_rate: Cell<u32>,
    /// Answers that came, and when the last one did; at first, when the first request went out.
    heard: Cell<u64>,
    pub(super) heard_at_ms: Cell<Option<i64>>,
    lost_of: RefCell<BTreeMap<EndpointId, u32>>,
    /// The first read that was answered. It is sent again to see whether anybody is there.
    pub(super) answered: RefCell<Option<(CaseStep, Draft)>>,
    /// For how long WebSockets said nothing.
    pub(super) quiet: Quiet,
    /// How long lawful requests took that went out as bytes.
    pub(super) lawful: Lawful,
    /// Conversations that a later step goes on with, by their names; those of one name take turns.
    pub(super) kept: RefCell<BTreeMap<String, VecDeque<Talking>>>,
}

/// An exchange with what was captured before its secrets were taken out.
pub struct Delivery {
    /// The exchange as it came, for captures only; it must not leave the run.
    pub raw: Exchange,
    /// The exchange without secrets.
    pub exchange: Exchange,
}

impl Sender {
    /// A sender over a transport, with accounts by role.
    #[must_use]
    pub fn new(
        transport: Box<dyn Transport>,
        accounts: BTreeMap<AccountRole, Account>,
        rate: Rate,
        guard: Guard,
    ) -> Self {
        let secrets = Secrets::default();
        for account in accounts.values() {
            secrets.add(account.client_secret.expose_secret());
            secrets.add(&account.basic());
        }
        let (tokens, pace) = (Tokens::default(), Pace::new(rate));
        Self {
            transport,
            accounts,
            tokens,
            pace,
            guard,
            secrets,
            unread_token: RwLock::new(()),
            spending: Spending::default(),
            clock: TargetClock::default(),
            lost: Cell::new(0),
            over_the_rate: Cell::new(0),
            heard: Cell::new(0),
            heard_at_ms: Cell::new(None),
            lost_of: RefCell::default(),
            answered: RefCell::default(),
            quiet: Quiet::default(),
            lawful: Lawful::default(),
            kept: RefCell::default(),
        }
    }

    /// Milliseconds since the UNIX epoch, by the clock of the target as far as that is known.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.transport.now_ms() + self.clock.offset_ms()
    }

    /// How far the clock of the target is before ours, in seconds; 0 where it is right.
    #[must_use]
    pub fn clock_offset_s(&self) -> i64 {
        (self.clock.offset_ms() + 500).div_euclid(1_000)
    }

    /// The clock of the target.
    pub(crate) fn clock(&self) -> &TargetClock {
        &self.clock
    }

    /// Waits before something is sent again whose answer was lost; not at all where nothing has come for long.
    pub async fn wait_for_the_target(&self, ms: u64) {
        if self.lost.get() < PATIENCE {
            self.transport.wait(ms).await;
        }
    }

    /// The count of answers in a row that were lost.
    #[must_use]
    pub fn lost_in_a_row(&self) -> u32 {
        self.lost.get()
    }

    /// Whether the target has TLS.
    #[must_use]
    pub fn has_tls(&self) -> bool {
        self.transport.has_tls()
    }

    /// Lets time pass.
    pub async fn wait(&self, ms: u64) {
        self.transport.wait(ms).await;
    }

    /// Whether there is an account of that role.
    #[must_use]
    pub fn has(&self, role: AccountRole) -> bool {
        role == AccountRole::None || self.accounts.contains_key(&self.acting(role))
    }

    /// The client id of the account of that role.
    #[must_use]
    pub fn client_id(&self, role: AccountRole) -> Option<&str> {
        self.accounts.get(&self.acting(role)).map(|account| account.client_id.as_str())
    }

    /// Where there is no account with full access, one with read-only access makes the ordinary calls.
    pub(super) fn acting(&self, role: AccountRole) -> AccountRole {
        if role == AccountRole::Full && !self.accounts.contains_key(&role) { AccountRole::ReadOnly } else { role }
    }

    /// Makes the next call of an account create a new token.
    pub fn forget_token(&self, role: AccountRole) {
        self.tokens.forget(self.acting(role));
    }

    /// Sends one step once. The draft's variables must be filled. What came over the rate is sent again, and so is what did not reach the
    /// target, a read whose answer was lost, and what was refused with a token that had served before.
    pub async fn send(&self, step: &CaseStep, draft: &Draft, number: usize) -> Delivery {
        self.send_by(Allowance::Budget, step, draft, number).await
    }

    /// The same by an allowance.
    pub async fn send_by(&self, by: Allowance, step: &CaseStep, draft: &Draft, number: usize) -> Delivery {
        let (mut over_the_rate, mut again, mut renewed) = (0, 0, false);
        let meant = matches!(step.times, Times::Burst(_) | Times::UntilRefused(_));
        loop {
            let mut sent = self.send_once(by, step, draft, number).await;
            for exchange in [&mut sent.raw, &mut sent.exchange] {
                (exchange.again, exchange.renewed) = (again, renewed);
            }
            let status = sent.raw.answer().map(|answer| answer.status);
            if meant {
                return sent;
            }
            // Who says so of everything means no rate.
            let retries_max = if self.over_the_rate.get() < PATIENCE { RATE_RETRIES_MAX } else { 0 };
            if status == Some(429) && over_the_rate < retries_max {
                over_the_rate += 1;
                self.transport.wait(1_100).await;
            } else if status == Some(401) && !renewed && self.may_renew(draft) {
                renewed = true;
            } else if let Some(ms) = self.again_after_ms(Some(step), &sent.raw.outcome, again as usize) {
                again += 1;
                self.transport.wait(ms).await;
            } else {
                self.over_the_rate.set(if status == Some(429) { self.over_the_rate.get() + 1 } else { 0 });
                self.count_lost(Some(&step.endpoint), &sent.raw.outcome);
                self.note_answered(step, draft, &sent.raw.outcome);
                return sent;
            }
        }
    }

    /// Keeps the first read that was answered.
    fn note_answered(&self, step: &CaseStep, draft: &Draft, outcome: &Outcome) {
        let Draft::Http(http) = draft;
        let reads =
            step.class == Class::Read && step.times == Times::Once && http.talk.is_none() && http.written.is_none();
        if reads && matches!(outcome, Outcome::Answer(_)) && !outcome.is_lost() && self.answered.borrow().is_none() {
            *self.answered.borrow_mut() = Some((step.clone(), draft.clone()));
        }
    }

    /// How long to wait before a step, or the request for a token, is sent again whose answer was lost; none where it is not.
    pub(super) fn again_after_ms(&self, step: Option<&CaseStep>, outcome: &Outcome, times: usize) -> Option<u64> {
        // One token more does no harm.
        let class = step.map_or(Class::Read, |step| step.class);
        let patient = self.lost.get() < PATIENCE && step.is_none_or(|step| self.is_patient_with(&step.endpoint));
        // Where nobody may be there, or nobody any more, a second time-out in a row is spent on another request.
        let slow = matches!(outcome, Outcome::Nothing(nothing) if nothing.kind == NoAnswerKind::Timeout);
        let silent = self.heard.get() < HEARD_MIN || self.silent_for_ms() >= HEARD_AGAIN_MAX_MS;
        let patient = patient && !(slow && step.is_some() && silent);
        // What comes for a request that goes out as bytes is what the target makes of it.
        let arrived = outcome.went_out() && step.is_some_and(|step| step.draft.is_written());
        again::wait_ms(outcome, class, times).filter(|_| patient && !arrived)
    }

    pub(super) fn count_lost(&self, endpoint: Option<&EndpointId>, outcome: &Outcome) {
        // That says nothing of who is there.
        if outcome.was_stopped() {
            return;
        }
        let next = |before: u32| if outcome.is_lost() || is_endless(outcome) { before + 1 } else { 0 };
        self.lost.set(next(self.lost.get()));
        if let Some(endpoint) = endpoint {
            let mut all = self.lost_of.borrow_mut();
            let before = all.get(endpoint).copied().unwrap_or(0);
            all.insert(endpoint.clone(), next(before));
        }
    }

    /// Whether it makes sense to ask an endpoint once more: its last answers were not all lost.
    #[must_use]
    pub fn is_patient_with(&self, endpoint: &EndpointId) -> bool {
        self.lost_of.borrow().get(endpoint).is_none_or(|lost| *lost < PATIENCE)
    }

    /// Whether a token was refused that had served before: others may have made that of the account be forgotten (p. 6).
    /// Then the next request has a new one. A refusal has no effect, so whatever was refused may be sent again.
    pub(super) fn may_renew(&self, draft: &Draft) -> bool {
        let Draft::Http(draft) = draft;
        draft.credential == Credential::Token && self.tokens.forget_served(self.acting(draft.account))
    }

    pub(super) async fn send_once(&self, by: Allowance, step: &CaseStep, draft: &Draft, number: usize) -> Delivery {
        let Draft::Http(draft) = draft;
        let role = self.acting(draft.account);
        let (target, headers, body) = encode::encode(draft);
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let request = Request {
            method: draft.method.clone(),
            path: path.to_owned(),
            query: query.to_owned(),
            parameters: encode::parameters(draft),
            headers: headers.clone(),
            account: role,
            credential: draft.credential.clone(),
            class: step.class,
            body: String::from_utf8_lossy(&body).into_owned(),
            talk: draft.talk.clone(),
            written: draft.written.clone(),
        };
        let allowed = self.guard.allows(step.class, &request);
        let mut exchange = Exchange {
            endpoint: step.endpoint.clone(),
            role: step.role,
            step: number,
            at_ms: self.now_ms(),
            took_ms: 0,
            again: 0,
            renewed: false,
            shared: None,
            sent: Sent::Http(request),
            outcome: Outcome::nothing(NoAnswerKind::Guarded, ""),
        };
        if let Err(says) = allowed {
            exchange.outcome = Outcome::nothing(NoAnswerKind::Guarded, says);
            return self.delivered(exchange);
        }
        let authorization = match self.authorization(by, &draft.credential, role).await {
            Ok(header) => header,
            Err(reason) => {
                exchange.outcome = Outcome::Nothing(reason);
                return self.delivered(exchange);
            }
        };
        let (method, target) = (draft.method.clone(), target.clone());
        let outgoing = Outgoing { method, target, headers, authorization, body, allowance: by };
        match step.times {
            Times::Burst(_) => {}
            Times::UntilRefused(_) => self.pace.slot_below_the_second(role, self.transport.as_ref()).await,
            Times::Once | Times::Repeat(_) | Times::Pages(_) | Times::Each(_) => {
                self.pace.slot(role, self.transport.as_ref()).await
            }
        }
        let sent_ms = self.transport.now_ms();
        exchange.at_ms = self.now_ms();
        exchange.outcome = match (&draft.talk, &draft.written) {
            (Some(talk), _) => self.talk(&outgoing, talk, number).await,
            (None, Some(written)) => self.put_written(&outgoing, written).await,
            (None, None) if exchange.request().is_some_and(token_answer::is_asked_for) => {
                self.put_for_token(&outgoing).await
            }
            (None, None) => self.put(&outgoing).await,
        };
        exchange.took_ms = u64::try_from(self.transport.now_ms() - sent_ms).unwrap_or(0);
        self.lawful.note(step.role, &exchange);
        drop(self.unread_token.write().await);
        self.note_token(draft, role, &exchange.outcome);
        self.delivered(exchange)
    }

    /// For how long nothing was heard of the target, in milliseconds.
    #[must_use]
    pub fn silent_for_ms(&self) -> i64 {
        self.heard_at_ms.get().map_or(0, |at_ms| self.transport.now_ms() - at_ms)
    }

    async fn put(&self, outgoing: &Outgoing) -> Outcome {
        if let Err(spent) = self.about_to_send(outgoing) {
            return Outcome::Nothing(spent);
        }
        let outcome = self.transport.perform(outgoing).await;
        self.came(outcome)
    }

    pub(super) fn came(&self, outcome: Outcome) -> Outcome {
        if is_heard(&outcome) {
            self.heard.set(self.heard.get() + 1);
            self.heard_at_ms.set(Some(self.transport.now_ms()));
        }
        self.clock.learn(&outcome, self.transport.now_ms());
        outcome
    }

    /// Sends a request for a token. What its answer gives is a secret before anything else that was said meanwhile leaves.
    pub(super) async fn put_for_token(&self, outgoing: &Outgoing) -> Outcome {
        let _unread = self.unread_token.read().await;
        let outcome = self.put(outgoing).await;
        if let Outcome::Answer(answer) = &outcome {
            token_answer::tokens(answer, true).iter().for_each(|token| self.secrets.add(token));
        }
        outcome
    }

    /// A token that was accepted has served.
    fn note_token(&self, draft: &HttpDraft, role: AccountRole, outcome: &Outcome) {
        if let Outcome::Answer(answer) = outcome
            && draft.credential == Credential::Token
            && answer.status != 401
        {
            self.tokens.served(role);
        }
    }
}

/// Whether the target said something, and came to an end.
fn is_heard(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Answer(_)) && !outcome.is_lost() && !is_endless(outcome)
}

/// Whether more came than is read of one answer. One may be long; where all are, nothing is said.
fn is_endless(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Answer(answer) if answer.cut == Some(Cut::TooLong))
}
