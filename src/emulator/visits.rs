//! Who came: the last requests, and which rule each broke that was refused.
//!
//! In: a visit. Out: the last ones, for the status page, and a line of each for whoever listens.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::clock::iso;
use super::rules::Rule;

/// The most visits that are kept.
pub(super) const KEPT_MAX: usize = 100;

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// When, in milliseconds since the UNIX epoch.
    pub at_ms: i64,
    /// Its method.
    pub method: String,
    /// Its path, without the query.
    pub path: String,
    /// The action or report that it asks for.
    pub what: Option<String>,
    /// The client id of the account whose token it carries.
    pub account: Option<String>,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The rule that it broke, and what the answer says, where it was refused.
    pub refused: Option<(Rule, String)>,
}

impl fmt::Display for Visit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (time, none) = (iso(self.at_ms.div_euclid(1_000)), "-".to_owned());
        write!(f, "{time} {} {} {}", self.method, self.path, self.what.as_ref().unwrap_or(&none))?;
        write!(f, " {} {}", self.account.as_ref().unwrap_or(&none), self.status)?;
        let Some((rule, message)) = &self.refused else { return Ok(()) };
        match rule.page {
            0 => write!(f, " refused: {} ({}): {message}", rule.code, rule.section),
            page => write!(f, " refused: {} ({}, p. {page}): {message}", rule.code, rule.section),
        }
    }
}

pub(super) type Listener = Box<dyn Fn(&Visit) + Send + Sync>;

/// The last visits of an emulator, and who is to hear of each.
#[derive(Default)]
pub(super) struct Visits {
    on: AtomicBool,
    kept: Mutex<VecDeque<Visit>>,
    listener: OnceLock<Listener>,
}

impl Visits {
    pub(super) fn last(&self) -> Vec<Visit> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }

    pub(super) fn turn_on(&self) {
        self.on.store(true, Ordering::Relaxed);
    }

    pub(super) fn are_kept(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    pub(super) fn listen(&self, listener: Listener) {
        let _ = self.listener.set(listener);
    }

    pub(super) fn keep(&self, visit: Visit) {
        if let Some(listener) = self.listener.get() {
            listener(&visit);
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.pop_front();
        }
        kept.push_back(visit);
    }
}
