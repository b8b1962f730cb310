package import Core

/// What is kept about one conversation.
package struct ConversationRecord: Sendable, Equatable {
    package var id: ConversationID
    package var address: ConversationAddress
    /// Dialogue's own bytes, as they were saved; nil before the first save and after they were erased.
    package var stateJSON: [UInt8]?
    /// False after an opt-out: no broadcasts and reminders.
    package var subscribed: Bool
    /// `parent` until linked to another.
    package var role: String
    package var createdAt: Instant
    /// When the person last wrote or pressed something; platforms count their windows from it.
    package var lastInboundAt: Instant?

    package init(
        id: ConversationID, address: ConversationAddress, stateJSON: [UInt8]? = nil, subscribed: Bool, role: String,
        createdAt: Instant, lastInboundAt: Instant? = nil
    ) {
        self.id = id
        self.address = address
        self.stateJSON = stateJSON
        self.subscribed = subscribed
        self.role = role
        self.createdAt = createdAt
        self.lastInboundAt = lastInboundAt
    }
}
