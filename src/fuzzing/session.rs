//! The law of sessions with an appliance: calls and feeds one after another, through the emulator, the sender and the whole judge.
//!
//! In: any bytes, which draw a sequence. Out: whether an answer in it was accepted and judged, or a panic that names the law that does not
//! hold. The emulator of each sequence is a new one, with a clock that its calls move.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use arbitrary::{Result, Unstructured};

use super::{SPEC, http::is_of_its_type};
use crate::{
    commands::{Called, InMemory},
    emulator::Config,
    judge,
    model::{
        case::{Case, CaseStep, Class, Purpose, Role, Times},
        conversation::{Act, Awaited, Hear, Say, Talk},
        credential::{AccountRole, Credential},
        draft::{BODY, Carrier, Draft, Encoding, HttpDraft},
        exchange::Exchange,
        record::Record,
        variables::{Variables, fill_with},
        verdict::Verdict,
    },
    spec::{Demand, Endpoint, Media, Requirement, Spec},
};

/// The most steps of a sequence.
const STEPS_MAX: usize = 8;

/// The most bytes that the answers of a sequence may have: none may grow without an end.
const BYTES_MAX: usize = 4 << 20;

/// The most texts of answers that later steps may send.
const SEEN_MAX: usize = 64;

/// How far the clock moves, in seconds: within the rate, to the end of a session key or a token, beyond everything.
const WAITS_S: [u32; 5] = [1, 60, 3_599, 3_601, 2_592_000];

/// Sequences: nothing that is asked makes the emulator panic, fail (a status from 500 on) or say more and more; what it accepts is what the
/// guide says; nothing that it says is a fault of ours; and the same sequence gives the same answers.
pub fn emulator_session(data: &[u8]) -> bool {
    static SOUND: LazyLock<Config> = LazyLock::new(Config::demo);
    emulator_session_with(&SOUND, data)
}

/// The same with an emulator of one's own, such as one with a defect.
pub fn emulator_session_with(config: &Config, data: &[u8]) -> bool {
    let steps = drawn(&mut Unstructured::new(data)).unwrap_or_default();
    let exchanges = played(config, &steps);
    if data.len().is_multiple_of(8) {
        assert_eq!(played(config, &steps), exchanges, "played again, other answers");
    }
    let answers = || exchanges.iter().filter_map(Exchange::answer);
    let failed = answers().find(|answer| answer.status >= 500);
    assert!(failed.is_none(), "the emulator fails: {failed:?}");
    answers().for_each(is_of_its_type);
    assert!(answers().map(|answer| answer.raw().len()).sum::<usize>() <= BYTES_MAX, "answers without an end");
    let touched: BTreeSet<&str> = exchanges.iter().map(|exchange| exchange.endpoint.as_str()).collect();
    let selected: Vec<&Requirement> =
        touched.iter().filter_map(|id| GROUND.asked.get(*id)).flatten().copied().collect();
    let case = Case { purpose: Purpose::flow("drawn", ""), index: 0, attempt: 0, steps: Vec::new() };
    let records = [Record { case, variables: GROUND.known.clone(), exchanges, heard_again_ms: None, longer_ms: None }];
    let findings = judge::judge(GROUND.spec, &selected, &records, &BTreeMap::new()).findings;
    for (id, finding) in &findings {
        let sound = !matches!(finding.verdict, Verdict::Error | Verdict::Fail | Verdict::Warn);
        assert!(sound, "{id}: {finding:?}\n{:#?}", records[0].exchanges);
    }
    findings.values().any(|finding| finding.verdict == Verdict::Pass)
}

/// What sequences are made of.
struct Ground {
    spec: &'static Spec,
    /// What variables stand for at the demo site.
    known: Variables,
    /// What can be called, over HTTP and over a WebSocket.
    calls: Vec<&'static Endpoint>,
    feeds: Vec<&'static Endpoint>,
    /// What is asked of all answers of an endpoint.
    asked: BTreeMap<&'static str, Vec<&'static Requirement>>,
}

/// One run finds what the site has, and what the document of the Configuration API adds.
static GROUND: LazyLock<Ground> = LazyLock::new(|| {
    let only = vec!["configuration/openapi".to_owned()];
    let run = InMemory { only, ..InMemory::default() }.run(&SPEC);
    let run = run.unwrap_or_else(|abort| unreachable!("the emulator in memory can be reached: {abort:?}"));
    let spec: &'static Spec = Box::leak(Box::new(run.extended.unwrap_or_else(|| SPEC.clone())));
    let mut known = run.found;
    // What the run itself made is not there any more.
    let sessions = Config::demo().site.sessions;
    known.extend(sessions.first().map(|session| ("session.lsid".to_owned(), session.lsid.clone())));
    let called = |media: bool| {
        let calls = spec.endpoints.values().filter(|endpoint| endpoint.request.is_some());
        calls.filter(move |endpoint| (endpoint.response.media == Media::WebSocket) == media).collect()
    };
    let mut asked: BTreeMap<&str, Vec<&Requirement>> = BTreeMap::new();
    for requirement in spec.all() {
        if !matches!(requirement.demand, Demand::Steps(_) | Demand::Sequence(_)) {
            asked.entry(requirement.endpoint.as_str()).or_default().push(requirement);
        }
    }
    Ground { spec, known, calls: called(false), feeds: called(true), asked }
});

/// One step of a sequence.
#[derive(Debug, Clone)]
enum Turn {
    /// Nothing is sent for so long.
    Wait(u32),
    /// An endpoint is called.
    Call(Box<CaseStep>),
}

fn drawn(from: &mut Unstructured<'_>) -> Result<Vec<Turn>> {
    let mut steps = Vec::new();
    while steps.len() < STEPS_MAX && !from.is_empty() {
        steps.push(match from.int_in_range(0..=15)? {
            0 => Turn::Wait(*from.choose(&WAITS_S)?),
            1 | 2 => Turn::Call(Box::new(feed(from)?)),
            _ => Turn::Call(Box::new(call(from)?)),
        });
    }
    Ok(steps)
}

/// The smallest lawful request for an endpoint, with up to four things of it that are otherwise.
fn call(from: &mut Unstructured<'_>) -> Result<CaseStep> {
    let endpoint = *from.choose(&GROUND.calls)?;
    let mut draft = smallest(endpoint);
    for _ in 0..from.int_in_range(0..=4)? {
        let name = match from.choose(&endpoint.parameters) {
            Ok(row) => row.key.clone(),
            Err(_) => text(from)?,
        };
        match from.int_in_range(0..=9)? {
            0 => draft.parameters.retain(|(known, _)| *known != name),
            1 => {
                draft.method = (*from.choose(&["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])?).to_owned()
            }
            2 => {
                draft.carrier =
                    *from.choose(&[Carrier::Query, Carrier::Form, Carrier::Multipart, Carrier::TextPlain])?
            }
            3 => draft.encoding = *from.choose(&[Encoding::Percent, Encoding::LowerHex, Encoding::Plus])?,
            4 => {
                draft.account =
                    *from.choose(&[AccountRole::ReadOnly, AccountRole::Deny, AccountRole::SupportReports])?
            }
            5 => draft.credential = Credential::None,
            6 => draft.parameters.push((name, value(endpoint, from)?)),
            7 if endpoint.response.media == Media::Any => {
                draft.carrier = Carrier::Json;
                draft.parameters.push((BODY.to_owned(), value(endpoint, from)?));
            }
            _ => {
                let value = value(endpoint, from)?;
                match draft.parameters.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, old)) => *old = value,
                    None => draft.parameters.push((name, value)),
                }
            }
        }
    }
    Ok(step(endpoint, draft))
}

/// A conversation over the feed: its token, its tables, and up to four things besides.
fn feed(from: &mut Unstructured<'_>) -> Result<CaseStep> {
    let endpoint = *from.choose(&GROUND.feeds)?;
    let say = |payload: &str| {
        Act::Say(Say {
            opcode: 1,
            payload: payload.to_owned(),
            hex: false,
            fin: true,
            rsv: 0,
            mask: Default::default(),
            bits: None,
            frames: 1,
            octets: false,
            chop: None,
            held: false,
            pad: None,
        })
    };
    let hear = |what| Act::Hear(Hear { what, text: None, within_ms: 1_000 });
    let mut acts = vec![say(r#"{"type": "authenticate", "credentials": {"bearer_token": "${token}"}}"#)];
    for _ in 0..from.int_in_range(0..=4)? {
        acts.push(match from.int_in_range(0..=7)? {
            0 | 1 => say(r#"{"type": "subscribe", "tables": "all"}"#),
            2 => say(&format!(r#"{{"type": "subscribe", "tables": ["{}"]}}"#, text(from)?.escape_default())),
            3 => say(&text(from)?),
            4 => hear(Awaited::Message),
            5 => Act::Listen(20_000),
            6 => Act::Raw(text(from)?.bytes().map(|byte| format!("{byte:02x}")).collect()),
            _ => Act::Leave,
        });
    }
    let talk = Talk { acts, ..Talk::default() };
    Ok(step(endpoint, HttpDraft { talk: Some(talk), ..smallest(endpoint) }))
}

fn step(endpoint: &Endpoint, draft: HttpDraft) -> CaseStep {
    CaseStep {
        role: Role::Probe,
        endpoint: endpoint.id.clone(),
        class: Class::Disrupt,
        draft: Draft::Http(draft),
        times: Times::Once,
        wait_s: 0,
        capture: Vec::new(),
        call: None,
    }
}

fn smallest(endpoint: &Endpoint) -> HttpDraft {
    let request = endpoint.request.as_ref().expect("only what is called is drawn");
    let parameters = request.fixed.iter().chain(&request.smallest);
    HttpDraft {
        method: request.methods.first().cloned().unwrap_or_default(),
        path: request.path.clone(),
        parameters: parameters.map(|(name, value)| (name.clone(), value.clone())).collect(),
        raw: None,
        encoding: Encoding::Percent,
        carrier: Carrier::Query,
        account: if request.account == AccountRole::None { AccountRole::None } else { AccountRole::Full },
        credential: Credential::Token,
        headers: Vec::new(),
        talk: None,
        written: None,
    }
}

/// A value: one that a row of the endpoint has, one that an answer had, or any text.
fn value(endpoint: &Endpoint, from: &mut Unstructured<'_>) -> Result<String> {
    let mut lawful = endpoint.parameters.iter().flat_map(|row| row.values.iter().chain(&row.valid).chain(&row.unknown));
    Ok(match from.int_in_range(0..=4)? {
        0 | 1 => {
            let count = lawful.clone().count();
            lawful.nth(from.choose_index(count.max(1))?).cloned().unwrap_or_default()
        }
        2 => format!("${{seen:{}}}", from.int_in_range(0..=SEEN_MAX - 1)?),
        3 => (*from.choose(&["", "0", "-1", "18446744073709551616", "1e9", "<&\"'>", "\u{1}", "\u{fffe}", "null"])?)
            .to_owned(),
        _ => text(from)?,
    })
}

fn text(from: &mut Unstructured<'_>) -> Result<String> {
    let length = from.int_in_range(0..=48_usize)?.min(from.len());
    Ok(String::from_utf8_lossy(from.bytes(length)?).into_owned())
}

/// What comes back, step by step, from an appliance that nobody has asked anything before.
fn played(config: &Config, steps: &[Turn]) -> Vec<Exchange> {
    let appliance = Called::new(config.clone());
    let mut seen: Vec<String> = Vec::new();
    let mut exchanges = Vec::new();
    for step in steps {
        match step {
            Turn::Wait(seconds) => appliance.wait(i64::from(*seconds) * 1_000),
            Turn::Call(step) => {
                let exchange = appliance.call(step, &filled(&step.draft, &seen), exchanges.len());
                if let Some(answer) = exchange.answer() {
                    let texts = answer.body.split(['<', '>', '"']).filter(|text| (1..=64).contains(&text.len()));
                    seen.extend(texts.take(SEEN_MAX).map(str::to_owned));
                    seen.drain(..seen.len().saturating_sub(SEEN_MAX));
                }
                exchanges.push(exchange);
            }
        }
    }
    exchanges
}

/// The draft with what its variables stand for; those that nobody knows stand for 1.
fn filled(draft: &Draft, seen: &[String]) -> Draft {
    let Draft::Http(mut draft) = draft.clone();
    let fill = |text: &mut String| {
        if text.contains("${") {
            let known = |name: &str| match name.strip_prefix("seen:").and_then(|number| number.parse::<usize>().ok()) {
                Some(number) => Some(seen.get(number % seen.len().max(1)).cloned().unwrap_or_default()),
                None => Some(GROUND.known.get(name).cloned().unwrap_or_else(|| "1".to_owned())),
            };
            *text = fill_with(text, known).unwrap_or_default();
        }
    };
    fill(&mut draft.path);
    draft.parameters.iter_mut().for_each(|(name, value)| {
        fill(name);
        fill(value);
    });
    Draft::Http(draft)
}
