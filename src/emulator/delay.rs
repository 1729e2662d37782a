//! How long answers take: as long as those of an appliance far away, where that is asked for.
//!
//! In: milliseconds and a seed. Out: what is waited before the n-th answer. The same seed gives the same times.

/// How long the emulator takes for each answer. By itself it takes no time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delay {
    /// What each answer takes, in milliseconds.
    pub latency_ms: u32,
    /// What an answer takes beside that at most, in milliseconds.
    pub jitter_ms: u32,
    /// Decides how much of that it is.
    pub seed: u64,
}

impl Delay {
    /// What the n-th answer takes, in milliseconds.
    pub(super) fn of(self, number: u64) -> i64 {
        let more = match self.jitter_ms {
            0 => 0,
            most => mixed(self.seed.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15))) % (u64::from(most) + 1),
        };
        i64::from(self.latency_ms) + i64::try_from(more).unwrap_or(0)
    }
}

/// A number that looks like chance (splitmix64).
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_takes_its_latency_and_a_jitter_that_the_seed_decides() {
        let times = |seed: u64| {
            let delay = Delay { latency_ms: 40, jitter_ms: 20, seed };
            (0..200).map(|number| delay.of(number)).collect::<Vec<_>>()
        };
        assert!(times(1).iter().all(|ms| (40..=60).contains(ms)), "{:?}", times(1));
        assert!(times(1).contains(&40) && times(1).contains(&60), "{:?}", times(1));
        assert_eq!(times(1), times(1));
        assert_ne!(times(1), times(2));
        assert_eq!(Delay::default().of(7), 0);
    }
}
