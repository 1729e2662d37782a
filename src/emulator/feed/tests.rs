//! Conversations with the feed, by a client of the tests' own.

use serde_json::{Value, json};
use tungstenite::Message;

use super::super::testing::{START_S, text};
use super::super::{Config, Readings};
use super::follower::Follower;

const C69: &str = "c69a8e10bea9428f816cfababe9815fe";

#[test]
fn all_tables_come_whole_and_every_key_refers_to_a_row() {
    let mut follower = Follower::of(Config::demo());
    follower.subscribe(json!("all"));
    follower.check_keys();
    for table in &super::tables::TABLES {
        let rows = follower.tables.get(table.name);
        // No session of the demo site has a skill when it starts.
        assert!(rows.is_some() || table.name == "support_session_skill", "no {}", table.name);
        for row in rows.into_iter().flatten().map(|(_, row)| row) {
            let names: Vec<&str> = row.as_object().expect("a row").keys().map(String::as_str).collect();
            let expected: Vec<&str> = table.fields.iter().map(|field| field.name).collect();
            assert_eq!(names, expected);
            let made = row["created_timestamp"].as_i64().expect("a number");
            assert!(made <= START_S && made > START_S - 40 * 86_400, "{made}");
        }
    }
    assert!(follower.tables["customer_client"].contains_key("18446744073709551615"));
    assert!(follower.tables["support_session"].contains_key("9007199254740993"));
    assert_eq!(follower.wait(0), 0);
}

#[test]
fn what_commands_change_is_pushed_as_what_changed_alone() {
    let mut follower = Follower::of(Config::demo());
    follower.subscribe(json!("all"));
    let key = follower.command("action=generate_session_key&type=support&queue_id=team:1&session.skills=codename1");
    let key = text(&key, "short_key").to_owned();
    let who = "name=Ann&ip_address=192.0.2.1&operating_system=O&computer_name=C";
    let made = follower.command(&format!("action=create_virtual_customer&short_key={key}&{who}"));
    let lsid = made.split("?session=").nth(1).and_then(|rest| rest.get(..32)).expect("an lsid").to_owned();
    assert_eq!(follower.wait(99), 0);
    assert_eq!(follower.wait(1), 1);
    let (session, row) = follower.one("support_session", "lsid", &lsid);
    let (team, _) = follower.one("queue", "support_team_id", "1");
    assert_eq!((row["customer_name"].as_str(), row["queue_id"].to_string()), (Some("Ann"), team.clone()));
    let session = session.clone();
    let of_session = |follower: &Follower, table: &str| {
        let rows = follower.tables[table].values();
        let keys = rows.map(|row| row["support_session_id"].to_string());
        keys.filter(|key| *key == session).count()
    };
    assert_eq!((of_session(&follower, "customer_client"), of_session(&follower, "support_session_skill")), (1, 1));
    follower.command(&format!("action=join_session&lsid={lsid}&rep_id=1"));
    follower.command(&format!("action=set_session_attributes&lsid={lsid}&session.custom.custom_field1=once"));
    follower.wait(1000);
    assert_eq!(of_session(&follower, "representative_support_session"), 1);
    assert_eq!(follower.one("support_session_attribute", "value", "once").1["code_name"], "custom_field1");
    let queue = follower.one("support_session", "lsid", &lsid).1["queue_id"].to_string();
    assert_eq!(follower.tables["queue"][&queue]["type"], "personal");
    follower.command(&format!("action=set_session_attributes&lsid={lsid}&session.custom.custom_field1="));
    follower.command("action=set_rep_status&rep_id=5&code_name=busy");
    follower.wait(1000);
    assert_eq!(of_session(&follower, "support_session_attribute"), 0);
    let rep = follower.one("representative", "username", "jsmith").1;
    assert_eq!((&rep["routing_busy"], &rep["routing_available"]), (&json!(1), &json!(0)));
    follower.command(&format!("action=leave_session&lsid={lsid}&customer=1"));
    follower.wait(1000);
    assert_eq!(of_session(&follower, "customer_client"), 0);
    follower.command(&format!("action=terminate_session&lsid={lsid}"));
    follower.wait(1000);
    assert!(!follower.tables["support_session"].contains_key(&session));
}

#[test]
fn only_the_tables_of_the_list_come() {
    let mut follower = Follower::of(Config::demo());
    follower.subscribe(json!(["representative", "queue", "queue"]));
    let tables: Vec<&str> = follower.tables.keys().map(String::as_str).collect();
    assert_eq!(tables, ["queue", "representative"]);
    follower.command(&format!("action=terminate_session&lsid={C69}"));
    follower.clock.advance(1000);
    assert_eq!(follower.hear().0, Vec::<Value>::new());
}

#[test]
fn after_a_restart_everything_comes_again_with_new_ids() {
    let mut follower = Follower::of(Config::demo());
    follower.subscribe(json!("all"));
    let before = follower.tables.clone();
    follower.emulator.restart_model();
    assert_eq!(follower.wait(1000), 2);
    for (table, rows) in &before {
        assert_eq!(follower.rows(table), rows.len(), "{table}");
        assert!(rows.keys().all(|id| !follower.tables[table].contains_key(id)), "{table}");
    }
    let mut later = Follower::at(&follower.emulator, &follower.clock);
    later.subscribe(json!("all"));
    assert_eq!(later.tables, follower.tables);
}

#[test]
fn messages_are_put_together_from_any_cut() {
    for cut in [1, 2, 7, usize::MAX] {
        let mut follower = Follower::of(Config::demo());
        let token = follower.token("touchmark");
        let both = format!(
            "{}\n\n{}\n",
            json!({ "type": "authenticate", "credentials": { "bearer_token": token }, "more": "\u{e9}" }),
            json!({ "type": "subscribe", "tables": ["queue"] })
        );
        follower.cut = cut;
        for part in both.as_bytes().chunks(cut.min(both.len())) {
            follower.give(Message::binary(part.to_vec()));
        }
        let (messages, closed) = follower.hear();
        let types: Vec<&str> = messages.iter().filter_map(|message| message["type"].as_str()).collect();
        assert_eq!((types, closed), (vec!["authenticate_response", "subscribe_response", "model_update"], None));
    }
}

/// What is said is refused with a reason, and the connection is closed.
fn refused(follower: &mut Follower, message: &Value, code: u16) {
    follower.say(message);
    let (messages, closed) = follower.hear();
    assert_eq!(closed, Some(code), "{message}: {messages:?}");
    if let Some(answer) = messages.first() {
        assert!(answer["success"] == json!(false) && answer["reason"].is_string(), "{answer}");
        let kind = message["type"].as_str().expect("a type");
        assert_eq!(answer["type"], format!("{kind}_response"));
        assert_eq!(answer["timestamp"].is_i64(), kind == "subscribe");
    }
    follower.socket.flush().ok();
    follower.deliver();
    follower.connection.send();
    assert!(follower.connection.is_closed());
}

#[test]
fn who_is_not_known_or_not_permitted_is_refused() {
    let credentials = |token: &str| json!({ "type": "authenticate", "credentials": { "bearer_token": token } });
    let follower = || Follower::of(Config::demo());
    refused(&mut follower(), &credentials("nonsense"), 1008);
    let mut one = follower();
    let expired = one.emulator.expired_token("touchmark").expect("a token");
    refused(&mut one, &credentials(&expired), 1008);
    let mut one = follower();
    let denied = one.token("touchmark-support-reports");
    refused(&mut one, &credentials(&denied), 1008);
    for message in [
        json!({ "type": "authenticate" }),
        json!({ "type": "authenticate", "credentials": { "bearer_token": 7 } }),
        json!({ "type": "subscribe", "tables": "all" }),
        json!({ "type": "else" }),
        json!({ "kind": "authenticate" }),
    ] {
        refused(&mut follower(), &message, 1008);
    }
    refused(&mut follower(), &json!([]), 1007);
}

#[test]
fn tables_that_are_not_there_are_refused() {
    for tables in [json!([]), json!("queue"), json!(["nothing"]), json!(["queue", 7]), json!({}), Value::Null] {
        let mut follower = Follower::of(Config::demo());
        follower.authenticate();
        refused(&mut follower, &json!({ "type": "subscribe", "tables": tables }), 1008);
    }
    let mut follower = Follower::of(Config::demo());
    follower.subscribe(json!("all"));
    refused(&mut follower, &json!({ "type": "subscribe", "tables": "all" }), 1008);
}

#[test]
fn thirty_follow_and_the_thirty_first_does_not() {
    let first = Follower::of(Config::demo());
    let mut all: Vec<Follower> = (0..30).map(|_| Follower::at(&first.emulator, &first.clock)).collect();
    all.iter_mut().for_each(|follower| follower.subscribe(json!(["queue"])));
    let mut last = Follower::at(&first.emulator, &first.clock);
    last.authenticate();
    refused(&mut last, &json!({ "type": "subscribe", "tables": "all" }), 1008);
    all.pop();
    Follower::at(&first.emulator, &first.clock).subscribe(json!("all"));
}

#[test]
fn a_ping_is_answered_and_a_close_is_echoed() {
    let mut follower = Follower::of(Config::demo());
    follower.give(Message::Ping(b"[1]\n".to_vec().into()));
    assert_eq!(follower.hear().0, [json!([1])]);
    follower.socket.close(None).expect("a close");
    follower.deliver();
    assert_eq!(follower.hear().1, Some(1005));
    assert!(follower.connection.is_closed());
}

#[test]
fn frames_that_are_not_valid_fail_the_connection() {
    for (frame, code) in [
        (&[0x81, 0x01, b'a'][..], 1002),
        (&[0xC1, 0x81, 0, 0, 0, 0, b'a'], 1002),
        (&[0x83, 0x80, 0, 0, 0, 0], 1002),
        (&[0x09, 0x80, 0, 0, 0, 0], 1002),
        (&[0x80, 0x80, 0, 0, 0, 0], 1002),
        (&[0x81, 0x81, 0, 0, 0, 0, 0xFF], 1007),
        (&[0x82, 0xFF, 0, 0, 0, 0, 0x7F, 0, 0, 0, 0, 0, 0, 0], 1009),
    ] {
        let mut follower = Follower::of(Config::demo());
        follower.connection.receive(frame);
        assert_eq!((follower.hear().1, follower.connection.is_closed()), (Some(code), true), "{frame:?}");
    }
}

#[test]
fn an_endless_message_is_not_kept() {
    let mut follower = Follower::of(Config::demo());
    for _ in 0..5 {
        follower.give(Message::text("x".repeat(300_000)));
    }
    assert_eq!(follower.hear().1, Some(1009));
    let mut follower = Follower::of(Config::demo());
    follower.give(Message::text("\n".repeat(1_000_000)));
    assert_eq!(follower.hear(), (Vec::new(), None));
}

#[test]
fn a_long_update_is_cut_into_parts() {
    let mut follower = Follower::of(Config::demo());
    follower.subscribe(json!("all"));
    assert!(follower.parts.iter().all(|part| *part <= 4 << 10), "{:?}", follower.parts);
    assert!(follower.parts.contains(&(4 << 10)), "{:?}", follower.parts);
}

#[test]
fn load_changes_as_many_rows_as_it_is_asked_for() {
    let mut follower = Follower::of(Config::demo());
    follower.emulator.load_feed(200);
    follower.subscribe(json!("all"));
    let before = follower.tables["support_session"].clone();
    assert_eq!(follower.wait(500), 1);
    let changed = follower.tables["support_session"].iter().filter(|(id, row)| before[*id] != **row).count();
    assert_eq!(changed, 100);
    let due = |row: &Value| row["customer_name"].as_str()?.rsplit_once(" at ")?.1.parse::<i64>().ok();
    let last = follower.tables["support_session"].values().filter_map(due).max();
    assert_eq!(last, Some(follower.clock.now_ms() - 5));
}

#[test]
fn a_reader_that_makes_no_progress_is_dropped_once_much_waits_for_it() {
    let mut follower = Follower::of(Config::demo());
    follower.emulator.load_feed(10_000);
    follower.subscribe(json!("all"));
    let check = |follower: &mut Follower, left: usize, closed: bool| {
        follower.clock.advance(10_000);
        follower.connection.waiting(left);
        assert_eq!(follower.connection.is_closed(), closed, "{left}");
    };
    // The bytes that wait grow, or stand still.
    for left in [5_000, 6_000, 6_000, 5_999, 5_999, 7_000, 7_000] {
        check(&mut follower, left, false);
    }
    // By now the updates that it has not been given are more than a mebibyte.
    for _ in 0..80 {
        follower.clock.advance(20);
        follower.connection.waiting(7_000);
    }
    check(&mut follower, 7_000, true);
    assert!(follower.connection.send().is_empty());
}

#[test]
fn readings_change_names_and_shapes() {
    let read = |readings: &[&str]| {
        let readings = readings.iter().map(|text| Readings::parse(text).expect("a reading")).collect();
        let mut follower = Follower::of(Config { readings, ..Config::demo() });
        follower.authenticate();
        follower.say(&json!({ "type": "subscribe", "tables": "all" }));
        follower.hear().0.pop().expect("an update")
    };
    let update = read(&["feed-attendee-table=attende", "feed-update-type=update_model", "feed-ids=quoted"]);
    assert_eq!(update["type"], "update_model");
    assert!(update["insert"]["attende"].is_object() && update["insert"].get("attendee").is_none());
    let sessions = update["insert"]["representative_support_session"].as_object().expect("rows");
    assert!(sessions.values().all(|row| row["support_session_id"].is_string()));
    let rows = read(&["archive-boolean=literal"])["insert"]["customer_client"].clone();
    assert!(rows.as_object().expect("rows").values().all(|row| row["elevated"].is_boolean()));
}

#[test]
fn other_requests_are_answered_and_closed() {
    let follower = Follower::of(Config::demo());
    let check = |sent: &str, status: &str, end: &str| {
        let mut connection = follower.emulator.connect(false);
        sent.as_bytes().chunks(3).for_each(|part| connection.receive(part));
        let answer = String::from_utf8(connection.send()).expect("UTF-8");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.ends_with(end), "{sent}: {answer}");
        assert!(connection.is_closed());
    };
    check("GET /x HTTP/1.1\r\nHost: a\r\n\r\n", "404", "\r\n\r\nDocument Not Found\n");
    check("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n", "404", "Content-Length: 19\r\nConnection: close\r\n\r\n");
    check("POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na=b", "401", "}\n");
    check("POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n", "413", "\n");
    check("POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", "400", "\n");
    check("POST /oauth2/token HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x, chunked\r\n\r\n", "501", "\n");
    check("nonsense\r\n\r\n", "400", "\n");
    check("GET /nw HTTP/1.1\r\nHost: a\r\n\r\n", "400", "websocket.\n");
    check(&format!("GET /x HTTP/1.1\r\nA: {}\r\n\r\n", "b".repeat(70_000)), "431", "\n");
}
