//! Progress of a run, printed on stderr while it lasts: a bar on a terminal, a few lines otherwise.
//!
//! In: events of the run. Out: text for people, and each record to the journal of the report folder.

use std::{
    cell::Cell,
    io::IsTerminal,
    sync::atomic::{AtomicBool, Ordering},
};

use indicatif::{ProgressBar, ProgressStyle};

use super::{report_folder::Folder, say};
use crate::{report, run::Event};

/// Shows how far the run is: a bar on a terminal, a few lines otherwise.
pub(super) struct Progress<'a> {
    bar: ProgressBar,
    terminal: bool,
    total: Cell<usize>,
    tested: Cell<usize>,
    folder: Option<&'a Folder>,
    /// Set where the run is to end.
    stop: &'a AtomicBool,
}

impl<'a> Progress<'a> {
    pub(super) fn new(folder: Option<&'a Folder>, stop: &'a AtomicBool) -> Self {
        #[expect(clippy::disallowed_methods, reason = "asked whether it is a terminal, not printed to")]
        let terminal = std::io::stderr().is_terminal();
        let bar = if terminal { ProgressBar::new(0) } else { ProgressBar::hidden() };
        // Nothing can be counted before it is known what is tested.
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        Self { bar, terminal, total: Cell::new(0), tested: Cell::new(0), folder, stop }
    }

    pub(super) fn tell(&self, event: Event<'_>) {
        match event {
            Event::Discovering => {
                if !self.terminal {
                    say("looking for the target's own representatives, teams and clients");
                }
                self.bar.set_message("looking for the target's own representatives, teams and clients");
            }
            Event::Asking { endpoint } => {
                if self.total.get() == 0 {
                    self.bar.set_message(format!("looking for what the target has: {endpoint}"));
                    self.bar.tick();
                }
            }
            Event::Started { selected, to_send } => {
                self.total.set(to_send);
                if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
                    self.bar.set_style(style);
                }
                self.bar.set_length(to_send as u64);
                if !self.terminal {
                    say(&format!("testing {}", report::plural(selected, "requirement")));
                }
            }
            Event::Tested { requirement, whole } => {
                if let Some(folder) = self.folder.filter(|_| whole) {
                    folder.note_tested([requirement.clone()]);
                }
                let tested = self.tested.get() + 1;
                self.tested.set(tested);
                self.bar.set_position(tested as u64);
                self.bar.set_message(requirement.to_string());
                let (total, quarter) = (self.total.get(), self.total.get().div_ceil(4).max(1));
                if !self.terminal && tested.is_multiple_of(quarter) && tested < total {
                    say(&format!("{tested} of {total}"));
                }
            }
            Event::Died { requests } => {
                let sent = report::plural(requests, "request");
                say(&format!("the target does not answer any more; looking for what it died of in {sent}"));
            }
            Event::Suspected { suspects } => {
                if let Some(folder) = self.folder {
                    folder.note_suspects(suspects);
                }
            }
            Event::Begun(record) => {
                if let Some(folder) = self.folder {
                    folder.note_begun(record);
                }
            }
            Event::Recorded(record) => {
                if let Some(folder) = self.folder {
                    folder.note(record);
                    if folder.is_full() && !self.stop.swap(true, Ordering::Relaxed) {
                        say("the journal has reached its bound: stopping; --journal-max sets another");
                    }
                }
            }
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
