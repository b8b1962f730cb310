/// One thing that happened on a platform, decoded and checked, in one shape for all channels.
package struct InboundEvent: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable {
        case message, postback, status, echo, follow, unfollow, event, ignored
        /// Made by ourselves when a timer falls due; never decoded from outside.
        case timer
    }

    /// Who caused an echo: our own call through the platform's API, or a person at the platform's console.
    package enum Author: String, Sendable, Codable { case api, staff }

    package var kind: Kind
    /// The acting side's platform id; for receipts the side that the platform names as sender.
    package var sender: String
    package var recipient: String
    /// The person whose conversation this belongs to; empty when the platform names none.
    package var person: String
    /// Our account on the platform (OA, page, number); empty when the platform names none.
    package var account: String
    /// The platform's message id.
    package var externalID: String?
    /// Ids of the messages that a receipt speaks of; one for most platforms.
    package var relatedIDs: [String]
    package var text: String?
    package var attachments: [Attachment]
    /// What a pressed button carries.
    package var payload: String?
    package var timestamp: Instant?
    package var status: DeliveryStatus?
    package var by: Author?
    /// The platform's own event name, for logs and counters; never free text.
    package var name: String
    /// Equal for redeliveries of the same event and for nothing else, within one connection.
    package var deduplicationKey: String

    package init(
        kind: Kind, sender: String, recipient: String, person: String, account: String, name: String,
        deduplicationKey: String, externalID: String? = nil, relatedIDs: [String] = [], text: String? = nil,
        attachments: [Attachment] = [], payload: String? = nil, timestamp: Instant? = nil,
        status: DeliveryStatus? = nil, by: Author? = nil
    ) {
        self.kind = kind
        self.sender = sender
        self.recipient = recipient
        self.person = person
        self.account = account
        self.name = name
        self.deduplicationKey = deduplicationKey
        self.externalID = externalID
        self.relatedIDs = relatedIDs
        self.text = text
        self.attachments = attachments
        self.payload = payload
        self.timestamp = timestamp
        self.status = status
        self.by = by
    }
}

/// A file, picture, place … that came with a message or goes with one.
package struct Attachment: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable {
        case image, audio, video, file, sticker, gif, location, link, contact, unknown
    }

    package var kind: Kind
    /// The platform's address of it; nil where there is none (a place, a sticker id).
    package var url: String?

    package init(kind: Kind, url: String? = nil) {
        self.kind = kind
        self.url = url
    }
}
