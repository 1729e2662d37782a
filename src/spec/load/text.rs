//! Where in a text something stands, and what a word may have been meant to be.
//!
//! In: a text and a place in it, or a word and those that are known. Out: its line, or a hint.

/// The line of a byte, from 1.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..at.min(text.len())]).count() + 1
}

/// The longest word that is compared with others, in bytes.
const WORD_BYTES_MAX: usize = 200;

/// A text on one line.
pub(super) fn on_one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// Variables of a file that have no end, which would be sent as they stand.
pub(super) fn unended_variables(path: &str, text: &str, faults: &mut Vec<String>) {
    for (at, begins) in text.match_indices("${") {
        let rest = &text[at + begins.len()..];
        let name =
            rest.find(|c: char| !c.is_ascii_alphanumeric() && !"_.:+-".contains(c)).map_or(rest, |end| &rest[..end]);
        if !rest[name.len()..].starts_with('}') {
            let fault = format!("specs/{path}:{}: `${{{name}` has no end; write `${{{name}}}`", line_of(text, at));
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
}

/// What a word may have been meant to be, as the end of a sentence.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    if word.len() > WORD_BYTES_MAX {
        return String::new();
    }
    let length = word.chars().count();
    let near = known
        .filter(|other| other.len() <= WORD_BYTES_MAX)
        .map(|other| (strsim::damerau_levenshtein(word, other), other))
        .min();
    match near {
        Some((distance, other)) if distance * 3 <= length.max(3) && distance < length => {
            format!("; did you mean `{other}`?")
        }
        _ => String::new(),
    }
}
