package import Core

/// One message that the platform accepted, in the order of acceptance.
package struct ReceivedMessage: Sendable, Equatable {
    package struct Button: Sendable, Equatable {
        package var title: String
        /// `oa.query.hide`, `oa.query.show`, `oa.open.url`, `oa.open.phone` or `oa.open.sms`.
        package var type: String
        /// The text of a query, the address, or the number.
        package var payload: String

        package init(title: String, type: String, payload: String) {
            self.title = title
            self.type = type
            self.payload = payload
        }
    }

    package var user: String
    /// Empty for a message that is only an attachment.
    package var text: String
    package var buttons: [Button] = []
    /// Addresses or attachment ids of pictures and stickers, tokens of files.
    package var attachments: [String] = []
    package var quotedMessageID: String?
    /// What the platform answered as `message_id`.
    package var messageID = ""
    package var at = Instant(milliseconds: 0)
    /// True from 48 hours after the person's last interaction on, when messages cost money.
    package var isBilled = false
}
