//! Defects of the real-time state API: of its handshake, frames, phases, model, limits, and of its script.
//!
//! In: nothing. Out: rows in the order of the guide. Each has its hook in the code under the same name. Those of single fields are
//! with those of archives.

use super::super::feed::TABLES;
use super::super::switches::Defect;
use super::commands_by_hand::Rows;
use super::families::behaviour;
use super::feed_script::SCRIPT;

const BY_HAND: &[(&str, Rows)] = &[
    ("feed/handshake", HANDSHAKE),
    ("feed/frames", FRAMES),
    ("feed/phases", PHASES),
    ("feed/model", MODEL),
    ("feed/limits", LIMITS),
    ("feed/state_js", SCRIPT),
];

/// p. 141, RFC 6455 4.2
const HANDSHAKE: Rows = &[
    ("not-found", "there is nothing at /nw"),
    ("status-200", "a handshake is answered with 200"),
    ("method-not-checked", "a handshake by POST is accepted"),
    ("http-1.0-accepted", "a handshake by HTTP/1.0 is accepted"),
    ("host-not-checked", "a handshake without Host is accepted"),
    ("upgrade-not-checked", "a handshake without Upgrade is accepted"),
    ("upgrade-in-one-case-only", "Upgrade of WebSocket is refused, since only websocket is known"),
    ("connection-not-checked", "a handshake without Connection is accepted"),
    ("connection-not-read-as-a-list", "Connection that names more than Upgrade is refused"),
    ("connection-in-one-case-only", "Connection of upgrade is refused, since only Upgrade is known"),
    ("key-not-checked", "a handshake without Sec-WebSocket-Key is accepted"),
    ("key-twice-accepted", "a handshake with two keys is accepted"),
    ("key-of-any-length-accepted", "a key of 15 bytes is accepted"),
    ("version-not-checked", "another version than 13 is accepted"),
    ("refusal-names-no-version", "the refusal of a version does not say which there is"),
    ("refusal-names-another-version", "the refusal of a version names version 8"),
    ("accept-wrong", "Sec-WebSocket-Accept does not follow from the key"),
    ("answer-without-accept", "the answer has no Sec-WebSocket-Accept"),
    ("answer-without-upgrade", "the answer has no Upgrade"),
    ("answer-without-connection", "the answer has no Connection"),
    ("extension-answered", "an extension is answered that was not offered"),
    ("another-subprotocol-answered", "a subprotocol is answered that was not offered"),
    ("subprotocol-not-checked", "a handshake without the subprotocol is accepted"),
    ("subprotocol-not-found-in-a-list", "the subprotocol is not found beside another"),
    ("encoded-subprotocol-refused", "the subprotocol is refused as the guide writes it"),
];

/// RFC 6455 5-7
const FRAMES: Rows = &[
    ("text-instead-of-binary", "messages are text"),
    ("masked", "frames are masked"),
    ("length-not-minimal", "lengths take more bytes than they need"),
    ("reserved-bit-set", "frames have a reserved bit set"),
    ("end-mark-missing", "frames of data are never the last of their message"),
    ("pong-missing", "a ping is not answered"),
    ("pong-with-another-payload", "a ping is answered with other data"),
    ("unmasked-accepted", "frames without a mask are accepted"),
    ("reserved-bits-accepted", "frames with reserved bits set are accepted"),
    ("reserved-opcode-accepted", "frames with a reserved opcode are accepted"),
    ("fragmented-control-accepted", "a control frame that is not the last of its message is accepted"),
    ("long-control-accepted", "a ping of more than 125 bytes is accepted"),
    ("continuation-without-start-accepted", "a continuation without a beginning is accepted"),
    ("message-inside-another-accepted", "a message that begins inside another is accepted"),
    ("invalid-utf-8-accepted", "text that is not valid UTF-8 is accepted"),
    ("fragments-refused", "a message in several frames is refused"),
    ("close-code-not-checked", "a close with a code that nobody may send is accepted"),
    ("close-not-echoed", "a close is not answered"),
    ("frame-after-close", "a frame comes after the close"),
    ("left-open-after-close", "the connection is left open after both sides closed"),
];

/// pp. 141-144
const PHASES: Rows = &[
    ("right-token-refused", "a valid token is refused"),
    ("wrong-token-accepted", "a token that was never issued is accepted"),
    ("expired-token-accepted", "a token that has expired is accepted"),
    ("missing-token-accepted", "a message without a token authenticates"),
    ("without-permission-accepted", "an account without the permission is accepted"),
    ("subscribe-before-authenticate-accepted", "who has not authenticated can subscribe"),
    ("authenticate-response-missing", "authenticate is not answered"),
    ("subscribe-response-missing", "subscribe is not answered"),
    ("response-type-wrong", "answers have another type"),
    ("success-as-text", "success is text"),
    ("success-always-true", "a refusal says that it is a success"),
    ("reason-missing", "a refusal gives no reason"),
    ("left-open-after-refusal", "who is refused can go on"),
    ("timestamp-missing", "subscribe is answered without a timestamp"),
    ("timestamp-as-text", "the timestamp is text"),
    ("timestamp-an-hour-off", "the timestamp is that of an hour later"),
    ("timestamp-in-milliseconds", "the timestamp is in milliseconds"),
    ("updates-before-the-response", "updates come before subscribe is answered"),
    ("all-refused", "all tables cannot be subscribed to"),
    ("list-refused", "a list of tables cannot be subscribed to"),
    ("only-the-first-table", "of a list of tables only the first comes"),
    ("tables-ignored", "all tables come, whatever was subscribed to"),
    ("missing-tables-accepted", "a message without tables subscribes to all of them"),
    ("unknown-table-accepted", "a table that is not there can be subscribed to"),
    ("no-newline", "messages do not end in a newline"),
    ("parts-not-put-together", "a message that comes in several parts is not understood"),
    ("second-message-lost", "of two messages in one only the first is understood"),
    ("back-to-back-not-understood", "subscribe is lost that comes before authenticate was answered"),
    ("malformed-json-ignored", "a message that is no JSON is ignored"),
    ("unknown-type-ignored", "a message of an unknown type is ignored"),
];

/// pp. 143-150
const MODEL: Rows = &[
    ("another-type", "updates have another type"),
    ("empty-updates", "updates come that change nothing"),
    ("insertions-lost", "rows that come later are not inserted"),
    ("updates-lost", "rows that change are not updated"),
    ("deletions-lost", "rows that go are not deleted"),
    ("known-rows-inserted-again", "rows that change are inserted, too"),
    ("unknown-row-updated", "a row is updated that is not there"),
    ("unknown-row-deleted", "a row is deleted that is not there"),
    ("deletions-as-objects", "the ids of deleted rows are no array"),
    ("rows-as-an-array", "inserted rows are an array without ids"),
    ("ids-used-again", "the id of a row that went is given to another"),
    ("ids-rounded", "ids are rounded to what a double holds"),
    ("keys-rounded", "ids that refer to rows are rounded to what a double holds"),
    ("key-of-nothing", "rows refer to a session that is not there"),
    ("truncation-missing", "the processes start anew, and no message says so"),
    ("truncated-and-not-rebuilt", "after the processes started anew no rows come"),
    ("truncated-and-rows-kept", "a truncation is said to be, and the rows go on as if there was none"),
    ("timestamps-in-milliseconds", "timestamps are in milliseconds"),
    ("made-in-the-future", "rows were made a day after they are there"),
    ("a-session-missing", "a session that runs has no row"),
    ("ended-sessions-stay", "sessions that ended keep their rows"),
    ("session-goes-with-its-customer", "a session has no row once its customer has left"),
    ("customers-stay", "customers who have left keep their rows"),
    ("members-stay", "representatives who have left a session keep their rows in it"),
    ("transfers-without-effect", "every session is in the general queue"),
    ("later-attributes-missing", "attributes that are set later have no rows"),
    ("first-copy-is-old", "who follows later is not sent the attributes that were set since somebody followed first"),
    ("status-without-effect", "the status of a representative is not seen in how sessions are assigned"),
    ("queues-of-nobody", "queues of teams are there of which nobody is logged in"),
    ("personal-queues-with-a-code", "personal queues have a code name"),
    ("queues-named-by-code", "queues of teams have their code name for their name"),
    ("display-names-swapped", "the display names of a representative stand in each other's place"),
    ("session-of-nobody", "a session is there that no other API knows"),
    ("attributes-in-two-sessions", "the attributes of a session have rows in the one that began before it, too"),
    ("attributes-of-another", "the attributes of sessions have the values of another one"),
];

/// p. 141
const LIMITS: Rows = &[
    ("thirtieth-refused", "the thirtieth integration is refused"),
    ("thirty-first-accepted", "the thirty-first integration receives updates"),
    ("thirty-seconds-late", "updates come every thirty seconds"),
    ("stalled-reader-blocks-all", "as long as one integration reads nothing, no other receives updates"),
    ("stalled-reader-costs-others-updates", "while one integration reads nothing, others lose their updates"),
    (
        "stalled-reader-misses-updates",
        "an integration that reads nothing for a while loses updates and stays connected",
    ),
];

pub(super) fn add_all(all: &mut Vec<Defect>) {
    for (kind, rows) in BY_HAND {
        all.extend(rows.iter().map(|(what, says)| behaviour(kind, what, (*says).to_owned())));
    }
    for table in &TABLES {
        let what = format!("table-missing:{}", table.name);
        all.push(behaviour("feed/model", &what, format!("the table {} never comes", table.name)));
    }
}
