//! In: a window (p. 112). Out: what happened within teams then.
//! Never: shows a team in which nothing happened.

use super::NOTHING;
use super::parts::{logged_in, moment, team_event};
use super::window::window;
use crate::foreign::site::TEAMS;
use crate::foreign::wire::{Fault, Parameters};
use crate::foreign::world::{Event, World};
use crate::foreign::xml::{Element, el};

pub(crate) fn activity(world: &World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let window = window(parameters, now, true)?;
    let wanted = parameters.number("team_id", 0, u32::MAX.into())?;
    let mut list = el("team_activity_list")
        .with(moment("end_time", Some(window.to.min(now))))
        .with(moment("start_time", Some(window.from)));
    let mut any = false;
    for team in TEAMS.iter().filter(|team| wanted.is_none_or(|id| id == i64::from(team.id))) {
        let own =
            world.team_events.iter().filter(|(id, event)| *id == team.id && window.holds(event.at, Some(event.at)));
        let mut events: Vec<&Event> = own.map(|(_, event)| event).collect();
        events.sort_by_key(|event| event.at);
        let Some(first) = events.first() else { continue };
        any = true;
        let activity = el("team_activity")
            .attr("name", team.name)
            .attr("id", team.id)
            .with(el("events").all(events.iter().map(|event| team_event(world, event))))
            .with(logged_in(world, team.id, first.at));
        list = list.with(activity);
    }
    if any { Ok(list) } else { Err(NOTHING.to_owned()) }
}
