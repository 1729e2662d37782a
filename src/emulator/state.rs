//! What is going on at the site right now.
//!
//! In: a [`Site`] and the time. Out: the same people, teams and sessions, alive: sessions come, move and
//! end, keys are made and used. Nothing here knows of requests or answers.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::command::sequences::Memory;
use super::configuration::Beginning;
use super::history::History;
pub(crate) use super::history::Queue;
use super::site::{self, Representative, Site, Team};

/// Lists that only ever grow are cut to their latest entries, so that a long run stays small.
const KEPT_MAX: usize = 10_000;

#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) hostname: String,
    pub(crate) platform: String,
    pub(crate) platform_id: String,
    pub(crate) timezone_offset: i64,
    pub(crate) private_ip: String,
    pub(crate) since_s: i64,
    /// Each with its unix time, from the first to the last.
    pub(crate) events: Vec<(i64, String)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub(crate) name: String,
    pub(crate) non_interactive: Option<String>,
    /// Of the front-end survey: company, company code, issue, details.
    pub(crate) info: [String; 4],
    pub(crate) client: Client,
}

/// A chat message as the log of a session or team keeps it (p. 22).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatLine {
    /// Who it appears to come from: `system`, `customer`, or `rep:ID`.
    pub from: String,
    /// The representative it is private to.
    pub to_rep: Option<i64>,
    /// The message with its BBCode.
    pub body: String,
    /// When it was sent, as given or as it came.
    pub sent_s: i64,
    /// The API account that sent it.
    pub account: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) lsid: String,
    pub(crate) queue: Queue,
    pub(crate) representatives: Vec<i64>,
    pub(crate) customer: Option<Customer>,
    /// The external key and custom fields by code name; a cleared one is empty.
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) priority: Option<i64>,
    pub(crate) skills: Vec<String>,
    pub(crate) locale: Option<String>,
    /// The position of its public site.
    pub(crate) portal: usize,
    pub(crate) chat: Vec<ChatLine>,
    /// The queues that it has left, in their order.
    pub(crate) passed: Vec<Queue>,
    /// Code names of the attributes that it has from its key.
    pub(crate) from_key: Vec<String>,
    /// A defect: its customer is connected, and no command finds it.
    pub(crate) lost: bool,
    pub(crate) ended: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct SessionKey {
    pub(crate) short_key: String,
    pub(crate) queue: Queue,
    pub(crate) expires_s: i64,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) priority: Option<i64>,
    pub(crate) skills: Vec<String>,
    pub(crate) used: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Shortcut {
    pub(crate) variant: &'static str,
    pub(crate) values: BTreeMap<&'static str, String>,
}

#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) site: Site,
    pub(crate) consoles: BTreeMap<i64, Client>,
    pub(crate) agents: Vec<(String, Client)>,
    pub(crate) attendees: Vec<(String, Client)>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) keys: Vec<SessionKey>,
    pub(crate) shortcuts: Vec<Shortcut>,
    pub(crate) team_chat: BTreeMap<i64, Vec<ChatLine>>,
    pub(crate) last_data_sync_s: Option<i64>,
    /// The failover role that each appliance had at the start, for a defect.
    pub(crate) first_roles: Vec<String>,
    /// The last ttl that was asked for, for a defect.
    pub(crate) asked_ttl: Option<i64>,
    /// What is remembered for defects of several commands.
    pub(crate) memory: Memory,
    /// What the reports tell.
    pub(crate) history: History,
    /// What the Configuration API shows.
    pub(crate) configuration: Beginning,
    next_client: u64,
    made: u64,
    started_s: i64,
}

impl State {
    pub(crate) fn new(site: Site, configuration: Beginning, now_s: i64) -> State {
        let reps = site.representatives.iter();
        let consoles = reps.filter_map(|rep| Some((rep.id, alive(rep.client.as_ref()?, now_s)))).collect();
        let agents = site.jumpoints.iter();
        let agents = agents.filter_map(|one| Some((one.name.clone(), alive(one.client.as_ref()?, now_s)))).collect();
        let attendees = site.attendees.iter().map(|one| (one.name.clone(), alive(&one.client, now_s))).collect();
        let sessions = site.sessions.iter().map(|session| running(session, now_s)).collect();
        let last_data_sync_s = site.health.last_data_sync_seconds_ago.map(|ago| now_s.saturating_sub(ago));
        let over = |short_key: &String| expired(short_key, now_s);
        let keys = site.expired_keys.iter().map(over).collect();
        let first_roles = site.appliances.iter().map(|appliance| appliance.failover_role.clone()).collect();
        let history = History::new(&site, now_s);
        let mut state = State {
            site,
            history,
            configuration,
            consoles,
            agents,
            attendees,
            sessions,
            keys,
            shortcuts: Vec::new(),
            team_chat: BTreeMap::new(),
            last_data_sync_s,
            first_roles,
            asked_ttl: None,
            memory: Memory::default(),
            next_client: 1000,
            made: 0,
            started_s: now_s,
        };
        state.follow(now_s);
        state
    }

    pub(crate) fn rep(&self, id: i64) -> Option<&Representative> {
        self.site.representatives.iter().find(|rep| rep.id == id)
    }

    /// The same, unless the account was deleted.
    pub(crate) fn present(&self, id: i64) -> Option<&Representative> {
        self.rep(id).filter(|rep| !rep.gone)
    }

    /// The only representative of that username; none if there are two.
    pub(crate) fn rep_named(&self, username: &str) -> Option<&Representative> {
        let mut named = self.site.representatives.iter().filter(|rep| rep.username == username && !rep.gone);
        named.next().filter(|_| named.next().is_none())
    }

    pub(crate) fn logged_in(&self, id: i64) -> bool {
        self.consoles.contains_key(&id)
    }

    pub(crate) fn team(&self, id: i64) -> Option<&Team> {
        self.site.teams.iter().find(|team| team.id == id)
    }

    /// The team of the issue.
    pub(crate) fn team_of_issue(&self, code_name: &str) -> Option<&Team> {
        self.site.teams.iter().find(|team| team.issues.iter().any(|issue| issue.code_name == code_name))
    }

    /// A session that is running.
    pub(crate) fn session(&mut self, lsid: &str) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.lsid == lsid && !session.ended && !session.lost)
    }

    pub(crate) fn running(&self) -> impl Iterator<Item = &Session> {
        self.sessions.iter().filter(|session| !session.ended)
    }

    /// The sessions that a representative takes part in.
    pub(crate) fn sessions_of(&self, rep: i64) -> impl Iterator<Item = &Session> {
        self.running().filter(move |session| session.representatives.contains(&rep))
    }

    /// How many running sessions a representative was ever in, for a defect.
    pub(crate) fn ever_in(&self, rep: i64) -> usize {
        let was = |session: &&Session| {
            let record = self.history.records.get(&session.lsid);
            session.representatives.contains(&rep) || record.is_some_and(|record| record.member_of(rep).is_some())
        };
        self.running().filter(was).count()
    }

    /// How many sessions of a team's queue wait or have ended, for a defect.
    pub(crate) fn waiting_or_over(&self, team: i64) -> usize {
        let over = |session: &&Session| session.queue == Queue::Team(team) && session.ended;
        self.waiting_in(team) + self.sessions.iter().filter(over).count()
    }

    /// How many running sessions are in a team's queue, taken or not, for a defect.
    pub(crate) fn queued_in(&self, team: i64) -> usize {
        self.running().filter(|session| session.queue == Queue::Team(team)).count()
    }

    /// How many sessions wait in a team's queue: those that nobody has taken yet.
    pub(crate) fn waiting_in(&self, team: i64) -> usize {
        let waits = |session: &&Session| session.queue == Queue::Team(team) && session.representatives.is_empty();
        self.running().filter(waits).count()
    }

    /// How many running sessions were in a team's queue and have left it, for a defect.
    pub(crate) fn gone_from(&self, team: i64) -> usize {
        let queue = Queue::Team(team);
        self.running().filter(|session| session.queue != queue && session.passed.contains(&queue)).count()
    }

    /// Whether somebody is there for a queue, or it takes sessions all the same (p. 18).
    pub(crate) fn available(&self, queue: Queue) -> bool {
        match queue {
            Queue::General => self.site.general_queue_persistent || !self.consoles.is_empty(),
            Queue::Rep(id) => self.logged_in(id),
            Queue::Team(id) => self
                .team(id)
                .is_some_and(|team| team.persistent || team.members.iter().any(|member| self.logged_in(*member))),
        }
    }

    pub(crate) fn keep_key(&mut self, key: SessionKey, now_s: i64) {
        // Keys long past are forgotten; those just expired are kept, so that it can be said that they are.
        let of_site = &self.site.expired_keys;
        self.keys.retain(|key| key.expires_s.saturating_add(86_400) > now_s || of_site.contains(&key.short_key));
        keep(&mut self.keys, key);
    }

    pub(crate) fn keep_shortcut(&mut self, shortcut: Shortcut) {
        keep(&mut self.shortcuts, shortcut);
    }

    pub(crate) fn keep_session(&mut self, session: Session) {
        if self.sessions.len() >= KEPT_MAX {
            self.sessions.retain(|session| !session.ended);
        }
        self.sessions.push(session);
    }

    /// With nobody left in it, a session ends.
    pub(crate) fn end_if_empty(session: &mut Session) {
        session.ended = session.ended || (session.customer.is_none() && session.representatives.is_empty());
    }

    /// An id for a client that connects now.
    pub(crate) fn new_client_id(&mut self) -> String {
        self.next_client += 1;
        self.next_client.to_string()
    }

    /// An id of 32 hexadecimal digits, like those of the guide's examples.
    pub(crate) fn new_guid(&mut self) -> String {
        format!("{:016x}{:016x}", self.number(), self.number())
    }

    /// A key of seven characters that no other key has.
    pub(crate) fn new_short_key(&mut self, letters: &[u8]) -> String {
        loop {
            let mut left = self.number();
            let key: String = (0..7)
                .map(|_| {
                    let letter = letters[(left % letters.len() as u64) as usize];
                    left /= letters.len() as u64;
                    char::from(letter)
                })
                .collect();
            if self.keys.iter().all(|other| other.short_key != key) {
                return key;
            }
        }
    }

    /// How many ids and keys were made: a number that belongs to none of them.
    pub(crate) fn made(&self) -> u64 {
        self.made
    }

    /// Numbers that look random, and are the same in every run that asks the same.
    fn number(&mut self) -> u64 {
        self.made += 1;
        let mut hasher = DefaultHasher::new();
        ("touchmark", self.made, self.started_s).hash(&mut hasher);
        hasher.finish()
    }
}

/// Adds to a list that is cut to its latest entries.
pub(crate) fn keep<T>(list: &mut Vec<T>, entry: T) {
    if list.len() >= KEPT_MAX {
        list.drain(..KEPT_MAX / 10);
    }
    list.push(entry);
}

fn alive(client: &site::Client, now_s: i64) -> Client {
    let since_s = now_s.saturating_sub(client.connected_seconds_ago);
    let at = |index: usize| since_s.saturating_add(index as i64 * 2).min(now_s);
    Client {
        id: client.id.clone(),
        hostname: client.hostname.clone(),
        platform: client.platform.clone(),
        platform_id: client.platform_id.clone(),
        timezone_offset: client.timezone_offset,
        private_ip: client.private_ip.clone(),
        since_s,
        events: client.events.iter().enumerate().map(|(index, event)| (at(index), event.clone())).collect(),
    }
}

/// A key of the general queue that expired a minute before the start.
fn expired(short_key: &str, now_s: i64) -> SessionKey {
    SessionKey {
        short_key: short_key.to_owned(),
        queue: Queue::General,
        expires_s: now_s.saturating_sub(60),
        attributes: BTreeMap::new(),
        priority: None,
        skills: Vec::new(),
        used: false,
    }
}

fn running(session: &site::Session, now_s: i64) -> Session {
    let queue = match session.queue.split_once(':') {
        Some(("rep", id)) => id.parse().map_or(Queue::General, Queue::Rep),
        Some(("team", id)) => id.parse().map_or(Queue::General, Queue::Team),
        _ => Queue::General,
    };
    let customer = Customer {
        name: session.customer_name.clone(),
        non_interactive: session.non_interactive.clone(),
        info: Default::default(),
        client: alive(&session.client, now_s),
    };
    Session {
        lsid: session.lsid.clone(),
        queue,
        representatives: session.representatives.clone(),
        customer: Some(customer),
        attributes: session.attributes.clone(),
        priority: None,
        skills: Vec::new(),
        locale: None,
        portal: 0,
        chat: Vec::new(),
        passed: Vec::new(),
        from_key: Vec::new(),
        lost: false,
        ended: false,
    }
}
