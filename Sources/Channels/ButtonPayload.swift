/// Recognises our own button payloads where a platform sends a press as plain text.
///
/// `#yes #no #skip #back #leave`, `#intent:NAME`, `#intent:NAME?slot=value&slot=value` (values percent-encoded) and
/// `#slot:NAME=VALUE`, exactly as our replies make them; anything else that begins with `#` is what a person wrote.
package enum ButtonPayload {
    /// Longer payloads are never made by us.
    package static let maximumScalars = 1_000

    private static let words: [StaticString] = ["#yes", "#no", "#skip", "#back", "#leave"]

    /// The payload in `text`, without the space around it; nil when it is a text like any other.
    package static func match(_ text: String) -> String? {
        let utf8 = text.utf8
        guard let start = utf8.firstIndex(where: { !isSpace($0) }), utf8[start] == UInt8(ascii: "#") else { return nil }
        guard let last = utf8.lastIndex(where: { !isSpace($0) }) else { return nil }
        let body = utf8[start...last]
        guard body.count <= maximumScalars * 4, isPayload(body) else { return nil }
        let payload = String(Substring(body))
        return payload.unicodeScalars.count <= maximumScalars ? payload : nil
    }

    private static func isPayload(_ body: Substring.UTF8View) -> Bool {
        if words.contains(where: { word in word.withUTF8Buffer { body.elementsEqual($0) } }) { return true }
        if let rest = after("#intent:", in: body) { return isIntent(rest) }
        if let rest = after("#slot:", in: body) {
            guard let equals = rest.firstIndex(of: UInt8(ascii: "=")), isName(rest[..<equals]) else { return false }
            let value = rest[rest.index(after: equals)...]
            return !value.isEmpty && !value.contains { $0 < 0x20 || $0 == 0x7F }
        }
        return false
    }

    private static func isIntent(_ rest: Substring.UTF8View) -> Bool {
        guard let mark = rest.firstIndex(of: UInt8(ascii: "?")) else { return isName(rest) }
        let pairs = rest[rest.index(after: mark)...]
        return isName(rest[..<mark]) && !pairs.isEmpty
            && pairs.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false).allSatisfy(isPair)
    }

    private static func isPair(_ pair: Substring.UTF8View) -> Bool {
        guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), isName(pair[..<equals]) else { return false }
        return pair[pair.index(after: equals)...].allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "=") }
    }

    private static func isName(_ name: Substring.UTF8View) -> Bool {
        !name.isEmpty && name.count <= 100
            && name.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func after(_ prefix: StaticString, in body: Substring.UTF8View) -> Substring.UTF8View? {
        prefix.withUTF8Buffer { body.starts(with: $0) } ? body.dropFirst(prefix.utf8CodeUnitCount) : nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
