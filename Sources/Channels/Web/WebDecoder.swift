package import Core
package import JSON

/// Reads what a chat page sends: `{"id","text"}` or `{"id","payload"}`.
package enum WebDecoder {
    package static let maximumIDScalars = 64

    /// One thing that a person wrote or pressed.
    package struct Input: Sendable, Equatable {
        /// The client's id, equal when it sends the same again.
        package var id: String
        package var text: String?
        package var payload: String?
    }

    /// Exactly one of `text` and `payload` is demanded. A text is cleaned and cut like every text from outside; a
    /// text that is one of our payloads counts as pressed.
    ///
    /// - Parameter fallbackID: used when there is no `id`; nil demands one.
    /// - Throws: ``JSONError`` naming the field.
    package static func input(_ bytes: [UInt8], fallbackID: String? = nil) throws(JSONError) -> Input {
        let value = try JSONValue(parsing: bytes, depth: Limits.nesting)
        guard value.objectValue != nil else { throw JSONError(.wrongKind, expected: "an object") }
        guard let id = try value.optionalString(at: "id") ?? fallbackID else { throw JSONError(.missing, path: "id") }
        if id.unicodeScalars.count > maximumIDScalars { throw JSONError(.tooLong, path: "id") }
        guard !id.isEmpty, InboundText.cleaned(id)?.utf8.elementsEqual(id.utf8) == true else {
            throw JSONError(.wrongKind, path: "id", expected: "a text without control characters")
        }
        let text = try value.optionalString(at: "text")
        let payload = try value.optionalString(at: "payload")
        switch (text, payload) {
        case (nil, nil): throw JSONError(.missing, path: "text")
        case (_?, _?):
            throw JSONError(.wrongKind, path: "payload", expected: "absent when there is a text")
        case (let text?, nil):
            guard let cleaned = InboundText.cleaned(text) else {
                throw JSONError(.wrongKind, path: "text", expected: "a text that is not empty")
            }
            return input(id: id, text: cleaned)
        case (nil, let payload?):
            if payload.unicodeScalars.count > ButtonPayload.maximumScalars {
                throw JSONError(.tooLong, path: "payload")
            }
            guard let cleaned = InboundText.cleaned(payload) else {
                throw JSONError(.wrongKind, path: "payload", expected: "a text that is not empty")
            }
            return Input(id: id, text: nil, payload: cleaned)
        }
    }

    /// An input from a text that is already clean.
    package static func input(id: String, text: String) -> Input {
        let payload = ButtonPayload.match(text)
        return Input(id: id, text: payload == nil ? text : nil, payload: payload)
    }

    /// The event that an input is in a session.
    package static func event(_ input: Input, _ kind: ChannelKind, session: String, at now: Instant) -> InboundEvent {
        let isPressed = input.payload != nil
        return InboundEvent(
            kind: isPressed ? .postback : .message, sender: session, recipient: "", person: session, account: "",
            name: isPressed ? "postback" : "message",
            deduplicationKey: DeduplicationKey.make(kind, session, input.id), externalID: input.id, text: input.text,
            payload: input.payload, timestamp: now)
    }

    /// The session in `/chat/sessions/{id}/messages`; nil for every other path.
    package static func session(inPath path: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "chat", parts[2] == "sessions", parts[4] == "messages"
        else { return nil }
        let id = parts[3]
        let isPlain = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain && (1...128).contains(id.utf8.count) ? String(id) : nil
    }
}
