//! A Remote Support 23.2 appliance to measure the harness against, written by hand from the guide.
//!
//! In: a [`Config`], a [`Clock`] and one [`Request`] after another. Out: a [`Response`] each.
//! It shares nothing with the rest of the program: not its data, not its readers, not its words. What is
//! wrong in one of the two encodings of the guide is therefore seen in the other.
//! Nothing here touches the network but [`serve`], which is a thin coat.

mod answer;
mod appliance;
mod archive;
mod auth;
mod backup;
mod client_script;
mod clock;
mod command;
mod configuration;
mod connection;
mod defects;
mod delay;
mod demo;
mod feed;
mod history;
mod http;
pub mod law;
mod reporting;
mod routes;
mod rules;
mod schema;
mod serve;
mod session;
mod site;
mod state;
mod status_page;
mod switches;
#[cfg(test)]
mod testing;
mod visiting;
mod visits;
mod xml;

pub use appliance::{Arrival, Config, Emulator, SessionTraits};
pub use auth::{Access, Account, Powers, Rate, Reports, Role};
pub use clock::Clock;
pub use configuration::Edition;
pub use connection::Connection;
pub use defects::{catalogue, find_defect};
pub use delay::Delay;
pub use demo::demo_fixtures;
pub use feed::FeedRows;
pub use http::{BODY_BYTES_MAX, Request, Response};
pub use rules::{Rule, sections};
pub use serve::{TlsIdentity, serve};
pub use site::{
    Appliance, Attendee, Client, Guest, Happening, Health, Issue, Jumpoint, Named, PastCustomer, PastPresentation,
    PastSession, Portal, Presenter, Question, Representative, Session, Site, Status, Team,
    load::{load_site, site_schema},
};
pub use state::ChatLine;
pub use status_page::STATUS_PATH;
pub use switches::{Defect, DefectId, Reading, Readings, Topic};
pub use visits::Visit;

/// Beginnings of the kinds of requests that the emulator does not answer yet.
pub fn absent() -> &'static [&'static str] {
    ABSENT
}

const ABSENT: &[&str] = &[];
