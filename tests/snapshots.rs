//! What is tested and what is said, as texts whose changes are read like code.

use std::{collections::BTreeMap, fmt::Write as _};

use touchmark::{
    commands::InMemory,
    emulator::{self, Defect, Readings},
    generate,
    model::{
        case::{CaseStep, Times},
        credential::{AccountRole, Credential},
        draft::{Carrier, Draft, Encoding},
        verdict::Verdict,
    },
    spec::{self, Demand, SchemaOf, Spec},
};

use crate::support::{Cli, snapshot};

/// The longest value that a snapshot of cases shows whole, in characters.
const SHOWN_MAX: usize = 60;

/// Cases of a property that a snapshot shows. More of them would say nothing new to a reader.
const CASES_SHOWN: u32 = 2;

#[test]
fn the_catalogue_of_requirements_is_this() {
    let spec = spec::embedded().expect("sound data");
    let mut chapters = Chapters::default();
    for requirement in spec.requirements.values() {
        let (endpoint, level, page) = (&requirement.endpoint, requirement.level.word(), requirement.page);
        let rest = requirement.id.strip_prefix(endpoint.as_str()).expect("an id below its endpoint");
        let line = format!("{level:<9} p. {page:<3} {}", rest.trim_start_matches('/'));
        chapters.line(endpoint, &format!("{endpoint}  ({})", requirement.section), &line);
    }
    chapters.compare("requirements");
}

/// A text for each chapter, in paragraphs with a heading each.
#[derive(Default)]
struct Chapters {
    texts: BTreeMap<String, String>,
    heading: String,
}

impl Chapters {
    /// Adds a line below a heading, which is written when it is another than before.
    fn line(&mut self, endpoint: &str, heading: &str, line: &str) {
        let chapter = endpoint.split('/').next().unwrap_or_default();
        let text = self.texts.entry(chapter.to_owned()).or_default();
        if self.heading != heading {
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}{heading}");
            self.heading = heading.to_owned();
        }
        let _ = writeln!(text, "  {line}");
    }

    fn compare(self, name: &str) {
        assert!(self.texts.len() > 6, "{} chapters", self.texts.len());
        self.texts.iter().for_each(|(chapter, text)| snapshot(&format!("{name}-{chapter}"), text));
    }
}

#[test]
fn the_cases_of_seed_0_are_these() {
    let spec = spec::embedded().expect("sound data");
    let mut by_endpoint: BTreeMap<&str, String> = BTreeMap::new();
    for requirement in spec.requirements.values().filter(|r| matches!(r.demand, Demand::Steps(_))) {
        let out = by_endpoint.entry(&requirement.endpoint).or_default();
        let _ = writeln!(out, "{}", requirement.id);
        for drawn in generate::cases(&spec, requirement, 0, CASES_SHOWN) {
            for step in &drawn.case.steps {
                let _ = writeln!(out, "  {}", line_of(&spec, step));
            }
        }
    }
    assert!(by_endpoint.len() > 20, "{}", by_endpoint.len());
    for (endpoint, text) in by_endpoint {
        snapshot(&format!("cases-{}", endpoint.replace('/', "-")), &text);
    }
}

/// A step in one line. What most steps have is left out.
fn line_of(spec: &Spec, step: &CaseStep) -> String {
    let Draft::Http(draft) = &step.draft;
    let mut line = format!("{:?} {} {}", step.role, draft.method, draft.path).to_lowercase();
    match &draft.raw {
        Some(raw) => line.push_str(&format!(" ?{}", shortened(raw))),
        None => {
            draft.parameters.iter().for_each(|(name, value)| line.push_str(&format!(" {name}={}", shortened(value))))
        }
    }
    let usual = spec.endpoints[&step.endpoint].class;
    if step.class != usual {
        line.push_str(&format!(" [{}]", step.class.word()));
    }
    if !matches!(draft.account, AccountRole::Full | AccountRole::None) {
        line.push_str(&format!(" [{} account]", draft.account.word()));
    }
    if draft.encoding != Encoding::Percent {
        line.push_str(&format!(" [{:?}]", draft.encoding));
    }
    if !matches!((draft.method.as_str(), draft.carrier), ("GET", Carrier::Query) | ("POST", Carrier::Form)) {
        line.push_str(&format!(" [in {:?}]", draft.carrier));
    }
    for (name, value) in &draft.headers {
        line.push_str(&format!(" [{name}: {value}]"));
    }
    if draft.credential != Credential::Token {
        line.push_str(&format!(" [authorization {:?}]", draft.credential));
    }
    if step.times != Times::Once {
        line.push_str(&format!(" [{:?}]", step.times));
    }
    line
}

/// A value as its beginning and its length.
fn shortened(value: &str) -> String {
    let length = value.chars().count();
    if length <= SHOWN_MAX {
        return format!("{value:?}");
    }
    let head: String = value.chars().take(20).collect();
    format!("{head:?}…({length} characters, {} bytes)", value.len())
}

#[test]
fn the_help_texts_are_these() {
    let cli = Cli::new();
    let mut out = String::new();
    for command in [
        "",
        "init",
        "certify",
        "fuzz",
        "plan",
        "emulate",
        "prove",
        "judge",
        "snapshot",
        "snapshot record",
        "snapshot check",
        "snapshot review",
        "snapshot scrub",
        "verify",
        "replay",
        "select",
        "spec",
        "spec check",
        "spec list",
        "spec show",
        "spec export",
        "completions",
        "man",
    ] {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let ran = cli.run(&arguments);
        assert_eq!(ran.exits(0).stderr, "");
        let _ = writeln!(out, "$ touchmark {}\n{}", arguments.join(" "), ran.stdout);
    }
    snapshot("help", &out);
    assert_eq!(cli.run(&["--version"]).exits(0).stdout, format!("touchmark {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_command_has_its_help_in_the_snapshot() {
    let help = Cli::new().run(&["--help"]).stdout;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(
        commands,
        [
            "init",
            "certify",
            "fuzz",
            "plan",
            "emulate",
            "prove",
            "judge",
            "snapshot",
            "verify",
            "replay",
            "select",
            "spec",
            "completions",
            "man",
            "help"
        ]
    );
}

#[test]
fn the_readings_and_defects_of_the_emulator_are_these() {
    let mut readings = String::new();
    for topic in Readings::list() {
        let _ = writeln!(readings, "p. {:<3} {}: {}", topic.page, topic.name, topic.readings.join(", "));
    }
    snapshot("readings", &readings);
    let defects = emulator::catalogue();
    let mut chapters = Chapters::default();
    for group in defects.chunk_by(|one, next| (&one.touches, place(one)) == (&next.touches, place(next))) {
        let kinds: Vec<&str> = group.iter().filter_map(|defect| defect.id.split(':').next()).collect();
        let touches = &group[0].touches;
        chapters.line(touches, touches, &format!("{}: {}", place(&group[0]), kinds.join(", ")));
    }
    chapters.compare("defects");
    let cli = Cli::new();
    let listed = cli.run(&["emulate", "--list-defects"]).exits(0).stdout.clone();
    assert!(defects.iter().all(|defect| listed.contains(&format!("{}\n", defect.id))));
    let listed = cli.run(&["emulate", "--list-readings"]).exits(0).stdout.clone();
    assert!(Readings::list().iter().all(|topic| listed.contains(topic.name) && listed.contains(topic.readings[1])));
}

/// What of the thing that it touches a defect changes: an id is `kind:touches:place`.
fn place(defect: &Defect) -> &str {
    defect.id.splitn(3, ':').last().unwrap_or_default()
}

#[test]
fn the_published_schema_is_made_of_the_rows_and_compiles() {
    let spec = spec::embedded().expect("sound data");
    for which in [SchemaOf::Command, SchemaOf::Reporting] {
        let (made, name, file) = (spec::to_xsd(&spec, which), which.name(), which.file());
        let fresh = format!("run: touchmark spec export --format xsd --schema {name} > specs/schemas/{file}");
        assert!(spec.schemas[&file] == made, "specs/schemas/{file} is not fresh\n{fresh}");
        assert_eq!(Cli::new().run(&["spec", "export", "--format", "xsd", "--schema", name]).exits(0).stdout, made);
    }
    // Judging against it is how the program compiles it; a schema that does not compile gives an error.
    let id = "command/get_appliances/schema";
    let run = InMemory { only: vec![format!("={id}")], ..InMemory::default() }.run(&spec).expect("a run");
    assert_eq!(run.judged.findings[id].verdict, Verdict::Pass, "{:?}", run.judged.findings[id]);
}

#[test]
fn the_schemas_of_the_format_are_made_of_the_shapes() {
    for which in spec::ShapeOf::ALL {
        let (name, path) = (which.name(), format!("specs/format/{}.json", which.name()));
        let made = Cli::new().run(&["spec", "export", "--format", "shape", "--shape", name]).exits(0).stdout.clone();
        let fresh = format!("run: touchmark spec export --format shape --shape {name} > {path}");
        let top = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(std::fs::read_to_string(top.join(&path)).ok() == Some(made), "{path} is not fresh\n{fresh}");
    }
}

#[test]
fn the_data_inside_the_program_has_no_fault_and_its_export_is_json() {
    let cli = Cli::new();
    assert!(cli.run(&["spec", "check"]).exits(0).stdout.starts_with("no faults: "));
    let json: serde_json::Value =
        serde_json::from_str(&cli.run(&["spec", "export", "--format", "json"]).exits(0).stdout).expect("JSON");
    let spec = spec::embedded().expect("sound data");
    assert_eq!(json["requirements"].as_array().map(Vec::len), Some(spec.requirements.len()));
}
