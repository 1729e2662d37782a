//! An appliance that was written by somebody who saw the guide alone, with habits of its own (see `foreign`): prefixes, other roots where none
//! is named, errors as roots and in another language, other notations of times. Whatever is found there, the guide carries.

use std::{cell::RefCell, collections::BTreeMap, sync::atomic::AtomicBool};

use secrecy::{ExposeSecret, SecretString};
use touchmark::{
    model::{
        case::Class,
        credential::AccountRole,
        exchange::{Answer, Outcome},
        verdict::Verdict,
    },
    run::{self, Plan, Run},
    send::{Account, Guard, Outgoing, Performing, Rate, Sender, Transport},
    spec,
};

use crate::foreign::{self, Appliance, Asked};

/// When its time starts, in milliseconds since the UNIX epoch: 2024-12-03T15:26:05Z.
const START_MS: i64 = 1_733_239_565_000;

/// Requirements that it is found to break, and where the guide carries it.
const CARRIED: &[(&str, &str)] = &[(
    "command/get_connected_client_list/a-summary-for-each-appliance",
    "p. 31 has a summary for each appliance that clients are connected to, and p. 38 lists those of a failover pair, too",
)];

/// The appliance in memory: waiting moves its clock.
struct Foreign {
    appliance: RefCell<Appliance>,
    now_ms: RefCell<i64>,
}

impl Transport for Foreign {
    fn perform<'a>(&'a self, request: &'a Outgoing) -> Performing<'a, Outcome> {
        let mut headers = vec![("host".to_owned(), "support.foreign.example".to_owned())];
        headers.extend(request.headers.clone());
        headers.extend(
            request.authorization.as_ref().map(|text| ("authorization".to_owned(), text.expose_secret().to_owned())),
        );
        let asked = Asked {
            method: request.method.clone(),
            target: request.target.clone(),
            headers,
            body: request.body.clone(),
        };
        *self.now_ms.borrow_mut() += 1;
        let answered = self.appliance.borrow_mut().answer(*self.now_ms.borrow(), &asked);
        let headers = answered.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        Box::pin(std::future::ready(Outcome::Answer(Answer::of(answered.status, headers, answered.body, None))))
    }

    fn now_ms(&self) -> i64 {
        *self.now_ms.borrow()
    }

    fn wait(&self, ms: u64) -> Performing<'_, ()> {
        *self.now_ms.borrow_mut() += i64::try_from(ms).unwrap_or(0);
        Box::pin(std::future::ready(()))
    }
}

fn certified() -> Run {
    let spec = spec::embedded().expect("sound data");
    let facts: BTreeMap<&str, String> = foreign::facts().into_iter().collect();
    let accounts = [
        (AccountRole::Full, "foreign-full"),
        (AccountRole::ReadOnly, "foreign-reader"),
        (AccountRole::Deny, "foreign-nobody"),
        (AccountRole::Spare, "foreign-spare"),
        (AccountRole::SupportReports, "foreign-sessions"),
        (AccountRole::OtherReports, "foreign-reports"),
    ]
    .map(|(role, id)| {
        let client_secret = SecretString::from(format!("{id}-secret"));
        (role, Account { client_id: id.to_owned(), client_secret })
    });
    let accounts = BTreeMap::from(accounts);
    let mut plan = Plan {
        workers: 1,
        cases: 2,
        leave_out: ["configuration/", "realtime/"].map(str::to_owned).to_vec(),
        ..Plan::default()
    };
    for (fixture, fact) in [
        ("custom_field", "custom_field"),
        ("custom_field2", "custom_field.second"),
        ("issue_code", "issue.code"),
        ("skill", "skill"),
        ("skill2", "skill.second"),
        ("jump_group", "jump_group"),
        ("jump_policy", "jump_policy"),
        ("session_policy", "session_policy"),
        ("public_portal", "public_portal"),
        ("jumpoint", "jumpoint"),
        ("known_logged_out_rep", "rep.logged_out.id"),
        ("rep_status", "rep.statuses"),
    ] {
        let first = facts[fact].split(',').next().unwrap_or_default();
        plan.fixtures.insert(fixture.to_owned(), first.to_owned());
    }
    plan.fixtures.insert("host".to_owned(), "support.foreign.example".to_owned());
    let target =
        Foreign { appliance: RefCell::new(Appliance::new("support.foreign.example")), now_ms: RefCell::new(START_MS) };
    let sender = Sender::new(Box::new(target), accounts, Rate::PerSecond(20), Guard::new(Class::Disrupt));
    let stop = AtomicBool::new(false);
    futures_util::FutureExt::now_or_never(run::run(&spec, &sender, &plan, &stop, &|_| {}))
        .expect("memory is always ready")
        .unwrap_or_else(|abort| panic!("{abort:?}"))
}

#[test]
#[ignore = "long: sh .ci/run plays it"]
fn an_appliance_with_habits_of_its_own_is_found_to_break_nothing_but_what_the_guide_carries() {
    let run = certified();
    let mut faults = Vec::new();
    let (mut passes, mut untested) = (0, Vec::new());
    for (id, finding) in &run.judged.findings {
        let carried = CARRIED.iter().any(|(known, _)| **id == **known);
        match finding.verdict {
            Verdict::Fail | Verdict::Warn | Verdict::Error if !carried => faults.push(format!("{id}: {finding:?}")),
            Verdict::Pass if carried => faults.push(format!("{id}: it is no finding any more")),
            Verdict::Pass => passes += 1,
            Verdict::Inconclusive => untested.push(format!("{id}: {:?}", finding.reason)),
            _ => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // What cannot be tested is what its small past does not have.
    assert!(passes > 4_000 && untested.len() < 70, "{passes} pass, not tested:\n{}", untested.join("\n"));
}
