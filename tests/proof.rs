//! The proof: every must requirement is failed by a deliberate defect, every defect is noticed, and no seed accuses anybody.

use touchmark::{commands::prove, spec};

use crate::support::snapshot;

const SEEDS: u64 = 200;

#[test]
fn every_must_can_fail_every_defect_is_noticed_and_no_seed_accuses_the_emulator() {
    let spec = spec::embedded().expect("sound data");
    let matrix = prove(&spec, &[], SEEDS, &|_, _| {});
    assert_eq!(matrix.unnoticed, Vec::<String>::new(), "defects that no requirement notices");
    assert_eq!(matrix.accused, Vec::<String>::new(), "findings without a defect");
    assert_eq!(matrix.never_failed, Vec::<String>::new(), "musts that no defect fails");
    assert_eq!(matrix.stale, Vec::<String>::new(), "exceptions that except nothing");
    snapshot("kill-matrix", &matrix.to_text());
}
