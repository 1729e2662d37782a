//! Accounts and their tokens: what a request proves of the account that calls.
//!
//! In: a [`Credential`] and the role of an account. Out: the Authorization header, a secret. Tokens are made as p. 6 has it and renewed
//! before they expire. Nothing here decides when a request may go out.

use std::{cell::RefCell, collections::BTreeMap};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};

use super::{
    secrets::Secrets,
    transport::{Allowance, Outgoing},
};
use crate::model::{
    credential::{AccountRole, Alteration, Credential, NEVER_ISSUED, UNKNOWN_CLIENT, WRONG_SECRET},
    exchange::Outcome,
};

/// A token is renewed this long before it expires, in milliseconds.
const TOKEN_MARGIN_MS: i64 = 300_000;

/// The longest token that is sent, in bytes: more fits into no header.
pub(super) const TOKEN_MAX: usize = 16 * 1024;

/// Where a token is asked for.
pub const TOKEN_PATH: &str = "/oauth2/token";

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
    pub(super) fn basic(&self) -> String {
        basic(&self.client_id, self.client_secret.expose_secret())
    }

    /// The request for a token (p. 6).
    pub(super) fn token_request(&self, allowance: Allowance) -> Outgoing {
        Outgoing {
            method: "POST".to_owned(),
            target: TOKEN_PATH.to_owned(),
            headers: vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())],
            authorization: Some(SecretString::from(format!("Basic {}", self.basic()))),
            body: b"grant_type=client_credentials".to_vec(),
            allowance,
        }
    }
}

fn basic(id: &str, secret: &str) -> String {
    STANDARD.encode(format!("{id}:{secret}"))
}

/// A token in use.
struct Token {
    text: SecretString,
    renew_at_ms: i64,
    /// Whether a request with it was not refused.
    served: bool,
}

/// The tokens of the run, by account.
#[derive(Default)]
pub(super) struct Tokens {
    usable: RefCell<BTreeMap<AccountRole, Token>>,
    /// Why an account never has one: what it is given fits into no header.
    unusable: RefCell<BTreeMap<AccountRole, String>>,
}

impl Tokens {
    /// The token of an account, while it is not due to be renewed.
    pub(super) fn current(&self, role: AccountRole, now_ms: i64) -> Option<SecretString> {
        self.usable.borrow().get(&role).filter(|token| now_ms < token.renew_at_ms).map(|token| token.text.clone())
    }

    /// Why no token of the account can be sent, where it is known.
    pub(super) fn unusable(&self, role: AccountRole) -> Option<String> {
        self.unusable.borrow().get(&role).cloned()
    }

    pub(super) fn forget(&self, role: AccountRole) {
        self.usable.borrow_mut().remove(&role);
    }

    /// The token of an account was not refused.
    pub(super) fn served(&self, role: AccountRole) {
        if let Some(token) = self.usable.borrow_mut().get_mut(&role) {
            token.served = true;
        }
    }

    /// Forgets the token of an account if it has served; says whether it had.
    pub(super) fn forget_served(&self, role: AccountRole) -> bool {
        let served = self.usable.borrow().get(&role).is_some_and(|token| token.served);
        if served {
            self.forget(role);
        }
        served
    }

    /// Takes the token out of an answer and uses it until shortly before it expires.
    ///
    /// # Errors
    /// Why there is no token in it, in words.
    pub(super) fn keep(
        &self,
        role: AccountRole,
        outcome: &Outcome,
        now_ms: i64,
        secrets: &Secrets,
    ) -> Result<SecretString, String> {
        let account = role.word();
        let answer = match outcome {
            Outcome::Nothing(nothing) => return Err(format!("no token for the {account} account: {}", nothing.says)),
            Outcome::Answer(answer) => answer,
        };
        let json: serde_json::Value =
            serde_json::from_str(answer.body.trim_start_matches('\u{feff}')).unwrap_or_default();
        let text = json.get("access_token").and_then(serde_json::Value::as_str).filter(|text| !text.is_empty());
        let Some(text) = text.filter(|_| answer.status < 300) else {
            return Err(format!("no token for the {account} account: the target answered {}", answer.status));
        };
        if text.len() > TOKEN_MAX {
            let length = text.len();
            let says =
                format!("no token for the {account} account: it has {length} bytes, and no header has room for it");
            self.unusable.borrow_mut().insert(role, says.clone());
            return Err(says);
        }
        let text = SecretString::from(text);
        let seconds = json.get("expires_in").and_then(serde_json::Value::as_i64).unwrap_or(3_600);
        let renew_at_ms = now_ms + (seconds.clamp(1, 86_400) * 1_000 - TOKEN_MARGIN_MS).max(1_000);
        secrets.add(text.expose_secret());
        self.usable.borrow_mut().insert(role, Token { text: text.clone(), renew_at_ms, served: false });
        Ok(text)
    }
}

/// Whether the header of a credential is made of a token of the account.
pub(super) fn needs_token(credential: &Credential) -> bool {
    matches!(credential, Credential::Token | Credential::AlteredToken(_))
}

/// The Authorization header of a credential. What is made of a secret is a secret from now on.
///
/// # Errors
/// Why it cannot be made, in words.
pub(super) fn header(
    credential: &Credential,
    account: Result<&Account, String>,
    token: Option<&SecretString>,
    secrets: &Secrets,
) -> Result<Option<SecretString>, String> {
    let bearer = |text: &str| Some(SecretString::from(format!("Bearer {text}")));
    let basic_header = |text: &str| Some(SecretString::from(format!("Basic {text}")));
    let token = || token.map(ExposeSecret::expose_secret).ok_or("there is no token".to_owned());
    Ok(match credential {
        Credential::None => None,
        Credential::Token => bearer(token()?),
        Credential::AlteredToken(how) => {
            let text = altered(token()?, *how)?;
            secrets.add(&text);
            bearer(&text)
        }
        Credential::NeverIssued => bearer(NEVER_ISSUED),
        Credential::Basic => basic_header(&account?.basic()),
        Credential::AlteredSecret(how) => {
            let account = account?;
            let secret = altered(account.client_secret.expose_secret(), *how)?;
            let text = basic(&account.client_id, &secret);
            if *how != Alteration::Wrong {
                secrets.add(&secret);
                secrets.add(&text);
            }
            basic_header(&text)
        }
        Credential::UnknownClient => basic_header(&basic(UNKNOWN_CLIENT, WRONG_SECRET)),
        Credential::Literal(text) => Some(SecretString::from(match text.contains("${credentials}") {
            true => text.replace("${credentials}", &account?.basic()),
            false => text.clone(),
        })),
    })
}

/// A secret, altered.
fn altered(text: &str, how: Alteration) -> Result<String, String> {
    Ok(match how {
        Alteration::Wrong => WRONG_SECRET.to_owned(),
        Alteration::Empty => String::new(),
        Alteration::Prefix => all_but_the_last(text),
        Alteration::OtherCase => other_case(text)?,
    })
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
