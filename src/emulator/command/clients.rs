//! get_connected_clients (p. 33), and what the two client commands share.
//!
//! In: everybody who is connected, by type and id. Out: each with its computer, and with its connections if
//! they are asked for.

pub(crate) mod list;

use super::super::clock::{in_notation, iso};
use super::super::state::{Client, Customer, Session, State};
use super::super::xml::{Element, Kind, flag, leaf, node};
use super::parameters::{Shape, optional};
use super::{Action, Call, Needs, Outcome, reps};

/// The most events of a connection that are listed (p. 36).
const EVENTS_MAX: usize = 20;

pub(crate) const GET_CONNECTED_CLIENTS: Action = Action {
    name: "get_connected_clients",
    needs: Needs::Read,
    parameters: &[
        optional("type", Shape::ClientTypes),
        optional("id", Shape::Ids),
        optional("include_connections", Shape::Flag(&["1"])),
    ],
    custom_fields: false,
    list_root: Some("connected_clients"),
    message: None,
    error_named: false,
    run: get_connected_clients,
    hollow: super::hollow_list,
};

/// Who a client is.
#[derive(Clone, Copy)]
enum Who<'a> {
    Representative(i64),
    Customer(&'a Session, &'a Customer),
    Attendee(&'a str),
    Agent(&'a str),
}

impl Who<'_> {
    fn kind(self) -> &'static str {
        match self {
            Who::Representative(_) => "representative",
            Who::Customer(..) => "support_customer",
            Who::Attendee(_) => "presentation_attendee",
            Who::Agent(_) => "push_agent",
        }
    }
}

/// Everybody who is connected. All are connected to the appliance that answers.
fn connected<'a>(state: &'a State, call: &Call<'_>) -> Vec<(Who<'a>, &'a Client)> {
    let reps = state.consoles.iter().map(|(id, client)| (Who::Representative(*id), client));
    // A customer of a chat bot has no client that could be connected, or counts as one all the same.
    let virtual_too = call.reads("virtual-customer-listed", "listed");
    let customers = state.running().filter_map(move |session| {
        let customer = session.customer.as_ref().filter(|one| virtual_too || one.client.platform_id != "virtual");
        customer.map(|customer| (Who::Customer(session, customer), &customer.client))
    });
    let attendees = state.attendees.iter().map(|(name, client)| (Who::Attendee(name), client));
    let agents = state.agents.iter().map(|(name, client)| (Who::Agent(name), client));
    reps.chain(customers).chain(attendees).chain(agents).collect()
}

/// Whether a request asks for clients of a type. Without `type` it asks for all.
fn asked_for(call: &Call<'_>, kind: &str) -> bool {
    let Some(types) = call.given.text("type") else {
        return !(kind == "push_agent" && call.broken("type/default-not-all"));
    };
    let mut types = types.split(',');
    if call.broken("type/only-first-counts") {
        return types.next().is_some_and(|one| one == kind || one == "all");
    }
    types.any(|one| one == kind || one == "all")
}

fn get_connected_clients(state: &mut State, call: &Call<'_>) -> Outcome {
    let mut ids: Option<Vec<&str>> = call.given.text("id").map(|ids| ids.split(',').collect());
    if let Some(ids) = &mut ids {
        if call.reads("ids-above-maximum", "truncated") {
            ids.truncate(100);
        }
        if call.broken("id/only-first-counts") {
            ids.truncate(1);
        }
    }
    let either = call.broken("id-or-type-enough");
    let chosen = |who: Who<'_>, client: &Client| {
        let by_id = ids.as_ref().is_none_or(|ids| ids.contains(&client.id.as_str()));
        let by_type = asked_for(call, who.kind());
        if either && ids.is_some() && call.given.text("type").is_some() { by_id || by_type } else { by_id && by_type }
    };
    let everybody = connected(state, call);
    let nobody = !everybody.iter().any(|(who, client)| chosen(*who, client));
    let all = nobody && ids.is_some() && call.broken("id/unknown-means-all");
    let chosen = |who: Who<'_>, client: &Client| all || chosen(who, client);
    let chosen = everybody.into_iter().filter(|(who, client)| chosen(*who, client));
    Ok(Some(node("connected_clients").children(chosen.map(|(who, client)| entry(state, call, who, client)))))
}

fn entry(state: &State, call: &Call<'_>, who: Who<'_>, client: &Client) -> Element {
    let included = call.given.flag("include_connections");
    let with_connections = included || call.broken("connections-always-included");
    let id = if call.broken("ids-not-those-of-list") { format!("9{}", client.id) } else { client.id.clone() };
    let mut entry = node(&format!("connected_{}", who.kind())).many().attribute("id", id, Kind::Name);
    if with_connections {
        entry = entry.child(connections(state, call, who, client));
    }
    let platform = leaf("platform", &client.platform, Kind::Text).attribute("id", &client.platform_id, Kind::Name);
    // What a computer calls itself need not be a name that DNS allows.
    entry = entry.child(leaf("hostname", &client.hostname, Kind::Name)).child(platform);
    let offset = client.timezone_offset / if call.broken("timezone-in-minutes") { 60 } else { 1 };
    entry = entry.child(leaf("timezone_offset", offset, Kind::Integer));
    if included || call.reads("connected-since", "always") {
        entry = entry.child(since(call, client.since_s));
    }
    match who {
        Who::Representative(id) => representative(state, call, entry, id),
        Who::Customer(session, customer) => support_customer(call, entry, session, customer),
        Who::Attendee(name) | Who::Agent(name) => entry.child(leaf("name", name, Kind::Text)),
    }
}

/// A time in both notations, which tell the same instant.
fn since(call: &Call<'_>, unix_s: i64) -> Element {
    let of_a_type = call.given.text("type").is_some() && call.broken("ts-another-instant-of-a-type");
    let ts = if of_a_type || call.broken("ts-another-instant") { unix_s + 3600 } else { unix_s };
    let text = if call.broken("time-not-iso") { unix_s.to_string() } else { iso(unix_s) };
    leaf("connected_since", text, Kind::Time).attribute("ts", ts, Kind::Integer)
}

fn representative(state: &State, call: &Call<'_>, entry: Element, id: i64) -> Element {
    let Some(rep) = state.rep(id) else { return entry };
    let status = state.site.statuses.iter().find(|status| status.code_name == rep.status);
    let (busy, idle) = (status.is_some_and(|status| status.busy), status.is_some_and(|status| status.idle));
    let (busy, idle) = if call.broken("busy-and-idle-swapped") { (idle, busy) } else { (busy, idle) };
    let available = match () {
        () if call.broken("busy-still-available") => rep.routing_enabled,
        () if call.broken("available-though-disabled") => !busy && !idle || !rep.routing_enabled,
        () => rep.routing_enabled && !busy && !idle,
    };
    let stale = call.broken("sessions-stale");
    let of_start = state.site.sessions.iter().filter(|session| session.representatives.contains(&id));
    let lsids: Vec<&str> = match () {
        () if stale => of_start.map(|session| session.lsid.as_str()).collect(),
        () => state.sessions_of(id).map(|session| session.lsid.as_str()).collect(),
    };
    let count = if call.broken("session-count-not-of-lsids") { lsids.len() + 1 } else { lsids.len() };
    let presentations = u8::from(rep.presenting) * if call.broken("presentation-count-2") { 2 } else { 1 };
    let list = node(call.readings.of("session-lsids-name"));
    // Whoever presents is busy: may be listed, and is not.
    let hidden = rep.presenting && call.reads("showing-on-rep-list", "narrower");
    let showing = rep.showing_on_rep_list && !hidden;
    let kind = match () {
        () if call.broken("invited-told-as-normal") => leaf("type", "Normal", Kind::Choice),
        () => reps::rep_type(rep, Kind::Choice),
    };
    let entry = entry.child(leaf("user_id", id, Kind::Id)).child(kind);
    let entry = entry.child(leaf("username", &rep.username, Kind::Name));
    entry
        .child(leaf("public_display_name", &rep.public_display_name, Kind::Text))
        .child(leaf("private_display_name", &rep.private_display_name, Kind::Text))
        .child(leaf("start_session_url", start_session_url(state, call, id), Kind::Url))
        .child(leaf("presentation_count", presentations, Kind::Flag))
        .child(leaf("support_session_count", count, Kind::Integer))
        .child(flag("showing_on_rep_list", showing != call.broken("showing-on-list-inverted")))
        .child(flag("routing_idle", idle))
        .child(flag("routing_busy", busy))
        .child(flag("routing_enabled", rep.routing_enabled))
        .child(flag("routing_available", available))
        .child(leaf("support_license", &rep.license, Kind::Text))
        .child(list.children(lsids.iter().map(|lsid| leaf("lsid", lsid, Kind::Name).many())))
}

fn start_session_url(state: &State, call: &Call<'_>, rep: i64) -> String {
    match () {
        () if call.broken("start-url-of-another-host") => format!("https://start.example.net/?rep_id={rep}"),
        () if call.broken("start-urls-the-same") => reps::start_url(state, 1),
        () => reps::start_url(state, rep),
    }
}

fn support_customer(call: &Call<'_>, entry: Element, session: &Session, customer: &Customer) -> Element {
    let mut entry = entry.child(leaf("name", &customer.name, Kind::Text));
    if let Some(kind) = &customer.non_interactive {
        let kind = if call.broken("non-interactive-other-value") { "other" } else { kind };
        // Absent by rights where it is neither of the two, so its absence alone contradicts nothing.
        entry = entry.child(leaf("non_interactive", kind, Kind::Choice).dispensable());
    }
    let lsid = if call.broken("lsid-of-customer-differs") { "0".repeat(32) } else { session.lsid.clone() };
    entry.child(leaf("lsid", lsid, Kind::Name))
}

/// One connection, to this appliance; not part of a cluster, its purpose is primary.
fn connections(state: &State, call: &Call<'_>, who: Who<'_>, client: &Client) -> Element {
    let appliance = state.site.appliances.first().map(|appliance| appliance.id.as_str()).unwrap_or_default();
    let appliance = if call.broken("appliance-unknown") { "00000000000000000000000000000000" } else { appliance };
    let clustered = state.site.appliances.first().is_some_and(|appliance| appliance.cluster_role != "single");
    let purpose = if call.broken("purpose-traffic") { "traffic" } else { "primary" };
    let traffic = call.broken("traffic-node-without-cluster") || (clustered && purpose == "traffic");
    // Of push agents the guide prints one name only (p. 35).
    let doubled = match who {
        Who::Agent(_) => call.broken("doubled-for-push-agents"),
        _ => call.reads("connections-nesting", "client_connections"),
    };
    let began_s = client.since_s + if call.broken("connection-at-another-time") { 1800 } else { 0 };
    let connection = node(if doubled { "client_connections" } else { "client_connection" })
        .many()
        .child(leaf("appliance_id", appliance, Kind::Guid))
        .child(leaf("purpose", purpose, Kind::Choice))
        .child(flag("receive_traffic_node", traffic))
        .child(since(call, began_s))
        .child(leaf("private_ip", &client.private_ip, Kind::Address));
    let maximum = if call.broken("all-events-told") { usize::MAX } else { EVENTS_MAX };
    let events = client.events.iter();
    let skipped = client.events.len().saturating_sub(maximum);
    let reading = call.readings.of("event-ts-format");
    let event = |(at_s, text): &(i64, String)| {
        let at_s = match () {
            () if call.broken("events-before-the-connection") => at_s.saturating_sub(86_400),
            () if call.broken("events-later-than-now") => call.now_s.saturating_add(3600),
            () => *at_s,
        };
        let at = in_notation(at_s, reading);
        // How many there should be is known to nobody outside.
        leaf("event", text, Kind::Text).many().dispensable().attribute("ts", at, Kind::Time)
    };
    let log = node("event_log").children(events.skip(skipped).take(maximum).map(event));
    node("client_connections").child(connection).child(log)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Lab, is_error, texts};

    #[test]
    fn clients_are_chosen_by_type_and_id() {
        let lab = Lab::new();
        let count = |query: &str| {
            let xml = lab.get(&format!("action=get_connected_clients{query}"));
            assert!(!is_error(&xml), "{xml}");
            ["representative", "support_customer", "presentation_attendee", "push_agent"]
                .map(|kind| xml.matches(&format!("<connected_{kind} ")).count())
        };
        assert_eq!(count(""), [4, 4, 1, 2]);
        assert_eq!(count("&type=all"), [4, 4, 1, 2]);
        assert_eq!(count("&type=representative,support_customer"), [4, 4, 0, 0]);
        assert_eq!(count("&id=101,102,103"), [1, 1, 0, 1]);
        assert_eq!(count("&id=101,102,103&type=representative,support_customer"), [1, 1, 0, 0]);
        assert_eq!(count("&id=nobody"), [0; 4]);
        assert_eq!(count(&format!("&id={}", vec!["101"; 100].join(","))), [1, 0, 0, 0]);
        for bad in [&format!("id={}", vec!["101"; 101].join(",")), "type=pinned_client", "type=customer", "id=101,"] {
            assert!(is_error(&lab.get(&format!("action=get_connected_clients&{bad}"))), "{bad}");
        }
    }

    #[test]
    fn connections_are_told_when_asked_for_with_the_last_twenty_events() {
        let lab = Lab::new();
        assert!(!lab.get("action=get_connected_clients").contains("client_connection"));
        let xml = lab.get("action=get_connected_clients&id=101&include_connections=1");
        assert_eq!((texts(&xml, "purpose"), texts(&xml, "receive_traffic_node")), (vec!["primary"], vec!["0"]));
        let events = texts(&xml, "event");
        assert_eq!((events.len(), events[0]), (20, "Failed to connect to primary node: timed out"));
        assert_eq!(xml.matches("<connected_since ts=\"1699992800\">2023-11-14T20:13:20+00:00<").count(), 2);
        let appliances = lab.get("action=get_appliances");
        assert!(appliances.contains(texts(&xml, "appliance_id")[0]));
    }

    #[test]
    fn only_rdp_and_shell_jump_sessions_are_not_interactive() {
        let xml = Lab::new().get("action=get_connected_clients&type=support_customer");
        assert_eq!(texts(&xml, "non_interactive"), ["rdp", "shelljump"]);
        assert_eq!(texts(&xml, "lsid").len(), 4);
    }
}
