package import Core

/// One decoded event on its way into the inbox.
package struct IncomingEvent: Sendable, Equatable {
    package var connection: ConnectionID
    package var channel: ChannelKind
    package var event: InboundEvent
    package var lane: Lane

    package init(connection: ConnectionID, channel: ChannelKind, event: InboundEvent, lane: Lane) {
        self.connection = connection
        self.channel = channel
        self.event = event
        self.lane = lane
    }
}

/// What became of a batch of incoming events.
package struct Acceptance: Sendable, Equatable {
    /// Stored now.
    package var accepted: Int
    /// Were stored before; nothing was changed for them.
    package var duplicates: Int

    package init(accepted: Int, duplicates: Int) {
        self.accepted = accepted
        self.duplicates = duplicates
    }
}

/// An event as it waits for its effect.
package struct StoredEvent: Sendable, Equatable {
    package var id: EventID
    package var event: InboundEvent
    package var lane: Lane
    package var receivedAt: Instant
    /// How often handling it has failed.
    package var attempts: Int

    package init(id: EventID, event: InboundEvent, lane: Lane, receivedAt: Instant, attempts: Int) {
        self.id = id
        self.event = event
        self.lane = lane
        self.receivedAt = receivedAt
        self.attempts = attempts
    }
}

/// A conversation leased to one worker, with what waits in it.
package struct ClaimedConversation: Sendable, Equatable {
    package var conversation: ConversationID
    package var address: ConversationAddress
    /// At most 16, in the order in which they must be handled.
    package var events: [StoredEvent]

    package init(conversation: ConversationID, address: ConversationAddress, events: [StoredEvent]) {
        self.conversation = conversation
        self.address = address
        self.events = events
    }
}

package struct InboxDepth: Sendable, Equatable {
    package var waiting: Int
    /// Arrival of the event that has waited longest.
    package var oldestWaiting: Instant?
    /// Given up after repeated failures; a person must look.
    package var failed: Int

    package init(waiting: Int, oldestWaiting: Instant? = nil, failed: Int) {
        self.waiting = waiting
        self.oldestWaiting = oldestWaiting
        self.failed = failed
    }
}

/// An event that was given up.
package struct FailedEvent: Sendable, Equatable {
    package var id: EventID
    package var conversation: ConversationID?
    package var kind: String
    /// Stable code of the last failure.
    package var reason: String
    package var receivedAt: Instant
    package var failedAt: Instant

    package init(
        id: EventID, conversation: ConversationID? = nil, kind: String, reason: String, receivedAt: Instant,
        failedAt: Instant
    ) {
        self.id = id
        self.conversation = conversation
        self.kind = kind
        self.reason = reason
        self.receivedAt = receivedAt
        self.failedAt = failedAt
    }
}

/// The numbers in `events.state`.
enum EventState {
    static let waiting = 0
    static let done = 1
    static let failed = 2
}
