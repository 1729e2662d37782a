//! Permission entries, which the guide shows in several notations (children, attributes, text): a target has to use one throughout.

use super::{
    notations::Notations,
    shown::{Answered, Observer, Shown},
};
use crate::model::verdict::Finding;

#[derive(Default)]
pub(super) struct PermissionNotation(Notations);

impl<'a> Observer<'a> for PermissionNotation {
    fn see(&mut self, shown: &Shown<'_, 'a>) {
        if let Some(shape) = shown.distinct.and_then(|distinct| distinct.canonical.shape) {
            self.0.see(shape, shown.at);
        }
    }

    fn finding(self: Box<Self>, _answered: Answered) -> Finding {
        self.0.finding("one notation throughout")
    }
}
