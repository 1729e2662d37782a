//! create_virtual_customer (p. 24).
//!
//! In: a short key that has not expired, and who the customer is. Out: a new session with that customer in
//! it, carrying what the key carried; the key is used up.

use super::super::state::{Client, Customer, Queue, Session, State};
use super::super::xml::{Element, Kind, leaf, node};
use super::parameters::{Shape, optional, required};
use super::{Action, Call, Needs, Outcome, Refusal};

pub(crate) const CREATE_VIRTUAL_CUSTOMER: Action = Action {
    name: "create_virtual_customer",
    needs: Needs::ReadToChange,
    parameters: &[
        required("short_key", Shape::Text),
        required("name", Shape::Text),
        required("ip_address", Shape::Address),
        required("operating_system", Shape::Text),
        required("computer_name", Shape::Text),
        optional("locale", Shape::Text),
        // Printed among the response elements, described as a parameter that may hold anything (p. 24).
        optional("chat_url", Shape::Any),
    ],
    custom_fields: false,
    list_root: None,
    message: None,
    error_named: false,
    run: create_virtual_customer,
    hollow: |state, call| answer(state, call, "00000000000000000000000000000000"),
};

fn create_virtual_customer(state: &mut State, call: &Call<'_>) -> Outcome {
    let locale = locale(state, call)?;
    let short_key = call.given.must("short_key");
    let expired_accepted = call.broken("short_key/expired-accepted");
    let valid = |key: &super::super::state::SessionKey| {
        key.short_key == short_key && !key.used && (key.expires_s > call.now_s || expired_accepted)
    };
    let Some(at) = state.keys.iter().position(valid) else {
        let accepted =
            call.broken("short_key/unknown-accepted") && !state.keys.iter().any(|key| key.short_key == short_key);
        return Err(if accepted { Refusal::Hollow } else { Refusal::error("The session key is not valid") });
    };
    state.keys[at].used = true;
    let key = state.keys[at].clone();
    let client = client(state, call);
    let given_name = call.given.must("name");
    let name = if call.broken("name-lost") { "Customer" } else { given_name };
    let customer = Customer { name: name.to_owned(), non_interactive: None, info: Default::default(), client };
    let lsid = match () {
        () if call.broken("lsid-reused") => "f".repeat(32),
        () => state.new_guid(),
    };
    let answer = answer(state, call, &lsid);
    let from_key = key.attributes.keys().cloned().collect();
    let session = Session {
        lsid,
        queue: match () {
            () if call.defects.has("command/generate_session_key", "session-placed-elsewhere") => Queue::General,
            () => key.queue,
        },
        representatives: Vec::new(),
        customer: Some(customer),
        attributes: key.attributes,
        priority: key.priority,
        skills: key.skills,
        locale,
        portal: 0,
        chat: Vec::new(),
        passed: Vec::new(),
        from_key,
        lost: call.broken("session-not-active"),
        ended: false,
    };
    state.keep_session(session);
    Ok(Some(answer))
}

fn locale(state: &State, call: &Call<'_>) -> Result<Option<String>, Refusal> {
    let Some(asked) = call.given.text("locale") else { return Ok(None) };
    if state.site.languages.iter().any(|code| code == asked) {
        return if call.broken("locale/installed-refused") {
            Err(Refusal::error("That language is not installed"))
        } else {
            Ok(Some(asked.to_owned()))
        };
    }
    match call.readings.of("locale-unknown") {
        "refused" => Err(Refusal::error("That language is not installed")),
        _ => Ok(state.site.languages.first().cloned()),
    }
}

fn client(state: &mut State, call: &Call<'_>) -> Client {
    let given = |name: &str, lost: &str| {
        if call.broken(lost) { "Unknown".to_owned() } else { call.given.must(name).to_owned() }
    };
    Client {
        id: state.new_client_id(),
        hostname: given("computer_name", "computer-name-lost"),
        platform: given("operating_system", "operating-system-lost"),
        platform_id: "virtual".to_owned(),
        timezone_offset: 0,
        private_ip: match () {
            () if call.broken("ip-address-lost") => "198.51.100.99".to_owned(),
            () => call.given.must("ip_address").to_owned(),
        },
        since_s: call.now_s,
        events: vec![(call.now_s, format!("Connected to primary node {}", state.site.hostname))],
    }
}

/// With `chat_url=1` the address leads to a click-to-chat session, otherwise to the full client.
fn answer(state: &State, call: &Call<'_>, lsid: &str) -> Element {
    let host = &state.site.hostname;
    let to_chat = call.given.text("chat_url") == Some("1");
    let (chat, full) = (
        format!("https://{host}/chat/html?session={lsid}"),
        format!("https://{host}/download_client_connector?session={lsid}"),
    );
    let url = if to_chat { chat.clone() } else { full };
    let mut root = node("virtual_customer").own().child(leaf("download_url", url, Kind::Url));
    if call.reads("cvc-lsid", "present") {
        root = root.child(leaf("lsid", lsid, Kind::Text).own());
    }
    if call.reads("cvc-chat-url", "present") {
        root = root.child(leaf("chat_url", chat, Kind::Url).own());
    }
    root
}

#[cfg(test)]
mod tests {
    use super::super::super::SessionTraits;
    use super::super::super::testing::{Lab, is_error, text, texts};

    const WHO: &str = "name=Val&ip_address=192.0.2.7&operating_system=Plan%209&computer_name=PC7";

    fn key(lab: &Lab, rest: &str) -> String {
        let xml = lab.get(&format!("action=generate_session_key&type=support&queue_id=team:1{rest}"));
        text(&xml, "short_key").to_owned()
    }

    #[test]
    fn a_customer_comes_into_a_session_with_what_the_key_carried() {
        let lab = Lab::new();
        let fields = "&session.custom.external_key=E1&session.custom.custom_field1=F1";
        let key = key(&lab, &format!("{fields}&session.priority=2&session.skills=codename2"));
        let made = lab.get(&format!("action=create_virtual_customer&short_key={key}&{WHO}&locale=de"));
        assert!(text(&made, "download_url").starts_with("https://support.example.com/download"));
        let clients = lab.get("action=get_connected_clients&type=support_customer");
        let position = texts(&clients, "name").iter().position(|name| *name == "Val").expect("the customer");
        assert_eq!(texts(&clients, "hostname")[position], "PC7");
        assert_eq!(texts(&clients, "platform")[position], "Plan 9");
        let lsid = texts(&clients, "lsid")[position];
        assert!(lsid.len() == 32 && lsid.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let attributes = lab.get(&format!("action=get_session_attributes&lsid={lsid}"));
        assert_eq!(texts(&attributes, "custom_attribute"), ["E1", "F1"]);
        assert_eq!(texts(&lab.get("action=get_support_teams"), "support_session_count"), ["2", "0", "0"]);
        let traits = SessionTraits { priority: Some(2), skills: vec!["codename2".into()], locale: Some("de".into()) };
        assert_eq!(lab.emulator.session_traits(lsid), Some(traits));
    }

    #[test]
    fn a_key_is_used_once_and_before_it_expires() {
        let lab = Lab::new();
        let (used, late) = (key(&lab, ""), key(&lab, "&ttl=60"));
        let create = |key: &str| is_error(&lab.get(&format!("action=create_virtual_customer&short_key={key}&{WHO}")));
        assert!(!create(&used) && create(&used) && create("0000000") && create(""));
        lab.clock.advance(60_000);
        assert!(create(&late));
    }

    #[test]
    fn the_expired_key_of_the_demo_site_stays_expired() {
        let lab = Lab::new();
        let known = super::super::super::demo_fixtures()["known_expired_key"];
        let create = |lab: &Lab| is_error(&lab.get(&format!("action=create_virtual_customer&short_key={known}&{WHO}")));
        lab.clock.advance(200_000_000);
        key(&lab, "");
        assert!(create(&lab));
        let id = "behaviour:command/create_virtual_customer:short_key/expired-accepted";
        let lab = Lab::with(super::super::super::find_defect(id).expect("a defect"));
        lab.clock.advance(200_000_000);
        key(&lab, "");
        assert!(!create(&lab));
    }

    #[test]
    fn chat_url_of_1_leads_to_a_chat_and_each_detail_is_needed() {
        let lab = Lab::new();
        let url = |rest: &str| {
            let key = key(&lab, "");
            let xml = lab.get(&format!("action=create_virtual_customer&short_key={key}&{WHO}{rest}"));
            text(&xml, "download_url").contains("/chat/")
        };
        assert!(url("&chat_url=1") && !url("") && !url("&chat_url=0") && !url("&chat_url="));
        for part in WHO.split('&') {
            let (key, rest) = (key(&lab, ""), WHO.replace(part, ""));
            assert!(is_error(&lab.get(&format!("action=create_virtual_customer&short_key={key}&{rest}"))), "{part}");
        }
    }
}
