import Core
import JSON

/// Reads the bodies of calls, more strictly than kindly: a member that the method does not have, a wrong type and a
/// length over its limit are refused with the platform's words.
enum CallRules {
    static let maximumText = 4_096
    static let maximumCaption = 1_024
    static let maximumData = 64
    static let maximumButtons = 100

    struct Outgoing {
        var chat: Int64
        var text: String
        var photo: String?
        var buttons: [FakeTelegram.Message.Button] = []
    }

    static func message(_ body: JSONObject) throws(Refusal) -> Outgoing {
        try known(body, ["chat_id", "text", "parse_mode", "reply_markup"])
        var message = Outgoing(chat: try chat(body), text: "")
        message.text = try string(body, "text", "message text is empty")
        if message.text.allSatisfy(\.isWhitespace) { throw .bad("message text is empty") }
        if message.text.utf16.count > maximumText { throw .bad("message is too long") }
        try entities(message.text, body)
        message.buttons = try buttons(body)
        return message
    }

    static func photo(_ body: JSONObject) throws(Refusal) -> Outgoing {
        try known(body, ["chat_id", "photo", "caption", "parse_mode", "reply_markup"])
        var message = Outgoing(chat: try chat(body), text: "")
        let photo = try string(body, "photo", "there is no photo in the request")
        let isURL = photo.hasPrefix("https://") || photo.hasPrefix("http://")
        let isID = !photo.isEmpty && photo.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 45 || $0 == 95 }
        guard isURL || isID else { throw .bad("wrong file identifier/HTTP URL specified") }
        message.photo = photo
        if body["caption"] != nil {
            message.text = try string(body, "caption", "caption must be a string")
            if message.text.utf16.count > maximumCaption { throw .bad("message caption is too long") }
            try entities(message.text, body)
        }
        message.buttons = try buttons(body)
        return message
    }

    /// - Returns: the id of the press.
    static func pressAnswer(_ body: JSONObject) throws(Refusal) -> String {
        try known(body, ["callback_query_id", "text", "show_alert"])
        return try string(body, "callback_query_id", "callback_query_id must be a string")
    }

    struct Edit {
        var chat: Int64
        var message: Int64
        var text: String
    }

    static func edit(_ body: JSONObject) throws(Refusal) -> Edit {
        try known(body, ["chat_id", "message_id", "text"])
        guard let message = body["message_id"]?.int64Value else { throw .bad("message identifier is not specified") }
        let text = try string(body, "text", "message text is empty")
        if text.isEmpty { throw .bad("message text is empty") }
        if text.utf16.count > maximumText { throw .bad("message is too long") }
        return Edit(chat: try chat(body), message: message, text: text)
    }

    struct Webhook: Equatable {
        var url: String
        var secret: String?
        var connections: Int64
        var updates: [String]?
        var dropsPending: Bool
    }

    static func webhook(_ body: JSONObject) throws(Refusal) -> Webhook {
        try known(body, ["url", "secret_token", "max_connections", "allowed_updates", "drop_pending_updates", "ip_address"])
        let url = try string(body, "url", "url is not specified")
        if !url.isEmpty { try address(url) }
        var secret: String?
        if body["secret_token"] != nil {
            let given = try string(body, "secret_token", "secret token must be a string")
            let isAllowed = given.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 45 || $0 == 95 }
            guard (1...256).contains(given.utf8.count), isAllowed else {
                throw .bad("secret token contains unallowed characters")
            }
            secret = given
        }
        var connections: Int64 = 40
        if let given = body["max_connections"] {
            guard let number = given.int64Value, (1...100).contains(number) else { throw .bad("invalid max_connections") }
            connections = number
        }
        var updates: [String]?
        if let given = body["allowed_updates"] {
            guard let list = given.arrayValue else { throw .bad("can't parse allowed_updates") }
            var names: [String] = []
            for item in list {
                guard let name = item.stringValue, updateNames.contains(name) else { throw .bad("unknown allowed update") }
                names.append(name)
            }
            updates = names.isEmpty ? nil : names
        }
        return Webhook(
            url: url, secret: secret, connections: connections, updates: updates,
            dropsPending: body["drop_pending_updates"]?.boolValue ?? false)
    }

    private static let updateNames: Set = [
        "message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "inline_query", "my_chat_member",
        "chat_member", "poll", "poll_answer", "message_reaction",
    ]

    private static func address(_ url: String) throws(Refusal) {
        guard url.hasPrefix("https://") else { throw .bad("bad webhook: An HTTPS URL must be provided for webhook") }
        let authority = url.dropFirst(8).prefix { $0 != "/" }
        let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, !["443", "80", "88", "8443"].contains(parts[1]) {
            throw .bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        }
        guard let host = parts.first, host.contains("."), !host.hasPrefix("127.") else {
            throw .bad("bad webhook: Failed to resolve host: Name or service not known")
        }
    }

    // MARK: Parts

    /// Names of chats are not looked up here: nobody has one.
    private static func chat(_ body: JSONObject) throws(Refusal) -> Int64 {
        guard let value = body["chat_id"] else { throw .bad("chat_id is empty") }
        guard let chat = value.int64Value else { throw .bad("chat not found") }
        return chat
    }

    /// What a `parse_mode` makes of marks that stand alone.
    private static func entities(_ text: String, _ body: JSONObject) throws(Refusal) {
        guard let mode = body["parse_mode"] else { return }
        let marks: [Character]
        switch mode.stringValue {
        case "HTML": marks = ["<"]
        case "Markdown", "MarkdownV2": marks = ["_", "*", "`", "["]
        default: throw .bad("unsupported parse_mode")
        }
        for mark in marks where text.count(where: { $0 == mark }) % 2 == 1 {
            throw .bad("can't parse entities: Can't find end of the entity")
        }
    }

    private static func buttons(_ body: JSONObject) throws(Refusal) -> [FakeTelegram.Message.Button] {
        guard let markup = body["reply_markup"] else { return [] }
        guard let object = markup.objectValue else { throw .bad("object expected as reply markup") }
        try known(object, ["inline_keyboard"])
        guard let rows = object["inline_keyboard"]?.arrayValue else { throw .bad("field \"inline_keyboard\" must be of type Array") }
        var buttons: [FakeTelegram.Message.Button] = []
        for row in rows {
            guard let row = row.arrayValue, !row.isEmpty else { throw .bad("keyboard row must be an Array of buttons") }
            for button in row { buttons.append(try self.button(button)) }
        }
        guard (1...maximumButtons).contains(buttons.count) else { throw .bad("reply markup is too long") }
        return buttons
    }

    private static func button(_ value: JSONValue) throws(Refusal) -> FakeTelegram.Message.Button {
        guard let object = value.objectValue else { throw .bad("inline keyboard button must be an Object") }
        try known(object, ["text", "callback_data"])
        let text = try string(object, "text", "inline keyboard button text must be a string")
        if text.allSatisfy(\.isWhitespace) { throw .bad("text buttons must be non-empty") }
        let data = try string(object, "callback_data", "text buttons are unallowed in the inline keyboard")
        guard (1...maximumData).contains(data.utf8.count) else { throw .bad("BUTTON_DATA_INVALID") }
        return FakeTelegram.Message.Button(text: text, data: data)
    }

    private static func known(_ object: JSONObject, _ names: Set<String>) throws(Refusal) {
        for key in object.keys where !names.contains(key) { throw .bad("there is no \(key) in this method") }
    }

    private static func string(_ object: JSONObject, _ name: String, _ words: String) throws(Refusal) -> String {
        guard let value = object[name]?.stringValue else { throw .bad(words) }
        return value
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
