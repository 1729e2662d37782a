//! The tokens of the accounts (p. 6): they last an hour, and an account has at most thirty valid ones.
//!
//! In: an account and the time. Out: a new token, or where a given token stands.

use std::collections::{BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::super::switches::ActiveDefects;
use super::credentials::same;

const LIFETIME_MS: i64 = 3_600_000;
const VALID_MAX: usize = 30;
/// Tokens that are no longer valid are remembered so far back, to tell an expired one from an unknown one.
const REMEMBERED_MAX: usize = 500;

/// Where a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Valid,
    Expired,
    Evicted,
    /// It is from before the client secret was made anew.
    Ended,
    Unknown,
}

struct Token {
    text: String,
    owner: usize,
    expires_ms: i64,
    evicted: bool,
    ended: bool,
    used: bool,
    /// No token was issued to its owner before.
    first: bool,
}

pub(super) struct Tokens {
    /// In the order they were issued.
    all: VecDeque<Token>,
    expired: Vec<String>,
    ended: Vec<String>,
    /// Who has got a token since the start.
    served: BTreeSet<usize>,
    issued: u64,
    started_ms: i64,
}

impl Tokens {
    pub(super) fn new(started_ms: i64) -> Tokens {
        Tokens {
            all: VecDeque::new(),
            expired: Vec::new(),
            ended: Vec::new(),
            served: BTreeSet::new(),
            issued: 0,
            started_ms,
        }
    }

    /// A token issued two hours before the start, in the order of the accounts.
    pub(super) fn issue_expired(&mut self, owner: usize, secret: &str) {
        let text = self.make(secret);
        self.expired.push(text.clone());
        let expires_ms = self.started_ms - LIFETIME_MS;
        self.all.push_back(Token { text, owner, expires_ms, evicted: false, ended: false, used: false, first: false });
    }

    /// A token issued right before the start, and right before the account got the secret that it has, in the order of the accounts.
    pub(super) fn issue_ended(&mut self, owner: usize, secret: &str) {
        let issued = self.issued;
        let text = self.make(&format!("before {secret}"));
        self.issued = issued;
        self.ended.push(text.clone());
        let expires_ms = self.started_ms.saturating_add(LIFETIME_MS);
        self.all.push_back(Token { text, owner, expires_ms, evicted: true, ended: true, used: false, first: false });
    }

    pub(super) fn ended(&self, owner: usize) -> Option<String> {
        self.ended.get(owner).cloned()
    }

    pub(super) fn expired(&self, owner: usize, now_ms: i64) -> Option<String> {
        let later = self.all.iter().find(|token| token.owner == owner && token.expires_ms <= now_ms);
        self.expired.get(owner).cloned().or_else(|| later.map(|token| token.text.clone()))
    }

    /// A new token. The oldest of the account is invalidated before there would be more than thirty.
    pub(super) fn issue(&mut self, owner: usize, secret: &str, now_ms: i64, defects: &ActiveDefects) -> Option<String> {
        let broken = |what: &str| defects.has("auth/token", what);
        let shared = broken("limit-shared-by-accounts");
        let valid =
            |token: &&mut Token| (token.owner == owner || shared) && !token.evicted && token.expires_ms > now_ms;
        let maximum = match () {
            () if broken("thirtieth-evicts") => VALID_MAX - 1,
            () if broken("second-evicts-first") => 1,
            () => VALID_MAX,
        };
        let count = self.all.iter_mut().filter(valid).count();
        if count >= maximum {
            if broken("thirty-first-refused") {
                return None;
            }
            let evicted = match () {
                () if broken("thirty-first-evicts-none") => 0,
                () if broken("thirty-first-evicts-all") => count,
                () => count + 1 - maximum,
            };
            let skipped = if broken("thirty-first-evicts-newest") { count - evicted } else { 0 };
            self.all.iter_mut().filter(valid).skip(skipped).take(evicted).for_each(|token| token.evicted = true);
        }
        let text = self.make(secret);
        let (expires_ms, first) = (now_ms.saturating_add(LIFETIME_MS), self.served.insert(owner));
        self.all.push_back(Token {
            text: text.clone(),
            owner,
            expires_ms,
            evicted: false,
            ended: false,
            used: false,
            first,
        });
        self.forget(now_ms);
        Some(text)
    }

    pub(super) fn find(&mut self, text: &str, now_ms: i64, defects: &ActiveDefects) -> (Standing, Option<usize>) {
        let broken = |what: &str| defects.has("auth/errors", what);
        let alike = |token: &Token| {
            same(&token.text, text)
                || (broken("token-case-ignored") && same(&token.text.to_lowercase(), &text.to_lowercase()))
                || (broken("token-tail-not-compared") && text.get(..30) == token.text.get(..30))
        };
        let Some(found) = self.all.iter_mut().rev().find(|token| alike(token)) else {
            return (Standing::Unknown, None);
        };
        let standing = match () {
            () if found.ended => Standing::Ended,
            () if found.evicted => Standing::Evicted,
            () if found.expires_ms <= now_ms => Standing::Expired,
            () if found.used && defects.has("auth/token", "token-works-once") => Standing::Unknown,
            () if !found.first && defects.has("auth/token", "only-the-first-token-works") => Standing::Unknown,
            () if defects.has("auth/token", "token-never-works") => Standing::Unknown,
            () => Standing::Valid,
        };
        found.used = true;
        (standing, Some(found.owner))
    }

    fn forget(&mut self, now_ms: i64) {
        let surplus = self.all.len().saturating_sub(REMEMBERED_MAX);
        let dead = |token: &Token| token.evicted || token.expires_ms <= now_ms;
        let mut left = surplus;
        self.all.retain(|token| {
            let keep = left == 0 || !dead(token);
            left -= usize::from(!keep);
            keep
        });
    }

    /// Forty letters and digits that look random. They are derived, so that a run can be repeated.
    fn make(&mut self, secret: &str) -> String {
        self.issued += 1;
        let letters = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut text = String::with_capacity(40);
        for round in 0..5 {
            let mut hasher = DefaultHasher::new();
            (secret, self.issued, self.started_ms, round).hash(&mut hasher);
            let mut left = hasher.finish();
            for _ in 0..8 {
                text.push(char::from(letters[(left % 62) as usize]));
                left /= 62;
            }
        }
        text
    }
}
