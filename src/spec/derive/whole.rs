//! What follows for the requests of an endpoint as a whole: its smallest and its lawful requests, its methods, who may call it, its sets and examples.
//!
//! In: an endpoint that can be called. Out: requirements.

use super::{
    maker::{Maker, readings_of, with_method},
    names::id_part,
};
use crate::{
    model::{
        case::Role,
        credential::{AccountRole, Credential},
    },
    spec::{
        endpoint::{Example, ParameterSet},
        requirement::{Level, Origin, Requirement},
        step::{Input, Reading, Step},
    },
    vocabulary::Expect,
};

/// Paths that had `.ns` behind them in older versions (p. 166).
const OLD_PATHS: [&str; 5] =
    ["/api/command", "/api/client_script", "/api/start_session", "/api/reporting", "/api/backup"];

impl Maker<'_> {
    /// What holds for the endpoint as a whole.
    pub(super) fn whole(&self, out: &mut Vec<Requirement>) {
        let (page, control) = (self.endpoint.page, || self.smallest(Role::Control));
        let name = self.endpoint.id.rsplit('/').next().unwrap_or_default();
        let mut smallest = self.requirement(
            Origin::Smallest,
            "smallest",
            Level::Must,
            page,
            format!("`{name}` is accepted with nothing but what it requires"),
            vec![self.accepted(|_| {})],
        );
        if self.request.account != AccountRole::None {
            smallest.rests_on.push("auth/token/*".into());
        }
        out.push(smallest);
        let maybe: Vec<_> = (0..self.endpoint.parameters.len()).filter_map(|n| self.maybe(n)).collect();
        if !maybe.is_empty() {
            let mut lawful = self.requirement(
                Origin::Combination,
                "lawful",
                Level::Must,
                page,
                format!("`{name}` is accepted with any lawful combination of its parameters"),
                vec![control(), self.accepted(|step| step.maybe = maybe)],
            );
            lawful.property = true;
            lawful.rests_on.push(format!("{}/param/*", self.endpoint.id).into());
            out.push(lawful);
        }
        if self.request.methods.len() > 1 {
            for method in &self.request.methods {
                // The control is the other method: where both fail, it is not the method that is at fault.
                let mut control = control();
                let other = self.request.methods.iter().find(|other| *other != method);
                with_method(&mut control, other.unwrap_or(method));
                let mut one = self.requirement(
                    Origin::Endpoint,
                    &format!("method/{}", method.to_ascii_lowercase()),
                    Level::Must,
                    if self.of_command() { 10 } else { page },
                    format!("`{name}` answers {method}"),
                    vec![control, self.accepted(|step| with_method(step, method))],
                );
                if method == "POST" && self.of_command() {
                    one.rests_on.push("command/general/method/post".into());
                }
                out.push(one);
            }
        }
        if OLD_PATHS.contains(&self.request.path.as_str()) {
            let readings = vec![
                Reading { name: "available".to_owned(), expect: vec![Expect::Accepted] },
                Reading { name: "gone".to_owned(), expect: vec![Expect::Refused] },
            ];
            let probe = self.open("ns-alias", |step| {
                step.path = format!("{}.ns", self.request.path);
                step.readings = readings;
            });
            let says = format!("`{name}` is still there under the old path with `.ns`");
            out.push(self.ambiguous(Origin::Endpoint, "alias/ns", "ns-alias", 166, says, vec![control(), probe]));
            let probe = self.open("unknown-parameter", |step| {
                step.parameters.push(("touchmark_unknown".to_owned(), Input::Text("1".to_owned())));
            });
            let says = format!("`{name}` with a parameter that the guide does not know");
            out.push(self.ambiguous(
                Origin::Endpoint,
                "unknown-parameter",
                "unknown-parameter",
                page,
                says,
                vec![control(), probe],
            ));
            out.extend(self.repeated());
        }
        self.permissions(out);
    }

    /// A set of parameters that the guide names, and nothing else.
    pub(super) fn set(&self, set: &ParameterSet) -> Requirement {
        let probe = self.accepted(|step| {
            step.parameters = self
                .request
                .fixed
                .iter()
                .chain(&set.parameters)
                .map(|(n, v)| (n.clone(), Input::Text(v.clone())))
                .collect();
        });
        let mut requirement = self.requirement(
            Origin::Set,
            &format!("set/{}", id_part(&set.name)),
            Level::Must,
            set.page,
            set.says.clone(),
            vec![probe],
        );
        requirement.rests_on.push(format!("{}/param/*/accepted", self.endpoint.id).into());
        requirement
    }

    /// The same parameter twice: once with a lawful value, once with one that names nothing.
    fn repeated(&self) -> Option<Requirement> {
        let row =
            self.endpoint.parameters.iter().find(|row| {
                row.class.is_none() && row.unknown.is_some() && self.request.smallest.contains_key(&row.key)
            })?;
        let lawful = self.request.smallest.get(&row.key)?.clone();
        let unknown = row.unknown.clone()?;
        let twice = |first: &str, second: &str, accepted_in: &str| {
            self.open("repeated-parameter", |step| {
                step.parameters.retain(|(name, _)| *name != row.key);
                step.parameters.push((row.key.clone(), Input::Text(first.to_owned())));
                step.parameters.push((row.key.clone(), Input::Text(second.to_owned())));
                step.readings = ["first", "last", "refused"]
                    .map(|name| Reading {
                        name: name.to_owned(),
                        expect: vec![if name == accepted_in { Expect::Accepted } else { Expect::Refused }],
                    })
                    .to_vec();
            })
        };
        let steps =
            vec![self.smallest(Role::Control), twice(&lawful, &unknown, "first"), twice(&unknown, &lawful, "last")];
        let says = format!("`{}` given twice: the first holds, the last holds, or the request is refused", row.name);
        Some(self.ambiguous(Origin::Endpoint, "repeated-parameter", "repeated-parameter", row.page, says, steps))
    }

    fn permissions(&self, out: &mut Vec<Requirement>) {
        let name = self.endpoint.id.rsplit('/').next().unwrap_or_default();
        if self.request.account == AccountRole::None || self.request.access_unstated {
            return;
        }
        let (page, control) = (self.endpoint.page, || self.smallest(Role::Control));
        let with = |role: AccountRole| move |step: &mut Step| step.account = role;
        out.push(self.requirement(
            Origin::Access,
            "permission/deny",
            Level::Must,
            page,
            match &self.request.permission {
                Some(permission) => format!("`{name}` is refused to an account without the permission {permission}"),
                None => format!("`{name}` is refused to an account without access to the command API"),
            },
            vec![control(), self.refused(with(AccountRole::Deny))],
        ));
        let id = "permission/read_only";
        if self.request.permission.is_none() {
            out.push(self.read_only(id));
        }
        for (id, credential, says) in [
            ("auth/none", Credential::None, "without a token"),
            ("auth/invalid", Credential::NeverIssued, "with a token that was never issued"),
        ] {
            let mut one = self.requirement(
                Origin::Access,
                id,
                Level::Must,
                6,
                format!("`{name}` is refused {says}"),
                vec![control(), self.refused(|step| step.credential = credential)],
            );
            one.rests_on.push("auth/errors/*".into());
            out.push(one);
        }
    }

    fn read_only(&self, id: &str) -> Requirement {
        let name = self.endpoint.id.rsplit('/').next().unwrap_or_default();
        let (page, control) = (self.endpoint.page, || self.smallest(Role::Control));
        let with = |role: AccountRole| move |step: &mut Step| step.account = role;
        match self.request.account {
            AccountRole::Full => self.requirement(
                Origin::Access,
                id,
                Level::Must,
                page,
                format!("`{name}` is refused to an account with read-only access"),
                vec![control(), self.refused(with(AccountRole::ReadOnly))],
            ),
            _ => self.requirement(
                Origin::Access,
                id,
                Level::Must,
                page,
                format!("`{name}` is open to an account with read-only access"),
                vec![self.accepted(with(AccountRole::ReadOnly))],
            ),
        }
    }

    pub(super) fn example(&self, example: &Example) -> Requirement {
        let mut probe = self.smallest(Role::Probe);
        probe.parameters.clear();
        probe.raw = Some(example.send.clone());
        probe.class = example.class.unwrap_or(probe.class);
        let says = format!("the printed example is understood: {}", example.says);
        let mut steps = Vec::new();
        let level = match example.expect.as_str() {
            "accepted" => {
                probe.expect = vec![Expect::Accepted];
                Level::Must
            }
            "refused" => {
                probe.expect = vec![Expect::Refused];
                steps.push(self.smallest(Role::Control));
                Level::Must
            }
            _ => {
                probe.readings = readings_of(example.topic.as_deref().unwrap_or_default());
                steps.push(self.smallest(Role::Control));
                Level::Ambiguous
            }
        };
        steps.push(probe);
        let mut requirement =
            self.requirement(Origin::Example, &format!("example/{}", example.name), level, example.page, says, steps);
        requirement.topic =
            (level == Level::Ambiguous).then(|| example.topic.clone().unwrap_or_else(|| "printed-example".to_owned()));
        requirement.fresh_session = example.fresh_session;
        // Where one of its parameters is refused alone, or what it asks for in another form, that is the cause.
        requirement.rests_on.extend(
            ["param/*/accepted", "param/*/value/*", "set/*"].map(|of| format!("{}/{of}", self.endpoint.id).into()),
        );
        requirement
    }
}
