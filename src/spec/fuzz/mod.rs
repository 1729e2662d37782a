//! Requirements that follow from attacks, and from the rows of endpoints with values that are amiss.
//!
//! In: the spec data. Out: the same data with a requirement for each attack, and for each endpoint that fuzzing may call and each family of
//! values. A pure function, so a journal of them can be judged again. Only `touchmark fuzz` and `prove` ask for it.

pub(super) mod about;
pub(super) mod attack;
pub(super) mod families;
pub(super) mod maker;
mod malformed;

use std::sync::Arc;

pub use about::{about, is_below};
pub use malformed::{is_guided, seeds};

pub use attack::{Attack, Attacks, Demanded, Difference, LawfulRequest, Layer, Twin};
use maker::requirement;

use super::{
    endpoint::Endpoint,
    requirement::{Level, Requirement},
    select::Spec,
    step::Step,
};
use crate::{
    model::{
        case::{Class, Role},
        written::RawRequest,
    },
    vocabulary::{Expect, Hostile, Soundness},
};

/// Id of the requirement that a target stays alive whatever is sent to it. It is asked with any other of fuzzing.
pub const ALIVE: &str = "fuzz/alive";

/// The data with what follows from attacks.
#[must_use]
pub fn extend(spec: &Spec) -> Spec {
    let mut extended = spec.clone();
    let Some(read) = lawful(spec) else { return extended };
    let Some(asked) = asked(read) else { return extended };
    let maker = Maker { spec, read, asked };
    let rows = spec.attacks.rows.iter().flat_map(|attack| maker.of_attack(attack));
    let malformed =
        spec.endpoints.values().flat_map(|endpoint| malformed::requirements(endpoint, read, &spec.attacks.traces));
    for requirement in rows.chain(malformed).chain([maker.alive()]) {
        extended.requirements.insert(requirement.id.clone(), requirement.into());
    }
    extended
}

/// The endpoint of the lawful request from which attacks differ.
pub(super) fn lawful(spec: &Spec) -> Option<&Endpoint> {
    spec.endpoints.get(spec.attacks.read.as_ref()?)
}

/// What the lawful request asks for.
fn asked(read: &Endpoint) -> Option<LawfulRequest> {
    let request = read.request.as_ref()?;
    let pairs = request.fixed.iter().chain(&request.smallest).map(|(name, value)| format!("{name}={value}"));
    let form = pairs.collect::<Vec<_>>().join("&");
    Some(LawfulRequest { target: format!("{}?{form}", request.path), path: request.path.clone(), form })
}

struct Maker<'a> {
    spec: &'a Spec,
    read: &'a Endpoint,
    asked: LawfulRequest,
}

impl Maker<'_> {
    /// What is asked where an attack goes out: one requirement, or two where what it must do is only advised.
    fn of_attack(&self, attack: &Attack) -> Vec<Requirement> {
        let sound = Soundness {
            closes: !matches!(attack.demand, Demanded::MustAccept | Demanded::ShouldAccept),
            cut: attack.cut,
            also: attack.also.clone(),
            traces: Arc::clone(&self.spec.attacks.traces),
        };
        let sound = Expect::Hostile(Hostile::Sound(Arc::new(sound)));
        let rejected = |with_400| Expect::Hostile(Hostile::Rejected { with_400, also: attack.also.clone() });
        let (level, demanded) = match attack.demand {
            Demanded::Must400 => (Level::Must, Some(rejected(true))),
            Demanded::MustReject => (Level::Must, Some(rejected(false))),
            Demanded::ShouldReject => (Level::Should, Some(rejected(false))),
            Demanded::MustAccept => (Level::Must, Some(Expect::Accepted)),
            Demanded::ShouldAccept => (Level::Should, Some(Expect::Accepted)),
            Demanded::May => (Level::Must, None),
        };
        let id = format!("http/{}/{}", attack.layer.word(), attack.id);
        match (level, demanded) {
            (Level::Must, demanded) => {
                let expect = std::iter::once(sound).chain(demanded).collect();
                vec![self.requirement(attack, id, level, &attack.says, expect)]
            }
            (_, demanded) => {
                let says = "An odd request leaves the target sound";
                vec![
                    self.requirement(attack, format!("{id}/sound"), Level::Must, says, vec![sound]),
                    self.requirement(attack, id, level, &attack.says, demanded.into_iter().collect()),
                ]
            }
        }
    }

    /// What is asked of a target that was sent anything of this.
    fn alive(&self) -> Requirement {
        let step = |hostile| Step { expect: vec![Expect::Hostile(hostile)], ..self.twin(Role::Probe, Twin::Read) };
        let says = "The target goes on answering, whatever it was sent".to_owned();
        let steps = vec![step(Hostile::Any), step(Hostile::Alive)];
        let asked = requirement(self.read, ALIVE.to_owned(), Level::Must, says, steps);
        Requirement { section: "RFC 9110, 2.4".to_owned(), page: 0, ..asked }
    }

    /// A step with a lawful request as bytes.
    fn twin(&self, role: Role, from: Twin) -> Step {
        let text = from.text(&Difference::default(), &self.asked);
        let step = Step { expect: vec![Expect::Accepted], ..Step::of(role, self.read.id.clone(), Class::Read) };
        self.written(step, RawRequest { text: Some(text), ..RawRequest::default() })
    }

    fn written(&self, step: Step, written: RawRequest) -> Step {
        let (method, path) = (method(written.text.as_deref().unwrap_or_default()), self.asked.path.clone());
        Step { method, path, written: Some(written), ..step }
    }

    fn requirement(&self, attack: &Attack, id: String, level: Level, says: &str, expect: Vec<Expect>) -> Requirement {
        let probe = Step { expect, ..Step::of(Role::Probe, self.read.id.clone(), attack.class) };
        let (text, below_tls) = (attack.text(&self.asked), attack.layer == Layer::Tls);
        let probe = self.written(probe, RawRequest { text: Some(text), cut: attack.cut, below_tls });
        let steps = vec![self.twin(Role::Control, attack.from), probe, self.twin(Role::Probe, attack.from)];
        let asked = requirement(self.read, id, level, says.to_owned(), steps);
        match attack.source.strip_prefix("p. ").and_then(|page| page.parse().ok()) {
            Some(page) => Requirement { page, ..asked },
            None => Requirement { section: attack.source.clone(), page: 0, ..asked },
        }
    }
}

/// The first word of a request.
fn method(text: &str) -> String {
    let word = text.split([' ', '\r', '\n']).next().unwrap_or_default();
    word.chars().filter(char::is_ascii_graphic).take(32).collect()
}
