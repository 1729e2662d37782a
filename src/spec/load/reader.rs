//! What reads shapes and gathers faults.
//!
//! In: what was typed and where it stands. Out: its meaning, or a fault with file, line and what to do. No fault stops the reading of
//! the rest.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use strum::VariantArray;

use super::{
    located::Located,
    text::{line_of, on_one_line},
};
use crate::{
    model::{
        case::Class,
        credential::AccountRole,
        id::{EndpointId, RequirementId},
    },
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
    pub(super) endpoints: BTreeMap<EndpointId, Arc<Endpoint>>,
    pub(super) guide: Option<Guide>,
    /// Ids of endpoints whose files cannot be read.
    pub(super) unread: BTreeSet<EndpointId>,
    /// Names of the files of JSON Schemas.
    pub(super) schemas: BTreeSet<String>,
    /// File and line of each written requirement.
    pub(super) sites: BTreeMap<RequirementId, String>,
    /// Parameters of sets that must stand in the rows of some other endpoint, each with file and line.
    pub(super) handed_on: Vec<(String, String)>,
    /// The variables that files name.
    pub(super) named: BTreeSet<String>,
    /// Rows of fixtures that nothing finds, each with file and line.
    pub(super) said: Vec<(String, String)>,
    /// Endpoints that changes of the guide concern, each with file and line.
    pub(super) concerned: Vec<(String, String)>,
}

/// Where a fault would stand.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
}

impl Place<'_> {
    /// File and line.
    pub(super) fn site<T>(self, at: &Located<T>) -> String {
        format!("specs/{}:{}", self.path, line_of(self.text, at.start()))
    }
}

impl Reader {
    /// A reader of one file, for requirements of an endpoint that is known: see [`Self::join`].
    pub(super) fn part(&self) -> Self {
        Self {
            endpoints: self.endpoints.clone(),
            unread: self.unread.clone(),
            schemas: self.schemas.clone(),
            ..Self::default()
        }
    }

    /// Takes over what a reader of one file found.
    pub(super) fn join(&mut self, part: Self) {
        part.faults.into_iter().for_each(|fault| self.tell_once(fault));
        self.sites.extend(part.sites);
    }

    pub(super) fn fault<T>(&mut self, place: Place<'_>, at: &Located<T>, says: &str) {
        self.fault_at(&place.site(at), says);
    }

    pub(super) fn fault_at(&mut self, site: &str, says: &str) {
        self.tell_once(format!("{site}: {}", on_one_line(says)));
    }

    /// A file of several endpoints is read once for each of them.
    fn tell_once(&mut self, fault: String) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// The page of a row: its own, or that of what it belongs to.
    pub(super) fn page_of(&mut self, place: Place<'_>, page: Option<&Located<u32>>, home: u32) -> u32 {
        page.map_or(home, |page| self.page(place, page))
    }

    pub(super) fn page(&mut self, place: Place<'_>, page: &Located<u32>) -> u32 {
        if !PAGES.contains(&**page) {
            self.fault(place, page, "no such page; the guide has pages 1 to 169");
        }
        **page
    }

    pub(super) fn word<T>(&mut self, place: Place<'_>, word: &Located<String>, table: &[(&str, T)]) -> T
    where
        T: Clone,
    {
        if let Some((_, meaning)) = table.iter().find(|(name, _)| *name == word.as_str()) {
            return meaning.clone();
        }
        let names: Vec<_> = table.iter().map(|(name, _)| *name).collect();
        self.fault(place, word, &format!("`{}` is not known here; write one of {}", word.as_str(), names.join(", ")));
        table[0].1.clone()
    }

    pub(super) fn class(&mut self, place: Place<'_>, class: Option<&Located<String>>) -> Option<Class> {
        class.map(|word| self.one_of(place, word))
    }

    pub(super) fn account(&mut self, place: Place<'_>, account: &Located<String>) -> AccountRole {
        self.one_of(place, account)
    }

    /// The variant of an enum that has the word.
    pub(super) fn one_of<T>(&mut self, place: Place<'_>, word: &Located<String>) -> T
    where
        T: VariantArray + Copy + Into<&'static str>,
    {
        let table: Vec<(&str, T)> = T::VARIANTS.iter().map(|one| ((*one).into(), *one)).collect();
        self.word(place, word, &table)
    }

    pub(super) fn version(&mut self, place: Place<'_>, version: Option<&Located<String>>) -> Option<Version> {
        let version = version?;
        version.parse().map_err(|says: String| self.fault(place, version, &says)).ok()
    }

    pub(super) fn insert(&mut self, all: &mut BTreeMap<RequirementId, Requirement>, requirement: Requirement) {
        if let Some(other) = all.insert(requirement.id.clone(), requirement) {
            self.faults.push(format!(
                "specs/{}.toml: two requirements have the id `{}`; the id of one derives from a row, rename the written one",
                other.endpoint,
                other.id.escape_debug()
            ));
        }
    }
}
