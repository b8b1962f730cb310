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

    private let api: TelegramAPI
    private let hasButtons: Bool
    private let limit: Int

    /// Secrets: `auth_token`, or `access_token` where there is none. Options: `buttons` (`text` writes a numbered menu
    /// in place of buttons), `max_characters` (a lower text limit).
    package init(_ settings: ChannelSettings) {
        api = TelegramAPI(settings)
        hasButtons = settings.options["buttons"] != "text"
        let asked = settings.options["max_characters"].flatMap { Int($0) } ?? Self.maximumText
        limit = min(max(asked, 20), Self.maximumText)
    }

    /// One picture and a text that fits under it are one call. Else pictures go first, each a call of its own, then
    /// the text, its buttons on the last part. Other attachments go as links in the text; files of Telegram's own that
    /// are no pictures cannot be sent again and are left out.
    ///
    /// A payload over ``maximumPayloadBytes`` is replaced by a ``TelegramStandIn``: the press then counts as the title
    /// typed. A choice that cannot be a button at all (no title, no payload, too many, or a stand-in whose title is cut
    /// or not its own) makes all of them numbered lines, so that the numbers are those of the choices.
    ///
    /// Impossible: `no_recipient`, `no_token`, `empty`.
    package func render(_ message: OutboundMessage, to person: String, token: String?) -> Rendering {
        guard !person.isEmpty else { return .impossible("no_recipient") }
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
        var calls: [HTTPCall] = []
        for (index, content) in contents.enumerated() {
            var body = JSONObject(["chat_id": Self.chat(person)])
            for member in content.body.members { body[member.key] = member.value }
            if index == contents.count - 1, let keyboard { body["reply_markup"] = keyboard }
            guard let call = api.call(content.method, body, token: token) else { return .impossible("no_token") }
            calls.append(call)
        }
        return .calls(calls)
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
                !button.payload.isEmpty && !button.title.allSatisfy(\.isWhitespace)
                    && (Self.fits(button.payload) || Self.isNamed(button, by: message.buttons))
            }
    }

    private static func fits(_ payload: String) -> Bool { payload.utf8.count <= maximumPayloadBytes }

    /// Whether the title says which of the buttons is meant.
    private static func isNamed(_ button: Button, by buttons: [Button]) -> Bool {
        TextSplitter.length(button.title, in: .utf16) <= maximumTitle
            && buttons.count { $0.title.utf8.elementsEqual(button.title.utf8) } == 1
    }

    /// One button a row: Vietnamese titles are long and phones are narrow.
    private func keyboard(_ buttons: [Button]) -> JSONValue {
        [
            "inline_keyboard": .array(
                buttons.enumerated().map { index, button in
                    let data = Self.fits(button.payload) ? button.payload : TelegramStandIn.payload(index)
                    return [
                        [
                            "text": .string(ButtonTitle.cut(button.title, limit: Self.maximumTitle, unit: .utf16)),
                            "callback_data": .string(data),
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
        let scheme = url.prefix(8).lowercased().utf8
        return scheme.starts(with: "https:".utf8) || scheme.starts(with: "http:".utf8) ? url : nil
    }

    /// A number as a number; anything else (`@name`) as it is.
    private static func chat(_ person: String) -> JSONValue {
        JSONNumber.int64(person).map { JSONValue($0) } ?? .string(person)
    }
}
