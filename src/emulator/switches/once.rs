//! Defects that are on for one request: the next one in which they show.
//!
//! In: defects, at any time and from any thread. Out: whether one is on for the request that is being answered. A request is answered on one
//! thread from its beginning to its end, so that of two that come at once only the first that asks has the defect.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use super::active_defects::{Bend, Defect, hook};

/// The most defects that wait to show.
const WAITING_MAX: usize = 1_000;

/// Defects that wait for a request in which they show.
#[derive(Debug, Default)]
pub(crate) struct Once {
    /// Whether any waits: who asks for hooks asks often.
    any: AtomicBool,
    waiting: Mutex<Vec<Waiting>>,
}

#[derive(Debug)]
struct Waiting {
    what: What,
    /// The thread of the request in which it shows.
    shows: Option<ThreadId>,
}

#[derive(Debug)]
enum What {
    Behaviour(String, String),
    Bend(Bend),
}

impl Once {
    /// Has a defect show in one request.
    pub(crate) fn add(&self, defect: &Defect) -> Result<(), String> {
        let id = &defect.id;
        if let Some(reading) = defect.readings.first() {
            let (topic, reading) = (reading.topic, reading.reading);
            return Err(format!(
                "{id} shows only with the reading {topic}={reading}, and a reading is not for one request"
            ));
        }
        let what = match (hook(defect), Bend::parse(id)) {
            (Some((kind, what)), _) => What::Behaviour(kind.to_owned(), what.to_owned()),
            (None, Some(bend)) if !bend.kind.starts_with("archive/") && !bend.kind.starts_with("feed/") => {
                What::Bend(bend)
            }
            _ => return Err(format!("{id} is of files or of the feed, which are no single answers")),
        };
        let mut waiting = self.waiting();
        if waiting.len() >= WAITING_MAX {
            return Err(format!("{WAITING_MAX} defects wait already for a request in which they show"));
        }
        waiting.push(Waiting { what, shows: None });
        self.any.store(true, Ordering::Release);
        Ok(())
    }

    /// The count of those that have not shown yet.
    pub(crate) fn count(&self) -> usize {
        self.waiting().len()
    }

    /// Whether any waits.
    pub(crate) fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// Whether a behaviour is on for the request of this thread.
    pub(crate) fn shows(&self, kind: &str, what: &str) -> bool {
        self.any()
            && self.taken(|one| matches!(one, What::Behaviour(of, is) if of == kind && is == what), |_| ()).is_some()
    }

    /// What bends an answer of this kind that has a place for it.
    pub(crate) fn bends(&self, fits: impl Fn(&Bend) -> bool) -> Option<Bend> {
        let of = |what: &What| matches!(what, What::Bend(bend) if fits(bend));
        let bend = |what: &What| if let What::Bend(bend) = what { Some(bend.clone()) } else { None };
        if self.any() { self.taken(of, bend).flatten() } else { None }
    }

    /// The request of this thread is answered: what showed in it is gone.
    pub(crate) fn answered(&self) {
        if !self.any() {
            return;
        }
        let mut waiting = self.waiting();
        waiting.retain(|one| one.shows != Some(thread::current().id()));
        self.any.store(!waiting.is_empty(), Ordering::Release);
    }

    /// The first that fits, which from now on shows in the request of this thread alone.
    fn taken<T>(&self, fits: impl Fn(&What) -> bool, give: impl Fn(&What) -> T) -> Option<T> {
        let this = thread::current().id();
        let mut waiting = self.waiting();
        let is_ours = |one: &&mut Waiting| one.shows.is_none_or(|shows| shows == this) && fits(&one.what);
        let one = waiting.iter_mut().find(is_ours)?;
        one.shows = Some(this);
        Some(give(&one.what))
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
