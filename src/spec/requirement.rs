//! Requirements: documented statements that a target can keep or break.
//!
//! In: nothing. Out: what one asks, how firmly, and in which readings. Whether it holds is judged elsewhere.

use serde::Serialize;
use strum::{IntoStaticStr, VariantArray};

use super::{archives::ArchiveDemand, guide::Version, step::Step};
use crate::model::{case::Class, suite::Suite};
use crate::vocabulary::Expect;

/// How firmly the guide states a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Level {
    /// Stated.
    Must,
    /// Implied or advised.
    Should,
    /// Contradicted or left open.
    Ambiguous,
}

impl Level {
    /// The word used in spec data and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// One documented statement that a target can keep or break.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// A readable path; any prefix of it selects.
    pub id: String,
    /// Id of the endpoint it belongs to.
    pub endpoint: String,
    /// How firmly the guide states it.
    pub level: Level,
    /// Title of the guide's section.
    pub section: String,
    /// Page of the guide.
    pub page: u32,
    /// What it asks, in our words.
    pub says: String,
    /// What its requests touch.
    pub class: Class,
    /// API version that brought it.
    pub since: Option<Version>,
    /// The topic of its readings.
    pub topic: Option<String>,
    /// Ids, with `*` for any run of characters: while one of these fails, this one cannot be told.
    pub rests_on: Vec<String>,
    /// Whether it is left out where its account role is missing.
    pub opt_in: bool,
    /// Whether it needs a session of its own.
    pub fresh_session: bool,
    /// Whether several cases are drawn for it.
    pub property: bool,
    /// What is asked.
    pub demand: Demand,
    /// What puts back what its steps change. It is played once anything but a read went out, whatever became of the steps, and is
    /// not judged.
    pub teardown: Vec<Step>,
}

/// What a requirement asks.
#[derive(Debug, Clone)]
pub enum Demand {
    /// Answers to requests of its own.
    Steps(Vec<Step>),
    /// An element or attribute in every accepted answer of the endpoint, by its number among the endpoint's rows.
    Present(usize),
    /// Its value, wherever it stands.
    Typed(usize),
    /// Which of its printed names it has.
    Named(usize),
    /// Every accepted answer of the endpoint against our schema.
    Schema,
    /// Every accepted answer of the run against the schema that the target publishes.
    OwnSchema,
    /// Which notation the permission entries have.
    Shape,
    /// The archives of the run.
    Archive(ArchiveDemand),
    /// Every accepted XML answer of the run, or of the endpoint alone.
    EveryAnswer {
        /// Whether only answers of the endpoint count.
        own: bool,
        /// What must hold.
        expect: Vec<Expect>,
        /// What holds in each reading.
        readings: Vec<Reading>,
    },
}

/// One way in which an ambiguous requirement can be understood, and what then holds.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Its name.
    pub name: String,
    /// What holds.
    pub expect: Vec<Expect>,
}

impl Requirement {
    /// The suite that it belongs to: what kind of test it is.
    #[must_use]
    pub fn suite(&self) -> Suite {
        let rest = self.id.strip_prefix(self.endpoint.as_str()).unwrap_or_default();
        let last = rest.rsplit('/').next().unwrap_or_default();
        let at_a_bound =
            ["min", "max", "below-min", "above-max", "at-limit", "at-limit-multibyte", "over-limit"].contains(&last);
        match &self.demand {
            Demand::Steps(_) if rest.starts_with("/example/") => Suite::Example,
            Demand::Steps(_)
                if rest.starts_with("/auth/") || rest.starts_with("/permission/") || self.id.starts_with("auth/") =>
            {
                Suite::Access
            }
            Demand::Steps(_) if at_a_bound => Suite::Limit,
            Demand::Steps(_) if rest.starts_with("/param/") || self.property => Suite::Property,
            Demand::Steps(_) => Suite::Stateful,
            _ => Suite::Response,
        }
    }
}
