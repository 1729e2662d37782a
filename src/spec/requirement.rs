//! Requirements: documented statements that a target can keep or break.
//!
//! Types only: what one asks ([`Demand`]: steps of its own, or something of all answers), how firmly, and in which readings. Whether it holds is judged elsewhere.

use serde::Serialize;
use strum::{IntoStaticStr, VariantArray};

use super::{
    archives::ArchiveDemand,
    guide::Version,
    sequence::SequenceWord,
    step::{Reading, Step},
};
use crate::model::{
    case::Class,
    id::{EndpointId, RequirementId, RequirementPattern},
    suite::Suite,
};
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
    pub id: RequirementId,
    /// Id of the endpoint it belongs to.
    pub endpoint: EndpointId,
    /// What it comes of.
    pub origin: Origin,
    /// The suite that it belongs to: what kind of test it is.
    pub suite: Suite,
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
    /// While one of these fails, this one is not tested.
    pub rests_on: Vec<RequirementPattern>,
    /// Whether it is left out where its account role is missing.
    pub opt_in: bool,
    /// Whether it needs a session of its own.
    pub fresh_session: bool,
    /// Whether nothing else of the run is sent beside it, since it is about a number that others change.
    pub alone: bool,
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
    /// The feeds of the run.
    Feed(ArchiveDemand),
    /// The sequences of commands of the run, and its races of two clients.
    Sequence(SequenceWord),
    /// Every accepted answer that the target's own document describes, against the letter of that document.
    AsWritten(AsWritten),
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

impl Demand {
    /// Whether it is asked of the answers of many endpoints.
    #[must_use]
    pub fn is_of_many_endpoints(&self) -> bool {
        matches!(self, Self::OwnSchema | Self::AsWritten(_) | Self::EveryAnswer { own: false, .. })
    }
}

/// What is asked of answers by the letter of the target's document, once, while each is judged more leniently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsWritten {
    /// Just one branch of each `oneOf` fits.
    Branches,
    /// One object where the document shows one.
    Objects,
}

impl AsWritten {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Branches, Self::Objects];

    /// The name of the schema without that leniency, by that of the one with it.
    #[must_use]
    pub fn schema(self, judged: &str) -> String {
        format!("{judged}{}", self.ending())
    }

    /// How the names of such schemas end.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Branches => ", by one branch",
            Self::Objects => ", as one object",
        }
    }
}

/// What a requirement comes of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The endpoint's request with nothing but what it requires.
    Smallest,
    /// The file or document that the endpoint serves.
    Served,
    /// A printed example.
    Example,
    /// A set of parameters that the guide names as lawful.
    Set,
    /// Any lawful combination of parameters.
    Combination,
    /// The endpoint as a whole: its methods, its paths, what it does with what it does not know.
    Endpoint,
    /// Who may call it.
    Access,
    /// A lawful value of a parameter.
    ParameterAccepted,
    /// A bound of a parameter.
    ParameterBound,
    /// Anything else that a parameter's row says.
    Parameter,
    /// A row of what answers hold, or all of them.
    Answer,
    /// The target's own document.
    Document,
    /// The plain request of an operation that reads, by that document.
    DocumentRead,
    /// None of these: it was written for what no row says.
    Written,
}

impl Origin {
    /// Whether its requests are plain ones, in whose answers everything can be seen that is asked of the endpoint's answers.
    #[must_use]
    pub fn is_plain(self) -> bool {
        matches!(
            self,
            Self::Smallest | Self::Served | Self::Example | Self::Set | Self::ParameterAccepted | Self::DocumentRead
        )
    }

    /// The suite of what comes of it.
    #[must_use]
    pub fn suite(self) -> Suite {
        match self {
            Self::Example => Suite::Example,
            Self::Access => Suite::Access,
            Self::ParameterBound => Suite::Limit,
            Self::Combination | Self::ParameterAccepted | Self::Parameter => Suite::Property,
            Self::Answer => Suite::Response,
            Self::Smallest | Self::Served | Self::Set | Self::Endpoint => Suite::Stateful,
            Self::Document | Self::DocumentRead | Self::Written => Suite::Stateful,
        }
    }

    /// What a written requirement comes of. One with the id of a requirement that would derive from a row stands in its place.
    #[must_use]
    pub(super) fn written(id: &str) -> Self {
        const BOUNDS: [&str; 7] =
            ["min", "max", "below-min", "above-max", "at-limit", "at-limit-multibyte", "over-limit"];
        let (first, last) = (id.split('/').next().unwrap_or_default(), id.rsplit('/').next().unwrap_or_default());
        match (first, last) {
            ("smallest", "smallest") => Self::Smallest,
            ("served", "served") => Self::Served,
            ("example", _) if first != id => Self::Example,
            ("set", _) if first != id => Self::Set,
            ("auth" | "permission", _) if first != id => Self::Access,
            ("param", "accepted") => Self::ParameterAccepted,
            (_, last) if BOUNDS.contains(&last) => Self::ParameterBound,
            ("param", _) if first != id => Self::Parameter,
            _ => Self::Written,
        }
    }
}
