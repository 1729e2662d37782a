//! Which presentations a report is of: by id, or by their time; and `limit`, which only examples have (p. 103).
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

/// The presentations that are asked for.
pub(super) fn chosen<'a>(state: &'a State, asked: &Asked<'_>) -> Result<Vec<&'a Presentation>, Refusal> {
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
    limited(state, asked, within(state, asked, window))
}

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

fn named<'a>(state: &'a State, asked: &Asked<'_>, lsids: &[String]) -> Vec<&'a Presentation> {
    let all = || state.history.presentations.iter();
    let other = || all().find(|one| !lsids.contains(&one.lsid));
    let mut found: Vec<&Presentation> = all().filter(|one| lsids.contains(&one.lsid)).collect();
    let several = asked.given.text("lsids").is_some();
    if several && asked.broken("lsids-only-the-first") {
        found.retain(|one| lsids.first() == Some(&one.lsid));
    }
    if (several && asked.broken("lsids-one-too-many")) || (!several && asked.broken("lsid-one-too-many")) {
        found.extend(other());
    }
    if !several && asked.broken("lsid-of-another") {
        found = other().into_iter().collect();
    }
    found
}

/// The presentations of a window.
pub(super) fn within<'a>(state: &'a State, asked: &Asked<'_>, window: Window) -> Vec<&'a Presentation> {
    let takes = |one: &&Presentation| {
        let runs = one.end_s.is_none();
        match window.edge {
            Edge::Start if runs && asked.broken("running-missed-by-start") => false,
            Edge::End if runs && asked.broken("running-found-by-end") => true,
            _ => window.takes(one.start_s, one.end_s),
        }
    };
    let mut found: Vec<&Presentation> = state.history.presentations.iter().filter(takes).collect();
    if asked.broken("the-latest-missing") {
        found.pop();
    }
    if asked.broken("the-first-twice") {
        found.extend(found.first().copied());
    }
    found
}

/// What `limit` leaves, by the reading: no table of this report has it.
fn limited<'a>(
    state: &State,
    asked: &Asked<'_>,
    found: Vec<&'a Presentation>,
) -> Result<Vec<&'a Presentation>, Refusal> {
    let Some(limit) = asked.reader().pick("limit")? else { return Ok(found) };
    match asked.readings.of("presentation-limit") {
        "ignored" => return Ok(found),
        "refused" => return Err(Refusal::error("There is no parameter limit")),
        _ => {}
    }
    let (word, id) = limit.split_once(':').unwrap_or((limit.as_str(), ""));
    let number = whole(id);
    let known = match word {
        "all" => id.is_empty(),
        "team" => id == "all" || number.is_some(),
        "rep" | "members" | "site" => number.is_some(),
        _ => false,
    };
    if !known {
        return Err(Refusal::error("The parameter limit has an unknown value"));
    }
    let number = number.unwrap_or_default();
    let by =
        |one: &Presentation, reps: &[i64]| one.presenters().any(|guest| guest.rep.is_some_and(|id| reps.contains(&id)));
    let keep = |one: &&Presentation| match word {
        "rep" => by(one, &[number]),
        "team" if id == "all" => one.team.is_some(),
        "team" => one.team == Some(number),
        "members" => state.team(number).is_some_and(|team| by(one, &team.members)),
        "site" => one.portal as i64 + 1 == number,
        _ => true,
    };
    Ok(found.into_iter().filter(keep).collect())
}
