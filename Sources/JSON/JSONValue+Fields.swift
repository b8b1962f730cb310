/// Readers for decoders. A path is member names joined by points, elements in brackets: `message.attachments[0].type`.
///
/// `x(at:)` demands the field, `optionalX(at:)` gives nil when it (or anything above it) is absent or null; both throw
/// ``JSONError`` naming the field when it is of another kind. The member names of a path have no points or brackets;
/// for others use the subscripts.
extension JSONValue {
    /// The value at a path; nil when there is none. Null is a value here.
    package func value(at path: String) -> JSONValue? {
        var current = self
        var rest = path[...].utf8
        while let first = rest.first {
            if first == UInt8(ascii: "[") {
                guard let close = rest.firstIndex(of: UInt8(ascii: "]")),
                    let index = Int(Substring(rest[..<close].dropFirst())), let element = current[index]
                else { return nil }
                current = element
                rest = rest[rest.index(after: close)...]
                if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst() }
            } else {
                let stop = rest.firstIndex { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "[") } ?? rest.endIndex
                guard let member = current.objectValue?.value(key: rest[..<stop]) else { return nil }
                current = member
                rest = rest[stop...]
                if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst() }
            }
        }
        return current
    }

    package func string(at path: String) throws(JSONError) -> String {
        try required(try optionalString(at: path), path)
    }

    package func optionalString(at path: String) throws(JSONError) -> String? {
        try read(path, "a string", \.stringValue)
    }

    /// A string, or a number as it was written.
    package func stringOrNumber(at path: String) throws(JSONError) -> String {
        try required(try optionalStringOrNumber(at: path), path)
    }

    package func optionalStringOrNumber(at path: String) throws(JSONError) -> String? {
        try read(path, "a string or a number", \.stringOrNumberText)
    }

    /// A whole number that fits, written as a number.
    package func int(at path: String) throws(JSONError) -> Int {
        try required(try optionalInt(at: path), path)
    }

    package func optionalInt(at path: String) throws(JSONError) -> Int? {
        try read(path, "a whole number") { $0.int64Value.flatMap(Int.init(exactly:)) }
    }

    package func double(at path: String) throws(JSONError) -> Double {
        try required(try optionalDouble(at: path), path)
    }

    package func optionalDouble(at path: String) throws(JSONError) -> Double? {
        try read(path, "a number", \.doubleValue)
    }

    package func bool(at path: String) throws(JSONError) -> Bool {
        try required(try optionalBool(at: path), path)
    }

    package func optionalBool(at path: String) throws(JSONError) -> Bool? {
        try read(path, "true or false", \.boolValue)
    }

    package func array(at path: String) throws(JSONError) -> [JSONValue] {
        try required(try optionalArray(at: path), path)
    }

    package func optionalArray(at path: String) throws(JSONError) -> [JSONValue]? {
        try read(path, "an array", \.arrayValue)
    }

    package func object(at path: String) throws(JSONError) -> JSONObject {
        try required(try optionalObject(at: path), path)
    }

    package func optionalObject(at path: String) throws(JSONError) -> JSONObject? {
        try read(path, "an object", \.objectValue)
    }

    private func read<Value>(
        _ path: String, _ expected: String, _ convert: (JSONValue) -> Value?
    ) throws(JSONError) -> Value? {
        guard let value = value(at: path), !value.isNull else { return nil }
        guard let converted = convert(value) else { throw JSONError(.wrongKind, path: path, expected: expected) }
        return converted
    }

    private func required<Value>(_ value: Value?, _ path: String) throws(JSONError) -> Value {
        guard let value else { throw JSONError(.missing, path: path) }
        return value
    }
}
