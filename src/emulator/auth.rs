//! Access: accounts, their tokens and their rate (pp. 6-7).
//!
//! In: credentials or a bearer token. Out: a token answer, the account a request runs as, or a refusal.
//! A secret is compared and hashed, never written, logged or printed.

mod account;
mod credentials;
mod rate;
mod tokens;

use std::collections::BTreeSet;

use super::answer::{Answer, Body, member};
use super::http::Request;
use super::switches::{ActiveDefects, Readings};
use super::xml::Kind;

pub use account::{Access, Account, Powers, Rate, Reports, Role};
pub(crate) use rate::Remaining;
use tokens::{Standing, Tokens};

/// The accounts with their tokens and counts.
pub(crate) struct Door {
    accounts: Vec<Account>,
    tokens: Tokens,
    counts: Vec<rate::Count>,
    /// Who has made a request, for a defect.
    came: BTreeSet<usize>,
}

/// Why a request does not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stranger {
    NoToken,
    BadToken,
}

impl Door {
    pub(crate) fn new(accounts: Vec<Account>, now_ms: i64) -> Door {
        let counts = accounts.iter().map(|account| rate::Count::new(account.used_this_hour, now_ms)).collect();
        let mut tokens = Tokens::new(now_ms);
        accounts.iter().enumerate().for_each(|(index, account)| tokens.issue_expired(index, &account.client_secret));
        accounts.iter().enumerate().for_each(|(index, account)| tokens.issue_ended(index, &account.client_secret));
        Door { accounts, tokens, counts, came: BTreeSet::new() }
    }

    pub(crate) fn account(&self, index: usize) -> &Account {
        &self.accounts[index]
    }

    pub(crate) fn expired_token(&self, client_id: &str, now_ms: i64) -> Option<String> {
        let index = self.accounts.iter().position(|account| account.client_id == client_id)?;
        self.tokens.expired(index, now_ms)
    }

    pub(crate) fn ended_token(&self, client_id: &str) -> Option<String> {
        self.tokens.ended(self.accounts.iter().position(|account| account.client_id == client_id)?)
    }

    /// POST /oauth2/token (p. 6).
    pub(crate) fn token(
        &mut self,
        request: &Request,
        now_ms: i64,
        readings: &Readings,
        defects: &ActiveDefects,
    ) -> Answer {
        let broken = |what: &str| defects.has("auth/token", what);
        if request.method != "POST" || broken("post-refused") {
            return refusal(405, "invalid_request", "A token is made with POST.").header("Allow", "POST", Kind::Text);
        }
        let asked = match credentials::read(request, defects) {
            Ok(asked) => asked,
            Err(message) => return refusal(400, "invalid_request", &message),
        };
        let Some(index) = credentials::account(&self.accounts, &asked, defects) else {
            let status = if broken("refusal-with-200") { 200 } else { readings.status("token-refusal-status") };
            return refusal(status, "invalid_client", "The client id and secret belong to no API account.");
        };
        if asked.grant_type.as_deref() != Some("client_credentials") {
            return refusal(400, "unsupported_grant_type", "The grant_type must be client_credentials.");
        }
        let Some(token) = self.tokens.issue(index, &self.accounts[index].client_secret, now_ms, defects) else {
            return refusal(400, "too_many_tokens", "The API account has too many tokens.");
        };
        let token = if broken("access-token-empty") { String::new() } else { token };
        let kind = if broken("token-type-wrong") { "MAC" } else { "Bearer" };
        let seconds = if broken("expires-in-wrong") { 1800 } else { 3600 };
        let members = vec![
            member("access_token", token, Kind::Text),
            member("token_type", kind, Kind::Choice),
            member("expires_in", seconds, Kind::Integer),
        ];
        let answer = Answer::new("auth/token", 200, Body::Json(members));
        answer.header("Cache-Control", "no-store", Kind::Text)
    }

    /// The account whose token the request carries. The scheme's name is case-insensitive.
    pub(crate) fn identify(
        &mut self,
        request: &Request,
        now_ms: i64,
        defects: &ActiveDefects,
    ) -> Result<usize, Stranger> {
        let broken = |what: &str| defects.has("auth/errors", what);
        let Some(value) = request.header("authorization") else {
            let admitted = broken("missing-token-accepted") && !self.accounts.is_empty();
            return if admitted { Ok(0) } else { Err(Stranger::NoToken) };
        };
        let (scheme, token) = value.trim().split_once(' ').unwrap_or((value, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Stranger::BadToken);
        }
        self.bearer(token, now_ms, defects)
    }

    /// The account that a token is of.
    pub(crate) fn bearer(&mut self, token: &str, now_ms: i64, defects: &ActiveDefects) -> Result<usize, Stranger> {
        let broken = |what: &str| defects.has("auth/errors", what);
        let (standing, owner) = self.tokens.find(token.trim(), now_ms, defects);
        let accepted = match standing {
            Standing::Valid => true,
            Standing::Expired => broken("expired-token-accepted"),
            Standing::Evicted => broken("evicted-token-accepted"),
            Standing::Ended => broken("ended-token-accepted"),
            Standing::Unknown => broken("unknown-token-accepted"),
        };
        if !accepted || self.accounts.is_empty() {
            return Err(Stranger::BadToken);
        }
        Ok(if defects.has("auth/token", "runs-as-another-account") { 0 } else { owner.unwrap_or(0) })
    }

    /// Whether a token was valid once.
    pub(crate) fn is_expired(&mut self, token: &str, now_ms: i64) -> bool {
        self.tokens.find(token.trim(), now_ms, &ActiveDefects::default()).0 == Standing::Expired
    }

    /// Counts a request; `Err` is one over the rate.
    pub(crate) fn count(
        &mut self,
        index: usize,
        method: &str,
        now_ms: i64,
        defects: &ActiveDefects,
    ) -> Result<Remaining, Remaining> {
        let account = &self.accounts[index];
        if !defects.has("auth/rate_limit", "shared-by-accounts") {
            return self.counts[index].request(account.rate, method, now_ms, defects);
        }
        // An account brings what it had used as soon as it makes its first request, and only once.
        if self.came.insert(index) {
            self.counts[0].begin_with(account.used_this_hour);
        }
        self.counts[0].request(account.rate, method, now_ms, defects)
    }
}

/// The JSON answer to a token that is missing, invalid or expired, or that lacks a permission (p. 7).
pub(crate) fn access_denied(status: u16, defects: &ActiveDefects) -> Answer {
    let broken = |what: &str| defects.has("auth/errors", what);
    let status = if broken("status-200") { 200 } else { status };
    let status = if broken("status-500") { 500 } else { status };
    let error = if broken("error-changed") { "denied" } else { "access_denied" };
    let message = "The resource owner or authorization server denied the request.";
    let message = if broken("message-changed") { "Access denied." } else { message };
    let body = match () {
        () if broken("body-empty") => Body::Empty,
        () if broken("body-as-text") => Body::Text { media: "text/plain; charset=UTF-8", text: message.to_owned() },
        () if broken("body-as-xml") => {
            Body::Text { media: "text/xml; charset=UTF-8", text: format!("<error>{message}</error>\n") }
        }
        () => Body::Json(vec![member("error", error, Kind::Choice), member("message", message, Kind::Text)]),
    };
    let answer = Answer::new("auth/errors", status, body);
    if status == 401 { answer.header("WWW-Authenticate", "Bearer", Kind::Text) } else { answer }
}

/// A refusal of the token endpoint. The guide does not print one, so its members are ours.
fn refusal(status: u16, error: &str, message: &str) -> Answer {
    let mut members = vec![member("error", error, Kind::Text), member("message", message, Kind::Text)];
    members.iter_mut().for_each(|member| member.documented = false);
    Answer::new("auth/token", status, Body::Json(members))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Lab, body, header, request, token_request};

    #[test]
    fn credentials_in_the_basic_header_make_a_token_for_an_hour() {
        let lab = Lab::new();
        let response = lab.emulator.handle(&token_request("touchmark", "touchmark-demo-secret"));
        let json: serde_json::Value = serde_json::from_slice(&response.body).expect("JSON");
        assert_eq!((response.status, &json["token_type"], &json["expires_in"]), (200, &"Bearer".into(), &3600.into()));
        let token = json["access_token"].as_str().expect("a token");
        lab.clock.advance(3_599_999);
        assert_eq!(lab.bearing(token, "GET", "action=check_health").status, 200);
        lab.clock.advance(1);
        assert_eq!(lab.bearing(token, "GET", "action=check_health").status, 401);
    }

    #[test]
    fn credentials_come_in_every_form_that_clients_send() {
        let lab = Lab::new();
        let basic = ("authorization", "bAsIc dG91Y2htYXJrOnRvdWNobWFyay1kZW1vLXNlY3JldA==");
        let (form, json) =
            (("content-type", "application/x-www-form-urlencoded"), ("Content-Type", "application/json"));
        let status = |target: &str, headers: &[(&str, &str)], body: &str| {
            lab.emulator.handle(&request("POST", target, headers, body)).status
        };
        let secret = "client_id=touchmark&client_secret=touchmark-demo-secret&grant_type=client_credentials";
        assert_eq!(status("/oauth2/token?grant_type=client_credentials", &[basic], ""), 200);
        assert_eq!(status("/oauth2/token", &[basic, json], "{\"grant_type\": \"client_credentials\"}"), 200);
        assert_eq!(status("/oauth2/token", &[form], secret), 200);
        assert_eq!(status("/oauth2/token", &[form], &secret.replace("demo", "other")), 401);
        assert_eq!(status("/oauth2/token", &[basic, form], "grant_type=password"), 400);
        assert_eq!(status("/oauth2/token", &[form], "grant_type=client_credentials"), 401);
        assert_eq!(lab.emulator.handle(&request("GET", "/oauth2/token", &[basic], "")).status, 405);
    }

    #[test]
    fn the_thirty_first_token_invalidates_the_first() {
        let lab = Lab::new();
        let tokens: Vec<String> = (0..31).map(|_| lab.token("touchmark")).collect();
        let status = |token: &String| lab.bearing(token, "GET", "action=check_health").status;
        assert_eq!(status(&tokens[0]), 401);
        assert!(tokens[1..].iter().all(|token| status(token) == 200));
    }

    #[test]
    fn expired_tokens_do_not_count_towards_the_thirty() {
        let lab = Lab::new();
        (0..30).for_each(|_| drop(lab.token("touchmark")));
        lab.clock.advance(3_600_000);
        let first = lab.token("touchmark");
        (0..29).for_each(|_| drop(lab.token("touchmark")));
        assert_eq!(lab.bearing(&first, "GET", "action=check_health").status, 200);
    }

    #[test]
    fn a_token_that_is_unknown_expired_or_missing_is_answered_with_the_printed_json() {
        let lab = Lab::new();
        let expired = lab.emulator.expired_token("touchmark").expect("an expired token");
        let ended = lab.emulator.ended_token("touchmark").expect("an ended token");
        assert_eq!(lab.bearing(&ended, "GET", "action=check_health").status, 401);
        let bare = lab.emulator.handle(&request("GET", "/api/command?action=check_health", &[], ""));
        for response in [bare, lab.bearing("nonsense", "GET", "action=check_health"), lab.bearing(&expired, "GET", "")]
        {
            let json: serde_json::Value = serde_json::from_slice(&response.body).expect("JSON");
            assert_eq!((response.status, &json["error"]), (401, &"access_denied".into()));
            assert_eq!(json["message"], "The resource owner or authorization server denied the request.");
            assert_eq!(header(&response, "X-RateLimit-Limit"), None);
        }
        assert_eq!(lab.emulator.expired_token("nobody"), None);
    }

    #[test]
    fn no_two_tokens_are_equal_and_no_secret_is_told() {
        let lab = Lab::new();
        let tokens: std::collections::BTreeSet<String> = (0..200).map(|_| lab.token("touchmark")).collect();
        assert_eq!(tokens.len(), 200);
        let response = lab.emulator.handle(&token_request("touchmark", "wrong"));
        assert!(!body(&response).contains("secret-") && !body(&response).contains("wrong"));
        assert!(!format!("{:?}", super::super::Config::demo().accounts).contains("secret"));
    }
}
