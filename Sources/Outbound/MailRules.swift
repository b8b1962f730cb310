import Core

/// What must be true of a mail before an SMTP server hears of it. Whoever made the call has checked it already; what
/// could change the meaning of a conversation is checked once more where the conversation is held.
package enum MailRules {
    /// The longest line of a message without its end.
    /// - Source: RFC 5322, 2.1.1.
    package static let maximumLine = 998

    package enum Scheme: Sendable { case smtp, smtps }

    /// The scheme, or nil when the URL is not one of a mail server: another scheme, no host, a name or password in it,
    /// a query, or bytes that do not belong into a URL.
    package static func scheme(of url: String) -> Scheme? {
        let bytes = url.utf8
        guard bytes.count <= 1_024, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !forbiddenInURL.contains($0) }) else { return nil }
        if ASCII.matches(bytes.prefix(8), "smtps://") { return hasHost(bytes.dropFirst(8)) ? .smtps : nil }
        if ASCII.matches(bytes.prefix(7), "smtp://") { return hasHost(bytes.dropFirst(7)) ? .smtp : nil }
        return nil
    }

    private static let forbiddenInURL = Array("@?#%\\".utf8)

    private static func hasHost(_ rest: some Collection<UInt8>) -> Bool {
        guard let first = rest.first else { return false }
        return first != UInt8(ascii: "/") && first != UInt8(ascii: ":")
    }

    /// Whether an address can stand between angle brackets and nowhere else.
    package static func isAddress(_ address: String) -> Bool {
        let bytes = address.utf8
        guard (3...254).contains(bytes.count), let at = bytes.firstIndex(of: UInt8(ascii: "@")), at != bytes.startIndex,
            bytes.index(after: at) != bytes.endIndex, bytes.lastIndex(of: UInt8(ascii: "@")) == at
        else { return false }
        return bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && !forbiddenInAddress.contains($0) }
    }

    private static let forbiddenInAddress = Array("<>()[]\\,;:\"".utf8)

    /// Whether a name or password can be handed to libcurl whole.
    static func isCredential(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255 && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    /// Whether a message is made of lines that every server takes for the same lines: ASCII, ended by CR LF and by
    /// nothing else, none too long, the last one ended too.
    package static func isMessage(_ message: [UInt8]) -> Bool {
        var length = 0
        var previous: UInt8 = 0
        for byte in message {
            switch byte {
            case 0x0A:
                guard previous == 0x0D else { return false }
                length = 0
            case 0x0D:
                guard previous != 0x0D else { return false }
            case 0x09, 0x20...0x7E:
                length += 1
                guard previous != 0x0D, length <= maximumLine else { return false }
            default: return false
            }
            previous = byte
        }
        return previous == 0x0A
    }

    static func permit(_ call: HTTPCall, _ envelope: MailEnvelope) -> Bool {
        guard scheme(of: call.url) != nil, call.headers.isEmpty else { return false }
        if let credentials = envelope.credentials {
            guard isCredential(credentials.user), isCredential(credentials.password) else { return false }
        }
        if envelope.recipients.isEmpty { return call.body.isEmpty }
        return isAddress(envelope.sender) && envelope.recipients.allSatisfy(isAddress) && isMessage(call.body)
    }
}
