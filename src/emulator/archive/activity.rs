//! The work on a session: what its representative does again and again while it is theirs.
//!
//! In: a step and the model. Out: the model after it. At the end of a round everything is as it was before.

use super::tables::Cell;
use super::world::World;

/// After how long the work begins anew.
pub(super) const ROUND_S: i64 = 1800;
/// After how long the events are reported again.
pub(super) const TURN_S: i64 = 600;

#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// The session is chosen in the console, or no session is.
    Select(bool),
    /// The console has the focus.
    Focus(bool),
    /// A tool is taken up.
    Take(&'static str),
    /// A tool is put down; another that is in use comes to the front.
    Put(&'static str, &'static str),
    Elevate(bool),
    /// The customer's connection.
    Customer(bool),
    /// The representative's connection.
    Console(bool),
    Busy(bool),
    Idle(bool),
}

/// Seconds of the round, and what is done then.
pub(super) const STEPS: &[(i64, Step)] = &[
    (1, Step::Select(true)),
    (2, Step::Focus(true)),
    (3, Step::Take("screen_sharing")),
    (200, Step::Elevate(true)),
    (300, Step::Take("file_transfer")),
    (610, Step::Customer(false)),
    (650, Step::Customer(true)),
    (700, Step::Focus(false)),
    (760, Step::Focus(true)),
    (900, Step::Busy(true)),
    (1000, Step::Busy(false)),
    (1100, Step::Idle(true)),
    (1150, Step::Idle(false)),
    (1200, Step::Console(false)),
    (1230, Step::Console(true)),
    (1300, Step::Put("file_transfer", "screen_sharing")),
    (1310, Step::Take("remote_shell")),
    (1450, Step::Put("remote_shell", "screen_sharing")),
    (1460, Step::Take("system_information")),
    (1550, Step::Put("system_information", "screen_sharing")),
    (1560, Step::Take("registry")),
    (1700, Step::Put("registry", "screen_sharing")),
    (1740, Step::Elevate(false)),
    (1797, Step::Put("screen_sharing", "screen_sharing")),
    (1798, Step::Focus(false)),
    (1799, Step::Select(false)),
];

/// A step of the work on a session, by the row of its representative.
pub(super) fn work(world: &mut World, at_s: i64, session: u64, rep: u64, step: Step) {
    let of_session = Cell::Key(session);
    let mut rep_is =
        |field: &'static str, on: bool| world.update(at_s, "representative", rep, [(field, Cell::Flag(on))]);
    match step {
        Step::Focus(on) => rep_is("console_in_focus", on),
        Step::Console(on) => rep_is("connected", on),
        Step::Idle(on) => rep_is("routing_idle", on),
        Step::Busy(on) => {
            let cells = [("routing_busy", Cell::Flag(on)), ("routing_available", Cell::Flag(!on))];
            world.update(at_s, "representative", rep, cells);
        }
        Step::Select(on) => {
            let selected = if on { of_session } else { Cell::Nothing };
            world.update(at_s, "representative", rep, [("selected_support_session_id", selected)]);
        }
        Step::Take(tool) => {
            let cells = [
                ("representative_id", Cell::Key(rep)),
                ("support_session_id", of_session),
                ("tool", Cell::Text(tool.to_owned())),
            ];
            world.insert(at_s, "representative_support_session_tool", cells);
            front(world, at_s, session, rep, tool);
        }
        Step::Put(tool, next) => {
            let tools = world.having("representative_support_session_tool", "support_session_id", &of_session);
            let is = |world: &World, id: u64| {
                let tool = Cell::Text(tool.to_owned());
                world.get("representative_support_session_tool", id, "tool") == Some(&tool)
            };
            for id in tools.into_iter().filter(|id| is(world, *id)).collect::<Vec<_>>() {
                world.delete(at_s, "representative_support_session_tool", id);
            }
            front(world, at_s, session, rep, next);
        }
        Step::Elevate(on) => customer_is(world, at_s, session, "elevated", on),
        Step::Customer(on) => customer_is(world, at_s, session, "connected", on),
    }
}

/// A tool comes to the front.
fn front(world: &mut World, at_s: i64, session: u64, rep: u64, tool: &str) {
    let of_session = world.having("representative_support_session", "support_session_id", &Cell::Key(session));
    let is = |id: &u64| world.get("representative_support_session", *id, "representative_id") == Some(&Cell::Key(rep));
    if let Some(id) = of_session.into_iter().find(is) {
        let cells = [("selected_support_session_service_tool", Cell::Text(tool.to_owned()))];
        world.update(at_s, "representative_support_session", id, cells);
    }
}

fn customer_is(world: &mut World, at_s: i64, session: u64, field: &'static str, on: bool) {
    if let Some(id) = world.find("customer_client", "support_session_id", &Cell::Key(session)) {
        world.update(at_s, "customer_client", id, [(field, Cell::Flag(on))]);
    }
}
