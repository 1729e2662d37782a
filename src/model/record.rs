//! A record: one case with everything that is needed to judge it again.

use std::{collections::HashSet, hash::Hash, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::model::{
    case::Case,
    exchange::{Exchange, Outcome},
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
}

impl Record {
    /// The first exchange whose answer was lost.
    #[must_use]
    pub fn lost(&self) -> Option<&Exchange> {
        self.exchanges.iter().find(|exchange| exchange.outcome.is_lost())
    }
}

/// The bodies of a run. Many answers are equal, and large ones too: the report of one window is asked for by many requirements.
#[derive(Debug, Default)]
pub struct Bodies {
    texts: HashSet<Arc<str>>,
    bytes: HashSet<Arc<[u8]>>,
}

impl Bodies {
    /// Lets equal bodies of all records that come by be held once.
    pub fn share(&mut self, record: &mut Record) {
        for exchange in &mut record.exchanges {
            let Outcome::Answer(answer) = &mut exchange.outcome else { continue };
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
