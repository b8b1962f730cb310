package import Core
package import JSON

/// Makes the calls of Telegram's Bot API for one bot and reads their answers.
package struct TelegramAPI: Sendable {
    private let baseURL: String
    private let token: String?
    /// What no text that comes back may show.
    private let hidden: [[UInt8]]

    /// Secrets: `auth_token`, or `access_token` where there is none; `secret_token`.
    package init(_ settings: ChannelSettings) {
        baseURL = Self.base(settings.baseURL)
        token = Self.token(settings.secrets["auth_token"]) ?? Self.token(settings.secrets["access_token"])
        hidden = [token, settings.secrets["secret_token"].map(TelegramSignature.trimmed)].compactMap { secret in
            secret.flatMap { $0.isEmpty ? nil : Array($0.utf8) }
        }
    }

    /// Nil when there is no token.
    ///
    /// - Parameter other: a token that goes before the configured one.
    func call(_ method: String, _ body: JSONObject = JSONObject(), token other: String? = nil) -> HTTPCall? {
        guard let token = Self.token(other) ?? token else { return nil }
        return HTTPCall(
            method: .post, url: baseURL + "/bot" + token + "/" + method,
            headers: [("content-type", "application/json")], body: JSONValue.object(body).compactBytes)
    }

    /// Asks who the bot is. Nil when there is no token.
    package func whoAmI() -> HTTPCall? { call("getMe") }

    /// Asks what Telegram knows of our webhook. Nil when there is no token.
    package func webhookInfo() -> HTTPCall? { call("getWebhookInfo") }

    /// Tells Telegram where to deliver. Nil when there is no token.
    ///
    /// - Parameters:
    ///   - secret: comes back with every request.
    ///   - connections: 1 to 100 requests at once.
    ///   - dropsPending: what waits at Telegram is thrown away.
    package func setWebhook(url: String, secret: String, connections: Int, dropsPending: Bool) -> HTTPCall? {
        var body = JSONObject([
            "url": .string(url), "secret_token": .string(TelegramSignature.trimmed(secret)),
            "max_connections": JSONValue(min(max(connections, 1), 100)),
            "allowed_updates": .array(TelegramWebhook.updates.map(JSONValue.string)),
        ])
        if dropsPending { body["drop_pending_updates"] = true }
        return call("setWebhook", body)
    }

    /// Why there is no result.
    package struct Refusal: Error, Sendable, Equatable {
        /// As the outcome of a message would be read.
        package var report: DeliveryReport
        /// Telegram's own words, at most 300 scalars on one line; `…` in the place of secrets.
        package var description: String?
        /// The word of a transport's failure.
        package var failure: String?
    }

    /// The `result` of an answer, with `…` where it repeats the token or the secret of the webhook.
    package func result(of answer: Result<HTTPAnswer, TransportFailure>) -> Result<JSONValue, Refusal> {
        let report = TelegramOutcome.read(answer)
        switch answer {
        case .failure(let failure): return .failure(Refusal(report: report, failure: failure.code))
        case .success(let answer):
            let shown = hidden.reduce(answer.body) { $0.replacing($1, with: Array("…".utf8)) }
            let body = try? JSONValue(parsing: shown, depth: Limits.nesting)
            if report.outcome == .accepted, let result = body?["result"] { return .success(result) }
            return .failure(Refusal(report: report, description: body?["description"]?.stringValue.flatMap(Self.line)))
        }
    }

    /// A text of Telegram's that is shown to operators: one line, bounded.
    static func line(_ text: String) -> String? {
        InboundText.cleaned(text).map { text in
            var scalars = String.UnicodeScalarView()
            scalars.append(contentsOf: text.unicodeScalars.prefix(300).map { $0 == "\n" || $0 == "\t" ? " " : $0 })
            return String(scalars)
        }
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

extension TelegramAPI: CustomReflectable {
    /// Nothing: whoever prints or dumps it must not find the token.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
