//! SupportSession (pp. 82-90): everything about the sessions that are asked for.
//!
//! In: records. Out: `session_list`, each session with its times, people, files, recordings, surveys and events.

use super::super::super::clock::{clock_face, iso};
use super::super::super::command::parameters::{Shape, optional};
use super::super::super::command::{Refusal, elsewhere};
use super::super::super::history::{End, Record};
use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, leaf, node};
use super::super::{Asked, Outcome, Permission, Product, Report, WINDOW};
use super::{chosen, details, people, surveys};

pub(crate) const SUPPORT_SESSION: Report = Report {
    name: "SupportSession",
    kind: "reporting/support_session",
    permission: Permission::Support,
    parameters: &[&WINDOW, &chosen::IDS, &[optional("limit", Shape::Limit)]],
    root: Some("session_list"),
    run: support_session,
};

fn support_session(state: &State, asked: &Asked<'_>) -> Outcome {
    let mut found = chosen::chosen(state, asked)?;
    let by_id = asked.given.text("lsid").is_some() || asked.given.text("lsids").is_some();
    if by_id && asked.given.text("limit").is_some() && asked.reads("limit-beside-lsid", "refused") {
        return Err(Refusal::error("limit cannot be given together with lsid or lsids"));
    }
    if !by_id || asked.broken("limit-applied-beside-lsid") {
        found.retain(|record| chosen::limited(state, asked, record));
    }
    Ok(Product::Xml(asked.list().children(found.into_iter().map(|record| session(state, asked, record)))))
}

/// An instant as text, with the unix time beside it.
pub(in super::super) fn instant(name: &str, at_s: i64, shift_s: i64) -> Element {
    leaf(name, iso(at_s), Kind::Time).attribute("timestamp", at_s.saturating_add(shift_s), Kind::Integer)
}

fn session(state: &State, asked: &Asked<'_>, record: &Record) -> Element {
    let kind = if asked.broken("session-type-presentation") { "presentation" } else { "support" };
    let entry = node("session")
        .many()
        .attribute("lsid", &record.lsid, Kind::Name)
        .child(leaf("session_type", kind, Kind::Choice))
        .child(leaf("lseq", record.lseq, Kind::Integer));
    let entry = files(state, asked, texts(state, asked, times(asked, entry, record), record), record);
    let entry = primaries(state, asked, entry, record)
        .child(people::customers(asked, record))
        .child(people::reps(state, asked, record))
        .child(people::teams(state, asked, record));
    let entry = surveys::of_session(state, asked, entry, record);
    entry.child(details::details(state, asked, record))
}

fn times(asked: &Asked<'_>, entry: Element, record: &Record) -> Element {
    let shift = |what: &str, by_id: &str| if asked.broken(what) || asked.broken_by_id(by_id) { 3600 } else { 0 };
    let end = match record.end {
        End::Ended(at_s) => instant("end_time", at_s, shift("end-timestamp-another", "by-id/end-timestamp-another")),
        End::Running if asked.broken("running-with-an-end") => instant("end_time", asked.now_s, 0),
        End::Running | End::Lost(_) => leaf("end_time", "", Kind::Time),
    };
    let wrong = asked.broken("duration-not-of-its-times") || asked.broken_by_id("by-id/duration-not-of-its-times");
    let seconds = record.seconds(asked.now_s) + if wrong { 90 } else { 0 };
    let duration = match () {
        () if asked.broken("duration-in-seconds") => seconds.to_string(),
        () if asked.broken("duration-without-hours") => format!("{:02}:{:02}", seconds / 60, seconds % 60),
        () => clock_face(seconds),
    };
    entry
        .child(instant("start_time", record.start_s, shift("start-timestamp-another", "by-id/start-timestamp-another")))
        .child(end)
        .child(leaf("duration", duration, Kind::Time))
}

/// The public site, the Jumpoint, the key and the custom attributes.
fn texts(state: &State, asked: &Asked<'_>, entry: Element, record: &Record) -> Element {
    let mut entry = entry.child(public_site(state, record));
    if let Some(jumpoint) = record.jumpoint.and_then(|at| state.site.jumpoints.get(at)) {
        let id = record.jumpoint.unwrap_or_default() + 1;
        entry = entry.child(leaf("jumpoint", &jumpoint.name, Kind::Text).dispensable().attribute("id", id, Kind::Name));
    }
    let key = record.attributes.get("external_key").map(String::as_str).unwrap_or_default();
    let key = if asked.broken("external-key-lost") { "" } else { key };
    if !(key.is_empty() && asked.reads("external-key-absent", "absent")) {
        entry = entry.child(leaf("external_key", key, Kind::Text).dispensable());
    }
    let of_record = |code: &str| record.attributes.get(code).filter(|value| !value.is_empty());
    let fields = state.site.custom_fields.iter().filter_map(|field| Some((field, of_record(&field.code_name)?)));
    let fields = fields.filter(|(field, _)| {
        !asked.broken("custom-attributes-lost")
            && !elsewhere::unreported_attribute(asked.defects, state, record, &field.code_name)
    });
    let fields: Vec<Element> = fields
        .map(|(field, value)| {
            leaf("custom_attribute", value, Kind::Text)
                .many()
                .dispensable()
                .attribute("display_name", &field.name, Kind::Text)
                .attribute("code_name", &field.code_name, Kind::Name)
        })
        .collect();
    match state.site.custom_fields.is_empty() {
        true => entry,
        false => entry.child(node("custom_attributes").dispensable().children(fields)),
    }
}

pub(super) fn public_site(state: &State, record: &Record) -> Element {
    let name = state.site.portals.get(record.portal).map(|portal| portal.name.as_str()).unwrap_or("Default");
    leaf("public_site", name, Kind::Text).attribute("id", record.portal + 1, Kind::Name)
}

/// Chat and recordings, for sessions that ended as they should, and the counts of what was done with files.
fn files(state: &State, asked: &Asked<'_>, entry: Element, record: &Record) -> Element {
    let ended = record.end_s().is_some()
        || (record.end == End::Running
            && (asked.broken("urls-of-running-sessions") || asked.broken_by_id("by-id/urls-of-running-sessions")));
    let host = &state.site.hostname;
    let url = |page: &str| format!("https://{host}/{page}&lsid={}", record.lsid);
    let link = |name: &str, page: &str| leaf(name, url(page), Kind::Url).dispensable();
    let mut entry = entry;
    if ended {
        entry = entry
            .child(link("session_chat_view_url", "session_download?action=view&kind=chat"))
            .child(link("session_chat_download_url", "session_download?action=download&kind=chat"));
    }
    if ended && record.recorded {
        entry = entry
            .child(link("session_recording_view_url", "session_download?action=view&kind=video"))
            .child(link("session_recording_download_url", "session_download?action=download&kind=video"));
    }
    let recordings = [("show_my_screen_recording", record.shown), ("command_shell_recording", record.shells)];
    for (name, count) in recordings.into_iter().filter(|(_, count)| ended && *count > 0) {
        let from_one = name == "command_shell_recording" && asked.reads("recording-instance-base", "one");
        let one = |index: usize| {
            let same = asked.broken("recording-instances-alike");
            let instance = if same { 0 } else { index } + usize::from(from_one);
            let page = |action: &str| format!("session_download?action={action}&kind={name}&instance={index}");
            node(name)
                .many()
                .attribute("instance", instance, Kind::Integer)
                .child(leaf("download_url", url(&page("download")), Kind::Url))
                .child(leaf("view_url", url(&page("view")), Kind::Url))
        };
        let count = if asked.broken("recordings-not-all-listed") { count - 1 } else { count };
        entry = entry.child(node(&format!("{name}s")).dispensable().children((0..count).map(one)));
    }
    let more = |what: &str| usize::from(asked.broken(what));
    let moved = record.count(&["File Upload", "File Download"]) + more("transfer-count-wrong");
    let moved = if moved > 0 { moved + more("transfer-count-wrong-where-any") } else { moved };
    entry
        .child(leaf("file_transfer_count", moved, Kind::Integer))
        .child(leaf("file_move_count", record.count(&["File Moved"]) + more("move-count-wrong"), Kind::Integer))
        .child(leaf("file_delete_count", record.count(&["File Deleted"]) + more("delete-count-wrong"), Kind::Integer))
}

fn primaries(state: &State, asked: &Asked<'_>, entry: Element, record: &Record) -> Element {
    let gsnumber = record.customer.connection.gsnumber + if asked.broken("primary-customer-nobody") { 7000 } else { 0 };
    let another = record.end_s().is_some() && asked.broken("primary-customer-of-another-once-over");
    let name = if another { "Somebody Else" } else { record.customer.name.as_str() };
    let customer = leaf("primary_customer", name, Kind::Text).attribute("gsnumber", gsnumber, Kind::Name);
    let mut entry = entry.child(customer);
    if let Some(member) = record.primary_rep() {
        let gsnumber = member.connection.gsnumber + if asked.broken("primary-rep-nobody") { 7000 } else { 0 };
        let id = if asked.broken("primary-rep-id-of-another") { 1 + i64::from(member.rep == 1) } else { member.rep };
        // Absent by rights where nobody took the session.
        let rep = leaf("primary_rep", people::rep_name(state, member.rep), Kind::Text).dispensable();
        entry = entry.child(rep.attribute("gsnumber", gsnumber, Kind::Name).attribute("id", id, Kind::Id));
    }
    let Some(id) = record.primary_team else { return entry };
    let id = if asked.broken("primary-team-id-of-another") { 1 + i64::from(id == 1) } else { id };
    let name = people::team_name(state, record.primary_team.unwrap_or_default());
    let team = match asked.readings.of("primary-team-id") {
        "children" => node("primary_team").child(leaf("id", id, Kind::Id)).child(leaf("name", name, Kind::Text)),
        "text" => leaf("primary_team", name, Kind::Text),
        _ => leaf("primary_team", name, Kind::Text).own_attribute("id", id, Kind::Id),
    };
    entry.child(team.dispensable())
}
