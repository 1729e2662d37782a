//! Names of rows as parts of ids.
//!
//! In: a name as the guide prints it. Out: the same without what an id may not hold.

/// A name as part of an id.
pub(in crate::spec) fn id_part(name: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || "._-@".contains(c) { c } else { '_' };
    name.chars().filter(|c| !"[]<>".contains(*c)).map(keep).collect()
}
