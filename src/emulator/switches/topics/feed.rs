//! What the real-time state API leaves open (pp. 140-161).

use super::super::topic::{Topic, topic};

pub(super) const TOPICS: &[Topic] = &[
    topic(
        "feed-subprotocol",
        142,
        &["encoded", "decoded", "none"],
        "the subprotocol in the answer to the handshake: as it was sent, decoded, or left out",
    ),
    topic("feed-update-type", 143, &["model_update", "update_model"], "the type of messages that update the model"),
    topic(
        "feed-section-nesting",
        143,
        &["beside", "nested"],
        "update and delete of a model update: beside insert, or in it, as the braces of the example are printed",
    ),
    topic("feed-ids", 146, &["bare", "quoted"], "ids that refer to rows: numbers, or the same as text"),
    topic(
        "feed-attendee-table",
        150,
        &["attendee", "attende"],
        "the name of the table of attendees in the real-time model",
    ),
];
