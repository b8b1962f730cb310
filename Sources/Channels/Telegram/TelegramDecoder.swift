package import Core
package import JSON

/// Reads one webhook body of Telegram. Telegram sends one update a request.
package struct TelegramDecoder: Sendable {
    /// What came, and the press that waits for an answer.
    package struct Update: Sendable, Equatable {
        package var events: [InboundEvent]
        /// A pressed button shows itself as busy until its press is answered.
        package var callbackID: String?
    }

    /// Our bot's id. Updates do not name it.
    private let account: String

    package init(account: String) { self.account = account }

    /// - Throws: ``JSONError`` naming the field when this is no update of Telegram, or when an update that we use has
    ///   ids that are missing, too long or not whole numbers. Updates that we do not use are recorded whatever they
    ///   hold.
    package func decode(_ body: [UInt8]) throws(JSONError) -> Update {
        let frame = try Frame(body, account: account)
        switch TelegramUpdateShape.known[frame.name] {
        case .message: return Update(events: [try message(frame)])
        case .edit: return Update(events: [try edit(frame)])
        case .press: return try press(frame)
        case .membership: return Update(events: [try membership(frame)])
        case .recorded: return Update(events: [recorded(.event, frame, isOurs: true)])
        case .elsewhere: return Update(events: [recorded(.event, frame, isOurs: false)])
        case nil: return Update(events: [recorded(.ignored, frame, isOurs: false)])
        }
    }

    // MARK: The shapes

    private func message(_ frame: Frame) throws(JSONError) -> InboundEvent {
        let chat = try frame.chat()
        var event = try frame.event(.message, in: chat, externalID: try frame.identifier("message_id"))
        guard chat.isPrivate else { return frame.recorded(event, .group) }
        guard try frame.optionalBool("from.is_bot") != true else {
            return frame.recorded(event, .bot)
        }
        event.text = try frame.text()
        event.attachments = TelegramContent.attachments(frame.value)
        if event.text == nil, event.attachments.isEmpty, !frame.hasText { return frame.recorded(event, .notice) }
        if let text = event.text, let command = TelegramCommand(text) { apply(command, to: &event) }
        return event
    }

    private func apply(_ command: TelegramCommand, to event: inout InboundEvent) {
        event.text = command.text
        guard command.name == "start" else { return }
        if let code = command.linkCode {
            // The press of a link that somebody of the staff gave away says what it is for.
            event.kind = .postback
            event.payload = "#intent:common.link?code=" + code
            event.text = nil
        } else {
            // Everybody's first message: Telegram writes it when a person opens the conversation.
            event.kind = .follow
        }
    }

    /// What somebody changed in what they had written. It is an event that carries a text: whoever reads it looks for
    /// danger in it and does nothing else, because the first text has had its effect.
    private func edit(_ frame: Frame) throws(JSONError) -> InboundEvent {
        let chat = try frame.chat()
        var event = try frame.event(.event, in: chat, externalID: try frame.identifier("message_id"))
        guard chat.isPrivate else { return frame.recorded(event, .group) }
        guard try frame.optionalBool("from.is_bot") != true else { return frame.recorded(event, .bot) }
        event.text = try frame.text()
        event.attachments = TelegramContent.attachments(frame.value)
        event.relatedIDs = event.externalID.map { [$0] } ?? []
        return event
    }

    private func press(_ frame: Frame) throws(JSONError) -> Update {
        let id = try frame.opaqueIdentifier("id")
        let sender = try frame.identifier("from.id")
        // Without a message the button stands under an old one of ours, and those are in private chats only.
        let chat =
            frame.value.value(at: "message.chat.id") == nil
            ? Frame.Chat(id: sender, isPrivate: try frame.optionalString("inline_message_id") == nil)
            : try frame.chat("message.chat")
        var event = try frame.event(.postback, in: chat, externalID: id)
        event.relatedIDs = try frame.optionalIdentifier("message.message_id").map { [$0] } ?? []
        event.payload = try frame.optionalString("data").flatMap(InboundText.cleaned)
        if !chat.isPrivate {
            event = frame.recorded(event, .group)
        } else if event.payload == nil {
            event.kind = .event
        } else if let title = TelegramStandIn.title(ofPress: frame.value) {
            // The button's own payload did not fit: its title names the choice, as if it had been typed.
            event.kind = .message
            event.text = title
            event.payload = nil
        }
        return Update(events: [event], callbackID: id)
    }

    private func membership(_ frame: Frame) throws(JSONError) -> InboundEvent {
        let chat = try frame.chat()
        var event = try frame.event(.event, in: chat)
        guard chat.isPrivate else { return frame.recorded(event, .group) }
        switch try frame.optionalString("new_chat_member.status") {
        // A person can only block the bot and take it back; taking it back is not yet a word to it.
        case "kicked": event.kind = .unfollow
        case "member": event.kind = .follow
        default: break
        }
        return event
    }

    /// An update that is kept for the record only. Never fails: its fields are used where they fit.
    private func recorded(_ kind: InboundEvent.Kind, _ frame: Frame, isOurs: Bool) -> InboundEvent {
        let value = frame.value
        func first(_ paths: String...) -> String? {
            paths.lazy.compactMap { value.value(at: $0)?.int64Value }.first.map { String($0) }
        }
        let chat = first("chat.id")
        let isPrivate = isOurs && value.value(at: "chat.type")?.stringValue == "private"
        return InboundEvent(
            kind: kind, sender: first("from.id", "user.id", "chat.id") ?? "", recipient: account,
            person: isPrivate ? chat ?? "" : "", account: account, name: frame.safeName,
            deduplicationKey: frame.key(chat: chat, id: nil), externalID: first("message_id"),
            timestamp: frame.timestamp)
    }
}
