//! What a place of the guide is that can be read in more than one way.

/// A place of the guide that can be read in more than one way.
#[derive(Clone, Copy, Debug)]
pub struct Topic {
    /// What `--reading` calls it.
    pub name: &'static str,
    /// The page of the guide that leaves it open.
    pub page: u32,
    /// The ways to read it; the first is the emulator's default.
    pub readings: &'static [&'static str],
    /// What is open.
    pub says: &'static str,
}

impl Topic {
    /// The reading that holds unless another is chosen.
    pub fn default_reading(&self) -> &'static str {
        self.readings[0]
    }
}

pub(super) const fn topic(
    name: &'static str,
    page: u32,
    readings: &'static [&'static str],
    says: &'static str,
) -> Topic {
    Topic { name, page, readings, says }
}
