//! `touchmark judge --metrics`: the guide's metrics from archives in files.
//!
//! In: a state archive and the event archives after it, gzip or plain. Out: text or JSON, or which file is wrong,
//! where, and what to do.

use std::{
    fmt::Write as _,
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use super::{Failure, exit, print};
use crate::{
    decode::{
        archive::{ArchiveError, ArchiveErrorKind, Limits, events_ahead, state},
        time,
    },
    metrics::{LoggedIn, Metrics, Replay, Representative},
};

const ORDER: &str = "name a state archive and then the event archives after it, in order";

/// Counts and prints.
pub(super) fn run(files: &[PathBuf], from: Option<&str>, to: Option<&str>, json: bool) -> Result<u8, Failure> {
    let instant = |name: &str, text: Option<&str>| {
        text.map(|text| {
            time::instant(text).ok_or_else(|| {
                let says = format!("--{name} {text}: no time\n  write 2024-12-03T08:00:00Z, or seconds since 1970");
                Failure::usage(says)
            })
        })
        .transpose()
    };
    let (from, to) = (instant("from", from)?, instant("to", to)?);
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        return Err(Failure::usage(
            "--from is not before --to, so nothing lies between them\n  give two times, the earlier one first",
        ));
    }
    let metrics = count(files, from, to)?;
    if json {
        let text = serde_json::to_string_pretty(&metrics).map_err(|error| Failure::ours(error.to_string()))?;
        print(&(text + "\n"));
    } else {
        print(&to_text(&metrics));
    }
    Ok(exit::CONFORMANT)
}

fn count(files: &[PathBuf], from: Option<i64>, to: Option<i64>) -> Result<Metrics, Failure> {
    let limits = Limits::default();
    let Some((first, rest)) = files.split_first() else { return Err(Failure::usage(ORDER)) };
    let start = state(open(first)?, limits).map_err(|error| wrong(first, "no state archive", &error))?;
    if start.model.tables.is_empty() && start.other.iter().any(|name| name == "type") {
        return Err(Failure::usage(format!("{}: no state archive: it holds an event\n  {ORDER}", first.display())));
    }
    let mut replay = Replay::new(start.model, from, to);
    let mut before: Option<(i64, &Path)> = None;
    for path in rest {
        let mut begins = None;
        let read = events_ahead(open(path)?, limits, |event| {
            begins = begins.or(event.time);
            if let (Some(time), Some((earlier, name))) = (event.time, before)
                && begins == Some(time)
                && time < earlier
            {
                let other = name.display().to_string();
                return Err(event.error(ArchiveErrorKind::BeginsBefore { other }));
            }
            replay.event(event)
        });
        read.map_err(|error| wrong(path, "no event archive that can be used", &error))?;
        before = begins.map(|begins| (begins, path.as_path())).or(before);
    }
    replay.finish().map_err(|says| {
        Failure::usage(format!("{says}, so nothing can be counted\n  {ORDER}; or say the times with --from and --to"))
    })
}

fn open(path: &Path) -> Result<BufReader<File>, Failure> {
    let file = File::open(path).and_then(|file| match file.metadata()?.is_dir() {
        true => Err(std::io::Error::other("it is a folder")),
        false => Ok(file),
    });
    let file = file.map_err(|error| Failure::usage(format!("{}: {error}\n  {ORDER}", path.display())))?;
    Ok(BufReader::with_capacity(64 * 1024, file))
}

fn wrong(path: &Path, what: &str, error: &ArchiveError) -> Failure {
    Failure::usage(format!("{}: {what}: {error}\n  {ORDER}", path.display()))
}

fn to_text(metrics: &Metrics) -> String {
    let mut out = String::new();
    let mut row = |name: &str, text: String| {
        let _ = writeln!(out, "{name:<20} {text}");
    };
    row("from", at(metrics.from));
    row("to", at(metrics.to));
    row("events", metrics.events.to_string());
    if metrics.restarts > 0 {
        row("restarts", metrics.restarts.to_string());
    }
    let LoggedIn { min, max, average } = metrics.logged_in;
    row("logged in", format!("{min} to {max} representatives, {average:.2} on average"));
    row("average work time", duration(metrics.average_work_seconds));
    for (who, representative) in &metrics.representatives {
        let _ = write!(out, "\n{who}\n{}", of_one(representative));
    }
    out
}

fn of_one(one: &Representative) -> String {
    let mut out = String::new();
    let mut row = |name: &str, text: String| {
        let _ = writeln!(out, "  {name:<18} {text}");
    };
    let times = |all: &[i64]| all.iter().map(|time| at(*time)).collect::<Vec<_>>().join(", ");
    if !one.logins.is_empty() {
        row("login", times(&one.logins));
    }
    if !one.logouts.is_empty() {
        row("logout", times(&one.logouts));
    }
    let seconds = |seconds: i64| duration(seconds as f64);
    row("logged in", seconds(one.logged_in_seconds));
    row("connected", seconds(one.connected_seconds));
    let sessions = if one.sessions_worked_in == 1 { "session" } else { "sessions" };
    let average = duration(one.average_work_seconds);
    row(
        "work",
        format!("{} in {} {sessions}, {average} on average", seconds(one.work_seconds), one.sessions_worked_in),
    );
    row("active", seconds(one.active_seconds));
    row("without a session", seconds(one.without_session_seconds));
    for (sessions, time) in &one.concurrent_seconds {
        row(&format!("in {sessions} at once"), seconds(*time));
    }
    row("auto assign", seconds(one.auto_assign_seconds));
    row("available", seconds(one.available_seconds));
    row("idle", seconds(one.idle_seconds));
    row("customer lost", seconds(one.waiting_seconds));
    out
}

/// Hours, minutes and seconds.
fn duration(seconds: f64) -> String {
    let whole = seconds.round() as i64;
    format!("{}:{:02}:{:02}", whole / 3_600, whole % 3_600 / 60, whole % 60)
}

fn at(epoch_s: i64) -> String {
    let of_day = epoch_s.rem_euclid(86_400);
    format!("{}T{:02}:{:02}:{:02}Z", time::date(epoch_s), of_day / 3_600, of_day % 3_600 / 60, of_day % 60)
}
