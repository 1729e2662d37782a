//! LicenseUsage (p. 136): when most licenses were in use in each hour, day or month.
//!
//! In: samples of a window. Out: `license_usage`, one interval for each group that has a sample.

use std::collections::BTreeMap;

use super::super::super::clock::iso;
use super::super::super::command::Refusal;
use super::super::super::command::parameters::{Parameter, Shape, optional};
use super::super::super::history::Peak;
use super::super::super::state::State;
use super::super::super::xml::{Element, Kind, leaf, node};
use super::super::support::listing::required;
use super::super::{Asked, Outcome, Permission, Product, Report};

const PARAMETERS: [Parameter; 4] = [
    optional("start_date", Shape::Date),
    optional("start_time", Shape::AtLeast(0)),
    optional("duration", Shape::AtLeast(0)),
    optional("group_by", Shape::Word(&["hour", "day", "month"])),
];

pub(crate) const LICENSE_USAGE: Report = Report {
    name: "LicenseUsage",
    kind: "reporting/license_usage",
    permission: Permission::License,
    parameters: &[&PARAMETERS],
    root: Some("license_usage"),
    run: licenses,
};

fn licenses(state: &State, asked: &Asked<'_>) -> Outcome {
    let window = required(asked)?;
    let group = match (asked.given.text("group_by"), asked.readings.of("license-group-by-absent")) {
        (Some(group), _) => group,
        (None, "refused") => return Err(Refusal::error("The parameter group_by is missing")),
        (None, _) => "hour",
    };
    let shift = if asked.broken("times-not-those-asked-for") { 7200 } else { 0 };
    let until_s = window.until_s.unwrap_or(asked.now_s);
    let time = |name: &str, at_s: i64| {
        leaf(name, iso(at_s + shift), Kind::Text).attribute("timestamp", at_s + shift, Kind::Integer)
    };
    let told_group = if asked.broken("group-by-not-told") { "year" } else { group };
    let root = asked.list().child(time("start_time", window.from_s)).child(time("end_time", until_s)).child(leaf(
        "group_by",
        told_group,
        Kind::Choice,
    ));
    let samples = state.history.peaks.iter().filter(|peak| window.holds(peak.at_s) && peak.at_s <= asked.now_s);
    let group = if asked.broken("group_by/without-effect") { "hour" } else { group };
    let intervals: Vec<Element> = peaks(asked, samples, group).into_iter().map(|peak| interval(asked, &peak)).collect();
    if intervals.is_empty() && asked.reads("license-empty", "absent") {
        return Ok(Product::Xml(root));
    }
    // With nothing in it, it may be absent.
    Ok(Product::Xml(root.child(node("license_time_intervals").dispensable().children(intervals))))
}

/// The samples of one moment.
type Moment<'a> = Vec<&'a Peak>;

/// The moment of each group at which most licenses were in use.
fn peaks<'a>(asked: &Asked<'_>, samples: impl Iterator<Item = &'a Peak>, group: &str) -> Vec<Moment<'a>> {
    let mut moments: BTreeMap<i64, Moment<'a>> = BTreeMap::new();
    samples.for_each(|peak| moments.entry(peak.at_s).or_default().push(peak));
    let length = match group {
        "hour" => 13,
        "day" => 10,
        _ => 7,
    };
    let mut best: BTreeMap<String, Moment<'a>> = BTreeMap::new();
    for (at_s, moment) in moments {
        let name = if asked.broken("peaks-not-grouped") { at_s.to_string() } else { iso(at_s)[..length].to_owned() };
        let total = |moment: &Moment<'_>| moment.iter().map(|peak| peak.login + peak.extended_contact).sum::<i64>();
        let known = best.entry(name).or_insert_with(|| moment.clone());
        let better = total(&moment) > total(known);
        let worse = total(&moment) < total(known);
        if if asked.broken("least-instead-of-most") { worse } else { better } {
            *known = moment;
        }
    }
    best.into_values().collect()
}

fn interval(asked: &Asked<'_>, moment: &Moment<'_>) -> Element {
    let at_s = moment.first().map_or(0, |peak| peak.at_s);
    let told_s = if asked.broken("peak-outside-the-window") { at_s.saturating_sub(400_000_000) } else { at_s };
    let datetime = if asked.reads("license-datetime", "epoch") { told_s.to_string() } else { iso(told_s) };
    let entry = node("license_time_interval").many().attribute("timestamp", told_s, Kind::Time);
    let entry = entry.attribute("datetime", datetime, Kind::Time);
    entry.children(moment.iter().flat_map(|peak| counts(asked, peak)))
}

/// What of a kind of license was in use: in all, and by each reason. Without its reason a count is a total.
fn counts(asked: &Asked<'_>, peak: &Peak) -> Vec<Element> {
    let count = |number: i64| {
        leaf("license_count", number, Kind::Integer).many().attribute("license_type", &peak.kind, Kind::Name)
    };
    let wrong = i64::from(asked.broken("total-not-the-sum"));
    let login = if asked.broken("reason-unknown") { "idle" } else { "login" };
    let mut all = Vec::new();
    if asked.reads("license-total-beside-reasons", "present") {
        all.push(count(peak.login + peak.extended_contact + wrong));
    }
    all.push(count(peak.login).own_attribute("reason", login, Kind::Choice));
    all.push(count(peak.extended_contact).own_attribute("reason", "extended_contact", Kind::Choice));
    all
}
