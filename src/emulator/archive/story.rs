//! What happened, in the order in which it did: the history of the site as a list of facts.
//!
//! In: the history, and up to which instant it is wanted. Out: facts. A fact depends on nothing that happens after
//! it, so that an archive never changes once it is made.

use super::super::history::{Actor, End, Event, History, Login, Presentation, Record, Scene, Who};
use super::activity::{ROUND_S, STEPS, TURN_S};
use super::events::{EVENTS, PRESENTATION_EVENTS};

/// Whose queue a session is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Prewait,
    Team(i64),
    Rep(i64),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum What<'a> {
    Restart,
    LogIn(&'a Login),
    LogOut(&'a Login),
    Start(&'a Record),
    Join(&'a Record, i64),
    Move(&'a Record, Place),
    Leave(&'a Record, i64),
    CustomerGone(&'a Record),
    End(&'a Record),
    /// A step of the work on a session.
    Step(&'a Record, usize),
    /// An event of the list, and how often it was reported before.
    Tell(&'a Record, usize, i64),
    /// What the history knows of a session.
    Known(&'a Record, &'a Event),
    Begin(&'a Presentation),
    Come(&'a Presentation, Actor),
    Go(&'a Presentation, Actor),
    /// The screen is shown no more, or again.
    Show(&'a Presentation, bool),
    /// Attendees lose their connection, or have it again.
    Connect(&'a Presentation, bool),
    Announce(&'a Presentation, usize, i64),
    /// A message that the history knows.
    Said(&'a Presentation, &'a Scene),
    Over(&'a Presentation),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Fact<'a> {
    pub(super) at_s: i64,
    pub(super) what: What<'a>,
}

impl What<'_> {
    /// What comes first in the same second.
    fn rank(&self) -> u8 {
        match self {
            What::Restart => 0,
            What::LogIn(_) => 1,
            What::Start(_) | What::Begin(_) => 2,
            What::Join(..) | What::Come(..) => 3,
            What::Move(..) => 4,
            What::Step(..) | What::Show(..) | What::Connect(..) => 5,
            What::Tell(..) | What::Known(..) | What::Announce(..) | What::Said(..) => 6,
            What::Leave(..) | What::Go(..) | What::CustomerGone(_) => 7,
            What::End(_) | What::Over(_) => 8,
            What::LogOut(_) => 9,
        }
    }
}

/// How long after the beginning of a session the work on it begins.
const WORK_AFTER_S: i64 = 20;
/// In one round of so many the screen of a presentation is not shown for a while.
const SHOWN_ROUNDS: i64 = 12;
/// How long before the emulator's start the work on sessions is reported.
const WORK_S: i64 = 14 * 86_400;

/// From which instant on what is reported.
#[derive(Clone, Copy, Debug)]
struct Span {
    /// Work on sessions, which is the same whatever is asked for.
    work_from_s: i64,
    /// Events that change nothing.
    told_from_s: i64,
    until_s: i64,
}

/// Everything before `until_s`. Events that change nothing in the model are left out before `told_from_s`.
pub(super) fn facts(history: &History, told_from_s: i64, until_s: i64) -> Vec<Fact<'_>> {
    let mut all: Vec<Fact<'_>> = Vec::new();
    all.extend(history.restarts_s.iter().map(|at_s| Fact { at_s: *at_s, what: What::Restart }));
    for login in &history.logins {
        all.push(Fact { at_s: login.from_s, what: What::LogIn(login) });
        all.extend(login.until_s.map(|at_s| Fact { at_s, what: What::LogOut(login) }));
    }
    let span = Span { work_from_s: history.started_s.saturating_sub(WORK_S), told_from_s, until_s };
    for record in history.sessions() {
        session(&mut all, record, span);
    }
    for one in &history.presentations {
        presentation(&mut all, one, span);
    }
    all.retain(|fact| fact.at_s < until_s);
    all.sort_by_key(|fact| (fact.at_s, fact.what.rank()));
    all
}

fn session<'a>(all: &mut Vec<Fact<'a>>, record: &'a Record, span: Span) {
    let mut add = |at_s: i64, what: What<'a>| all.push(Fact { at_s, what });
    add(record.start_s, What::Start(record));
    for member in &record.members {
        for (from_s, until) in &member.spans {
            add(*from_s, What::Join(record, member.rep));
            if let Some(at_s) = until {
                add(*at_s, What::Leave(record, member.rep));
            }
        }
    }
    for event in &record.events {
        match (event.kind.as_str(), event.by) {
            ("Conference Owner Changed", _) => {
                let owner = event.data.iter().find(|(name, _)| name == "owner").map(|(_, owner)| owner.as_str());
                if let Some(place) = owner.and_then(place) {
                    add(event.at_s, What::Move(record, place));
                }
            }
            ("Conference Member Departed", Who::Customer) => add(event.at_s, What::CustomerGone(record)),
            ("Chat Message" | "Customer Exit Survey" | "Representative Exit Survey", _)
                if event.at_s >= span.told_from_s =>
            {
                add(event.at_s, What::Known(record, event));
            }
            _ => {}
        }
    }
    let end_s = match record.end {
        End::Running => None,
        End::Ended(at_s) | End::Lost(at_s) => Some(at_s),
    };
    if let Some(at_s) = end_s {
        add(at_s, What::End(record));
    }
    let until_s = end_s.unwrap_or(span.until_s).min(span.until_s);
    for (step, (offset, _)) in STEPS.iter().enumerate() {
        for (_, at_s) in
            turns(record.start_s.saturating_add(WORK_AFTER_S + *offset), ROUND_S, span.work_from_s, until_s)
        {
            add(at_s, What::Step(record, step));
        }
    }
    let spacing = TURN_S / (EVENTS.len() as i64 + 1);
    for kind in 0..EVENTS.len() {
        for (round, at_s) in
            turns(record.start_s.saturating_add(10 + kind as i64 * spacing), TURN_S, span.told_from_s, until_s)
        {
            add(at_s, What::Tell(record, kind, round));
        }
    }
}

/// `rep:5` or `team:1`.
fn place(owner: &str) -> Option<Place> {
    match owner.split_once(':')? {
        ("rep", id) => id.parse().ok().map(Place::Rep),
        ("team", id) => id.parse().ok().map(Place::Team),
        _ => None,
    }
}

/// The instants of something that happens every so many seconds, with how often it did before.
fn turns(first_s: i64, every_s: i64, from_s: i64, until_s: i64) -> impl Iterator<Item = (i64, i64)> {
    let skipped = from_s.saturating_sub(first_s).max(0).saturating_add(every_s - 1) / every_s;
    let at = move |round: i64| first_s.saturating_add(round.saturating_mul(every_s));
    (skipped..).map(move |round| (round, at(round))).take_while(move |(_, at_s)| *at_s < until_s)
}

fn presentation<'a>(all: &mut Vec<Fact<'a>>, one: &'a Presentation, span: Span) {
    let mut add = |at_s: i64, what: What<'a>| all.push(Fact { at_s, what });
    add(one.start_s, What::Begin(one));
    let presenters = one.presenters.iter().enumerate().map(|(at, (_, seat))| (Actor::Presenter(at), seat));
    let attendees = one.attendees.iter().enumerate().map(|(at, (_, seat))| (Actor::Attendee(at), seat));
    for (guest, seat) in presenters.chain(attendees) {
        add(seat.from_s, What::Come(one, guest));
        if let Some(at_s) = seat.until_s {
            add(at_s, What::Go(one, guest));
        }
    }
    if let Some(at_s) = one.over_s {
        add(at_s, What::Over(one));
    }
    for scene in &one.scenes {
        if scene.at_s >= span.told_from_s && scene.kind == "Chat Message" {
            add(scene.at_s, What::Said(one, scene));
        }
    }
    let until_s = one.over_s.unwrap_or(span.until_s).min(span.until_s);
    let connections = [(900, What::Connect(one, false)), (960, What::Connect(one, true))];
    let screens = [(450, What::Show(one, false)), (620, What::Show(one, true))];
    for (offset, what) in connections.into_iter().chain(screens) {
        for (round, at_s) in turns(one.start_s.saturating_add(offset), ROUND_S, span.work_from_s, until_s) {
            if matches!(what, What::Connect(..)) || round % SHOWN_ROUNDS == 1 {
                add(at_s, what);
            }
        }
    }
    for kind in 0..PRESENTATION_EVENTS.len() {
        for (round, at_s) in
            turns(one.start_s.saturating_add(70 + kind as i64 * 150), TURN_S, span.told_from_s, until_s)
        {
            add(at_s, What::Announce(one, kind, round));
        }
    }
}
