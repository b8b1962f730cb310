import Foundation

/// A mail as the fake server took it, with a reader of its own for what is in it.
package struct ReceivedMail: Sendable {
    package let sender: String
    package let recipients: [String]
    /// What the client called itself.
    package let greeting: String
    /// Who signed in; nil where nobody did.
    package let user: String?
    package let wasEncrypted: Bool
    /// The lines without their ends and without the dots that SMTP adds.
    package let lines: [String]

    /// Unfolded header fields in order; names in lower case.
    package var headers: [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        for line in lines.prefix(while: { !$0.isEmpty }) {
            if line.hasPrefix(" ") || line.hasPrefix("\t"), let last = headers.popLast() {
                headers.append((last.name, last.value + line))
            } else {
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                headers.append((parts[0].lowercased(), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""))
            }
        }
        return headers
    }

    /// The value of a header that stands there once; nil otherwise.
    package func header(_ name: String) -> String? {
        let found = headers.filter { $0.name == name }
        return found.count == 1 ? found.first?.value : nil
    }

    /// The same with encoded words decoded (RFC 2047, UTF-8 in base 64).
    package func readableHeader(_ name: String) -> String? {
        guard let value = header(name) else { return nil }
        var text = ""
        var wasEncoded = false
        for word in value.split(separator: " ") {
            if word.hasPrefix("=?UTF-8?B?"), word.hasSuffix("?="), let data = Data(base64Encoded: String(word.dropFirst(10).dropLast(2))) {
                if !text.isEmpty, !wasEncoded { text += " " }
                text += String(decoding: data, as: UTF8.self)
                wasEncoded = true
            } else {
                if !text.isEmpty { text += " " }
                text += word
                wasEncoded = false
            }
        }
        return text
    }

    package var bodyLines: [String] { Array(lines.drop { !$0.isEmpty }.dropFirst()) }

    /// The text of a base 64 body.
    package var text: String? {
        Data(base64Encoded: bodyLines.joined()).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What RFC 5322, 2045 and 2047 do not allow in it.
    package var faults: [String] {
        var faults: [String] = []
        for name in ["from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding"]
        where header(name) == nil { faults.append("\(name) does not stand there once") }
        for line in lines {
            if line.utf8.count > 998 { faults.append("a line of \(line.utf8.count) octets") }
            if !line.utf8.allSatisfy({ $0 == 9 || (0x20...0x7E).contains($0) }) { faults.append("a line that is not ASCII") }
        }
        for line in lines.prefix(while: { !$0.isEmpty }) where line.contains("=?") && line.utf8.count > 76 {
            faults.append("encoded words in a line of \(line.utf8.count) octets")
        }
        for (name, value) in headers {
            if name.isEmpty || !name.utf8.allSatisfy({ (33...126).contains($0) }) { faults.append("header name “\(name)”") }
            for word in value.split(separator: " ") where word.hasPrefix("=?") && word.utf8.count > 75 {
                faults.append("an encoded word of \(word.utf8.count) octets")
            }
        }
        if let id = header("message-id"), !(id.hasPrefix("<") && id.hasSuffix(">") && id.contains("@")) {
            faults.append("message-id \(id)")
        }
        return faults
    }
}
