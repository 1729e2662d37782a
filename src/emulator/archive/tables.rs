//! The tables of the model and the events of sessions (pp. 119-134): their fields and what each holds.
//!
//! In: nothing. Out: the tables of the guide, written down by hand, from which rows and lines are made.

use serde_json::Value;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    /// One of some words.
    Word(&'static [&'static str]),
    Flag,
    /// The id of a row of a table.
    Key(&'static str),
    Stamp,
    Integer,
    /// The id of a team, printed as text (p. 120).
    TeamId,
    Guid,
    Url,
    /// Name-value pairs.
    Pairs,
    Files,
    Object,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) holds: Type,
    /// It may be left out.
    pub(crate) optional: bool,
}

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
}

/// What stands in a field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Nothing,
    Text(String),
    Flag(bool),
    Key(u64),
    Number(i64),
    Pairs(Vec<(&'static str, String)>),
    /// Name, size and type.
    Files(Vec<(String, i64, &'static str)>),
    Object(Value),
}

const fn f(name: &'static str, holds: Type) -> Field {
    Field { name, holds, optional: false }
}

const CREATED: Field = f("created_timestamp", Type::Stamp);
pub(super) const TOOLS: &[&str] =
    &["screen_sharing", "file_transfer", "system_information", "remote_shell", "registry"];
const SESSION: Type = Type::Key("support_session");
const REP: Type = Type::Key("representative");
const QUEUE: Type = Type::Key("queue");
const PRESENTATION: Type = Type::Key("presentation_session");

/// The tables in the order of the guide.
pub(crate) static TABLES: &[Table] = &[
    Table {
        name: "customer_client",
        fields: &[
            f("client_type", Type::Word(&["desktop", "mobile", "rdp", "vnc", "vpro", "shell", "web_chat"])),
            f("connected", Type::Flag),
            CREATED,
            f("elevated", Type::Flag),
            f("hostname", Type::Text),
            f("operating_system", Type::Text),
            f("private_ip", Type::Text),
            f("public_ip", Type::Text),
            f("support_session_id", SESSION),
        ],
    },
    Table {
        name: "queue",
        fields: &[
            f("code_name", Type::Text),
            CREATED,
            f("name", Type::Text),
            f("support_team_id", Type::TeamId),
            f("type", Type::Word(&["prewait", "team", "personal"])),
        ],
    },
    Table {
        name: "representative",
        fields: &[
            f("connected", Type::Flag),
            f("console_in_focus", Type::Flag),
            CREATED,
            f("hostname", Type::Text),
            f("operating_system", Type::Text),
            f("private_display_name", Type::Text),
            f("private_ip", Type::Text),
            f("public_display_name", Type::Text),
            f("public_ip", Type::Text),
            f("queue_id", QUEUE),
            f("routing_available", Type::Flag),
            f("routing_busy", Type::Flag),
            f("routing_enabled", Type::Flag),
            f("routing_idle", Type::Flag),
            f("selected_support_session_id", SESSION),
            f("skill_code_names", Type::Text),
            f("type", Type::Word(&["normal", "invited"])),
            f("user_id", Type::Integer),
            f("username", Type::Text),
        ],
    },
    Table {
        name: "representative_queue",
        fields: &[
            CREATED,
            f("queue_id", QUEUE),
            f("representative_id", REP),
            f("role", Type::Word(&["member", "lead", "manager"])),
        ],
    },
    Table {
        name: "representative_support_session",
        fields: &[
            CREATED,
            f("representative_id", REP),
            f("selected_support_session_service_tool", Type::Word(TOOLS)),
            f("support_session_id", SESSION),
        ],
    },
    Table {
        name: "representative_support_session_tool",
        fields: &[CREATED, f("representative_id", REP), f("support_session_id", SESSION), f("tool", Type::Word(TOOLS))],
    },
    Table {
        name: "support_session",
        fields: &[
            CREATED,
            f("customer_company", Type::Text),
            f("customer_company_code", Type::Text),
            f("customer_description", Type::Text),
            f("customer_name", Type::Text),
            f("estimated_pickup_timestamp", Type::Stamp),
            f("issue_code_name", Type::Text),
            f("issue_description", Type::Text),
            f("lsid", Type::Guid),
            f("primary_team_queue_id", QUEUE),
            f("priority", Type::Integer),
            f("public_site_id", Type::Integer),
            f("public_site_name", Type::Text),
            f("queue_entry_timestamp", Type::Stamp),
            f("queue_id", QUEUE),
            f(
                "start_method",
                Type::Word(&[
                    "session_key",
                    "rep_list",
                    "issue_submission",
                    "local_jump",
                    "remote_jump",
                    "shell_jump",
                    "local_rdp",
                    "remote_rdp",
                    "local_vnc",
                    "remote_vnc",
                    "vpro",
                ]),
            ),
        ],
    },
    Table {
        name: "support_session_attribute",
        fields: &[f("code_name", Type::Text), CREATED, f("support_session_id", SESSION), f("value", Type::Text)],
    },
    Table {
        name: "support_session_skill",
        fields: &[f("code_name", Type::Text), CREATED, f("support_session_id", SESSION)],
    },
    Table {
        name: "presentation_session",
        fields: &[CREATED, f("lsid", Type::Guid), f("presentation_name", Type::Text)],
    },
    Table {
        name: "attende",
        fields: &[
            f("connected", Type::Flag),
            CREATED,
            f("hostname", Type::Text),
            f("name", Type::Text),
            f("operating_system", Type::Text),
            f("presentation_session_id", PRESENTATION),
            f("private_ip", Type::Text),
            f("public_ip", Type::Text),
        ],
    },
    Table {
        name: "presenter",
        fields: &[CREATED, f("presentation_session_id", PRESENTATION), f("representative_id", REP)],
    },
];

/// What every event of a session has (p. 125).
pub(crate) static ENVELOPE: &[Field] = &[
    f("data", Type::Object),
    f("lsid", Type::Guid),
    f("name", Type::Text),
    f("timestamp", Type::Stamp),
    f("type", Type::Word(&["session_event"])),
];

/// The table of that name.
pub(super) fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

impl Type {
    /// What stands in a field that nothing was put into.
    pub(super) fn blank(self) -> Cell {
        match self {
            Type::Text | Type::TeamId | Type::Word(_) => Cell::Text(String::new()),
            _ => Cell::Nothing,
        }
    }
}
