//! A page for people: who is logged in, which sessions run, which keys are open, who came last.
//!
//! In: the state. Out: HTML without a script, in which no text is markup. It is no part of what the guide describes, and is there only where
//! the emulator shows itself.

use maud::{DOCTYPE, Markup, html};

use super::answer::{Answer, Body};
use super::appliance::{Emulator, Inner};
use super::clock::iso;
use super::state::Queue;
use super::visits::Visit;

/// Where the page is.
pub const STATUS_PATH: &str = "/_emulator";

/// The most rows of a table.
const ROWS_MAX: usize = 100;

const STYLE: &str = "body{font:15px/1.4 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1b1f;background:#fff}\
    table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid #ccc;\
    overflow-wrap:anywhere}.no{color:#a00000}code{font-size:.95em}";

impl Emulator {
    /// The page, with what is so now.
    pub(super) fn status_page(&self, inner: &Inner, now_ms: i64) -> Answer {
        let page = page(inner, &self.visits.last(), now_ms);
        let text = page.into_string();
        let answer = Answer::new("status_page", 200, Body::Text { media: "text/html; charset=UTF-8", text });
        let policy = "default-src 'none'; style-src 'unsafe-inline'";
        answer.header("Content-Security-Policy", policy, super::xml::Kind::Text)
    }
}

fn page(inner: &Inner, visits: &[Visit], now_ms: i64) -> Markup {
    let (state, now_s) = (&inner.state, now_ms.div_euclid(1_000));
    let name = |id: i64| state.rep(id).map_or_else(|| id.to_string(), |rep| rep.private_display_name.clone());
    let queue = |queue: Queue| match queue {
        Queue::General => "general".to_owned(),
        Queue::Rep(id) => name(id),
        Queue::Team(id) => state.team(id).map_or_else(|| id.to_string(), |team| team.name.clone()),
    };
    let logged_in: Vec<Vec<String>> = state
        .consoles
        .iter()
        .filter_map(|(id, client)| {
            let rep = state.rep(*id)?;
            Some(vec![
                rep.username.clone(),
                rep.private_display_name.clone(),
                rep.status.clone(),
                iso(client.since_s),
                client.hostname.clone(),
            ])
        })
        .collect();
    let sessions: Vec<Vec<String>> = state
        .running()
        .map(|session| {
            let customer = session.customer.as_ref().map_or_else(|| "-".to_owned(), |customer| customer.name.clone());
            let reps: Vec<String> = session.representatives.iter().map(|id| name(*id)).collect();
            let key = session.attributes.get("external_key").cloned().unwrap_or_default();
            vec![session.lsid.clone(), customer, queue(session.queue), reps.join(", "), key]
        })
        .collect();
    let keys: Vec<Vec<String>> = state
        .keys
        .iter()
        .rev()
        .map(|key| {
            let standing = match () {
                () if key.used => "used",
                () if key.expires_s <= now_s => "expired",
                () => "open",
            };
            let number = key.attributes.get("external_key").cloned().unwrap_or_default();
            vec![key.short_key.clone(), queue(key.queue), number, iso(key.expires_s), standing.to_owned()]
        })
        .collect();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta http-equiv="refresh" content="5";
                title { "Emulator of " (state.site.company_name) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                h1 { "Emulator of " (state.site.company_name) }
                p { "API version " (state.site.api_version) ", " (iso(now_s)) ". The page renews itself." }
                (table("Representatives who are logged in", &["username", "name", "status", "since", "host"], &logged_in))
                (table("Sessions that run", &["lsid", "customer", "queue", "representatives", "external key"], &sessions))
                (table("Session keys", &["key", "queue", "external key", "expires", "standing"], &keys))
                (last_visits(visits))
            }
        }
    }
}

fn table(title: &str, columns: &[&str], rows: &[Vec<String>]) -> Markup {
    html! {
        h2 { (title) " (" (rows.len()) ")" }
        table {
            thead { tr { @for column in columns { th scope="col" { (column) } } } }
            tbody { @for row in rows.iter().take(ROWS_MAX) { tr { @for cell in row { td { (cell) } } } } }
        }
    }
}

fn last_visits(visits: &[Visit]) -> Markup {
    let none = "-".to_owned();
    html! {
        h2 { "Last requests" }
        table {
            thead { tr { @for column in ["time", "request", "account", "status", "rule that it broke"] { th scope="col" { (column) } } } }
            tbody {
                @for visit in visits {
                    tr {
                        td { (iso(visit.at_ms.div_euclid(1_000))) }
                        td { code { (visit.method) " " (visit.path) } " " (visit.what.clone().unwrap_or_default()) }
                        td { (visit.account.as_ref().unwrap_or(&none)) }
                        td { (visit.status) }
                        td class=(if visit.refused.is_some() { "no" } else { "" }) {
                            @if let Some((rule, message)) = &visit.refused {
                                (rule.code) " (" (rule.section)
                                @if rule.page > 0 { ", p. " (rule.page) }
                                "): " (message)
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Lab, body, request};
    use super::STATUS_PATH;

    #[test]
    fn the_page_shows_who_is_there_and_who_came_and_is_there_only_where_it_is_asked_for() {
        let lab = Lab::new();
        let page = || lab.emulator.handle(&request("GET", STATUS_PATH, &[], ""));
        assert_eq!(page().status, 404);
        lab.emulator.show_itself();
        lab.get("action=generate_session_key&type=support&queue_id=general&session.custom.external_key=%3Cscript%3Ealert(1)%3C/script%3E");
        lab.get("action=%3Cscript%3Ealert(2)%3C/script%3E");
        lab.send("touchmark-deny", "GET", "action=get_appliances");
        let answer = page();
        let text = body(&answer);
        assert_eq!(answer.status, 200);
        assert!(!text.contains("<script"), "{text}");
        for part in [
            "Representatives who are logged in (",
            "Session keys (",
            "<td>general</td>",
            "<td>open</td>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "&lt;script&gt;alert(2)&lt;/script&gt;",
            "permission (API Command: get_api_info, p. 50): ",
            "touchmark-deny",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(
            answer.headers.iter().any(|(name, value)| name == "Content-Security-Policy" && value.contains("'none'"))
        );
        assert!(!text.contains("-secret"), "{text}");
    }
}
