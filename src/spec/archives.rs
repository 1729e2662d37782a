//! What is asked of the archives and listings of a run.
//!
//! In: words of the key `archives`, and numbers of rows. Out: an [`ArchiveDemand`]. What it means is judged elsewhere.

/// What a requirement asks of the archives of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArchiveDemand {
    /// A table stands in every state archive.
    Table(usize),
    /// A field stands in every new row of a table.
    Field(usize, usize),
    /// Its value is of its type.
    FieldType(usize, usize),
    /// It names a row that is there.
    Refers(usize, usize),
    /// Which of its printed names a table has.
    TableName(usize),
    /// An event has its details.
    Event(usize),
    /// A field stands in an event.
    EventField(usize, usize),
    /// Its value is of its type.
    EventFieldType(usize, usize),
    /// What a word stands for.
    Word(ArchiveWord),
}

/// What holds for archives as a whole; each is a word of the key `archives`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArchiveWord {
    /// Archives are of the day that was asked for.
    ListedDay,
    /// State archives are numbered from 1.
    StateIndexes,
    /// Event archives are numbered from 1.
    EventIndexes,
    /// State archives lie half an hour apart.
    StateInterval,
    /// Event archives span ten minutes.
    EventInterval,
    /// State archives name the event archives after them.
    EventArchiveIndex,
    /// Every archive is a whole gzip file, and its text is what it should be.
    Readable,
    /// None has more than 4 GiB of text.
    Size,
    /// The events between two state archives lead from one to the other.
    Replay,
    /// Lines are of the five types.
    LineTypes,
    /// Events stand in the order of their times.
    Ordered,
    /// Events happened within the interval of the listing.
    InItsInterval,
    /// What the model shows already is no event.
    Excluded,
    /// No two rows of a table have one id.
    RowIds,
    /// Where sessions began, they have events.
    SessionEvents,
    /// No row was made after the snapshot, or the line, that it stands in.
    CreatedInTime,
    /// The representative of a personal queue is logged in.
    PersonalActive,
    /// A queue of a team that nobody logged in belongs to is always there.
    TeamActive,
    /// Representatives belong to no personal queue but their own.
    PersonalOwn,
    /// Personal queues have no code name and no id of a team.
    PersonalNameless,
    /// The session that a representative has selected is one.
    SelectedSession,
    /// No two sessions, or presentations, have one logging session id.
    SessionIds,
    /// Where a representative uses a tool in a session, that representative takes part in it.
    ToolsOfMembers,
    /// A session came into its queue when the events say so.
    QueueEntry,
    /// The last queue of a team is that of the last transfer to a team.
    PrimaryTeam,
    /// The sessions of a state are those that ran then, by the session report.
    ActiveSessions,
    /// The session report has the sessions of the archives.
    ReportedSessions,
    /// Event archives have what feeds said of sessions.
    Fed,
    /// Whether tables stand in a member of the object.
    Wrapper,
    /// How a table without rows is written.
    EmptyTable,
    /// How truths are written.
    Boolean,
    /// How ids of teams are written.
    TeamId,
    /// How ids of other rows are written.
    Key,
    /// How lines say what becomes of rows.
    ModelShape,
    /// How lists of files are written.
    FilesShape,
    /// How names and values are written.
    PairsShape,
    /// How events of presentations are called.
    PresentationName,
    /// Messages of a feed say what becomes of which rows.
    Sections,
    /// Rows come after the answer to the subscription.
    AfterResponse,
    /// Rows come of the tables that were asked for.
    Subscribed,
    /// An id is used once in the life of the model.
    FreshIds,
    /// Only rows that are there change, or go.
    KnownRows,
    /// What the messages with changes are called.
    UpdateType,
}

impl ArchiveWord {
    /// Every word, as it stands in the spec data.
    pub(super) const ALL: [(&'static str, Self); 43] = [
        ("listed_day", Self::ListedDay),
        ("state_indexes", Self::StateIndexes),
        ("event_indexes", Self::EventIndexes),
        ("state_interval", Self::StateInterval),
        ("event_interval", Self::EventInterval),
        ("event_archive_index", Self::EventArchiveIndex),
        ("readable", Self::Readable),
        ("size", Self::Size),
        ("replay", Self::Replay),
        ("line_types", Self::LineTypes),
        ("ordered", Self::Ordered),
        ("in_its_interval", Self::InItsInterval),
        ("excluded", Self::Excluded),
        ("row_ids", Self::RowIds),
        ("session_events", Self::SessionEvents),
        ("created_in_time", Self::CreatedInTime),
        ("personal_active", Self::PersonalActive),
        ("team_active", Self::TeamActive),
        ("personal_own", Self::PersonalOwn),
        ("personal_nameless", Self::PersonalNameless),
        ("selected_session", Self::SelectedSession),
        ("session_ids", Self::SessionIds),
        ("tools_of_members", Self::ToolsOfMembers),
        ("queue_entry", Self::QueueEntry),
        ("primary_team", Self::PrimaryTeam),
        ("active_sessions", Self::ActiveSessions),
        ("reported_sessions", Self::ReportedSessions),
        ("fed", Self::Fed),
        ("wrapper", Self::Wrapper),
        ("empty_table", Self::EmptyTable),
        ("boolean", Self::Boolean),
        ("team_id", Self::TeamId),
        ("key", Self::Key),
        ("model_shape", Self::ModelShape),
        ("files_shape", Self::FilesShape),
        ("pairs_shape", Self::PairsShape),
        ("presentation_name", Self::PresentationName),
        ("sections", Self::Sections),
        ("after_response", Self::AfterResponse),
        ("subscribed", Self::Subscribed),
        ("fresh_ids", Self::FreshIds),
        ("known_rows", Self::KnownRows),
        ("update_type", Self::UpdateType),
    ];

    /// Whether it is about listings, and not about archives.
    #[must_use]
    pub fn is_of_listings(self) -> bool {
        matches!(
            self,
            Self::ListedDay
                | Self::StateIndexes
                | Self::EventIndexes
                | Self::StateInterval
                | Self::EventInterval
                | Self::EventArchiveIndex
        )
    }

    /// Whether it is about feeds, and means nothing of archives.
    #[must_use]
    pub fn is_of_feeds_alone(self) -> bool {
        matches!(
            self,
            Self::Sections
                | Self::AfterResponse
                | Self::Subscribed
                | Self::FreshIds
                | Self::KnownRows
                | Self::UpdateType
        )
    }

    /// Whether it means something of feeds: what their messages say, the rows of one moment, and how values are written.
    #[must_use]
    pub fn is_of_feeds(self) -> bool {
        let of_rows = matches!(
            self,
            Self::RowIds
                | Self::CreatedInTime
                | Self::PersonalActive
                | Self::PersonalOwn
                | Self::PersonalNameless
                | Self::SessionIds
                | Self::ToolsOfMembers
                | Self::Boolean
                | Self::TeamId
                | Self::Key
                | Self::FilesShape
                | Self::PairsShape
        );
        of_rows || self.is_of_feeds_alone()
    }

    /// The readings that it tells apart; none for what must hold.
    #[must_use]
    pub fn readings(self) -> &'static [&'static str] {
        match self {
            Self::Wrapper => &["none", "wrapped"],
            Self::EmptyTable => &["null", "empty"],
            Self::Boolean => &["number", "literal"],
            Self::TeamId => &["string", "number"],
            Self::Key => &["bare", "quoted"],
            Self::ModelShape => &["typed", "update"],
            Self::FilesShape | Self::PairsShape => &["array", "object"],
            Self::PresentationName => &["snake", "title"],
            Self::UpdateType => &["model_update", "update_model"],
            _ => &[],
        }
    }
}
