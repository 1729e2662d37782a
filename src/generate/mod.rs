//! Which requests to make: cases, drawn from the seed with proptest strategies that are built from the rows at run time.
//!
//! In: requirements and a seed. Out: [`Drawn`] cases, which can shrink. Nothing here is sent, and no clock is read: the same
//! seed gives the same cases, byte for byte.

pub mod cuts;
mod drawing;
mod json;
pub mod mutant;
mod seeded;
pub mod sequence;
mod value;

use proptest::{
    strategy::{BoxedStrategy, Just, NewTree, Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use sha2::{Digest, Sha256};

pub use crate::spec::{variables_of, variables_of_expectations};

use crate::{
    model::{
        case::{Case, CaseStep, Purpose, Role},
        draft::{Draft, HttpDraft},
        variables::{Variables, names},
    },
    spec::{Demand, Input, Requirement, Spec, Step, UNIQUE, UNIQUE_LETTERS, ValueClass},
};

/// A case with the tree of values that it was drawn from.
pub struct Drawn {
    /// The case as it is now.
    pub case: Case,
    /// The variables that the seed alone decides.
    pub made: Variables,
    tree: Tree,
    steps: Vec<Step>,
    seed: u64,
    word: String,
}

type Tree = Box<dyn ValueTree<Value = Vec<Option<String>>>>;

/// The cases of a requirement. One that is a property has `count` of them, half of them where it is one of a single value, any other has
/// one.
#[must_use]
pub fn cases(spec: &Spec, requirement: &Requirement, seed: u64, count: u32) -> Vec<Drawn> {
    let Demand::Steps(steps) = &requirement.demand else { return Vec::new() };
    let of_one_value = steps.iter().all(|step| step.maybe.is_empty())
        && steps.iter().flat_map(|step| &step.parameters).filter(|(_, input)| is_value(input)).count() == 1
        && !steps.iter().flat_map(|step| &step.parameters).any(|(_, input)| is_chosen(input) && !is_value(input));
    let count = match requirement.property {
        true if of_one_value => count.div_ceil(2).max(1),
        true => count.max(1),
        false => 1,
    };
    let steps: Vec<Step> = steps.iter().chain(&requirement.teardown).cloned().collect();
    let purpose = Purpose::Requirement(requirement.id.clone());
    (0..count).map(|index| draw(spec, &purpose, &steps, seed, index)).collect()
}

/// Whether it is a value that is drawn from a schema by itself.
fn is_value(input: &Input) -> bool {
    matches!(input, Input::Schema(schema) if schema.text)
}

fn is_chosen(input: &Input) -> bool {
    matches!(input, Input::Draw { .. } | Input::Schema(_))
}

/// Whether the seed decides what is sent for a requirement: its cases differ from seed to seed in more than a name that is to be
/// unique.
#[must_use]
pub fn is_drawn(spec: &Spec, requirement: &Requirement) -> bool {
    let sent = |seed| -> Vec<(Case, Variables)> {
        let cases = cases(spec, requirement, seed, 1).into_iter();
        cases
            .map(|mut drawn| {
                drawn.made.remove("unique");
                (drawn.case, drawn.made)
            })
            .collect()
    };
    // Which parameters a property leaves out is drawn, too, though its first case leaves out none.
    requirement.property
        || matches!(requirement.demand, Demand::Sequence(_))
        || [2, 3].into_iter().any(|seed| sent(seed) != sent(1))
}

/// Calls of a flow as a case. The purpose decides what is drawn.
#[must_use]
pub fn flow(spec: &Spec, purpose: &Purpose, steps: &[Step], seed: u64) -> Drawn {
    draw(spec, purpose, steps, seed, 0)
}

fn draw(spec: &Spec, purpose: &Purpose, steps: &[Step], seed: u64, index: u32) -> Drawn {
    let digest = digest_of(seed, &purpose.to_string(), index);
    let mut runner = runner(&digest);
    let mut strategies: Vec<BoxedStrategy<Option<String>>> = Vec::new();
    for step in steps {
        let of_control = |name: &str, input: &Input| match step.role {
            Role::Control => control(spec, seed, step, name, input),
            Role::Probe if steps.len() == 1 => lawful(spec, seed, step, name, input),
            _ => None,
        };
        strategies.extend(step.parameters.iter().map(|(name, input)| {
            let bound = value::bound(spec, input, index).map(|bound| Just(Some(bound)).boxed());
            let drawn = || value::strategy(spec, input).prop_map(Some).boxed();
            bound.or_else(|| of_control(name, input)).unwrap_or_else(drawn)
        }));
        // The first case has all that may be there, so that no seed leaves a parameter out of every case.
        let maybe = |input| match index {
            0 => value::strategy(spec, input).prop_map(Some).boxed(),
            _ => proptest::option::of(value::strategy(spec, input)).boxed(),
        };
        strategies.extend(step.maybe.iter().map(|(_, input)| maybe(input)));
    }
    // None of our strategies filters, so drawing a tree cannot fail.
    let tree: Tree = match strategies.new_tree(&mut runner) {
        Ok(tree) => Box::new(tree),
        Err(_) => Box::new(Fixed(Vec::new())),
    };
    let case = Case { purpose: purpose.clone(), index, attempt: 0, steps: Vec::new() };
    let mut drawn = Drawn { case, made: Variables::new(), tree, steps: steps.to_vec(), seed, word: String::new() };
    drawn.refresh();
    drawn.name();
    drawn
}

/// A drawn value of a positive control. It is the same for all requirements that ask for such a value, so that their cases share the request.
fn control(spec: &Spec, seed: u64, step: &Step, name: &str, input: &Input) -> Option<BoxedStrategy<Option<String>>> {
    if !matches!(input, Input::Draw { .. }) {
        return None;
    }
    let tree = of_all(spec, seed, step, name, input).new_tree(&mut runner(&[0; 32])).ok()?;
    Some(Just(tree.current()).boxed())
}

/// A lawful value of a request that is all of a case. It is that of the controls, so that their cases share the request, and can be made
/// simpler.
fn lawful(spec: &Spec, seed: u64, step: &Step, name: &str, input: &Input) -> Option<BoxedStrategy<Option<String>>> {
    let is_lawful = matches!(input, Input::Draw { class: ValueClass::Lawful, .. });
    is_lawful.then(|| of_all(spec, seed, step, name, input).boxed())
}

/// A value that depends on nothing but seed, endpoint and parameter.
fn of_all(spec: &Spec, seed: u64, step: &Step, name: &str, input: &Input) -> Seeded {
    let digest = digest_of(seed, &format!("{}/{name}/{input:?}", step.endpoint), 0);
    Seeded { inner: value::strategy(spec, input).prop_map(Some).boxed(), digest }
}

/// A strategy with random numbers of its own.
#[derive(Debug)]
struct Seeded {
    inner: BoxedStrategy<Option<String>>,
    digest: [u8; 32],
}

impl Strategy for Seeded {
    type Tree = Box<dyn ValueTree<Value = Self::Value>>;
    type Value = Option<String>;

    fn new_tree(&self, _: &mut TestRunner) -> NewTree<Self> {
        self.inner.new_tree(&mut runner(&self.digest))
    }
}

fn runner(digest: &[u8; 32]) -> TestRunner {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, digest);
    TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng)
}

/// What the names begin with that a run with this word makes.
#[must_use]
pub fn names_begin_with(word: &str) -> String {
    seeded::before(word)
}

/// What stands where no strategies are.
struct Fixed(Vec<Option<String>>);

impl ValueTree for Fixed {
    type Value = Vec<Option<String>>;

    fn current(&self) -> Self::Value {
        self.0.clone()
    }

    fn simplify(&mut self) -> bool {
        false
    }

    fn complicate(&mut self) -> bool {
        false
    }
}

impl Drawn {
    /// Whether anything in the case was drawn, so that there may be a simpler one.
    #[must_use]
    pub fn has_choices(&self) -> bool {
        let drawn = |(_, input): &(String, Input)| is_chosen(input);
        self.steps.iter().any(|step| !step.maybe.is_empty() || step.parameters.iter().any(drawn))
    }

    /// Makes the case a little simpler; false when it cannot.
    pub fn simplify(&mut self) -> bool {
        let changed = self.tree.simplify();
        self.refresh();
        changed
    }

    /// Takes the last simplification back, in part or whole; false when there is nothing to take back.
    pub fn complicate(&mut self) -> bool {
        let changed = self.tree.complicate();
        self.refresh();
        changed
    }

    /// The same values with names that hold the word of a run, so that no run meets what another one made. Without a word the seed alone
    /// decides them.
    #[must_use]
    pub fn of_run(mut self, word: &str) -> Self {
        word.clone_into(&mut self.word);
        self.name();
        self
    }

    /// The same values for another attempt, with names of its own.
    pub fn attempt(&mut self, attempt: u32) {
        self.case.attempt = attempt;
        self.name();
    }

    /// Makes the variables that the seed alone decides.
    fn name(&mut self) {
        let Case { purpose, index, attempt, .. } = &self.case;
        let name = if *attempt == 0 { purpose.to_string() } else { format!("{purpose}#{attempt}") };
        let digest = digest_of(self.seed, &name, *index);
        let in_drafts = self.case.steps.iter().flat_map(|step| {
            let Draft::Http(draft) = &step.draft;
            draft.parameters.iter().flat_map(|(_, value)| names(value))
        });
        let in_steps = self.steps.iter().flat_map(variables_of);
        let all = in_steps.chain(std::iter::once(UNIQUE.to_owned())).chain(in_drafts);
        self.made = all
            .filter_map(|name| {
                let value = match name.as_str() {
                    UNIQUE => seeded::unique(&self.word, &digest),
                    UNIQUE_LETTERS => seeded::unique(&self.word, &digest).replace('-', ""),
                    _ => seeded::value(&name, &digest)?,
                };
                Some((name, value))
            })
            .collect();
    }

    fn refresh(&mut self) {
        let mut values = self.tree.current().into_iter();
        self.case.steps = self.steps.iter().map(|step| case_step(step, &mut values)).collect();
    }
}

fn case_step(step: &Step, values: &mut impl Iterator<Item = Option<String>>) -> CaseStep {
    let mut parameters = Vec::new();
    for (name, _) in step.parameters.iter().chain(&step.maybe) {
        if let Some(Some(value)) = values.next() {
            parameters.push((name.clone(), value));
        }
    }
    CaseStep {
        role: step.role,
        endpoint: step.endpoint.clone(),
        class: step.class,
        draft: Draft::Http(HttpDraft {
            method: step.method.clone(),
            path: step.path.clone(),
            parameters,
            raw: step.raw.clone(),
            encoding: step.encoding,
            carrier: step.carrier,
            account: step.account,
            credential: step.credential.clone(),
            headers: step.headers.clone(),
            talk: step.talk.clone(),
            written: step.written.clone(),
        }),
        times: step.times,
        wait_s: step.wait_s,
        capture: step.capture.iter().map(|one| (one.name.clone(), one.query.to_string())).collect(),
        call: None,
    }
}

fn digest_of(seed: u64, name: &str, index: u32) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(name.as_bytes());
    hash.update(index.to_be_bytes());
    hash.finalize().into()
}
