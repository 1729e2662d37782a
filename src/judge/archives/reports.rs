//! The session reports of a run, as far as archives can be held against them.
//!
//! In: a request of the session report, and its answer. Out: the window that it covers, and the sessions in it.

use crate::{
    decode::{time, xml::Node},
    judge::state_model::Reported,
    model::{credential::AccountRole, exchange::Exchange},
    vocabulary::Heard,
};

/// The days that a report of sessions covers, in seconds: those of `start_date` and `duration`, where nothing else narrows it.
pub(super) fn window(sent: &Exchange) -> Option<(i64, i64)> {
    let request = sent.request().filter(|request| request.account == AccountRole::Full)?;
    let known = ["generate_report", "start_date", "duration"];
    if request.parameters.iter().any(|(name, _)| !known.contains(&name.as_str())) {
        return None;
    }
    let start = time::iso8601(&format!("{}T00:00:00Z", sent.parameter("start_date")?))?;
    let days: i64 = sent.parameter("duration")?.parse().ok().filter(|days| (0..=400).contains(days))?;
    // Without a length it goes to the present.
    let end = if days == 0 { sent.at_ms / 1_000 } else { start + days * 86_400 };
    Some((start, end))
}

/// What a report of sessions holds.
pub(super) fn reported(sent: &Exchange, heard: &Heard<'_>) -> Option<Reported> {
    let (window, root) = (window(sent)?, heard.body.xml()?);
    let instant = |session: &Node, name: &str| {
        let child = session.children.iter().find(|child| child.name == name)?;
        child.attribute("timestamp").and_then(|text| text.trim().parse().ok())
    };
    let sessions = root.children.iter().filter(|child| child.name == "session");
    let sessions = sessions.filter_map(|session| {
        let lsid = session.attribute("lsid")?.to_lowercase();
        Some((lsid, (instant(session, "start_time"), instant(session, "end_time"))))
    });
    Some(Reported { window, sessions: sessions.collect() })
}
