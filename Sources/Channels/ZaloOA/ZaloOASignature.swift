import Crypto

/// Proves that a webhook request comes from Zalo and is meant for our application.
///
/// `X-ZEvent-Signature: mac=` + lower-case hexadecimal SHA-256 over application id, raw body, the body's own timestamp
/// and the OA secret key, joined without separators. It is a plain digest, not an HMAC.
package struct ZaloOASignature: Sendable {
    package enum Verdict: Sendable, Equatable {
        case valid
        /// No header, or nothing in it that could be a digest.
        case missing
        case wrong
        /// No application id or no OA secret key is configured: nothing can be proved, so nothing is accepted.
        case notConfigured
    }

    private let applicationID: String
    private let secretKey: String

    /// Space around configured values, as files of secrets have it, is not part of them.
    package init(applicationID: String?, secretKey: String?) {
        self.applicationID = Self.trimmed(applicationID ?? "")
        self.secretKey = Self.trimmed(secretKey ?? "")
    }

    package var isConfigured: Bool { !applicationID.isEmpty && !secretKey.isEmpty }

    /// Whether the body names the configured application.
    package func isOurs(applicationID other: String) -> Bool { other.utf8.elementsEqual(applicationID.utf8) }

    /// The digest in a header: with or without `mac=`, in either case, with space around; nil when there is none.
    package static func digest(in header: String?) -> [UInt8]? {
        guard let header else { return nil }
        var rest = trimmed(header)[...].utf8
        if rest.prefix(3).map({ $0 | 0x20 }) == Array("mac".utf8) {
            let value = rest.dropFirst(3).drop(while: isSpace)
            if value.first == UInt8(ascii: "=") { rest = value.dropFirst().drop(while: isSpace) }
        }
        guard rest.count == SHA256.byteCount * 2 else { return nil }
        return Hexadecimal.bytes(rest)
    }

    /// - Parameter timestamp: the body's `timestamp` exactly as written there.
    package func verify(header: String?, body: [UInt8], timestamp: String) -> Verdict {
        guard isConfigured else { return .notConfigured }
        guard let given = Self.digest(in: header) else { return .missing }
        return ConstantTime.equal(given, expected(body: body, timestamp: timestamp)) ? .valid : .wrong
    }

    private func expected(body: [UInt8], timestamp: String) -> [UInt8] {
        var hasher = SHA256()
        Self.update(&hasher, applicationID)
        body.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        Self.update(&hasher, timestamp)
        Self.update(&hasher, secretKey)
        return Array(hasher.finalize())
    }

    private static func update(_ hasher: inout SHA256, _ text: String) {
        var text = text
        text.withUTF8 { hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }

    private static func trimmed(_ text: String) -> String {
        let utf8 = text.utf8
        guard let first = utf8.firstIndex(where: { !isSpace($0) }), let last = utf8.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(Substring(utf8[first...last]))
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
