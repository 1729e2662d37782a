//! What a row says beyond its type is asked for: a clause with a figure, or with a word such as `only`, has a requirement of its own.
//!
//! In: the embedded data. Out: the rows of which no written requirement speaks, each as a fault, unless it is listed here with the reason.

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
        .requirements
        .values()
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
        let last = row.name.rsplit(['/', '@']).next().unwrap_or_default();
        let whole = Regex::new(&format!(r"(?:^|[^\w-]){}(?:$|[^\w-])", regex::escape(last))).expect("a name");
        // A name of several words is meant wherever it stands.
        let of = |one: &Requirement| *one.endpoint == *row.endpoint || last.contains(['_', '.']);
        if written.iter().any(|(one, text)| of(one) && whole.is_match(text)) {
            continue;
        }
        let place = format!("{} {}", row.endpoint, row.name);
        match LISTED.iter().find(|(name, _)| *name == place) {
            Some((name, _)) => listed.push(name),
            None => faults.push(format!("{place}: no requirement speaks of \"{}\"", row.says)),
        }
    }
    faults.extend(
        LISTED
            .iter()
            .filter(|(name, _)| !listed.contains(name))
            .map(|(name, _)| format!("{name} is listed, and need not be")),
    );
    none(&faults);
}
