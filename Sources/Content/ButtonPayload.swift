/// What a pressed button means, and how it is written (`#intent:NAME?slot=value`, `#slot:NAME=VALUE`, `#yes` …).
///
/// Names are letters, digits, `.`, `_`, `-` and `/`. Values are percent-encoded UTF-8; raw characters other than
/// `&`, `=` and `%` are also read.
package enum ButtonPayload: Sendable, Equatable {
    /// Runs an intent, with slots filled.
    case intent(String, slots: [String: String])
    /// Answers the open form's slot.
    case slot(String, value: String)
    case yes, no, skip, back, leave

    /// Longest payload that is read, in bytes.
    package static let maximumBytes = 1_000

    /// Nil for anything that is not exactly one of the forms above.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.maximumBytes else { return nil }
        switch text {
        case "#yes": self = .yes
        case "#no": self = .no
        case "#skip": self = .skip
        case "#back": self = .back
        case "#leave": self = .leave
        default:
            if let rest = text.dropping(prefix: "#intent:") {
                guard let payload = Self.intent(reading: rest) else { return nil }
                self = payload
            } else if let rest = text.dropping(prefix: "#slot:") {
                guard let (name, value) = Self.pair(rest), !value.isEmpty else { return nil }
                self = .slot(name, value: value)
            } else {
                return nil
            }
        }
    }

    /// As a button carries it; reading it back gives an equal value.
    package var text: String {
        switch self {
        case .yes: "#yes"
        case .no: "#no"
        case .skip: "#skip"
        case .back: "#back"
        case .leave: "#leave"
        case .slot(let name, let value): "#slot:\(name)=\(Self.encoded(value))"
        case .intent(let name, let slots):
            if slots.isEmpty {
                "#intent:\(name)"
            } else {
                "#intent:\(name)?"
                    + slots.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.encoded($0.value))" }
                    .joined(separator: "&")
            }
        }
    }

    /// Percent-encodes everything but what names are made of, and `:` and `+`, which stand in times and telephone
    /// numbers.
    package static func encoded(_ value: String) -> String {
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var scalars = String.UnicodeScalarView()
        for byte in value.utf8 {
            if isPlain(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "+") {
                scalars.append(Unicode.Scalar(byte))
            } else {
                scalars.append("%")
                scalars.append(digits[Int(byte >> 4)])
                scalars.append(digits[Int(byte & 15)])
            }
        }
        return String(scalars)
    }

    private static func intent(reading rest: Substring) -> ButtonPayload? {
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, isName(name) else { return nil }
        guard parts.count == 2 else { return .intent(String(name), slots: [:]) }
        var slots: [String: String] = [:]
        for part in parts[1].split(separator: "&", omittingEmptySubsequences: false) {
            guard let (slot, value) = pair(part), slots.updateValue(value, forKey: slot) == nil else { return nil }
        }
        return .intent(String(name), slots: slots)
    }

    private static func pair(_ text: Substring) -> (String, String)? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, isName(parts[0]), let value = decoded(parts[1]) else { return nil }
        return (String(parts[0]), value)
    }

    private static func isName(_ text: Substring) -> Bool { !text.isEmpty && text.utf8.allSatisfy(isPlain) }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "/"):
            true
        default: false
        }
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension StringProtocol {
    /// What follows `prefix`, compared by scalars; nil when the text does not start so.
    func dropping(prefix: String) -> Substring? {
        guard unicodeScalars.starts(with: prefix.unicodeScalars) else { return nil }
        return Substring(Substring.UnicodeScalarView(unicodeScalars.dropFirst(prefix.unicodeScalars.count)))
    }
}
