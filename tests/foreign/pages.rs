//! In: a path that needs no token, or nothing. Out: pages, scripts and files for people and browsers.
//! Never: changes the site.

use crate::foreign::civil::iso;
use crate::foreign::pack::gzip;
use crate::foreign::site;
use crate::foreign::wire::{Answered, encode};
use crate::foreign::world::{Who, World};

/// The probe beside the command (p. 39): a status and a sentence, nothing else.
pub(crate) fn health() -> Answered {
    Answered::text(200, "text/plain; charset=utf-8", "Tout va bien.\n")
}

/// The configuration as one file (p. 162).
pub(crate) fn backup(world: &World, now: i64) -> Answered {
    let mut text = format!("foreign backup\nhost={}\ntaken={}\nlicences=4\n", world.host, iso(now));
    for rep in site::REPS.iter() {
        text.push_str(&format!("rep {} {} {}\n", rep.id, rep.username, rep.private));
    }
    for team in site::TEAMS.iter() {
        text.push_str(&format!("team {} {} {}\n", team.id, team.code, team.name));
    }
    for (kind, name) in &world.shortcuts {
        text.push_str(&format!("jump {kind} {name}\n"));
    }
    for session in &world.sessions {
        text.push_str(&format!("session {} {}\n", session.lsid, session.start));
    }
    Answered::file("application/octet-stream", "foreign-backup.nsb", gzip(text.as_bytes()))
}

/// Where a recording can be fetched: the reporting API itself.
pub(crate) fn download_url(host: &str, report: &str, lsid: &str, instance: Option<&str>) -> String {
    let instance = instance.map_or(String::new(), |number| format!("&instance={number}"));
    format!("https://{host}/api/reporting?generate_report={report}&lsid={lsid}{instance}")
}

/// Where a recording can be watched.
pub(crate) fn view_url(host: &str, report: &str, lsid: &str, instance: Option<&str>) -> String {
    format!("https://{host}/watch/{report}/{lsid}/{}", instance.unwrap_or("0"))
}

/// Where a chat transcript can be read or fetched.
pub(crate) fn chat_url(host: &str, lsid: &str, how: &str) -> String {
    format!("https://{host}/transcript/{lsid}/{how}")
}

/// Transcripts and recordings, by the links that reports give.
pub(crate) fn stored(world: &World, path: &str) -> Option<Answered> {
    let mut parts = path.trim_start_matches('/').split('/');
    match (parts.next()?, parts.next()?, parts.next()?) {
        ("transcript", lsid, how) => {
            let text = transcript(world, lsid)?;
            match how {
                "view" => Some(Answered::page(200, "Conversation", &text)),
                "download" => {
                    Some(Answered::file("text/plain; charset=utf-8", &format!("{lsid}.txt"), text.into_bytes()))
                }
                _ => None,
            }
        }
        ("watch", report, lsid) => Some(Answered::page(200, "Enregistrement", &format!("{report} {lsid}"))),
        _ => None,
    }
}

fn transcript(world: &World, lsid: &str) -> Option<String> {
    let session = world.sessions.iter().find(|session| session.lsid == lsid && session.end.is_some());
    let show = world.presentations.iter().find(|show| show.lsid == lsid && show.end.is_some());
    let events = session.map(|session| &session.events).or(show.map(|show| &show.events))?;
    let name = |who: Who| match who {
        Who::Rep(id) => site::rep(id).map_or("", |rep| rep.public).to_owned(),
        Who::Customer => session.map_or(String::new(), |session| session.customer.name.clone()),
        Who::Attendee(place) => show.and_then(|show| show.attendees.get(place)).map_or("", |one| &one.name).to_owned(),
        Who::System => "System".to_owned(),
    };
    let chats = events.iter().filter(|event| event.kind == "Chat Message");
    Some(chats.map(|event| format!("{} {}: {}\n", iso(event.at), name(event.by), event.body)).collect())
}

/// The script behind click-to-chat on other people's pages (p. 71).
pub(crate) fn start_script() -> Answered {
    let script = "\
var BG = (function () {
  'use strict';
  var site = '';
  var flatten = function (options) {
    var out = {}, add = function (name, value) { if (value !== undefined) { out[name] = value; } };
    add('short_key', options.sessionKey);
    if (options.rep) { add('id', options.rep.id); add('name', options.rep.name); }
    if (options.issue) {
      add('issue_menu', 1); add('id', options.issue.id); add('codeName', options.issue.codeName);
      [].forEach.call(options.issue.elements || [], function (input) { if (input.name) { add(input.name, input.value); } });
    }
    if (options.skills) { add('session.skills', options.skills.join(',')); }
    Object.keys(options.customer || {}).forEach(function (name) { add('customer.' + name, options.customer[name]); });
    Object.keys(options.attributes || {}).forEach(function (name) {
      add('session.custom.' + name, options.attributes[name]);
    });
    add('locale', options.locale);
    return out;
  };
  return {
    START_TYPE: { CHAT: 'chat', FULL: 'full' },
    setSite: function (hostname) { site = hostname; },
    start: function (startType, options) {
      var fields = flatten(options || {});
      if (startType === 'chat') { fields.c2cjs = 1; }
      var query = Object.keys(fields).map(function (name) {
        return encodeURIComponent(name) + '=' + encodeURIComponent(fields[name]);
      }).join('&');
      window.open('https://' + site + '/api/start_session?' + query);
    }
  };
}());
";
    Answered::text(200, "text/javascript; charset=utf-8", script)
}

/// A client to download, or the page of a chat (p. 67, p. 77).
pub(crate) fn client(host: &str, platform: &str, key: &str, chat: bool) -> Answered {
    if chat {
        return Answered::page(200, "Clavardage", "Un technicien va vous répondre.");
    }
    let bytes = format!("MZ foreign customer client\nhost={host}\nplatform={platform}\nkey={}\n", encode(key));
    Answered::file("application/octet-stream", "foreign-scc.exe", bytes.into_bytes())
}
