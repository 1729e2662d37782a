//! The recordings of a session (pp. 95-97): its screen, the representative's screen, its command shells.
//!
//! In: an lsid, and for the last two an instance from 0. Out: a video as a file, or an error where there is none.

use super::super::super::command::Refusal;
use super::super::super::command::parameters::{Parameter, Shape, required};
use super::super::super::history::Record;
use super::super::super::state::State;
use super::super::{Asked, Outcome, Permission, Product, Report};
use super::listing::has_recording;

const LSID: [Parameter; 1] = [required("lsid", Shape::Text)];
const INSTANCE: [Parameter; 1] = [required("instance", Shape::AtLeast(0))];

pub(crate) const SUPPORT_SESSION_RECORDING: Report = Report {
    name: "SupportSessionRecording",
    kind: "reporting/support_session_recording",
    permission: Permission::Support,
    parameters: &[&LSID],
    root: None,
    run: |state, asked| file(state, asked, |record| usize::from(has_recording(record))),
};

pub(crate) const SHOW_MY_SCREEN_RECORDING: Report = Report {
    name: "ShowMyScreenRecording",
    kind: "reporting/show_my_screen_recording",
    permission: Permission::Support,
    parameters: &[&LSID, &INSTANCE],
    root: None,
    run: |state, asked| file(state, asked, |record| record.shown),
};

pub(crate) const COMMAND_SHELL_RECORDING: Report = Report {
    name: "CommandShellRecording",
    kind: "reporting/command_shell_recording",
    permission: Permission::Support,
    parameters: &[&LSID, &INSTANCE],
    root: None,
    run: |state, asked| file(state, asked, |record| record.shells),
};

/// One of so many recordings of a session.
fn file(state: &State, asked: &Asked<'_>, count: fn(&Record) -> usize) -> Outcome {
    let refused =
        |what: &str, message: &str| Err(if asked.broken(what) { Refusal::Hollow } else { Refusal::error(message) });
    let Some(record) = state.history.records.get(asked.given.must("lsid")) else {
        return refused("lsid/unknown-accepted", "There is no such session");
    };
    if record.end_s().is_none() || count(record) == 0 {
        return refused("nothing-recorded-accepted", "There is no such recording");
    }
    let instance = asked.given.integer("instance").unwrap_or_default();
    let instance = if asked.broken("instance-counted-from-one") { instance - 1 } else { instance };
    let Some(instance) = usize::try_from(instance).ok().filter(|instance| *instance < count(record)) else {
        return refused("instance/unknown-accepted", "There is no such recording");
    };
    let instance = if asked.broken("always-the-first-instance") { 0 } else { instance };
    let lsid = if asked.broken("of-another-session") { "0" } else { record.lsid.as_str() };
    let what = if asked.broken("the-same-for-all") { "video" } else { asked.report.kind };
    let told = match () {
        () if asked.broken("the-same-for-all") => "video".to_owned(),
        () => format!("{what} {lsid} {instance}"),
    };
    let name = format!("{}-{}-{instance}.mp4", asked.report.name, record.lsid);
    match () {
        () if asked.broken("recording-empty") => Ok(Product::File { media: "video/mp4", name, bytes: Vec::new() }),
        () if asked.broken("recording-as-xml") => Ok(Product::Xml(asked.list().own())),
        () => Ok(Product::File { media: "video/mp4", name, bytes: video(&told) }),
    }
}

/// A file with the head of a video and a picture nobody can watch, another for every text.
pub(crate) fn video(told: &str) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, 24];
    bytes.extend_from_slice(b"ftypmp42\0\0\0\0mp42isom");
    let length = u32::try_from(told.len() + 8).unwrap_or(8);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(b"mdat");
    bytes.extend_from_slice(told.as_bytes());
    bytes
}
