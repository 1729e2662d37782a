//! Variables: the names in `${…}` for what is not known before the target was asked.
//!
//! In: texts with `${name}`, and values by name. Out: texts. Who calls decides where values come from: fixtures
//! (`specs/fixtures.toml`), captures of steps (`spec/capture.rs`), and the seed (`generate/seeded.rs`).

use std::collections::BTreeMap;

/// What is known, by name.
pub type Variables = BTreeMap<String, String>;

/// The variable of a record that says what was sent before the target died.
pub const DIED_OF: &str = "died-of";

/// The variable that only one case has: what carries its value was made by that case.
pub const UNIQUE: &str = "unique";

/// The same without hyphens.
pub const UNIQUE_LETTERS: &str = "unique_letters";

/// The item of the list for each of which a step is sent, and the last part of the name of what an earlier step captured for it.
pub const EACH: &str = "each";

/// The longest text that a variable may ask for of the seed, in characters.
pub const SEEDED_MAX: usize = 20_000;

/// The items of a captured list, each once.
#[must_use]
pub fn items(list: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for item in list.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        if !items.iter().any(|known| known == item) {
            items.push(item.to_owned());
        }
    }
    items
}

/// What is known in the n-th turn of a step that is sent for each item of a list: `each` and `NAME.each` are `each.N` and `NAME.N`.
#[must_use]
pub fn of_turn(known: &Variables, turn: usize) -> Variables {
    let end = format!(".{turn}");
    let mut out = known.clone();
    for (name, value) in known {
        if let Some(base) = name.strip_suffix(&end) {
            let name = if base == EACH { EACH.to_owned() } else { format!("{base}.{EACH}") };
            out.insert(name, value.clone());
        }
    }
    out
}

/// The variable in which the discovery captures what time it is by the target's own clock.
pub const CLOCK: &str = "clock";

/// The variable in which the discovery captures until when a report to the present is, which is what time it is there.
pub const CLOCK_ELSEWHERE: &str = "clock_elsewhere";

/// The variable of the discovery's record that holds how far the clock of the target is before ours, in seconds, where it is not right.
pub const CLOCK_OFFSET: &str = "clock_offset_s";

/// The names in a text, in order, without repetition.
#[must_use]
pub fn names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some((_, name, after)) = first_variable(rest) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        rest = after;
    }
    names
}

/// Puts what is known into a text.
///
/// # Errors
/// The first name that is not known.
pub fn fill(text: &str, known: &Variables) -> Result<String, String> {
    fill_with(text, |name| known.get(name).cloned())
}

/// Puts in what a function knows.
///
/// # Errors
/// The first name that is not known.
pub fn fill_with(text: &str, mut known: impl FnMut(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, after)) = first_variable(rest) {
        out.push_str(before);
        out.push_str(&known(name).ok_or_else(|| name.to_owned())?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// The first variable of a text: what stands before it, its name, and what stands behind it.
fn first_variable(text: &str) -> Option<(&str, &str, &str)> {
    let start = memchr::memmem::find(text.as_bytes(), b"${")?;
    let (name, after) = text[start + 2..].split_once('}')?;
    Some((&text[..start], name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_are_put_in_and_the_first_unknown_is_named() {
        let known = Variables::from([("a".to_owned(), "1".to_owned()), ("b.c".to_owned(), "${a}".to_owned())]);
        for (text, expected) in [
            ("x${a}y${b.c}", Ok("x1y${a}".to_owned())),
            ("plain $ {a} ${", Ok("plain $ {a} ${".to_owned())),
            ("${a}${z}${y}", Err("z".to_owned())),
        ] {
            assert_eq!(fill(text, &known), expected, "{text}");
        }
        assert_eq!(names("${a}${z}${a}"), ["a", "z"]);
    }
}
