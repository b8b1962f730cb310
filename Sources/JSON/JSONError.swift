/// What is wrong with a JSON text, or with a field that a reader asked for.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Reason: String, Sendable, CaseIterable {
        // Found by the parser.
        case empty
        case unexpectedEnd = "unexpected_end"
        case unexpectedByte = "unexpected_byte"
        case trailingBytes = "trailing_bytes"
        case byteOrderMark = "byte_order_mark"
        case badUTF8 = "bad_utf8"
        case controlCharacter = "control_character"
        case badEscape = "bad_escape"
        case badNumber = "bad_number"
        case duplicateKey = "duplicate_key"
        case tooDeep = "too_deep"
        // Found by a reader.
        case missing
        case wrongKind = "wrong_kind"
        case outOfRange = "out_of_range"
        case tooLong = "too_long"
    }

    package var reason: Reason
    /// Where the text goes wrong, in bytes from its start; nil for errors of readers.
    package var offset: Int?
    /// Counted from 1; nil for errors of readers.
    package var line: Int?
    /// The field, as `message.attachments[0].payload`; empty for the whole text.
    package var path: String
    /// What a reader wanted instead: "a string".
    package var expected: String?

    package init(_ reason: Reason, offset: Int? = nil, line: Int? = nil, path: String = "", expected: String? = nil) {
        self.reason = reason
        self.offset = offset
        self.line = line
        self.path = path
        self.expected = expected
    }

    /// Stable word for logs, counters and API errors.
    package var code: String { "json_" + reason.rawValue }

    /// The same bytes stay wrong.
    package var isRetryable: Bool { false }

    /// One sentence for the person who made the text. Names the field, never quotes its content.
    package var message: String {
        let field = path.isEmpty ? "the JSON text" : "field \"\(path)\""
        let sentence =
            switch reason {
            case .empty: "\(field) is empty"
            case .unexpectedEnd: "\(field) ends before it is complete"
            case .unexpectedByte: "\(field) has a character that JSON does not allow there"
            case .trailingBytes: "there is something after the end of the JSON text"
            case .byteOrderMark: "the JSON text starts with a byte order mark"
            case .badUTF8: "\(field) is not valid UTF-8"
            case .controlCharacter: "\(field) has a control character that must be escaped"
            case .badEscape: "\(field) has an escape that JSON does not know"
            case .badNumber: "\(field) has a number that JSON does not allow"
            case .duplicateKey: "\(field) is given twice"
            case .tooDeep: "\(field) is nested too deeply"
            case .missing: "\(field) is missing"
            case .wrongKind: "\(field) must be \(expected ?? "something else")"
            case .outOfRange: "\(field) is out of range"
            case .tooLong: "\(field) is too long"
            }
        guard let offset, let line else { return sentence }
        return "\(sentence) (line \(line), byte \(offset))"
    }

    package var description: String { message }

    /// The same error seen from the object around: `key` goes before the path.
    package func inside(key: String) -> JSONError {
        var error = self
        error.path = path.isEmpty ? key : path.utf8.first == UInt8(ascii: "[") ? key + path : key + "." + path
        return error
    }

    /// The same error seen from the array around.
    package func inside(index: Int) -> JSONError {
        var error = self
        error.path = path.isEmpty || path.utf8.first == UInt8(ascii: "[") ? "[\(index)]\(path)" : "[\(index)].\(path)"
        return error
    }
}
