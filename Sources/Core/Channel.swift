/// The kinds of connection that the contracts name.
package enum ChannelKind: String, Sendable, Codable, CaseIterable {
    case zaloOA = "zalo_oa"
    case zaloBot = "zalo_bot"
    case zns
    case messenger
    case instagram
    case whatsapp
    case telegram
    case viber
    case esms
    case mail
    case generic
    case web
    case terminal
}

/// Where a conversation takes place: one person on one account of one connection.
///
/// The same human on two accounts is two addresses; platforms give different ids for each.
package struct ConversationAddress: Hashable, Sendable, Codable {
    package var connection: ConnectionID
    package var channel: ChannelKind
    /// Our own side: the OA, page or number. Empty where the channel has only one.
    package var account: String
    /// The platform's id of the person, as text.
    package var person: String

    package init(connection: ConnectionID, channel: ChannelKind, account: String, person: String) {
        self.connection = connection
        self.channel = channel
        self.account = account
        self.person = person
    }
}

/// Which queue something waits in. Lower raw values go first.
package enum Lane: Int, Sendable, Codable, CaseIterable, Comparable {
    case safety = 0
    case reply = 1
    case bulk = 2

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// How far a message that we sent has come. Only ever rises; `failed` is final unless `delivered` follows.
package enum DeliveryStatus: Int, Sendable, Codable, CaseIterable, Comparable {
    case queued = 0
    case sent = 1
    case failed = 2
    case delivered = 3
    case read = 4

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    /// The word of the contracts: `queued`, `sent`, `failed`, `delivered`, `read`.
    package var name: String {
        switch self {
        case .queued: "queued"
        case .sent: "sent"
        case .failed: "failed"
        case .delivered: "delivered"
        case .read: "read"
        }
    }
}
