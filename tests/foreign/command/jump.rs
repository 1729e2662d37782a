//! In: a Jump shortcut (p. 42 to 48). Out: its place among the shortcuts.
//! Never: takes one whose kind is not clear, or that points to something the site does not have.

use super::success;
use crate::foreign::site::{JUMP_GROUPS, JUMP_POLICIES, JUMPOINTS, SESSION_POLICIES, public_sites};
use crate::foreign::wire::{Fault, Parameters};
use crate::foreign::world::World;
use crate::foreign::xml::Element;

/// The parameter that tells the kind, whether a Jumpoint is mandatory, and the family of further parameters.
const KINDS: &[(&str, bool, &str)] = &[
    ("local_jump_hostname", false, ""),
    ("remote_jump_hostname", true, ""),
    ("remote_vnc_hostname", true, "vnc"),
    ("local_vnc_hostname", false, ""),
    ("remote_rdp_hostname", true, "rdp"),
    ("rdp_hostname", false, "rdp"),
    ("shelljump_hostname", true, "shell"),
    ("vpro_hostname", true, ""),
];
const QUALITIES: &[&str] = &["black_white", "few_colors", "more_colors", "full_colors", "video_opt"];

pub(crate) fn import(world: &mut World, parameters: &Parameters, _: i64) -> Result<Element, Fault> {
    let mut given = KINDS.iter().filter(|(parameter, ..)| parameters.get(parameter).is_some());
    let Some((kind, needs_jumpoint, family)) = given.next() else {
        return Err("Il manque le nom d'hôte de la machine.".to_owned());
    };
    if given.next().is_some() {
        return Err("Un seul genre de raccourci par requête.".to_owned());
    }
    let name = parameters.need("name")?.to_owned();
    for (parameter, limit) in [("name", 128), (*kind, 128), ("tag", 1024), ("comments", 1024)] {
        parameters.short(parameter, limit)?;
    }
    parameters.need("group")?;
    parameters.choice("group", JUMP_GROUPS)?;
    if *needs_jumpoint {
        parameters.need("jumpoint")?;
    }
    let jumpoints: Vec<&str> = JUMPOINTS.iter().map(|(_, name, _)| *name).collect();
    known(parameters, "jumpoint", &jumpoints)?;
    known(parameters, "jump_policy", JUMP_POLICIES)?;
    known(parameters, "session_policy", SESSION_POLICIES)?;
    let [(_, main, _), (_, annexe, _)] = public_sites(&world.host);
    known(parameters, "public_portal", &[&main, &annexe, "principal", "annexe"])?;
    match *family {
        "vnc" => {
            parameters.number("port", 100, 65_535)?;
        }
        "rdp" => rdp(parameters)?,
        "shell" => {
            parameters.need("protocol")?;
            parameters.choice("protocol", &["ssh", "telnet"])?;
            parameters.number("port", 1, 65_535)?;
            parameters.number("keep_alive", 0, 300)?;
            // p. 47 writes VT100, the example on p. 49 vt100.
            parameters.choice("terminal", &["xterm", "VT100", "vt100"])?;
        }
        _ => {}
    }
    world.shortcuts.push((kind, name));
    Ok(success("Successfully imported Jump Item shortcut"))
}

/// An empty value is no value here.
fn known(parameters: &Parameters, name: &str, words: &[&str]) -> Result<(), Fault> {
    if parameters.get(name).is_some() {
        parameters.choice(name, words)?;
    }
    Ok(())
}

fn rdp(parameters: &Parameters) -> Result<(), Fault> {
    known(parameters, "quality", QUALITIES)?;
    parameters.flag("console")?;
    parameters.flag("ignore_untrusted")?;
    match parameters.get("display_size") {
        None | Some("primary" | "all") => Ok(()),
        Some(size) if is_size(size) => Ok(()),
        Some(size) => Err(format!("Résolution inconnue : {size}")),
    }
}

/// Whether a text is a width and a height of at most five digits with an x between.
pub(crate) fn is_size(text: &str) -> bool {
    let side = |side: &str| {
        (1..=5).contains(&side.len()) && side.bytes().all(|byte| byte.is_ascii_digit()) && !side.starts_with('0')
    };
    text.split_once('x').is_some_and(|(width, height)| side(width) && side(height))
}
