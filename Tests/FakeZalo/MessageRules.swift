import Core
import JSON

/// Reads the body of a consultation message, more strictly than kindly: a member that the platform does not know,
/// a wrong type and a length over its limit are refused with the platform's numbers.
enum MessageRules {
    static let maximumText = 2_000
    static let maximumButtons = 5
    static let maximumElements = 5
    static let maximumTitle = 100

    static func read(_ body: [UInt8]) throws(Refusal) -> ReceivedMessage {
        guard let root = (try? JSONValue(parsing: body, depth: 32))?.objectValue else {
            throw .parameter("body is not a JSON object")
        }
        try known(root, ["recipient", "message"], "body")
        guard let recipient = root["recipient"]?.objectValue else { throw .parameter("recipient is invalid") }
        try known(recipient, ["user_id"], "recipient")
        guard let user = recipient["user_id"]?.stringValue, isID(user) else { throw .parameter("user_id is invalid") }
        guard let message = root["message"]?.objectValue else { throw .parameter("message is invalid") }
        try known(message, ["text", "quote_message_id", "attachment"], "message")

        var received = ReceivedMessage(user: user, text: "")
        if let text = message["text"] { received.text = try self.text(text) }
        if let quoted = message["quote_message_id"] {
            received.quotedMessageID = try string(quoted, "quote_message_id")
        }
        if let attachment = message["attachment"] { try read(attachment, into: &received) }
        if received.text.isEmpty, message["attachment"] == nil { throw .parameter("text is empty") }
        return received
    }

    // MARK: Attachments

    private static func read(_ value: JSONValue, into message: inout ReceivedMessage) throws(Refusal) {
        let attachment = try object(value, "attachment")
        try known(attachment, ["type", "payload"], "attachment")
        let payload = try object(attachment["payload"], "payload")
        switch try string(attachment["type"], "attachment type") {
        case "file":
            try known(payload, ["token"], "payload")
            message.attachments.append(try string(payload["token"], "file token"))
        case "template":
            try template(payload, into: &message)
        default:
            throw .parameter("attachment type is invalid")
        }
    }

    private static func template(_ payload: JSONObject, into message: inout ReceivedMessage) throws(Refusal) {
        try known(payload, ["template_type", "elements", "buttons"], "payload")
        let kind: String? = if let given = payload["template_type"] { try string(given, "template_type") } else { nil }
        switch kind {
        case nil, "button":
            guard payload["elements"] == nil else { throw .parameter("elements without template_type") }
            if message.text.isEmpty { throw .parameter("text is empty") }
            message.buttons = try buttons(payload["buttons"])
        case "media":
            let elements = try elements(payload, 1)
            for element in elements { message.attachments.append(try media(element)) }
        case "list":
            for element in try elements(payload, maximumElements) { try card(element, into: &message) }
        case "request_user_info":
            for element in try elements(payload, 1) {
                try known(element, ["title", "subtitle", "image_url"], "element")
                _ = try title(element["title"])
                _ = try string(element["subtitle"], "subtitle")
                _ = try address(element["image_url"])
            }
        default:
            throw Refusal(-233, "template_type is not supported")
        }
    }

    private static func elements(_ payload: JSONObject, _ most: Int) throws(Refusal) -> [JSONObject] {
        guard payload["buttons"] == nil else { throw .parameter("buttons do not belong here") }
        guard let values = payload["elements"]?.arrayValue, !values.isEmpty else {
            throw .parameter("elements is invalid")
        }
        if values.count > most { throw .limit("too many elements") }
        var elements: [JSONObject] = []
        for value in values { elements.append(try object(value, "element")) }
        return elements
    }

    private static func media(_ element: JSONObject) throws(Refusal) -> String {
        try known(element, ["media_type", "url", "attachment_id", "width", "height"], "element")
        let kind = try string(element["media_type"], "media_type")
        switch kind {
        case "image", "sticker": break
        case "gif":
            for side in ["width", "height"] where (element[side]?.int64Value ?? 0) <= 0 {
                throw .parameter("\(side) is invalid")
            }
        default: throw .parameter("media_type is invalid")
        }
        switch (element["url"], element["attachment_id"]) {
        case (let url?, nil) where kind != "sticker": return try address(url)
        case (nil, let id?): return try string(id, "attachment_id")
        default: throw .parameter("either url or attachment_id")
        }
    }

    private static func card(_ element: JSONObject, into message: inout ReceivedMessage) throws(Refusal) {
        try known(element, ["title", "subtitle", "image_url", "default_action"], "element")
        let title = try title(element["title"])
        if let picture = element["image_url"] { message.attachments.append(try address(picture)) }
        if let subtitle = element["subtitle"] { _ = try string(subtitle, "subtitle") }
        guard let action = element["default_action"] else { return }
        let object = try object(action, "default_action")
        let type = try string(object["type"], "type")
        switch type {
        case "oa.open.url":
            // Here the address stands beside the type, in a button inside the payload.
            try known(object, ["type", "url"], "default_action")
            message.buttons.append(.init(title: title, type: type, payload: try address(object["url"])))
        case "oa.query.show", "oa.query.hide":
            try known(object, ["type", "payload"], "default_action")
            message.buttons.append(.init(title: title, type: type, payload: try query(object["payload"])))
        default: throw .parameter("type is invalid")
        }
    }

    // MARK: Buttons

    private static func buttons(_ value: JSONValue?) throws(Refusal) -> [ReceivedMessage.Button] {
        guard let values = value?.arrayValue, !values.isEmpty else { throw .parameter("buttons is invalid") }
        if values.count > maximumButtons { throw .limit("too many buttons") }
        var buttons: [ReceivedMessage.Button] = []
        for value in values {
            let button = try object(value, "button")
            try known(button, ["title", "type", "payload", "image_icon"], "button")
            if let icon = button["image_icon"] { _ = try string(icon, "image_icon") }
            let type = try string(button["type"], "button type")
            buttons.append(
                .init(title: try title(button["title"]), type: type, payload: try payload(button["payload"], type)))
        }
        return buttons
    }

    private static func payload(_ value: JSONValue?, _ type: String) throws(Refusal) -> String {
        switch type {
        case "oa.query.show", "oa.query.hide":
            return try query(value)
        case "oa.open.url":
            let object = try object(value, "payload")
            try known(object, ["url"], "payload")
            return try address(object["url"])
        case "oa.open.phone":
            let object = try object(value, "payload")
            try known(object, ["phone_code"], "payload")
            return try string(object["phone_code"], "phone_code")
        case "oa.open.sms":
            let object = try object(value, "payload")
            try known(object, ["content", "phone_code"], "payload")
            _ = try string(object["content"], "content")
            return try string(object["phone_code"], "phone_code")
        default:
            throw .parameter("button type is invalid")
        }
    }

    private static func query(_ value: JSONValue?) throws(Refusal) -> String {
        let query = try string(value, "payload")
        if query.utf16.count > 1_000 { throw .limit("payload is too long") }
        return query
    }

    // MARK: Values

    private static func text(_ value: JSONValue) throws(Refusal) -> String {
        guard let text = value.stringValue else { throw .parameter("text is invalid") }
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw .parameter("text is empty")
        }
        // The platform does not say what it counts; UTF-16 units are the strictest of the likely ones.
        if text.utf16.count > maximumText { throw .limit("text is too long") }
        return text
    }

    private static func title(_ value: JSONValue?) throws(Refusal) -> String {
        let title = try string(value, "title")
        if title.utf16.count > maximumTitle { throw .limit("title is too long") }
        return title
    }

    private static func address(_ value: JSONValue?) throws(Refusal) -> String {
        let url = try string(value, "url")
        guard url.hasPrefix("https://") || url.hasPrefix("http://") else { throw .parameter("url is invalid") }
        return url
    }

    private static func string(_ value: JSONValue?, _ name: String) throws(Refusal) -> String {
        guard let string = value?.stringValue, !string.isEmpty else { throw .parameter("\(name) is invalid") }
        return string
    }

    private static func object(_ value: JSONValue?, _ name: String) throws(Refusal) -> JSONObject {
        guard let object = value?.objectValue else { throw .parameter("\(name) is invalid") }
        return object
    }

    private static func known(_ object: JSONObject, _ names: [String], _ place: String) throws(Refusal) {
        if let stranger = object.keys.first(where: { !names.contains($0) }) {
            throw .parameter("\(place) has an unknown member \(stranger)")
        }
    }

    private static func isID(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
