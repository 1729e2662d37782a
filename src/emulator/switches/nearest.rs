//! The word that was meant where a slip of the pen made another of it.
//!
//! In: a word and what there is to choose from. Out: the nearest, if it is near enough.

/// The candidate that a slip of the pen could have turned into `word`, if any is near enough.
pub(crate) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let ranked = candidates.map(|candidate| (distance(word, candidate), candidate));
    ranked.min_by_key(|(far, _)| *far).filter(|(far, best)| *far <= best.len() / 3).map(|(_, best)| best)
}

/// How many letters must change to turn one word into the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(200).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().take(200).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
