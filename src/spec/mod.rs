//! What the guide says, as data.
//!
//! In: the TOML files and schemas of `specs/`. Out: a [`Spec`]: endpoints with their parameters and elements, and the
//! requirements that derive from those rows or are written beside them. Nothing here knows of seeds, targets or verdicts.

mod archives;
mod capture;
mod derive;
mod endpoint;
mod export;
mod fixtures;
mod flow;
pub mod fuzz;
mod guide;
mod hints;
mod left_out;
mod load;
pub mod openapi;
mod plain;
mod reference;
mod requirement;
mod select;
mod sequence;
mod step;
mod tables;

pub use crate::model::variables::{UNIQUE, UNIQUE_LETTERS};
pub use archives::{ArchiveDemand, ArchiveWord};
pub use capture::{Capture, Own, Owned};
pub use endpoint::{
    Element, Endpoint, Example, Form, Media, Need, Parameter, ParameterKind, ParameterSet, RequestSpec, ResponseSpec,
    Untestable,
};
pub use export::{
    MESSAGE_ROOT, OpenApiStyle, SchemaOf, account, coverage, to_asyncapi, to_json, to_markdown, to_openapi, to_postman,
    to_xsd,
};
pub use fixtures::Fixture;
pub use flow::{FRESH, Flow, ForEach, OWN_SESSION, Ours, TAKEN_AWAY, When};
pub use guide::{Change, Guide, Section, Version, VersionRow};
pub use left_out::LeftOut;
pub(crate) use load::did_you_mean;
pub use load::{LoadErrors, ShapeOf, embedded, embedded_checked, from_folder, to_json_schema};
pub use reference::{Expected, Reference};
pub use requirement::{AsWritten, Demand, Level, Origin, Requirement};
pub use select::Spec;
pub use sequence::{Action, ActionKind, RACE_COMMANDS_MAX, Race, SequenceWord, Sequences, ShownField};
pub use step::{Input, Reading, SchemaInput, Step, ValueClass, variables_of, variables_of_expectations};
pub use tables::{FieldKind, ModelEvent, ModelField, ModelTable};

pub use crate::vocabulary::{Expect, Path, Predicate, Query, Type, Walk};

pub(crate) use select::{glob, matching};
