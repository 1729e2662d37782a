//! Touchmark certifies anything that claims to speak the BeyondTrust Remote Support 23.2 APIs: a real appliance, a vendor build, an
//! emulator, a mock. It holds the programmer's guide as data, plays requests made from that data against the target, and reports
//! each documented statement that the target does not keep.
//!
//! From Rust it does three things, each in a few lines and without a word to the console:
//!
//! - [`Certify`] tests a target, or the emulator, from a test of one's own and gives a [`Conformance`];
//! - [`LocalEmulator`] is the emulator on a free port for as long as its value lives, wrong for one request where that is asked for;
//! - [`read_answer`] reads an answer that somebody has already, and judges it.
//!
//! What a target does is a value; a [`LibraryError`] is what could not be done. Nothing here panics, and page numbers are those of the
//! programmer's guide. Everything else in this crate is the inside of the program `touchmark`, hidden and without a promise.
//!
//! # Inside
//!
//! The flow, one room a verb; the nouns between them are in `model`:
//!
//! ```text
//! specs/ ─► spec ─► generate ─► Case ─► send ─► Exchange ─► judge ─► Verdict ─► report
//!                                  │      ▲                                        │
//!                                  ▼      │                                        ▼
//!                              target or emulator                        console and report.json
//! ```
//!
//! The words in which `specs/` says what must hold are in `vocabulary`. A verb knows `spec` and the nouns, never another verb, but for
//! those who read; `run` alone knows them all. Only `send` touches network and clock (and `emulator`, which is a target of our own and
//! imports nothing from here). Judging is a pure function of what was recorded. A test keeps these rules.
#![forbid(unsafe_code)]

// The nouns.
#[doc(hidden)]
pub mod model;

// The words of the spec data.
#[doc(hidden)]
pub mod vocabulary;

// The verbs, in the order of the flow.
#[doc(hidden)]
pub mod spec;

#[doc(hidden)]
pub mod generate;

#[doc(hidden)]
pub mod answer;

#[doc(hidden)]
pub mod send;

#[doc(hidden)]
pub mod decode;

#[doc(hidden)]
pub mod judge;

#[doc(hidden)]
pub mod drift;

#[doc(hidden)]
pub mod metrics;

#[doc(hidden)]
pub mod recording;

#[doc(hidden)]
pub mod report;

#[doc(hidden)]
pub mod certificate;

// Who puts them together.
#[doc(hidden)]
pub mod commands;
#[doc(hidden)]
pub mod run;

// A target of our own.
#[doc(hidden)]
pub mod emulator;

// Laws for all who read bytes from outside.
#[doc(hidden)]
pub mod fuzzing;

// What is promised.
mod library;

pub use library::{Certify, Conformance, JudgedAnswer, LibraryError, LocalEmulator, endpoints, read_answer};
pub use model::{case::Class, credential::AccountRole, verdict::Verdict};
pub use report::{Format, Gap, Report, Summary};
