//! What is noted of a request: who asked for what, and which rule was broken.
//!
//! In: a request and its answer, before defects. Out: a [`Visit`]. No secret is in it: of a request it has the method, the path and the name of
//! what was asked for.

use super::answer::{Answer, Body};
use super::appliance::Emulator;
use super::http::Request;
use super::rules::{Rule, rule};
use super::status_page::STATUS_PATH;
use super::switches::ActiveDefects;
use super::visits::Visit;
use super::xml::Element;

/// The most characters of a text of a request or of a message.
const TEXT_MAX: usize = 160;

impl Emulator {
    /// Keeps the last visits from now on, and has a page that shows them at [`STATUS_PATH`].
    pub fn show_itself(&self) {
        self.visits.turn_on();
    }

    /// Has somebody hear of each visit.
    pub fn on_visit(&self, listener: impl Fn(&Visit) + Send + Sync + 'static) {
        self.show_itself();
        self.visits.listen(Box::new(listener));
    }

    /// Whether visits are kept.
    pub(super) fn shows_itself(&self) -> bool {
        self.visits.are_kept()
    }

    /// Notes a request that was answered.
    pub(super) fn note_visit(&self, request: &Request, answer: &Answer) {
        if !self.shows_itself() || request.path() == STATUS_PATH {
            return;
        }
        let none = ActiveDefects::default();
        let pairs = request.pairs("command/general", false, &none).unwrap_or_default();
        let what = pairs.into_iter().find(|(name, _)| name == "action" || name == "generate_report");
        let token = request.header("authorization").and_then(|value| value.trim().split_once(' '));
        let now_ms = self.clock.now_ms();
        let account = token.and_then(|(_, token)| {
            let mut inner = self.inner();
            let index = inner.door.bearer(token, now_ms, &none).ok()?;
            Some(inner.door.account(index).client_id.clone())
        });
        let message = refusal(answer);
        self.visits.keep(Visit {
            at_ms: now_ms,
            method: short(&request.method),
            path: short(request.path()),
            what: what.map(|(_, value)| short(&value)),
            account,
            status: answer.status,
            refused: message.map(|message| (rule(&answer.kind, answer.status, &message), short(&message))),
        });
    }

    /// Notes a request that was no HTTP.
    pub(super) fn note_stranger(&self, status: u16, reason: &str) {
        if !self.shows_itself() {
            return;
        }
        self.visits.keep(Visit {
            at_ms: self.clock.now_ms(),
            method: "-".to_owned(),
            path: "-".to_owned(),
            what: None,
            account: None,
            status,
            refused: Some((Rule { code: "http", section: "RFC 9110 and 9112", page: 0 }, short(reason))),
        });
    }
}

/// What an answer says where it is a refusal.
fn refusal(answer: &Answer) -> Option<String> {
    match &answer.body {
        Body::Xml { root, .. } => error_of(root).map(|error| error.text.clone()),
        _ if answer.status < 400 => None,
        Body::Text { text, .. } => Some(text.clone()),
        Body::Json(members) => {
            let said = ["error_description", "message", "error"];
            let text = said.iter().find_map(|name| members.iter().find(|member| member.name == *name)?.value.as_str());
            Some(text.unwrap_or_default().to_owned())
        }
        Body::Empty | Body::Raw { .. } => Some(String::new()),
    }
}

/// The element that says what is wrong: the root, or right below it.
fn error_of(root: &Element) -> Option<&Element> {
    let is_error = |element: &&Element| element.name == "error";
    Some(root).filter(is_error).or_else(|| root.children.iter().find(is_error))
}

/// A text on one line, cut to a length that can be read.
fn short(text: &str) -> String {
    let visible = |c: char| if c.is_control() { '·' } else { c };
    text.trim().chars().take(TEXT_MAX).map(visible).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Lab, request};
    use super::super::visits::KEPT_MAX;

    #[test]
    fn a_visit_says_who_asked_for_what_and_which_rule_was_broken() {
        let lab = Lab::new();
        lab.get("action=get_api_info");
        assert_eq!(lab.emulator.visits.last(), [], "nothing is kept unless that is asked for");
        lab.emulator.show_itself();
        lab.get("action=get_api_info");
        lab.get("action=set_rep_status&rep_id=x\r\ny&code_name=away");
        lab.get("action=nothing");
        lab.send("touchmark-deny", "GET", "action=get_appliances");
        lab.emulator.handle(&request("GET", "/api/command?action=get_api_info&client_secret=hunter2", &[], ""));
        lab.emulator.handle(&request("GET", "/nowhere\u{1b}[31m", &[], ""));
        let said: Vec<String> = lab.emulator.visits.last().iter().map(ToString::to_string).collect();
        for part in [
            "GET /api/command get_api_info touchmark 200",
            "GET /api/command set_rep_status touchmark 200 refused: parameters (API Command: set_rep_status, p. 14): ",
            "GET /api/command nothing touchmark 200 refused: request (Remote Support Command API, p. 10): There is no action nothing",
            "GET /api/command get_appliances touchmark-deny 403 refused: permission (API Command: get_api_info, p. 50): ",
            "GET /api/command get_api_info - 401 refused: token (Authenticate to the Remote Support API, p. 7): ",
            "GET /nowhere·[31m - - 404 refused: path (Remote Support Command API, p. 10): Document Not Found",
        ] {
            assert!(said.iter().any(|line| line.contains(part)), "{part}\n{}", said.join("\n"));
        }
        assert!(!said.iter().any(|line| line.contains("hunter2") || line.contains('\r')), "{said:?}");
        (0..300).for_each(|_| _ = lab.get("action=get_api_info"));
        assert_eq!(lab.emulator.visits.last().len(), KEPT_MAX);
    }
}
