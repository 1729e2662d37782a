//! A look at a target before anything is tested: what it has, what each account may do there, and what it refuses.
//!
//! In: the spec, a sender and a plan. Out: [`Looked`]. Everything that is sent only reads, and nothing is judged.

use std::sync::atomic::AtomicBool;

use crate::{
    judge,
    model::{case::Purpose, credential::AccountRole, id::EndpointId, record::Record, variables::Variables},
    send::Sender,
    spec::{Query, Spec, Type, When},
};

use super::{
    configuration,
    discovery::{self, Abort},
    flow::play,
    plan::Plan,
    shared::{Event, Shared},
};

/// What a target has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// What was found out about it, by the names of fixtures.
    pub found: Variables,
    /// The endpoints that were asked with the main account, and what came where that was no answer as documented.
    pub asked: Vec<(EndpointId, Option<String>)>,
    /// What each account may do, by its role; or what came instead.
    pub accounts: Vec<(AccountRole, Result<Vec<Granted>, String>)>,
    /// Requests that went out.
    pub requests: u64,
}

/// What a target says of something that an account may do or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Its name at the target.
    pub name: String,
    /// Its value there.
    pub value: String,
    /// What it is, in our words.
    pub says: String,
}

/// Looks at a target.
///
/// # Errors
/// Why nothing can be found out: nobody answers, or the credentials are not taken.
pub async fn looked(
    spec: &Spec,
    sender: &Sender,
    plan: &Plan,
    stop: &AtomicBool,
    on_event: &dyn Fn(Event<'_>),
) -> Result<Looked, Abort> {
    let shared = Shared::new(spec, sender, plan, stop, on_event);
    on_event(Event::Discovering);
    discovery::greet(&shared).await?;
    configuration::fetch(&shared).await;
    discovery::discover(&shared, &spec.fixtures.keys().cloned().collect(), 0).await?;
    let mut asked: Vec<(EndpointId, Option<String>)> = Vec::new();
    for record in shared.records.borrow().iter() {
        for exchange in &record.exchanges {
            let instead = match judge::heard(spec, exchange) {
                Some(heard) if heard.accepted() => None,
                heard => Some(heard.map_or_else(String::new, |heard| sender.redacted(&heard.summary()))),
            };
            match asked.iter_mut().find(|(endpoint, _)| *endpoint == exchange.endpoint) {
                // What was answered once can be asked.
                Some((_, before)) => *before = before.take().and(instead),
                None => asked.push((exchange.endpoint.clone(), instead)),
            }
        }
    }
    let mut accounts = Vec::new();
    for role in AccountRole::given().filter(|role| sender.has(*role)) {
        if let Some(record) = asked_by(&shared, role).await {
            accounts.push((role, permissions(spec, sender, &record)));
        }
    }
    let found = sender.redacted_all(&shared.world.borrow().known());
    Ok(Looked { found, asked, accounts, requests: sender.sent() })
}

/// Asks with an account what the discovery asks first.
async fn asked_by(shared: &Shared<'_>, role: AccountRole) -> Option<Record> {
    let (name, flow) = shared.spec.flow(When::Discovery)?;
    let mut step = flow.steps.first()?.clone();
    step.account = role;
    step.capture.clear();
    let steps = [step];
    let drawn = shared.flow(&Purpose::flow(name, role.word()), &steps);
    let known = shared.world.borrow().with(&drawn.made);
    Some(play(shared, &drawn.case, &steps, known, &drawn.made).await.record)
}

/// What the answer to that says that the account may do: what it has as yes, no or one of some words. The entries are written in one of
/// several ways.
fn permissions(spec: &Spec, sender: &Sender, record: &Record) -> Result<Vec<Granted>, String> {
    let Some(exchange) = record.exchanges.last() else { return Err("no answer".to_owned()) };
    let Some(heard) = judge::heard(spec, exchange) else { return Err("no answer".to_owned()) };
    if !heard.accepted() {
        return Err(sender.redacted(&heard.summary()));
    }
    let rows = spec.endpoints.get(&exchange.endpoint).map(|endpoint| endpoint.elements.as_slice()).unwrap_or_default();
    let mut all = Vec::new();
    for row in rows.iter().filter(|row| matches!(row.kind, Type::Flag | Type::Enum)) {
        let name = row.path.rsplit('/').next().unwrap_or_default();
        let written = format!("//{name} | //@{name} | //*[@name='{name}'][.!=''] | //*[@name='{name}']/@value");
        let value = Query::parse(&written).ok().and_then(|query| query.find(&heard, &Variables::new()));
        all.extend(value.map(|value| Granted { name: name.to_owned(), value, says: row.says.clone() }));
    }
    Ok(all)
}
