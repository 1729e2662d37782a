//! The real-time state API (pp. 140-161): a feed of what stands at the site, over a WebSocket, and the script for it.
//!
//! In: bytes of a connection, and the time by the emulator's clock. Out: bytes. The model is made from the same state and
//! history as commands, reports and archives, so what a command changes is seen here. Nothing here touches a network;
//! `serve` carries the bytes.

mod control;
#[cfg(test)]
mod echo;
#[cfg(test)]
mod follower;
mod frames;
mod guests;
mod handshake;
mod hub;
mod load;
mod model;
mod phases;
mod seats;
mod socket;
mod standing;
mod state_js;
mod tables;
mod talk;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use handshake::{Head, PATH, shake};
pub use hub::FeedRows;
pub(crate) use hub::Hub;
pub(crate) use tables::TABLES;
pub(crate) use talk::Talk;
