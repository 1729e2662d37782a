//! The proof: every must requirement is failed by a deliberate defect, every defect is noticed, and no seed accuses anybody.

use touchmark::{commands::prove, spec};

use crate::support::snapshot;

const SEEDS: u64 = 4;

/// The chapters whose proof is part of the tests; `touchmark prove` runs that of all.
const CHAPTERS: [&str; 2] = ["auth/", "command/"];

/// Beginnings of the ids of their defects.
fn prefixes() -> Vec<String> {
    let verbs = ["behaviour", "drop", "duplicate", "empty", "mistype", "rename"];
    verbs.iter().flat_map(|verb| CHAPTERS.map(|chapter| format!("{verb}:{chapter}"))).collect()
}

#[test]
fn every_must_can_fail_every_defect_is_noticed_and_no_seed_accuses_the_emulator() {
    let spec = spec::embedded().expect("sound data");
    let matrix = prove(&spec, &prefixes(), SEEDS, &|_, _| {});
    assert_eq!(matrix.unnoticed, Vec::<String>::new(), "defects that no requirement notices");
    assert_eq!(matrix.accused, Vec::<String>::new(), "findings without a defect");
    let of_the_part = |id: &&String| CHAPTERS.iter().any(|chapter| id.starts_with(chapter));
    let never_failed: Vec<&String> = matrix.never_failed.iter().filter(of_the_part).collect();
    assert_eq!(never_failed, Vec::<&String>::new(), "musts that no defect fails");
    assert_eq!(matrix.stale, Vec::<String>::new(), "exceptions that except nothing");
    snapshot("kill-matrix", &matrix.to_text());
}
