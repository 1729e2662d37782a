//! From attacks, as typed, to what they mean.
//!
//! In: the shape of a file. Out: attacks. Faults are gathered.

use std::collections::BTreeSet;

use super::{
    reader::{Place, Reader},
    shape_fuzz::{AttackFile, FuzzFile, LawfulFile, PeersFile},
};
use crate::{
    model::{case::Class, id::EndpointId},
    spec::fuzz::attack::{Attack, Attacks, Difference, LawfulRequest, Layer, Twin, fault},
};

impl Reader {
    pub(super) fn attacks(&mut self, place: Place<'_>, shape: &FuzzFile) -> Vec<Attack> {
        let layer = self.one_of(place, &shape.layer);
        shape.row.iter().map(|row| self.attack(place, layer, row)).collect()
    }

    fn attack(&mut self, place: Place<'_>, layer: Layer, row: &AttackFile) -> Attack {
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-/.".contains(letter);
        if row.id.is_empty() || !row.id.chars().all(plain) {
            self.fault(place, &row.id, "an id is small letters, digits, `-`, `.` and `/`");
        }
        let others = [&row.line, &row.body, &row.then].iter().any(|part| part.is_some());
        if row.bytes.is_some() && (others || !(row.without.is_empty() && row.before.is_empty() && row.lines.is_empty()))
        {
            self.fault(place, &row.id, "`bytes` is the whole request; take the other parts out");
        }
        if row.says.ends_with('.') {
            self.fault(place, &row.id, "`says` has no full stop");
        }
        let attack = Attack {
            id: row.id.to_string(),
            layer,
            says: row.says.clone(),
            source: row.source.clone(),
            demand: self.one_of(place, &row.demand),
            class: self.class(place, row.class.as_ref()).unwrap_or(Class::Read),
            from: row.from.as_ref().map_or(Twin::Read, |from| self.one_of(place, from)),
            differs: Difference {
                line: row.line.clone(),
                without: row.without.clone(),
                before: row.before.clone(),
                lines: row.lines.clone(),
                body: row.body.clone(),
                then: row.then.clone(),
                bytes: row.bytes.clone(),
            },
            cut: row.cut,
            also: row.also.clone(),
            like: row.like.clone(),
        };
        // What is asked for changes neither the placeholders nor the bytes that count.
        let asked = LawfulRequest {
            target: "/a?action=read".to_owned(),
            path: "/a".to_owned(),
            form: "action=read".to_owned(),
        };
        if let Some(says) = fault(&attack, &asked) {
            self.fault(place, &row.id, &says);
        }
        attack
    }

    /// Tests of other suites, each with the reason for which no attack is like it.
    pub(super) fn peers(&mut self, place: Place<'_>, shape: &PeersFile, attacks: &[Attack]) -> Vec<(String, String)> {
        let mut known: BTreeSet<String> = attacks.iter().flat_map(|attack| attack.like.iter().cloned()).collect();
        let mut peers = Vec::new();
        for peer in &shape.peer {
            let name = format!("{} {}", peer.suite, *peer.id);
            match known.insert(name.clone()) {
                true => peers.push((name, peer.reason.clone())),
                false => self.fault(place, &peer.id, "an attack is like it, or it stands twice; take it out"),
            }
        }
        peers
    }

    /// The endpoint of the lawful request: one that only reads.
    pub(super) fn lawful(&mut self, place: Place<'_>, shape: &LawfulFile) -> Option<EndpointId> {
        let known =
            self.endpoints.get(shape.read.as_str()).map(|endpoint| (endpoint.class, endpoint.request.is_some()));
        if known != Some((Class::Read, true)) && !self.unread.contains(shape.read.as_str()) {
            self.fault(place, &shape.read, "no endpoint of that id has a request that only reads");
            return None;
        }
        Some(shape.read.as_str().into())
    }

    /// Attacks differ from something.
    pub(super) fn lint_lawful(&mut self, attacks: &Attacks) {
        if !attacks.rows.is_empty() && attacks.read.is_none() && self.faults.is_empty() {
            let says = "missing\n  its `read` names the endpoint from whose smallest request attacks differ";
            self.faults.push(format!("specs/fuzz/lawful.toml: {says}"));
        }
    }

    /// No two attacks have one id.
    pub(super) fn lint_attacks(&mut self, attacks: &[Attack]) {
        let mut known = BTreeSet::new();
        for attack in attacks {
            let id = format!("{}/{}", attack.layer.word(), attack.id);
            if !known.insert(id.clone()) {
                self.faults.push(format!("specs/fuzz: two attacks have the id `{id}`; rename one"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::from_files;

    #[track_caller]
    fn check(rows: &str, expected: &[&str]) {
        check_beside("peer = []", rows, expected);
    }

    const READ: &str = "title = \"A\"\npage = 1\nsays = \"Reads.\"\n[request]\npath = \"/a\"\nmethods = [\"GET\"]\naccount = \"full\"\nderive = \"none\"\n[response]\nundocumented = true\n";

    #[track_caller]
    fn check_beside(peers: &str, rows: &str, expected: &[&str]) {
        check_with("read = \"a/read\"", peers, rows, expected);
    }

    #[track_caller]
    fn check_with(lawful: &str, peers: &str, rows: &str, expected: &[&str]) {
        let files = [
            ("guide.toml", "title = \"A guide\"\nedition = \"1\"\napi_version = \"1.0.0\"\n".to_owned()),
            ("a/read.toml", READ.to_owned()),
            ("fuzz/lawful.toml", lawful.to_owned()),
            ("fuzz/a.toml", format!("layer = \"head\"\n{rows}")),
            ("fuzz/peers.toml", peers.to_owned()),
        ];
        let files: BTreeMap<_, _> = files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect();
        let faults = from_files(&files).map_or_else(|faults| faults.0, |_| Vec::new());
        assert_eq!(faults, expected, "{rows}");
    }

    fn row(keys: &str) -> String {
        format!("[[row]]\nid = \"a\"\nsays = \"A\"\nsource = \"RFC 9112, 3\"\ndemand = \"may\"\n{keys}\n")
    }

    #[test]
    fn what_is_wrong_with_an_attack_is_said_with_its_line() {
        let line = "line = \"get / HTTP/1.1\"";
        check(&row(line), &[]);
        check(&row(""), &["specs/fuzz/a.toml:3: it does not differ from its lawful twin"]);
        check(
            &row("lines = [\"A: ${here}\"]"),
            &[
                "specs/fuzz/a.toml:3: `${here}` is no placeholder; write ${origin}, ${host}, ${token}, ${byte:HH} or ${repeat:N:TEXT}",
            ],
        );
        check(&row("then = \"GET\""), &["specs/fuzz/a.toml:3: more comes behind the request; say class = \"disrupt\""]);
        check(
            &row(&format!("bytes = \"GET\"\n{line}")),
            &["specs/fuzz/a.toml:3: `bytes` is the whole request; take the other parts out"],
        );
        check(
            &row(line).replace("\"a\"", "\"A b\""),
            &["specs/fuzz/a.toml:3: an id is small letters, digits, `-`, `.` and `/`"],
        );
        check(&row(line).replace("\"A\"", "\"A.\""), &["specs/fuzz/a.toml:3: `says` has no full stop"]);
        check(&(row(line) + &row(line)), &["specs/fuzz: two attacks have the id `head/a`; rename one"]);
        check(
            &row(&format!("{line}\nfrom = \"write\"")),
            &["specs/fuzz/a.toml:8: `write` is not known here; write one of read, form, chunked"],
        );
    }

    #[test]
    fn attacks_differ_from_a_request_that_is_there() {
        let says = "no endpoint of that id has a request that only reads";
        check_with("read = \"a/other\"", "peer = []", "row = []", &[&format!("specs/fuzz/lawful.toml:1: {says}")]);
    }

    #[test]
    fn a_test_of_others_is_like_an_attack_or_has_a_reason() {
        let peer = |id: &str| format!("[[peer]]\nsuite = \"Other\"\nid = \"{id}\"\nreason = \"why\"\n");
        let rows = row("line = \"get / HTTP/1.1\"\nlike = [\"Other 1\"]");
        let says = "an attack is like it, or it stands twice; take it out";
        check_beside(&peer("2"), &rows, &[]);
        check_beside(&peer("1"), &rows, &[&format!("specs/fuzz/peers.toml:3: {says}")]);
        check_beside(&(peer("2") + &peer("2")), &rows, &[&format!("specs/fuzz/peers.toml:7: {says}")]);
    }
}
