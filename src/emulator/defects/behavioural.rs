//! Defects of behaviour, by hand and by family.
//!
//! In: the table of `hand`, and the emulator's own tables of actions, parameters and values. Out: one
//! defect each. Not among them is what a reading explains: a value beyond its bounds or of the wrong form
//! that is let pass where nothing shows it, or an answer where the guide documents none.

use super::super::command::custom;
use super::super::command::jump::VARIANTS;
use super::super::command::parameters::{Parameter, Shape};
use super::super::command::sessions::TRANSFER_QUEUES;
use super::super::command::{ACTIONS, Action, Needs};
use super::super::switches::Defect;
use super::hand::BY_HAND;

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
    all
}

pub(super) fn behaviour(kind: &str, what: &str, says: String) -> Defect {
    Defect { id: format!("behaviour:{kind}:{what}"), touches: kind.to_owned(), says, readings: Vec::new() }
}

pub(super) type Add<'a> = dyn FnMut(&str, String) + 'a;

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
        Needs::Read => add("read-only-refused", "an account with read-only access may not run it".to_owned()),
        // Whether read-only access is enough to change something is a topic of its own.
        Needs::ReadToChange => {}
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
            let named = ["group", "jumpoint", "jump_policy", "session_policy", "public_portal"];
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

/// Required where it is optional, and the other way round.
pub(super) fn need(add: &mut Add<'_>, prefix: &str, parameter: &Parameter) {
    let name = parameter.name;
    if parameter.required {
        add(&format!("{prefix}{name}/not-required"), format!("a request without {name} is answered with success"));
    } else {
        add(&format!("{prefix}{name}/wrongly-required"), format!("a request without {name} is refused"));
        add(&format!("{prefix}{name}/refused"), format!("a request with {name} is refused"));
    }
}

/// Values and bounds that are refused. A single value that is refused would be `refused` again.
pub(super) fn values(add: &mut Add<'_>, prefix: &str, parameter: &Parameter, beyond: &[&str]) {
    let name = parameter.name;
    let known = parameter.shape.values();
    for value in known.iter().filter(|value| !beyond.contains(value)) {
        if known.len() > 1 || parameter.required {
            add(&format!("{prefix}{name}/{value}-refused"), format!("{name} of {value} is refused"));
        }
    }
    match parameter.shape {
        Shape::Between(low, high) => bounds(add, prefix, name, low, high),
        Shape::VncPort => bounds(add, prefix, name, 100, 65_535),
        Shape::UpTo(maximum) => {
            add(&format!("{prefix}{name}/maximum-refused"), format!("{name} of {maximum} characters is refused"));
            let says = format!("the {maximum} characters of {name} are counted in bytes");
            add(&format!("{prefix}{name}/counted-in-bytes"), says);
        }
        _ => {}
    }
}

fn bounds(add: &mut Add<'_>, prefix: &str, name: &str, low: i64, high: i64) {
    add(&format!("{prefix}{name}/minimum-refused"), format!("{name} of {low} is refused"));
    add(&format!("{prefix}{name}/maximum-refused"), format!("{name} of {high} is refused"));
}

pub(super) fn of_custom_fields(add: &mut Add<'_>) {
    for (field, words) in [("external_key", "the external key"), ("custom_field", "a custom field")] {
        for (what, says) in custom::DEFECTS {
            add(&format!("{field}/{what}"), says.replace("VALUE", words));
        }
    }
    add("total/half-refused", "custom fields above 5 KB in total are refused".to_owned());
    add("total/above-maximum-stored", "custom fields above 10 KB in total are stored whole".to_owned());
    add("total/external-key-not-counted", "the external key does not count towards the 10 KB".to_owned());
}
