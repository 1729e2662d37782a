//! The only room on the network and at the clock.
//!
//! In: drafts whose variables are filled. Out: [`Exchange`]s. What goes out passes the guard and the pace of its account; what
//! comes in is bounded; secrets are taken out before an exchange leaves the room. Nothing here knows what is expected.

mod encode;
mod guard;
mod http;
mod pace;
mod secrets;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    future::Future,
    pin::Pin,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};

pub use encode::percent;
pub use guard::Guard;
pub use http::{Http, HttpSettings};
pub use pace::Rate;

use crate::model::{
    case::{CaseStep, Times},
    credential::{AccountRole, Authorization, Near},
    draft::Draft,
    exchange::{Exchange, NoAnswer, NoAnswerKind, Outcome, Request},
};
use pace::Pace;
use secrets::Secrets;

/// How often a request that came over the rate is sent again.
const RATE_RETRIES_MAX: u32 = 3;

/// A token is renewed this long before it expires, in milliseconds.
const TOKEN_MARGIN_MS: i64 = 300_000;

/// A future that a wire returns.
pub type Wired<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// What carries requests to a target: a network, or a target in memory. It also has the clock that goes with it.
pub trait Wire {
    /// Sends one request on a connection of its own and reads the bounded answer.
    fn send<'a>(&'a self, request: &'a Outgoing) -> Wired<'a, Outcome>;
    /// Milliseconds since the UNIX epoch.
    fn now_ms(&self) -> i64;
    /// Lets time pass.
    fn wait(&self, ms: u64) -> Wired<'_, ()>;
}

/// A request as bytes.
#[derive(Debug)]
pub struct Outgoing {
    /// HTTP method.
    pub method: String,
    /// Path and query of the request line.
    pub target: String,
    /// Headers but for Authorization.
    pub headers: Vec<(String, String)>,
    /// Value of the Authorization header.
    pub authorization: Option<SecretString>,
    /// Body.
    pub body: Vec<u8>,
}

/// An API account.
#[derive(Debug, Clone)]
pub struct Account {
    /// OAuth client id.
    pub client_id: String,
    /// OAuth client secret.
    pub client_secret: SecretString,
}

impl Account {
    /// Base64 of id and secret, as the Basic scheme has them (p. 6).
    fn basic(&self) -> String {
        STANDARD.encode(format!("{}:{}", self.client_id, self.client_secret.expose_secret()))
    }
}

/// A token in use.
struct Token {
    text: SecretString,
    renew_at_ms: i64,
}

/// Sends for the whole run.
pub struct Sender {
    wire: Box<dyn Wire>,
    accounts: BTreeMap<AccountRole, Account>,
    tokens: RefCell<BTreeMap<AccountRole, Token>>,
    pace: Pace,
    /// What may go out.
    pub guard: Guard,
    secrets: Secrets,
    sent: Cell<u64>,
}

/// An exchange with what was captured before its secrets were taken out.
pub struct Sent {
    /// The exchange as it came, for captures only; it must not leave the run.
    pub raw: Exchange,
    /// The exchange without secrets.
    pub exchange: Exchange,
}

impl Sender {
    /// A sender over a wire, with accounts by role.
    #[must_use]
    pub fn new(wire: Box<dyn Wire>, accounts: BTreeMap<AccountRole, Account>, rate: Rate, guard: Guard) -> Self {
        let secrets = Secrets::default();
        for account in accounts.values() {
            secrets.add(account.client_secret.expose_secret());
            secrets.add(&account.basic());
        }
        Self { wire, accounts, tokens: RefCell::default(), pace: Pace::new(rate), guard, secrets, sent: Cell::new(0) }
    }

    /// How many requests went out.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent.get()
    }

    /// Milliseconds since the UNIX epoch, by the clock of the wire.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.wire.now_ms()
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
        self.tokens.borrow_mut().remove(&self.acting(role));
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

    /// Sends one step once. The draft's variables must be filled.
    pub async fn send(&self, step: &CaseStep, draft: &Draft, number: usize) -> Sent {
        let mut tries = 0;
        loop {
            let sent = self.send_once(step, draft, number).await;
            let over_the_rate = sent.raw.answer().is_some_and(|answer| answer.status == 429);
            let meant = matches!(step.times, Times::Burst(_) | Times::UntilRefused(_));
            if !over_the_rate || meant || tries == RATE_RETRIES_MAX {
                return sent;
            }
            tries += 1;
            self.wire.wait(1_100).await;
        }
    }

    async fn send_once(&self, step: &CaseStep, draft: &Draft, number: usize) -> Sent {
        let role = self.acting(draft.account);
        let (target, headers, body) = encode::encode(draft);
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let mut exchange = Exchange {
            endpoint: step.endpoint.clone(),
            role: step.role,
            step: number,
            at_ms: self.now_ms(),
            took_ms: 0,
            request: Request {
                method: draft.method.clone(),
                path: path.to_owned(),
                query: query.to_owned(),
                parameters: encode::parameters(draft),
                headers: headers.clone(),
                authorization: String::new(),
                account: role,
                class: step.class,
                body: String::from_utf8_lossy(&body).into_owned(),
            },
            outcome: nothing(NoAnswerKind::Guarded, ""),
        };
        if let Err(says) = self.guard.allows(step.class, &exchange.request) {
            exchange.outcome = nothing(NoAnswerKind::Guarded, &says);
            return Sent { raw: exchange.clone(), exchange };
        }
        let authorization = match self.authorization(&draft.authorization, role).await {
            Ok((words, header)) => {
                exchange.request.authorization = words;
                header
            }
            Err(says) => {
                exchange.outcome = nothing(NoAnswerKind::NoToken, &says);
                return Sent { raw: exchange.clone(), exchange: self.secrets.clean(exchange) };
            }
        };
        let outgoing = Outgoing { method: draft.method.clone(), target: target.clone(), headers, authorization, body };
        match step.times {
            Times::Burst(_) => {}
            Times::UntilRefused(_) => self.pace.slot_below_the_second(role, self.wire.as_ref()).await,
            Times::Once | Times::Repeat(_) | Times::Pages(_) => self.pace.slot(role, self.wire.as_ref()).await,
        }
        exchange.at_ms = self.now_ms();
        exchange.outcome = self.put(&outgoing).await;
        exchange.took_ms = u64::try_from(self.now_ms() - exchange.at_ms).unwrap_or(0);
        self.learn_tokens(&exchange);
        Sent { raw: exchange.clone(), exchange: self.secrets.clean(exchange) }
    }

    async fn put(&self, outgoing: &Outgoing) -> Outcome {
        self.sent.set(self.sent.get() + 1);
        self.wire.send(outgoing).await
    }

    /// A token that comes back is a secret from now on.
    fn learn_tokens(&self, exchange: &Exchange) {
        let Some(answer) = exchange.answer() else { return };
        if answer.body.len() < 64 * 1024
            && let Ok(json) = serde_json::from_str::<serde_json::Value>(&answer.body)
            && let Some(token) = json.get("access_token").and_then(serde_json::Value::as_str)
        {
            self.secrets.add(token);
        }
    }

    /// The Authorization header in words and in full.
    async fn authorization(
        &self,
        wanted: &Authorization,
        role: AccountRole,
    ) -> Result<(String, Option<SecretString>), String> {
        let account =
            || self.accounts.get(&role).ok_or_else(|| format!("there is no account of the role {}", role.word()));
        let full = |text: String| Some(SecretString::from(text));
        Ok(match wanted {
            Authorization::Nothing => ("none".to_owned(), None),
            Authorization::Token => {
                account()?;
                let token = self.token(role).await?;
                (
                    format!("Bearer (a token of the {} account)", role.word()),
                    full(format!("Bearer {}", token.expose_secret())),
                )
            }
            Authorization::InvalidToken => {
                let text = "touchmark-token-that-was-never-issued";
                (format!("Bearer {text}"), full(format!("Bearer {text}")))
            }
            Authorization::Basic => {
                let basic = account()?.basic();
                (format!("Basic (credentials of the {} account)", role.word()), full(format!("Basic {basic}")))
            }
            Authorization::WrongSecret => {
                let text = STANDARD.encode(format!("{}:touchmark-wrong-secret", account()?.client_id));
                (format!("Basic (the {} account with a wrong secret)", role.word()), full(format!("Basic {text}")))
            }
            Authorization::NearSecret(near) => {
                let account = account()?;
                let secret = account.client_secret.expose_secret();
                let (words, secret) = match near {
                    Near::Empty => ("an empty secret", String::new()),
                    Near::Prefix => ("its secret without the last character", all_but_the_last(secret)),
                    Near::OtherCase => ("its secret in the other case", other_case(secret)?),
                };
                let text = STANDARD.encode(format!("{}:{secret}", account.client_id));
                self.secrets.add(&text);
                (format!("Basic (the {} account with {words})", role.word()), full(format!("Basic {text}")))
            }
            Authorization::NearToken => {
                account()?;
                let text = other_case(self.token(role).await?.expose_secret())?;
                self.secrets.add(&text);
                let words =
                    format!("Bearer (an altered token of the {} account: its letters in the other case)", role.word());
                (words, full(format!("Bearer {text}")))
            }
            Authorization::UnknownClient => {
                let text = STANDARD.encode("touchmark-unknown-client:touchmark-wrong-secret");
                (format!("Basic {text}"), full(format!("Basic {text}")))
            }
            Authorization::Header(text) => {
                let text = match text.contains("${credentials}") {
                    true => text.replace("${credentials}", &account()?.basic()),
                    false => text.clone(),
                };
                (self.secrets.redact(&text), full(text))
            }
        })
    }

    async fn token(&self, role: AccountRole) -> Result<SecretString, String> {
        if let Some(token) = self.tokens.borrow().get(&role).filter(|token| self.now_ms() < token.renew_at_ms) {
            return Ok(token.text.clone());
        }
        let outcome = self.ask_for_token(role).await;
        self.keep_token(role, &outcome)
    }

    /// The first request of a run: a token for the main account. Its answer tells whether anybody is there and whether the
    /// credentials are taken.
    pub async fn first_contact(&self) -> Outcome {
        let role = self.acting(AccountRole::Full);
        let outcome = self.ask_for_token(role).await;
        // Where there is none, the first call that needs one says so.
        let _ = self.keep_token(role, &outcome);
        outcome
    }

    /// Creates a token as p. 6 has it.
    async fn ask_for_token(&self, role: AccountRole) -> Outcome {
        let Some(account) = self.accounts.get(&role) else {
            return nothing(NoAnswerKind::NoToken, "there is no such account");
        };
        let outgoing = Outgoing {
            method: "POST".to_owned(),
            target: "/oauth2/token".to_owned(),
            headers: vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())],
            authorization: Some(SecretString::from(format!("Basic {}", account.basic()))),
            body: b"grant_type=client_credentials".to_vec(),
        };
        self.pace.slot(role, self.wire.as_ref()).await;
        self.put(&outgoing).await
    }

    /// Takes the token out of an answer and uses it until shortly before it expires.
    fn keep_token(&self, role: AccountRole, outcome: &Outcome) -> Result<SecretString, String> {
        let account = role.word();
        let answer = match outcome {
            Outcome::Nothing(nothing) => return Err(format!("no token for the {account} account: {}", nothing.says)),
            Outcome::Answer(answer) => answer,
        };
        let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let text = json.get("access_token").and_then(serde_json::Value::as_str).filter(|text| !text.is_empty());
        let Some(text) = text.filter(|_| answer.status < 300).map(SecretString::from) else {
            return Err(format!("no token for the {account} account: the target answered {}", answer.status));
        };
        let seconds = json.get("expires_in").and_then(serde_json::Value::as_i64).unwrap_or(3_600);
        let renew_at_ms = self.now_ms() + (seconds.clamp(1, 86_400) * 1_000 - TOKEN_MARGIN_MS).max(1_000);
        self.secrets.add(text.expose_secret());
        self.tokens.borrow_mut().insert(role, Token { text: text.clone(), renew_at_ms });
        Ok(text)
    }
}

fn all_but_the_last(text: &str) -> String {
    let mut characters = text.chars();
    characters.next_back();
    characters.collect()
}

/// The text with its letters in the other case; a text without letters has none.
fn other_case(text: &str) -> Result<String, String> {
    let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    let swapped: String = text.chars().map(swap).collect();
    if swapped == text { Err("it has no letters, so there is no other case to send".to_owned()) } else { Ok(swapped) }
}

fn nothing(kind: NoAnswerKind, says: &str) -> Outcome {
    Outcome::Nothing(NoAnswer { kind, says: says.to_owned() })
}
