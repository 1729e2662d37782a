//! Which sessions a report is of: by id, or by their time and what they are limited to.
//!
//! In: parameters that fit their table. Out: records in the order in which their sessions began.

use super::super::super::command::Refusal;
use super::super::super::command::parameters::{Parameter, Shape, optional, whole};
use super::super::super::history::{End, Record};
use super::super::super::state::State;
use super::super::window::Edge;
use super::super::{Asked, Window};

/// The parameters that name sessions.
pub(super) const IDS: [Parameter; 2] = [optional("lsid", Shape::Text), optional("lsids", Shape::Text)];

/// The sessions that are asked for.
pub(super) fn chosen<'a>(state: &'a State, asked: &Asked<'_>) -> Result<Vec<&'a Record>, Refusal> {
    let window = Window::read(asked);
    if let Some(lsids) = ids(asked)? {
        let with_window = !matches!(window, Ok(None)) || asked.given.text("duration").is_some();
        if with_window && asked.reads("combined-sets", "refused") {
            return Err(Refusal::error("lsid and lsids cannot be given together with a date or time"));
        }
        return Ok(named(state, asked, &lsids));
    }
    let Some(window) = window? else {
        let accepted = asked.broken("no-set-accepted");
        return Err(if accepted {
            Refusal::Hollow
        } else {
            Refusal::error("A date or time and a duration are missing")
        });
    };
    let limited = asked.given.text("limit").is_some();
    if limited && asked.broken("limit-refused") {
        return Err(Refusal::error("The parameter limit is not supported"));
    }
    Ok(within(state, asked, window))
}

/// The ids that are asked for; none if there are none.
fn ids(asked: &Asked<'_>) -> Result<Option<Vec<String>>, Refusal> {
    match (asked.given.text("lsid"), asked.given.text("lsids")) {
        (Some(_), Some(_)) if asked.reads("combined-sets", "refused") => {
            Err(Refusal::error("Only one of lsid and lsids can be given"))
        }
        (Some(lsid), _) => Ok(Some(vec![lsid.to_owned()])),
        (None, Some(lsids)) => Ok(Some(lsids.split(',').map(|lsid| lsid.trim().to_owned()).collect())),
        (None, None) => Ok(None),
    }
}

fn named<'a>(state: &'a State, asked: &Asked<'_>, lsids: &[String]) -> Vec<&'a Record> {
    let mut found: Vec<&Record> =
        state.history.sessions().into_iter().filter(|record| lsids.contains(&record.lsid)).collect();
    let several = asked.given.text("lsids").is_some();
    if several && asked.broken("lsids-only-the-first") {
        found.retain(|record| lsids.first() == Some(&record.lsid));
    }
    let another = (several && asked.broken("lsids-one-too-many")) || (!several && asked.broken("lsid-one-too-many"));
    if another {
        found.extend(state.history.sessions().into_iter().find(|record| !lsids.contains(&record.lsid)));
    }
    if !several && asked.broken("lsid-of-another") {
        found = state.history.sessions().into_iter().find(|record| !lsids.contains(&record.lsid)).into_iter().collect();
    }
    found
}

/// The sessions of a window.
pub(super) fn within<'a>(state: &'a State, asked: &Asked<'_>, window: Window) -> Vec<&'a Record> {
    let takes = |record: &&Record| {
        let running = record.end == End::Running;
        match window.edge {
            Edge::Start if running && asked.broken("running-missed-by-start") => false,
            Edge::End if running && asked.broken("running-found-by-end") => true,
            _ => window.takes(record.start_s, record.end_s()),
        }
    };
    let mut found: Vec<&Record> = state.history.sessions().into_iter().filter(takes).collect();
    if asked.broken("the-latest-missing") {
        found.pop();
    }
    if asked.broken("the-first-twice") {
        found.extend(found.first().copied());
    }
    found
}

/// Whether a session is among those that `limit` leaves (p. 83).
pub(super) fn limited(state: &State, asked: &Asked<'_>, record: &Record) -> bool {
    let Some(limit) = asked.given.text("limit").filter(|limit| *limit != "all") else { return true };
    let (word, id) = limit.split_once(':').unwrap_or((limit, ""));
    let label = if limit == "team:all" { limit } else { word };
    if asked.broken(&format!("limit/{label}-without-effect")) {
        return true;
    }
    let number = whole(id).unwrap_or_default();
    if number % 2 == 0 && id != "all" && asked.broken(&format!("limit/{label}-even-without-effect")) {
        return true;
    }
    let owner = record.primary_rep().map(|member| member.rep);
    let by_end = asked.given.text("end_date").is_some() || asked.given.text("end_time").is_some();
    let kept = match word {
        "rep" if by_end && state.rep(number).is_some() && asked.broken("limit/rep-without-effect-on-ends") => true,
        "rep" => owner == Some(number),
        "team" if id == "all" => record.primary_team.is_some(),
        "team" => record.primary_team == Some(number),
        "members" => {
            let members = state.team(number).map(|team| team.members.as_slice()).unwrap_or_default();
            let members = if asked.broken("limit/members-of-the-first-alone") {
                &members[..members.len().min(1)]
            } else {
                members
            };
            owner.is_some_and(|owner| members.contains(&owner))
        }
        "site" => record.portal as i64 + 1 == number,
        _ => true,
    };
    kept && !asked.broken(&format!("limit/{label}-leaves-nothing"))
}
