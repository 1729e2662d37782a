//! From a path to its answer: the token endpoint, the command and reporting APIs, their schemas, the health check.
//!
//! In: a request. Out: an [`Answer`], before defects of its structure. Everything else is not found.

use super::answer::{Answer, Body, VENDOR_NAMESPACE};
use super::appliance::{Emulator, Inner};
use super::auth::{Access, Powers, Remaining, Reports, Stranger, access_denied};
use super::command::{self, Action, Asked, Needs, appliances, parameters::Reader};
use super::http::{BODY_BYTES_MAX, Request};
use super::schema;
use super::status_page::STATUS_PATH;
use super::xml::{Element, Kind};

const GENERAL: &str = "command/general";

impl Emulator {
    /// The answer of a request as a tree.
    pub(crate) fn answer(&self, request: &Request) -> Answer {
        if request.body.len() > BODY_BYTES_MAX {
            return Answer::text(GENERAL, 413, "The body is larger than 1 MiB.\n");
        }
        let now_ms = self.clock.now_ms();
        let mut inner = self.inner();
        let aliases = self.readings.is("ns-alias", "available");
        match request.path() {
            "/oauth2/token" => inner.door.token(request, now_ms, &self.readings, &self.defects),
            "/api/command" => self.command(&mut inner, request, now_ms),
            "/api/command.ns" if aliases => self.command(&mut inner, request, now_ms),
            "/api/command.xsd" => self.schema(&mut inner, request, now_ms),
            "/api/reporting" => self.reporting(&mut inner, request, now_ms),
            "/api/reporting.ns" if aliases => self.reporting(&mut inner, request, now_ms),
            "/api/reporting.xsd" => self.reporting_schema(&mut inner, request, now_ms),
            "/api/client_script" => self.client_script(&mut inner, request, now_ms),
            "/api/client_script.ns" if aliases => self.client_script(&mut inner, request, now_ms),
            "/api/backup" => self.backup(&mut inner, request, now_ms),
            "/api/backup.ns" if aliases => self.backup(&mut inner, request, now_ms),
            "/api/start_session" => self.start_session(&mut inner, request, now_ms),
            "/api/start_session.ns" if aliases => self.start_session(&mut inner, request, now_ms),
            "/api/state.js" => self.state_js(&mut inner, request, now_ms),
            "/api/start_session.js" => self.start_session_js(&mut inner, request, now_ms),
            path if path.starts_with("/api/config/") => self.configuration(&mut inner, request, now_ms),
            "/get_mech_list" => mech_list(request, &inner.state.site.company_name),
            "/check_health" => self.check_health(&mut inner, request, now_ms),
            STATUS_PATH if self.shows_itself() => self.status_page(&inner, now_ms),
            _ => Answer::text(GENERAL, 404, "Document Not Found\n"),
        }
    }

    /// Lets a request in: its account, and what remains of the account's rate.
    pub(super) fn enter(
        &self,
        inner: &mut Inner,
        request: &Request,
        now_ms: i64,
    ) -> Result<(usize, Remaining), Box<Answer>> {
        let account = inner.door.identify(request, now_ms, &self.defects).map_err(|stranger| {
            let topic = if stranger == Stranger::NoToken { "missing-token-status" } else { "auth-error-status" };
            Box::new(access_denied(self.readings.status(topic), &self.defects))
        })?;
        let counted = inner.door.count(account, &request.method, now_ms, &self.defects);
        counted.map(|remaining| (account, remaining)).map_err(|remaining| {
            let status = self.readings.status("rate-limit-status");
            Box::new(remaining.head(Answer::text("auth/rate_limit", status, "Too many requests.\n")))
        })
    }

    fn command(&self, inner: &mut Inner, request: &Request, now_ms: i64) -> Answer {
        if !matches!(request.method.as_str(), "GET" | "POST" | "HEAD") {
            return Answer::text(GENERAL, 405, "Use GET or POST.\n").header("Allow", "GET, POST", Kind::Text);
        }
        let (account, remaining) = match self.enter(inner, request, now_ms) {
            Ok(entered) => entered,
            Err(answer) => return *answer,
        };
        remaining.head(self.run(inner, request, account, now_ms))
    }

    fn run(&self, inner: &mut Inner, request: &Request, account: usize, now_ms: i64) -> Answer {
        let (readings, defects) = (&self.readings, &self.defects);
        let fail = |message: &str| self.xml(request, GENERAL, command::error(None, message, readings));
        if request.method == "POST" && request.media() == "multipart/form-data" && readings.is("multipart", "refused") {
            return fail("Multipart requests are not supported");
        }
        let pairs = match request.pairs(GENERAL, readings.is("multipart", "accepted"), defects) {
            Ok(pairs) => pairs,
            Err(message) => return fail(&message),
        };
        let named = Reader { kind: GENERAL, prefix: "", pairs: &pairs, readings, defects }.pick("action");
        let account = inner.door.account(account).clone();
        let action = match &named {
            Ok(Some(name)) => command::action(name, readings),
            _ => None,
        };
        if !self.permitted(action, account.command) {
            return self.denied(GENERAL, fail);
        }
        let Some(action) = action else {
            let (what, message) = match named {
                Ok(Some(name)) => ("unknown-action-accepted", format!("There is no action {name}")),
                Ok(None) => ("missing-action-accepted", "The parameter action is missing".to_owned()),
                Err(_) => ("unknown-action-accepted", "The parameter action is given more than once".to_owned()),
            };
            if defects.has(GENERAL, what) {
                return self.xml(request, GENERAL, super::xml::leaf("success", "1", Kind::Text).own());
            }
            return fail(&message);
        };
        let kind = format!("command/{}", action.name);
        let refused = match request.method.as_str() {
            "POST" => defects.has(&kind, "post-refused"),
            _ => defects.has(&kind, "get-refused"),
        };
        if refused {
            return Answer::text(&kind, 405, "Use another method.\n").header("Allow", "GET, POST", Kind::Text);
        }
        if defects.has_of_family(&kind, "unknown-action") {
            return fail(&format!("There is no action {}", action.name));
        }
        let now_s = now_ms.div_euclid(1000);
        let (access, reports, powers) = (account.command, account.reports, account.powers);
        let account = account.client_id.as_str();
        let asked = Asked { pairs: &pairs, account, access, reports, powers, now_s, readings, defects };
        match command::perform(&mut inner.state, action, &asked) {
            Some(root) => self.xml(request, &kind, root),
            None => Answer::new(&kind, 200, Body::Empty),
        }
    }

    /// Whether an account may run an action, or the command API at all where the action is unknown.
    fn permitted(&self, action: Option<&Action>, access: Access) -> bool {
        let broken = |what: &str| {
            action.is_some_and(|action| self.defects.has_of_family(&format!("command/{}", action.name), what))
        };
        let by_guide = match (access, action.map(|action| action.needs)) {
            (Access::Deny, _) => return broken("deny-accepted"),
            (Access::ReadOnly, Some(Needs::Full)) => return broken("read-only-accepted"),
            _ => true,
        };
        by_guide && !(access == Access::ReadOnly && broken("read-only-refused"))
    }

    /// A valid token without the permission. The guide does not say how that looks (p. 163 hints at a 404).
    pub(super) fn denied(&self, kind: &str, xml_error: impl FnOnce(&str) -> Answer) -> Answer {
        match self.readings.of("permission-denied-shape") {
            "xml_error" => xml_error("The API account is not permitted to do that"),
            "not_found" => Answer::text(kind, 404, "Document Not Found\n"),
            _ => access_denied(403, &self.defects),
        }
    }

    pub(super) fn xml(&self, request: &Request, kind: &str, root: Element) -> Answer {
        Answer::new(kind, 200, Body::Xml { root, namespace: self.namespace(request) })
    }

    /// The namespace of answers: the vendor's, or the target's own (p. 10).
    fn namespace(&self, request: &Request) -> String {
        match self.readings.of("command-namespace") {
            "own_host" => self.own_namespace(request, "command"),
            "older" => "http://www.bomgar.com/namespaces/API/command".to_owned(),
            _ => VENDOR_NAMESPACE.to_owned(),
        }
    }

    /// The namespace of an API on the target's own host.
    pub(super) fn own_namespace(&self, request: &Request, api: &str) -> String {
        format!("https://{}/namespaces/API/{api}", self.host(request))
    }

    /// The host that a request was sent to.
    pub(super) fn host<'a>(&'a self, request: &'a Request) -> &'a str {
        request.header("host").map(without_port).filter(|host| !host.is_empty()).unwrap_or(&self.hostname)
    }

    fn schema(&self, inner: &mut Inner, request: &Request, now_ms: i64) -> Answer {
        self.schema_for(inner, request, now_ms, "command/schema", || {
            schema::answer("command/schema", schema::COMMAND, &self.namespace(request), &self.defects)
        })
    }

    /// A schema, for whoever may read it.
    pub(super) fn schema_for(
        &self,
        inner: &mut Inner,
        request: &Request,
        now_ms: i64,
        kind: &str,
        answer: impl FnOnce() -> Answer,
    ) -> Answer {
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return Answer::text(kind, 405, "Use GET.\n").header("Allow", "GET", Kind::Text);
        }
        let entered = match self.enter(inner, request, now_ms) {
            Ok((_, remaining)) => Some(remaining),
            Err(answer) if self.readings.is("xsd-auth", "token") || request.header("authorization").is_some() => {
                return *answer;
            }
            Err(_) => None,
        };
        match entered {
            Some(remaining) => remaining.head(answer()),
            None => answer(),
        }
    }

    fn check_health(&self, inner: &mut Inner, request: &Request, now_ms: i64) -> Answer {
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return Answer::text("command/check_health_http", 405, "Use GET.\n").header("Allow", "GET", Kind::Text);
        }
        if self.readings.is("check-health-http-auth", "token")
            && let Err(answer) = self.enter(inner, request, now_ms)
        {
            return *answer;
        }
        if self.defects.has("command/check_health_http", "answer-of-the-command") {
            return self.health_as_xml(inner, request, now_ms.div_euclid(1000));
        }
        appliances::http_check(&inner.state, &self.defects)
    }

    /// A defect: what only an account may know.
    fn health_as_xml(&self, inner: &mut Inner, request: &Request, now_s: i64) -> Answer {
        let (kind, pairs, readings, defects) = ("command/check_health_http", Vec::new(), &self.readings, &self.defects);
        let (access, reports, powers) = (Access::ReadOnly, Reports::NONE, Powers::NONE);
        let asked = Asked { pairs: &pairs, account: "", access, reports, powers, now_s, readings, defects };
        let action = command::action("check_health", readings);
        match action.and_then(|action| command::perform(&mut inner.state, action, &asked)) {
            Some(root) => self.xml(request, kind, root),
            None => Answer::new(kind, 200, Body::Empty),
        }
    }
}

/// The name of a Host header; an IPv6 address keeps its brackets.
fn without_port(host: &str) -> &str {
    match host.rfind(':') {
        Some(colon) if !host[colon..].contains(']') => &host[..colon],
        _ => host,
    }
}

/// How one may log in, and to what: not in the guide, and asked for by tools that want to know what they speak to. No token is needed.
fn mech_list(request: &Request, company: &str) -> Answer {
    const KIND: &str = "mech_list";
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return Answer::text(KIND, 405, "Use GET.\n").header("Allow", "GET, HEAD", Kind::Text);
    }
    if !request.query().split('&').any(|pair| pair == "version=3") {
        return Answer::text(KIND, 404, "Document Not Found\n");
    }
    let text = serde_json::json!({
        "mechs": ["local"], "default_mech": "local", "company": company, "product": "ingredi"
    });
    Answer::new(KIND, 200, Body::Text { media: "application/json", text: text.to_string() })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Lab, body, is_error, request};
    use super::super::{Config, Emulator};
    use super::without_port;

    #[test]
    fn get_and_post_answer_alike_in_xml() {
        let lab = Lab::new();
        let get = lab.send("touchmark", "GET", "action=get_appliances");
        assert_eq!(body(&get), body(&lab.send("touchmark", "POST", "action=get_appliances")));
        assert!(get.headers.contains(&("Content-Type".into(), "text/xml; charset=UTF-8".into())));
        assert!(body(&get).contains("<appliances xmlns=\"https://www.beyondtrust.com/namespaces/API/command\">"));
        assert_eq!(lab.send("touchmark", "DELETE", "action=get_appliances").status, 405);
    }

    #[test]
    fn what_is_not_in_the_guide_is_not_found() {
        let lab = Lab::new();
        for path in ["/", "/api", "/api/command/", "/oauth2", "", "*"] {
            assert_eq!(lab.emulator.handle(&request("GET", path, &[], "")).status, 404, "{path}");
        }
    }

    #[test]
    fn unknown_and_missing_actions_and_broken_parameters_are_errors() {
        let lab = Lab::new();
        for query in ["action=nothing", "", "action=", "action=get_api_info&a=%zz", "action=import_jump_shortcuts"] {
            assert!(is_error(&lab.get(query)), "{query}");
        }
        // The printed examples of two commands name their action and nothing else (p. 23, p. 25).
        assert!(is_error(&lab.get("action=:%20send_chat_message")));
    }

    #[test]
    fn a_multipart_post_is_not_supported() {
        let lab = Lab::new();
        let bearer = format!("Bearer {}", lab.token("touchmark"));
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "multipart/form-data; boundary=x")];
        let post = request("POST", "/api/command?action=get_api_info", &headers, "--x--\r\n");
        assert!(is_error(&body(&lab.emulator.handle(&post))));
    }

    #[test]
    fn accounts_run_what_their_access_allows() {
        let lab = Lab::new();
        let status = |account: &str, query: &str| lab.send(account, "GET", query).status;
        let terminate = "action=terminate_session&lsid=da4b510978a541d49398e88c66e28475";
        assert_eq!(status("touchmark-deny", "action=get_api_info"), 403);
        assert_eq!(status("touchmark-deny", "action=nothing"), 403);
        assert_eq!(status("touchmark-read", terminate), 403);
        assert_eq!(status("touchmark-read", "action=set_rep_status&rep_id=5&code_name=busy"), 200);
        assert!(lab.get(terminate).contains("Successfully terminated"));
    }

    #[test]
    fn a_body_above_a_mebibyte_is_refused() {
        let lab = Lab::new();
        let mut post = request("POST", "/api/command", &[], "");
        post.body = vec![b'a'; super::BODY_BYTES_MAX];
        assert_eq!(lab.emulator.handle(&post).status, 401);
        post.body.push(b'a');
        assert_eq!(lab.emulator.handle(&post).status, 413);
    }

    #[test]
    fn the_own_namespace_has_the_host_without_its_port() {
        assert_eq!(without_port("support.example.com:8443"), "support.example.com");
        assert_eq!((without_port("[::1]:80"), without_port("[::1]"), without_port("a")), ("[::1]", "[::1]", "a"));
        let info = Lab::reading(&["command-namespace=own_host"]).get("action=get_api_info");
        assert!(info.contains("\"https://support.example.com/namespaces/API/command\""), "{info}");
    }

    /// Bytes from a small generator, the same in every run, in every place that bytes can come in.
    #[test]
    fn whatever_the_bytes_there_is_an_answer() {
        let lab = Lab::new();
        let bearer = format!("Bearer {}", lab.token("touchmark"));
        let words = [
            "action=",
            "get_connected_clients",
            "generate_session_key",
            "&",
            "=",
            "%",
            "%C3",
            "session.custom.",
            "ttl",
            "-",
            "99999999999999999999",
            "queue_id",
            "rep:",
            "type",
            "support",
            ",",
            "\u{1F600}",
            "\0",
            "lsid",
            "x",
            "#",
        ];
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed as usize
        };
        for _ in 0..3000 {
            let query: String = (0..next() % 12).map(|_| words[next() % words.len()]).collect();
            let form = ("content-type", "application/x-www-form-urlencoded");
            let target = format!("/api/command?{query}");
            let mut post = request("POST", &target, &[("authorization", &bearer), form], &query);
            if next() % 4 == 0 {
                post.body = (0..next() % 40).map(|_| next() as u8).collect();
            }
            assert!(lab.emulator.handle(&post).status >= 200);
            for path in [
                "/oauth2/token",
                "/api/client_script?type=rep&operation=generate&action=start_jump_item_session&",
                "/api/start_session?issue_menu=1&",
                "/api/config/v1/user",
                "/api/config/v1/user?per_page=",
            ] {
                post.target = format!("{path}{query}");
                assert!(lab.emulator.handle(&post).status >= 200);
                post.method = "GET".into();
                assert!(lab.emulator.handle(&post).status >= 200);
                post.method = "POST".into();
            }
        }
    }

    #[test]
    fn an_emulator_is_shared_between_threads() {
        fn shared<T: Send + Sync>(_: &T) {}
        shared(&Emulator::new(Config::demo(), super::super::Clock::System));
    }
}
