//! Defects of what the feed and the reports make of several commands: all answers to the commands are right.
//!
//! In: commands that ran, and what the feed or a report is about to show. Out: whether one of these defects hides it, or keeps it. Without
//! such a defect nothing is remembered.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::super::history::{Event, Member, Record};
use super::super::state::{Queue, Session, State};
use super::super::switches::ActiveDefects;
use super::sequences::{Attributes, KIND};

pub(crate) const DEFECTS: &[(&str, &str)] = &[
    ("feed-misses-changes-after-a-transfer", "attributes that are set after a transfer have no rows in the feed"),
    ("feed-misses-who-comes-back", "a representative who joins a session once more has no row in it in the feed"),
    ("feed-misses-the-second-transfer", "the feed has a session in the queue that it was transferred to first"),
    ("feed-misses-a-status-after-a-chat", "a status that is set next after a chat message is not seen in the feed"),
    (
        "feed-keeps-customers-of-the-joined",
        "a customer who leaves a session that a representative is in keeps the row in the feed",
    ),
    ("feed-keeps-what-was-transferred", "a session that was transferred keeps its row in the feed once it has ended"),
    (
        "feed-gives-to-another",
        "an attribute of a session that a representative is in has a row in the session before it, too",
    ),
    ("feed-has-what-was-refused", "a session that has ended comes back to the feed with an attribute that was refused"),
    (
        "feed-goes-back-with-a-status",
        "once the status of a representative is set, the feed takes back the last change of attributes that it has shown",
    ),
    (
        "report-misses-changes-after-a-transfer",
        "the report of a session has no attributes that were set after a transfer",
    ),
    ("report-misses-chats-after-a-leave", "the report of a session has no chat messages once somebody has left it"),
];

/// After how long a change has been shown by the feed.
const SHOWN_MS: i64 = 150;

/// What these defects remember.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// Attributes that were set after a transfer, by their sessions.
    late: BTreeSet<(String, String)>,
    /// Whether a chat message was sent to a session that goes on, since a status was set.
    chatted: bool,
    /// The statuses before those that were set next after a chat message.
    before: BTreeMap<i64, String>,
    /// Attributes that the feed has beside those that are there, by session and name.
    beside: BTreeMap<(String, String), String>,
    /// When attributes were changed last, by session.
    changed_ms: BTreeMap<String, i64>,
    /// The attributes of before the last change, by sessions in which the feed takes that back.
    back: BTreeMap<String, Attributes>,
}

impl Told {
    /// Takes over that attributes of a session were set.
    pub(super) fn attributes(&mut self, session: &Session, names: impl Iterator<Item = String>) {
        if !session.passed.is_empty() {
            self.late.extend(names.map(|name| (session.lsid.clone(), name)));
        }
    }

    /// Takes over that a session has an attribute, or was refused one, and that the feed has it in a session.
    pub(super) fn beside(&mut self, lsid: &str, pairs: &[(String, String)]) {
        let attributes = pairs.iter().filter_map(|(name, value)| Some((name.strip_prefix("session.custom.")?, value)));
        let given = attributes.filter(|(_, value)| !value.is_empty());
        self.beside.extend(given.map(|(name, value)| ((lsid.to_owned(), name.to_owned()), value.clone())));
    }

    /// Takes over that a session has attributes of its own.
    pub(super) fn changed(&mut self, lsid: &str, now_ms: i64) {
        self.changed_ms.insert(lsid.to_owned(), now_ms);
        self.beside.retain(|(of, _), _| of != lsid);
        self.back.remove(lsid);
    }

    /// Takes over that a chat message was sent.
    pub(super) fn chat(&mut self) {
        self.chatted = true;
    }

    /// Takes over that a session ended.
    pub(super) fn end(&mut self) {
        self.chatted = false;
    }

    /// Takes over that a status was set, in place of another one.
    pub(super) fn status(
        &mut self,
        rep: i64,
        before: Option<&str>,
        changed: &BTreeMap<String, Attributes>,
        now_ms: i64,
    ) {
        let shown = |lsid: &String| self.changed_ms.get(lsid).is_some_and(|at_ms| now_ms - at_ms >= SHOWN_MS);
        self.back.extend(changed.iter().filter(|(lsid, _)| shown(lsid)).map(|(lsid, all)| (lsid.clone(), all.clone())));
        self.before.remove(&rep);
        let before = before.filter(|_| std::mem::take(&mut self.chatted));
        self.before.extend(before.map(|before| (rep, before.to_owned())));
    }
}

/// Whether the feed has no row of an attribute.
pub(crate) fn unfed_attribute(defects: &ActiveDefects, state: &State, lsid: &str, code: &str) -> bool {
    defects.has(KIND, "feed-misses-changes-after-a-transfer") && is_late(state, lsid, code)
}

/// Whether the feed has no row of a member.
pub(crate) fn unfed_member(defects: &ActiveDefects, member: Option<&Member>) -> bool {
    defects.has(KIND, "feed-misses-who-comes-back") && member.is_some_and(|member| member.spans.len() > 1)
}

/// The queue that the feed has in place of the present one.
pub(crate) fn fed_queue(defects: &ActiveDefects, session: &Session) -> Option<Queue> {
    let first = session.passed.get(1).copied();
    first.filter(|_| defects.has(KIND, "feed-misses-the-second-transfer"))
}

/// The status that the feed has in place of the present one.
pub(crate) fn fed_status<'s>(defects: &ActiveDefects, state: &'s State, rep: i64) -> Option<&'s str> {
    let before = state.memory.told.before.get(&rep)?;
    defects.has(KIND, "feed-misses-a-status-after-a-chat").then_some(before.as_str())
}

/// Whether the feed has a row of a customer who has left.
pub(crate) fn fed_customer(defects: &ActiveDefects, session: &Session) -> bool {
    defects.has(KIND, "feed-keeps-customers-of-the-joined") && !session.representatives.is_empty()
}

/// Whether the feed has a row of a session that has ended.
pub(crate) fn fed_session(defects: &ActiveDefects, state: &State, session: &Session) -> bool {
    let refused = || state.memory.told.beside.keys().any(|(lsid, _)| *lsid == session.lsid);
    defects.has(KIND, "feed-keeps-what-was-transferred") && !session.passed.is_empty()
        || defects.has(KIND, "feed-has-what-was-refused") && refused()
}

/// The attributes that the feed has of a session.
pub(crate) fn fed_attributes<'s>(
    defects: &ActiveDefects,
    state: &'s State,
    session: &'s Session,
) -> Cow<'s, BTreeMap<String, String>> {
    let told = &state.memory.told;
    if let Some(back) = told.back.get(&session.lsid).filter(|_| defects.has(KIND, "feed-goes-back-with-a-status")) {
        return Cow::Borrowed(back);
    }
    let adds = ["feed-gives-to-another", "feed-has-what-was-refused"].into_iter().any(|what| defects.has(KIND, what));
    if !adds {
        return Cow::Borrowed(&session.attributes);
    }
    let mut all = session.attributes.clone();
    let of_it = told.beside.iter().filter(|((lsid, _), _)| *lsid == session.lsid);
    all.extend(of_it.map(|((_, name), value)| (name.clone(), value.clone())));
    Cow::Owned(all)
}

/// Whether the report has no attribute.
pub(crate) fn unreported_attribute(defects: &ActiveDefects, state: &State, record: &Record, code: &str) -> bool {
    defects.has(KIND, "report-misses-changes-after-a-transfer") && is_late(state, &record.lsid, code)
}

/// Whether the report has no event.
pub(crate) fn unreported_event(defects: &ActiveDefects, record: &Record, event: &Event) -> bool {
    let left = |member: &Member| member.spans.iter().any(|(_, until_s)| until_s.is_some_and(|at_s| at_s <= event.at_s));
    defects.has(KIND, "report-misses-chats-after-a-leave")
        && event.kind == "Chat Message"
        && record.end_s().is_none_or(|end_s| event.at_s < end_s)
        && record.members.iter().any(left)
}

fn is_late(state: &State, lsid: &str, code: &str) -> bool {
    state.memory.told.late.contains(&(lsid.to_owned(), code.to_owned()))
}
