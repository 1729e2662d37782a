//! In: a window and a way to group (p. 136), or nothing (p. 138). Out: peaks of licence use, or a file about endpoints.
//! Never: shows a moment at which less than nine licences of ten were in use.

use super::NOTHING;
use super::parts::moment;
use super::window::window;
use crate::foreign::civil::{civil, date, iso};
use crate::foreign::pack::zip;
use crate::foreign::site::PINNED;
use crate::foreign::wire::{Answered, Fault, Parameters};
use crate::foreign::world::{Peak, World};
use crate::foreign::xml::{Element, el, leaf};

const LICENCES: u32 = 4;

pub(crate) fn usage(world: &World, parameters: &Parameters, now: i64) -> Result<Element, Fault> {
    let window = window(parameters, now, false)?;
    parameters.need("group_by")?;
    let by = parameters.choice("group_by", &["hour", "day", "month"])?.unwrap_or("hour");
    let group = |at: i64| match by {
        "hour" => at.div_euclid(3600),
        "day" => at.div_euclid(86_400),
        _ => {
            let (year, month, _) = civil(at.div_euclid(86_400));
            year * 12 + month
        }
    };
    let mut highest: Vec<Peak> = Vec::new();
    let high = |peak: &&Peak| (peak.login + peak.extended) * 10 >= LICENCES * 9;
    for peak in world.peaks.iter().filter(|peak| window.holds(peak.at, None)).filter(high) {
        match highest.iter_mut().find(|other| group(other.at) == group(peak.at)) {
            Some(other) if other.login + other.extended >= peak.login + peak.extended => {}
            Some(other) => *other = *peak,
            None => highest.push(*peak),
        }
    }
    if highest.is_empty() {
        return Err(NOTHING.to_owned());
    }
    let intervals = highest.iter().map(|peak| {
        let count = |count: u32| leaf("license_count", count).attr("license_type", "full");
        el("license_time_interval")
            .attr("datetime", iso(peak.at))
            .attr("timestamp", peak.at)
            .with(count(peak.extended).attr("reason", "extended_contact"))
            .with(count(peak.login).attr("reason", "login"))
            .with(count(peak.login + peak.extended))
    });
    Ok(el("license_usage")
        .with(el("license_time_intervals").all(intervals))
        .with(leaf("group_by", by))
        .with(moment("end_time", Some(window.to.min(now))))
        .with(moment("start_time", Some(window.from))))
}

/// The file is in English whatever the site speaks (p. 138).
pub(crate) fn endpoints(world: &World, _: &Parameters, now: i64) -> Result<Answered, Fault> {
    let mut items = String::from("kind,name\r\n");
    for number in 1..=PINNED {
        items.push_str(&format!("jump_client,ENDPOINT-{number:02}\r\n"));
    }
    for (kind, name) in &world.shortcuts {
        items.push_str(&format!("{},\"{}\"\r\n", kind.trim_end_matches("_hostname"), name.replace('"', "\"\"")));
    }
    let day = date(now);
    let count = PINNED + world.shortcuts.len();
    let daily = format!("date,operations,licences\r\n{day},{},{count}\r\n", world.shortcuts.len());
    let summary = format!("appliance,date,endpoint_licences,in_use,churn\r\n{},{day},50,{count},0\r\n", world.host);
    let bytes = zip(&[("jump_items.csv", items), ("daily_counts.csv", daily), ("summary.csv", summary)]);
    Ok(Answered::file("application/zip", "endpoint-license-usage.zip", bytes))
}
