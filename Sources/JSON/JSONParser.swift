extension JSONValue {
    /// Nesting above this is not read whatever the caller allows: the parser calls itself once a level.
    package static let deepestNesting = 256

    /// Reads one JSON text (RFC 8259) in time linear in its length.
    ///
    /// Strict where a second reading of the same bytes would be a risk: valid UTF-8 only, each key once an object,
    /// nothing after the value, no byte order mark, no control characters. One leniency: a `\u` escape of half a
    /// surrogate pair becomes U+FFFD, because platforms cut texts in the middle of an emoji and the rest of the
    /// message must not be lost for it.
    ///
    /// - Parameter depth: how many arrays and objects may contain each other; at most ``deepestNesting``.
    /// - Throws: ``JSONError`` with the byte, line and field where the text goes wrong.
    package init(parsing bytes: [UInt8], depth: Int = 64) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) -> JSONValue in
            try JSONValue(parsing: buffer, depth: depth)
        }
    }

    /// The same for a text in memory.
    package init(parsing text: String, depth: Int = 64) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), depth: depth)
    }

    /// The same for bytes that somebody else owns; they are not kept.
    package init(parsing buffer: UnsafeBufferPointer<UInt8>, depth: Int = 64) throws(JSONError) {
        var parser = JSONParser(buffer)
        do {
            self = try parser.document(depth: min(max(depth, 0), Self.deepestNesting))
        } catch {
            // Lines are counted only when somebody will read the number.
            var located = error
            let offset = min(max(error.offset ?? 0, 0), buffer.count)
            located.line = buffer[..<offset].reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
            throw located
        }
    }
}

/// A recursive-descent reader over bytes.
///
/// Every access goes through ``peek`` or a slice between two positions already passed by it, so that no byte outside
/// the buffer is ever read.
private struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let end: Int
    private var position = 0
    /// Reused for strings with escapes.
    private var scratch: [UInt8] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        end = bytes.count
    }

    mutating func document(depth: Int) throws(JSONError) -> JSONValue {
        if end >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { throw JSONError(.byteOrderMark, offset: 0) }
        skipSpace()
        guard position < end else { throw JSONError(.empty, offset: position) }
        let result = try value(depth: depth)
        skipSpace()
        guard position == end else { throw JSONError(.trailingBytes, offset: position) }
        return result
    }

    // MARK: Bytes

    @inline(__always)
    private func peek() -> UInt8? { position < end ? bytes[position] : nil }

    @inline(__always)
    private mutating func skipSpace() {
        while position < end {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private func unexpected() -> JSONError {
        JSONError(position < end ? .unexpectedByte : .unexpectedEnd, offset: position)
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard let byte = peek() else { throw unexpected() }
        switch byte {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default: throw unexpected()
        }
    }

    private mutating func word(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard peek() == word.utf8Start[index] else { throw unexpected() }
            position += 1
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        guard depth > 0 else { throw JSONError(.tooDeep, offset: position) }
        position += 1
        skipSpace()
        var elements: [JSONValue] = []
        if peek() == UInt8(ascii: "]") {
            position += 1
            return elements
        }
        while true {
            do throws(JSONError) {
                elements.append(try value(depth: depth - 1))
            } catch {
                throw error.inside(index: elements.count)
            }
            skipSpace()
            switch peek() {
            case UInt8(ascii: ","):
                position += 1
                skipSpace()
            case UInt8(ascii: "]"):
                position += 1
                return elements
            default: throw unexpected()
            }
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        guard depth > 0 else { throw JSONError(.tooDeep, offset: position) }
        position += 1
        skipSpace()
        var members: [JSONObject.Member] = []
        var seen: Set<ScalarKey> = []
        if peek() == UInt8(ascii: "}") {
            position += 1
            return JSONObject()
        }
        while true {
            let start = position
            guard peek() == UInt8(ascii: "\"") else { throw unexpected() }
            let key = try string()
            guard Self.isNew(key, among: members, seen: &seen) else {
                throw JSONError(.duplicateKey, offset: start).inside(key: key)
            }
            do throws(JSONError) {
                skipSpace()
                guard peek() == UInt8(ascii: ":") else { throw unexpected() }
                position += 1
                skipSpace()
                members.append(JSONObject.Member(key: key, value: try value(depth: depth - 1)))
            } catch {
                throw error.inside(key: key)
            }
            skipSpace()
            switch peek() {
            case UInt8(ascii: ","):
                position += 1
                skipSpace()
            case UInt8(ascii: "}"):
                position += 1
                return JSONObject(unique: members)
            default: throw unexpected()
            }
        }
    }

    /// Comparing is cheapest among few members; a set keeps a hostile object with many from costing their square.
    private static func isNew(_ key: String, among members: [JSONObject.Member], seen: inout Set<ScalarKey>) -> Bool {
        if members.count < 12 { return !members.contains { JSONObject.same($0.key, key) } }
        if seen.isEmpty { seen = Set(members.map { ScalarKey(text: $0.key) }) }
        return seen.insert(ScalarKey(text: key)).inserted
    }

    // MARK: Numbers

    private mutating func number() throws(JSONError) -> JSONNumber {
        let start = position
        if peek() == UInt8(ascii: "-") { position += 1 }
        if peek() == UInt8(ascii: "0") {
            position += 1
        } else {
            try digits(from: start)
        }
        if peek() == UInt8(ascii: ".") {
            position += 1
            try digits(from: start)
        }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try digits(from: start)
        }
        if let byte = peek(), Self.continuesNumber(byte) { throw JSONError(.badNumber, offset: start) }
        return JSONNumber(checked: String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits(from start: Int) throws(JSONError) {
        let first = position
        while position < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) { position += 1 }
        if position == first { throw JSONError(.badNumber, offset: start) }
    }

    private static func continuesNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    // MARK: Strings

    /// Reads from the opening quote to after the closing one.
    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        skipPlain()
        if peek() == UInt8(ascii: "\"") {
            let text = try decode(bytes[start..<position], from: start)
            position += 1
            return text
        }
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: bytes[start..<position])
        while true {
            guard let byte = peek() else { throw unexpected() }
            if byte == UInt8(ascii: "\"") { break }
            guard byte == UInt8(ascii: "\\") else { throw JSONError(.controlCharacter, offset: position) }
            try escape()
            let run = position
            skipPlain()
            scratch.append(contentsOf: bytes[run..<position])
        }
        // What escapes add is well-formed and starts a sequence, so the whole is valid exactly when the raw bytes are.
        guard let text = String(validating: scratch, as: UTF8.self) else { throw badUTF8(from: start) }
        position += 1
        return text
    }

    /// Moves over bytes that stand for themselves.
    @inline(__always)
    private mutating func skipPlain() {
        var index = position
        while index < end {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            index += 1
        }
        position = index
    }

    private func decode(_ slice: Slice<UnsafeBufferPointer<UInt8>>, from start: Int) throws(JSONError) -> String {
        guard let text = String(validating: UnsafeBufferPointer(rebasing: slice), as: UTF8.self) else {
            throw badUTF8(from: start)
        }
        return text
    }

    /// Finds the first bad byte between `start` and the closing quote; only when there is one.
    private func badUTF8(from start: Int) -> JSONError {
        var iterator = bytes[start..<position].makeIterator()
        var decoder = UTF8()
        var offset = start
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { offset += UTF8.width(scalar) }
        return JSONError(.badUTF8, offset: offset)
    }

    /// Reads one escape into ``scratch``.
    private mutating func escape() throws(JSONError) {
        let start = position
        position += 1
        guard let letter = peek() else { throw unexpected() }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(letter)
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"): append(try escapedScalar(from: start))
        default: throw JSONError(.badEscape, offset: start)
        }
    }

    /// The scalar of one `\u` with its four digits, or of two that make a pair; U+FFFD for half a pair.
    private mutating func escapedScalar(from start: Int) throws(JSONError) -> Unicode.Scalar {
        let unit = try hexUnit(from: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        let after = position
        if UTF16.isLeadSurrogate(unit), peek() == UInt8(ascii: "\\") {
            position += 1
            if peek() == UInt8(ascii: "u") {
                position += 1
                let second = try hexUnit(from: after)
                if UTF16.isTrailSurrogate(second) {
                    let value = 0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(second & 0x3FF))
                    return Unicode.Scalar(value) ?? "\u{FFFD}"
                }
            }
            // Not the other half: leave it to be read as an escape of its own.
            position = after
        }
        return "\u{FFFD}"
    }

    private mutating func hexUnit(from start: Int) throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek() else { throw unexpected() }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw JSONError(.badEscape, offset: start)
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}

/// A key by its scalars, without the normalisation of `String` equality.
private struct ScalarKey: Hashable {
    let text: String

    static func == (lhs: Self, rhs: Self) -> Bool { JSONObject.same(lhs.text, rhs.text) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
