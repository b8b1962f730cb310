/// Proves that a webhook request comes from Telegram and is meant for our bot.
///
/// Telegram signs no bodies: the secret that we gave with `setWebhook` comes back with every request, in
/// `X-Telegram-Bot-Api-Secret-Token`. Whoever has it can write in anybody's name.
package struct TelegramSignature: Sendable {
    package enum Verdict: Sendable, Equatable {
        case valid
        case missing
        case wrong
        /// No secret is configured: nothing can be proved, so nothing is accepted.
        case notConfigured
    }

    private let secret: [UInt8]

    /// Space around a configured value, as files of secrets have it, is not part of it.
    package init(secretToken: String?) { secret = Self.trimmed(secretToken ?? "") }

    package var isConfigured: Bool { !secret.isEmpty }

    /// Compares every byte whatever the first ones are; the header must be the secret exactly.
    package func verify(header: String?) -> Verdict {
        guard isConfigured else { return .notConfigured }
        guard let header, !header.isEmpty else { return .missing }
        return ConstantTime.equal(Array(header.utf8), secret) ? .valid : .wrong
    }

    static func trimmed(_ text: String) -> String { String(decoding: trimmed(text), as: UTF8.self) }

    private static func trimmed(_ text: String) -> [UInt8] {
        let utf8 = text.utf8
        guard let first = utf8.firstIndex(where: { !isSpace($0) }), let last = utf8.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return Array(utf8[first...last])
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
