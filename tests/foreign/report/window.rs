//! In: the parameters that choose items of a report. Out: a test for a moment, or the lsids asked for.
//! Never: guesses a bound that was not given.

use crate::foreign::civil::{DAY, parse_date};
use crate::foreign::wire::{Fault, Parameters};

/// A span of time: from its first second to before its last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// Whether it is about when things ended; what has not ended is not in it then.
    pub(crate) by_end: bool,
}

/// Items by time, or by name.
pub(crate) enum Choice {
    Window(Window),
    Lsids(Vec<String>),
}

impl Window {
    pub(crate) fn holds(&self, start: i64, end: Option<i64>) -> bool {
        let at = if self.by_end { end } else { Some(start) };
        at.is_some_and(|at| (self.from..self.to).contains(&at))
    }
}

/// A window (p. 82). A duration counts days beside a date and seconds beside a time, and 0 reaches until now. Where a
/// date and a time of the same kind are both given, the time counts; a start and an end exclude each other.
pub(crate) fn window(parameters: &Parameters, now: i64, ends: bool) -> Result<Window, Fault> {
    let given = |name: &str| parameters.raw(name).is_some();
    let (by_start, by_end) = (given("start_date") || given("start_time"), given("end_date") || given("end_time"));
    if by_start && by_end {
        return Err("Un début et une fin ne vont pas ensemble.".to_owned());
    }
    if by_end && !ends || !by_start && !by_end {
        return Err("Il manque une date ou une heure.".to_owned());
    }
    let (date, time) = if by_end { ("end_date", "end_time") } else { ("start_date", "start_time") };
    let day = match parameters.raw(date) {
        Some(text) => Some(parse_date(text).ok_or_else(|| format!("Date incorrecte : {text}"))?),
        None => None,
    };
    let moment = parameters.number(time, 0, i64::MAX / 4)?;
    parameters.need("duration")?;
    let duration = parameters.number("duration", 0, i64::from(u32::MAX) * 100)?.unwrap_or(0);
    let unit = if moment.is_some() { 1 } else { DAY };
    let from = moment.or(day).unwrap_or(now);
    // What happens in this very second is part of the present.
    let to = if duration == 0 { now + 1 } else { from + duration * unit };
    Ok(Window { from, to, by_end })
}

/// A window, one lsid or several (p. 82). Names go before times.
pub(crate) fn choice(parameters: &Parameters, now: i64) -> Result<Choice, Fault> {
    if parameters.raw("lsid").is_none() && parameters.raw("lsids").is_none() {
        return window(parameters, now, true).map(Choice::Window);
    }
    let name = if parameters.raw("lsid").is_some() { "lsid" } else { "lsids" };
    let text = parameters.need(name)?;
    let lsids: Vec<String> = match name {
        "lsid" => vec![text.trim().to_owned()],
        _ => text.split(',').map(|lsid| lsid.trim().to_owned()).collect(),
    };
    match lsids.iter().find(|lsid| lsid.len() != 32 || !lsid.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        Some(odd) => Err(format!("Identifiant de session incorrect : {odd}")),
        None => Ok(Choice::Lsids(lsids)),
    }
}

impl Choice {
    pub(crate) fn holds(&self, lsid: &str, start: i64, end: Option<i64>) -> bool {
        match self {
            Choice::Window(window) => window.holds(start, end),
            Choice::Lsids(lsids) => lsids.iter().any(|wanted| wanted.eq_ignore_ascii_case(lsid)),
        }
    }
}
