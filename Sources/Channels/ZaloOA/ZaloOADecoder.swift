package import Core
package import JSON

/// Reads one webhook body of Zalo OA. Zalo sends one event a request.
package struct ZaloOADecoder: Sendable {
    /// The ids of our OAs; empty when any OA that authorised the application is ours.
    private let accounts: Set<String>

    package init(accounts: Set<String>) { self.accounts = accounts }

    /// What every event has, read before its signature can be checked.
    package struct Envelope: Sendable {
        package let value: JSONValue
        package let eventName: String
        package let applicationID: String
        /// As written: part of what is signed.
        package let timestamp: String
        /// The id of the message that the console's check posts: never a person's, never answered to.
        package var isConsoleCheck: Bool {
            value.value(at: "message.msg_id")?.stringValue.map { $0.utf8.elementsEqual("This is message id".utf8) }
                ?? false
        }

        /// - Throws: ``JSONError`` naming the field when this is not an event of Zalo.
        package init(_ body: [UInt8]) throws(JSONError) {
            value = try JSONValue(parsing: body, depth: Limits.nesting)
            guard value.objectValue != nil else { throw JSONError(.wrongKind, expected: "an object") }
            eventName = try value.string(at: "event_name")
            applicationID = try value.wholeID(at: "app_id")
            timestamp = try value.stringOrNumber(at: "timestamp")
        }
    }

    /// The events in a body whose signature is good. A receipt for several messages gives one event a message.
    ///
    /// - Parameter body: the raw bytes; redeliveries repeat them.
    /// - Throws: ``JSONError`` naming the field when an event that we use has ids that are missing, not strings or too
    ///   long. Events that we do not use are recorded whatever they hold.
    package func decode(_ envelope: Envelope, body: [UInt8]) throws(JSONError) -> [InboundEvent] {
        guard !envelope.isConsoleCheck, let shape = ZaloOAEventShape(name: envelope.eventName) else {
            return [recorded(.ignored, envelope, body)]
        }
        let events =
            switch shape {
            case .message(let kind): [try message(envelope, body, attached: kind)]
            case .echo: [try echo(envelope, body)]
            case .receipt(let status): try receipts(envelope, status)
            case .follow: [try relation(envelope, .follow)]
            case .unfollow: [try relation(envelope, .unfollow)]
            case .templatePress: [try templatePress(envelope)]
            case .reaction: [try reaction(envelope, body)]
            case .recorded: [recorded(.event, envelope, body)]
            }
        return events.contains(where: isForeign) ? [recorded(.ignored, envelope, body)] : events
    }

    private func isForeign(_ event: InboundEvent) -> Bool {
        !accounts.isEmpty && !event.account.isEmpty && !accounts.contains(event.account)
    }

    // MARK: The shapes

    private func message(
        _ envelope: Envelope, _ body: [UInt8], attached kind: Attachment.Kind
    ) throws(JSONError) -> InboundEvent {
        var event = try exchange(envelope, body, .message, sender: .person)
        let text = try envelope.value.optionalString(at: "message.text").flatMap(InboundText.cleaned)
        if let text, let payload = ButtonPayload.match(text) {
            event.kind = .postback
            event.payload = payload
        } else {
            event.text = text
        }
        event.attachments = try attachments(envelope.value, kind)
        return event
    }

    private func echo(_ envelope: Envelope, _ body: [UInt8]) throws(JSONError) -> InboundEvent {
        var event = try exchange(envelope, body, .echo, sender: .account)
        event.text = try envelope.value.optionalString(at: "message.text").flatMap(InboundText.cleaned)
        event.attachments = try attachments(envelope.value, .unknown)
        event.by = envelope.value.value(at: "sender.admin_id")?.stringOrNumberText == nil ? .api : .staff
        return event
    }

    private func receipts(_ envelope: Envelope, _ status: DeliveryStatus) throws(JSONError) -> [InboundEvent] {
        let account = try identifier(envelope.value, "sender.id")
        let person = try identifier(envelope.value, "recipient.id")
        var ids: [String] = []
        if let one = try optionalIdentifier(envelope.value, "message.msg_id") { ids.append(one) }
        let listed = try envelope.value.optionalArray(at: "message.msg_ids") ?? []
        for index in listed.indices { ids.append(try identifier(envelope.value, "message.msg_ids[\(index)]")) }
        guard !ids.isEmpty else { throw JSONError(.missing, path: "message.msg_id") }
        return ids.map { id in
            InboundEvent(
                kind: .status, sender: account, recipient: person, person: person, account: account,
                name: envelope.eventName,
                deduplicationKey: DeduplicationKey.make(.zaloOA, account, person, status.name, id),
                externalID: id, relatedIDs: [id], timestamp: instant(envelope.timestamp), status: status)
        }
    }

    private func relation(_ envelope: Envelope, _ kind: InboundEvent.Kind) throws(JSONError) -> InboundEvent {
        let person = try identifier(envelope.value, "follower.id")
        let account = try identifier(envelope.value, "oa_id")
        return InboundEvent(
            kind: kind, sender: person, recipient: account, person: person, account: account, name: envelope.eventName,
            // A person may follow again later, and the platform gives these events no id.
            deduplicationKey: DeduplicationKey.make(
                .zaloOA, account, envelope.eventName, person, envelope.timestamp),
            timestamp: instant(envelope.timestamp))
    }

    private func templatePress(_ envelope: Envelope) throws(JSONError) -> InboundEvent {
        let account = try identifier(envelope.value, "oa_id")
        let id = try identifier(envelope.value, "msg_id")
        let pressedAt = envelope.value.value(at: "message.submit_time")?.stringOrNumberText ?? envelope.timestamp
        let data = try envelope.value.optionalString(at: "message.data").flatMap(InboundText.cleaned)
        return InboundEvent(
            kind: .postback, sender: "", recipient: account, person: "", account: account, name: envelope.eventName,
            deduplicationKey: DeduplicationKey.make(.zaloOA, account, envelope.eventName, id, pressedAt),
            externalID: id, relatedIDs: [id], payload: data, timestamp: instant(envelope.timestamp))
    }

    private func reaction(_ envelope: Envelope, _ body: [UInt8]) throws(JSONError) -> InboundEvent {
        let isOurs = envelope.eventName.utf8.starts(with: "oa_".utf8)
        var event = try exchange(envelope, body, .event, sender: isOurs ? .account : .person)
        event.relatedIDs = event.externalID.map { [$0] } ?? []
        // One message can be reacted to again and again.
        event.deduplicationKey = DeduplicationKey.make(.zaloOA, envelope.eventName, body: body)
        return event
    }

    /// An event that is kept for the record only. Never fails: its fields are used where they fit.
    private func recorded(_ kind: InboundEvent.Kind, _ envelope: Envelope, _ body: [UInt8]) -> InboundEvent {
        let value = envelope.value
        func first(_ paths: String...) -> String? { paths.lazy.compactMap { looseIdentifier(value, $0) }.first }
        let sender = first("sender.id") ?? ""
        let recipient = first("recipient.id") ?? ""
        let isFromAccount = envelope.eventName.utf8.starts(with: "oa_".utf8)
        let person = first("user_id", "follower.id", "data.user_id") ?? (isFromAccount ? recipient : sender)
        let account = first("oa_id", "oaId") ?? (isFromAccount ? sender : recipient)
        return InboundEvent(
            kind: kind, sender: sender.isEmpty ? person : sender, recipient: recipient.isEmpty ? account : recipient,
            person: person, account: account, name: safeName(envelope.eventName),
            deduplicationKey: DeduplicationKey.make(.zaloOA, safeName(envelope.eventName), body: body),
            externalID: first("message.msg_id", "msg_id"), timestamp: instant(envelope.timestamp))
    }

    // MARK: The parts

    private enum Side { case person, account }

    /// The frame of everything that one side sends to the other.
    private func exchange(
        _ envelope: Envelope, _ body: [UInt8], _ kind: InboundEvent.Kind, sender side: Side
    ) throws(JSONError) -> InboundEvent {
        let sender = try identifier(envelope.value, "sender.id")
        let recipient = try identifier(envelope.value, "recipient.id")
        let person = side == .person ? sender : recipient
        let account = side == .person ? recipient : sender
        _ = try envelope.value.optionalObject(at: "message")
        let id = try optionalIdentifier(envelope.value, "message.msg_id")
        let key =
            if let id {
                DeduplicationKey.make(.zaloOA, account, person, kind.rawValue, id)
            } else {
                DeduplicationKey.make(.zaloOA, envelope.eventName, body: body)
            }
        return InboundEvent(
            kind: kind, sender: sender, recipient: recipient, person: person, account: account,
            name: safeName(envelope.eventName), deduplicationKey: key, externalID: id,
            timestamp: instant(envelope.timestamp))
    }

    private func attachments(_ value: JSONValue, _ kind: Attachment.Kind) throws(JSONError) -> [Attachment] {
        var listed = try value.optionalArray(at: "message.attachments")
        // Some senders put them beside the message.
        if listed == nil { listed = try value.optionalArray(at: "attachments") }
        return (listed ?? []).map { item in
            let url = item.value(at: "payload.url")?.stringValue.flatMap(InboundText.cleaned)
            return Attachment(kind: kind == .unknown ? Self.kind(ofType: item["type"]?.stringValue) : kind, url: url)
        }
    }

    private static func kind(ofType type: String?) -> Attachment.Kind {
        type.flatMap(Attachment.Kind.init(rawValue:)) ?? .unknown
    }

    private func identifier(_ value: JSONValue, _ path: String) throws(JSONError) -> String {
        guard let id = try optionalIdentifier(value, path) else { throw JSONError(.missing, path: path) }
        return id
    }

    private func optionalIdentifier(_ value: JSONValue, _ path: String) throws(JSONError) -> String? {
        guard let id = try value.optionalWholeID(at: path) else { return nil }
        if id.unicodeScalars.count > Limits.externalIDScalars { throw JSONError(.tooLong, path: path) }
        guard Self.isPrintable(id) else { throw JSONError(.wrongKind, path: path, expected: "an id") }
        return id
    }

    private func looseIdentifier(_ value: JSONValue, _ path: String) -> String? {
        guard let id = value.value(at: path)?.wholeIDText, id.unicodeScalars.count <= Limits.externalIDScalars,
            Self.isPrintable(id)
        else { return nil }
        return id
    }

    private static func isPrintable(_ id: String) -> Bool {
        !id.isEmpty && !id.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    }

    /// Names go into logs and counters: anything that is not a plain name becomes one word.
    private func safeName(_ name: String) -> String {
        let isPlain =
            (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        return isPlain ? name : "unnamed"
    }

    /// Nil for what cannot be a time between 1970 and the year 9999.
    private func instant(_ timestamp: String) -> Instant? {
        guard let milliseconds = JSONNumber.int64(timestamp), (0...253_402_300_799_999).contains(milliseconds) else {
            return nil
        }
        return Instant(milliseconds: milliseconds)
    }
}

extension JSONValue {
    /// Ids are strings; some senders write them as numbers, which are taken while they are whole, not negative and below
    /// 2^63: `123` and `"123"` are the same person.
    fileprivate var wholeIDText: String? {
        if case .number(let number) = self {
            guard number.text.utf8.first != UInt8(ascii: "-"), let id = JSONNumber.int64(number.text) else { return nil }
            return String(id)
        }
        return stringValue
    }

    fileprivate func optionalWholeID(at path: String) throws(JSONError) -> String? {
        guard let found = value(at: path), case .number = found else { return try optionalString(at: path) }
        guard let id = found.wholeIDText else { throw JSONError(.wrongKind, path: path, expected: "an id") }
        return id
    }

    fileprivate func wholeID(at path: String) throws(JSONError) -> String {
        guard let id = try optionalWholeID(at: path) else { throw JSONError(.missing, path: path) }
        return id
    }
}
