//! Queues of the model: which of them are active (p. 120), and what happens to what is in one that is not.
//!
//! In: logins and moves. Out: rows of queues, and sessions that are in one of them.

use super::play::{Play, text};
use super::tables::Cell;

impl Play<'_> {
    /// The general queue and the persistent ones are always there.
    pub(super) fn standing_queues(&mut self, at_s: i64) {
        let cells = [("name", text("General")), ("type", text("prewait"))];
        self.world.insert(at_s, "queue", cells);
        for team in self.site.teams.iter().filter(|team| team.persistent) {
            self.team_queue(at_s, team.id);
        }
    }

    pub(super) fn prewait(&self) -> Cell {
        self.world.find("queue", "type", &text("prewait")).map_or(Cell::Nothing, Cell::Key)
    }

    /// The queue of a team, which becomes active if it is not.
    pub(super) fn team_queue(&mut self, at_s: i64, team: i64) -> u64 {
        if let Some(id) = self.known_team_queue(team) {
            return id;
        }
        let name = self.site.teams.iter().find(|one| one.id == team).map(|one| one.name.clone()).unwrap_or_default();
        let cells = [
            ("code_name", text(&name.to_lowercase().replace(' ', "_"))),
            ("name", text(&name)),
            ("support_team_id", text(&team.to_string())),
            ("type", text("team")),
        ];
        self.world.insert(at_s, "queue", cells)
    }

    pub(super) fn known_team_queue(&self, team: i64) -> Option<u64> {
        self.world.find("queue", "support_team_id", &text(&team.to_string()))
    }

    /// A queue goes: what is in it waits in the general one.
    pub(super) fn close_queue(&mut self, at_s: i64, queue: u64) {
        let (of_queue, prewait) = (Cell::Key(queue), self.prewait());
        for session in self.world.having("support_session", "queue_id", &of_queue) {
            let cells = [("queue_id", prewait.clone()), ("queue_entry_timestamp", Cell::Number(at_s))];
            self.world.update(at_s, "support_session", session, cells);
        }
        for session in self.world.having("support_session", "primary_team_queue_id", &of_queue) {
            self.world.update(at_s, "support_session", session, [("primary_team_queue_id", Cell::Nothing)]);
        }
        self.world.delete_having(at_s, "representative_queue", "queue_id", &of_queue);
        self.world.delete(at_s, "queue", queue);
    }

    /// The queue of a team where it is active, or one of its members is logged in.
    pub(super) fn active_team_queue(&mut self, at_s: i64, team: i64) -> Option<u64> {
        self.known_team_queue(team).or_else(|| {
            let one = self.site.teams.iter().find(|one| one.id == team)?;
            one.members.iter().any(|rep| self.rep_row(*rep).is_some()).then(|| self.team_queue(at_s, team))
        })
    }

    /// The queues of teams go that no member is there for.
    pub(super) fn tidy_queues(&mut self, at_s: i64) {
        let site = self.site;
        for team in site.teams.iter().filter(|team| !team.persistent) {
            let Some(queue) = self.known_team_queue(team.id) else { continue };
            let used = self.world.find("representative_queue", "queue_id", &Cell::Key(queue)).is_some();
            if !used {
                self.close_queue(at_s, queue);
            }
        }
    }
}
