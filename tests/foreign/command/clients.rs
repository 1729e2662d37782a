//! In: what kinds of clients, or which ones, somebody wants to see. Out: who is connected at this moment.
//! Never: lists Jump Clients, which are only counted (p. 31).

use crate::foreign::civil::{ZONE, iso};
use crate::foreign::consoles::is_idle;
use crate::foreign::site::{GUID, JUMPOINTS, PINNED};
use crate::foreign::wire::{Fault, Parameters};
use crate::foreign::world::World;
use crate::foreign::xml::{Element, el, leaf};

const KINDS: &[&str] = &["push_agent", "presentation_attendee", "support_customer", "representative"];
const IDS: usize = 100;

/// A connected client, before anybody asked for it.
struct Client {
    kind: &'static str,
    id: u64,
    host: String,
    os: String,
    since: i64,
    private_ip: String,
    own: Vec<Element>,
}

/// The kinds in `type`; the guide calls the parameter required on p. 33 and leaves it out of the examples on p. 36.
fn kinds(parameters: &Parameters) -> Result<(Vec<&'static str>, bool), Fault> {
    let words: Vec<&str> = parameters.get("type").unwrap_or("all").split(',').map(str::trim).collect();
    match words.iter().find(|word| **word != "all" && !KINDS.contains(word)) {
        Some(word) => Err(format!("Type de client inconnu : {word}")),
        None => {
            let all = words.contains(&"all");
            Ok((KINDS.iter().copied().filter(|kind| all || words.contains(kind)).collect(), all))
        }
    }
}

/// p. 31
pub(crate) fn list(world: &mut World, parameters: &Parameters, _: i64) -> Result<Element, Fault> {
    let (kinds, all) = kinds(parameters)?;
    let summary_only = parameters.flag("summary_only")?;
    let clients: Vec<Client> = connected(world).into_iter().filter(|client| kinds.contains(&client.kind)).collect();
    let counts = kinds.iter().map(|kind| (*kind, clients.iter().filter(|client| client.kind == *kind).count()));
    let counts = counts.chain(all.then_some(("pinned_client", PINNED))).filter(|(_, count)| *count > 0);
    let counts = counts.map(|(kind, count)| leaf("count", count).attr("type", kind));
    let summary = el("connected_client_summary").with(el("appliance_summary").attr("id", GUID).all(counts));
    let listed = clients.iter().filter(|_| !summary_only);
    let listed = listed.map(|client| el("connected_client").attr("id", client.id).attr("type", client.kind));
    Ok(el("connected_client_list").all(listed).with(summary))
}

/// p. 33
pub(crate) fn details(world: &mut World, parameters: &Parameters, _: i64) -> Result<Element, Fault> {
    let (kinds, _) = kinds(parameters)?;
    let connections = parameters.flag("include_connections")?;
    let ids: Option<Vec<&str>> = parameters.get("id").map(|ids| ids.split(',').map(str::trim).collect());
    if ids.as_ref().is_some_and(|ids| ids.len() > IDS) {
        return Err(format!("Au plus {IDS} identifiants."));
    }
    let wanted = |client: &Client| {
        let named = ids.as_ref().is_none_or(|ids| ids.contains(&client.id.to_string().as_str()));
        named && kinds.contains(&client.kind)
    };
    let shown = connected(world).into_iter().filter(wanted).map(|client| show(client, connections));
    Ok(el("connected_clients").all(shown))
}

fn show(client: Client, connections: bool) -> Element {
    let platform = match client.os.split(' ').next() {
        Some("Windows") => "winNT",
        Some("macOS") => "macOS",
        Some("Android") => "android",
        Some("Ubuntu") | Some("Linux") => "linux",
        _ => "other",
    };
    let since = || leaf("connected_since", iso(client.since)).attr("ts", client.since);
    let mut element = el(&format!("connected_{}", client.kind)).attr("id", client.id).all(client.own);
    if connections {
        let connection = el("client_connection")
            .with(leaf("private_ip", client.private_ip))
            .with(since())
            .with(leaf("receive_traffic_node", 0))
            .with(leaf("purpose", "primary"))
            .with(leaf("appliance_id", GUID));
        let log = el("event_log").with(leaf("event", "Connexion établie").attr("ts", client.since));
        element = element.with(since()).with(el("client_connections").with(log).with(connection));
    }
    element
        .with(leaf("timezone_offset", ZONE))
        .with(leaf("platform", client.os).attr("id", platform))
        .with(leaf("hostname", client.host))
}

fn connected(world: &World) -> Vec<Client> {
    let mut clients = Vec::new();
    for (id, name, host) in JUMPOINTS {
        clients.push(Client {
            kind: "push_agent",
            id: u64::from(*id),
            host: (*host).to_owned(),
            os: "Windows Server 2022".to_owned(),
            since: world.booted,
            private_ip: format!("10.30.0.{id}"),
            own: vec![leaf("name", name)],
        });
    }
    for show in world.presentations.iter().filter(|show| show.end.is_none()) {
        for attendee in show.attendees.iter().filter(|attendee| attendee.to.is_none()) {
            clients.push(Client {
                kind: "presentation_attendee",
                id: attendee.client,
                host: attendee.host.clone(),
                os: attendee.os.clone(),
                since: attendee.from,
                private_ip: attendee.private_ip.clone(),
                own: vec![leaf("name", &attendee.name)],
            });
        }
    }
    for session in world.active().filter(|session| session.customer.here) {
        let customer = &session.customer;
        clients.push(Client {
            kind: "support_customer",
            id: customer.client,
            host: customer.host.clone(),
            os: customer.os.clone(),
            since: session.start,
            private_ip: customer.private_ip.clone(),
            own: vec![leaf("lsid", &session.lsid), leaf("name", &customer.name)],
        });
    }
    for (console, rep) in world.consoles() {
        let (busy, idle) = (console.status == "busy", is_idle(console.status));
        let sessions = world.active().filter(|session| session.has(rep.id));
        let url = format!("https://{}/?id={}&name={}", world.host, rep.id, crate::foreign::wire::encode(rep.public));
        let own = vec![
            el("support_session_lsids").all(sessions.map(|session| leaf("lsid", &session.lsid))),
            leaf("support_license", "full"),
            leaf("routing_available", u8::from(!busy && !idle)),
            leaf("routing_enabled", 1),
            leaf("routing_busy", u8::from(busy)),
            leaf("routing_idle", u8::from(idle)),
            leaf("showing_on_rep_list", u8::from(rep.on_list)),
            leaf("support_session_count", world.supporting(rep.id)),
            leaf("presentation_count", world.presenting(rep.id)),
            leaf("start_session_url", url),
            leaf("private_display_name", rep.private),
            leaf("public_display_name", rep.public),
            leaf("username", rep.username),
            leaf("type", rep.kind),
            leaf("user_id", rep.id),
        ];
        clients.push(Client {
            kind: "representative",
            id: console.client,
            host: rep.host.to_owned(),
            os: rep.os.to_owned(),
            since: console.from,
            private_ip: rep.private_ip.to_owned(),
            own,
        });
    }
    clients
}
