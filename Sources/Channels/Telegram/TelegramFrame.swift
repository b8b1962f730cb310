import Core
import JSON

extension TelegramDecoder {
    /// One update: its id, the name of what it carries, and that.
    struct Frame {
        struct Chat {
            var id: String
            var isPrivate: Bool
        }

        /// Why something is recorded and not read; part of the event's name.
        enum Reason: String {
            /// Others read along there, and it is seldom us who are being spoken to.
            case group
            /// Two bots that answer each other never stop.
            case bot
            /// Something that the platform tells, not a person.
            case notice
        }

        let updateID: String
        /// As written; not for logs.
        let name: String
        /// What the update carries; null when there is nothing.
        let value: JSONValue
        private let account: String

        /// - Throws: ``JSONError`` when there is no update id: then it is not from Telegram.
        init(_ body: [UInt8], account: String) throws(JSONError) {
            let update = try JSONValue(parsing: body, depth: Limits.nesting)
            guard let object = update.objectValue else { throw JSONError(.wrongKind, expected: "an object") }
            updateID = String(try update.int(at: "update_id"))
            // One update carries one thing; should it ever carry more, what we know counts.
            let carried = object.members.filter { $0.key != "update_id" }
            let member = carried.first { TelegramUpdateShape.known[$0.key] != nil } ?? carried.first
            name = member?.key ?? ""
            value = member?.value ?? .null
            self.account = account
        }

        /// The frame of everything that happens in a chat.
        func event(
            _ kind: InboundEvent.Kind, in chat: Chat, externalID: String? = nil
        ) throws(JSONError) -> InboundEvent {
            InboundEvent(
                kind: kind, sender: try optionalIdentifier("from.id") ?? chat.id, recipient: account, person: chat.id,
                account: account, name: safeName, deduplicationKey: key(chat: chat.id, id: externalID),
                externalID: externalID, timestamp: timestamp)
        }

        /// The same event without what was said; in a conversation only where a person's private chat has it.
        func recorded(_ event: InboundEvent, _ reason: Reason) -> InboundEvent {
            var event = event
            event.kind = .event
            if reason != .notice { event.person = "" }
            event.text = nil
            event.attachments = []
            event.payload = nil
            event.name += "." + reason.rawValue
            return event
        }

        /// Ids of updates begin anew at random after a quiet week, and ids of messages count in each chat: together
        /// they are of one event only.
        func key(chat: String?, id: String?) -> String {
            DeduplicationKey.make(.telegram, account, safeName, updateID, chat ?? "", id ?? "")
        }

        // MARK: Fields

        func chat(_ path: String = "chat") throws(JSONError) -> Chat {
            let id = try identifier(path + ".id")
            let type = try optionalString(path + ".type")
            // Groups and channels have negative ids, people have positive ones.
            return Chat(id: id, isPrivate: type.map { $0 == "private" } ?? !id.utf8.starts(with: "-".utf8))
        }

        /// True where there is a text, also one of which nothing is left when it is cleaned.
        var hasText: Bool { value["text"]?.stringValue != nil || value["caption"]?.stringValue != nil }

        /// The text, or what is written under a picture.
        func text() throws(JSONError) -> String? {
            let text = try optionalString("text")
            let caption = try optionalString("caption")
            return (text ?? caption).flatMap(InboundText.cleaned)
        }

        /// When it happened; nil for what cannot be a time between 1970 and the year 9999, and for presses: they have
        /// none, and that of the message with the button would order them before their question.
        var timestamp: Instant? {
            let seconds = value["edit_date"]?.int64Value ?? value["date"]?.int64Value
            guard let seconds, (1...253_402_300_799).contains(seconds) else { return nil }
            return Instant(milliseconds: seconds * 1_000)
        }

        func identifier(_ path: String) throws(JSONError) -> String {
            guard let id = try optionalIdentifier(path) else { throw JSONError(.missing, path: full(path)) }
            return id
        }

        /// Ids are whole numbers of up to 52 bits, which no `Int32` holds.
        func optionalIdentifier(_ path: String) throws(JSONError) -> String? {
            do throws(JSONError) { return try value.optionalInt(at: path).map { String($0) } } catch {
                throw inside(error)
            }
        }

        /// An id that the platform writes as a text.
        func opaqueIdentifier(_ path: String) throws(JSONError) -> String {
            guard let id = try optionalString(path) else { throw JSONError(.missing, path: full(path)) }
            if id.unicodeScalars.count > Limits.externalIDScalars { throw JSONError(.tooLong, path: full(path)) }
            let isPrintable =
                !id.isEmpty && !id.unicodeScalars.contains { $0.value <= 0x20 || (0x7F...0x9F).contains($0.value) }
            guard isPrintable else { throw JSONError(.wrongKind, path: full(path), expected: "an id") }
            return id
        }

        func optionalString(_ path: String) throws(JSONError) -> String? {
            do throws(JSONError) { return try value.optionalString(at: path) } catch { throw inside(error) }
        }

        func optionalBool(_ path: String) throws(JSONError) -> Bool? {
            do throws(JSONError) { return try value.optionalBool(at: path) } catch { throw inside(error) }
        }

        private func inside(_ error: JSONError) -> JSONError { error.inside(key: name) }

        private func full(_ path: String) -> String { name + "." + path }

        /// Names go into logs and counters: anything that is not a plain name becomes one word.
        var safeName: String {
            let isPlain =
                (1...64).contains(name.utf8.count)
                && name.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                        UInt8(ascii: "_"):
                        true
                    default: false
                    }
                }
            return isPlain ? name : "unnamed"
        }
    }
}
