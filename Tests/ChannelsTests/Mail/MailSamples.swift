import Channels
import Core
import Testing

/// Mails as they are made in tests: at a fixed time, with a fixed id.
enum MailSamples {
    static let now = Instant(milliseconds: 1_795_500_000_123)
    static let sender = "bot@truong.example.vn"
    static let password = "mat-khau-cua-may-chu"
    static let to = ConversationAddress(
        connection: ConnectionID("mail"), channel: .mail, account: sender, person: "truc@xa.example.vn")

    static func settings(
        baseURL: String? = "smtps://smtp.example.vn:465", from: String? = "Nhịp Cầu <bot@truong.example.vn>",
        password: String? = password, _ options: [String: String] = ["username": "bot"]
    ) -> ChannelSettings {
        var options = options
        options["from"] = from
        var settings = ChannelSettings(id: ConnectionID("mail"), baseURL: baseURL, options: options)
        settings.secrets["password"] = password
        return settings
    }

    static func channel(_ settings: ChannelSettings = settings()) -> MailChannel {
        MailChannel(MailRenderer(settings, clock: ManualClock(now)) { _ in "ma-thu-1" })
    }

    static func calls(
        _ message: OutboundMessage, to address: ConversationAddress = to, _ settings: ChannelSettings = settings()
    ) -> [HTTPCall] {
        guard case .calls(let calls) = channel(settings).render(message, to: address, token: nil) else { return [] }
        return calls
    }

    static func lines(_ call: HTTPCall) -> [String] { String(decoding: call.body, as: UTF8.self).components("\r\n") }

    /// The decoded text of a message.
    static func text(_ call: HTTPCall) -> String? {
        let lines = lines(call)
        guard let empty = lines.firstIndex(of: "") else { return nil }
        return Base64.decode(lines[(empty + 1)...].joined()).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The decoded words of the subject.
    static func subject(_ call: HTTPCall) -> String {
        let lines = lines(call)
        guard let first = lines.firstIndex(where: { $0.hasPrefix("Subject: ") }) else { return "" }
        let folded = [lines[first].dropFirst(9)] + lines[(first + 1)...].prefix { $0.hasPrefix(" ") }.map { $0.dropFirst() }
        return folded.map { word in
            guard word.hasPrefix("=?UTF-8?B?"), let bytes = Base64.decode(String(word.dropFirst(10).dropLast(2))) else {
                return String(word)
            }
            return String(decoding: bytes, as: UTF8.self)
        }.joined()
    }
}

extension String {
    func components(_ separator: String) -> [String] {
        var parts: [String] = []
        var rest = Array(utf8)[...]
        let mark = Array(separator.utf8)
        while let index = rest.indices.first(where: { rest[$0...].starts(with: mark) }) {
            parts.append(String(decoding: rest[..<index], as: UTF8.self))
            rest = rest[(index + mark.count)...]
        }
        return parts + [String(decoding: rest, as: UTF8.self)]
    }
}
