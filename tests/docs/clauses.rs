//! What a row says beyond its type is asked for: a clause with a figure, or with a word such as `only`, has a requirement of its own.
//!
//! In: the embedded data. Out: the rows of which no written requirement and nothing that is recorded as untestable speaks, each as a fault, unless it is
//! listed here with the reason.

use regex::Regex;
use touchmark::spec::{self, Origin, Requirement};

use super::none;

/// What a clause that could be wrong has in it. What stands in backticks or names a page is no figure of a target.
const CLAUSE: &str = r"\b(must|only|at most|at least|never|always|cannot|has to|unless|no longer|left out|\d+)\b";

/// Rows whose clause no requirement speaks of, by endpoint and name, and why none does.
const LISTED: &[(&str, &str)] = &[(
    "command/get_connected_clients connected_clients/connected_representative/routing_idle",
    "what makes a representative idle is set up in /login and in the console, and no call tells of it",
)];

/// Rows of whose clause a requirement speaks without the name of the row.
const ELSEWHERE: &[(&str, &str)] = &[
    ("command/get_session_attributes lsid", "command/get_session_attributes/ended-session"),
    ("command/set_session_attributes lsid", "command/set_session_attributes/ended-session"),
];

/// A row: its endpoint, its name or path, and what it says.
struct Row<'s> {
    endpoint: &'s str,
    name: &'s str,
    says: &'s str,
    /// The one value that it can have, which is all that is said.
    fixed: bool,
}

#[test]
fn each_clause_of_a_row_is_asked_for_or_listed() {
    let spec = spec::embedded().expect("sound data");
    let written: Vec<(&Requirement, String)> = spec
        .all()
        .filter(|one| one.origin == Origin::Written)
        .map(|one| (one, format!("{} {:?} {:?}", one.id, one.demand, one.rests_on)))
        .collect();
    let clause = Regex::new(CLAUSE).expect("a pattern");
    let beside =
        Regex::new(r"`[^`]*`|\(p\. \d+\)|\b(since|of|as of) (1970|API version.*|1\.\d+.*)|p\. \d+").expect("a pattern");
    let mut rows = Vec::new();
    for endpoint in spec.endpoints.values() {
        let parameters =
            endpoint.parameters.iter().map(|row| (row.key.as_str(), row.says.as_str(), row.values.len() == 1));
        let elements =
            endpoint.elements.iter().map(|row| (row.path.as_str(), row.says.as_str(), row.values.len() == 1));
        rows.extend(parameters.chain(elements).map(|(name, says, fixed)| Row {
            endpoint: &endpoint.id,
            name,
            says,
            fixed,
        }));
    }
    let mut listed: Vec<&str> = Vec::new();
    let mut faults = Vec::new();
    for row in rows.iter().filter(|row| !row.fixed && clause.is_match(&beside.replace_all(row.says, ""))) {
        let mut names = row.name.rsplit(['/', '@']).filter(|name| !name.is_empty());
        let (last, parent) = (names.next().unwrap_or_default(), names.next());
        let word = |name: &str| format!(r"(?:^|[^\w-]){}(?:$|[^\w-])", regex::escape(name));
        let whole = Regex::new(&word(last)).expect("a name");
        // A name of several words is meant wherever it stands, one of a single word where it is named, or looked at below its parent.
        let several = last.contains(['_', '.']);
        let below = parent.map(|parent| {
            let (parent, last) = (regex::escape(parent), regex::escape(last));
            Regex::new(&format!(r"(?:^|[^\w-]){parent}(?:\[[^\]]*\])*(?:/@?|\[@?){last}(?:$|[^\w-])")).expect("a place")
        });
        let speaks = |one: &Requirement, text: &str| match several {
            true => whole.is_match(text),
            false => {
                let id = one.id.strip_prefix(one.endpoint.as_str()).unwrap_or_default();
                *one.endpoint == *row.endpoint
                    && (whole.is_match(id)
                        || whole.is_match(&one.says)
                        || below.as_ref().is_some_and(|place| place.is_match(text)))
            }
        };
        if written.iter().any(|(one, text)| speaks(one, text)) {
            continue;
        }
        let place = format!("{} {}", row.endpoint, row.name);
        if let Some((name, id)) = ELSEWHERE.iter().find(|(name, _)| *name == place) {
            listed.push(name);
            faults.extend((!spec.requirements.contains_key(*id)).then(|| format!("{place}: there is no {id}")));
            continue;
        }
        // What cannot be tested is recorded as that, by a name of its own.
        let recorded = spec.endpoints[row.endpoint].untestable.iter();
        if recorded.into_iter().any(|one| one.id.split(['-', '/']).any(|part| part == last)) {
            continue;
        }
        match LISTED.iter().find(|(name, _)| *name == place) {
            Some((name, _)) => listed.push(name),
            None => faults.push(format!("{place}: no requirement speaks of \"{}\"", row.says)),
        }
    }
    faults.extend(
        LISTED
            .iter()
            .chain(ELSEWHERE)
            .filter(|(name, _)| !listed.contains(name))
            .map(|(name, _)| format!("{name} is listed, and need not be")),
    );
    none(&faults);
}
