//! `touchmark spec export`: the spec data in a format.
//!
//! In: the format and its options. Out: a text. What a format would not read is refused.

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::Failure;
use crate::spec::{
    OpenApiStyle, SchemaOf, ShapeOf, Spec, account, coverage, to_asyncapi, to_json, to_json_schema, to_markdown,
    to_openapi, to_postman, to_xsd,
};

/// The appliance where none is named.
const SERVER: &str = "https://support.example";

#[derive(Debug, Args)]
pub(super) struct Exported {
    /// Format
    #[arg(long, value_enum)]
    format: Format,
    /// Which schema, with --format xsd [default: command]
    #[arg(long, value_enum, value_name = "NAME")]
    schema: Option<SchemaOf>,
    /// Which files, with --format shape [default: endpoint]
    #[arg(long, value_enum, value_name = "NAME")]
    shape: Option<ShapeOf>,
    /// How commands that share a path are described, with --format openapi [default: operations]
    #[arg(long, value_enum, value_name = "NAME")]
    style: Option<OpenApiStyle>,
    /// URL of the appliance, with --format openapi, asyncapi or postman [default: https://support.example]
    #[arg(long, value_name = "URL", value_parser = server)]
    server: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Endpoints, parameters, elements, examples, untestable facts and requirements
    Json,
    /// An OpenAPI 3.1 document of all APIs
    Openapi,
    /// An AsyncAPI 3.0 document of the real-time state API
    Asyncapi,
    /// A Postman collection 2.1
    Postman,
    /// The schema of the XML answers
    Xsd,
    /// A reference, section by section
    Markdown,
    /// What is covered, section by section, as a table
    Coverage,
    /// The same with every fact that is not testable, and why
    Account,
    /// The JSON Schema of spec files, with which an editor completes them
    Shape,
}

impl Exported {
    /// The export.
    pub(super) fn text(&self, spec: &Spec) -> Result<String, Failure> {
        self.nothing_unread()?;
        let server = self.server.as_deref().unwrap_or(SERVER);
        match self.format {
            Format::Json => pretty(&to_json(spec)),
            Format::Openapi => pretty(&to_openapi(spec, self.style.unwrap_or(OpenApiStyle::Operations), server)),
            Format::Asyncapi => pretty(&to_asyncapi(spec, server)),
            Format::Postman => pretty(&to_postman(spec, server)),
            Format::Xsd => Ok(to_xsd(spec, self.schema.unwrap_or(SchemaOf::Command))),
            Format::Markdown => Ok(to_markdown(spec)),
            Format::Coverage => Ok(coverage(spec)),
            Format::Account => Ok(account(spec)),
            Format::Shape => pretty(&to_json_schema(self.shape.unwrap_or(ShapeOf::Endpoint))),
        }
    }

    fn nothing_unread(&self) -> Result<(), Failure> {
        let described = [Format::Openapi, Format::Asyncapi, Format::Postman];
        let given: [(&str, bool, &[Format]); 4] = [
            ("--schema", self.schema.is_some(), &[Format::Xsd]),
            ("--shape", self.shape.is_some(), &[Format::Shape]),
            ("--style", self.style.is_some(), &[Format::Openapi]),
            ("--server", self.server.is_some(), &described),
        ];
        match given.iter().find(|(_, given, formats)| *given && !formats.contains(&self.format)) {
            None => Ok(()),
            Some((option, _, formats)) => {
                let named = |format: &Format| format.to_possible_value().map(|value| value.get_name().to_owned());
                let names: Vec<String> = formats.iter().filter_map(named).collect();
                Err(Failure::usage(format!(
                    "{option} says nothing of this format\n  it goes with --format {}",
                    names.join(", ")
                )))
            }
        }
    }
}

fn pretty(value: &Value) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::ours(error.to_string()))?;
    Ok(text + "\n")
}

/// The URL of an appliance, without the slash at its end.
fn server(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let host = host.strip_suffix('/').unwrap_or(host);
    if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c.is_control() || "/?#@\"<>{}".contains(c)) {
        return Err("write http or https and a host, such as https://support.example.com".to_owned());
    }
    Ok(text.trim_end_matches('/').to_owned())
}
