//! What an escape stands for. Types only.

/// What an escape stands for.
pub(super) enum Escaped {
    /// A byte.
    Byte(u8),
    /// Characters.
    Text(&'static str),
    /// A character.
    Char(char),
    /// Nothing.
    Nothing,
}
