//! The defects that are on in an emulator.
//!
//! In: [`Defect`]s. Out: [`ActiveDefects`], which every room asks while it answers, by the names of its hooks.
//! The catalogue of all defects stands in `defects`.

use super::readings::Reading;

/// Something that is wrong on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Its id, a path to read: `drop:command/join_session:success`.
    pub id: String,
    /// The kind of request that it changes.
    pub touches: String,
    /// What is wrong.
    pub says: String,
    /// How the emulator reads what the guide leaves open when it has this defect: what stands in a second notation
    /// only can be wrong only there.
    pub readings: Vec<Reading>,
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

/// A way to break a field of archives.
#[derive(Clone, Debug)]
pub(crate) struct FieldBend {
    pub(crate) verb: Verb,
    /// `archive/state`, `archive/event` or `archive/presentation`.
    room: &'static str,
    /// The table or event.
    of: String,
    pub(crate) field: String,
}

const ROOMS: &[&str] = &["archive/state", "archive/event", "archive/presentation"];

/// The defects an emulator has.
#[derive(Debug, Default)]
pub(crate) struct ActiveDefects {
    /// The kind of request, and what is wrong with it. There are few, and they are asked for often.
    behaviours: Vec<(String, String)>,
    bends: Vec<Bend>,
    fields: Vec<FieldBend>,
}

impl ActiveDefects {
    pub(crate) fn of(defects: &[Defect]) -> ActiveDefects {
        ActiveDefects {
            behaviours: defects
                .iter()
                .filter_map(hook)
                .map(|(kind, what)| (kind.to_owned(), what.to_owned()))
                .collect(),
            bends: defects.iter().filter_map(|defect| Bend::parse(&defect.id)).collect(),
            fields: defects.iter().filter_map(|defect| FieldBend::parse(&defect.id)).collect(),
        }
    }

    /// Whether there is any behaviour to look for at all.
    pub(crate) fn any(&self) -> bool {
        !self.behaviours.is_empty()
    }

    /// Whether a kind of request has a defect of behaviour.
    pub(crate) fn has(&self, kind: &str, what: &str) -> bool {
        self.behaviours.iter().any(|(of, is)| of == kind && is == what)
    }

    /// What is wrong with the structure of answers.
    pub(crate) fn bends(&self) -> &[Bend] {
        &self.bends
    }

    /// What is wrong with the fields of a table or event of archives.
    pub(crate) fn fields<'a>(&'a self, room: &'a str, of: &'a str) -> impl Iterator<Item = &'a FieldBend> {
        self.fields.iter().filter(move |bend| bend.is_of(room, of))
    }
}

/// The kind and the name of a hook, from the id of a defect of behaviour.
fn hook(defect: &Defect) -> Option<(&str, &str)> {
    defect.id.strip_prefix("behaviour:")?.split_once(':')
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
    fn parse(id: &str) -> Option<Bend> {
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
