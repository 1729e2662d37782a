//! Elements for which the guide prints more than one name: a target has to use one of them throughout.

use super::{
    notations::Notations,
    shown::{Answered, Observer, Shown},
};
use crate::model::verdict::Finding;

pub(super) struct Named {
    row: usize,
    names: Notations,
}

impl Named {
    pub(super) fn of(row: usize) -> Self {
        Self { row, names: Notations::default() }
    }
}

impl<'a> Observer<'a> for Named {
    fn see(&mut self, shown: &Shown<'_, 'a>) {
        let names = shown.distinct.iter().flat_map(|distinct| &distinct.canonical.names);
        for (_, name) in names.filter(|(row, _)| *row == self.row) {
            self.names.see(name, shown.at);
        }
    }

    fn finding(self: Box<Self>, _answered: Answered) -> Finding {
        self.names.finding("one name throughout")
    }
}
