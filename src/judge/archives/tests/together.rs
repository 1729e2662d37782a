//! What rows say of each other, of other times, and of the session report; and what the guide does not document, which breaks nothing.

use super::*;

/// The JSON of a text, changed.
fn edit(text: &mut String, change: impl Fn(&mut Value)) {
    let mut value: Value = serde_json::from_str(text).unwrap();
    change(&mut value);
    *text = value.to_string();
}

fn both(texts: &mut Texts, change: impl Fn(&mut Value)) {
    texts.states.iter_mut().for_each(|text| edit(text, &change));
}

/// A queue that nobody belongs to.
fn queue(kind: &str, team: &str) -> Value {
    json!({ "code_name": if team.is_empty() { "" } else { "a" }, "created_timestamp": DAY, "name": "a", "support_team_id": team, "type": kind })
}

#[test]
fn what_the_guide_does_not_document_breaks_nothing() {
    let spec = spec::embedded().unwrap();
    let mut changed = texts(&spec);
    edit(&mut changed.states[0], |state| state["extra"] = json!({ "1": { "a": 1 } }));
    edit(&mut changed.states[1], |state| state["queue"]["1"]["colour"] = json!("green"));
    changed.events[1]
        .push_str(&format!("{}\n", json!({ "type": "model_insert", "timestamp": DAY + 800, "other": { "1": {} } })));
    changed.events[2].push_str("{\"type\":\"model_delete\",\"presenter\":null}\n");
    let records = records(&changed);
    let selected: Vec<&Requirement> = spec.all().filter(|r| matches!(r.demand, Demand::Archive(_))).collect();
    let judged = crate::judge::judge(&spec, &selected, &records, &BTreeMap::new());
    assert_eq!(gaps(&judged.findings), Vec::<&str>::new());
    assert_eq!(judged.findings["archive/archive/replay-gives-the-next-state"].verdict, Verdict::Pass);
    for (what, place) in [
        ("a table that the guide does not document", "extra"),
        ("a table that the guide does not document", "other"),
        ("a field that the guide does not document", "queue/colour"),
        ("a table that is deleted as a whole", "presenter"),
    ] {
        assert!(judged.observations.iter().any(|seen| seen.what == what && seen.place == place), "{what} {place}");
    }
}

#[test]
fn what_rows_say_of_each_other_is_noticed_where_it_belongs() {
    type Edit = fn(&mut Texts);
    let changes: [(&str, Edit); 9] = [
        ("archive/state/created-in-time", |t| {
            both(t, |state| state["queue"]["1"]["created_timestamp"] = json!(DAY + 90_000));
        }),
        ("archive/state/created-in-time", |t| {
            t.events[0] = t.events[0].replacen(
                &format!("\"created_timestamp\":{DAY}"),
                &format!("\"created_timestamp\":{}", DAY + 500),
                1,
            );
        }),
        ("archive/state/personal-queues-are-active", |t| both(t, |state| state["queue"]["7"] = queue("personal", ""))),
        ("archive/state/personal-queues-have-no-code", |t| {
            both(t, |state| {
                state["queue"]["7"] = queue("personal", "3");
                state["representative"]["1"]["queue_id"] = json!(7);
            });
        }),
        ("archive/state/personal-queues-are-own", |t| {
            both(t, |state| {
                state["queue"]["7"] = queue("personal", "");
                state["representative_queue"]["1"]["queue_id"] = json!(7);
            });
        }),
        ("archive/state/team-queues-are-active", |t| {
            edit(&mut t.states[0], |state| state["queue"]["7"] = queue("team", "3"))
        }),
        ("archive/state/selected-session", |t| {
            both(t, |state| state["representative"]["1"]["selected_support_session_id"] = json!(99));
        }),
        ("archive/state/session-ids", |t| {
            both(t, |state| state["support_session"]["5"] = state["support_session"]["1"].clone());
        }),
        ("archive/state/tools-of-members", |t| {
            both(t, |state| {
                state["representative"]["2"] = state["representative"]["1"].clone();
                state["representative_support_session_tool"]["1"]["representative_id"] = json!(2);
            });
        }),
    ];
    let spec = spec::embedded().unwrap();
    let mut faults = Vec::new();
    for (id, change) in changes {
        let mut changed = texts(&spec);
        change(&mut changed);
        let found = findings(&spec, &changed);
        if found[id].verdict != Verdict::Fail && found[id].verdict != Verdict::Warn {
            faults.push(format!("{id}: {:?}", found[id]));
        }
        let others: Vec<&str> = gaps(&found).into_iter().filter(|gap| *gap != id).collect();
        // A queue that only one state has is no outcome of the events either.
        if !others.is_empty() && others != ["archive/archive/replay-gives-the-next-state"] {
            faults.push(format!("{id}: {others:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_session_that_moves_says_when_and_keeps_the_last_queue_of_a_team() {
    let spec = spec::embedded().unwrap();
    let moved = |entered: i64, team: Value| {
        let mut changed = texts(&spec);
        both(&mut changed, |state| {
            state["queue"]["3"] = json!({ "code_name": "a", "created_timestamp": DAY, "name": "a", "support_team_id": "4", "type": "team" });
            state["representative_queue"]["3"] = state["representative_queue"]["1"].clone();
            state["representative_queue"]["3"]["queue_id"] = json!(3);
        });
        let row = json!({ "queue_id": 3, "queue_entry_timestamp": entered, "primary_team_queue_id": team });
        let line = json!({ "type": "model_update", "timestamp": DAY + 705, "support_session": { "1": row } });
        changed.events[1].push_str(&format!("{line}\n"));
        edit(&mut changed.states[1], |state| {
            for (name, value) in row.as_object().unwrap() {
                state["support_session"]["1"][name.as_str()] = value.clone();
            }
        });
        findings(&spec, &changed)
    };
    let sound = moved(DAY + 705, json!(3));
    assert_eq!(gaps(&sound), Vec::<&str>::new());
    let verdict =
        |found: &BTreeMap<RequirementId, Finding>, id: &str| found[format!("archive/archive/{id}").as_str()].verdict;
    assert_eq!((verdict(&sound, "queue-entry"), verdict(&sound, "primary-team-queue")), (Verdict::Pass, Verdict::Pass));
    assert_eq!(gaps(&moved(DAY, json!(3))), ["archive/archive/queue-entry"]);
    assert_eq!(gaps(&moved(DAY + 705, json!(1))), ["archive/archive/primary-team-queue"]);
}

#[test]
fn the_sessions_of_archives_are_those_of_the_report() {
    let spec = spec::embedded().unwrap();
    let with = |report: String| {
        let mut records = records(&texts(&spec));
        let days = [("generate_report", "SupportSession"), ("start_date", "2024-12-01"), ("duration", "5")];
        records[0].exchanges.push(exchange(SESSIONS, &days, report.into_bytes()));
        let selected: Vec<&Requirement> = spec.all().filter(|r| matches!(r.demand, Demand::Archive(_))).collect();
        crate::judge::judge(&spec, &selected, &records, &BTreeMap::new()).findings
    };
    let session = |lsid: &str, began: i64, ended: &str| {
        format!("<session lsid='{lsid}'><start_time timestamp='{began}'/><end_time timestamp='{ended}'/></session>")
    };
    let list = |sessions: &str| {
        format!("<session_list xmlns='https://www.beyondtrust.com/namespaces/API/reporting'>{sessions}</session_list>")
    };
    let known = session("0123456789abcdef0123456789abcdef", DAY - 500, &(DAY + 9_000).to_string());
    let sound = with(list(&known));
    assert_eq!(gaps(&sound), Vec::<&str>::new());
    assert_eq!(sound["archive/state/active-sessions"].verdict, Verdict::Pass);
    assert_eq!(sound["archive/state/reported-sessions"].verdict, Verdict::Pass);
    let missing =
        list(&(known.clone() + &session("1123456789abcdef0123456789abcdef", DAY - 500, &(DAY + 9_000).to_string())));
    assert_eq!(gaps(&with(missing)), ["archive/state/active-sessions"]);
    let over = list(&session("0123456789abcdef0123456789abcdef", DAY - 5_000, &(DAY - 1_000).to_string()));
    assert_eq!(gaps(&with(over)), ["archive/state/active-sessions"]);
    let other = list(&session("1123456789abcdef0123456789abcdef", DAY - 5_000, &(DAY - 1_000).to_string()));
    assert_eq!(gaps(&with(other)), ["archive/state/reported-sessions"]);
}
