//! The appliance as a whole: what it is made of, and what it does with a request.
//!
//! In: a [`Config`], a [`Clock`] and one [`Request`] after another. Out: a [`Response`] each. Which room answers is
//! for `routes`; here the answer is bent by the defects and written. What no API shows can be read for tests.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::auth::{Account, Door};
use super::clock::Clock;
use super::command::sequences::{KIND, RACES};
use super::configuration::{Beginning, CHANGES, Edition, OPENAPI};
use super::connection::Life;
use super::defects::{bend, hooks};
use super::delay::Delay;
use super::demo::demo_fixtures;
use super::feed::Hub;
use super::http::{Request, Response};
use super::site::Site;
use super::state::{ChatLine, Session, State};
use super::switches::{ActiveDefects, Defect, Readings};
use super::visits::Visits;

/// What an emulator is made of.
#[derive(Clone, Debug)]
pub struct Config {
    /// The API accounts.
    pub accounts: Vec<Account>,
    /// Which way it reads what the guide leaves open.
    pub readings: Readings,
    /// What is wrong with it on purpose.
    pub defects: Vec<Defect>,
    /// The site behind it.
    pub site: Site,
    /// What its Configuration API is served by.
    pub edition: Arc<Edition>,
    /// After how long the processes start anew while an integration follows the real-time feed, once for each, in milliseconds;
    /// none for never.
    pub restart_after_ms: Option<i64>,
    /// How long an answer takes on a connection.
    pub delay: Delay,
}

/// An appliance. Requests are answered one after another, whatever thread they come from.
pub struct Emulator {
    pub(super) clock: Clock,
    pub(super) readings: Readings,
    pub(super) defects: ActiveDefects,
    pub(super) hostname: String,
    pub(super) hub: Hub,
    pub(super) restart_after_ms: Option<i64>,
    /// Whether it is alive: only defects kill it.
    pub(super) life: Mutex<Life>,
    /// Whether the next request is answered with an error of the server, since a defect left something behind.
    pub(super) upset: AtomicBool,
    /// Who came, where that is kept.
    pub(super) visits: Visits,
    delay: Delay,
    /// The count of answers that took their time.
    delayed: AtomicU64,
    inner: Mutex<Inner>,
}

/// What there was when a request came.
pub struct Arrival(Vec<Session>);

/// What a session has that no command shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionTraits {
    /// From 1, high, to 3, low.
    pub priority: Option<i64>,
    /// Code names of skills.
    pub skills: Vec<String>,
    /// The code of the customer's language.
    pub locale: Option<String>,
}

/// What changes.
pub(super) struct Inner {
    pub(super) door: Door,
    pub(super) state: State,
}

impl Emulator {
    /// An emulator that starts now, by its clock.
    pub fn new(config: Config, clock: Clock) -> Emulator {
        let mut config = config;
        config.site.health.peer_unreachable |= config.defects.iter().any(Defect::without_peer);
        let (now_ms, defects) = (clock.now_ms(), ActiveDefects::of(&config.defects, hooks()));
        // What is wrong with a document is wrong with that of the short edition.
        let bent = CHANGES.iter().any(|(what, ..)| defects.has(OPENAPI, what));
        let edition = if bent { Edition::short() } else { config.edition };
        let now_s = now_ms.div_euclid(1000);
        let configuration = Beginning::new(edition, &config.site, &config.accounts, now_s);
        let door = Door::new(config.accounts, now_ms);
        let hostname = config.site.hostname.clone();
        let state = State::new(config.site, configuration, now_s);
        let hub = Hub::new(state.history.processes_s());
        let mut readings = config.readings;
        config.defects.iter().flat_map(|defect| &defect.readings).for_each(|reading| readings.set(*reading));
        let restart_after_ms = config.restart_after_ms;
        let inner = Mutex::new(Inner { door, state });
        let (upset, life, visits) = (AtomicBool::default(), Mutex::default(), Visits::default());
        let (delay, delayed) = (config.delay, AtomicU64::default());
        Emulator {
            clock,
            readings,
            defects,
            hostname,
            hub,
            restart_after_ms,
            life,
            upset,
            visits,
            delay,
            delayed,
            inner,
        }
    }

    /// Answers a request. Whatever the bytes, there is an answer.
    pub fn handle(&self, request: &Request) -> Response {
        self.inner().state.memory.now_ms = self.clock.now_ms();
        let mut answer = self.answer(request);
        self.note_visit(request, &answer);
        bend(&mut answer, &self.defects);
        let response = answer.write(&self.defects);
        self.defects.once().answered();
        response
    }

    /// How long the next answer takes on a connection, in milliseconds.
    pub(super) fn takes_ms(&self) -> i64 {
        if self.delay == Delay::default() { 0 } else { self.delay.of(self.delayed.fetch_add(1, Ordering::Relaxed)) }
    }

    /// Has a defect show in one request, the next one in which it can. The error says why it is none of a single answer.
    pub fn break_once(&self, defect: &Defect) -> Result<(), String> {
        self.defects.once().add(defect)
    }

    /// The count of such defects that have not shown yet.
    pub fn still_to_show(&self) -> usize {
        self.defects.once().count()
    }

    /// What a request finds when it comes, where a defect of two clients at once looks at that; whoever carries requests lets others go
    /// before it then, and hands it on to [`Emulator::handle_since`].
    pub fn arrive(&self) -> Option<Arrival> {
        let races = RACES.iter().any(|(what, _)| self.defects.has(KIND, what));
        races.then(|| Arrival(self.inner().state.sessions.clone()))
    }

    /// Answers a request that came a while ago. The status 0 is none: the emulator is dead.
    pub fn handle_since(&self, arrival: Option<Arrival>, request: &Request) -> Response {
        if self.life().meets(request, &self.defects) {
            return Response { status: 0, headers: Vec::new(), body: Vec::new() };
        }
        self.inner().state.memory.arrived = arrival.map(|arrival| arrival.0);
        self.handle(request)
    }

    /// Starts it anew, if it died.
    pub fn start_anew(&self) {
        *self.life() = Life::default();
    }

    /// Whether a defect has killed it.
    pub fn is_dead(&self) -> bool {
        self.life().is_over()
    }

    fn life(&self) -> MutexGuard<'_, Life> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What its site has that no documented call tells, by the fixture names of a harness.
    pub fn fixtures(&self) -> BTreeMap<&'static str, String> {
        let mut all: BTreeMap<&str, String> =
            demo_fixtures().into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        let inner = self.inner();
        let site = &inner.state.site;
        let Some(this) = site.appliances.first() else { return all };
        all.insert("known_failover_role", this.failover_role.clone());
        if let (true, Some(peer)) = (site.health.peer_unreachable, site.appliances.get(1)) {
            all.insert("known_unreachable_peer", peer.id.clone());
            all.insert("known_forced_primary", this.id.clone());
            all.remove("known_other_appliance");
        }
        all
    }

    /// A token of that account which was issued and has expired; none if there is no such account.
    pub fn expired_token(&self, client_id: &str) -> Option<String> {
        self.inner().door.expired_token(client_id, self.clock.now_ms())
    }

    /// A token of that account from before its client secret was made anew, which ended it (p. 6); none if there is no such account.
    pub fn ended_token(&self, client_id: &str) -> Option<String> {
        self.inner().door.ended_token(client_id)
    }

    /// Tokens of that account that are no longer valid, by the names of the fixtures that they are.
    pub fn old_tokens(&self, client_id: &str) -> Vec<(&'static str, String)> {
        let tokens =
            [("expired_token", self.expired_token(client_id)), ("known_ended_token", self.ended_token(client_id))];
        tokens.into_iter().filter_map(|(name, token)| Some((name, token?))).collect()
    }

    /// The chat of a session, running or ended: what the guide says is logged (p. 23) and no command shows.
    pub fn chat_log(&self, lsid: &str) -> Vec<ChatLine> {
        let inner = self.inner();
        let session = inner.state.sessions.iter().find(|session| session.lsid == lsid);
        session.map(|session| session.chat.clone()).unwrap_or_default()
    }

    /// The chat of a team.
    pub fn team_chat_log(&self, team_id: i64) -> Vec<ChatLine> {
        self.inner().state.team_chat.get(&team_id).cloned().unwrap_or_default()
    }

    /// What a session has from its key (p. 17) and its customer (p. 24), and no command shows.
    pub fn session_traits(&self, lsid: &str) -> Option<SessionTraits> {
        let inner = self.inner();
        let session = inner.state.sessions.iter().find(|session| session.lsid == lsid)?;
        let (priority, skills, locale) = (session.priority, session.skills.clone(), session.locale.clone());
        Some(SessionTraits { priority, skills, locale })
    }

    /// The imported shortcuts (p. 42) with their kind and values, which no command shows.
    pub fn shortcuts(&self) -> Vec<(&'static str, BTreeMap<&'static str, String>)> {
        let inner = self.inner();
        inner.state.shortcuts.iter().map(|shortcut| (shortcut.variant, shortcut.values.clone())).collect()
    }

    /// A request that failed half-way would leave a poisoned lock, but not a broken state.
    pub(super) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
