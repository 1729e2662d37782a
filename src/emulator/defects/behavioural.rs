//! Defects of behaviour, by hand and by family.
//!
//! In: the table of `commands_by_hand`, and the emulator's own tables of actions, parameters and values. Out: one
//! defect each. Not among them is what a reading explains: a value beyond its bounds or of the wrong form
//! that is let pass where nothing shows it, or an answer where the guide documents none.

use std::sync::OnceLock;

use super::super::command::jump::VARIANTS;
use super::super::command::parameters::{Parameter, Shape};
use super::super::command::sessions::TRANSFER_QUEUES;
use super::super::command::{ACTIONS, Action, Needs};
use super::super::switches::{Defect, Hooks};
use super::commands_by_hand::BY_HAND;
use super::families::{Add, behaviour, need, of_custom_fields, values};

pub(super) fn catalogue() -> Vec<Defect> {
    let mut all = Vec::new();
    for (kind, rows) in BY_HAND {
        rows.iter().for_each(|(what, says)| all.push(behaviour(kind, what, (*says).to_owned())));
    }
    for action in ACTIONS {
        let kind = format!("command/{}", action.name);
        let mut add = |what: &str, says: String| {
            let defect = behaviour(&kind, what, says);
            if !all.iter().any(|known: &Defect| known.id == defect.id) {
                all.push(defect);
            }
        };
        of_action(&mut add, action);
        match action.name {
            "import_jump_shortcut" => of_variants(&mut add),
            _ => action.parameters.iter().for_each(|parameter| of_parameter(&mut add, "", parameter, action)),
        }
        if action.custom_fields {
            of_custom_fields(&mut add);
        }
    }
    super::reports::add_all(&mut all);
    super::generation::add_all(&mut all);
    super::configuring::add_all(&mut all);
    super::feed::add_all(&mut all);
    super::http::add_all(&mut all);
    all
}

/// The hooks of behaviour that have a row, in builds that check whether each hook has one.
pub(crate) fn hooks() -> Option<&'static Hooks> {
    static HOOKS: OnceLock<Hooks> = OnceLock::new();
    cfg!(any(debug_assertions, feature = "checked")).then(|| HOOKS.get_or_init(|| Hooks::of(&catalogue())))
}

/// Methods, permissions and the shape of the outcome, which every action has.
fn of_action(add: &mut Add<'_>, action: &Action) {
    add("get-refused", "GET is refused".to_owned());
    add("post-refused", "POST is refused".to_owned());
    add("refused-always", "every request is answered with an error".to_owned());
    // Four actions have a section but no place in the list of p. 10: not to know one of them is a finding
    // about the guide as well, and no plain contradiction.
    let unlisted = ["set_rep_status", "send_chat_message", "create_virtual_customer", "leave_session"];
    if !unlisted.contains(&action.name) {
        add("unknown-action", "the action is not known".to_owned());
    }
    add("deny-accepted", "an account without access to the command API may run it".to_owned());
    match action.needs {
        Needs::Full => add("read-only-accepted", "an account with read-only access may run it".to_owned()),
        Needs::Read | Needs::ReadToChange => {
            add("read-only-refused", "an account with read-only access may not run it".to_owned());
        }
    }
    // No answer is documented for these two, and an empty one is a reading.
    if !["send_chat_message", "leave_session"].contains(&action.name) {
        add("empty-body", "success is answered with an empty body".to_owned());
    }
    if action.parameters.iter().any(|parameter| parameter.required) {
        add("error-answered-with-success", "an error is answered with success".to_owned());
    }
    if action.error_named && has_errors(action) {
        add("error-without-message", "an error has no message".to_owned());
    }
    if action.message.is_some() {
        add("success-message-wrong", "the message of success is another".to_owned());
    }
    let changes = action.needs != Needs::Read;
    // What a chat message or an imported shortcut changes is shown by no command.
    if changes && !["send_chat_message", "import_jump_shortcut"].contains(&action.name) {
        add("success-without-effect", "success is answered, and nothing has changed".to_owned());
    }
}

/// Without parameters nothing can be wrong with a request.
fn has_errors(action: &Action) -> bool {
    !action.parameters.is_empty()
}

fn of_variants(add: &mut Add<'_>) {
    for variant in VARIANTS {
        let prefix = format!("{}/", variant.name);
        add(&format!("{prefix}kind-refused"), format!("shortcuts of the kind {} are refused", variant.name));
        for parameter in variant.parameters {
            // Which kind is meant is known by its hostname, and without a name it may be a reading.
            let told_otherwise = parameter.name == variant.hostname || parameter.name == "name";
            if !(parameter.required && told_otherwise) {
                need(add, &prefix, parameter);
            }
            values(add, &prefix, parameter, &[]);
            // What becomes of an unknown policy or portal is a reading.
            let named = ["group", "jumpoint"];
            if named.contains(&parameter.name) {
                let what = format!("{prefix}{}/unknown-accepted", parameter.name);
                add(&what, format!("an unknown {} is answered with success", parameter.name));
            }
            if matches!(parameter.shape, Shape::Word(_)) && parameter.required {
                let what = format!("{prefix}{}/unknown-value-accepted", parameter.name);
                add(&what, format!("an unknown {} is answered with success", parameter.name));
            }
        }
    }
}

fn of_parameter(add: &mut Add<'_>, prefix: &str, parameter: &Parameter, action: &Action) {
    need(add, prefix, parameter);
    // The other forms of a queue are not printed for transfers; to take them is a reading.
    let beyond: Vec<&str> = match action.name {
        "transfer_session" => {
            parameter.shape.values().iter().copied().filter(|form| !TRANSFER_QUEUES.contains(form)).collect()
        }
        _ => Vec::new(),
    };
    values(add, prefix, parameter, &beyond);
}
