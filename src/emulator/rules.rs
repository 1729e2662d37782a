//! Which rule of the guide a request broke that was refused.
//!
//! In: the kind of request, the status and the message of its refusal. Out: a word for the rule, and the section and page that have it.

/// A rule that a request broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// A word for it: `token`, `rate`, `permission`, `parameters`, `request`, `method`, `path`, `size` or `http`.
    pub code: &'static str,
    /// Title of the section, or of the standard.
    pub section: &'static str,
    /// Page of the guide; 0 where a standard beside it has the rule.
    pub page: u32,
}

const AUTHENTICATE: &str = "Authenticate to the Remote Support API";

/// Beginnings of kinds of requests, with the section and page that say how they are made. The longest that fits counts.
const SECTIONS: &[(&str, &str, u32)] = &[
    ("archive/archive", "Download Reports with Archive", 118),
    ("archive/archive_listing", "Download Reports with ArchiveListing", 116),
    ("auth/", AUTHENTICATE, 6),
    ("backup/", "Backup API", 162),
    ("client_script/", "Representative Console Scripting and Client Scripting API", 52),
    ("client_script/generate_session_key", "API Script Command: generate_session_key", 56),
    ("client_script/push_and_start_local", "API Script Command: push_and_start_local", 57),
    ("client_script/push_and_start_remote", "API Script Command: push_and_start_remote", 58),
    ("client_script/start_jump_item_session", "API Script Command: start_jump_item_session", 59),
    ("client_script/start_rdp_session", "API Script Command: start_rdp_session", 61),
    ("client_script/start_shell_jump_session", "API Script Command: start_shell_jump_session", 64),
    ("client_script/start_vnc_session", "API Script Command: start_vnc_session", 63),
    ("client_script/start_vpro_session", "API Script Command: start_vpro_session", 66),
    ("command/", "Remote Support Command API", 10),
    ("command/check_health", "API Command: check_health", 38),
    ("command/create_virtual_customer", "API Command: create_virtual_customer", 24),
    ("command/generate_session_key", "API Command: generate_session_key", 17),
    ("command/get_api_info", "API Command: get_api_info", 50),
    ("command/get_appliances", "API Command: get_appliances", 30),
    ("command/get_connected_client_list", "API Command: get_connected_client_list", 31),
    ("command/get_connected_clients", "API Command: get_connected_clients", 33),
    ("command/get_logged_in_reps", "API Command: get_logged_in_reps", 12),
    ("command/get_session_attributes", "API Command: get_session_attributes", 28),
    ("command/get_support_teams", "API Command: get_support_teams", 15),
    ("command/import_jump_shortcut", "API Command: import_jump_shortcut", 42),
    ("command/join_session", "API Command: join_session", 20),
    ("command/leave_session", "API Command: leave_session", 26),
    ("command/send_chat_message", "API Command: send_chat_message", 22),
    ("command/set_failover_role", "API Command: set_failover_role", 40),
    ("command/set_rep_status", "API Command: set_rep_status", 14),
    ("command/set_session_attributes", "API Command: set_session_attributes", 27),
    ("command/terminate_session", "API Command: terminate_session", 29),
    ("command/transfer_session", "API Command: transfer_session", 21),
    ("configuration/", "Configuration API", 8),
    ("reporting/", "Reporting API", 80),
    ("reporting/command_shell_recording", "Download Reports with CommandShellRecording", 97),
    ("reporting/license_usage", "Download Reports with LicenseUsage", 136),
    ("reporting/presentation_session", "Download Reports with PresentationSession", 98),
    ("reporting/presentation_session_listing", "Download Reports with PresentationSessionListing", 104),
    ("reporting/show_my_screen_recording", "Download Reports with ShowMyScreenRecording", 96),
    ("reporting/support_session", "Download Reports with SupportSession", 82),
    ("reporting/support_session_listing", "Download Reports with SupportSessionListing", 91),
    ("reporting/support_session_recording", "Download Reports with SupportSessionRecording", 95),
    ("reporting/support_session_summary", "Download Reports with SupportSessionSummary", 93),
    ("reporting/support_team", "Download Reports with SupportTeam", 112),
    ("session/", "Session Generation API", 67),
];

/// The sections and pages of requests, by the beginnings of their kinds.
pub fn sections() -> &'static [(&'static str, &'static str, u32)] {
    SECTIONS
}

/// The rule that a refusal is about. The message says how it was broken.
pub(super) fn rule(kind: &str, status: u16, message: &str) -> Rule {
    let at = |code, section, page| Rule { code, section, page };
    let fitting = SECTIONS.iter().filter(|(beginning, ..)| kind.starts_with(beginning));
    let (_, section, page) = fitting.max_by_key(|(beginning, ..)| beginning.len()).copied().unwrap_or(("", "", 0));
    match status {
        401 => at("token", AUTHENTICATE, 7),
        429 => at("rate", AUTHENTICATE, 7),
        _ if kind == "auth/rate_limit" => at("rate", AUTHENTICATE, 7),
        // The table of permissions stands with the command that tells them.
        403 => at("permission", "API Command: get_api_info", 50),
        _ if message.contains("is not permitted") => at("permission", "API Command: get_api_info", 50),
        405 => at("method", section, page),
        404 => at("path", section, page),
        413 => at("size", "the emulator", 0),
        _ if page == 0 => at("path", "no section of the guide", 0),
        _ if kind.ends_with("/general") || kind.starts_with("auth/") => at("request", section, page),
        _ => at("parameters", section, page),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_leads_to_its_section() {
        for (kind, status, message, code, page) in [
            ("auth/token", 401, "The client id", "token", 7),
            ("auth/token", 400, "The grant_type", "request", 6),
            ("auth/rate_limit", 503, "Too many requests.", "rate", 7),
            ("auth/errors", 403, "", "permission", 50),
            ("command/general", 200, "The API account is not permitted to do that", "permission", 50),
            ("command/general", 200, "There is no action x", "request", 10),
            ("command/get_api_info", 405, "", "method", 50),
            ("command/import_jump_shortcut/vpro", 200, "x", "parameters", 42),
            ("reporting/presentation_session_listing", 200, "x", "parameters", 104),
            ("configuration/users", 422, "x", "parameters", 8),
            ("nowhere", 404, "", "path", 0),
        ] {
            let found = rule(kind, status, message);
            assert_eq!((found.code, found.page), (code, page), "{kind} {status} {message}");
        }
    }
}
