//! What the data covers of the guide, section by section, in Markdown.
//!
//! In: the spec. Out: a table of all sections, and COVERAGE.md, which is that table and every fact that no request can show. Nothing
//! here is written by hand: a number that is wrong is wrong in the data.

use std::fmt::Write as _;

use crate::spec::{endpoint::Endpoint, requirement::Level, select::Spec, tables::ModelField};

/// One section of the guide.
struct Row<'a> {
    page: u32,
    title: &'a str,
    endpoints: Vec<&'a Endpoint>,
    /// Requirements: must, should, ambiguous.
    levels: [usize; 3],
    /// Those of them that need a fact or an account that only the operator has.
    opt_in: usize,
}

impl Row<'_> {
    fn facts(&self) -> usize {
        self.endpoints.iter().map(|endpoint| endpoint.facts()).sum()
    }

    fn untestable(&self) -> usize {
        self.endpoints.iter().map(|endpoint| endpoint.untestable.len()).sum()
    }
}

impl Endpoint {
    /// The count of facts in its rows: parameters with their values, forms and bounds, sets, elements with their values, examples, and
    /// what cannot be tested.
    #[must_use]
    pub fn facts(&self) -> usize {
        let of_parameters = self.parameters.iter().map(|row| {
            let bounds = [
                row.min.is_some(),
                row.max.is_some(),
                row.max_characters.is_some(),
                row.max_bytes.is_some(),
                row.max_items.is_some(),
                row.default.is_some(),
                row.unit.is_some(),
            ];
            let bounds = bounds.into_iter().filter(|there| *there).count();
            1 + row.values.len() + row.item_values.len() + row.forms.len() + bounds
        });
        let of_elements = self.elements.iter().map(|row| 1 + row.values.len());
        let fields = |rows: &[ModelField]| rows.iter().map(|row| 1 + row.values.len()).sum::<usize>();
        let of_tables = self.tables.iter().map(|table| 1 + fields(&table.fields));
        let of_events = self.events.iter().map(|event| 1 + fields(&event.fields));
        let of_archives = of_tables.chain(of_events).sum::<usize>();
        let rest = self.sets.len() + self.examples.len() + self.untestable.len();
        of_parameters.sum::<usize>() + of_elements.sum::<usize>() + of_archives + rest
    }
}

fn rows(spec: &Spec) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for endpoint in spec.endpoints.values() {
        let title = endpoint.title.as_str();
        if let Some(row) = rows.iter_mut().find(|row| row.title == title) {
            row.endpoints.push(endpoint);
            continue;
        }
        let page = spec.guide.sections.iter().find(|s| s.title == title).map_or(endpoint.page, |s| s.page);
        let of = |level: Level| spec.all().filter(|r| r.section == title && r.level == level).count();
        let opt_in = spec.all().filter(|r| r.section == title && r.opt_in).count();
        let levels = [Level::Must, Level::Should, Level::Ambiguous].map(of);
        rows.push(Row { page, title, endpoints: vec![endpoint], levels, opt_in });
    }
    let known: Vec<&str> = rows.iter().map(|row| row.title).collect();
    let missing = spec.guide.sections.iter().filter(|section| !known.contains(&section.title.as_str()));
    rows.extend(missing.map(|s| Row {
        page: s.page,
        title: &s.title,
        endpoints: Vec::new(),
        levels: [0; 3],
        opt_in: 0,
    }));
    rows.sort_by_key(|row| (row.page, row.title));
    rows
}

/// The table of what is covered: a row for each section of the guide, in its order, and a last row with the sums.
#[must_use]
pub fn coverage(spec: &Spec) -> String {
    let mut out = "| section of the guide | page | facts | must | should | ambiguous | on request | not testable |\n\
                   | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        .to_owned();
    let mut sums = [0; 6];
    for row in rows(spec) {
        let [must, should, ambiguous] = row.levels;
        let numbers = [row.facts(), must, should, ambiguous, row.opt_in, row.untestable()];
        let cells = numbers.map(|n| n.to_string()).join(" | ");
        let _ = writeln!(out, "| {} | {} | {cells} |", row.title, row.page);
        sums.iter_mut().zip(numbers).for_each(|(sum, n)| *sum += n);
    }
    let _ = writeln!(out, "| **together** | | {} |", sums.map(|n| format!("**{n}**")).join(" | "));
    out
}

/// What COVERAGE.md opens with.
const ACCOUNT_HEAD: &str = "# What is covered of the guide

Made from the data by `touchmark spec export --format account`; a test keeps it fresh. How the answers are looked at, and what is
left out, is in [docs/scope.md](docs/scope.md).

*Facts* are the rows of the data: parameters, values, elements, fields, examples. *Must*, *should* and *ambiguous* are the levels of
the requirements: the guide states it; it is implied or advised; the guide contradicts itself or leaves it open. *On request* are those
requirements that need an account or a fixture that only the operator has. *Not testable* are facts that no request can show; they are
listed below, each with the reason. A section whose numbers are all 0 has no data yet.

";

/// The whole account: the table, then for each section what no request can show, and why.
#[must_use]
pub fn account(spec: &Spec) -> String {
    let mut out = format!("{ACCOUNT_HEAD}{}", coverage(spec));
    for row in rows(spec).iter().filter(|row| row.untestable() > 0) {
        let _ = writeln!(
            out,
            "\n## {} (p. {})\n\n| not testable | page | why |\n| --- | ---: | --- |",
            row.title, row.page
        );
        for fact in row.endpoints.iter().flat_map(|endpoint| &endpoint.untestable) {
            let cell = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
            let _ = writeln!(out, "| {} | {} | {} |", cell(&fact.says), fact.page, cell(&fact.why));
        }
    }
    out
}
