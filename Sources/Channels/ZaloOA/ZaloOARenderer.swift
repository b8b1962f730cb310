package import Core
import Crypto
import JSON

/// Makes consultation messages (`POST /v3.0/oa/message/cs`) and the token call.
package struct ZaloOARenderer: Sendable {
    /// The platform allows 2,000 without saying of what; this is safe whatever it counts.
    package static let maximumText = 1_900
    package static let maximumButtons = 5
    package static let maximumTitle = 100

    private let baseURL: String
    private let tokenURL: String
    private let applicationID: String?
    private let applicationSecret: String?
    private let provesSecret: Bool
    private let hasButtons: Bool
    private let limit: Int

    /// Options: `appsecret_proof` (`true` signs every call with the application secret), `buttons` (`text` writes a
    /// numbered menu in place of buttons), `max_characters` (a lower text limit).
    package init(_ settings: ChannelSettings) {
        baseURL = Self.base(settings.baseURL, "https://openapi.zalo.me")
        tokenURL = Self.base(settings.tokenURL, "https://oauth.zaloapp.com")
        applicationID = settings.secrets["app_id"].flatMap { $0.isEmpty ? nil : $0 }
        applicationSecret = settings.secrets["app_secret"].flatMap { $0.isEmpty ? nil : $0 }
        provesSecret = settings.options["appsecret_proof"] == "true"
        hasButtons = settings.options["buttons"] != "text"
        let asked = settings.options["max_characters"].flatMap { Int($0) } ?? Self.maximumText
        limit = min(max(asked, 20), Self.maximumText)
    }

    /// Pictures first, each a call of its own; then the text, its buttons on the last part. Other attachments go as
    /// links in the text.
    package func render(_ message: OutboundMessage, to person: String, token: String?) -> Rendering {
        guard !person.isEmpty else { return .impossible("no_recipient") }
        var contents = message.attachments.compactMap(picture)
        contents.append(contentsOf: texts(message))
        guard !contents.isEmpty else { return .impossible("empty") }
        let headers = headers(token: token)
        return .calls(
            contents.map { content in
                let body: JSONValue = ["recipient": ["user_id": .string(person)], "message": content]
                return HTTPCall(
                    method: .post, url: baseURL + "/v3.0/oa/message/cs", headers: headers, body: body.compactBytes)
            })
    }

    /// The call that spends a refresh token; nil without application id and secret.
    package func refreshCall(refreshToken: String) -> HTTPCall? {
        guard let applicationID, let applicationSecret else { return nil }
        let form = [("refresh_token", refreshToken), ("app_id", applicationID), ("grant_type", "refresh_token")]
        return HTTPCall(
            method: .post, url: tokenURL + "/v4/oa/access_token",
            headers: [
                ("content-type", "application/x-www-form-urlencoded"), ("secret_key", applicationSecret),
            ], body: Array(PercentEncoding.form(form).utf8))
    }

    /// The proof that a call comes from somebody who has the application secret.
    package static func proof(secret: String, token: String) -> String {
        var code = HMAC<SHA256>(key: SymmetricKey(data: Array(secret.utf8)))
        code.update(data: Array(token.utf8))
        return Hexadecimal.text(code.finalize())
    }

    private func headers(token: String?) -> [(name: String, value: String)] {
        var headers = [(name: "content-type", value: "application/json")]
        // Without a token the platform says so, and the answer leads to a fresh one.
        guard let token, !token.isEmpty else { return headers }
        headers.append((name: "access_token", value: token))
        if provesSecret, let applicationSecret {
            headers.append((name: "appsecret_proof", value: Self.proof(secret: applicationSecret, token: token)))
        }
        return headers
    }

    private func picture(_ attachment: Attachment) -> JSONValue? {
        guard attachment.kind == .image, let url = attachment.url else { return nil }
        return [
            "attachment": [
                "type": "template",
                "payload": ["template_type": "media", "elements": [["media_type": "image", "url": .string(url)]]],
            ]
        ]
    }

    private func texts(_ message: OutboundMessage) -> [JSONValue] {
        var text = message.text
        for attachment in message.attachments where attachment.kind != .image {
            if let url = attachment.url { text += text.isEmpty ? url : "\n" + url }
        }
        let isPressable =
            hasButtons && message.buttons.count <= Self.maximumButtons && !text.allSatisfy(\.isWhitespace)
        if !isPressable { text = NumberedMenu.text(text, message.buttons) }
        var contents = TextSplitter.split(text, limit: limit, unit: .utf16).map { part -> JSONValue in
            ["text": .string(part)]
        }
        if isPressable, !message.buttons.isEmpty, let last = contents.popLast(), let part = last["text"] {
            contents.append([
                "text": part,
                "attachment": [
                    "type": "template", "payload": ["buttons": .array(message.buttons.map(button))],
                ],
            ])
        }
        return contents
    }

    private func button(_ button: Button) -> JSONValue {
        [
            "title": .string(ButtonTitle.cut(button.title, limit: Self.maximumTitle, unit: .utf16)),
            // A hidden query sends the payload to us without showing it in the conversation.
            "type": "oa.query.hide", "payload": .string(button.payload),
        ]
    }

    private static func base(_ given: String?, _ standard: String) -> String {
        guard var url = given, !url.isEmpty else { return standard }
        while url.utf8.last == UInt8(ascii: "/") { url.removeLast() }
        return url
    }
}
