//! In: commands about representatives and teams. Out: lists of them, or a new status.
//! Never: lists somebody who is not logged in, unless as a member of a team.

use super::success;
use crate::foreign::civil::iso;
use crate::foreign::site::{self, ISSUES, STATUSES, TEAMS};
use crate::foreign::wire::{Fault, Parameters};
use crate::foreign::world::World;
use crate::foreign::xml::{Element, el, leaf};

/// p. 12
pub(crate) fn logged_in_reps(world: &mut World, _: &Parameters, _: i64) -> Result<Element, Fault> {
    let reps = world.consoles().map(|(console, rep)| {
        let url = format!("https://{}/?id={}&name={}", world.host, rep.id, crate::foreign::wire::encode(rep.public));
        let link = format!("<a href=\"{}\">{}</a>", url.replace('&', "&amp;"), rep.public.replace('&', "&amp;"));
        el("rep")
            .attr("id", rep.id)
            .with(leaf("showing_on_rep_list", u8::from(rep.on_list)))
            .with(leaf("support_session_count", world.supporting(rep.id)))
            .with(leaf("presentation_count", world.presenting(rep.id)))
            .with(leaf("logged_in_since", iso(console.from)))
            .with(leaf("direct_link", link))
            .with(leaf("type", rep.kind))
            .with(leaf("private_display_name", rep.private))
            .with(leaf("public_display_name", rep.public))
            .with(leaf("display_name", rep.public))
    });
    Ok(el("logged_in_reps").all(reps))
}

/// p. 14
pub(crate) fn set_status(world: &mut World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let wanted = parameters.need("code_name")?;
    parameters.need("rep_id")?;
    let id = parameters.number("rep_id", 1, u32::MAX.into())?.and_then(|id| u32::try_from(id).ok()).unwrap_or(0);
    let Some(status) = STATUSES.iter().find(|status| **status == wanted) else {
        return Err(format!("Statut inconnu : {wanted}"));
    };
    if !world.logged_in(id) {
        return Err(format!("Le technicien {id} n'est pas connecté."));
    }
    world.set_status(id, status, now);
    Ok(success(""))
}

/// p. 15
pub(crate) fn support_teams(world: &mut World, parameters: &Parameters, _: i64) -> Result<Element, Fault> {
    let show_members = parameters.flag("showmembers")?;
    let teams = TEAMS.iter().map(|team| {
        let issues = ISSUES.iter().filter(|issue| issue.team == team.id);
        let issues = issues.map(|issue| el("issue").attr("id", issue.id).with(leaf("title", issue.title)));
        let element = el("support_team")
            .attr("id", team.id)
            .with(leaf("support_session_count", world.waiting(team.id)))
            .with(el("issues").all(issues))
            .with(leaf("name", team.name));
        if !show_members {
            return element;
        }
        let members = team.members.iter().filter_map(|(id, _)| site::rep(*id)).map(|rep| {
            el("representative")
                .attr("id", rep.id)
                .with(leaf("private_display_name", rep.private))
                .with(leaf("public_display_name", rep.public))
                .with(leaf("display_name", rep.public))
                .with(leaf("username", rep.username))
        });
        element.with(el("members").all(members))
    });
    Ok(el("support_teams").all(teams))
}
