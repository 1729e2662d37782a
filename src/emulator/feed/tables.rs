//! The tables of the real-time model (pp. 145-150): their fields and what each holds.
//!
//! In: nothing. Out: the tables of the guide, written down by hand, in its order. They are not those of archives
//! (pp. 119-125), which have a table and several fields more. Nothing here knows of rows.

use super::super::archive::{Field, Type};

/// A table of the model.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
}

const fn f(name: &'static str, holds: Type) -> Field {
    Field { name, holds, optional: false }
}

const CREATED: Field = f("created_timestamp", Type::Stamp);
const SESSION: Type = Type::Key("support_session");
const REP: Type = Type::Key("representative");
const QUEUE: Type = Type::Key("queue");
const PRESENTATION: Type = Type::Key("presentation_session");

/// The place of a table among them.
pub(super) const CUSTOMER: usize = 0;
pub(super) const QUEUES: usize = 1;
pub(super) const REPS: usize = 2;
pub(super) const REP_QUEUES: usize = 3;
pub(super) const REP_SESSIONS: usize = 4;
pub(super) const SESSIONS: usize = 5;
pub(super) const ATTRIBUTES: usize = 6;
pub(super) const SKILLS: usize = 7;
pub(super) const PRESENTATIONS: usize = 8;
pub(super) const ATTENDEES: usize = 9;
pub(super) const PRESENTERS: usize = 10;

/// How a session can be started (p. 149).
const START_METHODS: &[&str] = &[
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
];

/// The eleven tables. That of attendees has the name of the list of p. 145; its heading on p. 150 is a reading.
pub(crate) static TABLES: [Table; 11] = [
    Table {
        name: "customer_client",
        fields: &[
            f("client_type", Type::Word(&["desktop", "mobile", "rdp", "vnc", "vpro", "shell", "web_chat"])),
            CREATED,
            f("elevated", Type::Flag),
            f("hostname", Type::Text),
            f("operating_system", Type::Text),
            f("support_session_id", SESSION),
        ],
    },
    Table {
        name: "queue",
        fields: &[
            f("code_name", Type::Text),
            CREATED,
            f("name", Type::Text),
            f("support_team_id", Type::Text),
            f("type", Type::Word(&["prewait", "team", "personal"])),
        ],
    },
    Table {
        name: "representative",
        fields: &[
            CREATED,
            f("private_display_name", Type::Text),
            f("public_display_name", Type::Text),
            f("queue_id", QUEUE),
            f("routing_available", Type::Flag),
            f("routing_busy", Type::Flag),
            f("routing_enabled", Type::Flag),
            f("routing_idle", Type::Flag),
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
        fields: &[CREATED, f("representative_id", REP), f("support_session_id", SESSION)],
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
            f("start_method", Type::Word(START_METHODS)),
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
        name: "attendee",
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

/// Some tables of the model, one bit each.
pub(super) type Mask = u16;

/// All of them.
pub(super) const ALL: Mask = (1 << TABLES.len()) - 1;

/// The position of a field in its table; a name that is not there is a slip of ours.
pub(super) fn position(table: usize, name: &str) -> usize {
    let found = TABLES[table].fields.iter().position(|field| field.name == name);
    debug_assert!(found.is_some(), "{} has no field {name}", TABLES[table].name);
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_tables() {
        let named = [
            (CUSTOMER, "customer_client"),
            (QUEUES, "queue"),
            (REPS, "representative"),
            (REP_QUEUES, "representative_queue"),
            (REP_SESSIONS, "representative_support_session"),
            (SESSIONS, "support_session"),
            (ATTRIBUTES, "support_session_attribute"),
            (SKILLS, "support_session_skill"),
            (PRESENTATIONS, "presentation_session"),
            (ATTENDEES, "attendee"),
            (PRESENTERS, "presenter"),
        ];
        for (place, name) in named {
            assert_eq!(TABLES[place].name, name);
        }
        assert_eq!(ALL.count_ones(), 11);
    }

    #[test]
    fn fields_stand_in_the_order_of_the_alphabet_as_in_the_guide() {
        for table in &TABLES {
            assert!(table.fields.is_sorted_by(|one, next| one.name < next.name), "{}", table.name);
        }
    }
}
