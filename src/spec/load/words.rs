//! The words that keys of the spec data take, a table a key: what is typed, and what it means.
//!
//! In: nothing. Out: the tables, for the rooms that read them, and the words of a key for the JSON Schemas with which editors complete them.

use strum::VariantArray;

use crate::{
    model::{
        case::{Class, Role},
        credential::AccountRole,
        draft::{Carrier, Encoding},
        suite::Suite,
    },
    spec::{
        endpoint::{Media, ParameterKind},
        flow::When,
        fuzz::{Demanded, Layer, Twin},
        tables::FieldKind,
    },
    vocabulary,
};

/// What an accepted answer is.
pub(super) const MEDIA: [(&str, Media); 9] = [
    ("brcs", Media::Brcs),
    ("javascript", Media::Javascript),
    ("gzip", Media::Gzip),
    ("zip", Media::Zip),
    ("binary", Media::Binary),
    ("page", Media::Page),
    ("yaml", Media::Yaml),
    ("text", Media::Text),
    ("websocket", Media::WebSocket),
];

/// The types of parameters.
pub(super) const PARAMETER_TYPES: [(&str, ParameterKind); 9] = [
    ("string", ParameterKind::String),
    ("integer", ParameterKind::Integer),
    ("boolean", ParameterKind::Boolean),
    ("enum", ParameterKind::Enum),
    ("reference", ParameterKind::Reference),
    ("guid", ParameterKind::Reference),
    ("timestamp", ParameterKind::Timestamp),
    ("list", ParameterKind::List),
    ("code_names", ParameterKind::List),
];

/// How often an element stands in its parent: at least, and at most.
pub(super) const COUNTS: [(&str, (u32, Option<u32>)); 4] =
    [("1", (1, Some(1))), ("0..1", (0, Some(1))), ("0..", (0, None)), ("1..", (1, None))];

/// When a flow is played.
pub(super) const WHEN: [(&str, When); 6] = [
    ("discovery", When::Discovery),
    ("before_planning", When::BeforePlanning),
    ("nothing_found", When::NothingFound),
    ("own_session", When::OwnSession),
    ("after_group", When::AfterGroup),
    ("at_the_end", When::AtTheEnd),
];

/// What the answer to a step of a requirement is for.
pub(super) const ROLES: [(&str, Role); 3] =
    [("setup", Role::Setup), ("control", Role::Control), ("probe", Role::Probe)];

/// How values are written.
pub(super) const ENCODINGS: [(&str, Encoding); 3] =
    [("percent", Encoding::Percent), ("lower-hex", Encoding::LowerHex), ("plus", Encoding::Plus)];

/// Where the parameters of a request with a body stand.
pub(super) const BODIES: [(&str, Carrier); 4] = [
    ("form", Carrier::Form),
    ("query", Carrier::Query),
    ("multipart", Carrier::Multipart),
    ("text_plain", Carrier::TextPlain),
];

/// What ends a repetition.
pub(super) const STOPS: [(&str, ()); 1] = [("refused", ())];

/// What becomes of a printed example.
pub(super) const EXPECTED: [(&str, &str); 3] = [("accepted", "accepted"), ("refused", "refused"), ("open", "open")];

/// Whether the guide leaves open which access is needed.
pub(super) const ACCESS: [(&str, bool); 1] = [("unstated", true)];

/// Whether requirements derive.
pub(super) const DERIVES: [(&str, bool); 2] = [("all", true), ("none", false)];

/// The words that a key of a shape takes; none where it takes any text.
pub(super) fn of_key(shape: &str, key: &str) -> Vec<&'static str> {
    match (shape, key) {
        (_, "class") => variants::<Class>(),
        (_, "account") => variants::<AccountRole>(),
        ("EndpointFile", "suite") => {
            variants::<Suite>().into_iter().filter(|word| *word != Suite::Fuzz.word()).collect()
        }
        ("FuzzFile", "layer") => variants::<Layer>(),
        ("AttackFile", "demand") => variants::<Demanded>(),
        ("AttackFile", "from") => variants::<Twin>(),
        ("RequestFile", "access") => names(&ACCESS),
        ("RequestFile", "derive") => names(&DERIVES),
        ("ResponseFile", "media") => names(&MEDIA),
        ("ParameterFile", "type") => names(&PARAMETER_TYPES),
        ("ElementFile", "type") => vocabulary::type_names().collect(),
        ("ElementFile", "count") => names(&COUNTS),
        ("FieldFile", "type") => names(&FieldKind::ALL),
        ("ExampleFile", "expect") => names(&EXPECTED),
        ("StepFile", "role") => names(&ROLES),
        ("StepFile", "encoding") => names(&ENCODINGS),
        ("StepFile", "body") => names(&BODIES),
        ("StepFile", "stop") => names(&STOPS),
        ("FlowFile", "when") => names(&WHEN),
        _ => Vec::new(),
    }
}

fn names<T>(table: &[(&'static str, T)]) -> Vec<&'static str> {
    table.iter().map(|(name, _)| *name).collect()
}

fn variants<T: VariantArray + Copy + Into<&'static str>>() -> Vec<&'static str> {
    T::VARIANTS.iter().map(|one| (*one).into()).collect()
}
