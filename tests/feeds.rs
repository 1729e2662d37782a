//! What the program says of targets whose WebSocket is hostile: all else is the emulator's.
//!
//! Each costs the requirements of the feed and nothing else. What is asked of it is bounded, and the run goes on.

use touchmark::{
    commands::InMemory,
    decode::websocket::{Frame, LengthForm, accept_of},
    emulator::Config,
    model::{
        conversation::{Conversation, End},
        exchange::Exchange,
        verdict::Verdict,
    },
    spec,
};

use crate::{
    peers::{Act, Asked, Reply, forward, peer},
    support::{Cli, serve, text, with_defect},
};

/// What opens a WebSocket.
const OPENED: &str = "realtime/websocket/opened";
/// What says who somebody is.
const AUTHENTICATED: &str = "realtime/nw/authenticated";
/// What another API is asked for.
const OTHER: &str = "command/get_appliances/smallest";

/// The answer to a handshake, and what comes behind it.
fn opened(asked: &Asked, behind: &[u8]) -> Vec<u8> {
    let accept = accept_of(asked.header("sec-websocket-key").unwrap_or_default());
    let head = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\
         Sec-WebSocket-Protocol: ingredi%20state%20api\r\n\r\n"
    );
    [head.as_bytes(), behind].concat()
}

fn frame(opcode: u8, fin: bool, payload: &[u8]) -> Vec<u8> {
    let form = LengthForm::shortest(payload.len());
    Frame { fin, rsv: 0, opcode, mask: None, form, payload: payload.to_vec() }.to_bytes()
}

fn message(payload: &[u8]) -> Vec<u8> {
    frame(2, true, payload)
}

/// A run against a target whose feed does this: each requirement has the verdict, and who has to act.
#[track_caller]
fn check(act: impl Fn(&Asked) -> Act + Send + Sync + 'static, verdicts: [&str; 2]) {
    let behind = serve(Config::demo());
    let upstream = behind.base.trim_start_matches("http://").to_owned();
    let target = peer(move |asked| match asked.path() {
        "/nw" => act(asked),
        _ => Act::Reply(forward(&upstream, asked)),
    });
    let cli = Cli::new();
    cli.aim(&target.base, &behind.emulator);
    let only = [OPENED, AUTHENTICATED, OTHER].map(|id| format!("--only=={id}"));
    let arguments = [&["certify", "--timeout-ms", "2000"], only.each_ref().map(String::as_str).as_slice()].concat();
    let ran = cli.run(&arguments);
    let report = cli.report();
    let said = report.verdicts();
    let expected = [(OPENED, verdicts[0]), (AUTHENTICATED, verdicts[1]), (OTHER, "pass")];
    assert_eq!(expected.map(|(id, _)| (id, said[id])), expected, "{}", ran.stdout);
    assert_eq!(report.of("error"), Vec::<&str>::new());
    let blames = report.rows("requirements").filter(|row| row["verdict"] != "pass").map(|row| text(row, "blame"));
    blames.for_each(|blame| assert_eq!(blame, "target", "{}", ran.stdout));
    ran.exits(1);
}

#[test]
fn an_upgrade_that_is_answered_with_200_opens_nothing() {
    check(|_| Act::Reply(Reply::new(200, "text/html", "<p>Welcome</p>")), ["fail", "inconclusive"]);
}

#[test]
fn what_is_said_while_an_answer_is_awaited_is_no_answer() {
    let interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";
    check(|asked| Act::Bytes([&interim[..], &opened(asked, b"")].concat()), ["pass", "fail"]);
}

#[test]
fn a_wrong_accept_opens_nothing() {
    let wrong = |asked: &Asked| {
        let other = Asked { headers: vec![("sec-websocket-key".to_owned(), "another".to_owned())], ..asked.clone() };
        Act::Bytes(opened(&other, b""))
    };
    check(wrong, ["fail", "inconclusive"]);
}

#[test]
fn what_is_no_frame_is_a_gap() {
    check(|asked| Act::Bytes(opened(asked, b"\xff\xfe garbage \x00\x01\x02")), ["pass", "fail"]);
}

#[test]
fn a_length_beyond_all_is_not_waited_for() {
    let huge = [&[0x82, 0x7f, 0x7f][..], &[0xff; 7]].concat();
    check(move |asked| Act::Stall(opened(asked, &huge)), ["pass", "fail"]);
}

#[test]
fn endless_fragments_are_read_up_to_a_bound() {
    let (first, more) = (frame(2, false, b""), frame(0, false, b"").repeat(8_192));
    check(move |asked| Act::Endless(opened(asked, &first), more.clone()), ["pass", "fail"]);
}

#[test]
fn a_flood_of_pings_is_answered_up_to_a_bound() {
    let pings = frame(9, true, b"").repeat(8_192);
    check(move |asked| Act::Endless(opened(asked, b""), pings.clone()), ["pass", "fail"]);
}

#[test]
fn a_message_without_end_is_read_up_to_a_bound() {
    let part = message(&[b' '; 65_536]);
    check(move |asked| Act::Endless(opened(asked, b""), part.clone()), ["pass", "fail"]);
}

#[test]
fn what_is_no_utf_8_is_a_gap() {
    check(|asked| Act::Bytes(opened(asked, &message(b"{\"type\":\"\xc0\xaf\xed\xa0\x80\"}\n"))), ["pass", "fail"]);
}

#[test]
fn json_that_is_ten_thousand_deep_is_a_gap() {
    let deep = [b"[".repeat(10_000), b"]".repeat(10_000), b"\n".to_vec()].concat();
    check(move |asked| Act::Bytes(opened(asked, &message(&deep))), ["pass", "fail"]);
}

#[test]
fn a_close_without_a_code_is_a_gap_where_an_answer_is_due() {
    check(|asked| Act::Bytes(opened(asked, &frame(8, true, b""))), ["pass", "fail"]);
}

#[test]
fn a_connection_that_is_reset_each_time_is_a_gap() {
    // What the client said and nobody read makes the end of the connection a reset.
    check(|asked| Act::Bytes(opened(asked, b"\x82")), ["pass", "fail"]);
}

/// What is not answered as a handshake is opens nothing: nothing is said over it, and nothing waited for.
#[test]
fn a_handshake_without_its_accept_fails_the_connection_at_once() {
    let spec = spec::embedded().expect("sound data");
    for defect in ["accept-wrong", "answer-without-accept"] {
        let config = with_defect(&format!("behaviour:feed/handshake:{defect}"));
        let only = vec![OPENED.to_owned(), AUTHENTICATED.to_owned()];
        let run = InMemory { config, only, ..InMemory::default() }.run(&spec).expect("a run");
        assert_eq!(run.judged.findings[OPENED].verdict, Verdict::Fail, "{defect}");
        let opened = run.records.iter().flat_map(|record| &record.exchanges).filter_map(Exchange::answer);
        let opened: Vec<Conversation> = opened
            .filter(|answer| answer.status == 101)
            .map(|answer| serde_json::from_str(&answer.body).expect("a conversation"))
            .collect();
        assert!(!opened.is_empty());
        for one in opened {
            assert_eq!((one.accept, one.end, one.frames.len()), (Some(false), End::Failed, 0), "{defect}");
        }
    }
}
