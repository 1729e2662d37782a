//! Requests that show defects which no table could have listed. Only tests use it.

/// Scripts as in `noticed`.
type Scripts = &'static [&'static [&'static str]];

pub(super) const TOKEN: Scripts = &[
    &["credentials touchmark touchmark-demo-secret", "credentials nobody secret", "credentials touchmark wrong"],
    &["credentials touchmark TOUCHMARK-DEMO-SECRET", "credentials touchmark touchmark", "credentials touchmark "],
    &["path POST /oauth2/token?grant_type=client_credentials"],
    &["new touchmark-read", "use 0 action=terminate_session&lsid=da4b510978a541d49398e88c66e28475"],
    &[
        "new touchmark",
        "use 0 action=check_health",
        "use 0 action=check_health",
        "wait 61000",
        "use 0 action=check_health",
    ],
];

pub(super) const ERRORS: Scripts = &[
    &["path GET /api/command?action=check_health", "use unknown action=check_health"],
    &["expired touchmark", "use 0 action=check_health"],
    &["ended touchmark", "use 0 action=check_health"],
    &["new touchmark", "use-other-case 0 action=check_health", "use-other-end 0 action=check_health"],
    &[
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "new touchmark",
        "use 0 action=check_health",
    ],
];

pub(super) const RATE: Scripts = &[
    &["touchmark GET action=check_health", "touchmark GET action=check_health", "touchmark POST action=check_health"],
    &["touchmark GET action=check_health", "touchmark-read GET action=check_health", "touchmark GET action=nothing"],
    &["report touchmark GET generate_report=SupportSessionListing&start_time=1&duration=0"],
];

pub(super) const GENERAL: Scripts = &[
    &["touchmark GET action=nothing", "touchmark GET a=b", "touchmark POST action=check_health"],
    &[
        "touchmark GET action=set_session_attributes&lsid=c69a8e10bea9428f816cfababe9815fe&session.custom.external_key=a+b%2Bc%c3%A9%C3%a9%3c&session.custom.custom_field1=%3F%6A",
        "touchmark GET action=get_session_attributes&lsid=c69a8e10bea9428f816cfababe9815fe",
    ],
];

pub(super) const KEYS: Scripts = &[
    &[
        "touchmark GET action=generate_session_key&type=support&queue_id=rep:1&ttl=60",
        "touchmark GET action=generate_session_key&type=support&queue_id=rep:1",
    ],
    &[
        "touchmark GET action=generate_session_key&type=support&queue_id=team:1",
        "touchmark GET action=create_virtual_customer&short_key={key}&name=N&ip_address=192.0.2.1&operating_system=O&computer_name=C",
        "touchmark GET action=get_support_teams",
    ],
    &[
        "touchmark GET action=generate_session_key&type=support&queue_id=team:1&ttl=60",
        "wait 40000",
        "touchmark GET action=create_virtual_customer&short_key={key}&name=N&ip_address=192.0.2.1&operating_system=O&computer_name=C",
    ],
    &[
        "touchmark GET action=generate_session_key&type=support&queue_id=team:1&ttl=60",
        "wait 61000",
        "touchmark GET action=create_virtual_customer&short_key={key}&name=N&ip_address=192.0.2.1&operating_system=O&computer_name=C",
    ],
    &[
        "touchmark GET action=generate_session_key&type=support&queue_id=team:1&session.priority=1&session.skills=codename1",
        "touchmark GET action=create_virtual_customer&short_key={key}&name=N&ip_address=192.0.2.1&operating_system=O&computer_name=C",
        "feed head; auth touchmark; sub \"all\"",
    ],
];

pub(super) const CUSTOMERS: Scripts = &[&[
    "touchmark GET action=generate_session_key&type=support&queue_id=rep:1",
    "touchmark GET action=create_virtual_customer&short_key={key}&name=N&ip_address=192.0.2.1&operating_system=O&computer_name=C",
    "report touchmark GET generate_report=SupportSession&start_time=1699990000&duration=0",
]];

pub(super) const LEFT: Scripts = &[&[
    "touchmark GET action=leave_session&lsid=5f1d3c27ab904e6c8d7b0a1f2e3d4c5b&rep_id=1",
    "touchmark GET action=get_logged_in_reps",
]];

pub(super) const BUSY: Scripts = &[&[
    "touchmark GET action=set_rep_status&rep_id=5&code_name=busy",
    "touchmark GET action=get_connected_clients&type=representative",
]];

pub(super) const QUEUES: Scripts = &[&[
    "touchmark GET action=transfer_session&lsid=c69a8e10bea9428f816cfababe9815fe&queue_id=team:1",
    "touchmark GET action=join_session&lsid=c69a8e10bea9428f816cfababe9815fe&rep_id=5",
    "touchmark GET action=get_support_teams",
    "touchmark GET action=terminate_session&lsid=c69a8e10bea9428f816cfababe9815fe",
    "touchmark GET action=get_support_teams",
]];

/// Messages to a session and to a team, and the reports that have them.
pub(super) const CHATS: Scripts = &[
    &[
        "touchmark GET action=send_chat_message&lsid=c69a8e10bea9428f816cfababe9815fe&body=a%01b",
        "touchmark GET action=send_chat_message&lsid=c69a8e10bea9428f816cfababe9815fe&body=c&impersonate=rep:1",
        "touchmark GET action=send_chat_message&lsid=c69a8e10bea9428f816cfababe9815fe&body=d&timestamp=1600000000",
        "report touchmark GET generate_report=SupportSession&lsid=c69a8e10bea9428f816cfababe9815fe",
    ],
    &[
        "touchmark GET action=send_chat_message&team_id=1&body=c&impersonate=rep:1",
        "touchmark GET action=send_chat_message&team_id=1&body=a&impersonate=rep:1&to_rep=5",
        "touchmark GET action=send_chat_message&team_id=1&body=b&impersonate=rep:1&to_rep_username=jsmith",
        "report touchmark GET generate_report=SupportTeam&start_time=1699900000&duration=0",
    ],
];

pub(super) const TRANSFERS: Scripts = &[&[
    "touchmark GET action=transfer_session&lsid=0b7e9a64c3f24d18a5e6f70819b2c3d4&queue_id=rep:5",
    "touchmark GET action=get_support_teams",
    "touchmark GET action=transfer_session&lsid=0b7e9a64c3f24d18a5e6f70819b2c3d4&queue_id=team:1",
    "report touchmark GET generate_report=SupportSession&lsid=0b7e9a64c3f24d18a5e6f70819b2c3d4",
]];

/// More queries of an action.
pub(super) fn more(action: &str) -> Vec<String> {
    let c69 = "lsid=c69a8e10bea9428f816cfababe9815fe";
    let mut queries: Vec<String> = match action {
        "get_logged_in_reps" | "get_appliances" | "check_health" => vec!["&CHANGED".into()],
        "get_support_teams" => vec!["&CHANGED".into(), "&showmembers=1".into()],
        "get_connected_clients" => vec![
            "&CHANGED&include_connections=1".into(),
            "&type=support_customer,push_agent".into(),
            "&type=support_customer&id=101".into(),
            format!("&id={}", vec!["101"; 100].join(",")),
        ],
        "get_connected_client_list" => vec!["&type=support_customer,push_agent&summary_only=1".into()],
        "set_rep_status" => vec!["&rep_id=12&code_name=busy".into(), "&rep_id=77&code_name=busy".into()],
        "generate_session_key" => vec![
            "&type=support&queue_id=rep_username:shared".into(),
            "&type=support&queue_id=rep:12".into(),
            "&type=support&queue_id=team:3".into(),
            "&type=support&queue_id=team:77".into(),
            "&type=support&queue_id=team:1&session.priority=2".into(),
            "&type=support&queue_id=team:1&session.skills=codename1,codename2".into(),
        ],
        "join_session" => vec![
            format!("&{c69}&rep_username=jsmith"),
            format!("&{c69}&rep_username=nobody"),
            format!("&{c69}&rep_id=12"),
            format!("&{c69}&rep_id=5&ENDED"),
        ],
        "transfer_session" => vec![
            format!("&{c69}&queue_id=rep:5&ENDED"),
            format!("&{c69}&queue_id=rep:5"),
            format!("&{c69}&queue_id=team:77"),
        ],
        "send_chat_message" => chat(),
        "create_virtual_customer" => {
            let who = "&name=N&ip_address=192.0.2.1&operating_system=O&computer_name=C";
            vec![
                format!("&short_key={{key}}&EXPIRED{who}"),
                format!("&short_key={{key}}&chat_url=1{who}"),
                format!("&short_key={{key}}&chat_url=2{who}"),
            ]
        }
        "leave_session" => vec![
            format!("&{c69}&customer=1"),
            format!("&{c69}&rep_id=5"),
            format!("&{c69}&rep_id=1&ENDED"),
            format!("&{c69}&rep_username=admin"),
            format!("&{c69}&rep_username=nobody"),
        ],
        "terminate_session" | "get_session_attributes" => vec![format!("&{c69}&ENDED")],
        "set_session_attributes" => vec![
            format!("&{c69}&ENDED"),
            format!("&{c69}&session.custom.external_key=&session.custom.custom_field1="),
            format!("&{c69}&session.custom.external_key="),
            format!("&{c69}&session.custom.custom_field1="),
            "&lsid=da4b510978a541d49398e88c66e28475&session.custom.external_key=a&session.custom.custom_field1=b"
                .into(),
        ],
        "set_failover_role" => vec![
            "&role=backup&data_sync_first=1".into(),
            "&role=backup&data_sync_first=1&CHANGED".into(),
            "&role=primary&CHANGED".into(),
        ],
        "import_jump_shortcut" => vec!["&name=a&group=remote_access".into()],
        _ => Vec::new(),
    };
    match action {
        "generate_session_key" => queries.extend(fields("&type=support&queue_id=team:1")),
        "set_session_attributes" => queries.extend(fields(&format!("&{c69}"))),
        _ => {}
    }
    queries
}

fn chat() -> Vec<String> {
    let (c69, team) = ("&body=b&lsid=c69a8e10bea9428f816cfababe9815fe", "&body=b&team_id=1");
    let of_session = ["&team_id=1", "&impersonate=rep:5", "&impersonate=rep:77", "&timestamp=1900000000", "&ENDED"];
    let of_team = [
        "&impersonate=customer",
        "&impersonate=rep:1&to_rep=5",
        "&impersonate=rep:1&to_rep=77",
        "&impersonate=rep:1&to_rep_username=jsmith",
        "&impersonate=rep:1&to_rep_username=nobody",
    ];
    let mut queries: Vec<String> = of_session.iter().map(|rest| format!("{c69}{rest}")).collect();
    queries.extend(of_team.iter().map(|rest| format!("{team}{rest}")));
    queries.push(team.to_owned());
    queries.push("&body=b".to_owned());
    queries.push("&body=b&team_id=77".to_owned());
    queries.push(format!("{c69}&impersonate=customer&GONE"));
    queries.push("&body=[b]b[/b]&lsid=c69a8e10bea9428f816cfababe9815fe".to_owned());
    queries
}

/// The custom fields and the external key around their limits.
pub(super) fn fields(base: &str) -> Vec<String> {
    let (wide, long) = ("%F0%9F%98%80".repeat(1024), "x".repeat(1024));
    let mut queries = Vec::new();
    for field in ["external_key", "custom_field1"] {
        let values = [" aB ".to_owned(), long.clone(), format!("{long}y"), wide.clone()];
        queries.extend(values.iter().map(|value| format!("{base}&session.custom.{field}={value}")));
    }
    let full = "session.custom";
    queries.push(format!("{base}&{full}.custom_field1={wide}&{full}.custom_field2={wide}"));
    queries.push(format!("{base}&{full}.custom_field1={wide}&{full}.custom_field2={wide}&{full}.external_key={wide}"));
    queries
}
