//! The stretch of time that a report is of: a start or an end, by date or by second, and a duration.
//!
//! In: parameters that fit their table. Out: a [`Window`], none where no edge is given, or a refusal. Dates
//! are days of UTC, a duration beside them is in days; beside a time it is in seconds, and 0 is to the present.

use super::super::clock::day;
use super::super::command::Refusal;
use super::super::command::parameters::{Parameter, Shape, optional};
use super::Asked;

/// The parameters of a window, to begin the table of a report with.
pub(crate) const WINDOW: [Parameter; 5] = [
    optional("start_date", Shape::Date),
    optional("start_time", Shape::AtLeast(0)),
    optional("end_date", Shape::Date),
    optional("end_time", Shape::AtLeast(0)),
    optional("duration", Shape::AtLeast(0)),
];

/// Which end of a session, or of whatever it is, must lie in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    Start,
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) edge: Edge,
    pub(crate) from_s: i64,
    /// The first second that is no longer in it; none is to the present.
    pub(crate) until_s: Option<i64>,
}

impl Window {
    /// The window that is asked for.
    pub(crate) fn read(asked: &Asked<'_>) -> Result<Option<Window>, Refusal> {
        let edges = ["start_date", "start_time", "end_date", "end_time"];
        let mut given = edges.iter().filter(|edge| asked.given.text(edge).is_some());
        let Some(edge) = given.next() else { return Ok(None) };
        if given.next().is_some() && asked.reads("combined-sets", "refused") {
            return Err(Refusal::error("Only one of start_date, start_time, end_date and end_time can be given"));
        }
        let value = asked.given.must(edge);
        let from_s = if edge.ends_with("date") { day(value) } else { asked.given.integer(edge) };
        let from_s = from_s.ok_or_else(|| Refusal::error(format!("The parameter {edge} is not valid")))?;
        let Some(duration) = asked.given.integer("duration") else {
            let accepted = asked.broken("duration/not-required");
            return Err(if accepted { Refusal::Hollow } else { Refusal::error("The parameter duration is missing") });
        };
        let in_days = edge.ends_with("date");
        let of_ends = edge.starts_with("end");
        let in_days = match in_days {
            true if of_ends && asked.broken("days-beside-an-end-as-seconds") => false,
            true => !asked.broken("days-as-seconds"),
            false => asked.broken("seconds-as-days"),
        };
        let from_s = if asked.broken("window-a-day-late") { from_s.saturating_add(86_400) } else { from_s };
        let ignored = duration == 0 && asked.broken(&format!("beginning-ignored/{edge}"));
        let from_s = if ignored { 0 } else { from_s };
        let length = duration.saturating_mul(if in_days { 86_400 } else { 1 });
        let until_s = match duration {
            0 if asked.broken("zero-is-nothing") => Some(from_s),
            0 if of_ends && asked.broken("zero-beside-an-end-is-nothing") => Some(from_s),
            0 => None,
            _ if asked.broken("duration-ignored") => None,
            _ if asked.broken("window-a-day-shorter") => Some(from_s.saturating_add(length).saturating_sub(86_400)),
            _ if asked.broken("window-a-day-longer") => Some(from_s.saturating_add(length).saturating_add(86_400)),
            _ => Some(from_s.saturating_add(length)),
        };
        let until_s = until_s.map(|until| until.saturating_add(i64::from(asked.reads("window-boundary", "closed"))));
        let edge = if edge.starts_with("start") { Edge::Start } else { Edge::End };
        let edge = match edge {
            Edge::End if asked.broken("end-taken-for-start") => Edge::Start,
            Edge::Start if asked.broken("start-taken-for-end") => Edge::End,
            edge => edge,
        };
        Ok(Some(Window { edge, from_s, until_s }))
    }

    /// Whether an instant lies in the window.
    pub(crate) fn holds(&self, at_s: i64) -> bool {
        at_s >= self.from_s && self.until_s.is_none_or(|until| at_s < until)
    }

    /// Whether something that began and perhaps ended lies in it. What runs has no end, and is never found by one.
    pub(crate) fn takes(&self, start_s: i64, end_s: Option<i64>) -> bool {
        match self.edge {
            Edge::Start => self.holds(start_s),
            Edge::End => end_s.is_some_and(|end| self.holds(end)),
        }
    }
}
