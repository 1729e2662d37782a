//! The text of a `touchmark.toml` that says what a target has.
//!
//! In: what was looked at. Out: the file. What the target said stands in it on one line each, so that it can be nothing but a comment
//! or a value; secrets stand in the environment.

use std::fmt::Write as _;

use super::{
    options::Options,
    text_lines::{quoted, shown},
};
use crate::{
    model::credential::AccountRole,
    report::account_variables,
    run::{Granted, Looked},
    spec::{Fixture, Spec},
};

/// The text of the file. The accounts that were given have the roles `given`.
pub(super) fn file_of(spec: &Spec, looked: &Looked, options: &Options, target: &str, given: &[AccountRole]) -> String {
    let mut out = String::from("# Made by `touchmark init`. Every key: docs/configuration.md\n\n");
    out.push_str(&format!("target = {}\n", quoted(target)));
    let named = [("company", "its company"), ("api_version", "its API version")];
    for (name, says) in named {
        if let Some(value) = looked.found.get(name) {
            let _ = writeln!(out, "# {says}: {}", shown(value));
        }
    }
    if let Some(ca) = &options.ca {
        let _ = writeln!(out, "ca = {}", quoted(&ca.display().to_string()));
    }
    if options.insecure {
        out.push_str("insecure = true\n");
    }
    out.push_str(
        "\n# The most that a run may touch: read; write also makes sessions and more of its own; disrupt also ends what others do.\n\
         # Read docs/safety.md before you change it.\n# allow = \"read\"\n\n\
         # Requests a second for each account.\n# rate = \"20/s\"\n",
    );
    accounts(&mut out, looked, given);
    fixtures(&mut out, spec, looked);
    refused(&mut out, looked);
    out
}

fn accounts(out: &mut String, looked: &Looked, given: &[AccountRole]) {
    out.push_str("\n# --- Accounts: id and secret stay in the environment ---\n");
    for role in AccountRole::given() {
        let (id, secret) = account_variables(role);
        let is_given = given.contains(&role);
        let _ = writeln!(out, "\n# {}", role.meaning());
        if is_given && let Some((_, may)) = looked.accounts.iter().find(|(of, _)| *of == role) {
            may_do(out, may);
        }
        if !is_given {
            out.push_str("# Without it, what needs it is not tested:\n");
        }
        let mark = if is_given { "" } else { "# " };
        let _ = writeln!(out, "{mark}[[account]]\n{mark}role = {}", quoted(role.word()));
        let _ = writeln!(out, "{mark}client_id_env = {}\n{mark}client_secret_env = {}", quoted(&id), quoted(&secret));
    }
}

/// What an account may do, as the target says it.
fn may_do(out: &mut String, may: &Result<Vec<Granted>, String>) {
    match may {
        Err(instead) => {
            let _ = writeln!(out, "# Asked what it may do, the target gave {}", shown(instead));
        }
        Ok(all) => {
            for Granted { name, value, says } in all {
                let _ = writeln!(out, "#   {name} = {}: {says}", shown(value));
            }
        }
    }
}

fn fixtures(out: &mut String, spec: &Spec, looked: &Looked) {
    out.push_str(
        "\n# --- Facts of the target, with which requests are made ---\n[fixtures]\n\n\
         # Found. A run finds these anew; without the mark before it a line holds instead of what is found.\n",
    );
    let row = |out: &mut String, name: &str, value: &str, says: &str| {
        let _ = writeln!(out, "# {} = {}  # {says}", key(name), quoted(value));
    };
    let by_run = |fixture: &&Fixture| !fixture.found_by.is_empty();
    for (name, fixture) in &spec.fixtures {
        if let Some(value) = looked.found.get(name).filter(|_| by_run(&fixture)) {
            row(out, name, value, fixture.says.trim_end_matches('.'));
        }
    }
    out.push_str("\n# Not found: what needs one of these is not tested.\n");
    for (name, fixture) in spec.fixtures.iter().filter(|(name, f)| by_run(f) && !looked.found.contains_key(*name)) {
        let hint = fixture.hint.as_deref().map(|hint| format!("; {hint}")).unwrap_or_default();
        row(out, name, "", &format!("{}{hint}", fixture.says));
    }
    out.push_str("\n# No documented call tells these: say what the target has.\n");
    for (name, fixture) in spec.fixtures.iter().filter(|(_, fixture)| !by_run(fixture)) {
        let secret = if fixture.secret { "; a secret, so keep this file to yourself" } else { "" };
        row(out, name, "", &format!("{}{secret}", fixture.says.trim_end_matches('.')));
    }
}

fn refused(out: &mut String, looked: &Looked) {
    let mut of: Vec<_> =
        looked.asked.iter().filter_map(|(endpoint, instead)| Some((endpoint, instead.as_ref()?))).collect();
    of.sort();
    if of.is_empty() {
        out.push_str("\n# Everything that was asked with the main account was answered.\n");
        return;
    }
    out.push_str("\n# --- What the target did not do for the main account ---\n");
    for (endpoint, instead) in of {
        let _ = writeln!(out, "# {endpoint}: {}", shown(instead));
    }
}

/// A key of TOML.
fn key(name: &str) -> String {
    if name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') { name.to_owned() } else { quoted(name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::variables::Variables, spec};

    fn of(found: &[(&str, &str)], accounts: Vec<(AccountRole, Result<Vec<Granted>, String>)>) -> String {
        let found = found.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let looked = Looked {
            found: found.collect::<Variables>(),
            asked: vec![("archive/archive_listing".into(), Some("a refusal (403):\nno\u{202e} right".to_owned()))],
            accounts,
            requests: 9,
        };
        let spec = spec::embedded().unwrap();
        file_of(&spec, &looked, &Options::default(), "https://h", &[AccountRole::Full, AccountRole::Deny])
    }

    #[test]
    fn whatever_a_target_says_the_file_can_be_read_and_holds_what_was_found_as_a_comment() {
        let hostile = "5\"\n[[account]]\nclient_id = \"x\"\u{7f}\u{0}'";
        let permission = Granted { name: "perm_backup".into(), value: "0\nseed = 7".into(), says: "Whether.".into() };
        let accounts = vec![(AccountRole::Full, Ok(vec![permission])), (AccountRole::Deny, Err("x\ny".into()))];
        let text = of(&[("rep.id", hostile), ("company", "a\r\nseed = 3")], accounts);
        let read: Options = super::super::configuration::parse(&text).unwrap_or_else(|fault| panic!("{fault}\n{text}"));
        assert_eq!((read.target.as_deref(), read.seed, read.account.len()), (Some("https://h"), 0, 2), "{text}");
        assert!(read.fixtures.is_empty(), "{text}");
        for line in [
            "# its company: a seed = 3",
            "#   perm_backup = 0 seed = 7: Whether.",
            "# archive/archive_listing: a refusal (403): no· right",
            "client_secret_env = \"BT_CLIENT_SECRET_DENY\"",
            "# client_secret_env = \"BT_CLIENT_SECRET_READ_ONLY\"",
        ] {
            assert!(text.lines().any(|one| one == line), "{line}\n{text}");
        }
        assert!(text.contains("only one representative is logged in: log a second one in"), "{text}");
        // Taken as it stands once the mark before it is gone.
        let row = text.lines().find(|line| line.starts_with("# \"rep.id\" = ")).unwrap();
        let read: Options = super::super::configuration::parse(&format!("[fixtures]\n{}\n", &row[2..])).unwrap();
        assert_eq!(read.fixtures["rep.id"], hostile);
    }
}
