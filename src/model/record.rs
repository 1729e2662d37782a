//! A record: one case with everything that is needed to judge it again.

use std::{collections::HashSet, hash::Hash, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::model::{
    case::Case,
    exchange::{Exchange, NoAnswerKind, Outcome, header_bytes},
    variables::Variables,
};

/// A case as it was sent, and what came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The case.
    pub case: Case,
    /// What its variables stood for. Secrets are not among them.
    pub variables: Variables,
    /// What was sent and what came back, in the order of the steps.
    pub exchanges: Vec<Exchange>,
    /// When the target answered something else after an answer was lost, in milliseconds since the UNIX epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_again_ms: Option<i64>,
    /// For how long a sequence was made shorter, in milliseconds, where the time for that was over before it was the shortest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longer_ms: Option<u64>,
}

impl Record {
    /// Numbers and exchanges of what was sent for it: what it shares with an earlier case is of that.
    pub fn sent(&self) -> impl Iterator<Item = (usize, &Exchange)> {
        self.exchanges.iter().enumerate().filter(|(_, exchange)| exchange.shared.is_none())
    }

    /// The first exchange whose answer was lost, and how often its step was sent before.
    #[must_use]
    pub fn lost(&self) -> Option<(usize, &Exchange)> {
        let at = self.exchanges.iter().position(|exchange| exchange.outcome.is_lost())?;
        let lost = &self.exchanges[at];
        Some((self.exchanges[..at].iter().filter(|before| before.step == lost.step).count(), lost))
    }
}

/// The bodies of a run. Many answers are equal, and large ones too: the report of one window is asked for by many requirements.
#[derive(Debug, Default)]
pub struct Bodies {
    texts: HashSet<Arc<str>>,
    bytes: HashSet<Arc<[u8]>>,
    /// The bytes of all of them, and of headers.
    kept: usize,
}

/// An answer that is not larger is kept in any case, in bytes.
const SMALL_MAX: usize = 4096;

impl Bodies {
    /// Lets equal bodies of all records that come by be held once. An answer beyond that number of bytes in all is not kept; then the
    /// exchange says so.
    pub fn share(&mut self, record: &mut Record, bytes_max: usize) {
        for exchange in &mut record.exchanges {
            let Outcome::Answer(answer) = &mut exchange.outcome else { continue };
            let new = |known: bool, length: usize| if known { 0 } else { length };
            let size = new(self.texts.contains(&answer.body), answer.body.len())
                + answer.bytes.as_ref().map_or(0, |bytes| new(self.bytes.contains(bytes), bytes.len()))
                + header_bytes(&answer.headers);
            if size > SMALL_MAX && self.kept + size > bytes_max {
                let says = format!("the run keeps {bytes_max} bytes of answers, and this one came after them");
                exchange.outcome = Outcome::nothing(NoAnswerKind::Unkept, says);
                continue;
            }
            self.kept += size;
            once(&mut self.texts, &mut answer.body);
            if let Some(bytes) = &mut answer.bytes {
                once(&mut self.bytes, bytes);
            }
        }
    }
}

fn once<T: ?Sized + Eq + Hash>(known: &mut HashSet<Arc<T>>, one: &mut Arc<T>) {
    match known.get(&**one) {
        Some(same) => *one = Arc::clone(same),
        None => {
            known.insert(Arc::clone(one));
        }
    }
}
