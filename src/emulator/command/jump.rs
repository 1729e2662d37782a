//! import_jump_shortcut (p. 42).
//!
//! In: the values of one of eight kinds of shortcut; the hostname parameter chooses the kind. Out: a message
//! of success; the shortcut is kept. Groups, Jumpoints, policies and portals must be there.

mod variants;

use super::super::site::{Named, Site};
use super::super::state::{Shortcut, State};
use super::parameters::{Given, Parameter, Reader, Shape, optional};
use super::{Action, Call, Needs, Outcome, Refusal, hollow_message};
pub(crate) use variants::VARIANTS;
use variants::{EVERY_NAME, Variant};

pub(crate) const IMPORT_JUMP_SHORTCUT: Action = Action {
    name: "import_jump_shortcut",
    needs: Needs::Full,
    parameters: EVERY_NAME,
    custom_fields: false,
    list_root: None,
    message: Some("Successfully imported Jump Item shortcut"),
    error_named: true,
    run: import_jump_shortcut,
    hollow: hollow_message,
};

/// Chooses the kind of shortcut and reads its table.
pub(crate) fn read(reader: &Reader<'_>) -> Result<Given, Refusal> {
    let mut chosen: Vec<&Variant> = VARIANTS.iter().filter(|variant| has(reader, variant.hostname)).collect();
    if chosen.len() > 1 && reader.readings.is("import-mixed", "refused") {
        return Err(Refusal::error("More than one kind of shortcut is asked for"));
    }
    if chosen.is_empty() && reader.defects.has(reader.kind, "no-hostname-accepted") {
        return Err(Refusal::Hollow);
    }
    chosen.truncate(1);
    let Some(variant) = chosen.pop() else {
        return Err(Refusal::error("A hostname parameter is missing: it says which kind of shortcut to import"));
    };
    let prefix = format!("{}/", variant.name);
    let reader = Reader { prefix: &prefix, ..*reader };
    if reader.defects.has(reader.kind, &format!("{}/kind-refused", variant.name)) {
        return Err(Refusal::error("That kind of shortcut is not supported"));
    }
    let relaxed: Vec<Parameter> = variant.parameters.iter().map(|parameter| relax(&reader, parameter)).collect();
    let mut given = reader.read(&relaxed)?;
    if variant.name == "local_rdp" {
        given = with_jumpoint(&reader, &relaxed, given)?;
    }
    Ok(given)
}

/// A hostname parameter chooses its kind even when it is empty, unless empty values count as absent.
fn has(reader: &Reader<'_>, name: &str) -> bool {
    let counts = |value: &str| !value.is_empty() || !reader.readings.is("empty-value", "ignored");
    reader.pairs.iter().any(|(known, value)| known == name && counts(value))
}

/// A shortcut without a name is refused, or not, by its topic.
fn relax(reader: &Reader<'_>, parameter: &Parameter) -> Parameter {
    let nameless = parameter.name == "name" && reader.readings.is("import-without-name", "accepted");
    Parameter { required: parameter.required && !nameless, ..*parameter }
}

/// The guide's examples give rdp_hostname a Jumpoint, which its table does not have (p. 48).
fn with_jumpoint(reader: &Reader<'_>, table: &[Parameter], given: Given) -> Result<Given, Refusal> {
    if reader.pick("jumpoint")?.is_none() {
        return Ok(given);
    }
    if reader.readings.is("rdp-hostname-with-jumpoint", "refused") {
        return Err(Refusal::error("rdp_hostname takes no jumpoint"));
    }
    let mut table = table.to_vec();
    table.push(optional("jumpoint", Shape::Text));
    reader.read(&table)
}

fn import_jump_shortcut(state: &mut State, call: &Call<'_>) -> Outcome {
    let values = call.given.all();
    let variant = VARIANTS.iter().find(|variant| values.contains_key(variant.hostname));
    let Some(variant) = variant else { return Err(Refusal::error("A hostname parameter is missing")) };
    for (name, value) in values {
        if !is_there(&state.site, call, name, value) {
            if !["group", "jumpoint"].contains(name) {
                if call.reads("unknown-name", "accepted") {
                    continue;
                }
                return Err(Refusal::error(format!("There is no {name} {value}")));
            }
            let accepted = call.broken(&format!("{}/{name}/unknown-accepted", variant.name));
            return Err(if accepted { Refusal::Hollow } else { Refusal::error(format!("There is no {name} {value}")) });
        }
    }
    let mut values = values.clone();
    defaults(&mut values, variant.name);
    state.keep_shortcut(Shortcut { variant: variant.name, values });
    Ok(Some(call.success(call.action.message.unwrap_or_default())))
}

/// Whether what a value names is there; most values name nothing.
fn is_there(site: &Site, call: &Call<'_>, name: &str, value: &str) -> bool {
    let coded = |list: &[Named]| list.iter().any(|one| one.code_name == value);
    match name {
        "group" => coded(&site.jump_groups),
        "jump_policy" => coded(&site.jump_policies),
        "session_policy" => coded(&site.session_policies),
        "jumpoint" => site.jumpoints.iter().any(|jumpoint| jumpoint.code_name == value),
        "public_portal" if call.reads("public-portal-id", "name") => {
            site.portals.iter().any(|portal| portal.name == value)
        }
        "public_portal" => site.portals.iter().any(|portal| portal.hostname == value),
        _ => true,
    }
}

/// The defaults that the tables print. No command shows a shortcut, so they are seen in our tests only.
fn defaults(values: &mut std::collections::BTreeMap<&'static str, String>, variant: &str) {
    let mut default = |name: &'static str, value: &str| {
        values.entry(name).or_insert_with(|| value.to_owned());
    };
    match variant {
        "remote_vnc" => default("port", "5900"),
        "remote_rdp" | "local_rdp" => {
            default("display_size", "primary");
            default("console", "0");
        }
        "shell_jump" => {
            default("terminal", "xterm");
            default("keep_alive", "0");
            let port = if values.get("protocol").is_some_and(|protocol| protocol == "telnet") { "23" } else { "22" };
            values.entry("port").or_insert_with(|| port.to_owned());
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Lab, is_error, text};

    fn import(lab: &Lab, rest: &str) -> String {
        lab.get(&format!("action=import_jump_shortcut&{rest}"))
    }

    const ALL: [(&str, &str); 8] = [
        ("local_jump", "name=a&local_jump_hostname=h&group=remote_access"),
        ("remote_jump", "name=a&remote_jump_hostname=h&jumpoint=London&group=remote_access"),
        ("remote_vnc", "name=a&remote_vnc_hostname=h&jumpoint=London&group=remote_access"),
        ("local_vnc", "name=a&local_vnc_hostname=h&group=remote_access"),
        ("remote_rdp", "name=a&remote_rdp_hostname=h&jumpoint=London&group=remote_access"),
        ("local_rdp", "name=a&rdp_hostname=h&group=remote_access"),
        ("shell_jump", "name=a&shelljump_hostname=h&jumpoint=London&protocol=telnet&group=remote_access"),
        ("vpro", "name=a&vpro_hostname=h&jumpoint=London&group=remote_access"),
    ];

    #[test]
    fn each_kind_needs_all_of_its_required_parameters() {
        let lab = Lab::new();
        for (at, (kind, query)) in ALL.iter().enumerate() {
            assert_eq!(text(&import(&lab, query), "success"), "Successfully imported Jump Item shortcut", "{kind}");
            assert_eq!(lab.emulator.shortcuts()[at].0, *kind);
            for part in query.split('&') {
                let (name, _) = part.split_once('=').expect("a pair");
                assert!(is_error(&import(&lab, &query.replace(part, ""))), "{kind} without {name}");
                assert!(is_error(&import(&lab, &query.replace(part, &format!("{name}=")))), "{kind} empty {name}");
            }
        }
        assert_eq!(lab.emulator.shortcuts().len(), 8);
    }

    #[test]
    fn defaults_are_those_of_the_tables() {
        let lab = Lab::new();
        ALL.iter().for_each(|(_, query)| assert!(!is_error(&import(&lab, query))));
        let shortcuts = lab.emulator.shortcuts();
        assert_eq!((shortcuts[2].1["port"].as_str(), shortcuts[6].1["port"].as_str()), ("5900", "23"));
        assert_eq!((shortcuts[4].1["display_size"].as_str(), shortcuts[5].1["console"].as_str()), ("primary", "0"));
        assert_eq!((shortcuts[6].1["terminal"].as_str(), shortcuts[6].1["keep_alive"].as_str()), ("xterm", "0"));
    }

    #[test]
    fn both_sides_of_every_bound() {
        let lab = Lab::new();
        let (vnc, rdp, shell) = (ALL[2].1, ALL[4].1, ALL[6].1);
        let long = |letters: usize| "%C3%A9".repeat(letters);
        let good = [
            format!("{vnc}&port=100"),
            format!("{vnc}&port=65535"),
            format!("{shell}&port=1"),
            format!("{shell}&port=65535"),
            format!("{shell}&keep_alive=0"),
            format!("{shell}&keep_alive=300"),
            format!("{shell}&terminal=VT100"),
            format!("{shell}&terminal=vt100"),
            format!("{shell}&terminal=xterm"),
            format!("{rdp}&display_size=1280x720&quality=video_opt&console=1&ignore_untrusted=0"),
            format!("{rdp}&tag={}&comments={}", long(1024), long(1024)),
            rdp.replace("name=a", &format!("name={}", long(128))).replace("=h", &format!("={}", long(128))),
            format!("{rdp}&jump_policy=Notify&session_policy=Servers&public_portal=support.example.com"),
        ];
        let bad = [
            format!("{vnc}&port=99"),
            format!("{vnc}&port=65536"),
            format!("{shell}&port=0"),
            format!("{shell}&port=65536"),
            format!("{shell}&keep_alive=-1"),
            format!("{shell}&keep_alive=301"),
            format!("{shell}&terminal=ansi"),
            format!("{rdp}&display_size=wide"),
            format!("{rdp}&quality=low"),
            format!("{rdp}&console=yes"),
            format!("{rdp}&tag={}", long(1025)),
            format!("{rdp}&comments={}", long(1025)),
            rdp.replace("name=a", &format!("name={}", long(129))),
            rdp.replace("=h", &format!("={}", long(129))),
            format!("{rdp}&jump_policy=x"),
            format!("{rdp}&session_policy=x"),
            format!("{rdp}&public_portal=x"),
            rdp.replace("London", "Paris"),
            rdp.replace("remote_access", "x"),
            shell.replace("telnet", "ftp"),
            format!("{rdp}&vpro_hostname=h"),
            "name=a&group=remote_access".to_owned(),
        ];
        good.iter().for_each(|query| assert!(!is_error(&import(&lab, query)), "{query}"));
        bad.iter().for_each(|query| assert!(is_error(&import(&lab, query)), "{query}"));
    }
}
