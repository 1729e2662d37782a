//! The three ways to start a session (pp. 67-68), and what each brings into it.
//!
//! In: the parameters. Out: the queue, and what the key or the issue carries; or why there is no session.

use std::collections::BTreeMap;

use super::super::command::Refusal;
use super::super::state::{Queue, SessionKey, State};
use super::Asked;

/// How a session is started.
pub(super) enum Start {
    /// The position of the key.
    Key(usize),
    Rep(i64),
    /// The team, and the code name of the issue.
    Issue(i64, String),
}

/// What a session has from how it was started.
pub(super) struct Carried {
    pub(super) queue: Queue,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) priority: Option<i64>,
    pub(super) skills: Vec<String>,
    pub(super) from_key: Vec<String>,
}

/// Finds the one way that the parameters describe.
pub(super) fn start(state: &State, asked: &Asked<'_>) -> Result<Start, Refusal> {
    let (key, issue) = (asked.text("short_key"), asked.text("issue_menu").is_some());
    let rep = !issue && (asked.text("id").is_some() || asked.text("name").is_some());
    let ways = usize::from(key.is_some()) + usize::from(issue) + usize::from(rep);
    if ways > 1 && asked.reads("several-start-methods", "refused") {
        return Err(Refusal::error("Give a session key, an issue or a representative, and no more"));
    }
    match key {
        Some(key) => by_key(state, asked, key),
        None if issue => by_issue(state, asked),
        None if rep => by_rep(state, asked),
        None if asked.broken("nothing-accepted") => Err(Refusal::Hollow),
        None => Err(Refusal::error("Give a session key, an issue or a representative")),
    }
}

fn by_key(state: &State, asked: &Asked<'_>, short_key: &str) -> Result<Start, Refusal> {
    let Some(at) = state.keys.iter().position(|key| key.short_key == short_key) else {
        return Err(refusal(asked, "short_key/unknown-accepted", "The session key is not valid"));
    };
    let SessionKey { expires_s, used, .. } = state.keys[at];
    if expires_s <= asked.now_s && !asked.broken("short_key/expired-accepted") {
        return Err(Refusal::error("The session key has expired"));
    }
    if used && asked.reads("used-session-key", "refused") {
        return Err(Refusal::error("The session key was used already"));
    }
    Ok(Start::Key(at))
}

/// By code name or id, not by both (p. 68).
fn by_issue(state: &State, asked: &Asked<'_>) -> Result<Start, Refusal> {
    let (code, id) = (asked.text("codeName"), asked.given.integer("id"));
    if code.is_some() && id.is_some() && asked.reads("issue-id-and-code-name", "refused") {
        return Err(Refusal::error("Give codeName or id, not both"));
    }
    if code.is_none() && id.is_none() {
        return Err(Refusal::error("Give the codeName or the id of an issue"));
    }
    let meant = |issue: &super::super::site::Issue| match code {
        Some(code) => issue.code_name == code,
        None => Some(issue.id) == id,
    };
    for team in &state.site.teams {
        if let Some(issue) = team.issues.iter().find(|issue| meant(issue)) {
            return Ok(Start::Issue(team.id, issue.code_name.clone()));
        }
    }
    let what = if code.is_some() { "codeName/unknown-accepted" } else { "id/unknown-issue-accepted" };
    Err(refusal(asked, what, "There is no such issue"))
}

/// By id and public display name, as in every example (p. 67).
fn by_rep(state: &State, asked: &Asked<'_>) -> Result<Start, Refusal> {
    let (id, name) = (asked.given.integer("id"), asked.text("name"));
    let Some(id) = id else { return Err(Refusal::error("The id of the representative is missing")) };
    if name.is_none() && asked.reads("rep-id-and-name", "refused") {
        return Err(Refusal::error("The name of the representative is missing"));
    }
    let Some(rep) = state.present(id) else {
        return Err(refusal(asked, "id/unknown-rep-accepted", "There is no such representative"));
    };
    let other = name.is_some_and(|name| name != rep.public_display_name);
    if other && asked.reads("rep-name-mismatch", "refused") {
        return Err(Refusal::error("The representative has another name"));
    }
    if !state.logged_in(id) && asked.reads("rep-logged-out", "refused") {
        return Err(Refusal::error("The representative is not logged in"));
    }
    Ok(Start::Rep(id))
}

/// A refusal, unless a defect answers as if a session had been started.
fn refusal(asked: &Asked<'_>, what: &str, message: &str) -> Refusal {
    if asked.broken(what) { Refusal::Hollow } else { Refusal::error(message) }
}

impl Start {
    /// The id of the issue, where it is one.
    pub(super) fn issue(&self, state: &State) -> Option<i64> {
        let Start::Issue(_, code) = self else { return None };
        let mut issues = state.site.teams.iter().flat_map(|team| &team.issues);
        issues.find(|issue| issue.code_name == *code).map(|issue| issue.id)
    }

    /// What comes into the session with it.
    pub(super) fn carried(&self, state: &State, asked: &Asked<'_>) -> Carried {
        let bare = |queue| Carried {
            queue,
            attributes: BTreeMap::new(),
            priority: None,
            skills: Vec::new(),
            from_key: Vec::new(),
        };
        match self {
            Start::Rep(id) => bare(Queue::Rep(*id)),
            Start::Issue(team, code) => {
                let issues = state.site.teams.iter().flat_map(|team| &team.issues);
                let issue = issues.into_iter().find(|issue| issue.code_name == *code);
                let skills = issue.map(|issue| issue.skills.clone()).unwrap_or_default();
                Carried { priority: issue.and_then(|issue| issue.priority), skills, ..bare(Queue::Team(*team)) }
            }
            Start::Key(at) => {
                let key = &state.keys[*at];
                let attributes =
                    if asked.broken("attributes-of-key-lost") { BTreeMap::new() } else { key.attributes.clone() };
                let from_key = attributes.keys().cloned().collect();
                let (priority, skills) = (key.priority, key.skills.clone());
                Carried { queue: key.queue, attributes, priority, skills, from_key }
            }
        }
    }

    /// A key is used up.
    pub(super) fn used(&self, state: &mut State) {
        if let Start::Key(at) = self
            && let Some(key) = state.keys.get_mut(*at)
        {
            key.used = true;
        }
    }
}
