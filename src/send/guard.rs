//! The guard: what may go out to a real appliance, whatever a suite asks for.
//!
//! In: a request and what it touches. Out: yes, or why not. A session that this run did not make is somebody's work.

use std::{cell::RefCell, collections::BTreeSet};

use crate::model::{case::Class, exchange::Request};

/// What may go out.
#[derive(Debug)]
pub struct Guard {
    allow: Class,
    own: RefCell<BTreeSet<String>>,
    /// Paths of things of the Configuration API that this run made.
    paths: RefCell<BTreeSet<String>>,
    found: RefCell<BTreeSet<String>>,
}

impl Guard {
    /// A guard that lets classes up to `allow` out.
    #[must_use]
    pub fn new(allow: Class) -> Self {
        Self { allow, own: RefCell::default(), paths: RefCell::default(), found: RefCell::default() }
    }

    /// The most that may be touched.
    #[must_use]
    pub fn allow(&self) -> Class {
        self.allow
    }

    /// This run made the session with that id.
    pub fn made(&self, lsid: &str) {
        self.own.borrow_mut().insert(lsid.to_owned());
    }

    /// Whether this run made the session with that id.
    #[must_use]
    pub fn is_ours(&self, lsid: &str) -> bool {
        self.own.borrow().contains(lsid)
    }

    /// This run made the thing of the Configuration API at that path.
    pub fn made_at(&self, path: &str) {
        self.paths.borrow_mut().insert(path.to_owned());
    }

    /// The target named that text in an answer, or the operator in a fixture.
    pub fn found(&self, text: &str) {
        self.found.borrow_mut().insert(text.to_owned());
    }

    /// Whether a request may go out.
    ///
    /// # Errors
    /// Why it may not, and what would allow it.
    pub fn allows(&self, class: Class, request: &Request) -> Result<(), String> {
        let foreign = request.parameters.iter().any(|(name, value)| {
            name == "lsid" && self.found.borrow().contains(value) && !self.own.borrow().contains(value)
        });
        let changes = ["PUT", "PATCH", "DELETE"].contains(&request.method.as_str());
        let elsewhere = changes && !self.paths.borrow().contains(&request.path);
        let class = if (foreign || elsewhere) && class == Class::Write { Class::Disrupt } else { class };
        if class <= self.allow {
            return Ok(());
        }
        let what = match (foreign, elsewhere) {
            (true, _) => "acts on a session that this run did not make",
            (_, true) => "changes what this run did not make",
            _ => "is more than this run may touch",
        };
        Err(format!("the guard kept it back: it {what}; allow it with --allow {}", class.word()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(allow: Class, class: Class, lsid: &str, allowed: bool) {
        let guard = Guard::new(allow);
        guard.found("theirs");
        guard.found("ours");
        guard.made("ours");
        let parameters = vec![("lsid".to_owned(), lsid.to_owned())];
        let request = Request { parameters, class, ..Request::read("/api/command") };
        assert_eq!(guard.allows(class, &request).is_ok(), allowed, "{allow:?} {class:?} {lsid}");
    }

    #[test]
    fn what_this_run_did_not_make_is_neither_changed_nor_taken_away() {
        let guard = Guard::new(Class::Write);
        guard.made_at("/api/config/v1/team/7");
        for (method, path, allowed) in [
            ("DELETE", "/api/config/v1/team/7", true),
            ("PATCH", "/api/config/v1/team/7", true),
            ("DELETE", "/api/config/v1/team/8", false),
            ("PUT", "/api/config/v1/team/77", false),
            ("POST", "/api/config/v1/team", true),
        ] {
            let request = Request { method: method.to_owned(), class: Class::Write, ..Request::read(path) };
            assert_eq!(guard.allows(Class::Write, &request).is_ok(), allowed, "{method} {path}");
        }
    }

    #[test]
    fn nothing_above_the_allowed_class_goes_out() {
        check(Class::Read, Class::Read, "", true);
        check(Class::Read, Class::Write, "", false);
        check(Class::Write, Class::Write, "", true);
        check(Class::Write, Class::Disrupt, "", false);
        check(Class::Disrupt, Class::Disrupt, "", true);
    }

    #[test]
    fn a_session_of_somebody_else_is_not_written_to() {
        check(Class::Write, Class::Write, "ours", true);
        check(Class::Write, Class::Write, "theirs", false);
        check(Class::Write, Class::Write, "made-up", true);
        check(Class::Disrupt, Class::Write, "theirs", true);
        check(Class::Write, Class::Read, "theirs", true);
    }
}
