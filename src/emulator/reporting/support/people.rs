//! Who took part in a session: customers, representatives and teams (pp. 85-87).
//!
//! In: a record. Out: its three lists, as sessions and surveys show them, and the primary ones of each.

use super::super::super::history::{Connection, Member, Record};
use super::super::super::site::Representative;
use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, flag, leaf, node};
use super::super::Asked;

/// Where a person connects from.
fn connection(entry: Element, connection: &Connection, everything: bool) -> Element {
    let entry = entry.child(leaf("public_ip", &connection.public_ip, Kind::Address)).child(leaf(
        "private_ip",
        &connection.private_ip,
        Kind::Address,
    ));
    if !everything {
        return entry;
    }
    entry.child(leaf("hostname", &connection.hostname, Kind::Text)).child(leaf("os", &connection.os, Kind::Text))
}

pub(super) fn customers(asked: &Asked<'_>, record: &Record) -> Element {
    let customer = &record.customer;
    let gsnumber = customer.connection.gsnumber;
    let lost = if asked.broken("customer-name-of-another") { "Customer" } else { customer.name.as_str() };
    let entry = node("customer").many().attribute("gsnumber", gsnumber, Kind::Name);
    let mut from = customer.connection.clone();
    if asked.broken("customer-computer-of-another") {
        from.hostname = "SOMEBODY-ELSE".to_owned();
    }
    if asked.broken("customer-address-of-another") {
        from.public_ip = "198.18.0.1".to_owned();
    }
    let entry = connection(entry.child(leaf("username", lost, Kind::Text)), &from, true)
        .child(flag("primary_cust", !asked.broken("primary-cust-0")));
    let [company, code, issue, details] = &customer.info;
    let info = node("info")
        .child(leaf("name", &customer.name, Kind::Text))
        .child(leaf("company", company, Kind::Text))
        .child(leaf("company_code", code, Kind::Text))
        .child(leaf("issue", issue, Kind::Integer))
        .child(leaf("details", details, Kind::Text));
    let entry = entry.child(info);
    let list = node("customer_list").child(entry.clone());
    if asked.broken("two-customers") { list.child(entry) } else { list }
}

pub(super) fn reps(state: &State, asked: &Asked<'_>, record: &Record) -> Element {
    let mut members: Vec<(usize, &Member)> = record.members.iter().enumerate().collect();
    if asked.broken("conference-members-missing") {
        members.retain(|(_, member)| member.owner);
    }
    node("rep_list").children(members.into_iter().map(|(index, member)| rep(state, asked, record, index, member)))
}

fn rep(state: &State, asked: &Asked<'_>, record: &Record, index: usize, member: &Member) -> Element {
    let known = state.rep(member.rep);
    let of = |pick: fn(&Representative) -> &str| known.map(pick).unwrap_or_default().to_owned();
    let private = of(|rep| rep.private_display_name.as_str());
    let public = of(|rep| rep.public_display_name.as_str());
    let public_alias = asked.broken("display-name-public") || asked.broken_by_id("by-id/display-name-public");
    let alias = if public_alias { &public } else { &private };
    let number = known.map_or(0, |rep| rep.display_number.unwrap_or(rep.id));
    let primary = record.primary == Some(index);
    let told_primary = match () {
        () if asked.broken("two-primary-reps") => true,
        () if asked.broken("no-primary-rep") => false,
        () if asked.broken("first-owner-primary") => record.members.iter().position(|one| one.owner) == Some(index),
        () => primary,
    };
    let seconds = record.seconds_of(member, asked.now_s);
    let above = asked.broken("seconds-above-the-duration") || asked.broken_by_id("by-id/seconds-above-the-duration");
    let seconds = if above { seconds + 100_000 } else { seconds };
    let entry = node("representative")
        .many()
        .attribute("gsnumber", gsnumber(asked, member), Kind::Name)
        .attribute("id", member.rep, Kind::Id)
        .child(leaf("username", of(|rep| rep.username.as_str()), Kind::Name))
        .child(leaf("display_name", alias, Kind::Text))
        .child(leaf("public_display_name", public, Kind::Text))
        .child(leaf("private_display_name", &private, Kind::Text))
        .child(leaf("display_number", number, Kind::Text));
    let not_owner = asked.broken("owner-not-owner") || asked.broken_by_id("by-id/owner-not-owner");
    let owner = if not_owner { !member.owner } else { member.owner };
    let entry = connection(entry, &member.connection, true)
        .child(flag("session_owner", owner))
        .child(flag("primary_rep", told_primary))
        .child(leaf("seconds_involved", seconds, Kind::Integer));
    if known.is_some_and(|rep| rep.invited) || asked.broken("everybody-invited") {
        // Absent by rights for whoever is no invited user.
        return entry.child(flag("invited", !asked.broken("invited-0")).dispensable());
    }
    entry
}

/// The number of a member, by which events and the primary representative find it.
fn gsnumber(asked: &Asked<'_>, member: &Member) -> i64 {
    member.connection.gsnumber + if asked.broken("gsnumbers-found-nowhere") { 5000 } else { 0 }
}

pub(super) fn teams(state: &State, asked: &Asked<'_>, record: &Record) -> Element {
    let entry = |id: &i64| {
        let primary = match () {
            () if asked.broken("two-primary-teams") => true,
            () if asked.broken("first-team-primary") => record.teams.first() == Some(id),
            () => record.primary_team == Some(*id),
        };
        let name = team_name(state, *id);
        let name = if asked.broken("team-name-of-old") { format!("{name} (old)") } else { name.to_owned() };
        leaf("team", name, Kind::Text).many().dispensable().attribute("id", id, Kind::Id).attribute(
            "primary_team",
            u8::from(primary),
            Kind::Flag,
        )
    };
    let unreported = record.is_followed() && asked.defects.has("command/transfer_session", "team-not-reported");
    let teams = record.teams.iter().filter(|_| !asked.broken("teams-missing") && !unreported);
    node("team_list").children(teams.map(entry))
}

pub(super) fn team_name(state: &State, id: i64) -> &str {
    state.team(id).map(|team| team.name.as_str()).unwrap_or_default()
}

/// The private display name of a representative.
pub(super) fn rep_name(state: &State, id: i64) -> &str {
    state.rep(id).map(|rep| rep.private_display_name.as_str()).unwrap_or_default()
}

/// A representative as a team's report shows it (p. 113).
pub(super) fn console(state: &State, rep: i64, from: &Connection) -> Element {
    let known = state.rep(rep);
    let public = known.map(|rep| rep.public_display_name.as_str()).unwrap_or_default();
    let entry = node("representative")
        .many()
        .dispensable()
        .attribute("gsnumber", from.gsnumber, Kind::Name)
        .attribute("id", rep, Kind::Id)
        .child(leaf("display_name", rep_name(state, rep), Kind::Text))
        .child(leaf("public_display_name", public, Kind::Text))
        .child(leaf("private_display_name", rep_name(state, rep), Kind::Text));
    connection(entry, from, false)
}
