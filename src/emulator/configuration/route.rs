//! The door of the Configuration API: token, rate, permission.
//!
//! In: a request below `/api/config/v1/`. Out: an [`Answer`]. What may be done is done by `operate`.

use super::super::answer::Answer;
use super::super::appliance::{Emulator, Inner};
use super::super::auth::{Powers, Stranger, access_denied};
use super::super::http::Request;
use super::super::xml::Kind;
use super::answers::refused;
use super::document;
use super::fill::Moment;
use super::operate::Asked;
use super::refusal::Refusal;
use super::words::{GENERAL, OPENAPI};

const BASE: &str = "/api/config/v1/";

impl Emulator {
    /// Any request of the Configuration API.
    pub(in super::super) fn configuration(&self, inner: &mut Inner, request: &Request, now_ms: i64) -> Answer {
        let Some(path) = request.path().strip_prefix(BASE) else { return refused(Refusal::NotFound, &self.defects) };
        if path == "openapi.yaml" {
            return self.openapi(inner, request, now_ms);
        }
        let broken = |what: &str| self.defects.has(GENERAL, what);
        let account = match inner.door.identify(request, now_ms, &self.defects) {
            Ok(account) => account,
            Err(_) if broken("no-token-answered-400") => return access_denied(400, &self.defects),
            Err(stranger) => {
                let missing = stranger == Stranger::NoToken;
                let what = if missing { "no-token-accepted" } else { "bad-token-accepted" };
                if !broken(what) {
                    return access_denied(401, &self.defects);
                }
                0
            }
        };
        let remaining = match inner.door.count(account, &request.method, now_ms, &self.defects) {
            Ok(remaining) => remaining,
            Err(remaining) => {
                let status = self.readings.status("rate-limit-status");
                return remaining.head(Answer::text("auth/rate_limit", status, "Too many requests.\n"));
            }
        };
        if !permitted(inner.door.account(account).powers, path) && !broken("deny-accepted") {
            let status = if broken("no-permission-answered-404") { 404 } else { 403 };
            return remaining.head(access_denied(status, &self.defects));
        }
        let now_s = now_ms.div_euclid(1000);
        let client = inner.door.account(account).client_id.clone();
        let moment = Moment { now_s, hostname: self.hostname.clone() };
        let asked = Asked { request, path, account: &client, moment };
        let answer = self.operate(inner.state.configuration.get_mut(), &asked);
        let of_users = path == "user" || path.starts_with("user/");
        if of_users && inner.state.configuration.get().peopled && !matches!(request.method.as_str(), "GET" | "HEAD") {
            inner.state.follow_users(now_s);
        }
        remaining.head(answer)
    }

    /// GET /api/config/v1/openapi.yaml.
    fn openapi(&self, inner: &mut Inner, request: &Request, now_ms: i64) -> Answer {
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return Answer::text(OPENAPI, 405, "Use GET.\n").header("Allow", "GET, HEAD", Kind::Text);
        }
        if self.readings.is("config-yaml-auth", "token") {
            let (account, remaining) = match self.enter(inner, request, now_ms) {
                Ok(entered) => entered,
                Err(answer) => return *answer,
            };
            let permitted = inner.door.account(account).powers.configuration;
            return remaining.head(match permitted && !self.defects.has(OPENAPI, "permitted-refused") {
                true => document::answer(&inner.state.configuration.edition, &self.defects),
                false => access_denied(403, &self.defects),
            });
        }
        document::answer(&inner.state.configuration.edition, &self.defects)
    }
}

/// Vault accounts need a permission of their own (p. 50).
fn permitted(powers: Powers, path: &str) -> bool {
    powers.configuration && (powers.vault_accounts || !path.starts_with("vault/"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::super::Response;
    use super::super::super::testing::{Lab, header, request};

    fn ask(lab: &Lab, method: &str, path: &str, json: &Value) -> Response {
        let json = if json.is_null() { String::new() } else { json.to_string() };
        lab.config("touchmark", method, &format!("/api/config/v1/{path}"), &json)
    }

    fn value(response: &Response) -> Value {
        serde_json::from_slice(&response.body).expect("JSON")
    }

    #[test]
    fn every_collection_is_listed_and_every_resource_shown() {
        let lab = Lab::new();
        for (template, at_least) in [
            ("user", 7),
            ("group-policy", 2),
            ("group-policy/1/member", 1),
            ("skill", 2),
            ("jump-group", 2),
            ("jumpoint", 2),
            ("jump-client", 17),
            ("jump-item/shell-jump", 0),
            ("vault/account-group", 1),
            ("vault/account", 2),
        ] {
            let list = ask(&lab, "GET", template, &Value::Null);
            assert_eq!(list.status, 200, "{template}");
            let items = value(&list);
            assert!(items.as_array().is_some_and(|items| items.len() >= at_least), "{template} {items}");
            if let Some(item) = items.get(0).filter(|_| !template.ends_with("member")) {
                assert_eq!(value(&ask(&lab, "GET", &format!("{template}/{}", item["id"]), &Value::Null)), *item);
            }
        }
    }

    #[test]
    fn pages_follow_one_another_and_say_so() {
        let lab = Lab::new();
        let page = |number: usize| {
            ask(&lab, "GET", &format!("jump-client?per_page=5&current_page={number}&tag=office"), &Value::Null)
        };
        let (first, second) = (page(1), page(2));
        assert_eq!(header(&first, "X-BT-Pagination-Total"), Some("6"));
        assert_eq!(header(&first, "X-BT-Pagination-Last-Page"), Some("2"));
        let link = header(&first, "Link").expect("links");
        assert!(
            link.contains("</api/config/v1/jump-client?per_page=5&current_page=2&tag=office>; rel=\"next\""),
            "{link}"
        );
        assert_eq!(
            (value(&first).as_array().map(Vec::len), value(&second).as_array().map(Vec::len)),
            (Some(5), Some(1))
        );
        assert_eq!(value(&page(9)), json!([]));
        for bad in ["per_page=4", "per_page=101", "current_page=0", "per_page=x", "connection_type=other"] {
            assert_eq!(ask(&lab, "GET", &format!("jump-client?{bad}"), &Value::Null).status, 422, "{bad}");
        }
    }

    #[test]
    fn a_resource_is_made_changed_and_removed() {
        let lab = Lab::new();
        let shell =
            json!({"name": "Router", "hostname": "r.example.com", "jumpoint_id": 1, "jump_group_id": 2, "id": 99});
        let made = ask(&lab, "POST", "jump-item/shell-jump", &shell);
        assert_eq!(made.status, 201);
        let made = value(&made);
        assert_eq!(
            (&made["id"], &made["port"], &made["protocol"], &made["username"]),
            (&json!(1), &json!(22), &json!("ssh"), &Value::Null)
        );
        let changed = value(&ask(&lab, "PATCH", "jump-item/shell-jump/1", &json!({"port": 23, "protocol": "telnet"})));
        assert_eq!((&changed["port"], &changed["name"]), (&json!(23), &json!("Router")));
        assert_eq!(value(&ask(&lab, "GET", "jump-item/shell-jump/1", &Value::Null)), changed);
        assert_eq!(ask(&lab, "DELETE", "jump-group/2", &Value::Null).status, 422);
        let gone = ask(&lab, "DELETE", "jump-item/shell-jump/1", &Value::Null);
        assert_eq!((gone.status, gone.body.len()), (204, 0));
        assert_eq!(ask(&lab, "GET", "jump-item/shell-jump/1", &Value::Null).status, 404);
        assert_eq!(ask(&lab, "DELETE", "jump-item/shell-jump/1", &Value::Null).status, 404);
    }

    #[test]
    fn what_the_document_does_not_allow_is_refused_by_name() {
        let lab = Lab::new();
        let user = json!({"username": "new", "public_display_name": "New", "password": "long enough"});
        assert_eq!(ask(&lab, "POST", "user", &user).status, 201);
        let bad = [
            ("username", json!(null)),
            ("username", json!("two words")),
            ("username", json!("x".repeat(65))),
            ("username", json!("new")),
            ("enabled", json!("yes")),
            ("two_factor_authentication", json!("always")),
            ("email_address", json!("nobody")),
            ("password", json!("short")),
        ];
        for (name, wrong) in bad {
            let mut user = user.clone();
            user["username"] = json!("other");
            user[name] = wrong;
            let answer = ask(&lab, "POST", "user", &user);
            assert_eq!(answer.status, 422, "{name}");
            assert!(value(&answer)["errors"][name].is_array(), "{name} in {}", value(&answer));
        }
        assert!(value(&ask(&lab, "POST", "user", &json!({})))["errors"]["password"].is_array());
        assert_eq!(ask(&lab, "POST", "user", &json!([])).status, 422);
        assert_eq!(lab.config("touchmark", "POST", "/api/config/v1/user", "{").status, 422);
        let policy = json!({"name": "P", "schedule": {"timezone_offset_minutes": 900, "days": []}});
        assert_eq!(ask(&lab, "POST", "group-policy", &policy).status, 422);
    }

    #[test]
    fn secrets_are_taken_and_never_shown() {
        let lab = Lab::new();
        let account = json!({"name": "A", "username": "a", "password": "deep secret"});
        let made = value(&ask(&lab, "POST", "vault/account", &account));
        assert!(made.get("password").is_none() && made["account_group_id"] == 1, "{made}");
        assert_eq!(value(&ask(&lab, "GET", "vault/account-group/1", &Value::Null))["account_count"], 3);
    }

    #[test]
    fn tokens_permissions_and_methods_are_looked_at() {
        let lab = Lab::new();
        assert_eq!(lab.emulator.handle(&request("GET", "/api/config/v1/user", &[], "")).status, 401);
        assert_eq!(lab.config("touchmark-deny", "GET", "/api/config/v1/user", "").status, 403);
        assert_eq!(ask(&lab, "PUT", "user", &Value::Null).status, 405);
        assert_eq!(ask(&lab, "GET", "nothing", &Value::Null).status, 404);
        assert_eq!(ask(&lab, "GET", "group-policy/77/member", &Value::Null).status, 404);
        assert_eq!(ask(&lab, "GET", "group-policy/x/member", &Value::Null).status, 404);
        assert_eq!(ask(&lab, "GET", "user/x", &Value::Null).status, 404);
    }

    #[test]
    fn the_document_is_for_accounts_that_may_or_for_everybody() {
        let lab = Lab::new();
        let target = "/api/config/v1/openapi.yaml";
        assert_eq!(lab.emulator.handle(&request("GET", target, &[], "")).status, 401);
        assert_eq!(lab.config("touchmark-deny", "GET", target, "").status, 403);
        let answer = lab.config("touchmark", "GET", target, "");
        assert!(answer.body.starts_with(b"# The Configuration API") && answer.status == 200);
        let open = Lab::reading(&["config-yaml-auth=public"]);
        assert_eq!(open.emulator.handle(&request("GET", target, &[], "")).status, 200);
    }
}
