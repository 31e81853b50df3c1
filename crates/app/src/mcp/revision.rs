//! Revisions of the protocol, as far as Sconce tells them apart. A revision is a date, and is compared as a text.

/// The first revision without sessions, and without requests of a server to its client.
pub(crate) const SESSIONLESS: &str = "2026-07-28";
/// The first revision in which a stream may begin with an event without a message, from which a client resumes it.
/// Clients of those before parse each event as a message.
const EMPTY_EVENTS: &str = "2025-11-25";

/// Whether a client of this revision has no session, and is asked nothing but by the answers to its calls.
pub(crate) fn is_sessionless(revision: &str) -> bool {
    revision >= SESSIONLESS
}

/// Whether a client of this revision reads events without a message.
pub(crate) fn knows_empty_events(revision: &str) -> bool {
    revision >= EMPTY_EVENTS
}

#[cfg(test)]
mod tests {
    use rmcp::model::ProtocolVersion;

    #[test]
    fn the_revisions_are_those_of_the_library() {
        assert_eq!(ProtocolVersion::V_2026_07_28.as_str(), super::SESSIONLESS);
        assert_eq!(ProtocolVersion::V_2025_11_25.as_str(), super::EMPTY_EVENTS);
    }
}
