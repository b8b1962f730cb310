extension JSONValue {
    /// The JSON text on one line: members in their order, no spaces, non-ASCII as itself.
    ///
    /// Never contains a raw line break (U+2028 and U+2029 included), so it fits a line of JSON Lines or of
    /// server-sent events.
    package var compactText: String { String(decoding: compactBytes, as: UTF8.self) }

    /// ``compactText`` as UTF-8.
    package var compactBytes: [UInt8] {
        var writer = JSONWriter(isPretty: false)
        writer.write(self, indent: 0)
        return writer.output
    }

    /// The JSON text for people: two spaces a level, one member a line, no line break at the end.
    package var prettyText: String {
        var writer = JSONWriter(isPretty: true)
        writer.write(self, indent: 0)
        return String(decoding: writer.output, as: UTF8.self)
    }
}

private struct JSONWriter {
    let isPretty: Bool
    var output: [UInt8] = []

    init(isPretty: Bool) {
        self.isPretty = isPretty
        output.reserveCapacity(256)
    }

    mutating func write(_ value: JSONValue, indent: Int) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let number): output.append(contentsOf: number.text.utf8)
        case .string(let text): write(text)
        case .array(let elements):
            list("[", "]", count: elements.count, indent: indent) { writer, index in
                writer.write(elements[index], indent: indent + 1)
            }
        case .object(let object):
            let members = object.members
            list("{", "}", count: members.count, indent: indent) { writer, index in
                writer.write(members[index].key)
                writer.output.append(UInt8(ascii: ":"))
                if writer.isPretty { writer.output.append(UInt8(ascii: " ")) }
                writer.write(members[index].value, indent: indent + 1)
            }
        }
    }

    private mutating func list(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, count: Int, indent: Int,
        element: (inout JSONWriter, Int) -> Void
    ) {
        output.append(UInt8(ascii: open))
        for index in 0..<count {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            newLine(indent + 1)
            element(&self, index)
        }
        if count > 0 { newLine(indent) }
        output.append(UInt8(ascii: close))
    }

    private mutating func newLine(_ indent: Int) {
        guard isPretty else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * 2))
    }

    private mutating func write(_ text: String) {
        output.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { escape($0) }
        output.append(UInt8(ascii: "\""))
    }

    /// Copies runs that need no escape at once.
    private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>) {
        var runStart = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let length: Int
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                length = 1
            } else if byte == 0xE2, Self.isLineSeparator(bytes, at: index) {
                length = 3
            } else {
                index += 1
                continue
            }
            output.append(contentsOf: bytes[runStart..<index])
            output.append(UInt8(ascii: "\\"))
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
            case 0x0A: output.append(UInt8(ascii: "n"))
            case 0x0D: output.append(UInt8(ascii: "r"))
            case 0x09: output.append(UInt8(ascii: "t"))
            case 0x08: output.append(UInt8(ascii: "b"))
            case 0x0C: output.append(UInt8(ascii: "f"))
            case 0xE2: output.append(contentsOf: (bytes[index + 2] == 0xA8 ? "u2028" : "u2029").utf8)
            default:
                output.append(contentsOf: "u00".utf8)
                output.append(Self.hex(byte >> 4))
                output.append(Self.hex(byte & 15))
            }
            index += length
            runStart = index
        }
        output.append(contentsOf: bytes[runStart..<bytes.count])
    }

    private static func isLineSeparator(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        index + 2 < bytes.count && bytes[index + 1] == 0x80 && (bytes[index + 2] == 0xA8 || bytes[index + 2] == 0xA9)
    }

    private static func hex(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
