//! The backup API (p. 162): the configuration of the site as one file to download.
//!
//! In: a request of an account that may. Out: gzip of what the site is configured with; no secret is in it. The
//! guide does not say what the file holds.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::answer::{Answer, Body};
use super::appliance::{Emulator, Inner};
use super::command;
use super::http::Request;
use super::site::Site;
use super::xml::Kind;

const KIND: &str = "backup/backup";

impl Emulator {
    /// GET or POST /api/backup. A body is not looked at, as there are no parameters.
    pub(super) fn backup(&self, inner: &mut Inner, request: &Request, now_ms: i64) -> Answer {
        let broken = |what: &str| self.defects.has(KIND, what);
        let refused = match request.method.as_str() {
            "GET" | "HEAD" => broken("get-refused"),
            "POST" => broken("post-refused"),
            _ => true,
        };
        if refused {
            return Answer::text(KIND, 405, "Use GET or POST.\n").header("Allow", "GET, POST", Kind::Text);
        }
        let (account, remaining) = match self.enter(inner, request, now_ms) {
            Ok(entered) => entered,
            Err(answer) => return *answer,
        };
        let refusal = |message: &str| self.xml(request, KIND, command::error(None, message, &self.readings));
        let permitted = inner.door.account(account).powers.backup || broken("deny-accepted");
        remaining.head(match permitted {
            false => self.denied(KIND, refusal),
            true if broken("refused-always") => refusal("The backup failed"),
            true => self.file(&inner.state.site, request),
        })
    }

    fn file(&self, site: &Site, request: &Request) -> Answer {
        let broken = |what: &str| self.defects.has(KIND, what);
        let text = settings(site);
        if broken("empty") {
            return Answer::new(KIND, 200, Body::Empty);
        }
        if broken("as-xml") {
            return self.xml(request, KIND, super::xml::leaf("backup", text, Kind::Text).own());
        }
        let bytes = packed(&text).unwrap_or_else(|_| text.into_bytes());
        let name = format!("attachment; filename=\"{}-backup.nsb\"", site.hostname);
        Answer::new(KIND, 200, Body::Raw { media: "application/octet-stream".to_owned(), bytes }).header(
            "Content-Disposition",
            name,
            Kind::Text,
        )
    }
}

/// The settings, one a line.
fn settings(site: &Site) -> String {
    let mut lines = vec![format!("hostname {}", site.hostname), format!("company {}", site.company_name)];
    lines.extend(site.representatives.iter().map(|rep| format!("representative {} {}", rep.id, rep.username)));
    lines.extend(site.teams.iter().map(|team| format!("team {} {}", team.id, team.name)));
    lines.extend(site.custom_fields.iter().map(|field| format!("custom_field {} {}", field.code_name, field.name)));
    lines.extend(site.portals.iter().map(|portal| format!("portal {} {}", portal.hostname, portal.name)));
    lines.push(String::new());
    lines.join("\n")
}

fn packed(text: &str) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::super::Response;
    use super::super::testing::{Lab, header, request};

    fn backup(lab: &Lab, account: &str, method: &str) -> Response {
        let bearer = format!("Bearer {}", lab.token(account));
        lab.emulator.handle(&request(method, "/api/backup", &[("authorization", &bearer)], ""))
    }

    #[test]
    fn the_file_is_gzip_of_the_settings() {
        let lab = Lab::new();
        let answer = backup(&lab, "touchmark", "GET");
        let mut text = String::new();
        flate2::read::GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).expect("gzip");
        assert!(text.contains("hostname support.example.com\n") && !text.contains("secret"));
        assert_eq!(
            header(&answer, "Content-Disposition"),
            Some("attachment; filename=\"support.example.com-backup.nsb\"")
        );
        assert_eq!(backup(&lab, "touchmark", "POST").body, answer.body);
    }

    #[test]
    fn a_token_and_the_permission_are_needed() {
        let lab = Lab::new();
        assert_eq!(backup(&lab, "touchmark-deny", "GET").status, 403);
        assert_eq!(lab.emulator.handle(&request("GET", "/api/backup", &[], "")).status, 401);
        assert_eq!(backup(&lab, "touchmark", "DELETE").status, 405);
    }
}
