//! What the emulator dies of, where a defect has it die. It answers nobody then, until it is started anew.
//!
//! In: requests as they come. Out: whether it is dead. The table is the catalogue of these defects.

use super::super::http::Request;
use super::super::switches::ActiveDefects;
use super::odd::{KIND, bad_escape, decoded};

/// Name of the defect, and what it is.
pub(crate) const DEATHS: &[(&str, &str)] = &[
    ("dies-of-one", "a query with a bracket in a name kills it"),
    ("dies-of-three", "the third query with a NUL kills it"),
    ("dies-of-a-pair", "a query that is no UTF-8 kills it, when one with a broken escape came before"),
    ("dies-fifty-later", "the fiftieth request after a query with U+FFFF kills it"),
];

/// After this number of requests a slow death is over.
const LATER: u32 = 50;

/// Whether it is alive, and what it has met since it was started.
#[derive(Debug, Default)]
pub(crate) struct Life {
    dead: bool,
    nuls: u32,
    bad_escape: bool,
    left: Option<u32>,
}

impl Life {
    pub(crate) fn is_over(&self) -> bool {
        self.dead
    }

    /// Meets a request. Whether it is dead then.
    pub(crate) fn meets(&mut self, request: &Request, defects: &ActiveDefects) -> bool {
        if self.dead || !defects.any() {
            return self.dead;
        }
        let broken = |what: &str| defects.has(KIND, what);
        let asked = decoded(request.query());
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(1);
        }
        if broken("dies-of-one") && asked.contains("[]=") {
            self.dead = true;
        }
        if broken("dies-of-three") && asked.contains('\0') {
            self.nuls += 1;
            self.dead = self.nuls == 3;
        }
        if broken("dies-of-a-pair") {
            self.dead = self.bad_escape && asked.contains(char::REPLACEMENT_CHARACTER);
            self.bad_escape |= bad_escape(request.query());
        }
        if broken("dies-fifty-later") {
            if asked.contains('\u{ffff}') {
                self.left = self.left.or(Some(LATER));
            }
            self.dead = self.left == Some(0);
        }
        self.dead
    }
}
