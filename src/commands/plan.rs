//! `touchmark plan`: what certify would send, nothing sent.

use std::{collections::BTreeMap, fmt::Write as _};

use clap::Args;

use super::{Failure, exit, load_spec, options::CommandLine, print, settings::Settings};
use crate::{
    generate,
    model::case::Class,
    report::plural,
    run,
    spec::{Demand, Spec},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    options: CommandLine,
    /// Print every case with its requests
    #[arg(long)]
    cases_in_full: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let options = arguments.options.options()?;
    let spec = load_spec(options.specs.as_deref())?;
    let settings = Settings::of(&options, &spec)?;
    print(&text(&spec, &settings, arguments.cases_in_full));
    Ok(exit::CONFORMANT)
}

#[derive(Default)]
struct Row {
    requirements: u32,
    requests: u32,
}

fn text(spec: &Spec, settings: &Settings, in_full: bool) -> String {
    let mut rows: BTreeMap<(Class, &str), Row> = BTreeMap::new();
    let mut cases = String::new();
    let selected = run::selected(spec, &settings.plan);
    // They are the same for all that is asked of sequences.
    if let Some(first) = selected.iter().find(|requirement| matches!(requirement.demand, Demand::Sequence(_))) {
        for case in run::sequence_cases(spec, &settings.plan, settings.plan.allow.max(Class::Write)) {
            for step in &case.steps {
                rows.entry((step.class, &first.endpoint)).or_default().requests += step.times.most();
            }
            if in_full {
                let line = serde_json::to_string(&case).unwrap_or_default();
                let _ = writeln!(cases, "{line}");
            }
        }
    }
    for requirement in selected {
        if !matches!(requirement.demand, Demand::Steps(_)) {
            continue;
        }
        for drawn in generate::cases(spec, requirement, settings.plan.seed, settings.plan.cases) {
            for (number, step) in drawn.case.steps.iter().enumerate() {
                let row = rows.entry((step.class, &requirement.endpoint)).or_default();
                row.requirements += u32::from(number == 0 && drawn.case.index == 0);
                row.requests += step.times.most();
            }
            if in_full {
                let line = serde_json::to_string(&drawn.case).unwrap_or_default();
                let _ = writeln!(cases, "{line}");
            }
        }
    }
    if in_full {
        return cases;
    }
    let target = settings.target.as_deref().unwrap_or("the embedded emulator");
    let mut out = format!(
        "what certify would send to {target} with --allow {}; nothing was sent\n\n",
        settings.plan.allow.word()
    );
    for class in [Class::Read, Class::Write, Class::Disrupt] {
        let of_class: Vec<_> = rows.iter().filter(|((c, _), _)| *c == class).collect();
        let total: u32 = of_class.iter().map(|(_, row)| row.requests).sum();
        let kept = if class > settings.plan.allow { ", kept back" } else { "" };
        let _ = writeln!(out, "{:<8} at most {}{kept}", class.word(), plural(total as usize, "request"));
        for ((_, endpoint), row) in of_class {
            let _ = writeln!(out, "  {endpoint:<44} {:>5}", row.requests);
        }
    }
    out.push_str("\nnot counted are discovery, what the target's own document of the Configuration API describes, and the sessions that the run makes for \
         itself and ends again\n");
    out
}
