//! Where the guide can be read in more than one way: which way the emulator reads it.
//!
//! In: `topic=reading`. Out: [`Readings`], one reading for every topic. No reading here contradicts the
//! guide; what does is a defect and lives in `defects`.

use super::nearest::nearest;
use super::topic::Topic;
use super::topics::TOPICS;

/// One topic read one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The topic.
    pub topic: &'static str,
    /// The way to read it.
    pub reading: &'static str,
}

/// One reading for every topic.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    chosen: Vec<Reading>,
}

impl Readings {
    /// Reads `topic=reading`. The message of a failure names what there is to choose from.
    pub fn parse(text: &str) -> Result<Reading, String> {
        let Some((topic, reading)) = text.split_once('=') else {
            return Err(format!("`{text}` is not a reading: write topic=reading, as in error-placement=root"));
        };
        let Some(found) = TOPICS.iter().find(|known| known.name == topic.trim()) else {
            return Err(unknown_topic(topic.trim()));
        };
        let known = found.readings.iter().find(|known| **known == reading.trim());
        known.map(|known| Reading { topic: found.name, reading: known }).ok_or_else(|| {
            format!(
                "`{}` is no reading of `{}`: choose one of {}",
                reading.trim(),
                found.name,
                found.readings.join(", ")
            )
        })
    }

    /// All topics with their readings, the default first.
    pub fn list() -> &'static [Topic] {
        &TOPICS
    }

    /// Chooses a reading; a later choice on the same topic wins.
    pub fn set(&mut self, reading: Reading) {
        self.chosen.retain(|other| other.topic != reading.topic);
        self.chosen.push(reading);
    }

    /// Which reading of `topic` holds.
    pub fn of(&self, topic: &str) -> &'static str {
        let chosen = self.chosen.iter().find(|reading| reading.topic == topic).map(|reading| reading.reading);
        let known = TOPICS.iter().find(|known| known.name == topic);
        debug_assert!(known.is_some(), "no topic is called {topic}");
        chosen.or_else(|| known.map(Topic::default_reading)).unwrap_or_default()
    }

    /// Whether `topic` is read as `reading`.
    pub(crate) fn is(&self, topic: &str, reading: &str) -> bool {
        debug_assert!(TOPICS.iter().any(|known| known.name == topic && known.readings.contains(&reading)));
        self.of(topic) == reading
    }

    /// The reading of a topic whose readings are numbers, such as HTTP statuses.
    pub(crate) fn status(&self, topic: &str) -> u16 {
        self.of(topic).parse().unwrap_or(401)
    }
}

impl FromIterator<Reading> for Readings {
    fn from_iter<I: IntoIterator<Item = Reading>>(readings: I) -> Readings {
        let mut all = Readings::default();
        readings.into_iter().for_each(|reading| all.set(reading));
        all
    }
}

fn unknown_topic(topic: &str) -> String {
    let near = nearest(topic, TOPICS.iter().map(|known| known.name));
    let hint = near.map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default();
    let all: Vec<&str> = TOPICS.iter().map(|known| known.name).collect();
    format!("there is no topic `{topic}`{hint}; the topics are {}", all.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_answered_with_the_word_that_was_meant() {
        let fault = Readings::parse("eror-placement=root").expect_err("no such topic");
        assert!(fault.contains("did you mean `error-placement`?"), "{fault}");
        let fault = Readings::parse("error-placement=outside").expect_err("no such reading");
        assert!(fault.contains("inside, root"), "{fault}");
        assert!(Readings::parse("error-placement").is_err());
    }

    #[test]
    fn a_later_choice_wins_and_the_rest_keep_their_defaults() {
        let chosen = ["vt100-case=upper", "vt100-case=lower"];
        let readings: Readings = chosen.iter().map(|text| Readings::parse(text).expect("a reading")).collect();
        assert_eq!((readings.of("vt100-case"), readings.of("multipart")), ("lower", "refused"));
    }

    #[test]
    fn topics_are_named_once_and_have_a_choice() {
        for (at, topic) in TOPICS.iter().enumerate() {
            assert!(topic.readings.len() > 1, "{}", topic.name);
            assert!(TOPICS[..at].iter().all(|other| other.name != topic.name), "{}", topic.name);
        }
    }
}
