//! A request as a `curl` command for a POSIX shell.
//!
//! In: a request. Out: one command. Credentials stay in environment variables: those of the vendor's own tools for the main account, the
//! same with the role behind them for the others. A name between two [`MARK`]s in a request is that of a shell variable.

use serde::{Deserialize, Serialize};

use crate::model::{
    credential::{AccountRole, Alteration, Credential, WRONG_SECRET},
    exchange::Request,
};

/// Stands before and after the name of a shell variable in what is quoted.
pub(super) const MARK: char = '\u{1}';

/// How a target is spoken to from a command line, besides its address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// File with the certificates that are trusted besides those of the system.
    pub ca: Option<String>,
    /// Whether any certificate is taken.
    pub insecure: bool,
    /// What has to be started before, as it is typed; none where the target is there by itself.
    pub before: Option<String>,
    /// The options that `replay` needs to reach the target as the run did, as they are typed.
    pub replay: String,
}

impl Connection {
    fn options(&self) -> String {
        let ca = self.ca.as_ref().map(|path| format!(" --cacert {}", quote(path))).unwrap_or_default();
        let insecure = if self.insecure { " -k" } else { "" };
        format!("{ca}{insecure}")
    }
}

/// Where an answer goes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Shows {
    /// To whoever typed the command, with its headers.
    Answer,
    /// Nowhere.
    Nothing,
}

/// The assignment that asks for a token of an account, where a request needs one.
pub(super) fn token(base: &str, reach: &Connection, request: &Request) -> Option<String> {
    if !matches!(request.credential, Credential::Token | Credential::AlteredToken(_)) {
        return None;
    }
    let (id, secret) = variables(request.account);
    // JSON lets a slash be escaped, and blanks be anywhere.
    let reads = r#"tr -d '\r\n' | sed -n 's/.*"access_token"[ \t]*:[ \t]*"\([^"]*\)".*/\1/p' | sed 's,\\/,/,g'"#;
    Some(format!(
        "{}=$(curl -sS{} -u \"${id}:${secret}\" -d grant_type=client_credentials {} | {reads})",
        token_variable(request.account),
        reach.options(),
        quote(&format!("{base}/oauth2/token")),
    ))
}

/// The command that sends a request again.
pub(super) fn command(base: &str, reach: &Connection, request: &Request, shows: Shows) -> String {
    let shown = match shows {
        Shows::Answer => " -i",
        Shows::Nothing => " -o /dev/null",
    };
    let mut options = format!("{}{shown}", reach.options());
    let (id, secret) = variables(request.account);
    match &request.credential {
        Credential::None => {}
        Credential::Token => {
            options.push_str(&format!(" -H \"Authorization: Bearer ${}\"", token_variable(request.account)));
        }
        Credential::AlteredToken(how) => {
            let token = altered(&token_variable(request.account), *how);
            options.push_str(&format!(" -H \"Authorization: Bearer {token}\""));
        }
        Credential::Basic => options.push_str(&format!(" -u \"${id}:${secret}\"")),
        Credential::AlteredSecret(how) => options.push_str(&format!(" -u \"${id}:{}\"", altered(&secret, *how))),
        Credential::Literal(text) if text.contains("${credentials}") => {
            let basic = format!("$(printf %s \"${id}:${secret}\" | base64 | tr -d '\\n')");
            options.push_str(&format!(" -H \"Authorization: {}\"", text.replace("${credentials}", &basic)));
        }
        other @ (Credential::NeverIssued | Credential::UnknownClient | Credential::Literal(_)) => {
            let header = format!("Authorization: {}", other.in_words(request.account));
            options.push_str(&format!(" -H {}", quote(&header)));
        }
    }
    for (name, value) in &request.headers {
        options.push_str(&format!(" -H {}", quote(&format!("{name}: {value}"))));
    }
    if request.method == "POST" || !request.body.is_empty() {
        // Left to itself, curl says that any body is a form.
        if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            options.push_str(" -H Content-Type:");
        }
        options.push_str(&format!(" --data-raw {}", quote(&request.body)));
    }
    if request.method == "HEAD" {
        options.push_str(" -I");
    } else if request.method != "GET" && request.method != "POST" {
        options.push_str(&format!(" -X {}", quote(&request.method)));
    }
    // Brackets and braces in a URL are what they are.
    let address = format!("{base}{}", request.target());
    let as_it_is = if address.contains(['[', ']', '{', '}']) { " -g" } else { "" };
    format!("curl -sS{as_it_is}{options} {}", quote(&address))
}

/// The line that sends a request again.
pub(super) fn line(base: &str, reach: &Connection, request: &Request) -> String {
    let token = token(base, reach, request).map(|token| format!("{token} && ")).unwrap_or_default();
    token + &command(base, reach, request, Shows::Answer)
}

/// The environment variables that hold id and secret of an account.
#[must_use]
pub fn variables(role: AccountRole) -> (String, String) {
    let suffix = suffix(role);
    (format!("BT_CLIENT_ID{suffix}"), format!("BT_CLIENT_SECRET{suffix}"))
}

/// The shell variable that holds a token of an account.
pub(super) fn token_variable(role: AccountRole) -> String {
    format!("TOKEN{}", suffix(role))
}

fn suffix(role: AccountRole) -> String {
    match role {
        AccountRole::None | AccountRole::Full => String::new(),
        other => format!("_{}", other.word().to_uppercase()),
    }
}

/// What a shell variable holds, altered, inside double quotes.
fn altered(variable: &str, how: Alteration) -> String {
    match how {
        Alteration::Wrong => WRONG_SECRET.to_owned(),
        Alteration::Empty => String::new(),
        Alteration::Prefix => format!("${{{variable}%?}}"),
        Alteration::OtherCase => format!("$(printf %s \"${variable}\" | tr a-zA-Z A-Za-z)"),
    }
}

/// A text as one word of a POSIX shell.
#[must_use]
pub fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    let mut word = String::new();
    for (number, part) in text.split(MARK).enumerate() {
        match number % 2 {
            0 if part.is_empty() => {}
            0 => word.push_str(&format!("'{}'", part.replace('\'', "'\\''"))),
            _ => word.push_str(&format!("\"${part}\"")),
        }
    }
    if word.is_empty() { "''".to_owned() } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_word_of_a_shell() {
        for (text, word) in [
            ("", "''"),
            ("a/b:1", "a/b:1"),
            ("it's", r"'it'\''s'"),
            ("a=\u{1}LSID\u{1}&b", "'a='\"$LSID\"'&b'"),
            ("\u{1}A\u{1}\u{1}B\u{1}", "\"$A\"\"$B\""),
        ] {
            assert_eq!(quote(text), word, "{text}");
        }
    }
}
