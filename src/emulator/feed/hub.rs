//! What all connections of the feed share: the model, its latest update, and the places for those who follow it.
//!
//! In: what stands at the site, and how far somebody is. Out: the messages that bring them to the present; an update is
//! written once for all who are as far. Nothing here knows of WebSockets.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::state::State;
use super::load;
use super::model::{Cell, Model, Row};
use super::seats::Seats;
use super::standing::standing;
use super::tables::{ALL, Mask, TABLES};
use super::write::{Writer, truncation};

/// The shortest time between two updates.
const PACE_MS: i64 = 100;
/// The same under load.
const LOAD_PACE_MS: i64 = 10;
/// The same with a defect: more than the twenty seconds of the guide.
const LATE_MS: i64 = 30_000;

/// Tables by name, their rows by id, and their fields by name.
pub type FeedRows = BTreeMap<&'static str, BTreeMap<u64, BTreeMap<&'static str, String>>>;

#[derive(Debug)]
pub(crate) struct Hub {
    shelf: Mutex<Shelf>,
    pub(super) seats: Seats,
    /// Row updates a second that are made for nothing else than load.
    rate: AtomicU32,
}

#[derive(Debug)]
struct Shelf {
    model: Model,
    /// Updates to the present version.
    made: Vec<Made>,
    /// The bytes of all updates so far.
    bytes: u64,
}

#[derive(Debug)]
struct Made {
    from: u64,
    mask: Mask,
    text: Option<Arc<[u8]>>,
}

/// How far somebody is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    version: u64,
    mask: Mask,
    /// The bytes of all updates up to there.
    bytes: u64,
    /// Nothing was sent yet.
    fresh: bool,
}

/// Somebody is so far behind that what went since is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooFarBehind;

impl Hub {
    /// A model of processes that started then.
    pub(crate) fn new(began_s: i64) -> Hub {
        let shelf = Shelf { model: Model::new(began_s), made: Vec::new(), bytes: 0 };
        Hub { shelf: Mutex::new(shelf), seats: Seats::default(), rate: AtomicU32::new(0) }
    }

    /// So many row updates a second, beside those of the site.
    pub(super) fn load(&self, rate: u32) {
        self.rate.store(rate, Ordering::SeqCst);
    }

    /// The shortest time between two updates.
    pub(super) fn pace_ms(&self, writer: Writer<'_>) -> i64 {
        if writer.defects.has("feed/limits", "thirty-seconds-late") {
            return LATE_MS;
        }
        if self.rate.load(Ordering::SeqCst) > 0 { LOAD_PACE_MS } else { PACE_MS }
    }

    /// Looks at what stands, unless that was done within the pace.
    pub(super) fn look(&self, state: &State, writer: Writer<'_>, now_ms: i64) {
        let (rate, pace_ms) = (self.rate.load(Ordering::SeqCst), self.pace_ms(writer));
        let mut shelf = self.shelf();
        let due = shelf.model.looked_ms.is_none_or(|looked_ms| now_ms.saturating_sub(looked_ms) >= pace_ms);
        if due {
            shelf.look(state, writer, rate, now_ms);
        }
    }

    /// The beginning of somebody who follows these tables from now on, with what stands at this instant.
    pub(super) fn begin(&self, state: &State, writer: Writer<'_>, mask: Mask, now_ms: i64) -> Known {
        let mut shelf = self.shelf();
        shelf.look(state, writer, self.rate.load(Ordering::SeqCst), now_ms);
        Known { version: shelf.model.truncated, mask, bytes: shelf.bytes, fresh: true }
    }

    /// The processes start anew (p. 145).
    pub(super) fn truncate(&self, now_s: i64) {
        let mut shelf = self.shelf();
        shelf.model.truncate(now_s);
        shelf.model.looked_ms = None;
        shelf.made.clear();
    }

    /// The messages that bring somebody to the present, in their order.
    pub(super) fn next(&self, writer: Writer<'_>, known: &mut Known) -> Result<Vec<Arc<[u8]>>, TooFarBehind> {
        let mut shelf = self.shelf();
        let mut messages = Vec::new();
        let broken = |what: &str| writer.defects.has("feed/model", what);
        if known.version < shelf.model.truncated {
            if !broken("truncation-missing") {
                messages.push(Arc::from(truncation()));
            }
            let rebuilt = !broken("truncated-and-not-rebuilt");
            known.version = if rebuilt { shelf.model.truncated } else { shelf.model.version };
            known.fresh = true;
        }
        if known.version < shelf.model.forgotten && !known.fresh {
            return Err(TooFarBehind);
        }
        if known.version < shelf.model.version {
            messages.extend(shelf.update(writer, known.version, known.mask));
            (known.version, known.bytes, known.fresh) = (shelf.model.version, shelf.bytes, false);
        }
        Ok(messages)
    }

    /// The bytes of all updates that somebody has not been given yet.
    pub(super) fn behind(&self, known: &Known) -> u64 {
        self.shelf().bytes.saturating_sub(known.bytes)
    }

    /// The rows as they stand.
    pub(super) fn rows(&self) -> FeedRows {
        let shelf = self.shelf();
        let fields = |table: usize, row: &Row| {
            let cells = row.cells.iter().map(Cell::to_string);
            TABLES[table].fields.iter().map(|field| field.name).zip(cells).collect()
        };
        let rows = |table: usize| shelf.model.rows(table).iter().map(|(id, row)| (*id, fields(table, row))).collect();
        (0..TABLES.len()).map(|table| (TABLES[table].name, rows(table))).collect()
    }

    /// Somebody who failed half-way would leave a poisoned lock, but not a broken model.
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn look(&mut self, state: &State, writer: Writer<'_>, rate: u32, now_ms: i64) {
        self.model.looked_ms = Some(now_ms);
        let before = self.model.version;
        let now_s = now_ms.div_euclid(1000);
        let mut wanted = standing(state, writer, now_s, self.model.began_s);
        let of_nobody = u32::from(writer.defects.has("feed/model", "session-of-nobody"));
        load::add(&mut wanted, rate.max(of_nobody), now_ms);
        let again = writer.defects.has("feed/model", "ids-used-again");
        self.model.stand(wanted.rows, again);
        if self.model.version > before {
            self.made.clear();
            self.bytes += self.update(writer, before, ALL).map_or(0, |text| text.len() as u64);
        }
    }

    /// The update from a version to the present one, written unless it was already.
    fn update(&mut self, writer: Writer<'_>, from: u64, mask: Mask) -> Option<Arc<[u8]>> {
        if let Some(made) = self.made.iter().find(|made| made.from == from && made.mask == mask) {
            return made.text.clone();
        }
        let text: Option<Arc<[u8]>> = writer.update(&self.model, from, mask).map(Arc::from);
        self.made.push(Made { from, mask, text: text.clone() });
        text
    }
}
