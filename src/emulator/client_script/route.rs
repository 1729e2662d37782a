//! From a request to a script: method, token, client type, operation, action.
//!
//! In: a request to `/api/client_script`. Out: an [`Answer`]: a file to download for the representative
//! console, a page or a redirect for the web console, or an error.

use super::super::answer::{Answer, Body};
use super::super::appliance::{Emulator, Inner};
use super::super::command::parameters::{Given, Parameter, Reader, Shape, required};
use super::super::command::{self, Refusal};
use super::super::http::{Pairs, Request};
use super::super::site::Site;
use super::super::xml::Kind;
use super::file::{line, script};
use super::{Asked, Command, GENERAL, action};

/// The parameters of every request (p. 53).
pub(crate) const PARAMETERS: &[Parameter] = &[
    required("type", Shape::Word(&["rep", "web_console"])),
    required("operation", Shape::Word(&["generate", "execute"])),
];

impl Emulator {
    /// GET or POST /api/client_script.
    pub(in super::super) fn client_script(&self, inner: &mut Inner, request: &Request, now_ms: i64) -> Answer {
        let get_refused = request.method == "GET" && self.defects.has(GENERAL, "get-refused");
        if get_refused || !matches!(request.method.as_str(), "GET" | "POST" | "HEAD") {
            return Answer::text(GENERAL, 405, "Use GET.\n").header("Allow", "GET, POST", Kind::Text);
        }
        let entered = match self.enter(inner, request, now_ms) {
            Ok((_, remaining)) => Some(remaining),
            Err(answer)
                if self.readings.is("client-script-auth", "token") || request.header("authorization").is_some() =>
            {
                return *answer;
            }
            Err(_) => None,
        };
        let answer = self.make_script(&inner.state.site, request);
        match entered {
            Some(remaining) => remaining.head(answer),
            None => answer,
        }
    }

    fn make_script(&self, site: &Site, request: &Request) -> Answer {
        let pairs = match request.pairs(GENERAL, self.readings.is("multipart", "accepted"), &self.defects) {
            Ok(pairs) => pairs,
            Err(message) => return self.script_refused(request, &message),
        };
        match self.scripted(site, request, &pairs) {
            Ok(answer) => answer,
            Err(Refusal::Error(message)) => self.script_refused(request, &message),
            // A defect: a script that only logs in.
            Err(Refusal::Hollow) => {
                let login = Command { action: "login".to_owned(), parameters: Vec::new() };
                self.script_file(site, GENERAL, login)
            }
        }
    }

    fn scripted(&self, site: &Site, request: &Request, pairs: &Pairs) -> Result<Answer, Refusal> {
        let reader = |kind| Reader { kind, prefix: "", pairs, readings: &self.readings, defects: &self.defects };
        let general = |what: &str| self.defects.has(GENERAL, what);
        let given: Given = reader(GENERAL).read(PARAMETERS)?;
        let name = reader(GENERAL).pick("action")?.filter(|name| !name.is_empty());
        let Some(name) = name else {
            let accepted = general("missing-action-accepted");
            return Err(if accepted { Refusal::Hollow } else { Refusal::error("The parameter action is missing") });
        };
        let known = action(&name, &self.readings);
        let Some(action) = known.filter(|action| !self.defects.has_of_family(action.kind, "unknown-action")) else {
            let accepted = known.is_none() && general("unknown-action-accepted");
            let refusal = Refusal::error(format!("There is no action {name}"));
            return Err(if accepted { Refusal::Hollow } else { refusal });
        };
        let console = given.must("type");
        let fits = (console == "rep") == (given.must("operation") == "generate");
        if !fits && self.readings.is("web-console-pairs", "refused") {
            return Err(Refusal::error(format!("A {console} cannot {}", given.must("operation"))));
        }
        let asked = Asked { action, reader: reader(action.kind) };
        let command = super::command(&asked, site)?;
        if console == "rep" {
            let mut answer = self.script_file(site, action.kind, command);
            let (both, login) = (general("both-actions-in-one-file"), general("login-beside-another-action"));
            append_actions(&mut answer, pairs, |other| other != name && (both || (login && other == "login")));
            return Ok(answer);
        }
        if !action.web_console && !general("web-console-runs-everything") {
            return Err(Refusal::error(format!("The web console cannot {name}")));
        }
        if asked.broken("web-console-refused") {
            return Err(Refusal::error(format!("The web console cannot {name}")));
        }
        if general("web-console-gets-a-file") {
            return Ok(self.script_file(site, action.kind, command));
        }
        Ok(self.web_console(request, action.kind, &command))
    }

    /// A script to download; its name ends in the name of the site (p. 52).
    fn script_file(&self, site: &Site, kind: &str, command: Command) -> Answer {
        let company = site.company_name.to_lowercase();
        let company: String = company.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect();
        let ending = if self.defects.has(GENERAL, "file-name-without-site") { "brcs" } else { "brcs-" };
        let company = if ending == "brcs" { "" } else { company.as_str() };
        let disposition = format!("attachment; filename=\"{}.{ending}{company}\"", command.action);
        let text = script(command, &self.readings, &self.defects);
        let body = match () {
            () if self.defects.has(GENERAL, "file-empty") => Body::Empty,
            () if self.defects.has(GENERAL, "file-as-page") => {
                let text = format!("<!DOCTYPE html>\n<html><body><pre>{text}</pre></body></html>\n");
                Body::Text { media: "text/html; charset=UTF-8", text }
            }
            () => Body::Raw { media: "application/octet-stream".to_owned(), bytes: text.into_bytes() },
        };
        Answer::new(kind, 200, body).header("Content-Disposition", disposition, Kind::Text)
    }

    /// What the web console does with a command: a page that opens it, or the way there.
    fn web_console(&self, request: &Request, kind: &str, command: &Command) -> Answer {
        let target = format!("/console?{}", line(command, &self.defects));
        if self.readings.is("web-console-answer", "redirect") {
            let location = format!("https://{}{target}", self.host(request));
            return Answer::new(kind, 302, Body::Empty).header("Location", location, Kind::Text);
        }
        let target = target.replace('&', "&amp;");
        let text = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Web console</title></head>\n\
             <body><a href=\"{target}\">Continue in the web console</a></body></html>\n"
        );
        Answer::new(kind, 200, Body::Text { media: "text/html; charset=UTF-8", text })
    }

    /// A refusal. The guide does not say how that looks.
    fn script_refused(&self, request: &Request, message: &str) -> Answer {
        match self.readings.of("client-script-refusal") {
            "bad_request" => Answer::text(GENERAL, 400, &format!("{message}\n")),
            _ => self.xml(request, GENERAL, command::error(None, message, &self.readings)),
        }
    }
}

/// Defects: other actions of the request go into the file too.
fn append_actions(answer: &mut Answer, pairs: &Pairs, goes_in: impl Fn(&str) -> bool) {
    let Body::Raw { bytes, .. } = &mut answer.body else { return };
    for (_, other) in pairs.iter().filter(|(key, other)| key == "action" && goes_in(other)) {
        bytes.extend_from_slice(format!("\naction={}", super::file::encode(other)).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{Lab, body, header, is_error, request};

    const REP: &str = "type=rep&operation=generate&action=";

    fn ask(lab: &Lab, query: &str) -> String {
        body(&lab.emulator.handle(&request("GET", &format!("/api/client_script?{query}"), &[], "")))
    }

    #[test]
    fn the_printed_examples_make_scripts() {
        let lab = Lab::new();
        let examples = [
            "login&mechanism=username_password&username=username&password=password",
            "generate_session_key",
            "generate_session_key&public_portal_hostname=support.example.com",
            "push_and_start_local&hostname=ABCDEF02",
            "push_and_start_remote&target=ABCDEF02&jumpoint=Network01",
            "start_jump_item_session&client.hostname=ABCDEF02",
            "start_jump_item_session&client.comments=maintenance&client.tag=server",
            "start_rdp_session&target=ABCDEF02&jumpoint=Network01&username=jsmith&display_size=1024x768&quality=quality&console=yes",
            "start_vnc_session&target=ABCDEF02&jumpoint=Network01",
            "start_shell_jump_session&target=ABCDEF02&jumpoint=Network01&username=jsmith&protocol=telnet&port=40&terminal=vt100",
            "start_vpro_session&target=ABCDEF02&jumpoint=Network01",
            "start_pinned_client_session&search_string=ABCDEFG02",
        ];
        for example in examples {
            let file = ask(&lab, &format!("{REP}{example}"));
            let lines: Vec<&str> = file.split('\n').collect();
            assert_eq!((lines[0], lines[lines.len() - 1]), ("BRCS1.0", "action=delete_script_file"), "{file}");
            assert!(lines[1].starts_with("action=login"), "{file}");
            assert!(lines.contains(&format!("action={example}").as_str()), "{example} in {file}");
        }
    }

    #[test]
    fn values_are_percent_encoded_and_custom_fields_come_last() {
        let lab = Lab::new();
        let custom = "session.custom.external_key=%C3%A9+%2B&session.custom.custom_field1=Custom%20Value";
        let file = ask(&lab, &format!("{REP}push_and_start_local&hostname=a%26b&{custom}"));
        let expected = "action=push_and_start_local&hostname=a%26b&session.custom.external_key=%C3%A9%20%2B\
                        &session.custom.custom_field1=Custom%20Value";
        assert_eq!(file, format!("BRCS1.0\naction=login\n{expected}\naction=delete_script_file"));
    }

    #[test]
    fn a_script_is_a_download_named_after_the_site() {
        let target = format!("/api/client_script?{REP}generate_session_key");
        let answer = Lab::new().emulator.handle(&request("GET", &target, &[], ""));
        assert_eq!(
            header(&answer, "Content-Disposition"),
            Some("attachment; filename=\"generate_session_key.brcs-example\"")
        );
        assert_eq!(header(&answer, "Content-Type"), Some("application/octet-stream"));
    }

    #[test]
    fn what_is_wrong_is_refused() {
        let lab = Lab::new();
        let long = "x".repeat(256);
        let bad = [
            "operation=generate&action=generate_session_key".to_owned(),
            "type=rep&action=generate_session_key".into(),
            "type=rep&operation=generate".into(),
            "type=rep&operation=execute&action=generate_session_key".into(),
            "type=web_console&operation=generate&action=generate_session_key".into(),
            "type=web_console&operation=execute&action=push_and_start_local&hostname=a".into(),
            "type=presentation&operation=generate&action=generate_session_key".into(),
            format!("{REP}nothing"),
            format!("{REP}delete_script_file"),
            format!("{REP}login&username=a&password=b"),
            format!("{REP}login&mechanism=saml&username=a&password=b"),
            format!("{REP}push_and_start_local"),
            format!("{REP}push_and_start_local&hostname={long}"),
            format!("{REP}push_and_start_remote&jumpoint=a"),
            format!("{REP}start_vpro_session&target=a"),
            format!("{REP}start_jump_item_session"),
            format!("{REP}start_jump_item_session&client.tag=a&jump.method=vpro"),
            format!("{REP}start_rdp_session&target=a&display_size=1024"),
            format!("{REP}start_rdp_session&target=a&quality=best"),
            format!("{REP}start_rdp_session&target=a&console=1"),
            format!("{REP}start_vnc_session&target=a&port=x"),
            format!("{REP}start_shell_jump_session&target=a&terminal=vt220"),
            format!("{REP}generate_session_key&session.custom.custom_field1={}", "x".repeat(1025)),
        ];
        for query in bad {
            assert!(is_error(&ask(&lab, &query)), "{query}");
        }
        assert!(ask(&lab, &format!("{REP}push_and_start_local&hostname={}", &long[1..])).starts_with("BRCS1.0\n"));
    }

    #[test]
    fn the_web_console_gets_a_page_or_is_sent_on() {
        let query = "type=web_console&operation=execute&action=start_jump_item_session&client.tag=a%20b";
        let page = ask(&Lab::new(), query);
        assert!(page.contains("/console?action=start_jump_item_session&amp;client.tag=a%20b\""), "{page}");
        let lab = Lab::reading(&["web-console-answer=redirect"]);
        let answer = lab.emulator.handle(&request("GET", &format!("/api/client_script?{query}"), &[], ""));
        assert_eq!(answer.status, 302);
        let location = header(&answer, "Location").expect("a location");
        assert!(location.starts_with("https://support.example.com/console?action=start_jump_item_session&"));
    }

    #[test]
    fn a_token_is_needed_where_that_is_the_reading_and_must_be_good_in_any_case() {
        let target = format!("/api/client_script?{REP}login");
        let bad = request("GET", &target, &[("authorization", "Bearer bad")], "");
        assert_eq!(Lab::new().emulator.handle(&bad).status, 401);
        let lab = Lab::reading(&["client-script-auth=token"]);
        assert_eq!(lab.emulator.handle(&request("GET", &target, &[], "")).status, 401);
        let bearer = format!("Bearer {}", lab.token("touchmark-deny"));
        let answer = lab.emulator.handle(&request("GET", &target, &[("authorization", &bearer)], ""));
        assert_eq!(body(&answer), "BRCS1.0\naction=login\naction=delete_script_file");
    }
}
