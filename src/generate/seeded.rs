//! Variables that the seed alone decides: words, texts of a length, random digits.
//!
//! In: the name of a variable and the digest of its case. Out: its value. A value is the same throughout one case.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::model::variables::SEEDED_MAX;

/// A name that no other case has, and with a word of the run no other run.
pub(super) fn unique(word: &str, digest: &[u8; 32]) -> String {
    let hex = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("{}{hex}", before(word))
}

/// What stands before the rest of such a name.
pub(super) fn before(word: &str) -> String {
    if word.is_empty() { "touchmark-".to_owned() } else { format!("touchmark-{word}-") }
}

/// The value of a variable, when the seed decides it.
pub(super) fn value(name: &str, digest: &[u8; 32]) -> Option<String> {
    let (kind, length) = name.split_once(':')?;
    let length: usize = length.parse().ok().filter(|n| *n <= SEEDED_MAX)?;
    let mut rng = rng(kind, digest);
    Some(match kind {
        "text" => text(&mut rng, length, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
        "multibyte" => text(&mut rng, length, "äöüßéèñåøæçžłđšğαβγδежзийк"),
        "wide" => text(&mut rng, length, "😀😁😂🚀🌍🎉🔧🔑📎🧭"),
        "hex" => text(&mut rng, length, "0123456789abcdef"),
        "special" => special(&mut rng, length),
        "words" => list(&mut rng, length, |rng| text(rng, 8, "abcdefghijklmnopqrstuvwxyz")),
        "numbers" => list(&mut rng, length, |rng| (900_000_000 + rng.next_u32() % 1_000_000).to_string()),
        _ => return None,
    })
}

/// A generator of its own for each kind of variable.
fn rng(kind: &str, digest: &[u8; 32]) -> TestRng {
    let mut seed = *digest;
    for (byte, with) in seed.iter_mut().zip(kind.bytes().cycle()) {
        *byte ^= with;
    }
    TestRng::from_seed(RngAlgorithm::ChaCha, &seed)
}

fn pick(rng: &mut TestRng, from: &[char]) -> char {
    from[rng.next_u32() as usize % from.len()]
}

fn text(rng: &mut TestRng, length: usize, alphabet: &str) -> String {
    let alphabet: Vec<char> = alphabet.chars().collect();
    (0..length).map(|_| pick(rng, &alphabet)).collect()
}

/// Text with every kind of character that an encoding treats in its own way, letters at both ends.
fn special(rng: &mut TestRng, length: usize) -> String {
    let must: Vec<char> = "a +&=%#/?ä€😀;,:'\"<>z".chars().collect();
    let mut out: Vec<char> = must.iter().copied().take(length).collect();
    while out.len() < length {
        out.insert(1, pick(rng, &must));
    }
    out.into_iter().collect()
}

fn list(rng: &mut TestRng, length: usize, mut item: impl FnMut(&mut TestRng) -> String) -> String {
    (0..length).map(|_| item(rng)).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_in_characters_and_values_stay_the_same() {
        let digest = [7; 32];
        for (name, characters, bytes) in
            [("text:1024", 1024, 1024), ("multibyte:128", 128, 256), ("wide:100", 100, 400)]
        {
            let one = value(name, &digest).unwrap();
            assert_eq!((one.chars().count(), one.len()), (characters, bytes), "{name}");
            assert_eq!(value(name, &digest).unwrap(), one);
        }
        assert_eq!(value("numbers:100", &digest).unwrap().split(',').count(), 100);
        assert_eq!(value("special:24", &digest).unwrap().chars().count(), 24);
        for name in ["rep.id", "text:x", "text:99999999", "none:1"] {
            assert_eq!(value(name, &digest), None, "{name}");
        }
    }
}
