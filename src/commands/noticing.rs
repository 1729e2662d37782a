//! Who notices a defect: runs of some requirements, in memory, against an emulator that has it.
//!
//! In: a defect, and what is known of where such ones show. Out: the requirements that fail. Nothing here says whether that is enough.

use std::{
    num::NonZeroUsize,
    sync::atomic::{AtomicUsize, Ordering},
};

use serde::Deserialize;

use super::{matrix::Noticed, memory::InMemory};
use crate::{
    emulator::{Config, Defect},
    model::{
        suite::Suite,
        verdict::{Finding, Verdict},
    },
    run::{self, Run},
    spec::{SchemaOf, Spec, glob},
};

/// That a defect is noticed is confirmed by that number of requirements; whatever else fails with it counts without.
pub(super) const CONFIRMED_MAX: u32 = 1;

/// Where defects are looked for, and what the exceptions are, and why.
const KNOWN: &str = include_str!("prove.toml");

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Known {
    pub(super) place: Vec<Place>,
    pub(super) exception: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    /// Which defects, `*` for any run of characters.
    defects: String,
    /// Beginnings of the ids of the requirements that are about it.
    seen_in: Vec<String>,
    /// The same for how its elements look, where that is not in its own `response/`.
    #[serde(default)]
    elements_in: Vec<String>,
    /// A part of them that notices most of it, and is asked first.
    #[serde(default)]
    first_in: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exception {
    /// A requirement or defect, `*` for any run of characters.
    pub(super) id: String,
    pub(super) reason: String,
}

/// A file that cannot be read excepts nothing, which is a fault.
pub(super) fn known() -> Known {
    toml::from_str(KNOWN).unwrap_or_else(|error| Known {
        exception: vec![Exception { id: format!("prove.toml: {error}"), reason: String::new() }],
        ..Known::default()
    })
}

/// The requirements that fail with a defect: first those near it; all of them when none of those notices, unless it is known that
/// nothing does.
pub(super) fn failed_by(spec: &Spec, known: &Known, defect: &Defect, excepted: bool) -> Vec<Noticed> {
    let mut scopes = scopes(known, defect).to_vec();
    scopes.iter_mut().for_each(|scope| scope.retain(|prefix| spec.selects(prefix)));
    // No prefix at all is everything.
    scopes.retain(|scope| !scope.is_empty());
    scopes.extend((!excepted).then(Vec::new));
    for scope in scopes {
        let failed = failures(&with_defect(spec, defect, scope));
        if !failed.is_empty() {
            return failed;
        }
    }
    Vec::new()
}

/// A run of some requirements against the emulator with one defect.
pub(super) fn with_defect(spec: &Spec, defect: &Defect, only: Vec<String>) -> Result<Run, run::Abort> {
    let config = Config { defects: vec![defect.clone()], ..Config::demo() };
    // Fuzzing asks whether a secret comes back, and for that it has to be looked for.
    let seen_by_nobody = !spec.select(&only).any(|requirement| requirement.suite == Suite::Fuzz);
    in_memory(spec, InMemory { config, only, seen_by_nobody, ..InMemory::default() })
}

/// Id prefixes of the requirements that look at the very thing, and of those that are about what a defect touches.
pub(super) fn scopes(known: &Known, defect: &Defect) -> [Vec<String>; 2] {
    let touches = &defect.touches;
    let place = known.place.iter().find(|place| glob(&place.defects, &defect.id));
    let around = place.map_or_else(|| vec![format!("{touches}/")], |place| place.seen_in.clone());
    let near = match place.map(|place| place.elements_in.clone()).filter(|prefixes| !prefixes.is_empty()) {
        _ if defect.id.starts_with("behaviour:") => place
            .map(|place| place.first_in.clone())
            .filter(|first| !first.is_empty())
            .unwrap_or_else(|| around.clone()),
        Some(prefixes) => prefixes,
        // A defect of an element is one of how answers look. Answers of one endpoint are held against the schema of all.
        None => {
            let own = ["response/", "schema", "json-schema"].iter().map(|part| format!("{touches}/{part}"));
            own.chain([format!("{}/schema/accepts-own-answers", SchemaOf::endpoint(touches).name())]).collect()
        }
    };
    [near, around]
}

/// What failed. A run that could not even start fails by its reason.
pub(super) fn failures(run: &Result<Run, run::Abort>) -> Vec<Noticed> {
    match run {
        Err(abort) => vec![Noticed::Aborted(format!("{abort:?}"))],
        Ok(run) => {
            // An unmet `should` notices a defect as well; it is only reported more softly.
            let noticed = |f: &Finding| matches!(f.verdict, Verdict::Fail | Verdict::Warn);
            let failed =
                run.judged.findings.iter().filter(|(_, f)| noticed(f)).map(|(id, _)| Noticed::Failed(id.clone()));
            let masked = run.judged.masked.iter().cloned().map(Noticed::Masked);
            failed.chain(masked).collect()
        }
    }
}

/// One run against an emulator in memory, of which a few fails are confirmed.
pub(super) fn in_memory(spec: &Spec, asked: InMemory) -> Result<Run, run::Abort> {
    InMemory { confirmed_max: Some(CONFIRMED_MAX), ..asked }.run(spec)
}

/// Does this number of pieces of work, one on each processor at a time.
pub(super) fn side_by_side(of: usize, work: &(dyn Fn(usize) + Sync)) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, NonZeroUsize::get) {
            scope.spawn(|| {
                let all = || {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= of {
                            break;
                        }
                        work(number);
                    }
                };
                // Every processor has a run of its own, so none is judged on several.
                match rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build() {
                    Ok(alone) => alone.install(all),
                    Err(_) => all(),
                }
            });
        }
    });
}
