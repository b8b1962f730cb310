package import Core
import JSON

/// Makes messages (`sendMessage`, `sendPhoto`). Texts go without `parse_mode`: what a person wrote may hold any mark.
package struct TelegramRenderer: Sendable {
    package static let maximumText = 4_096
    package static let maximumCaption = 1_024
    /// More stay readable as numbered lines only.
    package static let maximumButtons = 20
    /// Ours: the platform states no limit, and shows far less on a phone.
    package static let maximumTitle = 100
    package static let maximumPayloadBytes = 64

    private let baseURL: String
    private let fixedToken: String?
    private let hasButtons: Bool
    private let limit: Int

    /// Secrets: `auth_token`, or `access_token` where there is none. Options: `buttons` (`text` writes a numbered menu
    /// in place of buttons), `max_characters` (a lower text limit).
    package init(_ settings: ChannelSettings) {
        baseURL = Self.base(settings.baseURL)
        fixedToken = Self.token(settings.secrets["auth_token"]) ?? Self.token(settings.secrets["access_token"])
        hasButtons = settings.options["buttons"] != "text"
        let asked = settings.options["max_characters"].flatMap { Int($0) } ?? Self.maximumText
        limit = min(max(asked, 20), Self.maximumText)
    }

    /// One picture and a text that fits under it are one call. Else pictures go first, each a call of its own, then
    /// the text, its buttons on the last part. Other attachments go as links in the text; files of Telegram's own that
    /// are no pictures cannot be sent again and are left out.
    ///
    /// A choice that cannot be a button (a payload over ``maximumPayloadBytes``, no title, too many) makes all of them
    /// numbered lines, so that the numbers are those of the choices.
    ///
    /// Impossible: `no_recipient`, `no_token`, `empty`.
    package func render(_ message: OutboundMessage, to person: String, token: String?) -> Rendering {
        guard !person.isEmpty else { return .impossible("no_recipient") }
        guard let token = Self.token(token) ?? fixedToken else { return .impossible("no_token") }
        let text = text(message)
        let keyboard: JSONValue? = isPressable(message) ? keyboard(message.buttons) : .none
        let isBlank = text.allSatisfy(\.isWhitespace)
        let pictures = message.attachments.compactMap(Self.picture)
        var contents: [(method: String, body: JSONObject)] = []
        if pictures.count == 1, !isBlank, TextSplitter.length(text, in: .utf16) <= min(limit, Self.maximumCaption) {
            contents = pictures.map { ("sendPhoto", JSONObject(["photo": .string($0), "caption": .string(text)])) }
        } else {
            contents = pictures.map { ("sendPhoto", JSONObject(["photo": .string($0)])) }
            contents += TextSplitter.split(text, limit: limit, unit: .utf16).map { part in
                ("sendMessage", JSONObject(["text": .string(part)]))
            }
        }
        guard !contents.isEmpty else { return .impossible("empty") }
        let last = contents.count - 1
        return .calls(
            contents.enumerated().map { index, content in
                var body = JSONObject(["chat_id": Self.chat(person)])
                for member in content.body.members { body[member.key] = member.value }
                if index == last, let keyboard { body["reply_markup"] = keyboard }
                return call(content.method, token, body)
            })
    }

    private func call(_ method: String, _ token: String, _ body: JSONObject) -> HTTPCall {
        HTTPCall(
            method: .post, url: baseURL + "/bot" + token + "/" + method,
            headers: [("content-type", "application/json")], body: JSONValue.object(body).compactBytes)
    }

    private func text(_ message: OutboundMessage) -> String {
        var text = message.text
        for attachment in message.attachments where Self.picture(attachment) == nil {
            guard let url = attachment.url, !url.utf8.starts(with: TelegramContent.fileScheme.utf8) else { continue }
            text += text.isEmpty ? url : "\n" + url
        }
        return isPressable(message) ? text : NumberedMenu.text(text, message.buttons)
    }

    private func isPressable(_ message: OutboundMessage) -> Bool {
        hasButtons && !message.buttons.isEmpty && message.buttons.count <= Self.maximumButtons
            && !message.text.allSatisfy(\.isWhitespace)
            && message.buttons.allSatisfy { button in
                (1...Self.maximumPayloadBytes).contains(button.payload.utf8.count)
                    && !button.title.allSatisfy(\.isWhitespace)
            }
    }

    /// One button a row: Vietnamese titles are long and phones are narrow.
    private func keyboard(_ buttons: [Button]) -> JSONValue {
        [
            "inline_keyboard": .array(
                buttons.map { button in
                    [
                        [
                            "text": .string(ButtonTitle.cut(button.title, limit: Self.maximumTitle, unit: .utf16)),
                            "callback_data": .string(button.payload),
                        ]
                    ]
                })
        ]
    }

    /// What `sendPhoto` takes: an address that the platform fetches by itself, or the id of a file that it has.
    private static func picture(_ attachment: Attachment) -> String? {
        guard attachment.kind == .image, let url = attachment.url else { return nil }
        if url.utf8.starts(with: TelegramContent.fileScheme.utf8) {
            let id = url.utf8.dropFirst(TelegramContent.fileScheme.utf8.count)
            return id.isEmpty ? nil : String(Substring(id))
        }
        let scheme = url.utf8.prefix(8).map { $0 | 0x20 }
        return scheme.starts(with: "https:".utf8) || scheme.starts(with: "http:".utf8) ? url : nil
    }

    /// A number as a number; anything else (`@name`) as it is.
    private static func chat(_ person: String) -> JSONValue {
        JSONNumber.int64(person).map { JSONValue($0) } ?? .string(person)
    }

    /// The token without the space that files of secrets have, safe to stand in a path; nil when there is none.
    private static func token(_ given: String?) -> String? {
        guard let given else { return nil }
        let words = given.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard let word = words.first, words.count == 1 else { return nil }
        let parts = word.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        return parts.map { PercentEncoding.encode(String(Substring($0))) }.joined(separator: ":")
    }

    private static func base(_ given: String?) -> String {
        guard var url = given, !url.isEmpty else { return "https://api.telegram.org" }
        while url.utf8.last == UInt8(ascii: "/") { url.removeLast() }
        return url
    }
}
