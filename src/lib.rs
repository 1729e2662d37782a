//! Touchmark certifies anything that claims to speak the BeyondTrust Remote Support 23.2 APIs: a real appliance, a vendor build, an
//! emulator, a mock. It holds the programmer's guide as data, plays requests made from that data against the target, and reports
//! each documented statement that the target does not keep.
//!
//! The flow, one room a verb; the nouns between them are in [`model`]:
//!
//! ```text
//! specs/ ─► spec ─► generate ─► Case ─► send ─► Exchange ─► judge ─► Verdict ─► report
//!                                  │      ▲                                        │
//!                                  ▼      │                                        ▼
//!                              target or emulator                        console and report.json
//! ```
//!
//! The words in which `specs/` says what must hold are in [`vocabulary`]. A verb knows [`spec`] and the nouns, never another verb, but for
//! those who read; [`run`] alone knows them all. Only [`send`] touches network and
//! clock (and [`emulator`], which is a target of our own and imports nothing from here). Judging is a pure function of what was
//! recorded. A test keeps these rules.
#![forbid(unsafe_code)]

// The nouns.
pub mod model;

// The words of the spec data.
pub mod vocabulary;

// The verbs, in the order of the flow.
pub mod spec;

pub mod generate;

pub mod answer;

pub mod send;

pub mod decode;

pub mod judge;

pub mod drift;

pub mod metrics;

pub mod recording;

pub mod report;

pub mod certificate;

// Who puts them together.
pub mod commands;
pub mod run;

// A target of our own.
pub mod emulator;

// Laws for all who read bytes from outside.
pub mod fuzzing;
