import Channels

/// A mail as a reader of it sees it, read by other rules than those by which it was written.
struct WrittenMail {
    static let expectedNames = [
        "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted",
    ]

    private(set) var names: [String] = []
    /// Unfolded, as written.
    private(set) var fields: [String: String] = [:]
    /// Nil when it is not base64 of UTF-8.
    let text: String?

    /// Nil when lines do not end with CR LF, are longer than 998, or have anything but printable ASCII.
    init?(_ bytes: [UInt8]) {
        var lines: [String] = []
        var line: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            if byte == 0x0D {
                guard rest.popFirst() == 0x0A else { return nil }
                lines.append(String(decoding: line, as: UTF8.self))
                line = []
                continue
            }
            guard (0x20...0x7E).contains(byte), line.count < 998 else { return nil }
            line.append(byte)
        }
        guard let blank = lines.firstIndex(of: ""), line.isEmpty || blank < lines.count else { return nil }
        for line in lines[..<blank] {
            if line.first == " ", let name = names.last {
                fields[name, default: ""] += line
                continue
            }
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let name = String(line[..<colon])
            names.append(name)
            fields[name] = String(line[colon...].dropFirst(2))
        }
        let encoded = lines[(blank + 1)...].joined() + String(decoding: line, as: UTF8.self)
        text = Base64.decode(encoded).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// A field's text with its encoded words read.
    func decoded(_ name: String) -> String {
        var bytes: [UInt8] = []
        var wasEncoded = false
        for word in (fields[name] ?? "").split(separator: " ", omittingEmptySubsequences: false) {
            let inner = word.dropFirst("=?UTF-8?B?".count).dropLast(2)
            if word.hasPrefix("=?UTF-8?B?"), word.hasSuffix("?="), let decoded = Base64.decode(String(inner)) {
                bytes += (wasEncoded || bytes.isEmpty ? [] : [0x20]) + decoded
                wasEncoded = true
            } else {
                bytes += (bytes.isEmpty ? [] : [0x20]) + Array(word.utf8)
                wasEncoded = false
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
