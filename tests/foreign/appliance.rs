//! In: a request and the time. Out: the answer, and a site that has moved on.
//! Never: opens a socket or reads a clock: the same requests at the same times get the same answers.

use crate::foreign::access::{Access, Account};
use crate::foreign::command;
use crate::foreign::pages;
use crate::foreign::report;
use crate::foreign::schema;
use crate::foreign::script;
use crate::foreign::site;
use crate::foreign::start;
use crate::foreign::wire::Parameters;
pub(crate) use crate::foreign::wire::{Answered, Asked};
use crate::foreign::world::World;
use crate::foreign::xml::Space;

/// A site with its accounts.
#[derive(Clone, Debug)]
pub(crate) struct Appliance {
    host: String,
    access: Access,
    world: Option<World>,
}

impl Appliance {
    /// A small fixed site under this hostname. Its past is counted back from the first request.
    pub(crate) fn new(host: &str) -> Appliance {
        Appliance { host: host.to_owned(), access: Access::default(), world: None }
    }

    pub(crate) fn answer(&mut self, now_ms: i64, asked: &Asked) -> Answered {
        let now = now_ms.div_euclid(1000);
        let world = self.world.get_or_insert_with(|| World::new(&self.host, now));
        let path = asked.path();
        match path.as_str() {
            "/oauth2/token" => return self.access.token(now_ms, asked),
            "/api/command" | "/api/reporting" | "/api/backup" => {}
            other => return open_to_all(world, other, now, asked),
        }
        let account = match self.access.admit(now_ms, asked) {
            Ok(account) => account,
            Err(refusal) => return refusal,
        };
        account.count(restricted(world, account, &path, now, asked))
    }
}

fn restricted(world: &mut World, account: &Account, path: &str, now: i64, asked: &Asked) -> Answered {
    if let Some(refusal) = other_method(asked) {
        return refusal;
    }
    let space = if path == "/api/reporting" { Space::Reporting } else { Space::Command };
    let kind = asked.header("content-type").unwrap_or("").to_ascii_lowercase();
    if asked.method == "POST" && kind.starts_with("multipart/") {
        return Answered::fault(space, "Les requêtes POST en plusieurs parties ne sont pas prises en charge.");
    }
    let parameters = asked.parameters();
    match path {
        "/api/command" => command::answer(world, account, &parameters, now),
        "/api/reporting" => report::answer(world, account, &parameters, now),
        _ if account.may("perm_backup") => pages::backup(world, now),
        _ => forbidden(space),
    }
}

/// The answer to an account that has no part in an API.
pub(crate) fn forbidden(space: Space) -> Answered {
    let answered = Answered::fault(space, "Document introuvable : ce compte d'API n'a pas l'autorisation requise.");
    Answered { status: 403, ..answered }
}

fn other_method(asked: &Asked) -> Option<Answered> {
    let fine = matches!(asked.method.as_str(), "GET" | "POST");
    let refusal =
        || Answered::page(405, "Méthode refusée", "Seules GET et POST conviennent.").header("allow", "GET, POST");
    (!fine).then(refusal)
}

fn open_to_all(world: &mut World, path: &str, now: i64, asked: &Asked) -> Answered {
    let parameters: Parameters = asked.parameters();
    if path != "/check_health"
        && let Some(refusal) = other_method(asked)
    {
        return refusal;
    }
    match path {
        "/check_health" => pages::health(),
        "/api/start_session" => start::answer(world, &parameters, asked.header("host").unwrap_or(""), now),
        "/" if parameters.get("ak").is_some() => {
            start::by_url(world, &parameters, asked.header("host").unwrap_or(""), now)
        }
        // The links to a representative in p. 12 and p. 34.
        "/" if parameters.get("name").is_some() => {
            start::answer(world, &parameters, asked.header("host").unwrap_or(""), now)
        }
        "/download" => pages::client(&world.host, "winNT-64", parameters.get("session").unwrap_or(""), false),
        "/" => Answered::page(200, "Assistance", "Saisissez votre clé de session."),
        "/api/start_session.js" => pages::start_script(),
        "/api/client_script" => script::answer(&parameters, &world.host),
        "/api/command.xsd" => schema::answer(Space::Command),
        "/api/reporting.xsd" => schema::answer(Space::Reporting),
        _ => pages::stored(world, path).unwrap_or_else(|| Answered::page(404, "Document introuvable", path)),
    }
}

/// What is there on the site, for those who write requests to it.
pub(crate) fn facts() -> Vec<(&'static str, String)> {
    let host = "foreign.example";
    let world = World::new(host, 1_700_000_000);
    let lsid = |key: &str| {
        let found = world.sessions.iter().find(|session| session.external_key() == key);
        found.map_or(String::new(), |session| session.lsid.clone())
    };
    let lsid_where = |test: &dyn Fn(&crate::foreign::world::Session) -> bool| {
        world.sessions.iter().find(|session| test(session)).map_or(String::new(), |session| session.lsid.clone())
    };
    let rep = |id: u32| site::rep(id).map_or(("", "", ""), |rep| (rep.username, rep.public, rep.private));
    let (username, public, private) = rep(7);
    let show = |place: usize| world.presentations.get(place).map_or(String::new(), |show| show.lsid.clone());
    let mut facts = vec![
        ("rep.id", "7".to_owned()),
        ("rep.username", username.to_owned()),
        ("rep.public_display_name", public.to_owned()),
        ("rep.private_display_name", private.to_owned()),
        ("rep.queue", "rep:7".to_owned()),
        ("rep.second.id", "12".to_owned()),
        ("rep.second.username", rep(12).0.to_owned()),
        ("rep.invited.id", "23".to_owned()),
        ("rep.logged_out.id", "31".to_owned()),
        ("rep.logged_out.username", rep(31).0.to_owned()),
        ("rep.statuses", site::STATUSES.join(",")),
        ("site.id", "1".to_owned()),
        ("site.name", world.site_name(1).to_owned()),
        ("site.second.id", "2".to_owned()),
        ("site.second.hostname_prefix", "annexe.".to_owned()),
        ("team.id", "4".to_owned()),
        ("team.second.id", "9".to_owned()),
        ("team.unavailable.id", "15".to_owned()),
        ("issue.code", "vpn_down".to_owned()),
        ("issue.id", "11".to_owned()),
        ("issue.team", "4".to_owned()),
        ("skill", "networking".to_owned()),
        ("skill.second", "printing".to_owned()),
        ("custom_field", "custom_field1".to_owned()),
        ("custom_field.second", "custom_field2".to_owned()),
        ("external_key", "INC-4001".to_owned()),
        ("locale", "fr".to_owned()),
        ("jumpoint", "Lyon01".to_owned()),
        ("jump_group", "remote_access".to_owned()),
        ("jump_policy", "Notify".to_owned()),
        ("session_policy", "Servers".to_owned()),
        ("public_portal", "annexe".to_owned()),
        ("key.ttl.max", site::KEY_TTL.to_string()),
        ("vault.account", "501".to_owned()),
        ("vault.rep", "7".to_owned()),
        ("history.days", "4".to_owned()),
    ];
    let sessions = [
        ("session.full", lsid("INC-4001")),
        ("session.shown_screen", lsid("INC-4002")),
        ("session.abandoned", lsid_where(&|session| session.method == "session_key")),
        ("session.jump", lsid_where(&|session| session.jumpoint.is_some())),
        ("session.transferred", lsid("INC-4005")),
        ("session.active", lsid("INC-4006")),
        ("session.waiting", lsid_where(&|session| session.end.is_none() && session.owner.is_none())),
        ("presentation.recorded", show(0)),
        ("presentation.unrecorded", show(1)),
        ("presentation.active", show(2)),
    ];
    facts.extend(sessions);
    facts
}
