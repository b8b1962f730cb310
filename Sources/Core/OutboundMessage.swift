/// One answer to one person, before any channel has cut it to its limits.
package struct OutboundMessage: Sendable, Equatable, Codable {
    package var text: String
    package var buttons: [Button]
    package var attachments: [Attachment]

    package init(text: String, buttons: [Button] = [], attachments: [Attachment] = []) {
        self.text = text
        self.buttons = buttons
        self.attachments = attachments
    }
}

/// A choice that a person can press, or type by its number where the channel has no buttons.
package struct Button: Sendable, Equatable, Codable {
    package var title: String
    /// Comes back in ``InboundEvent/payload`` when pressed. Starts with `#`.
    package var payload: String

    package init(title: String, payload: String) {
        self.title = title
        self.payload = payload
    }
}
