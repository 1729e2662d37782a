//! In: nothing but the first time it is asked about. Out: everything that happened and is happening on the site, to look at.
//! Never: formats an answer; what changes the state is in `ops`.

use std::collections::BTreeMap;

use crate::foreign::journal::Journal;
use crate::foreign::site::{self, Rep};

/// Where a session waits or is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queue {
    General,
    Rep(u32),
    Team(u32),
}

/// Who did something, or to whom it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    System,
    Customer,
    Rep(u32),
    Attendee(usize),
}

/// An event of a session, a presentation or a team.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) at: i64,
    pub(crate) kind: &'static str,
    pub(crate) by: Who,
    pub(crate) to: Option<Who>,
    pub(crate) body: String,
    pub(crate) files: Vec<(String, i64)>,
    pub(crate) data: Vec<(String, String)>,
    /// The API account behind a chat message (p. 23).
    pub(crate) account: Option<String>,
}

impl Event {
    pub(crate) fn new(at: i64, kind: &'static str, by: Who) -> Event {
        let (body, files, data) = (String::new(), Vec::new(), Vec::new());
        Event { at, kind, by, to: None, body, files, data, account: None }
    }
}

/// A representative console while it is logged in.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) rep: u32,
    pub(crate) gs: u32,
    pub(crate) from: i64,
    pub(crate) to: Option<i64>,
    pub(crate) client: u64,
    pub(crate) row: u64,
    pub(crate) queue_row: u64,
    pub(crate) team_rows: Vec<u64>,
    pub(crate) status: &'static str,
}

/// A representative's time in a session.
#[derive(Clone, Debug)]
pub(crate) struct Stay {
    pub(crate) rep: u32,
    pub(crate) gs: u32,
    pub(crate) from: i64,
    pub(crate) to: Option<i64>,
    pub(crate) owned: bool,
    pub(crate) row: u64,
    pub(crate) tools: Vec<u64>,
}

/// The person who asked for support, and their machine.
#[derive(Clone, Debug, Default)]
pub(crate) struct Customer {
    pub(crate) name: String,
    pub(crate) company: String,
    pub(crate) company_code: String,
    pub(crate) details: String,
    pub(crate) public_ip: String,
    pub(crate) private_ip: String,
    pub(crate) host: String,
    pub(crate) os: String,
    /// A `client_type` of p. 119.
    pub(crate) kind: &'static str,
    pub(crate) here: bool,
    pub(crate) gs: u32,
    pub(crate) client: u64,
    pub(crate) row: u64,
}

/// Answers of an exit survey: the question's id, and what was chosen or written.
pub(crate) type Survey = Vec<(u32, Vec<String>)>;

/// A support session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) lsid: String,
    pub(crate) lseq: u64,
    pub(crate) start: i64,
    pub(crate) end: Option<i64>,
    pub(crate) site: u32,
    pub(crate) jumpoint: Option<u32>,
    /// A `start_method` of p. 124.
    pub(crate) method: &'static str,
    /// Values of custom attributes by code name, the external key among them, and the rows of the model.
    pub(crate) attributes: BTreeMap<String, (String, u64)>,
    pub(crate) skill_rows: Vec<u64>,
    pub(crate) issue: Option<u32>,
    pub(crate) customer: Customer,
    pub(crate) queue: Queue,
    pub(crate) owner: Option<u32>,
    pub(crate) last_owner: Option<u32>,
    pub(crate) teams: Vec<u32>,
    pub(crate) stays: Vec<Stay>,
    pub(crate) events: Vec<Event>,
    pub(crate) shared_screen: bool,
    pub(crate) shells: u32,
    pub(crate) showings: u32,
    pub(crate) customer_survey: Option<Survey>,
    pub(crate) rep_survey: Option<Survey>,
    pub(crate) row: u64,
}

impl Session {
    pub(crate) fn external_key(&self) -> &str {
        self.attributes.get("external_key").map_or("", |(value, _)| value)
    }

    pub(crate) fn has(&self, rep: u32) -> bool {
        self.end.is_none() && self.stays.iter().any(|stay| stay.rep == rep && stay.to.is_none())
    }

    /// Whether it was ever this representative's own.
    pub(crate) fn owned_by(&self, rep: u32) -> bool {
        self.stays.iter().any(|stay| stay.rep == rep && stay.owned)
    }

    /// Until its end, or until now.
    pub(crate) fn seconds(&self, now: i64) -> i64 {
        self.end.unwrap_or(now) - self.start
    }

    pub(crate) fn count(&self, kinds: &[&str]) -> usize {
        self.events.iter().filter(|event| kinds.contains(&event.kind)).count()
    }
}

/// Somebody who watches a presentation.
#[derive(Clone, Debug)]
pub(crate) struct Attendee {
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) os: String,
    pub(crate) public_ip: String,
    pub(crate) private_ip: String,
    pub(crate) gs: u32,
    pub(crate) client: u64,
    pub(crate) row: u64,
    pub(crate) from: i64,
    pub(crate) to: Option<i64>,
}

/// A presentation of one representative.
#[derive(Clone, Debug)]
pub(crate) struct Presentation {
    pub(crate) lsid: String,
    pub(crate) lseq: u64,
    pub(crate) start: i64,
    pub(crate) end: Option<i64>,
    pub(crate) rep: u32,
    pub(crate) gs: u32,
    pub(crate) attendees: Vec<Attendee>,
    pub(crate) events: Vec<Event>,
    pub(crate) shown: bool,
    pub(crate) row: u64,
    pub(crate) presenter_row: u64,
}

/// A session key and what it carries into a session.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) short: String,
    pub(crate) long: String,
    pub(crate) expires: i64,
    pub(crate) queue: Queue,
    pub(crate) issue: Option<u32>,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) priority: Option<i64>,
    pub(crate) skills: Option<Vec<String>>,
}

/// An event of a Vault account (p. 139).
#[derive(Clone, Debug)]
pub(crate) struct VaultEvent {
    pub(crate) at: i64,
    pub(crate) account: u32,
    pub(crate) kind: &'static str,
    /// Type, id and name of who did it.
    pub(crate) by: (&'static str, String, String),
    pub(crate) data: String,
}

/// Licences in use at a peak: through logins, and through extended availability (p. 137).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peak {
    pub(crate) at: i64,
    pub(crate) login: u32,
    pub(crate) extended: u32,
}

/// The site with its past and present.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) host: String,
    /// When the processes started: the model's first moment.
    pub(crate) booted: i64,
    pub(crate) connections: Vec<Connection>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) presentations: Vec<Presentation>,
    pub(crate) team_events: Vec<(u32, Event)>,
    pub(crate) vault: Vec<VaultEvent>,
    pub(crate) peaks: Vec<Peak>,
    pub(crate) keys: Vec<Key>,
    pub(crate) shortcuts: Vec<(&'static str, String)>,
    pub(crate) backup_role: bool,
    pub(crate) synced: i64,
    pub(crate) journal: Journal,
    pub(crate) team_rows: BTreeMap<u32, u64>,
    pub(crate) general_row: u64,
    pub(crate) drawn: u64,
    pub(crate) drawn_gs: u32,
}

impl World {
    /// The next number; no two rows, clients or sessions share one.
    pub(crate) fn draw(&mut self) -> u64 {
        self.drawn += 1;
        self.drawn
    }

    pub(crate) fn draw_gs(&mut self) -> u32 {
        self.drawn_gs += 1;
        self.drawn_gs
    }

    /// Thirty-two hexadecimal digits that nobody could guess the neighbours of, yet the same in every run.
    pub(crate) fn draw_hex(&mut self) -> String {
        let number = self.draw();
        format!("{:016x}{:016x}", scatter(number), scatter(number ^ 0x5bd1_e995_0000_0000))
    }

    /// The console that a representative had at a moment.
    pub(crate) fn console(&self, rep: u32, at: i64) -> Option<&Connection> {
        let covers = |console: &&Connection| console.from <= at && console.to.is_none_or(|to| to > at);
        self.connections.iter().rev().filter(|console| console.rep == rep).find(covers)
    }

    /// Those who are logged in now, in the order in which they came.
    pub(crate) fn consoles(&self) -> impl Iterator<Item = (&Connection, &'static Rep)> {
        let live = self.connections.iter().filter(|console| console.to.is_none());
        live.filter_map(|console| Some((console, site::rep(console.rep)?)))
    }

    pub(crate) fn logged_in(&self, rep: u32) -> bool {
        self.consoles().any(|(console, _)| console.rep == rep)
    }

    pub(crate) fn session(&self, lsid: &str) -> Option<usize> {
        self.sessions.iter().position(|session| session.lsid == lsid)
    }

    pub(crate) fn active(&self) -> impl Iterator<Item = &Session> {
        self.sessions.iter().filter(|session| session.end.is_none())
    }

    /// Sessions that wait in a team's queue.
    pub(crate) fn waiting(&self, team: u32) -> usize {
        self.active().filter(|session| session.queue == Queue::Team(team) && session.owner.is_none()).count()
    }

    pub(crate) fn presenting(&self, rep: u32) -> usize {
        self.presentations.iter().filter(|show| show.end.is_none() && show.rep == rep).count()
    }

    pub(crate) fn supporting(&self, rep: u32) -> usize {
        self.active().filter(|session| session.has(rep)).count()
    }

    /// A key that still opens sessions.
    pub(crate) fn key(&self, code: &str, now: i64) -> Option<&Key> {
        self.keys.iter().find(|key| (key.short == code || key.long == code) && now < key.expires)
    }

    /// The public site of a request's host; the default one when no other has that name (p. 69).
    pub(crate) fn site_of(&self, host: &str) -> u32 {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let sites = site::public_sites(&self.host);
        sites.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(name)).map_or(1, |(id, ..)| *id)
    }

    pub(crate) fn site_name(&self, id: u32) -> &'static str {
        site::public_sites(&self.host).iter().find(|(known, ..)| *known == id).map_or("", |(.., name)| name)
    }
}

/// Spreads a counter over 64 bits (the finaliser of SplitMix64).
pub(crate) fn scatter(number: u64) -> u64 {
    let mut word = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x1234_5678_9abc_def1);
    word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
}
