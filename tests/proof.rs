//! A share of the proof that `.ci/prove` makes whole: these defects are noticed. That no seed accuses the emulator is left to it.

use sha2::{Digest, Sha256};
use touchmark::{
    commands::{Proof, prove},
    emulator::{Defect, DefectId},
    spec,
};

/// One defect of so many, drawn by the hash of its id.
const OF: u8 = 96;

/// The chapter of which every behavioural defect is tried.
const CHAPTER: &str = "behaviour:auth/";

fn is_in_the_share(defect: &Defect) -> bool {
    defect.id.starts_with(CHAPTER) || Sha256::digest(defect.id.as_str())[0] % OF == 0
}

#[test]
fn a_share_of_the_defects_is_noticed() {
    let spec = spec::embedded().expect("sound data");
    let proof = Proof { defects: &is_in_the_share, seeds: 0, far: false };
    let matrix = prove(&spec, &proof, &|_, _| {});
    assert_eq!(matrix.unnoticed, Vec::<DefectId>::new(), "defects that no requirement notices");
    let whole = matrix.rows.keys().filter(|id| id.starts_with(CHAPTER)).count();
    assert!(whole > 50 && matrix.rows.len() > whole + 30, "{whole} of {}", matrix.rows.len());
}
