//! From a request to a client: `/api/start_session` and `/api/start_session.js`, both open to everybody.
//!
//! In: a request of a customer's browser. Out: an [`Answer`]: a client to download, a page, the script, or an
//! error without either.

use super::super::answer::{Answer, Body};
use super::super::appliance::{Emulator, Inner};
use super::super::command::parameters::{Given, Reader};
use super::super::command::{self, Refusal};
use super::super::http::Request;
use super::super::xml::Kind;
use super::{Asked, KIND, Started, script, start_session};

const HTML: &str = "text/html; charset=UTF-8";

impl Emulator {
    /// GET or POST /api/start_session.
    pub(in super::super) fn start_session(&self, inner: &mut Inner, request: &Request, now_ms: i64) -> Answer {
        let broken = |what: &str| self.defects.has(KIND, what);
        let refused = match request.method.as_str() {
            "GET" => broken("get-refused"),
            "POST" => broken("post-refused"),
            _ => true,
        };
        if refused {
            return Answer::text(KIND, 405, "Use GET or POST.\n").header("Allow", "GET, POST", Kind::Text);
        }
        if broken("token-needed")
            && let Err(answer) = self.enter(inner, request, now_ms)
        {
            return *answer;
        }
        // `body-not-read` is a defect of reading the pairs.
        let pairs = match request.pairs(KIND, self.readings.is("multipart", "accepted"), &self.defects) {
            Ok(pairs) => pairs,
            Err(message) => return self.start_refused(request, &message),
        };
        let key_only = request.method == "POST" && self.readings.is("form-post-parity", "refused");
        if key_only && !pairs.iter().any(|(name, _)| name == "short_key") {
            return self.start_refused(request, "Only a session key can be posted");
        }
        let reader = Reader { kind: KIND, prefix: "", pairs: &pairs, readings: &self.readings, defects: &self.defects };
        let (host, now_s) = (self.host(request), now_ms.div_euclid(1000));
        let mut asked = Asked { reader, given: Given::default(), host, now_s };
        let started = start_session(&mut inner.state, &mut asked);
        inner.state.follow(now_s);
        match started {
            Ok(started) => self.client(&asked, &started),
            Err(Refusal::Error(message)) if broken("refusal-with-a-client") => {
                self.client(&asked, &Started { lsid: message, language: String::new() })
            }
            Err(Refusal::Error(message)) => self.start_refused(request, &message),
            Err(Refusal::Hollow) => self.client(&asked, &Started { lsid: "0".repeat(32), language: String::new() }),
        }
    }

    /// The way into a session that was started: a chat page, or the customer client.
    fn client(&self, asked: &Asked<'_>, started: &Started) -> Answer {
        let chat = asked.flag("c2cjs") && !asked.broken("c2cjs/without-effect");
        if asked.broken("answer-empty") {
            return Answer::new(KIND, 200, Body::Empty);
        }
        if chat {
            return page(&started.language, "Chat", &chat_body(asked, started));
        }
        let platform = asked.text("platform").unwrap_or("winNT-64");
        let name = format!("support-{platform}.exe");
        if self.readings.is("start-session-response", "page") {
            let target = format!("/download_client_connector?session={}&amp;platform={platform}", started.lsid);
            let body = format!("<p>Your download begins. If it does not, <a href=\"{target}\">{name}</a>.</p>");
            return page(&started.language, "Support", &body);
        }
        let bytes = format!("MZ\u{0}\u{0}{platform} customer client of session {}\n", started.lsid).into_bytes();
        let shifted = asked.given.integer("timezone_offset").is_some() && asked.broken("timezone_offset/with-effect");
        let status = if shifted { 202 } else { 200 };
        Answer::new(KIND, status, Body::Raw { media: "application/octet-stream".to_owned(), bytes }).header(
            "Content-Disposition",
            format!("attachment; filename=\"{name}\""),
            Kind::Text,
        )
    }

    /// A refusal: no client, in whatever form.
    fn start_refused(&self, request: &Request, message: &str) -> Answer {
        let status = match self.readings.of("start-session-refusal") {
            "xml_error" => return self.xml(request, KIND, command::error(None, message, &self.readings)),
            "page_400" => 400,
            _ => 404,
        };
        let mut answer = page("en-us", "Support", &format!("<p>{}.</p>", escaped(message)));
        answer.status = status;
        answer
    }

    /// GET /api/start_session.js.
    pub(in super::super) fn start_session_js(&self, inner: &mut Inner, request: &Request, now_ms: i64) -> Answer {
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return Answer::text(script::KIND, 405, "Use GET.\n").header("Allow", "GET, HEAD", Kind::Text);
        }
        if self.defects.has(script::KIND, "token-needed")
            && let Err(answer) = self.enter(inner, request, now_ms)
        {
            return *answer;
        }
        script::answer(&self.readings, &self.defects)
    }
}

fn chat_body(asked: &Asked<'_>, started: &Started) -> String {
    let chat_locale = asked.text("chat_locale").map(|code| format!(" data-chat-locale=\"{}\"", escaped(code)));
    let (lsid, chat_locale) = (&started.lsid, chat_locale.unwrap_or_default());
    format!("<main id=\"chat\" data-session=\"{}\"{chat_locale}>One moment, please.</main>", escaped(lsid))
}

fn page(language: &str, title: &str, body: &str) -> Answer {
    let language = if language.is_empty() { "en-us" } else { language };
    let text = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body>{body}</body></html>\n"
    );
    Answer::new(KIND, 200, Body::Text { media: HTML, text })
}

/// Text that is safe inside a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
