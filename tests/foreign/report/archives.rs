//! In: a day, and perhaps the index of an archive (p. 116, p. 118). Out: what archives there are, or one of them.
//! Never: gives an archive before its time, nor after its seven days.

use super::parts::moment;
use super::unless_empty;
use crate::foreign::archive::{EVENT_EVERY, event_index, events, states};
use crate::foreign::civil::{date, parse_date};
use crate::foreign::pack::gzip;
use crate::foreign::wire::{Answered, Fault, Parameters};
use crate::foreign::world::World;
use crate::foreign::xml::{Element, el, leaf};

fn day(parameters: &Parameters) -> Result<i64, Fault> {
    let text = parameters.need("date")?;
    parse_date(text).ok_or_else(|| format!("Date incorrecte : {text}"))
}

pub(crate) fn listing(world: &World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let day = day(parameters)?;
    let of_events = events(world, day, now).into_iter().map(|archive| {
        // The last second that can be in it.
        let last = archive.at + EVENT_EVERY - 1;
        el("event_archive")
            .with(leaf("index", archive.index))
            .with(moment("end_time", Some(last)))
            .with(moment("time", Some(archive.at)))
    });
    let of_states = states(world, day, now).into_iter().map(|archive| {
        el("state_archive")
            .with(leaf("event_archive_index", event_index(archive.at)))
            .with(leaf("index", archive.index))
            .with(moment("time", Some(archive.at)))
    });
    unless_empty(el("archives").all(of_events).all(of_states))
}

pub(crate) fn file(world: &World, parameters: &Parameters, now: i64) -> Result<Answered, Fault> {
    parameters.need("type")?;
    let kind = parameters.choice("type", &["state", "event"])?.unwrap_or("state");
    let day = day(parameters)?;
    parameters.need("index")?;
    let index = parameters.number("index", 1, i64::from(u32::MAX))?;
    let all = if kind == "state" { states(world, day, now) } else { events(world, day, now) };
    let found = all.into_iter().find(|archive| Some(archive.index) == index);
    let archive = found.ok_or("Cette archive n'existe pas, ou pas encore.")?;
    let text = match kind {
        "state" => world.journal.state(archive.at).pretty(),
        _ => world.journal.lines(archive.at, archive.at + EVENT_EVERY),
    };
    let name = format!("{kind}-{}-{}.json.gz", date(day), archive.index);
    Ok(Answered::file("application/x-gzip", &name, gzip(text.as_bytes())))
}
