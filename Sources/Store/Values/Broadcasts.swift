package import Core
package import Programmes

/// What one bounded step of a broadcast did.
package enum BroadcastAdvance: Sendable, Equatable {
    /// So many people of the audience were looked at and written down; more follow.
    case planned(Int)
    /// So many messages went into the outbox; more may follow.
    case queued(Int)
    /// So many people who will not get it any more were marked; more may follow.
    case withdrawn(Int)
    /// As many as may are waiting to be sent, or the rest is in flight.
    case waiting
    /// It is over.
    case finished
    /// Another process is at it, or there is nothing to do for it.
    case notNow

    /// Whether the next step should follow at once.
    package var madeProgress: Bool {
        switch self {
        case .planned, .queued, .withdrawn: true
        case .waiting, .finished, .notNow: false
        }
    }
}

/// How large the steps of a broadcast are.
package struct BroadcastPace: Sendable, Equatable {
    /// People who are written down in one transaction.
    package var page = 500
    /// Messages that go into the outbox in one transaction.
    package var batch = 200
    /// Messages of one broadcast that wait in the outbox at most; what a pause has to take back.
    package var window = 2_000
    /// Organisations that are looked at in one transaction.
    package var organisations = 100

    package init() {}
}

/// What became of one person of a broadcast. No names, no text.
package struct BroadcastRecipient: Sendable, Equatable {
    package var conversation: ConversationID
    package var channel: ChannelKind
    package var outcome: BroadcastProgress.Outcome
    /// The reason of a failure or of passing over; empty otherwise.
    package var reason: String
    /// When it came to this outcome; nil while there is none.
    package var at: Instant?

    package init(
        conversation: ConversationID, channel: ChannelKind, outcome: BroadcastProgress.Outcome, reason: String, at: Instant?
    ) {
        self.conversation = conversation
        self.channel = channel
        self.outcome = outcome
        self.reason = reason
        self.at = at
    }
}

/// How an import of people went.
package struct PeopleImport: Sendable, Equatable {
    /// People who could not be written to before.
    package var conversations = 0
    package var memberships = 0
    /// Rows that changed nothing.
    package var known = 0

    package init() {}

    package static func += (sum: inout Self, other: Self) {
        sum.conversations += other.conversations
        sum.memberships += other.memberships
        sum.known += other.known
    }
}

/// One membership with the address it leads to, for exports.
package struct PersonRecord: Sendable, Equatable {
    package var membership: Membership
    package var address: ConversationAddress
    package var organisationCode: String

    package init(membership: Membership, address: ConversationAddress, organisationCode: String) {
        self.membership = membership
        self.address = address
        self.organisationCode = organisationCode
    }
}

/// The numbers in `broadcast_recipients.state`; from `sent` to `read` in the order of ``DeliveryStatus``.
enum RecipientState {
    static let planned = 0
    static let queued = 1
    static let sent = 2
    static let failed = 3
    static let delivered = 4
    static let read = 5
    static let skipped = 6
    static let cancelled = 7

    static func outcome(_ state: Int) -> BroadcastProgress.Outcome {
        switch state {
        case planned: .planned
        case queued: .queued
        case sent: .sent
        case delivered: .delivered
        case read: .read
        case skipped: .skipped
        case cancelled: .cancelled
        default: .failed
        }
    }

    /// Nil while a message waits.
    static func state(of status: DeliveryStatus) -> Int? {
        switch status {
        case .queued: nil
        case .sent: sent
        case .failed: failed
        case .delivered: delivered
        case .read: read
        }
    }
}
