//! Names of what a document makes. They stand in reports and command lines, so nothing of the document is taken over unseen.

use std::collections::BTreeSet;

use crate::model::{contract::Operation, id::EndpointId};

/// The most characters of an endpoint's id.
const ID_CHARACTERS_MAX: usize = 160;

/// Whether a path has nothing in it but plain segments and `{names}`, so that calling it calls nothing else.
pub(super) fn is_plain(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/{}".contains(c);
    path.chars().all(plain) && path.len() <= 500 && !path.split('/').any(|part| part == "." || part == "..")
}

/// An id for each operation: path and method.
pub(super) fn ids(operations: &[&Operation]) -> Vec<EndpointId> {
    let mut taken = BTreeSet::new();
    operations
        .iter()
        .map(|operation| {
            let path: String = operation.path.trim_end_matches('/').chars().take(ID_CHARACTERS_MAX).collect();
            let id = format!("configuration{path}/{}", operation.method.to_ascii_lowercase());
            let free = |id: &String| !taken.contains(id);
            let id = std::iter::once(id.clone()).chain((2..).map(|n| format!("{id}-{n}"))).find(free).unwrap_or(id);
            taken.insert(id.clone());
            id.into()
        })
        .collect()
}

/// A name of the document as part of an id or variable.
pub(super) fn part(name: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    name.chars().take(64).map(keep).collect()
}

/// The names in braces of a path, each with the path up to it.
pub(super) fn in_path(path: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(open) = path[at..].find('{').map(|found| at + found) {
        let Some(close) = path[open..].find('}').map(|found| open + found) else { break };
        out.push((path[open + 1..close].to_owned(), path[..open].trim_end_matches('/').to_owned()));
        at = close + 1;
    }
    out
}

/// The name of the kind of thing that a path leads to: `jump_group` for `/jump-group`.
pub(super) fn kind(path: &str) -> String {
    let last = path.rsplit('/').find(|part| !part.starts_with('{')).unwrap_or_default();
    last.replace('-', "_")
}

/// Whether a member or parameter names something on the target, so that not every value that fits is lawful.
pub(super) fn is_reference(name: &str) -> bool {
    name == "id" || ["_id", "_ids", "code_name"].iter().any(|end| name.ends_with(end))
}

/// A text as part of a JSON pointer.
pub(super) fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}
