//! One law for each reader of bytes from outside, a room for each kind of bytes. A law is what must hold for any bytes at all.
//!
//! In: any bytes. Out: `true` where the bytes came as far as the innermost check of the law, so that something was shown; `false` where
//! they were refused before; a panic that names the law where it does not hold. The fuzz targets
//! in `fuzz/` and the replay of `corpus/` in `tests/corpus.rs` call the same functions; the replay has a canary for each law, an input
//! with which that check must be made. Nothing here goes on the network or reads a clock.

mod answers;
mod carried;
mod common;
mod documents;
mod files;
mod guide;
mod http;
mod media;
mod packed;
mod secrets;
mod session;
mod snapshots;
mod sockets;
mod words;
mod writing;

pub use crate::decode::{
    archive::law::{archive_event, archive_state},
    model::law::feed,
};
pub use answers::{answer, journal};
pub use carried::{bundle, har};
pub use documents::{json, saved, xml, xsd};
pub use files::{certificates, config, edition, known_gaps, report, site};
pub use guide::{openapi, spec};
pub use http::{appliance, emulator_texts, http_answer, http_request, http_request_to, percent};
pub use media::{brcs, javascript, zip};
pub use packed::{Mutate, through_gzip, through_zip};
pub use secrets::{ENCODINGS, secrets};
pub use session::{emulator_session, emulator_session_with};
pub use snapshots::snapshot;
pub use sockets::{conversation, frames};
pub use words::{query, time, variables};
pub use writing::{charset, coding};

use common::{SPEC, in_a_line_of, text};

/// A law: any bytes go in, and it panics where it does not hold. It gives back whether the bytes led to its innermost check: a law that
/// never gets there checks nothing.
pub type Law = fn(&[u8]) -> bool;

/// Every law by the name that its fuzz target and its folder of `corpus/` have.
pub const TARGETS: [(&str, Law); 36] = [
    ("answer", answer),
    ("archive_event", archive_event),
    ("archive_state", archive_state),
    ("brcs", brcs),
    ("bundle", bundle),
    ("certificates", certificates),
    ("charset", charset),
    ("coding", coding),
    ("config", config),
    ("conversation", conversation),
    ("edition", edition),
    ("emulator_session", emulator_session),
    ("emulator_texts", emulator_texts),
    ("feed", feed),
    ("frames", frames),
    ("har", har),
    ("http_answer", http_answer),
    ("http_request", http_request),
    ("javascript", javascript),
    ("journal", journal),
    ("json", json),
    ("known_gaps", known_gaps),
    ("openapi", openapi),
    ("percent", percent),
    ("query", query),
    ("report", report),
    ("saved", saved),
    ("secrets", secrets),
    ("site", site),
    ("snapshot", snapshot),
    ("spec", spec),
    ("time", time),
    ("variables", variables),
    ("xml", xml),
    ("xsd", xsd),
    ("zip", zip),
];
