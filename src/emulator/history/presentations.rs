//! The presentations of a site, as its file tells them (pp. 98-106), and as the reports know them.
//!
//! In: tables of TOML. Out: presentations, with everything at its instant before the emulator starts, or a
//! message that says what in the file does not hold together.

use serde::Deserialize;

use super::super::site::Site;
use super::lines::{self, Deed, Line, Person};
use super::record::Connection;
use super::{History, details};

/// A presentation that is over or runs when the emulator starts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastPresentation {
    /// The logging session id.
    pub lsid: String,
    /// The name.
    pub name: String,
    /// How long ago it began when the emulator starts.
    pub began_seconds_ago: i64,
    /// How long it lasted; without it, it runs.
    pub lasted_seconds: Option<i64>,
    /// The position of its public site among the portals, from 1.
    pub portal: Option<usize>,
    /// The team that it is of.
    pub team: Option<i64>,
    /// Whether it was recorded.
    #[serde(default)]
    pub recorded: bool,
    /// Whether the presenter showed the screen.
    #[serde(default)]
    pub shown: bool,
    /// Who presented.
    #[serde(default)]
    pub presenters: Vec<PastPresenter>,
    /// Who attended.
    #[serde(default)]
    pub attendees: Vec<PastAttendee>,
    /// What happened: `60 chat 5 Hello`, `90 file 5 Files Shared=2048 slides.pdf`. `customer` is the first attendee.
    #[serde(default)]
    pub events: Vec<String>,
}

/// A representative of a presentation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastPresenter {
    /// The user id.
    pub rep: i64,
    /// The second of the presentation at which the representative came.
    #[serde(default)]
    pub from: i64,
    /// The second at which the representative went; the end without it.
    pub until: Option<i64>,
}

/// An attendee of a presentation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastAttendee {
    /// The name.
    pub name: String,
    /// The second of the presentation at which the attendee came.
    pub from: i64,
    /// The second at which the attendee went; the end without it.
    pub until: Option<i64>,
    /// The hostname of the computer.
    pub hostname: String,
    /// The operating system.
    pub os: String,
    /// The public IP address.
    pub public_ip: String,
    /// The private IP address.
    pub private_ip: String,
}

/// Somebody in a presentation.
#[derive(Clone, Debug)]
pub(crate) struct Guest {
    /// The representative; none for an attendee.
    pub(crate) rep: Option<i64>,
    pub(crate) name: String,
    pub(crate) connection: Connection,
    pub(crate) from_s: i64,
    pub(crate) until_s: Option<i64>,
    /// What is told when they come.
    pub(crate) details: Vec<(String, String)>,
}

/// Something that was said or shared.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) at_s: i64,
    /// The index of a guest.
    pub(crate) by: usize,
    pub(crate) deed: Deed,
}

#[derive(Clone, Debug)]
pub(crate) struct Presentation {
    pub(crate) lsid: String,
    pub(crate) lseq: i64,
    pub(crate) name: String,
    pub(crate) start_s: i64,
    pub(crate) end_s: Option<i64>,
    pub(crate) portal: usize,
    pub(crate) team: Option<i64>,
    pub(crate) recorded: bool,
    pub(crate) shown: bool,
    /// Presenters first, then attendees.
    pub(crate) guests: Vec<Guest>,
    pub(crate) said: Vec<Said>,
}

impl Presentation {
    /// Whether there is a recording that can be had.
    pub(crate) fn has_recording(&self) -> bool {
        self.recorded && self.shown && self.end_s.is_some()
    }

    pub(crate) fn presenters(&self) -> impl Iterator<Item = &Guest> {
        self.guests.iter().filter(|guest| guest.rep.is_some())
    }

    pub(crate) fn attendees(&self) -> impl Iterator<Item = &Guest> {
        self.guests.iter().filter(|guest| guest.rep.is_none())
    }
}

impl Guest {
    /// How long the guest was there.
    pub(crate) fn seconds(&self, now_s: i64) -> i64 {
        self.until_s.unwrap_or(now_s).saturating_sub(self.from_s).max(0)
    }
}

/// The presentations of a site that starts now, in the order in which they began.
pub(super) fn presentations(history: &mut History, site: &Site, now_s: i64) -> Vec<Presentation> {
    let mut told: Vec<&PastPresentation> = site.presentations.iter().collect();
    told.sort_by_key(|one| std::cmp::Reverse(one.began_seconds_ago));
    told.into_iter().map(|one| presentation(history, site, one, now_s)).collect()
}

fn presentation(history: &mut History, site: &Site, told: &PastPresentation, now_s: i64) -> Presentation {
    let start_s = now_s.saturating_sub(told.began_seconds_ago);
    let end_s = told.lasted_seconds.map(|lasted| start_s.saturating_add(lasted));
    let at = |second: i64| start_s.saturating_add(second);
    let mut guests: Vec<Guest> = Vec::new();
    for presenter in &told.presenters {
        let from_s = at(presenter.from);
        let Some(login) = history.login(presenter.rep, from_s) else { continue };
        guests.push(Guest {
            rep: Some(presenter.rep),
            name: rep_name(site, presenter.rep),
            connection: login.connection.clone(),
            from_s,
            until_s: presenter.until.map(at).or(end_s),
            details: details(site, login),
        });
    }
    for attendee in &told.attendees {
        let connection = Connection {
            gsnumber: history.gsnumber(),
            public_ip: attendee.public_ip.clone(),
            private_ip: attendee.private_ip.clone(),
            hostname: attendee.hostname.clone(),
            os: attendee.os.clone(),
        };
        let details = vec![("name".to_owned(), attendee.name.clone())];
        let (from_s, until_s) = (at(attendee.from), attendee.until.map(at).or(end_s));
        guests.push(Guest { rep: None, name: attendee.name.clone(), connection, from_s, until_s, details });
    }
    let said = told.events.iter().filter_map(|text| lines::read(text).ok());
    let said = said.filter_map(|line| said_by(&guests, start_s, line)).collect();
    Presentation {
        lsid: told.lsid.clone(),
        lseq: history.lseq(),
        name: told.name.clone(),
        start_s,
        end_s,
        portal: told.portal.unwrap_or(1).saturating_sub(1),
        team: told.team,
        recorded: told.recorded,
        shown: told.shown,
        guests,
        said,
    }
}

fn said_by(guests: &[Guest], start_s: i64, line: Line) -> Option<Said> {
    let by = match line.who {
        Person::Rep(rep) => guests.iter().position(|guest| guest.rep == Some(rep))?,
        Person::Customer => guests.iter().position(|guest| guest.rep.is_none())?,
        Person::System => return None,
    };
    Some(Said { at_s: start_s.saturating_add(line.at_s), by, deed: line.deed })
}

fn rep_name(site: &Site, id: i64) -> String {
    let rep = site.representatives.iter().find(|rep| rep.id == id);
    rep.map(|rep| rep.private_display_name.clone()).unwrap_or_default()
}

/// What of a site's presentations does not hold together.
pub(super) fn check(site: &Site) -> Result<(), String> {
    for one in &site.presentations {
        let lsid = &one.lsid;
        let twice = site.presentations.iter().filter(|other| other.lsid == *lsid).count() > 1
            || site.past_sessions.iter().any(|session| session.lsid == *lsid)
            || site.sessions.iter().any(|session| session.lsid == *lsid);
        if twice {
            return Err(format!("the presentation {lsid} shares its lsid: give it another"));
        }
        if one.portal.is_some_and(|portal| portal == 0 || portal > site.portals.len()) {
            return Err(format!("presentation {lsid} has a portal that is not there: count [[portals]] from 1"));
        }
        if one.team.is_some_and(|id| !site.teams.iter().any(|team| team.id == id)) {
            return Err(format!("presentation {lsid} is of a team that is not there: add it under [[teams]]"));
        }
        let known = |id: i64| site.representatives.iter().any(|rep| rep.id == id);
        if let Some(presenter) = one.presenters.iter().find(|presenter| !known(presenter.rep)) {
            return Err(format!(
                "presentation {lsid} is presented by {}: add the representative or take it out",
                presenter.rep
            ));
        }
        for text in &one.events {
            let line = lines::read(text).map_err(|fault| format!("in presentation {lsid} {fault}"))?;
            if !matches!(line.deed, Deed::Chat(_) | Deed::File { .. }) {
                return Err(format!("in presentation {lsid} the event `{text}` is neither chat nor file"));
            }
        }
    }
    Ok(())
}
