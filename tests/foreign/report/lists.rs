//! In: a window (p. 91, p. 93). Out: a short list of its sessions, or their numbers by representative, team or site.
//! Never: counts a session that the full report of the same window would not show.

use super::unless_empty;
use super::window::window;
use crate::foreign::civil::{DAY, hms, midnight, weekday};
use crate::foreign::site::{REPS, TEAMS, public_sites};
use crate::foreign::wire::{Fault, Parameters};
use crate::foreign::world::{Session, World};
use crate::foreign::xml::{Element, el, leaf};

pub(crate) fn listing(world: &World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let window = window(parameters, now, true)?;
    let chosen = world.sessions.iter().filter(|session| window.holds(session.start, session.end));
    let summaries = chosen.map(|session| {
        let recorded = session.shared_screen && session.end.is_some();
        let mut summary = el("session_summary");
        if !session.external_key().is_empty() {
            summary = summary.attr("external_key", session.external_key());
        }
        summary.attr("has_recording", u8::from(recorded)).attr("lsid", &session.lsid).with(leaf("lseq", session.lseq))
    });
    unless_empty(el("session_summary_list").all(summaries))
}

pub(crate) fn summary(world: &World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let window = window(parameters, now, true)?;
    parameters.need("report_type")?;
    let kind = parameters.choice("report_type", &["rep", "team", "site"])?.unwrap_or("");
    let chosen: Vec<&Session> =
        world.sessions.iter().filter(|session| window.holds(session.start, session.end)).collect();
    let groups: Vec<(u32, &str)> = match kind {
        "rep" => REPS.iter().map(|rep| (rep.id, rep.private)).collect(),
        "team" => TEAMS.iter().map(|team| (team.id, team.name)).collect(),
        _ => public_sites(&world.host).iter().map(|(id, _, name)| (*id, *name)).collect(),
    };
    let weekdays = weekdays(window.from, window.to.min(now + 1));
    let summaries = groups.into_iter().filter_map(|(id, name)| {
        let own = chosen.iter().filter(|session| match kind {
            "rep" => session.owned_by(id),
            "team" => session.teams.contains(&id),
            _ => session.site == id,
        });
        let own: Vec<&&Session> = own.collect();
        let total = i64::try_from(own.len()).unwrap_or(0);
        if total == 0 {
            return None;
        }
        let at = |session: &Session| {
            if window.by_end { session.end.unwrap_or(session.start) } else { session.start }
        };
        let on_weekdays = own.iter().filter(|session| weekday(at(session)) < 5).count();
        let seconds: i64 = own.iter().map(|session| session.seconds(now)).sum();
        let average = on_weekdays as f64 / weekdays.max(1) as f64;
        let summary = el("summary")
            .attr("type", kind)
            .attr("id", id)
            .with(leaf("avg_duration", hms(seconds / total)))
            .with(leaf("avg_sessions_per_weekday", format!("{average:.1}")))
            .with(leaf("total_sessions", total))
            .with(leaf("display_name", name));
        Some(summary)
    });
    unless_empty(el("summary_list").all(summaries))
}

/// How many days from Monday to Friday a span touches.
fn weekdays(from: i64, to: i64) -> i64 {
    let first = midnight(from);
    let count = (to - first + DAY - 1).div_euclid(DAY).max(0);
    let loose = (0..count % 7).filter(|number| weekday(first + number * DAY) < 5).count();
    count / 7 * 5 + i64::try_from(loose).unwrap_or(0)
}
