//! Mutants: queries that differ a little from one that was sent before.
//!
//! In: queries as they are written, and what the seed decides. Out: another one. It stays the query of a whole request: nothing in it ends a
//! line, a target, or the request.

use proptest::{
    prelude::Rng,
    test_runner::{RngAlgorithm, TestRng},
};

use super::digest_of;

/// What readers of queries stumble over, as it is written in a query.
const PIECES: [&str; 44] = [
    "%00",
    "%0a",
    "%0d%0a",
    "%0d%0atouchmark-injected:%201",
    "%09",
    "%0b",
    "%1b",
    "%7f",
    "%20",
    "%22",
    "%26",
    "%27",
    "%2b",
    "%2f",
    "%3b",
    "%3ctouchmark-mark%3e",
    "%3d",
    "%5b",
    "%5c",
    "%5d",
    "%7b%7b7*7%7d%7d",
    "%25",
    "%2500",
    "%",
    "%z",
    "%c3%28",
    "%ff",
    "%ed%a0%80",
    "%ef%bf%bf",
    "%f0%9f%98%80",
    "%c0%af",
    "%s%n%x",
    "../",
    "..%2f",
    "&",
    "&&",
    "=",
    ";",
    "[]",
    "[0]",
    "+",
    "-1",
    "18446744073709551616",
    "1e309",
];

/// The most bytes of a mutant.
const BYTES_MAX: usize = 6_000;

/// The most changes that make one.
const CHANGES_MAX: usize = 4;

/// The mutant of one of some queries that a seed decides, by whose it is and its number.
#[must_use]
pub fn mutant(kept: &[String], seed: u64, of: &str, number: u32) -> String {
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &digest_of(seed, of, number));
    let mut below = |most: usize| rng.next_u32() as usize % most.max(1);
    let mut query = kept.get(below(kept.len())).cloned().unwrap_or_default();
    for _ in 0..=below(CHANGES_MAX) {
        let (at, end) = (below(query.len() + 1), below(query.len() + 1));
        let part = at.min(end)..at.max(end);
        let piece = PIECES[below(PIECES.len())];
        match below(7) {
            0 | 1 => query.insert_str(at, piece),
            2 => query.replace_range(part, piece),
            3 => query.insert_str(at, &piece.repeat(1 + below(200))),
            4 => query.replace_range(part, ""),
            5 => {
                let twice = query[part].to_owned();
                query.insert_str(at, &twice);
            }
            _ => {
                let other = kept.get(below(kept.len())).map_or("", String::as_str);
                query.truncate(at);
                query.push_str(&other[below(other.len() + 1)..]);
            }
        }
        query.truncate(BYTES_MAX);
    }
    // A `${` begins a variable.
    query.replace("${", "$%7b")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides_a_mutant_and_none_ends_its_line() {
        let kept = ["&a=1".to_owned(), "&b=x%00".to_owned()];
        let all = |seed| -> Vec<String> { (0..500).map(|number| mutant(&kept, seed, "a", number)).collect() };
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
        for mutant in all(3) {
            assert!(
                mutant.len() <= BYTES_MAX + 2 * BYTES_MAX && mutant.bytes().all(|b| b.is_ascii_graphic() && b != b'#')
            );
        }
        assert!(mutant(&[], 0, "a", 0).is_ascii());
    }
}
