//! The defects that are on in an emulator.
//!
//! In: [`Defect`]s. Out: [`ActiveDefects`], which every room asks while it answers, by the names of its hooks.
//! A defect may be on for one request alone: the next one in which it shows. The catalogue of all defects stands in `defects`. In debug builds each hook that is asked for must have its
//! row there, so that a hook and its row cannot lose each other unnoticed.

use std::collections::{HashMap, HashSet};

use super::{defect_id::DefectId, once::Once, readings::Reading};

/// Something that is wrong on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Its id, a path to read.
    pub id: DefectId,
    /// The kind of request that it changes.
    pub touches: String,
    /// What is wrong.
    pub says: String,
    /// How the emulator reads what the guide leaves open when it has this defect: what stands in a second notation
    /// only can be wrong only there.
    pub readings: Vec<Reading>,
}

impl Defect {
    /// Whether it shows only where the failover peer cannot be reached, so that an emulator with it has none that can.
    pub fn without_peer(&self) -> bool {
        self.id.contains(":without-its-peer/")
    }
}

/// How the structure of an answer is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Drop,
    Rename,
    Duplicate,
    Mistype,
    Empty,
}

/// A way to break an answer: an element, an attribute, a JSON member or a header.
#[derive(Clone, Debug)]
pub(crate) struct Bend {
    pub(crate) verb: Verb,
    pub(crate) kind: String,
    pub(crate) path: Vec<String>,
}

/// A way to break a field of archives or of the feed.
#[derive(Clone, Debug)]
pub(crate) struct FieldBend {
    pub(crate) verb: Verb,
    /// `archive/state`, `archive/event`, `archive/presentation` or `feed/model`.
    room: &'static str,
    /// The table or event.
    of: String,
    pub(crate) field: String,
}

const ROOMS: &[&str] = &["archive/state", "archive/event", "archive/presentation", "feed/model"];

/// Every hook of behaviour that has a row in the catalogue.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    /// By the kind of request.
    of_kind: HashMap<String, HashSet<String>>,
    /// The families of all kinds together, as `ignored` of `type/ignored`.
    families: HashSet<String>,
}

/// The defects an emulator has.
#[derive(Debug, Default)]
pub(crate) struct ActiveDefects {
    /// The kind of request, and what is wrong with it. There are few, and they are asked for often.
    behaviours: Vec<(String, String)>,
    bends: Vec<Bend>,
    fields: Vec<FieldBend>,
    /// Those that are on for one request.
    once: Once,
    /// What may be asked for; none where it is not checked.
    hooks: Option<&'static Hooks>,
}

impl ActiveDefects {
    /// The defects of an emulator, and the hooks that the catalogue knows, where they are checked.
    pub(crate) fn of(defects: &[Defect], hooks: Option<&'static Hooks>) -> ActiveDefects {
        ActiveDefects {
            behaviours: defects
                .iter()
                .filter_map(hook)
                .map(|(kind, what)| (kind.to_owned(), what.to_owned()))
                .collect(),
            bends: defects.iter().filter_map(|defect| Bend::parse(&defect.id)).collect(),
            fields: defects.iter().filter_map(|defect| FieldBend::parse(&defect.id)).collect(),
            once: Once::default(),
            hooks,
        }
    }

    /// Whether there is any behaviour to look for at all.
    pub(crate) fn any(&self) -> bool {
        !self.behaviours.is_empty() || self.once.any()
    }

    /// Whether a kind of request has a defect of behaviour.
    pub(crate) fn has(&self, kind: &str, what: &str) -> bool {
        assert!(self.hooks.is_none_or(|hooks| hooks.has(kind, what)), "the catalogue has no row `{what}` of {kind}");
        self.is_on(kind, what)
    }

    /// The same for a hook that several kinds or parameters share, of which only some have the defect.
    pub(crate) fn has_of_family(&self, kind: &str, what: &str) -> bool {
        assert!(self.hooks.is_none_or(|hooks| hooks.has_family(what)), "the catalogue has no row like `{what}`");
        self.is_on(kind, what)
    }

    fn is_on(&self, kind: &str, what: &str) -> bool {
        self.behaviours.iter().any(|(of, is)| of == kind && is == what) || self.once.shows(kind, what)
    }

    /// Those that are on for one request.
    pub(crate) fn once(&self) -> &Once {
        &self.once
    }

    /// What is wrong with the structure of answers.
    pub(crate) fn bends(&self) -> &[Bend] {
        &self.bends
    }

    /// What is wrong with the fields of a table or event.
    pub(crate) fn fields<'a>(&'a self, room: &'a str, of: &'a str) -> impl Iterator<Item = &'a FieldBend> {
        self.fields.iter().filter(move |bend| bend.is_of(room, of))
    }
}

impl Hooks {
    /// The hooks of the defects of behaviour among these.
    pub(crate) fn of(defects: &[Defect]) -> Hooks {
        let mut hooks = Hooks::default();
        for (kind, what) in defects.iter().filter_map(hook) {
            hooks.of_kind.entry(kind.to_owned()).or_default().insert(what.to_owned());
            hooks.families.insert(family(what).to_owned());
        }
        hooks
    }

    fn has(&self, kind: &str, what: &str) -> bool {
        self.of_kind.get(kind).is_some_and(|of_kind| of_kind.contains(what))
    }

    fn has_family(&self, what: &str) -> bool {
        self.families.contains(family(what))
    }
}

/// The kind and the name of a hook, from the id of a defect of behaviour.
pub(crate) fn hook(defect: &Defect) -> Option<(&str, &str)> {
    defect.id.strip_prefix("behaviour:")?.split_once(':')
}

/// The last part of a name. All values that a parameter refuses are one family, as it asks for each of its values.
fn family(what: &str) -> &str {
    let last = what.rsplit('/').next().unwrap_or(what);
    if last.ends_with("-refused") { "-refused" } else { last }
}

impl Verb {
    fn of(word: &str) -> Option<Verb> {
        Some(match word {
            "drop" => Verb::Drop,
            "rename" => Verb::Rename,
            "duplicate" => Verb::Duplicate,
            "mistype" => Verb::Mistype,
            "empty" => Verb::Empty,
            _ => return None,
        })
    }
}

impl Bend {
    /// Reads the id of a structural defect.
    pub(crate) fn parse(id: &str) -> Option<Bend> {
        let mut parts = id.splitn(3, ':');
        let verb = Verb::of(parts.next()?)?;
        let kind = parts.next()?.to_owned();
        Some(Bend { verb, kind, path: parts.next()?.split('/').map(str::to_owned).collect() })
    }
}

impl FieldBend {
    /// Reads the id of a defect, as in `drop:archive/state:queue/name`.
    pub(crate) fn parse(id: &str) -> Option<FieldBend> {
        let mut parts = id.splitn(3, ':');
        let verb = Verb::of(parts.next()?).filter(|verb| !matches!(verb, Verb::Duplicate | Verb::Empty))?;
        let (kind, path) = (parts.next()?, parts.next()?);
        let (room, path) = match path.strip_prefix("presentation/") {
            Some(path) if kind == "archive/event" => ("archive/presentation", path),
            _ => (kind, path),
        };
        let room = ROOMS.iter().find(|known| **known == room)?;
        let (of, field) = path.split_once('/')?;
        Some(FieldBend { verb, room, of: of.to_owned(), field: field.to_owned() })
    }

    pub(crate) fn is_of(&self, room: &str, of: &str) -> bool {
        self.room == room && self.of == of
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn active(id: &str) -> ActiveDefects {
        let defect =
            |id: &str| Defect { id: id.into(), touches: "a/b".into(), says: "it".into(), readings: Vec::new() };
        let catalogue = ["behaviour:a/b:lost", "behaviour:a/b:type/ignored"].map(defect);
        ActiveDefects::of(&[defect(id)], Some(Box::leak(Box::new(Hooks::of(&catalogue)))))
    }

    #[test]
    fn a_hook_is_on_for_its_kind_alone() {
        let active = active("behaviour:a/b:type/ignored");
        assert!(active.has("a/b", "type/ignored") && !active.has("a/b", "lost"));
        assert!(!active.has_of_family("a/c", "type/ignored") && !active.has_of_family("a/b", "id/ignored"));
    }

    #[test]
    #[should_panic(expected = "the catalogue has no row `type/lost` of a/b")]
    fn a_hook_without_a_row_stops_a_build_that_checks() {
        active("behaviour:a/b:lost").has("a/b", "type/lost");
    }

    #[test]
    #[should_panic(expected = "the catalogue has no row like `id/found`")]
    fn a_hook_that_nobody_has_a_row_for_stops_a_build_that_checks() {
        active("behaviour:a/b:lost").has_of_family("a/b", "id/found");
    }
}
