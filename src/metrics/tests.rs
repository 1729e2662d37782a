//! Each metric against a day that was worked out by hand.

use std::io::Cursor;

use super::*;
use crate::decode::archive::{Limits, events, state};

/// One representative, one session in the personal queue 7, its customer connected.
const STATE: &str = concat!(
    "{\"queue\":{\"7\":{\"type\":\"personal\"}},",
    "\"representative\":{\"1\":{\"username\":\"ann\",\"connected\":1,\"console_in_focus\":1,\"queue_id\":7,\"routing_available\":1,",
    "\"routing_enabled\":1,\"routing_idle\":0,\"selected_support_session_id\":20}},",
    "\"support_session\":{\"20\":{\"queue_id\":7}},",
    "\"representative_support_session\":{\"30\":{\"representative_id\":1,\"support_session_id\":20}},",
    "\"customer_client\":{\"40\":{\"connected\":true,\"support_session_id\":\"20\"}}}"
);

fn metrics(lines: &[(i64, &str)], from: Option<i64>, to: Option<i64>) -> Metrics {
    let limits = Limits::default();
    let mut replay = Replay::new(state(Cursor::new(STATE.as_bytes()), limits).unwrap().model, from, to);
    let text: String = lines.iter().map(|(at, rest)| format!("{{\"timestamp\":{at},{rest}}}\n")).collect();
    events(Cursor::new(text.as_bytes()), limits, |event| replay.event(event)).unwrap();
    replay.finish().unwrap()
}

const START: &str = "\"type\":\"session_event\",\"name\":\"x\",\"lsid\":\"y\"";

#[test]
fn a_day_worked_out_by_hand() {
    let all = metrics(
        &[
            (1000, START),
            // Ten seconds of work; then the console loses the focus.
            (1010, "\"type\":\"model_update\",\"representative\":{\"1\":{\"console_in_focus\":0}}"),
            // Active still, for five more; then the customer is lost for seven.
            (1015, "\"type\":\"model_update\",\"customer_client\":{\"40\":{\"connected\":0}}"),
            (1022, "\"type\":\"model_update\",\"customer_client\":{\"40\":{\"connected\":1}}"),
            // A second representative comes, and a second session for the first.
            (
                1022,
                "\"type\":\"model_insert\",\"representative\":{\"2\":{\"username\":\"bob\",\"connected\":1,\"routing_idle\":1}}",
            ),
            (
                1022,
                "\"type\":\"model_insert\",\"representative_support_session\":{\"31\":{\"representative_id\":\"1\",\"support_session_id\":21}}",
            ),
            // Eight seconds in two sessions; then only the first again, not available any more, and not connected.
            (1030, "\"type\":\"model_delete\",\"representative_support_session\":[31]"),
            (
                1030,
                "\"type\":\"model_update\",\"representative\":{\"1\":{\"routing_available\":false,\"connected\":0,\"routing_enabled\":0}}",
            ),
            (1040, "\"type\":\"model_delete\",\"representative\":[\"1\"]"),
            (1060, START),
        ],
        None,
        None,
    );
    assert_eq!((all.from, all.to, all.events, all.restarts), (1000, 1060, 10, 0));
    assert_eq!((all.logged_in.min, all.logged_in.max), (1, 2));
    // Ann for 40 seconds and Bob for 38 of 60.
    assert!((all.logged_in.average - 78.0 / 60.0).abs() < 1e-9, "{}", all.logged_in.average);
    assert!((all.average_work_seconds - 10.0).abs() < 1e-9);
    let ann = &all.representatives["ann"];
    assert_eq!((ann.logins.clone(), ann.logouts.clone()), (vec![], vec![1040]));
    assert_eq!((ann.logged_in_seconds, ann.connected_seconds), (40, 30));
    assert_eq!((ann.work_seconds, ann.sessions_worked_in), (10, 1));
    assert_eq!(ann.active_seconds, 15 + 18);
    assert_eq!(ann.waiting_seconds, 7);
    assert_eq!(ann.concurrent_seconds, [(1, 22), (2, 8)].into());
    assert_eq!((ann.without_session_seconds, ann.auto_assign_seconds, ann.available_seconds), (0, 30, 30));
    let bob = &all.representatives["bob"];
    assert_eq!((bob.logins.clone(), bob.logged_in_seconds, bob.idle_seconds), (vec![1022], 38, 38));
    assert_eq!((bob.without_session_seconds, bob.concurrent_seconds.len()), (38, 0));
}

#[test]
fn only_what_lies_between_two_times_counts() {
    let lines = [(1000, START), (1100, "\"type\":\"model_delete\",\"representative\":[\"1\"]"), (1200, START)];
    let all = metrics(&lines, Some(1050), Some(1150));
    assert_eq!((all.from, all.to), (1050, 1150));
    assert_eq!(all.representatives["ann"].logged_in_seconds, 50);
    assert!((all.logged_in.average - 0.5).abs() < 1e-9);
    let later = metrics(&lines, Some(1150), None);
    assert_eq!((later.logged_in.max, later.representatives.len()), (0, 0), "{later:?}");
    let beyond = metrics(&lines[..1], None, Some(1300));
    assert_eq!(beyond.representatives["ann"].logged_in_seconds, 300, "the state stays as it is until the end");
}

#[test]
fn a_restart_ends_everything() {
    let all = metrics(&[(1000, START), (1010, "\"type\":\"truncate_model\""), (1020, START)], None, None);
    assert_eq!((all.restarts, all.logged_in.min), (1, 0));
    assert_eq!(all.representatives["ann"].logouts, [1010]);
    assert_eq!(all.representatives["ann"].active_seconds, 10);
}

#[test]
fn events_without_times_count_by_the_rows_that_they_make() {
    let limits = Limits::default();
    let mut replay = Replay::new(StateModel::new(limits.model_bytes), None, None);
    let text = concat!(
        "{\"type\":\"model_insert\",\"representative\":{\"1\":{\"username\":\"ann\",\"created_timestamp\":1000}}}\n",
        "{\"type\":\"model_insert\",\"queue\":{\"1\":{\"created_timestamp\":1030}}}\n",
    );
    events(Cursor::new(text.as_bytes()), limits, |event| replay.event(event)).unwrap();
    assert_eq!(replay.finish().unwrap().representatives["ann"].logged_in_seconds, 30);
    assert!(Replay::new(StateModel::new(limits.model_bytes), None, None).finish().is_err());
}
