//! How much a difference weighs, and what is one difference.
//!
//! In: the snapshots of an earlier recording, a new one, and what was judged of it. Out: a [`Drift`]: a row for each difference of an
//! endpoint, whatever the number of answers that have it, with a fingerprint that is the same on every run. What does not differ is not in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use strum::{IntoStaticStr, VariantArray};

use super::{
    branch::Branch,
    compare::{MoveKind, Moved, Relations, compare_by},
    documents,
    gather::{Recording, took_otherwise},
    rows::RowsByPath,
    snapshot::Snapshot,
};
use crate::{
    model::{
        id::RequirementId,
        verdict::{Finding, Verdict},
    },
    spec::{Demand, Endpoint, Origin, Requirement, Spec},
};

/// The most requirements that a row names.
const REQUIREMENTS_MAX: usize = 5;

/// How the places of what documents state begin.
const IN_DOCUMENTS: [&str; 9] = [
    "body/operation ",
    "body/openapi",
    "body/version",
    "body/credentials",
    "body/security scheme ",
    "body/element ",
    "body/attribute ",
    "body/type ",
    "body/name ",
];

/// How much a difference weighs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DriftLevel {
    /// Something that may differ from day to day
    Note,
    /// The form of an answer, or a value that is always the same
    Change,
    /// A requirement fails now
    Gap,
}

impl DriftLevel {
    /// The word in reports and options.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// One difference between two recordings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DriftRow {
    /// Twelve hexadecimal digits, made of endpoint, kind and place.
    pub fingerprint: String,
    /// How much it weighs.
    pub level: DriftLevel,
    /// What kind it is.
    pub kind: &'static str,
    /// Id of the endpoint.
    pub endpoint: String,
    /// The names that lead to its place.
    pub path: String,
    /// What was there, in the first answer that has it.
    pub was: String,
    /// What is there.
    pub is: String,
    /// Page of the guide that documents the place; 0 where none does.
    pub page: u32,
    /// Ids of the snapshots that have it.
    pub snapshots: BTreeSet<String>,
    /// Requirements that fail now, or what the difference is about: whole ids, or how they begin.
    pub requirements: BTreeSet<String>,
}

/// What was judged of the new recording.
#[derive(Debug, Clone, Copy)]
pub struct JudgedNow<'a> {
    /// One finding for each requirement.
    pub findings: &'a BTreeMap<RequirementId, Finding>,
    /// What failed, too, but rests on something that fails.
    pub masked: &'a [RequirementId],
}

/// What differs between two recordings.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drift {
    /// The differences, the weightiest first.
    pub rows: Vec<DriftRow>,
    /// Snapshots whose request is another one by now: they say nothing of the target.
    pub stale: BTreeSet<String>,
    /// Snapshots for which no answer came.
    pub missing: BTreeSet<String>,
    /// Answers of which there is no snapshot.
    pub unknown: BTreeSet<String>,
    /// The count of snapshots that were compared.
    pub compared: usize,
    /// The answers that differ, with the numbers of the recording before them.
    pub pending: BTreeMap<String, Snapshot>,
}

/// Compares a recording with the snapshots of an earlier one.
#[must_use]
pub fn drift(spec: &Spec, before: &BTreeMap<String, Snapshot>, now: &Recording, judged: &JudgedNow<'_>) -> Drift {
    let mut drift = Drift::default();
    let mut relations = Relations::default();
    before.values().for_each(|snapshot| relations.note(&snapshot.answer));
    let failed = judged.findings.iter().filter(|(_, finding)| finding.verdict == Verdict::Fail).map(|(id, _)| id);
    let failing: Vec<&Requirement> = failed.chain(judged.masked).filter_map(|id| spec.requirement(id)).collect();
    // What is noise in one answer of an endpoint is noise in all of them: whether it was caught there is chance.
    let mut noise: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for head in before.values().map(|snapshot| &snapshot.head) {
        noise.entry(&head.endpoint).or_default().extend(head.noise.iter().map(String::as_str));
    }
    let mut rows: BTreeMap<String, DriftRow> = BTreeMap::new();
    let mut differing: BTreeSet<&String> = BTreeSet::new();
    for (id, old) in before {
        let Some(new) = now.snapshots.get(id) else {
            drift.missing.insert(id.clone());
            continue;
        };
        if old.head.digest != new.head.digest || old.head.endpoint != new.head.endpoint {
            drift.stale.insert(id.clone());
            continue;
        }
        let Some(endpoint) = spec.endpoints.get(new.head.endpoint.as_str()) else { continue };
        drift.compared += 1;
        let by_path = RowsByPath::of(endpoint);
        let mut moved = compare_by(&by_path, &old.answer, &new.answer, &mut relations);
        moved.extend(timing(old, now.took_ms.get(id).copied()));
        let noise = noise.get(old.head.endpoint.as_str());
        moved.retain(|one| !noise.is_some_and(|places| places.contains(one.place().as_str())));
        if !moved.is_empty() {
            differing.insert(id);
        }
        let answers = [&old.answer, &new.answer];
        let place = Place { spec, endpoint, rows: &by_path, failing: &failing, id, answers };
        moved.into_iter().for_each(|one| place.add(one, &mut rows));
    }
    drift.unknown = now.snapshots.keys().filter(|id| !before.contains_key(*id)).cloned().collect();
    let pending = differing.into_iter().chain(&drift.stale).chain(&drift.unknown);
    for (id, new) in pending.filter_map(|id| now.snapshots.get_key_value(id)) {
        let mut pending = Snapshot { head: new.head.clone(), answer: relations.renumbered(&new.answer) };
        if let Some(old) = before.get(id).filter(|old| old.head.digest == new.head.digest) {
            pending.head.noise.clone_from(&old.head.noise);
        }
        drift.pending.insert(id.clone(), pending);
    }
    drift.rows = rows.into_values().collect();
    drift.rows.sort_by(|one, two| {
        two.level
            .cmp(&one.level)
            .then_with(|| (&one.endpoint, &one.path, one.kind).cmp(&(&two.endpoint, &two.path, two.kind)))
    });
    drift
}

/// The differences between a snapshot and what may take its place, each with its fingerprint.
#[must_use]
pub fn moved(spec: &Spec, was: &Snapshot, is: &Snapshot) -> Vec<(String, Moved)> {
    let rows = spec.endpoints.get(is.head.endpoint.as_str()).map_or_else(RowsByPath::none, RowsByPath::of);
    let all = compare_by(&rows, &was.answer, &is.answer, &mut Relations::default());
    let counts = |one: &Moved| !was.head.noise.contains(&one.place());
    all.into_iter().filter(counts).map(|one| (fingerprint(&is.head.endpoint, &one), one)).collect()
}

fn timing(old: &Snapshot, took_ms: Option<u64>) -> Option<Moved> {
    let class = took_otherwise(&old.head.took, took_ms?)?;
    let (was, is) = (old.head.took.clone(), class.to_owned());
    Some(Moved { kind: MoveKind::Timing, path: "took".to_owned(), was, is })
}

/// Where a difference was found.
struct Place<'a> {
    spec: &'a Spec,
    endpoint: &'a Endpoint,
    rows: &'a RowsByPath<'a>,
    failing: &'a [&'a Requirement],
    id: &'a str,
    /// What was answered, and what is.
    answers: [&'a Branch; 2],
}

impl Place<'_> {
    /// Adds a difference to the one that it is the same as.
    fn add(&self, moved: Moved, rows: &mut BTreeMap<String, DriftRow>) {
        let fingerprint = fingerprint(&self.endpoint.id, &moved);
        let failing = self.failing(&moved);
        let level = if failing.is_empty() { self.level(&moved) } else { DriftLevel::Gap };
        let about = if failing.is_empty() { self.about(&moved) } else { failing };
        let row = rows.entry(fingerprint.clone()).or_insert_with(|| DriftRow {
            fingerprint,
            level,
            kind: moved.kind.word(),
            endpoint: self.endpoint.id.to_string(),
            page: self.rows.at(&moved.path).map_or(0, |(_, row)| row.page),
            path: moved.path,
            was: moved.was,
            is: moved.is,
            snapshots: BTreeSet::new(),
            requirements: BTreeSet::new(),
        });
        // What only some of the answers show is a gap all the same.
        if level > row.level {
            row.level = level;
            row.requirements.clear();
        }
        if level == row.level {
            row.requirements.extend(about);
            while row.requirements.len() > REQUIREMENTS_MAX {
                row.requirements.pop_last();
            }
        }
        row.snapshots.insert(self.id.to_owned());
    }

    /// How much it weighs where no requirement fails by it.
    fn level(&self, moved: &Moved) -> DriftLevel {
        use DriftLevel::{Change, Note};
        let path = moved.path.as_str();
        let in_document = IN_DOCUMENTS.iter().any(|begins| path.starts_with(begins));
        match moved.kind {
            MoveKind::Order | MoveKind::Count | MoveKind::Timing => Note,
            MoveKind::Status | MoveKind::Type | MoveKind::Identity => Change,
            MoveKind::New if in_document => Note,
            MoveKind::Gone | MoveKind::New => match self.rows.at(path) {
                // What the guide documents may come, and what is not always there may be absent.
                Some(_) if moved.kind == MoveKind::New || !self.rows.is_always_there(path) => Note,
                _ => Change,
            },
            MoveKind::Header if moved.was.is_empty() || moved.is.is_empty() || path == "headers/content-type" => Change,
            MoveKind::Value if in_document || self.rows.is_constant(path) => Change,
            MoveKind::Value | MoveKind::Header => Note,
        }
    }

    /// Requirements that fail now, and that look at that place.
    fn failing(&self, moved: &Moved) -> BTreeSet<String> {
        let is_a_list = self.rows.at(&moved.path).is_none_or(|(_, row)| row.count_max != Some(1));
        if matches!(moved.kind, MoveKind::Order | MoveKind::Timing) || moved.kind == MoveKind::Count && is_a_list {
            return BTreeSet::new();
        }
        let own = self.id.split('+').next().unwrap_or_default();
        let row = self.rows.at(&moved.path).map(|(number, _)| number);
        let below = format!("{}/", moved.path);
        let looks = |requirement: &&&Requirement| match &requirement.demand {
            _ if requirement.endpoint != self.endpoint.id => false,
            Demand::Present(number) | Demand::Typed(number) | Demand::Named(number) => {
                let part_of_it = || self.rows.path_of(*number).is_some_and(|at| at.starts_with(below_root(&below)));
                row == Some(*number) || moved.kind == MoveKind::Gone && part_of_it()
            }
            Demand::Steps(_) if requirement.origin == Origin::DocumentRead => {
                moved.path.starts_with("body") || moved.kind == MoveKind::Status || *requirement.id == *own
            }
            Demand::Steps(_) => *requirement.id == *own,
            Demand::Schema | Demand::OwnSchema | Demand::AsWritten(_) | Demand::Shape => moved.path.starts_with("body"),
            Demand::EveryAnswer { .. } => true,
            Demand::Archive(_) | Demand::Feed(_) | Demand::Sequence(_) => false,
        };
        let mut found: Vec<&&Requirement> = self.failing.iter().filter(looks).collect();
        // What looks at the very place says more than what looks at the whole answer.
        let exact = |requirement: &Requirement| {
            matches!(requirement.demand, Demand::Present(_) | Demand::Typed(_) | Demand::Named(_))
        };
        if found.iter().any(|requirement| exact(requirement)) {
            found.retain(|requirement| exact(requirement));
        }
        found.into_iter().map(|requirement| requirement.id.to_string()).collect()
    }

    /// What a difference is about, where nothing fails by it.
    fn about(&self, moved: &Moved) -> BTreeSet<String> {
        let path = &moved.path;
        if let Some((number, _)) = self.rows.at(path) {
            let of_the_row = |one: &&Requirement| {
                one.endpoint == self.endpoint.id
                    && matches!(one.demand, Demand::Present(n) | Demand::Typed(n) | Demand::Named(n) if n == number)
            };
            return self.spec.all().filter(of_the_row).map(|one| one.id.to_string()).collect();
        }
        let Some(first) = path.strip_prefix("body/") else { return BTreeSet::new() };
        if let Some(operation) = first.strip_prefix("operation ") {
            // The ids of what is made of an operation begin with its path and method.
            let Some((method, rest)) = operation.split_once(' ') else { return BTreeSet::new() };
            let ends = [
                "/request",
                "/answer ",
                "/path parameter ",
                "/query parameter ",
                "/header parameter ",
                "/credentials",
                "/cookie parameter ",
            ];
            let end = ends.iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
            let chapter = self.endpoint.id.split('/').next().unwrap_or_default();
            let path = rest[..end].trim_end_matches('/');
            return BTreeSet::from([format!("{chapter}{path}/{}/", method.to_ascii_lowercase())]);
        }
        let declared = documents::declared(path, self.answers);
        if !declared.is_empty() {
            let chapter = self.endpoint.id.split('/').next().unwrap_or_default();
            let is_it = |one: &&Requirement| {
                let Some(endpoint) = self.spec.endpoints.get(&one.endpoint) else { return false };
                let (Demand::Present(number) | Demand::Typed(number)) = one.demand else { return false };
                let last =
                    |row: &str| declared.contains(row.rsplit('/').next().unwrap_or_default().trim_start_matches('@'));
                one.endpoint.starts_with(&format!("{chapter}/"))
                    && endpoint.elements.get(number).is_some_and(|row| last(&row.path))
            };
            return self.spec.all().filter(is_it).map(|one| one.id.to_string()).take(REQUIREMENTS_MAX).collect();
        }
        match path.strip_prefix("body/name ") {
            Some(_) => BTreeSet::from([format!("{}/", self.endpoint.id)]),
            None => BTreeSet::new(),
        }
    }
}

/// A place without `body` and the root.
fn below_root(path: &str) -> &str {
    path.strip_prefix("body/").and_then(|rest| rest.split_once('/')).map_or(path, |(_, below)| below)
}

/// Twelve digits that are the same wherever the same kind of difference is at the same place.
fn fingerprint(endpoint: &str, moved: &Moved) -> String {
    let digest = Sha256::digest(format!("{endpoint}\n{}", moved.place()));
    digest[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}
