//! Which variables an operator may set, and what to do where one has no value.
//!
//! In: the name of a variable. Out: whether it may be set, or advice: that of its row in `specs/fixtures.toml` where it is a fixture. Nothing
//! here knows a target.

use super::{
    fixtures::Fixture,
    flow::{FRESH, OWN_SESSION, When},
    openapi::NOT_OURS,
    select::Spec,
};

/// Beginning of the names of facts that only the target's own document asks for.
const OF_THE_DOCUMENT: &str = "config.";

impl Spec {
    /// Whether an operator may say a fixture of that name.
    #[must_use]
    pub fn knows_fixture(&self, name: &str) -> bool {
        self.fixtures.contains_key(name) || name.starts_with(OF_THE_DOCUMENT)
    }

    /// What the operator can do so that a variable is known.
    #[must_use]
    pub fn hint(&self, name: &str) -> String {
        if name == NOT_OURS {
            return "it changes what this run did not make, and is never called for that".to_owned();
        }
        if name.starts_with(OWN_SESSION) || name.starts_with(FRESH) {
            return self.flow(When::OwnSession).map(|(_, flow)| flow.hint.clone()).unwrap_or_default();
        }
        if let Some((_, instant)) = name.strip_prefix("date").and_then(|days| days.split_once('.')) {
            return format!("`{instant}` is no date and time with a zone");
        }
        let set = format!("; set `{name}` under [fixtures] in touchmark.toml");
        match self.fixtures.get(name) {
            Some(Fixture { hint: Some(hint), .. }) => format!("{hint}{set}"),
            Some(fixture) if fixture.found_by.is_empty() => format!("the operator has not said what `{name}` is{set}"),
            Some(_) => format!("`{name}` was not found{set}"),
            None => {
                format!("`{name}` was not found in what the target answered, or is no other than what was found before")
            }
        }
    }
}
