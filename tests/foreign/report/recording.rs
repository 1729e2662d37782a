//! In: a session or presentation, and the number of a recording in it. Out: some bytes for the video.
//! Never: gives one that the reports do not announce.

use crate::foreign::wire::{Answered, Fault, Parameters};
use crate::foreign::world::World;

const MISSING: &str = "Aucun enregistrement disponible.";

fn video(lsid: &str, part: &str, kind: &str) -> Answered {
    let mut bytes = b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00".to_vec();
    bytes.extend(format!("{kind} {lsid} {part}").into_bytes());
    Answered::file("video/x-flv", &format!("{kind}-{lsid}-{part}.flv"), bytes)
}

/// p. 95
pub(crate) fn session(world: &World, parameters: &Parameters, _: i64) -> Result<Answered, Fault> {
    let lsid = parameters.need("lsid")?;
    let found = world.sessions.iter().find(|one| one.lsid == lsid && one.end.is_some() && one.shared_screen);
    found.map(|one| video(&one.lsid, "0", "session")).ok_or_else(|| MISSING.to_owned())
}

/// p. 106
pub(crate) fn presentation(world: &World, parameters: &Parameters, _: i64) -> Result<Answered, Fault> {
    let lsid = parameters.need("lsid")?;
    let found = world.presentations.iter().find(|one| one.lsid == lsid && one.end.is_some() && one.shown);
    found.map(|one| video(&one.lsid, "0", "presentation")).ok_or_else(|| MISSING.to_owned())
}

/// p. 96
pub(crate) fn show_my_screen(world: &World, parameters: &Parameters, _: i64) -> Result<Answered, Fault> {
    instance(world, parameters, "show-my-screen")
}

/// p. 97
pub(crate) fn command_shell(world: &World, parameters: &Parameters, _: i64) -> Result<Answered, Fault> {
    instance(world, parameters, "command-shell")
}

fn instance(world: &World, parameters: &Parameters, kind: &str) -> Result<Answered, Fault> {
    let lsid = parameters.need("lsid")?;
    parameters.need("instance")?;
    let wanted = parameters.number("instance", 0, u32::MAX.into())?.unwrap_or(0);
    let session = world.sessions.iter().find(|one| one.lsid == lsid && one.end.is_some());
    let count = session.map_or(0, |one| if kind == "command-shell" { one.shells } else { one.showings });
    if wanted < i64::from(count) { Ok(video(lsid, &wanted.to_string(), kind)) } else { Err(MISSING.to_owned()) }
}
