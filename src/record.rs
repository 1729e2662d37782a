//! A record: one case with everything that is needed to judge it again.

use serde::{Deserialize, Serialize};

use crate::{case::Case, exchange::Exchange, variables::Variables};

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
