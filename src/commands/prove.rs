//! `touchmark prove`: the kill matrix of requirements and deliberate defects, in memory.
//!
//! A must requirement that no defect fails, a defect that nobody notices, and a finding on the emulator without defects are each
//! a fault of ours. Exceptions are data with a reason; one that excepts nothing is a fault too.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{Display, Write as _},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use clap::Args;

use super::{
    Failure,
    beyond_certify::{Seen, beyond_certify},
    exit, load_spec,
    matrix::{Matrix, chapter},
    memory::InMemory,
    noticing::{Exception, Known, failed_by, failures, in_memory, known, scopes, side_by_side, with_defect},
    option_values::Within,
    print, say,
};
use crate::{
    emulator::{self, Defect},
    generate,
    model::verdict::Verdict,
    report::plural,
    spec::{Level, Requirement, Spec, fuzz, glob},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only defects whose id starts with this
    #[arg(long = "defect", value_name = "ID-PREFIX")]
    defects: Vec<String>,
    /// Number of seeds at which the emulator without defects is run: everything at the first two, then what the seed decides
    #[arg(long, allow_negative_numbers = true, value_name = "N", default_value_t = Within::of(40))]
    seeds: Within<0, 1_000_000>,
    /// Print the whole matrix
    #[arg(long)]
    matrix: bool,
    /// Write the whole matrix, and a summary of it by chapter, into a folder
    #[arg(long, value_name = "DIR")]
    matrix_dir: Option<std::path::PathBuf>,
    /// Spec data of a folder instead of the data inside the program
    #[arg(long, value_name = "DIR")]
    specs: Option<std::path::PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let spec = load_spec(arguments.specs.as_deref())?;
    if let Some(unknown) =
        arguments.defects.iter().find(|p| !emulator::catalogue().iter().any(|d| d.id.starts_with(*p)))
    {
        return Err(Failure::usage(format!(
            "--defect {unknown}: no defect's id starts with that\n  touchmark emulate --list-defects prints all of them"
        )));
    }
    let (prefixes, seeds) = (&arguments.defects, u64::from(arguments.seeds.get()));
    let whole = prefixes.is_empty();
    let chosen = |defect: &Defect| whole || prefixes.iter().any(|prefix| defect.id.starts_with(prefix.as_str()));
    let matrix = prove(&spec, &Proof { defects: &chosen, seeds, far: true }, &|done, of| {
        if done % 100 == 0 || done == of {
            say(&format!("{done} of {of}"));
        }
    });
    if let Some(folder) = &arguments.matrix_dir {
        matrix.write(folder).map_err(|error| Failure::usage(format!("{}: {error}", folder.display())))?;
    }
    let mut out = String::new();
    if arguments.matrix || !whole {
        out.push_str(&matrix.to_text());
    }
    list(&mut out, "not noticed by any requirement", &matrix.unnoticed);
    list(&mut out, "accused without a defect", &matrix.accused);
    if whole {
        list(&mut out, "a must that no defect fails", &matrix.never_failed);
        list(&mut out, "an exception that excepts nothing", &matrix.stale);
    }
    let faults = matrix.unnoticed.len()
        + matrix.accused.len()
        + if whole { matrix.never_failed.len() + matrix.stale.len() } else { 0 };
    let _ = writeln!(
        out,
        "{}, {} excepted with a reason, {} without a finding: {}",
        plural(matrix.rows.len(), "defect"),
        matrix.excepted,
        plural(usize::try_from(seeds).unwrap_or(usize::MAX), "seed"),
        if faults == 0 { "complete".to_owned() } else { format!("{} left", plural(faults, "fault")) },
    );
    print(&out);
    Ok(if faults == 0 { exit::CONFORMANT } else { exit::GAPS })
}

fn list(out: &mut String, what: &str, ids: &[impl Display]) {
    for id in ids {
        let _ = writeln!(out, "{what}: {id}");
    }
}

/// What a proof tries.
pub struct Proof<'a> {
    /// Which defects the emulator has, one at a time.
    pub defects: &'a (dyn Fn(&Defect) -> bool + Sync),
    /// The number of seeds at which the emulator without defects is run.
    pub seeds: u64,
    /// Whether a requirement that no defect near it failed is held against every defect of its chapter.
    pub far: bool,
}

/// Runs the defects, and the emulator without any. `progress` is called with the count of finished runs.
#[must_use]
pub fn prove(spec: &Spec, proof: &Proof<'_>, progress: &(dyn Fn(usize, usize) + Sync)) -> Matrix {
    // What fuzzing asks is held against defects as all else is.
    let spec = &fuzz::extend(spec);
    let seeds = proof.seeds;
    let defects: Vec<Defect> = emulator::catalogue().into_iter().filter(proof.defects).collect();
    let known = known();
    let exceptions = &known.exception;
    let drawn: Vec<String> = spec.all().filter(|r| generate::is_drawn(spec, r)).map(|r| format!("={}", r.id)).collect();
    let matrix = Mutex::new(Matrix::default());
    let of = defects.len() + usize::try_from(seeds).unwrap_or(usize::MAX);
    let done = AtomicUsize::new(0);
    side_by_side(of, &|number| {
        match defects.get(number) {
            Some(defect) => {
                let excepted = exceptions.iter().any(|exception| glob(&exception.id, &defect.id));
                let failed = failed_by(spec, &known, defect, excepted);
                if let Ok(mut matrix) = matrix.lock() {
                    matrix.rows.insert(defect.id.clone(), failed);
                }
            }
            None => {
                let seed = (number - defects.len()) as u64;
                let seen = Seen::default();
                let accused = accused(spec, seed, &drawn, &seen);
                // At the first seed everything is sent.
                let beyond = (seed == 0).then(|| beyond_certify(&seen));
                if let Ok(mut matrix) = matrix.lock() {
                    matrix.accused.extend(accused);
                    matrix.beyond_certify.extend(beyond.into_iter().flatten());
                }
            }
        }
        progress(done.fetch_add(1, Ordering::Relaxed) + 1, of);
    });
    let mut matrix = matrix.into_inner().unwrap_or_default();
    matrix.accused.sort();
    if proof.far {
        once_more(spec, &known, &defects, &mut matrix);
    }
    conclude(spec, exceptions, &mut matrix);
    matrix
}

/// What no defect near it failed, and should have, is asked of the defects of its chapter: what is wrong with one endpoint, or with all, may
/// show there. They come in rounds, those of behaviour first, which are of the widest effect; what failed in one round is not asked again
/// in the next.
fn once_more(spec: &Spec, known: &Known, defects: &[Defect], matrix: &mut Matrix) {
    let mut left: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let failed = matrix.failed();
    let excepted = |id: &str| known.exception.iter().any(|exception| glob(&exception.id, id));
    let never_failed = |r: &&Requirement| r.level == Level::Must && !failed.contains(r.id.as_str()) && !excepted(&r.id);
    for requirement in spec.all().filter(never_failed) {
        left.entry(&requirement.endpoint).or_default().insert(requirement.id.as_str());
    }
    let (mut wide, narrow): (Vec<&Defect>, Vec<&Defect>) = defects.iter().partition(|d| d.id.starts_with("behaviour:"));
    // First those of which only a part was asked: most of what is left is what they were not asked.
    wide.sort_by_cached_key(|defect| {
        let [near, around] = scopes(known, defect);
        near == around
    });
    for round in [wide, narrow].iter().flat_map(|defects| defects.chunks(ROUND)) {
        let asked = |defect: &Defect| -> Vec<String> {
            let [_, around] = scopes(known, defect);
            let is_around =
                |id: &str| around.iter().any(|prefix| prefix.starts_with("fuzz/") && id.starts_with(prefix));
            let of = |(endpoint, ids): (&&str, &BTreeSet<&str>)| -> Vec<String> {
                let all = concerns(known, defect, endpoint);
                ids.iter().filter(|id| all || is_around(id)).map(|id| format!("={id}")).collect()
            };
            left.iter().flat_map(of).collect()
        };
        let work: Vec<(&Defect, Vec<String>)> =
            round.iter().map(|defect| (*defect, asked(defect))).filter(|(_, only)| !only.is_empty()).collect();
        let found = Mutex::new(Vec::new());
        side_by_side(work.len(), &|number| {
            let (defect, only) = &work[number];
            let failed = failures(&with_defect(spec, defect, only.clone()));
            if let Ok(mut found) = found.lock() {
                found.push((defect.id.clone(), failed));
            }
        });
        for (defect, failed) in found.into_inner().unwrap_or_default() {
            for noticed in &failed {
                left.values_mut().for_each(|ids| _ = ids.remove(noticed.by()));
            }
            matrix.rows.entry(defect).or_default().extend(failed);
        }
    }
}

/// The number of defects of a round.
const ROUND: usize = 8;

/// Whether a defect, which touches another endpoint or all of them, may show at an endpoint.
fn concerns(known: &Known, defect: &Defect, endpoint: &str) -> bool {
    let [_, around] = scopes(known, defect);
    let (of, its) = (chapter(endpoint), chapter(&defect.touches));
    let is_general = |endpoint: &str, chapter: &str| endpoint.strip_suffix("/general") == Some(chapter);
    endpoint == defect.touches
        || its != of && around.iter().any(|prefix| endpoint.starts_with(prefix.trim_end_matches('/')))
        // How parameters are encoded is one for all.
        || defect.touches == "command/general"
        || is_general(&defect.touches, of)
        || (is_general(endpoint, of) && its == of && defect.id.starts_with("behaviour:"))
}

/// What is missing, exceptions left out.
fn conclude(spec: &Spec, exceptions: &[Exception], matrix: &mut Matrix) {
    let mut used = BTreeSet::new();
    let failed = matrix.failed();
    let mut excepted = |id: &str| match exceptions.iter().position(|e| !e.reason.is_empty() && glob(&e.id, id)) {
        Some(number) => {
            used.insert(number);
            true
        }
        None => false,
    };
    let mut count = 0;
    let mut missing = |id: &str| {
        let out = excepted(id);
        count += usize::from(out);
        !out
    };
    matrix.never_failed = spec
        .requirements
        .values()
        .filter(|r| r.level == Level::Must && !failed.contains(r.id.as_str()))
        .filter(|r| !emulator::absent().iter().any(|prefix| r.id.starts_with(prefix)))
        .map(|r| r.id.clone())
        .filter(|id| missing(id))
        .collect();
    matrix.unnoticed = matrix
        .rows
        .iter()
        .filter(|(_, failed)| failed.is_empty())
        .map(|(id, _)| id.clone())
        .filter(|id| missing(id))
        .collect();
    matrix.excepted = count;
    matrix.stale = (0..exceptions.len()).filter(|n| !used.contains(n)).map(|n| exceptions[n].id.clone()).collect();
}

/// At this number of seeds everything is asked for; at the others what the seed decides.
const WHOLE_SEEDS: u64 = 2;

/// What the emulator without defects is accused of, or what could not be tested. `drawn` selects what the seed decides.
fn accused(spec: &Spec, seed: u64, drawn: &[String], seen: &Seen) -> Vec<String> {
    let only = if seed < WHOLE_SEEDS { Vec::new() } else { drawn.to_vec() };
    match in_memory(spec, InMemory { seed, only, on_the_way: seen.looker(), ..InMemory::default() }) {
        Err(abort) => vec![format!("seed {seed}: {abort:?}")],
        Ok(run) => run
            .judged
            .findings
            .iter()
            .filter(|(id, f)| {
                let level = run.extended.as_ref().unwrap_or(spec).requirements[*id].level;
                let untested = f.verdict == Verdict::Inconclusive && level == Level::Must;
                matches!(f.verdict, Verdict::Fail | Verdict::Warn | Verdict::Error) || untested
            })
            .map(|(id, f)| format!("seed {seed}: {id}: {} {:?} {:?}", f.verdict.word(), f.reason, f.evidence))
            .collect(),
    }
}
