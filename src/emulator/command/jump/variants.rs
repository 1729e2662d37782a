//! The eight kinds of Jump shortcuts and the parameters of each (pp. 42-48).

use super::super::parameters::{Parameter, Shape, optional, required};

/// A kind of shortcut: the hostname parameter that chooses it, and its table.
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    pub(crate) hostname: &'static str,
    pub(crate) parameters: &'static [Parameter],
}

const NAME: Parameter = required("name", Shape::UpTo(128));
const GROUP: Parameter = required("group", Shape::Text);
const JUMPOINT: Parameter = required("jumpoint", Shape::Text);
const TAG: Parameter = optional("tag", Shape::UpTo(1024));
const COMMENTS: Parameter = optional("comments", Shape::UpTo(1024));
const JUMP_POLICY: Parameter = optional("jump_policy", Shape::Text);
const SESSION_POLICY: Parameter = optional("session_policy", Shape::Text);
const PUBLIC_PORTAL: Parameter = optional("public_portal", Shape::Text);
const RDP_USERNAME: Parameter = optional("rdp_username", Shape::Text);
const DOMAIN: Parameter = optional("domain", Shape::Text);
const DISPLAY_SIZE: Parameter = optional("display_size", Shape::Size);
const QUALITY: Parameter =
    optional("quality", Shape::Word(&["black_white", "few_colors", "more_colors", "full_colors", "video_opt"]));
const CONSOLE: Parameter = optional("console", Shape::Flag(&["1", "0"]));
const IGNORE_UNTRUSTED: Parameter = optional("ignore_untrusted", Shape::Flag(&["1", "0"]));

const fn hostname(name: &'static str) -> Parameter {
    required(name, Shape::UpTo(128))
}

/// Every name that one of the kinds has; the kinds' own tables are the ones that are read.
pub(super) const EVERY_NAME: &[Parameter] = &[
    NAME,
    GROUP,
    JUMPOINT,
    TAG,
    COMMENTS,
    JUMP_POLICY,
    SESSION_POLICY,
    PUBLIC_PORTAL,
    RDP_USERNAME,
    DOMAIN,
    DISPLAY_SIZE,
    QUALITY,
    CONSOLE,
    IGNORE_UNTRUSTED,
    hostname("local_jump_hostname"),
    hostname("remote_jump_hostname"),
    hostname("remote_vnc_hostname"),
    hostname("local_vnc_hostname"),
    hostname("remote_rdp_hostname"),
    hostname("rdp_hostname"),
    hostname("shelljump_hostname"),
    hostname("vpro_hostname"),
    optional("port", Shape::Integer),
    required("protocol", Shape::Text),
    optional("shelljump_username", Shape::Text),
    optional("terminal", Shape::Text),
    optional("keep_alive", Shape::Integer),
];

/// The eight kinds in the order of the guide. The VNC kinds have no session policy, and Local VNC no port.
pub(crate) static VARIANTS: &[Variant] = &[
    Variant {
        name: "local_jump",
        hostname: "local_jump_hostname",
        parameters: &[
            NAME,
            hostname("local_jump_hostname"),
            GROUP,
            TAG,
            COMMENTS,
            JUMP_POLICY,
            SESSION_POLICY,
            PUBLIC_PORTAL,
        ],
    },
    Variant {
        name: "remote_jump",
        hostname: "remote_jump_hostname",
        parameters: &[
            NAME,
            hostname("remote_jump_hostname"),
            JUMPOINT,
            GROUP,
            TAG,
            COMMENTS,
            JUMP_POLICY,
            SESSION_POLICY,
            PUBLIC_PORTAL,
        ],
    },
    Variant {
        name: "remote_vnc",
        hostname: "remote_vnc_hostname",
        parameters: &[
            hostname("remote_vnc_hostname"),
            JUMPOINT,
            NAME,
            GROUP,
            optional("port", Shape::VncPort),
            TAG,
            COMMENTS,
            JUMP_POLICY,
            PUBLIC_PORTAL,
        ],
    },
    Variant {
        name: "local_vnc",
        hostname: "local_vnc_hostname",
        parameters: &[NAME, GROUP, hostname("local_vnc_hostname"), TAG, COMMENTS, JUMP_POLICY, PUBLIC_PORTAL],
    },
    Variant {
        name: "remote_rdp",
        hostname: "remote_rdp_hostname",
        parameters: &[
            NAME,
            hostname("remote_rdp_hostname"),
            JUMPOINT,
            GROUP,
            RDP_USERNAME,
            DOMAIN,
            DISPLAY_SIZE,
            QUALITY,
            CONSOLE,
            IGNORE_UNTRUSTED,
            TAG,
            COMMENTS,
            JUMP_POLICY,
            PUBLIC_PORTAL,
            SESSION_POLICY,
        ],
    },
    Variant {
        name: "local_rdp",
        hostname: "rdp_hostname",
        parameters: &[
            NAME,
            hostname("rdp_hostname"),
            GROUP,
            RDP_USERNAME,
            DOMAIN,
            DISPLAY_SIZE,
            QUALITY,
            CONSOLE,
            IGNORE_UNTRUSTED,
            TAG,
            COMMENTS,
            JUMP_POLICY,
            PUBLIC_PORTAL,
            SESSION_POLICY,
        ],
    },
    Variant {
        name: "shell_jump",
        hostname: "shelljump_hostname",
        parameters: &[
            NAME,
            hostname("shelljump_hostname"),
            JUMPOINT,
            required("protocol", Shape::Word(&["ssh", "telnet"])),
            GROUP,
            optional("shelljump_username", Shape::Text),
            optional("port", Shape::Between(1, 65_535)),
            optional("terminal", Shape::Terminal),
            optional("keep_alive", Shape::Between(0, 300)),
            TAG,
            COMMENTS,
            JUMP_POLICY,
            PUBLIC_PORTAL,
            SESSION_POLICY,
        ],
    },
    Variant {
        name: "vpro",
        hostname: "vpro_hostname",
        parameters: &[
            NAME,
            hostname("vpro_hostname"),
            JUMPOINT,
            GROUP,
            TAG,
            COMMENTS,
            JUMP_POLICY,
            PUBLIC_PORTAL,
            SESSION_POLICY,
        ],
    },
];
