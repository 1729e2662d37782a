//! In: credentials, tokens and the time. Out: who is asking, and how many requests are left.
//! Never: looks at what is asked for.

use std::collections::VecDeque;

use crate::foreign::json::Json;
use crate::foreign::pack::unbase64;
use crate::foreign::wire::{Answered, Asked};
use crate::foreign::world::scatter;

/// A token lives an hour, and an account has at most thirty (p. 7).
const TOKEN_MS: i64 = 3_600_000;
const TOKENS: usize = 30;
/// Requests of an account in a second and in an hour (p. 7).
const PER_SECOND: usize = 20;
pub(crate) const PER_HOUR: usize = 15_000;

/// Names of what an account may be allowed, as `get_api_info` lists them (p. 50), without the command API.
pub(crate) const GRANTS: &[&str] = &[
    "perm_vault_backup",
    "perm_reporting_vault",
    "perm_reporting_support",
    "perm_reporting_presentation",
    "perm_reporting_license",
    "perm_reporting_archive",
    "perm_real_time_state",
    "perm_ecm",
    "perm_configuration_vault_account",
    "perm_configuration",
    "perm_backup",
];

/// Client id, secret, access to the command API, and the grants without their prefix.
const ACCOUNTS: &[(&str, &str, &str, &str)] = &[
    (
        "foreign-full",
        "foreign-full-secret",
        "full",
        "reporting_vault reporting_support reporting_presentation reporting_license reporting_archive configuration backup",
    ),
    ("foreign-reader", "foreign-reader-secret", "read_only", ""),
    ("foreign-nobody", "foreign-nobody-secret", "deny", ""),
    ("foreign-spare", "foreign-spare-secret", "full", "reporting_support"),
    ("foreign-sessions", "foreign-sessions-secret", "deny", "reporting_support"),
    (
        "foreign-reports",
        "foreign-reports-secret",
        "deny",
        "reporting_vault reporting_presentation reporting_license reporting_archive",
    ),
];

/// An API account with its tokens and its recent requests.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: &'static str,
    secret: &'static str,
    pub(crate) command: &'static str,
    grants: &'static str,
    tokens: VecDeque<(String, i64)>,
    asked: VecDeque<i64>,
}

impl Account {
    /// Whether the account has a grant of `GRANTS`.
    pub(crate) fn may(&self, grant: &str) -> bool {
        self.grants.split(' ').any(|have| grant.strip_prefix("perm_") == Some(have))
    }
}

/// All accounts.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    accounts: Vec<Account>,
    issued: u64,
}

impl Default for Access {
    fn default() -> Access {
        let account = |(id, secret, command, grants): &(&'static str, &'static str, &'static str, &'static str)| {
            Account { id, secret, command, grants, tokens: VecDeque::new(), asked: VecDeque::new() }
        };
        Access { accounts: ACCOUNTS.iter().map(account).collect(), issued: 0 }
    }
}

impl Access {
    /// The answer of `/oauth2/token` (p. 6). Credentials in the form, and a grant type in the query or as JSON, are
    /// taken as well, since clients send them so.
    pub(crate) fn token(&mut self, now_ms: i64, asked: &Asked) -> Answered {
        let refuse = |status: u16, error: &str, words: &str| {
            Answered::json(
                status,
                &Json::object([("error_description", Json::text(words)), ("error", Json::text(error))]),
            )
        };
        if asked.method != "POST" {
            let words = "Un jeton se demande par POST.";
            return refuse(405, "invalid_request", words).header("allow", "POST");
        }
        let parameters = asked.parameters();
        let Some(account) = self.credentials(asked) else {
            let words = "Le client n'a pas été reconnu.";
            return refuse(401, "invalid_client", words).header("www-authenticate", "Basic realm=\"api\"");
        };
        let body = String::from_utf8_lossy(&asked.body);
        let in_json = asked.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("json"))
            && body.contains("\"grant_type\"")
            && body.contains("\"client_credentials\"");
        match parameters.get("grant_type") {
            Some("client_credentials") => {}
            Some(_) => {
                return refuse(400, "unsupported_grant_type", "Ce type d'accord n'est pas pris en charge.");
            }
            None if in_json => {}
            None => return refuse(400, "invalid_request", "Le paramètre grant_type manque."),
        }
        self.issued += 1;
        let token = token_text(self.issued);
        let tokens = &mut self.accounts[account].tokens;
        tokens.retain(|(_, until)| *until > now_ms);
        while tokens.len() >= TOKENS {
            tokens.pop_front();
        }
        tokens.push_back((token.clone(), now_ms + TOKEN_MS));
        let fields = [
            ("expires_in", Json::Number(TOKEN_MS / 1000)),
            ("token_type", Json::text("Bearer")),
            ("access_token", Json::text(token)),
        ];
        Answered::json(200, &Json::object(fields)).header("pragma", "no-cache")
    }

    fn credentials(&self, asked: &Asked) -> Option<usize> {
        let known = |id: &str, secret: &str| self.accounts.iter().position(|one| one.id == id && one.secret == secret);
        let Some(header) = asked.header("authorization") else {
            let parameters = asked.parameters();
            return known(parameters.get("client_id")?, parameters.get("client_secret")?);
        };
        let (scheme, value) = header.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let pair = String::from_utf8(unbase64(value)?).ok()?;
        let (id, secret) = pair.split_once(':')?;
        known(id, secret)
    }

    /// Who asks, by the bearer token; or the answer to one who may not (p. 7).
    pub(crate) fn admit(&mut self, now_ms: i64, asked: &Asked) -> Result<&Account, Answered> {
        let bearer = asked.header("authorization").and_then(|header| header.split_once(' '));
        let token = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        let holds = |account: &Account| {
            account.tokens.iter().any(|(known, until)| Some(known.as_str()) == token && now_ms < *until)
        };
        let Some(place) = self.accounts.iter().position(holds) else {
            let words = "The resource owner or authorization server denied the request.";
            let denied = Json::object([("message", Json::text(words)), ("error", Json::text("access_denied"))]);
            return Err(Answered::json(401, &denied).header("www-authenticate", "Bearer"));
        };
        let account = &mut self.accounts[place];
        account.asked.retain(|at| *at > now_ms - TOKEN_MS);
        let last_second = account.asked.iter().rev().take_while(|at| **at > now_ms - 1000).count();
        if last_second >= PER_SECOND || account.asked.len() >= PER_HOUR {
            let words = "Trop de requêtes ; réessayez plus tard.";
            let fields = [("message", Json::text(words)), ("error", Json::text("rate_limit_exceeded"))];
            let left = PER_HOUR - account.asked.len();
            return Err(limits(Answered::json(429, &Json::object(fields)).header("retry-after", 1), left));
        }
        account.asked.push_back(now_ms);
        Ok(account)
    }
}

impl Account {
    /// Puts the rate headers on an answer (p. 7).
    pub(crate) fn count(&self, answered: Answered) -> Answered {
        limits(answered, PER_HOUR - self.asked.len())
    }
}

fn limits(answered: Answered, left: usize) -> Answered {
    answered.header("x-ratelimit-LIMIT", PER_HOUR).header("x-ratelimit-REMAINING", left)
}

fn token_text(number: u64) -> String {
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = String::new();
    for part in 0..4 {
        let mut word = scatter(number << 3 | part);
        for _ in 0..10 {
            text.push(char::from(LETTERS[usize::try_from(word % 62).unwrap_or(0)]));
            word /= 62;
        }
    }
    text
}
