//! In: the first moment that somebody asks anything. Out: the world at that moment, with a fixed past of some days.
//! Never: writes to the state but through `ops` and `turns`, so that reports and archives tell the same past.

use std::collections::BTreeMap;

use crate::foreign::civil::{DAY, midnight, of_day};
use crate::foreign::journal::Journal;
use crate::foreign::ops::{Opening, pairs, words};
use crate::foreign::site;
use crate::foreign::world::{Customer, Event, Peak, Queue, VaultEvent, Who, World};

/// When, what, and its details. A day is counted from today; `now` takes seconds. Lines about a session or a
/// presentation are about the last one opened.
const SCRIPT: &str = "
-4 08:30:00|team|4|7|Bonjour l'équipe <réseau>
-4 08:31:30|teamfile|4|12|plan d'adressage.ods|48211
-4 09:00:00|open|issue_submission|issue:11|1|Camille Roux|Atelier Nord|AN-7|Le VPN est \"coupé\" depuis ce matin & rien n'y fait
-4 09:00:00|attr|external_key|INC-4001
-4 09:00:00|attr|custom_field1|PC-00417
-4 09:00:40|assign|7
-4 09:02:10|join|7
-4 09:02:12|sysinfo|7
-4 09:03:00|chat|r7|Bonjour Camille, je regarde tout de suite.
-4 09:03:45|chat|c|Merci, c'est <urgent> !
-4 09:04:20|legal|accept
-4 09:05:00|tool|7|screen_sharing
-4 09:08:30|window|7|Paramètres réseau|SystemSettings.exe
-4 09:11:00|put|7|client-vpn.msi|7340032
-4 09:14:30|shell|7
-4 09:19:10|note|7|Client VPN remplacé, suite confiée à Oskar.
-4 09:20:00|hand|rep:12
-4 09:26:00|chat|r12|Pouvez-vous redémarrer, s'il vous plaît ?
-4 09:33:20|get|12|ipconfig.txt|1834
-4 09:41:00|csurvey|satisfaction=5|commentaire=Très bien, merci & à bientôt
-4 09:41:17|close
-4 09:41:17|rsurvey|12|cause=vpn|mots=logiciel,réseau
-4 13:00:00|vault|501|Account Created|rep:7|
-3 10:00:00|open|rep_list|rep:12|1|Jonas Weber|||
-3 10:00:00|attr|external_key|INC-4002
-3 10:01:30|join|12
-3 10:02:00|chat|r12|Hallo Jonas
-3 10:05:00|showmine|12
-3 10:07:00|tool|12|file_transfer
-3 10:09:00|get|12|journal.log|52118
-3 10:20:40|csurvey|satisfaction=2|commentaire=
-3 10:21:00|close
-3 10:15:00|peak|3|1
-3 10:40:00|peak|2|1
-3 11:05:00|peak|3|1
-3 14:00:00|open|session_key|team:9|1|Nadia Belkacem|Comptabilité||Question de facture
-3 14:06:20|gone
-3 15:00:00|vault|502|Account Created|api|
-3 16:00:00|vault|501|Password Changed|rep:7|Manually Rotated
-2 11:00:00|open|remote_jump|rep:31|2|SRV-PAIE01|||
-2 11:00:00|attr|cost_centre|4410
-2 11:00:20|join|31
-2 11:01:00|vault|501|Credentials Checked Out|rep:31|LSID
-2 11:02:00|tool|31|screen_sharing
-2 11:04:00|move|31|C:\\Temp\\a.txt|C:\\Temp\\b.txt
-2 11:05:00|delete|31|b.txt|12
-2 11:05:30|chat|r31|copie binaire :\u{1}\u{2}
-2 11:30:00|close
-2 11:30:00|rsurvey|31|cause=autre|mots=
-2 11:31:00|vault|501|Credentials Checked In|rep:31|
-2 11:31:05|vault|501|Password Changed|system|Rotate after check in
-2 15:00:00|show|7|Nouveautés du trimestre <bêta>
-2 15:02:00|attend|Élodie Martin|POSTE-EM|Windows 11 Pro (x64)
-2 15:03:00|attend|Bram de Vries|BDV-LAPTOP|macOS 13.6
-2 15:05:00|say|0|Le son est-il bon & clair ?
-2 15:06:00|shown
-2 15:20:00|depart|1
-2 15:40:30|finish
-2 17:00:00|peak|3|1
-1 09:30:00|show|12|Formation
-1 09:31:00|attend|Karim Ziani|KZ-01|Android 14
-1 09:50:00|finish
-1 13:30:00|team|9|12|Qui prend l'imprimante du 3e ?
-1 16:00:00|open|issue_submission|issue:21|2|Tomás Ferreira|Agence Sud|AS-2|Bourrage papier
-1 16:00:00|attr|external_key|INC-4005
-1 16:03:00|join|31
-1 16:10:00|join|12
-1 16:20:00|leave|12
-1 16:25:00|hand|team:4
-1 16:28:00|join|7
-1 16:29:00|tool|7|screen_sharing
-1 17:04:00|csurvey|satisfaction=4|commentaire=ok
-1 17:05:12|close
-1 17:30:00|vault|502|Password Rotation Failed|system|Hôte injoignable
now -1800|show|12|Point d'équipe
now -1700|attend|Sara Holm|SH-PC|Windows 10 Pro (x64)
now -1650|attend|Piotr Nowak|PN-MAC|macOS 14.5
now -1200|open|rep_list|rep:7|1|Lina Faure|Faure & Fils|FF|Écran noir
now -1200|attr|external_key|INC-4006
now -1200|attr|custom_field2|3e étage
now -1100|join|7
now -1050|chat|r7|Je suis là.
now -300|open|issue_submission|issue:12|1|Ivo Marek||IM-1|Wi-Fi lent";

/// Consoles of the past days: user id, first and last moment of each working day.
const SHIFTS: &[(u32, &str, &str)] =
    &[(7, "07:00:00", "18:00:00"), (12, "08:00:00", "18:30:00"), (31, "08:30:00", "19:00:00")];
/// Consoles that are open now: user id, and for how many seconds.
const PRESENT: &[(u32, i64)] = &[(7, 7200), (12, 5400), (23, 3600)];

impl World {
    /// The site as it stands when it is asked for the first time.
    pub(crate) fn new(host: &str, now: i64) -> World {
        let today = midnight(now);
        let mut world = World {
            host: host.to_owned(),
            booted: today - 5 * DAY,
            connections: Vec::new(),
            sessions: Vec::new(),
            presentations: Vec::new(),
            team_events: Vec::new(),
            vault: Vec::new(),
            peaks: Vec::new(),
            keys: Vec::new(),
            shortcuts: Vec::new(),
            backup_role: false,
            synced: now - 3 * 3600,
            journal: Journal::default(),
            team_rows: BTreeMap::new(),
            general_row: 0,
            drawn: 100,
            drawn_gs: 0,
        };
        world.boot(world.booted);
        for day in (1..=4).rev().map(|back| today - back * DAY) {
            for (rep, from, _) in SHIFTS {
                world.log_in(*rep, day + of_day(from));
            }
            for (rep, _, to) in SHIFTS {
                world.log_out(*rep, day + of_day(to));
            }
        }
        for (rep, ago) in PRESENT {
            world.log_in(*rep, now - ago);
        }
        for line in SCRIPT.lines().filter(|line| !line.is_empty()) {
            world.live_through(line, today, now);
        }
        world
    }

    fn live_through(&mut self, line: &'static str, today: i64, now: i64) {
        let cells: Vec<&'static str> = line.split('|').collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or("");
        let at = match cell(0).split_once(' ') {
            Some(("now", ago)) => now + ago.parse::<i64>().unwrap_or(0),
            Some((day, time)) => today + day.parse::<i64>().unwrap_or(0) * DAY + of_day(time),
            None => now,
        };
        let id = |at: usize| cell(at).parse::<u32>().unwrap_or(0);
        let by = Who::Rep(id(2));
        let place = self.sessions.len().saturating_sub(1);
        match cell(1) {
            "open" => {
                let opening = self.opening(&cells);
                self.open(opening, at);
            }
            "attr" => self.set_attribute(place, cell(2), cell(3), at),
            "join" => self.join(place, id(2), at),
            "leave" => self.leave(place, id(2), at),
            "hand" => self.transfer(place, queue(cell(2)), at),
            "gone" => self.customer_leaves(place, at),
            "close" => self.close(place, at),
            "tool" => self.use_tool(place, id(2), cell(3), at),
            "show" => self.show(id(2), cell(3), at),
            "attend" => self.attend(&cells[2..], at),
            "say" | "shown" | "depart" | "finish" => self.perform(cell(1), cell(2), cell(3), at),
            "team" | "teamfile" => {
                let mut event = Event::new(at, "Chat Message", Who::Rep(id(3)));
                if cell(1) == "teamfile" {
                    event.kind = "Files Shared";
                    event.files = vec![(cell(4).to_owned(), i64::from(id(5)))];
                } else {
                    event.body = cell(4).to_owned();
                }
                self.team_events.push((id(2), event));
            }
            "peak" => self.peaks.push(Peak { at, login: id(2), extended: id(3) }),
            "vault" => {
                let data = if cell(5) == "LSID" { self.sessions[place].lsid.clone() } else { cell(5).to_owned() };
                let by = match cell(4).split_once(':') {
                    Some((_, rep)) => {
                        let name = rep.parse().ok().and_then(site::rep).map_or("", |rep| rep.private);
                        ("representative", rep.to_owned(), name.to_owned())
                    }
                    None if cell(4) == "api" => ("api_account", "1".to_owned(), "foreign-full".to_owned()),
                    None => ("system", "0".to_owned(), "System".to_owned()),
                };
                self.vault.push(VaultEvent { at, account: id(2), kind: cell(3), by, data });
            }
            verb => self.remember(verb, &cells, by, place, at),
        }
    }

    /// The events of a session that leave no trace in the tables.
    fn remember(&mut self, verb: &str, cells: &[&'static str], by: Who, place: usize, at: i64) {
        let cell = |at: usize| cells.get(at).copied().unwrap_or("");
        let file = || vec![(cell(3).to_owned(), cell(4).parse().unwrap_or(0))];
        let lsid = self.sessions[place].lsid.clone();
        let mut event = Event::new(at, "", by);
        event.to = Some(Who::Customer);
        match verb {
            "chat" => {
                event.kind = "Chat Message";
                event.by = match cell(2).strip_prefix('r').and_then(|id| id.parse().ok()) {
                    Some(rep) => Who::Rep(rep),
                    None => Who::Customer,
                };
                event.to =
                    (event.by == Who::Customer).then_some(self.sessions[place].owner.map_or(Who::System, Who::Rep));
                event.body = cell(3).to_owned();
            }
            "put" => (event.kind, event.files) = ("File Upload", file()),
            "get" => {
                (event.kind, event.files) = ("File Download", file());
                (event.by, event.to) = (Who::Customer, Some(by));
            }
            "delete" => (event.kind, event.files) = ("File Deleted", file()),
            "move" => {
                event.kind = "File Moved";
                event.data = pairs([("old_path", cell(3)), ("new_path", cell(4))]);
            }
            "note" => {
                (event.kind, event.to, event.body) = ("Session Note Added", None, cell(3).to_owned());
                event.data = pairs([("number", "1")]);
            }
            "assign" => (event.kind, event.by, event.to) = ("Session Assigned", Who::System, Some(by)),
            "window" => {
                (event.kind, event.by, event.to) = ("Session Foreground Window Changed", Who::Customer, None);
                event.data = pairs([("window_name", cell(3)), ("exe_name", cell(4))]);
            }
            "legal" => {
                (event.kind, event.by, event.to) = ("Legal Agreement Response", Who::Customer, None);
                let text = "Acceptez-vous la prise en main ?";
                event.data = pairs([("response", cell(2)), ("title", "Accord"), ("text", text)]);
            }
            "sysinfo" => (event.kind, event.by, event.to) = ("System Information Retrieved", Who::Customer, None),
            "shell" | "showmine" => {
                let shell = verb == "shell";
                let session = &mut self.sessions[place];
                let counter = if shell { &mut session.shells } else { &mut session.showings };
                let instance = counter.to_string();
                *counter += 1;
                event.kind = if shell { "Command Shell Session Started" } else { "Show My Screen Recording" };
                let report = if shell { "CommandShellRecording" } else { "ShowMyScreenRecording" };
                let download = crate::foreign::pages::download_url(&self.host, report, &lsid, Some(&instance));
                let view = crate::foreign::pages::view_url(&self.host, report, &lsid, Some(&instance));
                event.data = pairs([("instance", &instance), ("download_url", &download), ("view_url", &view)]);
            }
            "csurvey" | "rsurvey" => {
                let customer = verb == "csurvey";
                let given = &cells[if customer { 2 } else { 3 }..];
                event.data =
                    given.iter().filter_map(|pair| pair.split_once('=')).flat_map(|pair| pairs([pair])).collect();
                let survey = crate::foreign::report::survey::answers(customer, &event.data);
                (event.kind, event.by, event.to) = ("Representative Exit Survey", by, None);
                if customer {
                    (event.kind, event.by) = ("Customer Exit Survey", Who::Customer);
                    self.sessions[place].customer_survey = Some(survey);
                } else {
                    self.sessions[place].rep_survey = Some(survey);
                }
            }
            _ => return,
        }
        self.event(place, event);
    }

    fn opening(&self, cells: &[&'static str]) -> Opening {
        let cell = |at: usize| cells.get(at).copied().unwrap_or("");
        let (method, remote) = (cell(2), cell(2) == "remote_jump");
        let issue = cell(3).strip_prefix("issue:").and_then(|id| id.parse().ok()).and_then(site::issue);
        let customer = Customer {
            name: cell(5).to_owned(),
            company: cell(6).to_owned(),
            company_code: cell(7).to_owned(),
            details: cell(8).to_owned(),
            public_ip: "198.51.100.23:61606".to_owned(),
            private_ip: "192.168.1.23".to_owned(),
            host: format!("PC-{}", cell(5).split(' ').next().unwrap_or("X").to_uppercase()),
            os: if remote { "Windows Server 2019" } else { "Windows 10 Pro (x64)" }.to_owned(),
            kind: "desktop",
            ..Customer::default()
        };
        Opening {
            method,
            queue: issue.map_or_else(|| queue(cell(3)), |issue| Queue::Team(issue.team)),
            site: cell(4).parse().unwrap_or(1),
            issue: issue.map(|issue| issue.id),
            jumpoint: remote.then_some(3),
            customer,
            attributes: Vec::new(),
            priority: None,
            skills: issue.map(|issue| words(issue.skills)),
        }
    }
}

fn queue(text: &str) -> Queue {
    let (kind, id) = text.split_once(':').unwrap_or((text, ""));
    match (kind, id.parse()) {
        ("rep", Ok(id)) => Queue::Rep(id),
        ("team", Ok(id)) => Queue::Team(id),
        _ => Queue::General,
    }
}
