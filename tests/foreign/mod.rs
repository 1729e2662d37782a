//! In: HTTP requests as plain values, and the time. Out: HTTP answers as plain values.
//! Never: opens a socket, reads a clock, draws a random number, or shares code with another appliance.
//!
//! Written from the programmer's guide (23.2) alone. `appliance` is the door; `world` holds what happens on the site;
//! `command`, `report`, `start`, `script` and `pages` say it in the guide's formats.

pub(crate) mod access;
pub(crate) mod appliance;
pub(crate) mod archive;
pub(crate) mod civil;
pub(crate) mod command;
pub(crate) mod consoles;
pub(crate) mod custom;
pub(crate) mod history;
pub(crate) mod journal;
pub(crate) mod json;
pub(crate) mod ops;
pub(crate) mod pack;
pub(crate) mod pages;
pub(crate) mod report;
pub(crate) mod schema;
pub(crate) mod script;
pub(crate) mod shows;
pub(crate) mod site;
pub(crate) mod start;
pub(crate) mod turns;
pub(crate) mod wire;
pub(crate) mod world;
pub(crate) mod xml;

pub(crate) use appliance::{Appliance, Asked, facts};
