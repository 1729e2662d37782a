//! What was seen of each demand, and the finding that comes of it.
//!
//! In: what is good or bad of a demand, in which notation it came, and where. Out: a [`Finding`], and what was observed besides. Nothing
//! here looks at a row or a message.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    num::NonZeroUsize,
};

use crate::{
    model::verdict::{Evidence, Finding, Observation},
    spec::{ArchiveDemand, ArchiveWord, ModelTable, Requirement},
    vocabulary::shorten,
};

use super::{across::Across, source::Source};

/// What was seen of one demand.
#[derive(Default)]
pub(super) struct Tally {
    /// Where it could be seen.
    good: BTreeSet<Source>,
    /// The first thing that speaks against it.
    bad: Option<Evidence>,
}

/// What was seen of the state model.
pub(in crate::judge) struct ModelJudge<'a> {
    pub(super) tables: &'a [ModelTable],
    pub(super) tallies: HashMap<ArchiveDemand, Tally>,
    /// Which readings were seen of a demand, and where first; field by field where the guide itself differs from one to the next.
    pub(super) notations: HashMap<ArchiveDemand, BTreeMap<String, BTreeMap<&'a str, Source>>>,
    pub(super) observed: BTreeMap<(String, String), BTreeSet<Source>>,
    /// Logging session ids of presentations, as their rows say.
    pub(super) presentations: HashSet<String>,
    /// The first source in which a row of a support session is made.
    pub(super) sessions_began: Option<Source>,
    /// What only all sources together tell.
    pub(super) across: Across,
    /// Whether the rows at hand may be in between, so that what they lack may still come.
    pub(super) unsettled: bool,
    /// What unsettled rows name and is not among them.
    pub(super) dangling: Vec<Dangling>,
}

/// A row that is named and is not there.
pub(in crate::judge) struct Dangling {
    pub(in crate::judge) demand: ArchiveDemand,
    /// Its table, and its id or its logging session id.
    pub(in crate::judge) row: (String, String),
    pub(in crate::judge) source: Source,
    pub(in crate::judge) expected: String,
}

impl<'a> ModelJudge<'a> {
    /// Nothing was seen yet.
    pub(in crate::judge) fn new(tables: &'a [ModelTable]) -> Self {
        Self {
            tables,
            tallies: HashMap::new(),
            notations: HashMap::new(),
            observed: BTreeMap::new(),
            presentations: HashSet::new(),
            sessions_began: None,
            across: Across::default(),
            unsettled: false,
            dangling: Vec::new(),
        }
    }

    /// The tables of the guide.
    pub(in crate::judge) fn tables(&self) -> &'a [ModelTable] {
        self.tables
    }

    /// Whether a logging session id is that of a presentation.
    pub(in crate::judge) fn is_presentation(&self, lsid: &str) -> bool {
        self.presentations.contains(lsid)
    }

    /// The first source in which a support session began.
    pub(in crate::judge) fn sessions_began(&self) -> Option<Source> {
        self.sessions_began
    }

    /// Whether anything was seen of a demand.
    pub(in crate::judge) fn has_seen(&self, demand: ArchiveDemand) -> bool {
        self.tallies.contains_key(&demand)
    }

    pub(in crate::judge) fn good(&mut self, demand: ArchiveDemand, source: Source) {
        self.tallies.entry(demand).or_default().good.insert(source);
    }

    pub(in crate::judge) fn bad(
        &mut self,
        demand: ArchiveDemand,
        source: Source,
        expected: impl Into<String>,
        got: impl Into<String>,
    ) {
        let evidence = || Evidence {
            expected: expected.into(),
            got: shorten(&got.into()),
            record: source.record,
            exchange: source.exchange,
        };
        self.tallies.entry(demand).or_default().bad.get_or_insert_with(evidence);
    }

    /// What the rows that were looked at last name and lack.
    pub(in crate::judge) fn take_dangling(&mut self) -> Vec<Dangling> {
        std::mem::take(&mut self.dangling)
    }

    /// Something lacks, which speaks against the target unless it may still come.
    pub(super) fn lacks(&mut self, demand: ArchiveDemand, source: Source, expected: String, got: impl Into<String>) {
        if !self.unsettled {
            self.bad(demand, source, expected, got);
        }
    }

    pub(in crate::judge) fn note(&mut self, word: ArchiveWord, reading: &'static str, source: Source) {
        self.note_of(ArchiveDemand::Word(word), "", reading, source);
    }

    pub(in crate::judge) fn note_of(&mut self, demand: ArchiveDemand, field: &str, reading: &'a str, source: Source) {
        let of = self.notations.entry(demand).or_default();
        // A target that makes names up does not fill the memory; the guide has far fewer.
        if of.len() < 1_000 || of.contains_key(field) {
            of.entry(field.to_owned()).or_default().entry(reading).or_insert(source);
        }
    }

    /// Something that is no gap was seen.
    pub(in crate::judge) fn observe(&mut self, what: &str, place: String, source: Source) {
        // A target that makes names up does not fill the report.
        if self.observed.len() < 200 {
            self.observed.entry((what.to_owned(), place)).or_default().insert(source);
        }
    }

    /// Whether it is written in one way throughout, and in which.
    pub(in crate::judge) fn notation(&self, demand: ArchiveDemand) -> Finding {
        let mut all: BTreeSet<&str> = BTreeSet::new();
        for seen in self.notations.get(&demand).into_iter().flat_map(BTreeMap::values) {
            all.extend(seen.keys());
            if let Some((_, source)) = seen.iter().nth(1) {
                let expected = "one notation throughout".to_owned();
                let got = seen.keys().copied().collect::<Vec<_>>().join(" and ");
                return Finding::fail(Evidence { expected, got, record: source.record, exchange: source.exchange });
            }
        }
        if all.is_empty() {
            return Finding::not_applicable("the archives had nothing of that kind in them");
        }
        let mut finding = Finding::pass(NonZeroUsize::MIN);
        finding.reading = Some(all.into_iter().collect::<Vec<_>>().join(" and "));
        finding
    }

    /// Whether it was seen, and nothing that speaks against it.
    pub(in crate::judge) fn tally(&self, requirement: &Requirement, demand: ArchiveDemand) -> Finding {
        let tally = self.tallies.get(&demand);
        if let Some(evidence) = tally.and_then(|tally| tally.bad.clone()) {
            return Finding::fail(evidence);
        }
        let good = tally.and_then(|tally| NonZeroUsize::new(tally.good.len()));
        good.map_or_else(
            || {
                let what = requirement.id.rsplit('/').next().unwrap_or_default();
                Finding::not_applicable(format!("the archives that were fetched had no occasion to show it ({what})"))
            },
            Finding::pass,
        )
    }

    /// What was seen that is no gap.
    pub(in crate::judge) fn observations(&self, endpoint: &str) -> Vec<Observation> {
        let observation = |((what, place), sources): (&(String, String), &BTreeSet<Source>)| Observation {
            requirement: endpoint.to_owned(),
            what: what.clone(),
            place: place.clone(),
            count: sources.len(),
        };
        self.observed.iter().map(observation).collect()
    }
}
