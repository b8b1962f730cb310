package import Core
package import JSON

/// What a chat page receives: the object of the events stream and of `nhipcau chat --json`.
package struct ChatEvent: Sendable, Equatable {
    /// Orders the events of a session; a page that reconnects names the last one it has.
    package var id: String
    /// `message`, or another word that pages may ignore.
    package var kind: String
    package var text: String
    package var buttons: [Button]
    package var at: Instant

    package init(id: String, kind: String = "message", text: String, buttons: [Button] = [], at: Instant) {
        self.id = id
        self.kind = kind
        self.text = text
        self.buttons = buttons
        self.at = at
    }

    /// Attachments become links under the text.
    package init(id: String, kind: String = "message", _ message: OutboundMessage, at: Instant) {
        let links = message.attachments.compactMap(\.url)
        let lines = message.text.isEmpty ? links : [message.text] + links
        self.init(id: id, kind: kind, text: lines.joined(separator: "\n"), buttons: message.buttons, at: at)
    }

    /// `{"id","kind","text","buttons":[{"title","payload"}],"at"}`, the time in UTC. On one line when compact.
    package var json: JSONValue {
        [
            "id": .string(id), "kind": .string(kind), "text": .string(text),
            "buttons": .array(buttons.map { ["title": .string($0.title), "payload": .string($0.payload)] }),
            "at": .string(at.iso8601UTC),
        ]
    }
}

/// The page fetches its messages; nothing is called.
package enum WebRenderer {
    package static func render(_ message: OutboundMessage) -> Rendering {
        let isEmpty = message.text.isEmpty && message.buttons.isEmpty && message.attachments.isEmpty
        return isEmpty ? .impossible("empty") : .pull
    }
}
