//! The sender: one filled draft to one exchange.
//!
//! In: a step and its draft. Out: [`Delivery`]. The guard is asked first, then the token is found, then the account's turn comes; secrets are
//! taken out last. Nothing goes by it.

use std::{cell::Cell, collections::BTreeMap};

use secrecy::{ExposeSecret, SecretString};

use super::{
    Guard, Rate, encode,
    pace::Pace,
    secrets::Secrets,
    token_answer,
    tokens::{self, Account, Tokens},
    transport::{Outgoing, Transport},
};
use crate::model::{
    case::{CaseStep, Times},
    credential::{AccountRole, Credential},
    draft::Draft,
    exchange::{Exchange, NoAnswer, NoAnswerKind, Outcome, Request, Sent},
    record::Record,
    variables::Variables,
    verdict::{Finding, Observation},
};

/// How often a request that came over the rate is sent again.
const RATE_RETRIES_MAX: u32 = 3;

/// Sends for the whole run.
pub struct Sender {
    transport: Box<dyn Transport>,
    accounts: BTreeMap<AccountRole, Account>,
    tokens: Tokens,
    pace: Pace,
    /// What may go out.
    pub guard: Guard,
    secrets: Secrets,
    sent: Cell<u64>,
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
        Self { transport, accounts, tokens, pace, guard, secrets, sent: Cell::new(0) }
    }

    /// How many requests went out.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent.get()
    }

    /// Milliseconds since the UNIX epoch, by the clock of the transport.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.transport.now_ms()
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
    fn acting(&self, role: AccountRole) -> AccountRole {
        if role == AccountRole::Full && !self.accounts.contains_key(&role) { AccountRole::ReadOnly } else { role }
    }

    /// Makes the next call of an account create a new token.
    pub fn forget_token(&self, role: AccountRole) {
        self.tokens.forget(self.acting(role));
    }

    /// From now on a text is a secret of this run.
    pub fn conceal(&self, text: &str) {
        self.secrets.add(text);
    }

    /// A text without any secret of this run.
    #[must_use]
    pub fn redacted(&self, text: &str) -> String {
        self.secrets.redact(text)
    }

    /// Values of variables without any secret of this run.
    #[must_use]
    pub fn redacted_all(&self, variables: &Variables) -> Variables {
        variables.iter().map(|(name, value)| (name.clone(), self.redacted(value))).collect()
    }

    /// How many secrets are known. What was made while there were less may have one in it.
    #[must_use]
    pub fn secrets_known(&self) -> usize {
        self.secrets.count()
    }

    /// Takes the secrets of this run out of a record.
    pub fn redact_record(&self, record: &mut Record) {
        self.secrets.clean_record(record);
    }

    /// Takes the secrets of this run out of what is said of a requirement.
    pub fn redact_finding(&self, finding: &mut Finding) {
        self.secrets.clean_finding(finding);
    }

    /// Takes the secrets of this run out of what was seen.
    pub fn redact_observation(&self, seen: &mut Observation) {
        for text in [&mut seen.what, &mut seen.place] {
            *text = self.redacted(text);
        }
    }

    /// Sends one step once. The draft's variables must be filled.
    pub async fn send(&self, step: &CaseStep, draft: &Draft, number: usize) -> Delivery {
        let mut tries = 0;
        loop {
            let sent = self.send_once(step, draft, number).await;
            let over_the_rate = sent.raw.answer().is_some_and(|answer| answer.status == 429);
            let meant = matches!(step.times, Times::Burst(_) | Times::UntilRefused(_));
            if !over_the_rate || meant || tries == RATE_RETRIES_MAX {
                return sent;
            }
            tries += 1;
            self.transport.wait(1_100).await;
        }
    }

    async fn send_once(&self, step: &CaseStep, draft: &Draft, number: usize) -> Delivery {
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
        };
        let allowed = self.guard.allows(step.class, &request);
        let mut exchange = Exchange {
            endpoint: step.endpoint.clone(),
            role: step.role,
            step: number,
            at_ms: self.now_ms(),
            took_ms: 0,
            sent: Sent::Http(request),
            outcome: nothing(NoAnswerKind::Guarded, ""),
        };
        if let Err(says) = allowed {
            exchange.outcome = nothing(NoAnswerKind::Guarded, &says);
            return self.delivered(exchange);
        }
        let authorization = match self.authorization(&draft.credential, role).await {
            Ok(header) => header,
            Err(says) => {
                exchange.outcome = nothing(NoAnswerKind::NoToken, &says);
                return self.delivered(exchange);
            }
        };
        let outgoing = Outgoing { method: draft.method.clone(), target: target.clone(), headers, authorization, body };
        match step.times {
            Times::Burst(_) => {}
            Times::UntilRefused(_) => self.pace.slot_below_the_second(role, self.transport.as_ref()).await,
            Times::Once | Times::Repeat(_) | Times::Pages(_) => self.pace.slot(role, self.transport.as_ref()).await,
        }
        exchange.at_ms = self.now_ms();
        exchange.outcome = self.put(&outgoing).await;
        exchange.took_ms = u64::try_from(self.now_ms() - exchange.at_ms).unwrap_or(0);
        self.delivered(exchange)
    }

    /// What leaves this room of an exchange: of an answer to the request for a token its shape, and of all others no secret.
    fn delivered(&self, raw: Exchange) -> Delivery {
        let for_a_token = raw.request().is_some_and(token_answer::is_asked_for);
        for token in raw.answer().into_iter().flat_map(|answer| token_answer::tokens(answer, for_a_token)) {
            self.secrets.add(&token);
        }
        let mut exchange = raw.clone();
        if let (true, Outcome::Answer(answer)) = (for_a_token, &mut exchange.outcome) {
            token_answer::keep_shape(answer);
        }
        self.secrets.clean_exchange(&mut exchange);
        Delivery { raw, exchange }
    }

    async fn put(&self, outgoing: &Outgoing) -> Outcome {
        self.sent.set(self.sent.get() + 1);
        self.transport.perform(outgoing).await
    }

    /// The Authorization header of a credential.
    async fn authorization(&self, credential: &Credential, role: AccountRole) -> Result<Option<SecretString>, String> {
        let account =
            || self.accounts.get(&role).ok_or_else(|| format!("there is no account of the role {}", role.word()));
        let token = match tokens::needs_token(credential) {
            true => {
                account()?;
                Some(self.token(role).await?)
            }
            false => None,
        };
        tokens::header(credential, account(), token.as_ref(), &self.secrets)
    }

    async fn token(&self, role: AccountRole) -> Result<SecretString, String> {
        if let Some(token) = self.tokens.current(role, self.now_ms()) {
            return Ok(token);
        }
        let outcome = self.ask_for_token(role).await;
        self.tokens.keep(role, &outcome, self.now_ms(), &self.secrets)
    }

    /// The first request of a run: a token for the main account. Its answer tells whether anybody is there and whether the
    /// credentials are taken.
    pub async fn first_contact(&self) -> Outcome {
        let role = self.acting(AccountRole::Full);
        let mut outcome = self.ask_for_token(role).await;
        // Where there is none, the first call that needs one says so.
        let _ = self.tokens.keep(role, &outcome, self.now_ms(), &self.secrets);
        if let Outcome::Answer(answer) = &mut outcome {
            token_answer::keep_shape(answer);
        }
        self.secrets.clean_outcome(&mut outcome);
        outcome
    }

    /// Creates a token as p. 6 has it.
    async fn ask_for_token(&self, role: AccountRole) -> Outcome {
        let Some(account) = self.accounts.get(&role) else {
            return nothing(NoAnswerKind::NoToken, "there is no such account");
        };
        let outgoing = account.token_request();
        self.pace.slot(role, self.transport.as_ref()).await;
        self.put(&outgoing).await
    }
}

fn nothing(kind: NoAnswerKind, says: &str) -> Outcome {
    Outcome::Nothing(NoAnswer { kind, says: says.to_owned() })
}
