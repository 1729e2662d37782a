//! In: a command for the representative console (p. 54). Out: a script file for it, or the web console's page.
//! Never: runs the command, nor puts two of them into one file.

use crate::foreign::command::jump::is_size;
use crate::foreign::custom;
use crate::foreign::site::COMPANY;
use crate::foreign::wire::{Answered, Fault, Parameters, encode};

const RESOLUTIONS: &str = "<width>x<height>";
/// Each action with what may stand with it: a name, `!` when it is mandatory, and what is lawful for it.
const ACTIONS: &[(&str, &[(&str, &str)])] = &[
    ("login", &[("mechanism", "username_password"), ("username", ""), ("password", "")]),
    ("generate_session_key", &[("public_portal_hostname", "#255")]),
    ("push_and_start_local", &[("hostname!", "#255")]),
    ("push_and_start_remote", &[("target!", ""), ("jumpoint", "")]),
    (
        "start_jump_item_session",
        &[
            ("jump.method", "push local_push pinned rdp vnc shelljump"),
            ("credential_id", "#255"),
            ("search_string", ""),
            ("client.comments", "#255"),
            ("client.hostname", "#255"),
            ("client.private_ip", "#255"),
            ("client.public_ip", "#255"),
            ("client.tag", "#255"),
        ],
    ),
    ("start_pinned_client_session", &[("search_string!", "")]),
    (
        "start_rdp_session",
        &[
            ("target!", ""),
            ("jumpoint", ""),
            ("username", ""),
            ("display_size", RESOLUTIONS),
            ("quality", "low performance performance_quality quality"),
            ("console", "no yes"),
        ],
    ),
    ("start_vnc_session", &[("target!", ""), ("jumpoint", ""), ("port", "#port")]),
    (
        "start_shell_jump_session",
        &[
            ("target!", ""),
            ("jumpoint", ""),
            ("username", ""),
            ("protocol", "ssh telnet"),
            ("port", "#port"),
            ("terminal", "xterm vt100"),
        ],
    ),
    ("start_vpro_session", &[("target!", ""), ("jumpoint!", "")]),
    ("delete_script_file", &[]),
];
/// The actions that the web console knows (p. 54).
const WEB: &[&str] = &["generate_session_key", "start_jump_item_session"];

pub(crate) fn answer(parameters: &Parameters, host: &str) -> Answered {
    match command(parameters) {
        Ok((false, line)) => {
            // p. 52: a header, then commands; log in first, tidy up last (p. 54). An explicit login takes the place of
            // the one that is added, and so does an explicit tidying.
            let mut lines =
                vec!["BRCS1.0".to_owned(), "action=login".to_owned(), line, "action=delete_script_file".into()];
            if lines[2].starts_with("action=login") {
                lines.remove(1);
            } else if lines[2] == lines[3] {
                lines.remove(2);
            }
            let name = format!("console.brcs-{COMPANY}");
            Answered::file("application/octet-stream", &name, lines.join("\r\n").into_bytes())
        }
        Ok((true, line)) => Answered::page(200, "Console web", &format!("https://{host}/console#{line}")),
        Err(words) => Answered::page(400, "Script refusé", &words),
    }
}

/// Whether it is for the web console, and the command's line.
fn command(parameters: &Parameters) -> Result<(bool, String), Fault> {
    parameters.need("type")?;
    parameters.need("operation")?;
    let web = parameters.choice("type", &["rep", "web_console"])? == Some("web_console");
    parameters.choice("operation", &[if web { "execute" } else { "generate" }])?;
    let action = parameters.need("action")?;
    let Some((_, allowed)) = ACTIONS.iter().find(|(known, _)| *known == action) else {
        return Err(format!("Action inconnue : {action}"));
    };
    if web && !WEB.contains(&action) {
        return Err(format!("La console web ne connaît pas {action}."));
    }
    let mut line = format!("action={action}");
    let mut given = Vec::new();
    for (name, lawful) in *allowed {
        let name = name.strip_suffix('!').map_or(Ok(*name), |name| parameters.need(name).map(|_| name))?;
        let Some(value) = parameters.get(name) else { continue };
        check(parameters, name, value, lawful)?;
        given.push(name);
        line.push_str(&format!("&{}={}", encode(name), encode(value)));
    }
    match action {
        "login" if !given.is_empty() && given.len() < allowed.len() => {
            return Err("mechanism, username et password vont ensemble.".to_owned());
        }
        // p. 59 asks for a search string only where no client field is given.
        "start_jump_item_session"
            if !given.iter().any(|name| *name == "search_string" || name.starts_with("client.")) =>
        {
            return Err("Il faut search_string ou un champ client.".to_owned());
        }
        "login" | "delete_script_file" => return Ok((web, line)),
        _ => {}
    }
    for (code, value) in custom::attributes(parameters)? {
        line.push_str(&format!("&session.custom.{}={}", encode(&code), encode(&value)));
    }
    Ok((web, line))
}

fn check(parameters: &Parameters, name: &str, value: &str, lawful: &str) -> Result<(), Fault> {
    match lawful {
        "" => Ok(()),
        "#255" => parameters.short(name, 255).map(|_| ()),
        "#port" => parameters.number(name, 1, 65_535).map(|_| ()),
        RESOLUTIONS if matches!(value, "primary_display" | "all_displays") || is_size(value) => Ok(()),
        RESOLUTIONS => Err(format!("Résolution inconnue : {value}")),
        words if words.split(' ').any(|word| word == value) => Ok(()),
        _ => Err(format!("Valeur inconnue pour « {name} » : {value}")),
    }
}
