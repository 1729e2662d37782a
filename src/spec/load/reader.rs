//! What reads shapes and gathers faults.
//!
//! In: what was typed and where it stands. Out: its meaning, or a fault with file, line and what to do. No fault stops the reading of
//! the rest.

use std::{collections::BTreeMap, sync::Arc};

use strum::VariantArray;
use toml::Spanned;

use super::text::line_of;
use crate::{
    model::{case::Class, credential::AccountRole},
    spec::{
        endpoint::Endpoint,
        guide::{Guide, Version},
        requirement::Requirement,
    },
};

/// The guide's first and last page.
const PAGES: std::ops::RangeInclusive<u32> = 1..=169;

/// Reads shapes and gathers faults.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) faults: Vec<String>,
    /// Shared, since every step looks at the one that it calls.
    pub(super) endpoints: BTreeMap<String, Arc<Endpoint>>,
    pub(super) guide: Option<Guide>,
}

/// Where a fault would stand.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
}

impl Reader {
    pub(super) fn fault<T>(&mut self, place: Place<'_>, at: &Spanned<T>, says: &str) {
        let says = says.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        self.faults.push(format!("specs/{}:{}: {says}", place.path, line_of(place.text, at.span().start)));
    }

    pub(super) fn page(&mut self, place: Place<'_>, page: &Spanned<u32>) -> u32 {
        if !PAGES.contains(page.get_ref()) {
            self.fault(place, page, "no such page; the guide has pages 1 to 169");
        }
        *page.get_ref()
    }

    pub(super) fn word<T>(&mut self, place: Place<'_>, word: &Spanned<String>, table: &[(&str, T)]) -> T
    where
        T: Clone,
    {
        if let Some((_, meaning)) = table.iter().find(|(name, _)| name == word.get_ref()) {
            return meaning.clone();
        }
        let names: Vec<_> = table.iter().map(|(name, _)| *name).collect();
        self.fault(place, word, &format!("`{}` is not known here; write one of {}", word.get_ref(), names.join(", ")));
        table[0].1.clone()
    }

    pub(super) fn class(&mut self, place: Place<'_>, class: Option<&Spanned<String>>) -> Option<Class> {
        class.map(|word| self.one_of(place, word))
    }

    pub(super) fn account(&mut self, place: Place<'_>, account: &Spanned<String>) -> AccountRole {
        self.one_of(place, account)
    }

    /// The variant of an enum that has the word.
    pub(super) fn one_of<T>(&mut self, place: Place<'_>, word: &Spanned<String>) -> T
    where
        T: VariantArray + Copy + Into<&'static str>,
    {
        let table: Vec<(&str, T)> = T::VARIANTS.iter().map(|one| ((*one).into(), *one)).collect();
        self.word(place, word, &table)
    }

    pub(super) fn version(&mut self, place: Place<'_>, version: Option<&Spanned<String>>) -> Option<Version> {
        let version = version?;
        version.get_ref().parse().map_err(|says: String| self.fault(place, version, &says)).ok()
    }

    pub(super) fn unique<'a>(
        &mut self,
        place: Place<'_>,
        names: impl Iterator<Item = &'a Spanned<String>>,
        what: &str,
    ) {
        let mut seen = Vec::new();
        for name in names {
            if seen.contains(&name.get_ref()) {
                self.fault(place, name, &format!("a second {what} `{}`; names are unique in a file", name.get_ref()));
            }
            seen.push(name.get_ref());
        }
    }

    pub(super) fn insert(&mut self, all: &mut BTreeMap<String, Requirement>, requirement: Requirement) {
        if let Some(other) = all.insert(requirement.id.clone(), requirement) {
            self.faults.push(format!(
                "specs/{}.toml: two requirements have the id `{}`; the id of one derives from a row, rename the written one",
                other.endpoint,
                other.id.escape_debug()
            ));
        }
    }
}
