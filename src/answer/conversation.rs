//! What a conversation over a WebSocket comes to, as a value that queries look at.
//!
//! In: the body of an answer that opened one. Out: a JSON object: its messages in their order, what was waited for and came, how it ended,
//! and what is counted of its frames. Nothing here knows what was asked for.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::feed_model;
use crate::{
    decode::{json, model::StateModel},
    model::{
        conversation::{Conversation, End},
        exchange::Answer,
    },
    vocabulary::{Body, Late},
};

/// The conversation in the body of an answer; none where it opened none.
pub(super) fn of(answer: &Answer) -> Option<Conversation> {
    if answer.status != 101 { None } else { serde_json::from_str(&answer.body).ok() }
}

/// The lines of a conversation, each without its newline, and what comes after the last newline, which is no message yet.
pub(super) fn lines(stream: &str) -> (Vec<&str>, Option<&str>) {
    let mut lines: Vec<&str> = stream.split('\n').collect();
    let rest = lines.pop().filter(|rest| !rest.is_empty());
    (lines, rest)
}

/// What queries look at.
pub(super) fn body(conversation: Conversation) -> Body {
    let unheard = unheard(&conversation);
    let conversation = Arc::new(conversation);
    let same = Arc::clone(&conversation);
    let view = Late::new(move || view(&conversation));
    Body::Conversation { unheard, view, model: Late::new(move || feed_model::of(&lines(&same.stream).0)) }
}

/// The same of what came since something else was heard, with the rows after all of it.
pub(super) fn going_on(conversation: Conversation, rows: &StateModel) -> Body {
    let model = feed_model::tree(rows);
    let unheard = unheard(&conversation);
    Body::Conversation { unheard, view: Late::new(move || view(&conversation)), model: Late::new(move || model) }
}

fn unheard(conversation: &Conversation) -> usize {
    conversation.heard.iter().filter(|came| !**came).count()
}

fn view(conversation: &Conversation) -> Value {
    let (lines, rest) = lines(&conversation.stream);
    let messages: Vec<Value> = lines
        .iter()
        .map(|line| json::read(line).unwrap_or_else(|error| json!({ "unreadable": error.to_string() })))
        .collect();
    let theirs = || conversation.frames.iter().filter(|frame| !frame.ours);
    let count = |holds: &dyn Fn(&&crate::model::conversation::FrameSeen) -> bool| theirs().filter(holds).count();
    let mut view = Map::new();
    let mut put = |name: &str, value: Value| view.insert(name.to_owned(), value);
    if let Some(accept) = conversation.accept {
        put("accept", json!(accept));
    }
    put("heard", json!(conversation.heard));
    let unheard = unheard(conversation);
    put("unheard", json!(unheard));
    put(
        "end",
        json!(match conversation.end {
            End::Open => "open",
            End::Closed => "closed",
            End::Broken => "broken",
            End::Failed => "failed",
        }),
    );
    // A target that has enough says so with a close frame, or ends the connection.
    let left = conversation.close.is_some() || matches!(conversation.end, End::Closed | End::Broken);
    put("left", json!(left));
    put("missed", json!(if left { 0 } else { unheard }));
    if let Some(close) = &conversation.close {
        put("closed", close.code.map_or(json!("empty"), |code| json!(code)));
    }
    put("after_close", json!(after_close(conversation)));
    put("utf8", json!(conversation.utf8));
    put("rest", json!(rest.is_some()));
    put(
        "frames",
        json!({
            "text": count(&|frame| frame.opcode == 1),
            "binary": count(&|frame| frame.opcode == 2),
            "masked": count(&|frame| frame.masked),
            "reserved": count(&|frame| frame.rsv != 0 || matches!(frame.opcode, 3..=7 | 11..=15)),
            "longer": count(&|frame| !frame.shortest),
            "control": count(&|frame| frame.opcode >= 8 && (frame.length > 125 || !frame.fin)),
            "pongs": count(&|frame| frame.opcode == 10),
            "echoes": count(&|frame| frame.echo),
            "unstarted": out_of_turn(conversation),
        }),
    );
    let of = |holds: &dyn Fn(&Value) -> bool| messages.iter().filter(|message| holds(message)).count();
    put("successes", json!(of(&|message| message["success"] == true)));
    put("updates", json!(of(&|message| message["type"].as_str().is_some_and(|kind| kind.contains("model")))));
    let nested = |message: &&Value| ["update", "delete"].iter().any(|section| message["insert"].get(section).is_some());
    let beside = |message: &&Value| {
        ["insert", "update", "delete"].iter().filter(|section| message.get(**section).is_some()).count() > 1
    };
    put("nested", json!(messages.iter().filter(nested).count()));
    put("together", json!(messages.iter().filter(|message| nested(message) || beside(message)).count()));
    put("unreadable", json!(of(&|message| message.get("unreadable").is_some())));
    if let Some(cut) = &conversation.cut {
        put("cut", json!(cut));
    }
    put("messages", Value::Array(messages));
    Value::Object(view)
}

/// The count of frames that the target sent after its close frame.
fn after_close(conversation: &Conversation) -> usize {
    let theirs = conversation.frames.iter().filter(|frame| !frame.ours);
    theirs.skip_while(|frame| frame.opcode != 8).skip(1).count()
}

/// The count of frames that go on with a message which nothing began, or begin one before the last one ended.
fn out_of_turn(conversation: &Conversation) -> usize {
    let (mut open, mut wrong) = (false, 0);
    for frame in conversation.frames.iter().filter(|frame| !frame.ours && frame.opcode < 8) {
        wrong += usize::from((frame.opcode == 0) != open);
        open = !frame.fin;
    }
    wrong
}
