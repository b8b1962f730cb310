/// The fields of an `application/x-www-form-urlencoded` body, read strictly.
///
/// Names are short words (`a-z`, digits, `_`), each stands once, and there are at most ``maximumFields``; values are
/// UTF-8 without NUL. Whatever else comes is no form of ours. `+` is a space.
package struct FormFields: Sendable, Equatable {
    package static let maximumFields = 16
    package static let maximumNameBytes = 32

    private let values: [String: String]

    /// Nil unless all of `body` is such a form; an empty body is a form without fields.
    package init?(_ body: [UInt8]) {
        var values: [String: String] = [:]
        for pair in body.isEmpty ? [] : body.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let name = halves.first.flatMap(Self.name), let value = halves.last.flatMap(Self.value),
                values[name] == nil, values.count < Self.maximumFields
            else { return nil }
            values[name] = value
        }
        self.values = values
    }

    package var count: Int { values.count }

    /// Nil when there is no such field; a field without content is an empty text.
    package subscript(name: String) -> String? { values[name] }

    private static func name(_ bytes: ArraySlice<UInt8>) -> String? {
        guard (1...maximumNameBytes).contains(bytes.count),
            bytes.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") })
        else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func value(_ bytes: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            default: decoded.append(byte)
            }
        }
        guard !decoded.contains(0) else { return nil }
        return String(validating: decoded, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
