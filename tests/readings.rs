//! Every reading of the emulator is recognised: the report names the one that it follows, and accuses nobody of it.

use std::collections::BTreeMap;

use touchmark::{
    commands::InMemory,
    emulator::{Config, Readings, Site},
    model::verdict::Verdict,
    spec::{self, Spec},
};

/// Readings that no requirement names, each with its reason. One that is named after all fails the test.
const UNSEEN: &[(&str, &str)] = &[
    (
        "leave-customer-value=ignored",
        "the emulator takes the parameter as absent, and a request that then names nobody is refused in either reading",
    ),
    ("rep-logged-out=refused", "no command names a representative who is not logged in"),
    ("rep-logged-out=queued", "no command names a representative who is not logged in"),
    ("presentation-representative=first_table", "the second table stands under no path, so nothing of it is asked for"),
    ("presentation-representative=both_tables", "the second table stands under no path, so nothing of it is asked for"),
    ("nothing-found=error_in_french", "an error is named as one in whatever language it is"),
    ("prompting-restricts=prompt_off", "what comes along with a key is seen when the customer client runs"),
    ("prompting-restricts=prompt_on", "what comes along with a key is seen when the customer client runs"),
];

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn every_reading_is_named_and_none_is_a_finding() {
    let spec = spec::embedded().expect("sound data");
    let excused: BTreeMap<&str, &str> = UNSEEN.iter().copied().collect();
    let mut faults = Vec::new();
    let mut used = Vec::new();
    for topic in Readings::list() {
        for reading in topic.readings {
            let name = format!("{}={reading}", topic.name);
            match recognised(&spec, topic.name, reading) {
                Err(fault) => faults.push(format!("{name}: {fault}")),
                Ok(named) if named == excused.contains_key(name.as_str()) => {
                    faults.push(format!(
                        "{name}: {}",
                        if named { "excused, but named" } else { "no requirement names it" }
                    ));
                }
                Ok(_) => {}
            }
            used.push(name);
        }
    }
    let known = |name: &&str| used.iter().any(|used| used == name);
    faults.extend(
        excused.keys().filter(|name| !known(name)).map(|name| format!("{name}: excused, but there is no such reading")),
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Makes a site on which a topic can be seen at all, where the demo site is none.
fn furnish(site: &mut Site, topic: &str) {
    match topic {
        "sync-when-none" => site.appliances.iter_mut().for_each(|one| one.failover_role = "none".to_owned()),
        // Nobody gives a presentation, so the tables of those who take part have no rows.
        "archive-empty-table" => site.past_presentations.clear(),
        _ => {}
    }
}

/// Whether a requirement of the topic names the reading, in a run of those requirements against an emulator that reads so.
fn recognised(spec: &Spec, topic: &str, reading: &str) -> Result<bool, String> {
    let of_the_topic = spec.requirements.values().filter(|requirement| requirement.topic.as_deref() == Some(topic));
    let mut only: Vec<String> = of_the_topic.map(|requirement| format!("={}", requirement.id)).collect();
    if topic == "config-unknown-parameter" {
        // What is asked of operations is made of the target's own document.
        only.push("configuration/skill/get/".to_owned());
    }
    if only.is_empty() {
        return Ok(false);
    }
    let mut config = Config::demo();
    config.readings.set(Readings::parse(&format!("{topic}={reading}"))?);
    furnish(&mut config.site, topic);
    let run = InMemory { config, only, ..InMemory::default() }.run(spec).map_err(|abort| format!("{abort:?}"))?;
    let findings = &run.judged.findings;
    if let Some((id, finding)) = findings.iter().find(|(_, f)| matches!(f.verdict, Verdict::Fail | Verdict::Error)) {
        return Err(format!("{id} is {}: {:?} {:?}", finding.verdict.word(), finding.reason, finding.evidence));
    }
    // Where readings look the same from outside, the report names them all.
    Ok(findings
        .values()
        .filter_map(|f| f.reading.as_deref())
        .any(|named| named.split(" or ").any(|name| name == reading)))
}
