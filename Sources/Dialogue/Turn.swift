package import Content
package import Core

/// One thing that happened in one conversation, as dialogue sees it.
package struct Turn: Sendable {
    package var event: InboundEvent
    /// What was understood of the text; nil for buttons, attachments and timers.
    package var reading: Reading?
    package var conversation: ConversationID
    package var role: Role
    /// True on a platform that is not ours and can read along: nothing there may be called anonymous.
    package var isThirdParty: Bool

    package init(
        event: InboundEvent, reading: Reading? = nil, conversation: ConversationID, role: Role = .parent,
        isThirdParty: Bool = true
    ) {
        self.event = event
        self.reading = reading
        self.conversation = conversation
        self.role = role
        self.isThirdParty = isThirdParty
    }
}
