//! A walk through the pages of a list.

/// A walk through the pages of a list of JSON items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// JSON pointer of the list.
    pub at: String,
    /// JSON pointer of what tells its items apart, in an item.
    pub id: Option<String>,
    /// How many items a page may have.
    pub per_page: u64,
    /// Whether a header tells how many items there are.
    pub total: bool,
    /// Whether a header tells which page is the last.
    pub last: bool,
}
