//! What can be wrong with the emulator on purpose: the proof that the harness can fail.
//!
//! In: nothing, or an id. Out: [`Defect`]s in an order that does not change. Each contradicts a statement
//! of the guide; what the guide leaves open is a reading. Structural defects are found by walking the
//! emulator's own answers, behavioural ones are hooks in the code, named by its own parameter tables. A new one is a row in the table of
//! its API (`commands_by_hand`, `reports`, `archives_by_hand`, `configuring`, `generation`, `presentations_and_usage`, `feed`) and a hook of the
//! same name where the answer is made.

mod accounts_by_hand;
mod archives;
mod archives_by_hand;
mod behavioural;
mod bend;
mod commands_by_hand;
mod configuring;
mod families;
mod feed;
mod feed_script;
mod generation;
mod http;
#[cfg(test)]
mod noticed;
#[cfg(test)]
mod noticed_configuring;
#[cfg(test)]
mod noticed_feed;
#[cfg(test)]
mod noticed_generation;
#[cfg(test)]
mod noticed_http;
#[cfg(test)]
mod noticed_reports;
#[cfg(test)]
mod noticed_scripts;
#[cfg(test)]
mod noticed_sequences;
mod presentations_and_usage;
mod reports;
mod structural;

use std::sync::OnceLock;

use super::switches::{Defect, nearest};
pub(crate) use behavioural::hooks;
pub(crate) use bend::bend;

/// Every defect: the structural ones in the order of the answers, then the behavioural ones.
pub fn catalogue() -> Vec<Defect> {
    all().to_vec()
}

/// The defect of that id, or a message that names a near one.
pub fn find_defect(id: &str) -> Result<Defect, String> {
    if let Some(defect) = all().iter().find(|defect| defect.id == id) {
        return Ok(defect.clone());
    }
    let near = nearest(id, all().iter().map(|defect| defect.id.as_str()));
    let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Err(format!("the emulator has no defect `{id}`{hint}"))
}

fn all() -> &'static [Defect] {
    static ALL: OnceLock<Vec<Defect>> = OnceLock::new();
    ALL.get_or_init(everything)
}

fn everything() -> Vec<Defect> {
    structural::catalogue().into_iter().chain(archives::catalogue()).chain(behavioural::catalogue()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::switches::Readings;
    use super::*;

    #[test]
    fn the_order_does_not_change() {
        assert_eq!(everything(), all());
    }

    #[test]
    fn what_tells_things_apart_can_be_empty() {
        let listed = |id: &str| all().iter().any(|defect| defect.id == id);
        for id in [
            "empty:command/get_logged_in_reps:logged_in_reps/rep/@id",
            "empty:command/get_logged_in_reps:logged_in_reps/rep/type",
            "empty:command/get_support_teams:support_teams/support_team/issues/issue/@id",
            "empty:command/generate_session_key:session_key/short_key",
            "empty:command/get_session_attributes:custom_attributes/custom_attribute/@code_name",
            "mistype:command/check_health:check_health/appliance",
            "mistype:command/get_logged_in_reps:logged_in_reps/rep/@id",
        ] {
            assert!(listed(id), "{id}");
        }
        assert!(!listed("empty:command/get_logged_in_reps:logged_in_reps/rep/presentation_count"));
        assert!(!listed("empty:command/get_support_teams:support_teams/support_team/name"));
    }

    #[test]
    fn what_stands_in_a_second_notation_can_be_wrong_there() {
        for reading in structural::NOTATIONS {
            let read = vec![Readings::parse(reading).expect("a reading")];
            assert!(all().iter().any(|defect| defect.readings == read), "{reading} shows nothing new");
        }
    }

    #[test]
    fn ids_are_unique_and_a_slip_finds_its_defect() {
        let mut seen = BTreeSet::new();
        for defect in all() {
            assert!(seen.insert(&defect.id), "{} twice", defect.id);
            assert!(!defect.says.is_empty() && !defect.touches.is_empty(), "{}", defect.id);
        }
        assert!(find_defect("drop:auth/token:json/access_token").is_ok());
        let fault = find_defect("drop:auth/token:json/acces_token").expect_err("a slip");
        assert!(fault.contains("did you mean `drop:auth/token:json/access_token`?"), "{fault}");
    }
}
