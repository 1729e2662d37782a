//! `touchmark spec`: look at the spec data.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};

use super::{Failure, failure::usable, files::read_at_most, load_spec, nearest::nearest, print, spec_export::Exported};
use crate::{
    decode::saved::Saved,
    judge,
    report::plural,
    spec::{self, Demand, Level, Requirement, SchemaOf, Spec},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
    /// Spec data of a folder instead of the data inside the program
    #[arg(long, value_name = "DIR", global = true)]
    specs: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say every fault of the data at once, with file and line
    Check {
        /// The folder to check; without one, the data inside the program
        folder: Option<PathBuf>,
    },
    /// Print every requirement: id, level, page
    List {
        /// Only ids that start with this
        prefix: Vec<String>,
    },
    /// Print all there is about one requirement
    Show {
        /// Its id
        id: String,
    },
    /// Validate a saved XML answer against the schema that the guide's tables give
    Validate {
        /// The answer
        file: PathBuf,
        /// Which schema
        #[arg(long, value_enum, default_value = "command", value_name = "NAME")]
        schema: SchemaOf,
    },
    /// Print the whole data, for people or for the tools of others
    Export(Exported),
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, Failure> {
    let folder = match &arguments.what {
        What::Check { folder: Some(folder) } => Some(folder.as_path()),
        _ => arguments.specs.as_deref(),
    };
    let spec = match (&arguments.what, folder) {
        (What::Check { .. }, None) => usable(spec::embedded_checked())?,
        _ => load_spec(folder)?,
    };
    match &arguments.what {
        What::Check { .. } => print(&check(&spec)),
        What::Validate { file, schema } => return validate(&spec, file, *schema),
        What::List { prefix } => print(&list(&spec, prefix)?),
        What::Show { id } => print(&show(&spec, id)?),
        What::Export(exported) => print(&exported.text(&spec)?),
    }
    Ok(super::exit::CONFORMANT)
}

/// The most bytes of an answer that is validated.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// Says the first fault of an answer, and ends with the code for gaps where there is one.
fn validate(spec: &Spec, file: &Path, which: SchemaOf) -> Result<u8, Failure> {
    let name = file.display();
    let fault = |says: String| Failure::usage(format!("{name}: {says}\n  name a saved XML answer of at most 1 GiB"));
    let bytes = read_at_most(file, ANSWER_BYTES_MAX, "are read").map_err(fault)?;
    match judge::saved(spec, which, &bytes).map_err(Failure::ours)? {
        Saved::Valid => {
            print(&format!("{name} is valid against {}\n", which.file()));
            Ok(super::exit::CONFORMANT)
        }
        Saved::Invalid(first) => {
            print(&format!("{name} is not valid against {}: {first}\n", which.file()));
            Ok(super::exit::GAPS)
        }
        Saved::NotXml(why) => Err(fault(why)),
    }
}

fn check(spec: &Spec) -> String {
    let count = |level: Level| spec.all().filter(|r| r.level == level).count();
    let facts: usize = spec.endpoints.values().map(|e| e.untestable.len()).sum();
    format!(
        "no faults: {}, {} ({} must, {} should, {} ambiguous), {} not testable from outside\n",
        plural(spec.endpoints.len(), "endpoint"),
        plural(spec.requirements.len(), "requirement"),
        count(Level::Must),
        count(Level::Should),
        count(Level::Ambiguous),
        plural(facts, "fact"),
    )
}

fn list(spec: &Spec, prefixes: &[String]) -> Result<String, Failure> {
    if let Some(unknown) = prefixes.iter().find(|prefix| !spec.knows(prefix)) {
        let near = nearest(unknown, spec.requirements.keys());
        return Err(Failure::usage(format!("`{unknown}`: no requirement's id starts with that{near}")));
    }
    let mut out = String::new();
    for requirement in spec.select(prefixes) {
        let _ = writeln!(out, "{:<9} p. {:<3} {}", requirement.level.word(), requirement.page, requirement.id);
    }
    Ok(out)
}

fn show(spec: &Spec, id: &str) -> Result<String, Failure> {
    let Some(requirement) = spec.requirements.get(id) else {
        let near = nearest(id, spec.requirements.keys());
        return Err(Failure::usage(format!("`{id}` is no requirement{near}\n  touchmark spec list prints all ids")));
    };
    let mut out = String::new();
    let mut row = |name: &str, text: &str| {
        let _ = writeln!(out, "{name:<9} {text}");
    };
    row("id", &requirement.id);
    row("statement", &requirement.says);
    row("level", requirement.level.word());
    row("guide", &format!("{}, p. {}", requirement.section, requirement.page));
    row("class", requirement.class.word());
    row("suite", requirement.suite.word());
    if let Some(since) = requirement.since {
        row("since", &since.to_string());
    }
    if let Some(topic) = &requirement.topic {
        row("topic", topic);
    }
    for id in &requirement.rests_on {
        row("rests on", id);
    }
    row("asks", &asks(requirement));
    Ok(out)
}

fn asks(requirement: &Requirement) -> String {
    match &requirement.demand {
        Demand::Steps(steps) => {
            let steps: Vec<String> =
                steps.iter().map(|step| format!("{:?} {}", step.role, step.endpoint).to_lowercase()).collect();
            format!("answers to requests of its own: {}", steps.join(", "))
        }
        Demand::Present(_) => "every accepted answer: is it there as often as documented".to_owned(),
        Demand::Typed(_) => "every accepted answer: is the value of its type".to_owned(),
        Demand::Named(_) | Demand::Shape => "every accepted answer: which of the printed ways it is written".to_owned(),
        Demand::Archive(_) => "the archives that were fetched".to_owned(),
        Demand::Feed(_) => "what came over the feed".to_owned(),
        Demand::Sequence(_) => "sequences of commands, one after another and of two clients at once".to_owned(),
        Demand::Schema => "every accepted answer, against our schema".to_owned(),
        Demand::OwnSchema => "every accepted answer, against the schema that the target publishes".to_owned(),
        Demand::AsWritten(_) => "every accepted answer, against the letter of the target's own document".to_owned(),
        Demand::EveryAnswer { .. } => "every accepted answer".to_owned(),
    }
}
