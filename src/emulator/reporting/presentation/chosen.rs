//! Which presentations a report is of: by id, or by their time and, as the examples of p. 103 have it, a limit.
//!
//! In: parameters that fit their table. Out: presentations in the order in which they began.

use super::super::super::command::Refusal;
use super::super::super::command::parameters::{Parameter, Shape, optional, whole};
use super::super::super::history::Presentation;
use super::super::super::state::State;
use super::super::window::Edge;
use super::super::{Asked, Window};

/// The parameters that name presentations.
pub(super) const IDS: [Parameter; 2] = [optional("lsid", Shape::Text), optional("lsids", Shape::Text)];

/// The limit stands in no table of the guide, so it is none of the report's parameters.
const LIMIT: [Parameter; 1] = [optional("limit", Shape::Limit)];

/// The presentations that are asked for.
pub(super) fn chosen<'a>(state: &'a State, asked: &Asked<'_>) -> Result<Vec<&'a Presentation>, Refusal> {
    let limit = match asked.readings.of("presentation-limit") {
        "filters" => asked.reader().read(&LIMIT)?.text("limit").map(str::to_owned),
        "refused" if asked.pairs.iter().any(|(name, _)| name == "limit") => {
            return Err(Refusal::error("There is no parameter limit"));
        }
        _ => None,
    };
    if let Some(lsids) = ids(asked)? {
        return Ok(named(state, asked, &lsids));
    }
    let mut found = within(state, asked, required(asked)?);
    if let Some(limit) = limit {
        found.retain(|one| limited(state, one, &limit));
    }
    Ok(found)
}

fn ids(asked: &Asked<'_>) -> Result<Option<Vec<String>>, Refusal> {
    let (one, several) = (asked.given.text("lsid"), asked.given.text("lsids"));
    let window = ["start_date", "start_time", "end_date", "end_time", "duration"];
    let beside = window.iter().any(|name| asked.given.text(name).is_some()) || (one.is_some() && several.is_some());
    if (one.is_some() || several.is_some()) && beside && asked.reads("combined-sets", "refused") {
        return Err(Refusal::error("lsid, lsids, and a date or time with a duration cannot be given together"));
    }
    let split = |lsids: &str| lsids.split(',').map(|lsid| lsid.trim().to_owned()).collect();
    Ok(one.map(|lsid| vec![lsid.to_owned()]).or_else(|| several.map(split)))
}

fn named<'a>(state: &'a State, asked: &Asked<'_>, lsids: &[String]) -> Vec<&'a Presentation> {
    let all = || state.history.presentations.iter();
    let several = asked.given.text("lsids").is_some();
    let mut found: Vec<&Presentation> = all().filter(|one| lsids.contains(&one.lsid)).collect();
    if several && asked.broken("lsids-only-the-first") {
        found.retain(|one| lsids.first() == Some(&one.lsid));
    }
    let another = !several && asked.broken("lsid-of-another");
    if another {
        found.clear();
    }
    if another || asked.broken(if several { "lsids-one-too-many" } else { "lsid-one-too-many" }) {
        found.extend(all().find(|one| !lsids.contains(&one.lsid)));
    }
    found
}

/// The window of a report that has no other way to choose.
pub(super) fn required(asked: &Asked<'_>) -> Result<Window, Refusal> {
    let accepted = asked.broken("no-set-accepted");
    Window::read(asked)?.ok_or_else(|| {
        if accepted { Refusal::Hollow } else { Refusal::error("A date or time and a duration are missing") }
    })
}

/// The presentations of a window.
pub(super) fn within<'a>(state: &'a State, asked: &Asked<'_>, window: Window) -> Vec<&'a Presentation> {
    let takes = |one: &&Presentation| {
        let running = one.over_s.is_none();
        match window.edge {
            Edge::Start if running && asked.broken("running-missed-by-start") => false,
            Edge::End if running && asked.broken("running-found-by-end") => true,
            _ => window.takes(one.start_s, one.end_s()),
        }
    };
    let mut found: Vec<&Presentation> = state.history.presentations.iter().filter(takes).collect();
    if asked.broken("the-first-missing") && !found.is_empty() {
        found.remove(0);
    }
    if asked.broken("the-first-twice") {
        found.extend(found.first().copied());
    }
    found
}

/// Whether a presentation is among those that a limit leaves, as for sessions (p. 83).
fn limited(state: &State, one: &Presentation, limit: &str) -> bool {
    let (word, id) = limit.split_once(':').unwrap_or((limit, ""));
    let number = whole(id).unwrap_or_default();
    let by = |members: &[i64]| one.creator().is_some_and(|creator| members.contains(&creator));
    match word {
        "rep" => one.creator() == Some(number),
        "team" if id == "all" => state.site.teams.iter().any(|team| by(&team.members)),
        "team" | "members" => state.team(number).is_some_and(|team| by(&team.members)),
        "site" => i64::try_from(one.portal).is_ok_and(|portal| portal + 1 == number),
        _ => true,
    }
}
