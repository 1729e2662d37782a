//! In: which sessions are wanted (p. 82). Out: all that is known of them.
//! Never: gives a link to what cannot be fetched.

use super::parts::{customer_list, moment, public_site, rep_list, session_event, team_list};
use super::survey;
use super::window::{Choice, choice};
use super::{Fault, unless_empty};
use crate::foreign::civil::hms;
use crate::foreign::custom::display_name;
use crate::foreign::pages::{chat_url, download_url, view_url};
use crate::foreign::site::{self, JUMPOINTS};
use crate::foreign::wire::Parameters;
use crate::foreign::world::{Session, World};
use crate::foreign::xml::{Element, el, leaf};

const UPLOADS: &[&str] = &["File Upload", "File Download"];

/// What `limit` lets through (p. 82).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    All,
    Rep(u32),
    AnyTeam,
    Team(u32),
    Members(u32),
    Site(u32),
}

impl Limit {
    pub(crate) fn read(parameters: &Parameters) -> Result<Limit, Fault> {
        let text = match parameters.get("limit") {
            None | Some("all") => return Ok(Limit::All),
            Some("team:all") => return Ok(Limit::AnyTeam),
            Some(text) => text,
        };
        let (kind, id) = text.split_once(':').unwrap_or((text, ""));
        let digits = id.bytes().all(|byte| byte.is_ascii_digit());
        match (kind, id.parse().ok().filter(|_| digits)) {
            ("rep", Some(id)) => Ok(Limit::Rep(id)),
            ("team", Some(id)) => Ok(Limit::Team(id)),
            ("members", Some(id)) => Ok(Limit::Members(id)),
            ("site", Some(id)) => Ok(Limit::Site(id)),
            _ => Err(format!("Filtre inconnu : {text}")),
        }
    }

    /// A session is owned by all who ever owned it and by all teams it ever belonged to.
    fn lets(self, session: &Session) -> bool {
        match self {
            Limit::All => true,
            Limit::Rep(id) => session.owned_by(id),
            Limit::AnyTeam => !session.teams.is_empty(),
            Limit::Team(id) => session.teams.contains(&id),
            Limit::Members(id) => {
                site::team(id).is_some_and(|team| team.members.iter().any(|(member, _)| session.owned_by(*member)))
            }
            Limit::Site(id) => session.site == id,
        }
    }
}

pub(crate) fn full(world: &World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let choice = choice(parameters, now)?;
    // p. 83: beside an lsid the limit does not count.
    let limit = if matches!(choice, Choice::Lsids(_)) { Limit::All } else { Limit::read(parameters)? };
    let chosen = world.sessions.iter().filter(|one| choice.holds(&one.lsid, one.start, one.end) && limit.lets(one));
    unless_empty(el("session_list").all(chosen.map(|session| show(world, session, now))))
}

fn show(world: &World, session: &Session, now: i64) -> Element {
    let ended = session.end.is_some();
    let jumpoint = JUMPOINTS.iter().find(|(id, ..)| Some(*id) == session.jumpoint);
    let jumpoint = jumpoint.map_or(el("jumpoint"), |(id, name, _)| leaf("jumpoint", name).attr("id", id));
    let custom = session.attributes.iter().filter(|(code, _)| *code != "external_key").map(|(code, (value, _))| {
        leaf("custom_attribute", value).attr("code_name", code).attr("display_name", display_name(code))
    });
    let mut element = el("session")
        .attr("lsid", &session.lsid)
        .with(el("session_details").all(session.events.iter().map(|event| session_event(world, session, event))));
    if ended {
        if let Some(survey) = &session.rep_survey {
            element = element.with(el("rep_survey_list").with(survey::inside("rep_exit_survey", survey)));
        }
        if let Some(survey) = &session.customer_survey {
            element = element.with(el("cust_survey_list").with(survey::inside("cust_exit_survey", survey)));
        }
    }
    element = element.with(team_list(session)).with(rep_list(session, now)).with(customer_list(session));
    if let Some(team) = session.teams.last().and_then(|id| site::team(*id)) {
        element = element.with(leaf("primary_team", team.name).attr("id", team.id));
    }
    if let Some(rep) = session.last_owner.and_then(site::rep) {
        let last = session.stays.iter().rev().find(|stay| stay.rep == rep.id && stay.owned);
        let gs = last.map_or(0, |stay| stay.gs);
        element = element.with(leaf("primary_rep", rep.private).attr("id", rep.id).attr("gsnumber", gs));
    }
    element = element
        .with(leaf("primary_customer", &session.customer.name).attr("gsnumber", session.customer.gs))
        .with(leaf("file_delete_count", session.count(&["File Deleted"])))
        .with(leaf("file_move_count", session.count(&["File Moved"])))
        .with(leaf("file_transfer_count", session.count(UPLOADS)));
    if ended {
        element = element.all(links(world, session));
    }
    element
        .with(el("custom_attributes").all(custom))
        .with(leaf("external_key", session.external_key()))
        .with(jumpoint)
        .with(public_site(world, session))
        .with(leaf("duration", hms(session.seconds(now))))
        .with(moment("end_time", session.end))
        .with(moment("start_time", Some(session.start)))
        .with(leaf("lseq", session.lseq))
        .with(leaf("session_type", "support"))
}

/// Transcripts and recordings of a session that has ended (p. 84). Recording is switched on here.
fn links(world: &World, session: &Session) -> Vec<Element> {
    let (host, lsid) = (world.host.as_str(), session.lsid.as_str());
    let many = |list: &str, item: &str, report: &str, count: u32| {
        let items = (0..count).map(|number| {
            let number = number.to_string();
            el(item)
                .attr("instance", &number)
                .with(leaf("view_url", view_url(host, report, lsid, Some(&number))))
                .with(leaf("download_url", download_url(host, report, lsid, Some(&number))))
        });
        el(list).all(items)
    };
    let mut links = Vec::new();
    if session.shells > 0 {
        links.push(many(
            "command_shell_recordings",
            "command_shell_recording",
            "CommandShellRecording",
            session.shells,
        ));
    }
    if session.showings > 0 {
        let item = "show_my_screen_recording";
        links.push(many("show_my_screen_recordings", item, "ShowMyScreenRecording", session.showings));
    }
    if session.shared_screen {
        let url = download_url(host, "SupportSessionRecording", lsid, None);
        links.push(leaf("session_recording_download_url", url));
    }
    links.push(leaf("session_recording_view_url", view_url(host, "SupportSessionRecording", lsid, None)));
    links.push(leaf("session_chat_download_url", chat_url(host, lsid, "download")));
    links.push(leaf("session_chat_view_url", chat_url(host, lsid, "view")));
    links
}
