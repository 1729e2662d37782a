//! The report as a value: the shape of `report.json`.
//!
//! In: nothing. Out: a [`Report`], which `build` makes, and its exit code. Counts are made from the same list that is shown.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    model::{
        id::{EndpointId, RequirementId},
        suite::Suite,
        verdict::{Blame, Lag, Verdict},
    },
    spec::Level,
};

use super::timeline::Timeline;

/// What a target is called when it is the emulator of this program.
pub const EMBEDDED: &str = "embedded";

/// Version of the report's shape.
pub const SCHEMA_VERSION: u32 = 1;

/// What a run says, as `report.json` has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Version of this shape.
    pub schema_version: u32,
    /// What made the report.
    pub tool: Tool,
    /// What was tested against.
    pub guide: GuideSeal,
    /// What was tested.
    pub target: Target,
    /// How it was tested.
    pub run: RunFacts,
    /// The count of requirements with each verdict.
    pub summary: Summary,
    /// What was played of sequences of commands, where any was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequences: Option<SequencesRow>,
    /// The count of kinds of answers to what no library sends: by endpoint, status, and what stands in them beside what was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skeletons: Option<usize>,
    /// Every requirement that was asked for, by id.
    pub requirements: Vec<RequirementRow>,
    /// What the target does otherwise than the guide says.
    pub gaps: Vec<Gap>,
    /// What was seen that is no gap.
    pub observations: Vec<ObservationRow>,
    /// Where the target departs from its own habit in what the guide leaves open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlike: Vec<UnlikeRow>,
    /// What the budget of the run left out, or answers to which it left out, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<RequirementId>,
    /// What the run made and could not take away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<LeftRow>,
    /// How long it took until what commands did came over the feed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed_lag: Option<Lag>,
    /// How fast requests went out, and how long answers took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Timeline>,
}

/// A habit of the target in what the guide leaves open, and what departs from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnlikeRow {
    /// The topic that the guide leaves open.
    pub topic: String,
    /// The reading that most requirements of the topic follow.
    pub usual: String,
    /// The count of those.
    pub count: usize,
    /// The others.
    pub others: Vec<Departure>,
}

/// A requirement that follows another reading than the rest of its topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Departure {
    /// Id of the requirement.
    pub requirement: RequirementId,
    /// The reading that it follows.
    pub reading: String,
}

/// Something that a run made and that is still there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeftRow {
    /// What it is.
    pub what: String,
    /// The line that takes it away; empty where the run did not come to know one.
    pub curl: String,
}

/// What made the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
}

/// What was tested against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GuideSeal {
    /// Title of the guide.
    pub title: String,
    /// Its edition.
    pub edition: String,
    /// API version that it describes.
    pub api_version: String,
    /// SHA-256 of the spec data.
    pub digest: String,
}

/// What was tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its URL; `embedded` for the emulator of this program.
    pub url: String,
    /// API version that it names.
    pub api_version: Option<String>,
}

/// How it was tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunFacts {
    /// Seed of every drawn value.
    pub seed: u64,
    /// Word in all names that the run made; empty where the seed alone decided them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub word: String,
    /// Cases of each property.
    pub cases: u32,
    /// Requests that were sent.
    pub requests: u64,
    /// Wall time, in milliseconds.
    pub duration_ms: u64,
    /// What might be touched.
    pub allow: String,
    /// Pace, as it was asked for.
    pub rate: String,
    /// Suites that were asked for; empty for all.
    pub suites: Vec<Suite>,
    /// Id prefixes that were asked for; empty for all.
    pub only: Vec<String>,
    /// Deliberate defects and readings of the embedded emulator.
    pub emulator: Vec<String>,
    /// What the run was to keep to: requests or a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<String>,
    /// What had failed in the report before and was asked for: it went out first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_first: Vec<RequirementId>,
}

impl RunFacts {
    /// Of what somebody else recorded: that number of requests, of which none was sent by a run.
    #[must_use]
    pub fn of_recorded(requests: u64, only: Vec<String>) -> Self {
        Self {
            seed: 0,
            word: String::new(),
            cases: 0,
            requests,
            duration_ms: 0,
            allow: "nothing was sent".to_owned(),
            rate: "off".to_owned(),
            suites: Vec::new(),
            only,
            emulator: Vec::new(),
            budget: None,
            failed_first: Vec::new(),
        }
    }
}

/// The count of requirements with each verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names are the verdicts")]
pub struct Summary {
    pub pass: usize,
    pub warn: usize,
    pub fail: usize,
    pub inconclusive: usize,
    pub not_applicable: usize,
    pub error: usize,
}

/// What was played of sequences of commands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SequencesRow {
    /// The count of sequences.
    pub sequences: usize,
    /// The count of ordered pairs of commands that came one after another.
    pub pairs: usize,
    /// The count of pairs that there are.
    pub pairs_of: usize,
    /// The count of commands that were sent.
    pub commands: usize,
    /// The count of those that were accepted.
    pub accepted: usize,
    /// The count of commands of the longest sequence.
    pub longest: usize,
}

/// A requirement and its verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequirementRow {
    /// Id.
    pub id: RequirementId,
    /// Id of the endpoint that it belongs to.
    #[serde(default = "no_endpoint")]
    pub endpoint: EndpointId,
    /// What the guide asks, in our words.
    #[serde(default)]
    pub says: String,
    /// Level.
    pub level: String,
    /// Verdict.
    pub verdict: Verdict,
    /// The topic of its readings.
    pub topic: Option<String>,
    /// The reading that the target follows.
    pub reading: Option<String>,
    /// Title of the guide's section.
    pub section: String,
    /// Page of the guide; 0 where a standard beside it asks.
    pub page: u32,
    /// The count of exchanges or occurrences that were judged.
    pub observations: usize,
    /// Why it is not a pass.
    pub reason: Option<String>,
    /// Who has to act when it is not a pass.
    pub blame: Option<Blame>,
    /// The id of the known gap that it is, or that it rests on and cannot be tested for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<RequirementId>,
}

/// A requirement that the target does not keep, with what shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Id of the requirement.
    pub requirement: RequirementId,
    /// Its level.
    pub level: String,
    /// `fail`, or `warn` where it does not count.
    #[serde(default = "failed")]
    pub verdict: Verdict,
    /// Title of the guide's section.
    pub section: String,
    /// Page of the guide; 0 where a standard beside it asks.
    pub page: u32,
    /// What the guide asks, in our words.
    pub says: String,
    /// What was expected of the answer.
    pub expected: String,
    /// What came.
    pub got: String,
    /// Who has to act.
    pub blame: Blame,
    /// Why the gap is known and accepted, when it is.
    pub known: Option<String>,
    /// What was sent.
    pub request: Shown,
    /// What came back.
    pub response: Shown,
    /// The command lines that show it, in their order.
    pub curl: String,
    /// The environment variables that those lines need, and what they hold; `PATH` where they call this program.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub needs: BTreeMap<String, String>,
    /// A command line that sends it again.
    pub replay: String,
}

/// Of a report that does not have it.
fn no_endpoint() -> EndpointId {
    EndpointId::from("")
}

/// What a gap of a report is in which it does not stand.
fn failed() -> Verdict {
    Verdict::Fail
}

/// A request or an answer, cut to a length that can be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Request line or status line, or why there is none.
    pub line: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
}

/// Something seen that is no gap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObservationRow {
    /// Id of the requirement or endpoint.
    pub requirement: String,
    /// What was seen.
    pub what: String,
    /// Where it stood.
    #[serde(rename = "where")]
    pub place: String,
    /// The count of answers that it stood in.
    pub count: usize,
}

impl Gap {
    /// Whether it makes the target not conformant: it is no warning, and nobody has accepted it.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.known.is_none() && self.verdict == Verdict::Fail && self.level != Level::Should.word()
    }
}

impl Summary {
    pub(super) fn add(&mut self, verdict: Verdict) {
        *self.slot(verdict) += 1;
    }

    fn slot(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Warn => &mut self.warn,
            Verdict::Fail => &mut self.fail,
            Verdict::Inconclusive => &mut self.inconclusive,
            Verdict::NotApplicable => &mut self.not_applicable,
            Verdict::Error => &mut self.error,
        }
    }
}

impl Report {
    /// Whether nothing was tested at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.summary.pass + self.summary.warn + self.summary.fail == 0
    }

    /// The exit code of `certify`: 0 conformant, 1 gaps, 3 a must, or everything, could not be tested or a budget left something out, 5 our
    /// own fault.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let must = Level::Must.word();
        let untested =
            |row: &&RequirementRow| row.verdict == Verdict::Inconclusive && row.level == must && row.known.is_none();
        if self.summary.error > 0 {
            5
        } else if self.gaps.iter().any(Gap::counts) {
            1
        } else if self.is_empty() || !self.left_out.is_empty() || self.requirements.iter().any(|row| untested(&row)) {
            3
        } else {
            0
        }
    }
}
