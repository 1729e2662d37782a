//! Who somebody is, and what they want (pp. 142-143).
//!
//! In: a message to authenticate or to subscribe. Out: whether it is taken, and what is answered. Nothing here sends.

use serde_json::{Map, Value, json};

use super::super::appliance::Emulator;
use super::hub::Known;
use super::seats::Seat;
use super::tables::{ALL, Mask};

pub(crate) const KIND: &str = "feed/phases";

type Members = Map<String, Value>;

fn broken(emulator: &Emulator, what: &str) -> bool {
    emulator.defects.has(KIND, what)
}

/// Guide: the account must have the permission for the feed.
pub(super) fn authenticate(emulator: &Emulator, message: &Members) -> Result<(), &'static str> {
    let broken = |what: &str| broken(emulator, what);
    let now_ms = emulator.clock.now_ms();
    let token = message.get("credentials").and_then(|credentials| credentials.get("bearer_token"));
    let Some(token) = token.and_then(Value::as_str) else {
        let accepted = broken("missing-token-accepted");
        return accepted.then_some(()).ok_or("There is no credentials.bearer_token");
    };
    if broken("right-token-refused") {
        return Err("The bearer token is not valid");
    }
    let mut inner = emulator.inner();
    let Ok(account) = inner.door.bearer(token, now_ms, &emulator.defects) else {
        let expired = inner.door.is_expired(token, now_ms);
        let accepted = broken(if expired { "expired-token-accepted" } else { "wrong-token-accepted" });
        return accepted.then_some(()).ok_or("The bearer token is not valid");
    };
    let permitted = inner.door.account(account).powers.real_time || broken("without-permission-accepted");
    permitted.then_some(()).ok_or("The API account has no permission for the real-time state API")
}

/// What is said to whoever authenticates.
pub(super) fn authenticated(emulator: &Emulator, refusal: Option<&'static str>) -> Option<Value> {
    let mut answer = json!({ "type": "authenticate_response", "success": refusal.is_none() });
    give_reason(emulator, &mut answer, refusal);
    bent(emulator, answer, "authenticate-response-missing")
}

/// A place among those who receive updates, and where they begin.
pub(super) fn subscribe(emulator: &Emulator, message: &Members) -> Result<(Known, Option<Seat>), &'static str> {
    let limits = |what: &str| emulator.defects.has("feed/limits", what);
    let mask = tables(emulator, message.get("tables"))?;
    let now_ms = emulator.clock.now_ms();
    let seat = emulator.hub.seats.take(if limits("thirtieth-refused") { 29 } else { 30 }, now_ms);
    if seat.is_none() && !limits("thirty-first-accepted") {
        return Err("Thirty integrations receive updates already");
    }
    let inner = emulator.inner();
    Ok((emulator.hub.begin(&inner.state, emulator.writer(), mask, now_ms), seat))
}

fn tables(emulator: &Emulator, tables: Option<&Value>) -> Result<Mask, &'static str> {
    let broken = |what: &str| broken(emulator, what);
    let mask = match tables {
        Some(Value::String(all)) if all == "all" && !broken("all-refused") => ALL,
        Some(Value::Array(_)) if broken("list-refused") => return Err("The tables are `all`"),
        Some(Value::Array(names)) if names.is_empty() => return Err("The list of tables is empty"),
        Some(Value::Array(names)) => {
            let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
            let mut names = names.ok_or("The names of tables are texts")?;
            if broken("unknown-table-accepted") {
                names.retain(|name| emulator.writer().mask(&[*name]).is_some());
            }
            if broken("only-the-first-table") {
                names.truncate(1);
            }
            emulator.writer().mask(&names).ok_or("There is no such table")?
        }
        Some(_) => return Err("The tables are `all` or a list of names"),
        None if broken("missing-tables-accepted") => ALL,
        None => return Err("There are no tables"),
    };
    Ok(if broken("tables-ignored") { ALL } else { mask })
}

/// What is said to whoever subscribes.
pub(super) fn subscribed(emulator: &Emulator, refusal: Option<&'static str>) -> Option<Value> {
    let broken = |what: &str| broken(emulator, what);
    let now_s = emulator.clock.now_ms().div_euclid(1000);
    let now = match () {
        () if broken("timestamp-an-hour-off") => Value::from(now_s + 3_600),
        () if broken("timestamp-in-milliseconds") => Value::from(now_s * 1_000),
        () if broken("timestamp-as-text") => Value::from(now_s.to_string()),
        () => Value::from(now_s),
    };
    let mut answer = json!({ "type": "subscribe_response", "timestamp": now, "success": refusal.is_none() });
    if let Some(members) = answer.as_object_mut().filter(|_| broken("timestamp-missing")) {
        members.shift_remove("timestamp");
    }
    give_reason(emulator, &mut answer, refusal);
    bent(emulator, answer, "subscribe-response-missing")
}

fn give_reason(emulator: &Emulator, answer: &mut Value, refusal: Option<&'static str>) {
    if let Some(reason) = refusal.filter(|_| !broken(emulator, "reason-missing")) {
        answer["reason"] = Value::from(reason);
    }
}

fn bent(emulator: &Emulator, mut answer: Value, missing: &str) -> Option<Value> {
    if broken(emulator, "response-type-wrong") {
        answer["type"] = Value::from("response");
    }
    if broken(emulator, "success-as-text") {
        answer["success"] = Value::from(answer["success"].to_string());
    }
    if broken(emulator, "success-always-true") {
        answer["success"] = Value::from(true);
    }
    (!broken(emulator, missing)).then_some(answer)
}
