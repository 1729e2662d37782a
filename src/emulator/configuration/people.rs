//! Users and representatives are the same people: what becomes of a user becomes of the representative.
//!
//! In: the users, after one was made, changed or removed. Out: the representatives of the site, and who is logged in. What reports and
//! archives tell of before stays as it was.

use serde_json::Value;

use super::super::history::Queue;
use super::super::site::Representative;
use super::super::state::State;
use super::store::{Item, id_of};

impl State {
    /// Brings the representatives up to date with the users.
    pub(in super::super) fn follow_users(&mut self, now_s: i64) {
        let users = self.configuration.get().items("user").to_vec();
        let removed: Vec<i64> = self.site.representatives.iter().filter(|rep| !rep.gone).map(|rep| rep.id).collect();
        for id in removed.into_iter().filter(|id| !users.iter().any(|user| id_of(user) == *id)) {
            self.remove_rep(id, now_s);
        }
        for user in &users {
            let id = id_of(user);
            if !self.site.representatives.iter().any(|rep| rep.id == id) {
                self.site.representatives.push(new_rep(id));
            }
            if let Some(rep) = self.site.representatives.iter_mut().find(|rep| rep.id == id && !rep.gone) {
                names(rep, user);
            }
        }
    }

    /// Whoever is deleted is logged out, and in no session and no queue any more.
    fn remove_rep(&mut self, id: i64, now_s: i64) {
        if let Some(rep) = self.site.representatives.iter_mut().find(|rep| rep.id == id) {
            rep.gone = true;
        }
        self.consoles.remove(&id);
        let logins = self.history.logins.iter_mut();
        logins.filter(|login| login.rep == id && login.until_s.is_none()).for_each(|login| login.until_s = Some(now_s));
        for session in &mut self.sessions {
            session.representatives.retain(|rep| *rep != id);
            if session.queue == Queue::Rep(id) {
                session.queue = Queue::General;
            }
            State::end_if_empty(session);
        }
        self.follow(now_s);
    }
}

fn new_rep(id: i64) -> Representative {
    Representative {
        id,
        username: String::new(),
        public_display_name: String::new(),
        private_display_name: String::new(),
        invited: false,
        presenting: false,
        showing_on_rep_list: false,
        routing_enabled: false,
        status: "available".to_owned(),
        license: String::new(),
        display_number: None,
        past_logins: Vec::new(),
        client: None,
        gone: false,
    }
}

fn names(rep: &mut Representative, user: &Item) {
    let text = |name: &str| user.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    rep.username = text("username");
    rep.public_display_name = text("public_display_name");
    rep.private_display_name = text("private_display_name");
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::super::testing::{Lab, header, is_error, texts};

    fn ask(lab: &Lab, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let answer = lab.config("touchmark", method, &format!("/api/config/v1/{path}"), &body.to_string());
        (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    #[test]
    fn users_are_the_representatives_of_all_apis() {
        let lab = Lab::new();
        let xml = lab.get("action=get_logged_in_reps");
        let users = ask(&lab, "GET", "user", &Value::Null).1;
        let named = |name: &str| {
            users
                .as_array()
                .into_iter()
                .flatten()
                .any(|user| user["public_display_name"] == name && user["username"] != "")
        };
        assert!(texts(&xml, "public_display_name").into_iter().all(named), "{xml} {users}");
        let members = lab.get("action=get_support_teams&showmembers=1");
        let usernames: Vec<&str> =
            users.as_array().into_iter().flatten().filter_map(|u| u["username"].as_str()).collect();
        assert!(texts(&members, "username").iter().all(|name| usernames.contains(name)), "{members} {users}");
    }

    #[test]
    fn a_user_who_is_deleted_is_gone_everywhere_and_a_new_one_is_there() {
        let lab = Lab::new();
        let new = json!({"username": "new", "public_display_name": "New", "password": "long enough"});
        let (status, made) = ask(&lab, "POST", "user", &new);
        assert_eq!(status, 201);
        let key =
            |lab: &Lab, queue: &str| lab.get(&format!("action=generate_session_key&type=support&queue_id={queue}"));
        let by_id = format!("rep:{}", made["id"]);
        assert!(!is_error(&key(&lab, &by_id)) && !is_error(&key(&lab, "rep_username:new")));
        let path = format!("user/{}", made["id"]);
        assert_eq!(ask(&lab, "PATCH", &path, &json!({"username": "newer"})).0, 200);
        assert!(is_error(&key(&lab, "rep_username:new")) && !is_error(&key(&lab, "rep_username:newer")));
        assert_eq!(ask(&lab, "DELETE", &path, &Value::Null).0, 204);
        assert!(is_error(&key(&lab, &by_id)) && is_error(&key(&lab, "rep_username:newer")));
        assert!(lab.get("action=get_logged_in_reps").contains("<rep id=\"5\">"));
        ask(&lab, "DELETE", "user/5", &Value::Null);
        let after = lab.get("action=get_logged_in_reps") + &lab.get("action=get_support_teams&showmembers=1");
        assert!(ask(&lab, "GET", "user/5", &Value::Null).0 == 404 && !after.contains("id=\"5\">"), "{after}");
    }

    #[test]
    fn numbers_that_nothing_holds_are_refused_or_beyond_the_last_page() {
        let lab = Lab::new();
        for id in ["18446744073709551616", "9223372036854775808", "1e30", "99999999999999999999999999999999"] {
            let item = format!("{{\"name\":\"a\",\"hostname\":\"h\",\"jumpoint_id\":1,\"jump_group_id\":{id}}}");
            let answer = lab.config("touchmark", "POST", "/api/config/v1/jump-item/shell-jump", &item);
            assert_eq!(answer.status, 422, "{id}");
        }
        for page in ["2147483648", "9223372036854775807", "18446744073709551616", "99999999999999999999999999"] {
            let answer = lab.config("touchmark", "GET", &format!("/api/config/v1/user?current_page={page}"), "");
            assert_eq!((answer.status, answer.body.trim_ascii()), (200, &b"[]"[..]), "{page}");
            assert_eq!(header(&answer, "X-BT-Pagination-Current-Page"), Some(page));
        }
        let answer = lab.config("touchmark", "PUT", "/api/config/v1/user", "{}");
        assert_eq!((answer.status, header(&answer, "Allow")), (405, Some("GET, HEAD, POST")));
    }
}
