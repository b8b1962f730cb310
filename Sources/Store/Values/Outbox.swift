package import Core

/// One message to be sent.
package struct OutboxDraft: Sendable, Equatable {
    package var conversation: ConversationID
    package var lane: Lane
    /// The key of the reply that was spoken, for example `classes.enrol.confirm`.
    package var key: String
    package var message: OutboundMessage
    /// Nothing happens with it before; nil = at once. A message with a later time joins its conversation's order then.
    package var notBefore: Instant?
    /// Not sent at or after this; it becomes a dead letter with the reason `expired`.
    package var expires: Instant?
    /// The event that caused it.
    package var event: EventID?

    package init(
        conversation: ConversationID, lane: Lane, key: String, message: OutboundMessage, notBefore: Instant? = nil,
        expires: Instant? = nil, event: EventID? = nil
    ) {
        self.conversation = conversation
        self.lane = lane
        self.key = key
        self.message = message
        self.notBefore = notBefore
        self.expires = expires
        self.event = event
    }
}

/// A message leased to one sender.
package struct ClaimedSend: Sendable, Equatable {
    package var id: MessageID
    package var conversation: ConversationID
    package var address: ConversationAddress
    package var lane: Lane
    package var key: String
    package var message: OutboundMessage
    /// 1 for the first try.
    package var attempt: Int
    /// The first part that was not yet accepted; 0 for a new message.
    package var nextPart: Int
    /// An earlier sender disappeared while it was in flight: nobody knows whether it was sent.
    package var wasInterrupted: Bool
    package var createdAt: Instant
    package var expires: Instant?
    /// When the person last wrote; platforms count their windows from it.
    package var lastInboundAt: Instant?

    package init(
        id: MessageID, conversation: ConversationID, address: ConversationAddress, lane: Lane, key: String,
        message: OutboundMessage, attempt: Int, nextPart: Int, wasInterrupted: Bool, createdAt: Instant,
        expires: Instant? = nil, lastInboundAt: Instant? = nil
    ) {
        self.id = id
        self.conversation = conversation
        self.address = address
        self.lane = lane
        self.key = key
        self.message = message
        self.attempt = attempt
        self.nextPart = nextPart
        self.wasInterrupted = wasInterrupted
        self.createdAt = createdAt
        self.expires = expires
        self.lastInboundAt = lastInboundAt
    }
}

/// What became of a try to send.
package enum Settlement: Sendable, Equatable {
    /// The platform has it.
    case accepted(externalID: String?)
    /// The platform has the parts before `next`; the message stays in flight.
    case part(next: Int, externalID: String?)
    /// Try again then; the conversation's later messages of the lane wait for it.
    case retry(at: Instant, code: String)
    /// Not tried: it has to wait for its account, and no attempt is used up.
    case postpone(until: Instant)
    /// Given up; people see it among the dead letters.
    case dead(code: String)
    /// Nobody knows, and it is not sent again.
    case ambiguousKept(code: String)
}

/// A message for a channel whose clients fetch.
package struct PullMessage: Sendable, Equatable {
    /// Rises within the conversation.
    package var cursor: Int64
    package var id: MessageID
    package var key: String
    package var message: OutboundMessage
    package var createdAt: Instant

    package init(cursor: Int64, id: MessageID, key: String, message: OutboundMessage, createdAt: Instant) {
        self.cursor = cursor
        self.id = id
        self.key = key
        self.message = message
        self.createdAt = createdAt
    }
}

package struct OutboxDepth: Sendable, Equatable {
    /// Every lane is present. Messages for later are among them.
    package var waiting: [Lane: Int]
    /// Creation of the message that has waited longest.
    package var oldestWaiting: Instant?
    package var dead: Int

    package init(waiting: [Lane: Int], oldestWaiting: Instant? = nil, dead: Int) {
        self.waiting = waiting
        self.oldestWaiting = oldestWaiting
        self.dead = dead
    }
}

/// A message that was given up.
package struct DeadLetter: Sendable, Equatable {
    package var id: MessageID
    package var conversation: ConversationID
    package var address: ConversationAddress
    package var lane: Lane
    package var key: String
    /// Nil once the content was erased.
    package var message: OutboundMessage?
    /// Stable code.
    package var reason: String
    package var attempts: Int
    package var createdAt: Instant
    package var diedAt: Instant

    package init(
        id: MessageID, conversation: ConversationID, address: ConversationAddress, lane: Lane, key: String,
        message: OutboundMessage? = nil, reason: String, attempts: Int, createdAt: Instant, diedAt: Instant
    ) {
        self.id = id
        self.conversation = conversation
        self.address = address
        self.lane = lane
        self.key = key
        self.message = message
        self.reason = reason
        self.attempts = attempts
        self.createdAt = createdAt
        self.diedAt = diedAt
    }
}

package struct PausedAccount: Sendable, Equatable {
    package var connection: ConnectionID
    package var account: String
    /// Nil = until somebody resumes it.
    package var until: Instant?
    /// Stable code.
    package var reason: String

    package init(connection: ConnectionID, account: String, until: Instant? = nil, reason: String) {
        self.connection = connection
        self.account = account
        self.until = until
        self.reason = reason
    }
}

/// The numbers in `outbox.state`.
enum SendState {
    static let waiting = 0
    static let inFlight = 1
    static let accepted = 2
    static let dead = 3
    static let ambiguous = 4
    /// Taken back before it was sent.
    static let withdrawn = 5
}
