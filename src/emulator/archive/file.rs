//! Archive (p. 118): a state or the events of ten minutes, as a gzip file.
//!
//! In: a type, a date and an index. Out: the file, made when it is asked for and always the same, or an
//! error where there is none.

use std::io::Write as _;

use flate2::{Compression, GzBuilder};

use super::super::clock::day;
use super::super::command::Refusal;
use super::super::command::parameters::{Parameter, Shape, required};
use super::super::reporting::{Asked, Outcome, Permission, Product, Report};
use super::super::state::State;
use super::calendar::{self, EVENTS_S, Slot};
use super::play::Play;
use super::story;
use super::world::World;
use super::write::Writer;

const PARAMETERS: [Parameter; 3] = [
    required("type", Shape::Word(&["state", "event"])),
    required("date", Shape::Date),
    required("index", Shape::AtLeast(0)),
];

/// How long before the emulator its processes started, where the site's file names no restart.
const PROCESSES_S: i64 = 30 * 86_400;

pub(crate) const ARCHIVE: Report = Report {
    name: "Archive",
    kind: "archive/archive",
    permission: Permission::Archive,
    parameters: &[&PARAMETERS],
    root: None,
    run: archive,
};

fn archive(state: &State, asked: &Asked<'_>) -> Outcome {
    let kind = asked.given.must("type");
    let date = asked.given.must("date");
    let day_s = day(date).unwrap_or_default();
    let index = asked.given.integer("index").unwrap_or_default();
    let of_states = (kind == "state") != asked.broken("type-of-the-other");
    let slots: Vec<Slot> = match of_states {
        true => calendar::states(day_s, asked.now_s).collect(),
        false => calendar::events(day_s, asked.now_s).collect(),
    };
    let wanted = match () {
        () if asked.broken("always-the-first") => 1,
        () if asked.broken("index-one-off") => index + 1,
        () => index,
    };
    let found =
        slots.iter().find(|slot| slot.index == wanted).filter(|_| !asked.broken("listed-but-not-there") || index != 1);
    let Some(slot) = found else {
        return Err(match asked.broken("index/unknown-accepted") {
            true => Refusal::Hollow,
            false => Refusal::error("There is no such archive"),
        });
    };
    let writer = Writer::new(asked);
    let text = if of_states {
        writer.state(&world(state, slot.at_s, slot.at_s), slot.at_s)
    } else {
        writer.log(&world(state, slot.at_s, slot.at_s + EVENTS_S).log)
    };
    let Ok(bytes) = packed(asked, &text) else { return Err(Refusal::error("The archive cannot be read")) };
    let name = format!("{kind}-{date}-{index}.json.gz");
    Ok(Product::File { media: "application/gzip", name, bytes })
}

/// The model just before an instant, with what happened from another on.
pub(super) fn world(state: &State, log_from_s: i64, until_s: i64) -> World {
    let history = &state.history;
    let mut play = Play::new(&state.site, history.started_s.saturating_sub(PROCESSES_S), log_from_s);
    story::facts(history, log_from_s, until_s).iter().for_each(|fact| play.happen(fact));
    play.world
}

fn packed(asked: &Asked<'_>, text: &str) -> std::io::Result<Vec<u8>> {
    if asked.broken("not-compressed") {
        return Ok(text.as_bytes().to_vec());
    }
    let mut writer = GzBuilder::new().write(Vec::new(), Compression::fast());
    writer.write_all(text.as_bytes())?;
    let mut bytes = writer.finish()?;
    let length = bytes.len();
    if asked.broken("gzip-cut-short") {
        bytes.truncate(length * 2 / 3);
    }
    if asked.broken("gzip-checksum-wrong")
        && let Some(byte) = bytes.get_mut(length.saturating_sub(6))
    {
        *byte ^= 0xFF;
    }
    Ok(bytes)
}
