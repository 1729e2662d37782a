//! A Remote Support 23.2 appliance to measure the harness against, written by hand from the guide.
//!
//! In: a [`Config`], a [`Clock`] and one [`Request`] after another. Out: a [`Response`] each.
//! It shares nothing with the rest of the program: not its data, not its readers, not its words. What is
//! wrong in one of the two encodings of the guide is therefore seen in the other.
//! Nothing here touches the network but [`serve`], which is a thin coat.

mod answer;
mod archive;
mod auth;
mod backup;
mod client_script;
mod clock;
mod command;
mod configuration;
mod defects;
mod demo;
mod history;
mod http;
mod reporting;
mod routes;
mod schema;
mod serve;
mod session;
mod site;
mod state;
mod switches;
#[cfg(test)]
mod testing;
mod xml;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use auth::{Access, Account, Powers, Rate, Reports};
pub use clock::Clock;
pub use defects::{catalogue, find_defect};
pub use demo::demo_fixtures;
pub use history::{Guest, Happening, PastCustomer, PastPresentation, PastSession, Presenter, Question};
pub use http::{BODY_BYTES_MAX, Request, Response};
pub use serve::{TlsIdentity, serve};
pub use site::{
    Appliance, Attendee, Client, Health, Issue, Jumpoint, Named, Portal, Representative, Session, Site, Status, Team,
    load_site,
};
pub use state::ChatLine;
pub use switches::{Defect, Reading, Readings, Topic};

use auth::Door;
use state::State;
use switches::ActiveDefects;

/// Beginnings of the kinds of requests that the emulator does not answer yet.
pub fn absent() -> &'static [&'static str] {
    ABSENT
}

const ABSENT: &[&str] = &[];

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
}

/// An appliance. Requests are answered one after another, whatever thread they come from.
pub struct Emulator {
    clock: Clock,
    readings: Readings,
    defects: ActiveDefects,
    hostname: String,
    inner: Mutex<Inner>,
}

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
struct Inner {
    door: Door,
    state: State,
}

impl Emulator {
    /// An emulator that starts now, by its clock.
    pub fn new(config: Config, clock: Clock) -> Emulator {
        let now_ms = clock.now_ms();
        let door = Door::new(config.accounts, now_ms);
        let hostname = config.site.hostname.clone();
        let state = State::new(config.site, now_ms.div_euclid(1000));
        let defects = ActiveDefects::of(&config.defects);
        let mut readings = config.readings;
        config.defects.iter().flat_map(|defect| &defect.readings).for_each(|reading| readings.set(*reading));
        Emulator { clock, readings, defects, hostname, inner: Mutex::new(Inner { door, state }) }
    }

    /// Answers a request. Whatever the bytes, there is an answer.
    pub fn handle(&self, request: &Request) -> Response {
        let mut answer = self.answer(request);
        defects::bend(&mut answer, &self.defects);
        answer.write(&self.defects)
    }

    /// A token of that account which was issued and has expired; none if there is no such account.
    pub fn expired_token(&self, client_id: &str) -> Option<String> {
        self.inner().door.expired_token(client_id, self.clock.now_ms())
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
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
