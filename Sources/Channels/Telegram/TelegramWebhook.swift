package import Core
package import JSON

/// Where Telegram delivers, and what can be wrong with it.
package enum TelegramWebhook {
    /// The updates that we have a use for; of others Telegram need not tell us.
    package static let updates = ["message", "edited_message", "callback_query", "my_chat_member"]
    /// Telegram delivers to no others.
    package static let ports = [443, 80, 88, 8443]

    /// Something to tell the operator.
    package struct Finding: Error, Sendable, Equatable {
        package enum Level: String, Sendable { case good = "ok", warning, failed }

        package var level: Level
        package var text: String
        /// What to do about it; nil for good news.
        package var mend: String?

        package init(_ level: Level, _ text: String, mend: String? = nil) {
            self.level = level
            self.text = text
            self.mend = mend
        }
    }

    /// The webhook's address of one connection.
    ///
    /// - Parameter publicURL: `server.public_url`, without a slash at the end.
    /// - Throws: ``Finding`` when Telegram cannot deliver there.
    package static func address(publicURL: String?, connection: ConnectionID) throws(Finding) -> String {
        let example = "Set server.public_url to the address people reach, for example https://bot.example.edu.vn."
        guard let publicURL, !publicURL.isEmpty else {
            throw Finding(.failed, "server.public_url is not set: Telegram does not know where to deliver", mend: example)
        }
        guard publicURL.prefix(8).lowercased().utf8.elementsEqual("https://".utf8) else {
            throw Finding(.failed, "server.public_url is no https address: Telegram delivers to https only", mend: example)
        }
        let authority = publicURL.utf8.dropFirst(8).prefix { $0 != UInt8(ascii: "/") }
        if let port = port(in: authority), !ports.contains(port) {
            throw Finding(
                .failed, "server.public_url has port \(port): Telegram delivers to 443, 80, 88 and 8443 only",
                mend: "Let your proxy listen at one of these ports, best at 443, and leave the port out of the address.")
        }
        let host = authority.prefix { $0 != UInt8(ascii: ":") }
        if host.elementsEqual("localhost".utf8) || host.starts(with: "127.".utf8) || host.first == UInt8(ascii: "[") || host.isEmpty {
            throw Finding(.failed, "server.public_url is this machine's own address: Telegram cannot reach it", mend: example)
        }
        return publicURL + "/webhooks/" + connection.rawValue
    }

    /// Nil where the scheme's own port is meant.
    private static func port(in authority: Substring.UTF8View) -> Int? {
        guard authority.last != UInt8(ascii: "]"), let colon = authority.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        let digits = authority[authority.index(after: colon)...]
        return digits.isEmpty ? nil : Int(Substring(digits)) ?? 0
    }

    /// What Telegram tells about a webhook.
    package struct Info: Sendable, Equatable {
        /// Empty when none is set.
        package var url: String
        /// Updates that wait at Telegram.
        package var pending: Int64
        package var connections: Int64?
        /// Nil when Telegram delivers its usual choice, which has all of ours.
        package var updates: [String]?
        package var lastErrorAt: Instant?
        package var lastError: String?

        /// - Parameter result: of `getWebhookInfo`. What is not as described is taken as missing.
        package init(_ result: JSONValue) {
            url = result["url"]?.stringValue.flatMap(TelegramAPI.line) ?? ""
            pending = result["pending_update_count"]?.int64Value ?? 0
            connections = result["max_connections"]?.int64Value
            updates = result["allowed_updates"]?.arrayValue?.compactMap(\.stringValue)
            lastErrorAt = result["last_error_date"]?.int64Value
                .flatMap { (1...253_402_300_799).contains($0) ? Instant(milliseconds: $0 * 1_000) : nil }
            lastError = result["last_error_message"]?.stringValue.flatMap(TelegramAPI.line)
        }

        /// What is good and bad about it, the worst first.
        ///
        /// - Parameters:
        ///   - expected: our address; nil when there is none that Telegram could use.
        ///   - connect: the command that sets the webhook.
        package func findings(expected: String?, connect: String, now: Instant) -> [Finding] {
            var findings: [Finding] = []
            if url.isEmpty {
                return [Finding(.failed, "Telegram has no webhook of this bot: nothing that people write arrives", mend: "Run \(connect).")]
            }
            if let expected, !url.utf8.elementsEqual(expected.utf8) {
                findings.append(
                    Finding(
                        .failed, "Telegram delivers to \(url), not to \(expected)",
                        mend: "Run \(connect), unless another installation is meant to answer for this bot."))
            }
            if let updates, !updates.isEmpty {
                let missing = TelegramWebhook.updates.filter { !updates.contains($0) }
                if !missing.isEmpty {
                    findings.append(
                        Finding(.failed, "Telegram does not deliver \(missing.joined(separator: ", "))", mend: "Run \(connect)."))
                }
            }
            if let trouble = trouble(connect, now) { findings.append(trouble) }
            if pending > TelegramWebhook.manyPending {
                findings.append(
                    Finding(
                        .warning, "\(pending) updates wait at Telegram",
                        mend: "They come by themselves once deliveries succeed; Telegram forgets them after 24 hours."))
            }
            if findings.isEmpty { findings.append(Finding(.good, "webhook \(url), \(pending) updates waiting at Telegram")) }
            return findings
        }

        /// A failed delivery that still matters: it is recent, or things are waiting since.
        private func trouble(_ connect: String, _ now: Instant) -> Finding? {
            guard let lastErrorAt else { return nil }
            let age = max(now.since(lastErrorAt), .zero)
            guard age < .seconds(3_600) || pending > 0 else { return nil }
            let words = lastError ?? "without a reason"
            let minutes = age.wholeMilliseconds / 60_000
            return Finding(
                pending > 0 ? .failed : .warning, "\(minutes) minutes ago Telegram could not deliver: \(words)",
                mend: TelegramWebhook.mend(words, connect))
        }
    }

    static let manyPending: Int64 = 100

    /// What to do about a failed delivery, by Telegram's words for it.
    private static func mend(_ words: String, _ connect: String) -> String {
        let words = words.lowercased()
        let mends: [(words: [String], mend: String)] = [
            (["401", "403"], "The secret differs, or a proxy asks for a password: check secret_token and run \(connect)."),
            (["404", "405"], "Something else answers there: check server.public_url, the connection's id and the proxy."),
            (["ssl", "certificate", "tls"], "The certificate must be valid, with its whole chain: check it with your proxy."),
            (["refused", "timed out", "timeout", "unreachable", "resolve"], "Check that the program runs and is reached from outside."),
            (["500", "502", "503", "504"], "The program or its proxy did not take the update: look at the log."),
        ]
        return mends.first { $0.words.contains { words.contains($0) } }?.mend ?? "Check the proxy and the log."
    }
}
