//! set_session_attributes (p. 27) and get_session_attributes (p. 28).
//!
//! In: a running session and values for its attributes. Out: what it holds; one that is not listed keeps
//! its value, an empty one is cleared.

use super::super::state::State;
use super::super::xml::{Kind, leaf, node};
use super::parameters::{Shape, required};
use super::sessions::session;
use super::{Action, Call, Needs, Outcome, custom, hollow_list, hollow_message};

pub(crate) const SET_SESSION_ATTRIBUTES: Action = Action {
    name: "set_session_attributes",
    needs: Needs::Full,
    parameters: &[required("lsid", Shape::Text)],
    custom_fields: true,
    list_root: None,
    message: Some("Session attributes were set"),
    error_named: true,
    run: set_session_attributes,
    hollow: hollow_message,
};

pub(crate) const GET_SESSION_ATTRIBUTES: Action = Action {
    name: "get_session_attributes",
    needs: Needs::Read,
    parameters: &[required("lsid", Shape::Text)],
    custom_fields: false,
    list_root: Some("custom_attributes"),
    message: None,
    error_named: true,
    run: get_session_attributes,
    hollow: hollow_list,
};

fn set_session_attributes(state: &mut State, call: &Call<'_>) -> Outcome {
    let present = session(state, call)?.attributes.clone();
    let values = custom::read(&call.reader(), &state.site, &present)?;
    let forgets = call.broken("unlisted-cleared");
    let first_only = call.broken("only-first-set");
    let everywhere = call.broken("sets-every-session");
    let key_wins = call.defects.has("command/generate_session_key", "key-values-win");
    let lsid = call.given.must("lsid").to_owned();
    for session in state.sessions.iter_mut().filter(|one| (one.lsid == lsid || everywhere) && !one.ended) {
        if forgets {
            session.attributes.clear();
        }
        let from_key = session.from_key.clone();
        let taken = values.iter().take(if first_only { 1 } else { usize::MAX });
        let taken = taken.filter(|(code, _)| !(key_wins && from_key.contains(code)));
        session.attributes.extend(taken.cloned());
    }
    Ok(Some(call.success("Session attributes were set")))
}

fn get_session_attributes(state: &mut State, call: &Call<'_>) -> Outcome {
    let mut attributes = session(state, call)?.attributes.clone();
    if call.broken("unset-listed-with-a-value") {
        let value = attributes.values().find(|value| !value.is_empty()).cloned().unwrap_or("Unknown".to_owned());
        for field in &state.site.custom_fields {
            attributes.entry(field.code_name.clone()).or_insert_with(|| value.clone());
        }
    }
    let listed = |code: &str, value: &str| {
        (code != "external_key" || call.reads("attributes-external-key", "listed"))
            && (!value.is_empty() || call.reads("cleared-attribute", "empty"))
    };
    let external = ("external_key", "External Key");
    let fields = state.site.custom_fields.iter().map(|field| (field.code_name.as_str(), field.name.as_str()));
    let mut root = node("custom_attributes");
    for (code, name) in std::iter::once(external).chain(fields) {
        let Some(value) = attributes.get(code).filter(|value| listed(code, value)) else { continue };
        let value = if call.broken("values-left-out") { "" } else { value };
        let shown = if call.broken("code-and-name-swapped") { (name, code) } else { (code, name) };
        let entry = leaf("custom_attribute", value, Kind::Text).many();
        let entry = entry.attribute("display_name", shown.1, Kind::Text).attribute("code_name", shown.0, Kind::Name);
        root = root.child(entry);
    }
    Ok(Some(root))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Lab, is_error, text, texts};

    const C69: &str = "lsid=c69a8e10bea9428f816cfababe9815fe";

    fn values(lab: &Lab) -> Vec<String> {
        let xml = lab.get(&format!("action=get_session_attributes&{C69}"));
        texts(&xml, "custom_attribute").into_iter().map(str::to_owned).collect()
    }

    fn set(lab: &Lab, rest: &str) -> String {
        lab.get(&format!("action=set_session_attributes&{C69}{rest}"))
    }

    #[test]
    fn what_is_not_listed_keeps_its_value_and_what_is_empty_is_cleared() {
        let lab = Lab::new();
        assert_eq!(values(&lab), ["INC-1001", "Second floor"]);
        let done = set(&lab, "&session.custom.custom_field2=Custom%20Value");
        assert_eq!(text(&done, "success"), "Session attributes were set");
        assert_eq!(values(&lab), ["INC-1001", "Second floor", "Custom Value"]);
        set(&lab, "&session.custom.external_key=&session.custom.custom_field2=%20%26%3C+%C3%A9%c3%a9");
        assert_eq!(values(&lab), ["Second floor", " &amp;&lt; \u{e9}\u{e9}"]);
        let xml = lab.get(&format!("action=get_session_attributes&{C69}"));
        assert!(xml.contains("display_name=\"Custom Field 1\" code_name=\"custom_field1\""), "{xml}");
    }

    #[test]
    fn a_value_has_at_most_1024_characters_and_all_together_10_kilobytes() {
        let lab = Lab::new();
        let wide = "%F0%9F%98%80".repeat(1024);
        assert!(!is_error(&set(&lab, &format!("&session.custom.external_key={wide}"))));
        assert_eq!(values(&lab)[0].chars().count(), 1024);
        assert!(is_error(&set(&lab, &format!("&session.custom.external_key={}", "x".repeat(1025)))));
        assert!(!is_error(&set(&lab, &format!("&session.custom.custom_field1={wide}"))));
        // Two of 4,096 bytes leave 2,048.
        assert!(!is_error(&set(&lab, &format!("&session.custom.custom_field2={}", "%C3%A9".repeat(1024)))));
        assert!(is_error(&set(&lab, "&session.custom.notes=x")));
        assert!(!is_error(&set(&lab, "&session.custom.notes=x&session.custom.custom_field2=y")));
    }

    #[test]
    fn what_is_too_long_can_be_cut_instead() {
        let lab = Lab::reading(&["over-length=truncated", "over-total=truncated"]);
        let wide = "%F0%9F%98%80".repeat(1025);
        let fields = ["external_key", "custom_field1", "custom_field2"];
        let rest: String = fields.iter().map(|field| format!("&session.custom.{field}={wide}")).collect();
        assert!(!is_error(&set(&lab, &rest)));
        let sizes: Vec<usize> = values(&lab).iter().map(|value| value.chars().count()).collect();
        assert_eq!(sizes, [1024, 1024, 512]);
    }
}
