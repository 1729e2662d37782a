//! generate_session_key (p. 17).
//!
//! In: a queue and what the session is to carry. Out: a key of seven characters, valid until it expires.

use std::collections::BTreeMap;

use super::super::clock::in_notation;
use super::super::state::{Queue, SessionKey, State};
use super::super::xml::{Element, Kind, leaf, node};
use super::parameters::{Shape, optional, required};
use super::{Action, Call, Needs, Outcome, Refusal, custom};

/// The queues that a key can be for (p. 17).
pub(crate) const KEY_QUEUES: &[&str] = &["general", "rep", "team", "rep_username", "issue"];

pub(crate) const GENERATE_SESSION_KEY: Action = Action {
    name: "generate_session_key",
    needs: Needs::Full,
    parameters: &[
        required("type", Shape::Word(&["support"])),
        required("queue_id", Shape::Form(KEY_QUEUES)),
        optional("session.priority", Shape::Between(1, 3)),
        optional("session.skills", Shape::Text),
        optional("ttl", Shape::AtLeast(1)),
        optional("url_hostname", Shape::Host),
    ],
    custom_fields: true,
    list_root: None,
    message: None,
    // A message is promised (p. 17), an element is not named.
    error_named: false,
    run: generate_session_key,
    hollow,
};

fn generate_session_key(state: &mut State, call: &Call<'_>) -> Outcome {
    let asked = call.given.must("queue_id");
    let queue = call.queue(state, asked)?;
    let attributes = custom::read(&call.reader(), &state.site, &BTreeMap::new())?;
    let skills = skills(state, call)?;
    let priority = call.given.integer("session.priority");
    let skills = if call.broken("session.skills/lost") { Vec::new() } else { skills };
    if priority == Some(2) && call.broken("session.priority/2-refused") {
        return Err(Refusal::error("The parameter session.priority is not supported"));
    }
    let ttl = ttl(state, call)?;
    let digits = call.reads("short-key-charset", "digits");
    let letters: &[u8] = if digits { b"0123456789" } else { b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ" };
    let short_key = state.new_short_key(letters);
    let expires_s = call.now_s.saturating_add(ttl);
    let attributes: BTreeMap<String, String> = attributes.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let answer = answer(state, call, queue, &short_key, ttl, attributes.get("external_key"));
    let expires_s = match () {
        () if call.broken("expires-at-once") => call.now_s,
        () if call.broken("ttl/ends-early") => call.now_s.saturating_add(ttl / 2),
        () if call.broken("ttl/never-ends") => i64::MAX,
        () => expires_s,
    };
    let carried = |code: &str| match code {
        "external_key" => !call.broken("external-key-not-carried-over"),
        _ => !call.broken("custom-fields-not-carried-over"),
    };
    let attributes = attributes.into_iter().filter(|(code, _)| carried(code)).collect();
    let priority = priority.filter(|_| !call.broken("session.priority/lost"));
    state.keep_key(SessionKey { short_key, queue, expires_s, attributes, priority, skills, used: false }, call.now_s);
    Ok(Some(answer))
}

/// Code names of the site, separated by commas.
fn skills(state: &State, call: &Call<'_>) -> Result<Vec<String>, Refusal> {
    let listed: Vec<String> =
        call.given.text("session.skills").map(|list| list.split(',').map(str::to_owned).collect()).unwrap_or_default();
    if listed.len() > 1 && call.broken("session.skills/list-refused") {
        return Err(Refusal::error("The parameter session.skills takes one skill"));
    }
    for skill in &listed {
        if !state.site.skills.iter().any(|known| known.code_name == *skill) {
            return Err(Refusal::error(format!("There is no skill {skill}")));
        }
    }
    Ok(listed)
}

fn ttl(state: &mut State, call: &Call<'_>) -> Result<i64, Refusal> {
    let maximum = state.site.maximum_key_timeout_seconds.max(1);
    let default = if call.broken("ttl/default-wrong") { maximum.min(60) } else { maximum };
    let last = state.asked_ttl.filter(|_| call.broken("ttl/last-one-sticks"));
    let Some(asked) = call.given.integer("ttl") else { return Ok(last.unwrap_or(default)) };
    if asked > maximum && call.reads("ttl-above-maximum", "refused") {
        return Err(Refusal::error(format!("The parameter ttl is above {maximum}")));
    }
    let asked = if call.broken("ttl/taken-as-minutes") { asked.saturating_mul(60) } else { asked };
    state.asked_ttl = Some(asked.min(maximum));
    Ok(asked.min(maximum))
}

fn answer(
    state: &mut State,
    call: &Call<'_>,
    queue: Queue,
    short_key: &str,
    ttl: i64,
    external_key: Option<&String>,
) -> Element {
    let (secret, variation) = (state.new_guid(), state.made());
    let ttl_s = if call.broken("expires-not-ttl-away") { ttl / 2 } else { ttl };
    let late_s = if call.broken("expires-ninety-seconds-late") { 90 } else { 0 };
    let expires_s = call.now_s.saturating_add(ttl_s).saturating_add(late_s);
    let expires = in_notation(expires_s, call.readings.of("expires-format"));
    let short_key = match () {
        () if call.broken("short-key-of-six") => short_key.chars().skip(1).collect(),
        () if call.broken("short-key-of-eight") => format!("{short_key}7"),
        () => short_key.to_owned(),
    };
    let external_key = external_key.map(String::as_str).unwrap_or_default();
    let echoed = if call.broken("external-key-not-echoed") { "" } else { external_key };
    let mut root = node("session_key")
        .own()
        .child(leaf("type", "support", Kind::Choice))
        .child(leaf("ttl", ttl, Kind::Integer))
        .child(leaf("expires", expires, Kind::Time))
        .children(queue_elements(state, call, queue));
    if !external_key.is_empty() || call.reads("external-key-absent", "empty") {
        root = root.child(leaf("external_key", echoed, Kind::Text));
    }
    // Varies by what is no part of an invitation, as the key and its address may be.
    let vary = |broken: bool| if broken { format!(" (no. {variation})") } else { String::new() };
    let key_url = key_url(state, call, &secret);
    let subject = format!("Invitation to a support session{}", vary(call.broken("mail-subject-varies")));
    let how = match call.readings.of("mail-body") {
        "with_url" => format!("open {key_url}"),
        "with_key" => format!("enter the key {short_key} on our site"),
        _ => "open the address you were given, or enter the key on our site".to_owned(),
    };
    let body = format!("You are invited to a support session. Please {how}.{}", vary(call.broken("mail-body-varies")));
    root.child(leaf("short_key", short_key, Kind::ShortKey))
        .child(leaf("key_url", key_url, Kind::Url))
        .child(leaf("mail_subject", subject, Kind::Text))
        .child(leaf("mail_body", body, Kind::Text))
}

fn key_url(state: &State, call: &Call<'_>, secret: &str) -> String {
    let default = if call.broken("default-hostname-wrong") { "example.net" } else { state.site.hostname.as_str() };
    let host = call.given.text("url_hostname").unwrap_or(default);
    let secret = if call.broken("key-url-not-unique") { "invitation" } else { secret };
    format!("https://{host}/?ak={secret}")
}

/// The queue in words and its id. For the general queue and for issues the guide names neither (p. 18).
fn queue_elements(state: &State, call: &Call<'_>, queue: Queue) -> Vec<Element> {
    let available = match () {
        () if call.broken("available-always-1") => true,
        () if call.broken("available-always-0") => false,
        () => state.available(queue),
    };
    let asked = call.given.must("queue_id");
    let open = asked == "general" || asked.starts_with("issue:");
    let (word, id) = match queue {
        _ if open && call.reads("queue-response", "empty") => ("", String::new()),
        Queue::General => ("general", "0".to_owned()),
        Queue::Rep(id) => ("rep", id.to_string()),
        Queue::Team(id) => ("team", id.to_string()),
    };
    let word = match word {
        "rep" if call.broken("queue-wrong") => "team",
        "team" if call.broken("queue-wrong") => "rep",
        word => word,
    };
    let id = if call.broken("queue-id-wrong") && !id.is_empty() { format!("{id}0") } else { id };
    let available = leaf("queue", word, Kind::Choice).attribute("available", u8::from(available), Kind::Flag);
    vec![available, leaf("queue_id", id, Kind::Id)]
}

fn hollow(state: &State, call: &Call<'_>) -> Element {
    let mut state = state.clone();
    let short_key = state.new_short_key(b"0123456789");
    answer(&mut state, call, Queue::General, &short_key, 3600, None)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Lab, START_S, is_error, text};

    fn key(lab: &Lab, rest: &str) -> String {
        lab.get(&format!("action=generate_session_key&type=support&{rest}"))
    }

    #[test]
    fn the_printed_examples_make_keys() {
        let lab = Lab::new();
        let queues = [
            ("queue_id=rep:1", "rep", "1"),
            ("queue_id=team:1", "team", "1"),
            ("queue_id=rep_username:admin", "rep", "1"),
            ("queue_id=issue:other", "team", "1"),
            ("queue_id=general", "general", "0"),
        ];
        for (queue, word, id) in queues {
            let xml = key(&lab, queue);
            assert_eq!((text(&xml, "type"), text(&xml, "queue"), text(&xml, "queue_id")), ("support", word, id));
            assert!(text(&xml, "short_key").len() == 7 && text(&xml, "external_key").is_empty());
            assert!(text(&xml, "key_url").starts_with("https://support.example.com/"));
        }
        let rest = "queue_id=team:1&session.custom.external_key=ABC1234&session.custom.custom_field1=Custom%20Value";
        assert_eq!(text(&key(&lab, rest), "external_key"), "ABC1234");
        let skills = "queue_id=team:1&session.priority=1&session.skills=codename1,codename2";
        assert!(!is_error(&key(&lab, skills)));
    }

    #[test]
    fn a_key_lasts_as_long_as_asked_and_no_longer_than_allowed() {
        let lab = Lab::new();
        for (rest, ttl) in [("", 86_400), ("&ttl=3600", 3600), ("&ttl=999999", 86_400)] {
            let xml = key(&lab, &format!("queue_id=team:1{rest}"));
            assert_eq!(text(&xml, "ttl"), ttl.to_string());
            assert_eq!(text(&xml, "expires"), (START_S + ttl).to_string());
        }
        assert_eq!(text(&key(&lab, "queue_id=team:1"), "ttl"), "86400");
        let other = key(&lab, "queue_id=team:1&url_hostname=remote.example.com");
        assert!(text(&other, "key_url").starts_with("https://remote.example.com/"));
    }

    #[test]
    fn the_mail_is_fixed_or_holds_the_address_or_the_key() {
        let mail = |lab: &Lab| {
            let xml = key(lab, "queue_id=team:1");
            let of = |name: &str| text(&xml, name).to_owned();
            (of("mail_body"), of("key_url"), of("short_key"))
        };
        let lab = Lab::new();
        assert_eq!(mail(&lab).0, mail(&lab).0);
        let (body, url, _) = mail(&Lab::reading(&["mail-body=with_url"]));
        assert!(body.contains(&url), "{body}");
        let (body, _, short_key) = mail(&Lab::reading(&["mail-body=with_key"]));
        assert!(body.contains(&short_key), "{body}");
    }

    #[test]
    fn available_follows_who_is_logged_in() {
        let lab = Lab::new();
        for (queue, available) in [("rep:1", 1), ("rep:12", 0), ("team:1", 1), ("team:2", 0), ("team:3", 1)] {
            let xml = key(&lab, &format!("queue_id={queue}"));
            assert!(xml.contains(&format!("<queue available=\"{available}\">")), "{queue}");
        }
    }

    #[test]
    fn what_is_wrong_is_refused() {
        let lab = Lab::new();
        let bad = [
            "queue_id=rep:77",
            "queue_id=team:77",
            "queue_id=rep_username:nobody",
            "queue_id=rep_username:shared",
            "queue_id=issue:nothing",
            "queue_id=everybody",
            "queue_id=rep",
            "",
            "queue_id=team:1&session.priority=0",
            "queue_id=team:1&session.priority=4",
            "queue_id=team:1&ttl=soon",
            "queue_id=team:1&session.skills=flying",
            "queue_id=team:1&url_hostname=a%20b",
            "queue_id=team:1&ttl=0",
        ];
        for rest in bad {
            assert!(is_error(&key(&lab, rest)), "{rest}");
        }
        assert!(is_error(&lab.get("action=generate_session_key&type=presentation&queue_id=team:1")));
    }
}
