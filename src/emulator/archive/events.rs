//! The events of sessions and presentations (pp. 125-134), with what each tells.
//!
//! In: who is in a session, and how often it has reported its events before. Out: the data of one event, made up.
//! What the history knows of a session is reported elsewhere, as it was.

use serde_json::json;

use super::tables::{Cell, Field, Type};

/// Where the value of a field comes from.
#[derive(Clone, Copy, Debug)]
enum Fill {
    Text(&'static str),
    /// One word after another.
    Words(&'static [&'static str]),
    Number(i64),
    /// How often it was reported before.
    Count,
    /// So many seconds from now.
    In(i64),
    Rep,
    Presenter,
    ByRep,
    ByCustomer,
    /// The address of a recording: what is done, and what it is of.
    Address(&'static str, &'static str),
    Guid,
    Files,
    Survey,
    Information,
}

/// An event: its name and its fields in the order of the guide.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [(Field, Source)],
}

/// Where the value of a field comes from, for this room alone to read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source(Fill);

const fn v(name: &'static str, holds: Type, fill: Fill) -> (Field, Source) {
    (Field { name, holds, optional: false }, Source(fill))
}

const fn maybe(name: &'static str, holds: Type, fill: Fill) -> (Field, Source) {
    (Field { name, holds, optional: true }, Source(fill))
}

const fn text(name: &'static str, value: &'static str) -> (Field, Source) {
    v(name, Type::Text, Fill::Text(value))
}

const REP: (Field, Source) = v("representative_id", Type::Key("representative"), Fill::Rep);
const BY: (Field, Source) = v("performed_by", Type::Pairs, Fill::ByRep);
const BY_CUSTOMER: (Field, Source) = v("performed_by", Type::Pairs, Fill::ByCustomer);
const TO: (Field, Source) = v("destination", Type::Pairs, Fill::ByCustomer);
const TO_REP: (Field, Source) = v("destination", Type::Pairs, Fill::ByRep);
const FAILED: (Field, Source) = maybe("failure_reason", Type::Text, Fill::Text("Access is denied."));
const INCOMPLETE: (Field, Source) = text("failure_reason", "The disk is full.");
const INSTANCE: (Field, Source) = v("instance", Type::Integer, Fill::Count);

const fn bytes(name: &'static str, count: i64) -> (Field, Source) {
    v(name, Type::Integer, Fill::Number(count))
}

const fn address(name: &'static str, action: &'static str, of: &'static str) -> (Field, Source) {
    v(name, Type::Url, Fill::Address(action, of))
}

/// The events of sessions in the order of the guide.
pub(crate) static EVENTS: &[Kind] = &[
    Kind {
        name: "callback_button_deployed",
        fields: &[
            v("callback_button_id", Type::Integer, Fill::Number(7)),
            text("description", "Help from the night watch"),
            v("expiration", Type::Stamp, Fill::In(604_800)),
            v("profile_id", Type::Integer, Fill::Number(2)),
            text("profile_name", "Default"),
            REP,
        ],
    },
    Kind { name: "callback_button_removed", fields: &[v("callback_button_id", Type::Integer, Fill::Number(7)), REP] },
    Kind { name: "canned_script_executed", fields: &[text("script_name", "Flush DNS")] },
    Kind { name: "chat_message", fields: &[text("body", "%name% is still there: \"ready\"?\n✓"), TO, BY] },
    Kind {
        name: "command_shell_session_started",
        fields: &[
            address("download_url", "download", "command_shell_recording"),
            INSTANCE,
            REP,
            address("view_url", "view", "command_shell_recording"),
        ],
    },
    Kind { name: "customer_exit_survey", fields: &[v("responses", Type::Object, Fill::Survey)] },
    Kind { name: "directory_created", fields: &[TO, FAILED, text("path", "C:\\Temp\\logs"), BY] },
    Kind { name: "file_deleted", fields: &[TO, FAILED, text("name", "old.log"), BY, bytes("size", 5120)] },
    Kind { name: "file_download", fields: &[TO_REP, text("name", "report.log"), BY_CUSTOMER, bytes("size", 2048)] },
    Kind {
        name: "file_download_incomplete",
        fields: &[bytes("bytes_transferred", 1024), TO_REP, INCOMPLETE, text("name", "film.mp4"), BY_CUSTOMER],
    },
    Kind {
        name: "file_moved",
        fields: &[TO, FAILED, text("new_path", "C:\\Temp\\b.txt"), text("old_path", "C:\\Temp\\a.txt"), BY],
    },
    Kind { name: "file_upload", fields: &[TO, text("name", "driver.zip"), BY, bytes("size", 4_294_967_296)] },
    Kind {
        name: "file_upload_incomplete",
        fields: &[bytes("bytes_transferred", 0), TO, INCOMPLETE, text("name", "image.iso"), BY],
    },
    Kind { name: "files_shared", fields: &[v("files", Type::Files, Fill::Files), BY] },
    Kind {
        name: "legal_agreement_response",
        fields: &[
            v(
                "response",
                Type::Word(&["accept", "decline", "timeout"]),
                Fill::Words(&["accept", "timeout", "decline"]),
            ),
            text("text", "Do you allow us to see your screen?"),
            text("title", "Terms of use"),
        ],
    },
    Kind { name: "registry_exported", fields: &[REP, text("root_path", "HKEY_LOCAL_MACHINE\\Software\\Example")] },
    Kind { name: "registry_imported", fields: &[REP] },
    Kind {
        name: "registry_key_added",
        fields: &[text("key", "Example"), text("path", "HKEY_LOCAL_MACHINE\\Software"), REP],
    },
    Kind {
        name: "registry_key_deleted",
        fields: &[text("key", "Example2"), text("path", "HKEY_LOCAL_MACHINE\\Software"), REP],
    },
    Kind {
        name: "registry_key_renamed",
        fields: &[
            text("new_key", "Example2"),
            text("old_key", "Example"),
            text("path", "HKEY_LOCAL_MACHINE\\Software"),
            REP,
        ],
    },
    Kind {
        name: "registry_value_added",
        fields: &[
            text("data", "1"),
            text("name", "Level"),
            text("path", "HKEY_LOCAL_MACHINE\\Software\\Example"),
            REP,
            text("type", "REG_DWORD"),
        ],
    },
    Kind {
        name: "registry_value_deleted",
        fields: &[text("name", "Level2"), text("path", "HKEY_LOCAL_MACHINE\\Software\\Example"), REP],
    },
    Kind {
        name: "registry_value_modified",
        fields: &[
            text("name", "Level"),
            text("new_data", "2"),
            text("old_data", "1"),
            text("path", "HKEY_LOCAL_MACHINE\\Software\\Example"),
            REP,
            text("type", "REG_DWORD"),
        ],
    },
    Kind {
        name: "registry_value_renamed",
        fields: &[
            text("new_name", "Level2"),
            text("old_name", "Level"),
            text("path", "HKEY_LOCAL_MACHINE\\Software\\Example"),
            REP,
        ],
    },
    Kind { name: "representative_survey", fields: &[v("responses", Type::Object, Fill::Survey)] },
    Kind {
        name: "screen_recording",
        fields: &[address("download_url", "download", "video"), REP, address("view_url", "view", "video")],
    },
    Kind { name: "screenshot_captured", fields: &[REP] },
    Kind { name: "session_assigned", fields: &[REP, maybe("timeout", Type::Integer, Fill::Number(30))] },
    Kind { name: "session_assignment_response", fields: &[text("response", "accepted")] },
    Kind {
        name: "session_foreground_window_changed",
        fields: &[text("exe_name", "explorer.exe"), text("window_name", "Desktop")],
    },
    Kind {
        name: "session_note_added",
        fields: &[text("body", "Still looking into it."), v("number", Type::Integer, Fill::Count), REP],
    },
    Kind {
        name: "show_my_screen_recording",
        fields: &[
            address("download_url", "download", "show_my_screen_recording"),
            INSTANCE,
            REP,
            address("view_url", "view", "show_my_screen_recording"),
        ],
    },
    Kind { name: "special_action_executed", fields: &[text("action_name", "Run as...")] },
    Kind { name: "system_information_retrieved", fields: &[v("system_information", Type::Object, Fill::Information)] },
];

/// The events of presentations (pp. 133-134).
pub(crate) static PRESENTATION_EVENTS: &[Kind] = &[
    Kind { name: "chat_message", fields: &[BY, TO, text("body", "%name is listening.")] },
    Kind { name: "files_shared", fields: &[BY, v("files", Type::Files, Fill::Files)] },
    Kind {
        name: "screen_recording",
        fields: &[
            v("presenter_id", Type::Key("presenter"), Fill::Presenter),
            address("download_url", "download", "video"),
            address("view_url", "view", "video"),
            v("appliance_guid", Type::Guid, Fill::Guid),
        ],
    },
];

/// Who is in a session, and what belongs to it.
pub(super) struct Scene<'a> {
    pub(super) at_s: i64,
    /// How often the events were reported before.
    pub(super) round: i64,
    /// The row of the representative.
    pub(super) rep: u64,
    pub(super) presenter: Option<u64>,
    pub(super) by_rep: Vec<(&'static str, String)>,
    pub(super) by_customer: Vec<(&'static str, String)>,
    pub(super) hostname: &'a str,
    pub(super) lsid: &'a str,
    pub(super) guid: &'a str,
}

impl Kind {
    /// The field of that name.
    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|(field, _)| field.name == name).map(|(field, _)| field)
    }

    /// The data of the event. What is optional is there every second time.
    pub(super) fn data(&self, scene: &Scene<'_>) -> Vec<(&'static str, Cell)> {
        let told = self.fields.iter().filter(|(field, _)| !field.optional || scene.round % 2 == 0);
        told.map(|(field, fill)| (field.name, fill.0.cell(scene))).collect()
    }
}

impl Fill {
    fn cell(self, scene: &Scene<'_>) -> Cell {
        match self {
            Fill::Text(text) => Cell::Text(text.to_owned()),
            Fill::Words(words) => Cell::Text(words[scene.round.rem_euclid(words.len() as i64) as usize].to_owned()),
            Fill::Number(number) => Cell::Number(number),
            Fill::Count => Cell::Number(scene.round),
            Fill::In(seconds) => Cell::Number(scene.at_s.saturating_add(seconds)),
            Fill::Rep => Cell::Key(scene.rep),
            Fill::Presenter => scene.presenter.map_or(Cell::Nothing, Cell::Key),
            Fill::ByRep => Cell::Pairs(scene.by_rep.clone()),
            Fill::ByCustomer => Cell::Pairs(scene.by_customer.clone()),
            Fill::Address(action, of) => {
                let (host, lsid) = (scene.hostname, scene.lsid);
                Cell::Text(format!("https://{host}/session_download?action={action}&kind={of}&lsid={lsid}"))
            }
            Fill::Guid => Cell::Text(scene.guid.to_owned()),
            Fill::Files => {
                Cell::Files(vec![("slides.pdf".to_owned(), 20_480, "file"), ("pictures".to_owned(), 0, "dir")])
            }
            Fill::Survey => Cell::Object(json!({"Did we help you?": "yes", "What can we do better?": "Nothing"})),
            Fill::Information => Cell::Object(json!([
                {"category name": "System", "columns": ["Computer Name", "Operating System"],
                 "rows": [["EXAMPLE-PC", "Windows 10 Pro x64"]]},
                {"category name": "Drives", "columns": ["Drive", "Type"],
                 "rows": [["C:\\", "Local Disk"], ["D:\\", "CD-ROM"]]},
            ])),
        }
    }
}
