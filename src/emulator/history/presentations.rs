//! The presentations of a site, as its file tells them.
//!
//! In: tables of TOML. Out: [`Presentation`]s with everything at its instant, from the first to the last, or a
//! message that says what in the file does not hold together. No command changes them.

use super::super::site::{Happening, PastPresentation, Site};
use super::History;
use super::record::Connection;

/// Who does something in a presentation, by their position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actor {
    System,
    Presenter(usize),
    Attendee(usize),
}

/// Somebody in a presentation, with the time they were there.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) connection: Connection,
    pub(crate) from_s: i64,
    /// None while it lasts.
    pub(crate) until_s: Option<i64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) at_s: i64,
    pub(crate) kind: String,
    pub(crate) by: Actor,
    pub(crate) to: Option<Actor>,
    pub(crate) body: Option<String>,
    pub(crate) data: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Presentation {
    pub(crate) lsid: String,
    pub(crate) lseq: i64,
    pub(crate) name: String,
    pub(crate) start_s: i64,
    /// When it was over, as it should or not.
    pub(crate) over_s: Option<i64>,
    pub(crate) abnormal: bool,
    pub(crate) portal: usize,
    pub(crate) recorded: bool,
    pub(crate) presenters: Vec<(i64, Seat)>,
    pub(crate) attendees: Vec<(String, Seat)>,
    /// From the first to the last.
    pub(crate) scenes: Vec<Scene>,
}

impl Presentation {
    /// When it ended, if it ended as it should.
    pub(crate) fn end_s(&self) -> Option<i64> {
        self.over_s.filter(|_| !self.abnormal)
    }

    /// Whether there is a recording that can be had.
    pub(crate) fn has_recording(&self) -> bool {
        self.recorded && self.end_s().is_some()
    }

    /// The representative who created it.
    pub(crate) fn creator(&self) -> Option<i64> {
        self.presenters.first().map(|(rep, _)| *rep)
    }
}

impl Seat {
    /// How long somebody was there.
    pub(crate) fn seconds(&self, now_s: i64) -> i64 {
        self.until_s.unwrap_or(now_s).saturating_sub(self.from_s).max(0)
    }
}

fn actor(text: &str) -> Option<Actor> {
    match text.split_once(':') {
        None if text == "system" => Some(Actor::System),
        Some(("presenter", at)) => at.parse().ok().map(Actor::Presenter),
        Some(("attendee", at)) => at.parse().ok().map(Actor::Attendee),
        _ => None,
    }
}

/// What of the presentations does not hold together.
pub(super) fn check(site: &Site) -> Result<(), String> {
    for one in &site.past_presentations {
        let lsid = &one.lsid;
        let taken = site.past_presentations.iter().filter(|other| other.lsid == *lsid).count() > 1
            || site.past_sessions.iter().any(|session| session.lsid == *lsid)
            || site.sessions.iter().any(|session| session.lsid == *lsid);
        if taken {
            return Err(format!("presentation {lsid} has an lsid that is taken: give it another"));
        }
        if one.portal.is_some_and(|portal| portal == 0 || portal > site.portals.len()) {
            return Err(format!("presentation {lsid} has a portal that is not there: count [[portals]] from 1"));
        }
        let known = |id: i64| site.representatives.iter().any(|rep| rep.id == id);
        if let Some(presenter) = one.presenters.iter().find(|presenter| !known(presenter.rep)) {
            let id = presenter.rep;
            return Err(format!("presentation {lsid} is given by {id}: add it under [[representatives]]"));
        }
        let there = |text: &str| match actor(text) {
            Some(Actor::Presenter(at)) => at < one.presenters.len(),
            Some(Actor::Attendee(at)) => at < one.attendees.len(),
            Some(Actor::System) => true,
            None => false,
        };
        for event in &one.events {
            if !there(&event.by) || !event.to.as_deref().is_none_or(there) {
                let kind = &event.kind;
                return Err(format!("in presentation {lsid} the event {kind} names nobody who is there"));
            }
        }
    }
    Ok(())
}

/// The presentations of a site, in the order in which they began.
pub(super) fn presentations(history: &mut History, site: &Site, now_s: i64) -> Vec<Presentation> {
    let mut all: Vec<&PastPresentation> = site.past_presentations.iter().collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.began_seconds_ago));
    all.into_iter().map(|one| presentation(history, site, one, now_s)).collect()
}

fn presentation(history: &mut History, site: &Site, given: &PastPresentation, now_s: i64) -> Presentation {
    let start_s = now_s.saturating_sub(given.began_seconds_ago);
    let over_s = given.lasted_seconds.map(|lasted| start_s.saturating_add(lasted));
    let at = |second: i64| start_s.saturating_add(second);
    let until = |left: Option<i64>| left.map(at).or(over_s);
    let mut presenters = Vec::new();
    for one in &given.presenters {
        let Some(login) = history.login(one.rep, at(one.joined)) else { continue };
        let seat = Seat { connection: login.connection.clone(), from_s: at(one.joined), until_s: until(one.left) };
        presenters.push((one.rep, seat));
    }
    let mut attendees = Vec::new();
    for one in &given.attendees {
        let connection = Connection {
            gsnumber: history.gsnumber(),
            public_ip: one.public_ip.clone(),
            private_ip: one.private_ip.clone(),
            hostname: one.hostname.clone(),
            os: one.os.clone(),
        };
        attendees.push((one.name.clone(), Seat { connection, from_s: at(one.joined), until_s: until(one.left) }));
    }
    let mut made = Presentation {
        lsid: given.lsid.clone(),
        lseq: history.lseq(),
        name: given.name.clone(),
        start_s,
        over_s,
        abnormal: given.abnormal,
        portal: given.portal.unwrap_or(1).saturating_sub(1),
        recorded: given.recorded,
        presenters,
        attendees,
        scenes: Vec::new(),
    };
    made.scenes = scenes(&made, site, &given.events);
    made
}

/// Beginning, comings, goings and end, and what the file tells between them.
fn scenes(made: &Presentation, site: &Site, told: &[Happening]) -> Vec<Scene> {
    let scene = |at_s: i64, kind: &str, by: Actor| Scene {
        at_s,
        kind: kind.to_owned(),
        by,
        to: None,
        body: None,
        data: Vec::new(),
    };
    let mut all = vec![scene(made.start_s, "Session Start", Actor::System)];
    let name = |id: i64| {
        let rep = site.representatives.iter().find(|rep| rep.id == id);
        rep.map(|rep| rep.private_display_name.clone()).unwrap_or_default()
    };
    let presenters = made.presenters.iter().enumerate();
    let presenters = presenters.map(|(at, (rep, seat))| (Actor::Presenter(at), name(*rep), seat));
    let attendees = made.attendees.iter().enumerate();
    let attendees = attendees.map(|(at, (name, seat))| (Actor::Attendee(at), name.clone(), seat));
    for (who, name, seat) in presenters.chain(attendees) {
        let public_ip = seat.connection.public_ip.clone();
        let data = vec![("name".to_owned(), name), ("public_ip".to_owned(), public_ip)];
        all.push(Scene { data, ..scene(seat.from_s, "Conference Member Added", who) });
        all.extend(seat.until_s.map(|until| scene(until, "Conference Member Departed", who)));
    }
    for event in told {
        let Some(by) = actor(&event.by) else { continue };
        all.push(Scene {
            to: event.to.as_deref().and_then(actor),
            body: event.body.clone(),
            data: event.data.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            ..scene(made.start_s.saturating_add(event.at), &event.kind, by)
        });
    }
    all.extend(made.end_s().map(|end| scene(end, "Session End", Actor::System)));
    // The sort is stable: what happens in one second stands as it was told.
    all.sort_by_key(|scene| scene.at_s);
    all
}
