/// Any JSON text as a value: what the platforms send and what we answer.
///
/// Numbers keep the characters they were written with, because platforms use ids that no `Double` can hold;
/// objects keep the order of their members, because what we print is read by people and compared by tests.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The text of a string; nil for every other kind.
    package var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    package var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var numberValue: JSONNumber? {
        if case .number(let value) = self { value } else { nil }
    }

    /// A whole number that fits; nil for fractions, exponents, larger numbers and every other kind.
    package var int64Value: Int64? { numberValue?.int64 }

    /// A finite number; nil for numbers beyond a `Double` and every other kind.
    package var doubleValue: Double? { numberValue?.double }

    package var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    package var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The text of a string, or a number exactly as it was written: for ids and times that platforms send as either.
    package var stringOrNumberText: String? {
        switch self {
        case .string(let text): text
        case .number(let number): number.text
        case .null, .bool, .array, .object: nil
        }
    }

    /// A whole number, written as a number or as a string of digits.
    package var lenientInt64: Int64? { stringOrNumberText.flatMap(JSONNumber.int64) }

    /// The member of an object; nil where there is none and for every other kind.
    package subscript(key: String) -> JSONValue? { objectValue?[key] }

    /// The element of an array; nil outside its bounds and for every other kind.
    package subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The word an error message uses for this kind of value.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

// Building values in source reads like the JSON it makes.

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }
    package init(floatLiteral value: Double) { self.init(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Members in the order written. A repeated key keeps its last value.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (key, value) in elements { object[key] = value }
        self = .object(object)
    }

    package init(_ value: String) { self = .string(value) }
    package init(_ value: Bool) { self = .bool(value) }
    package init(_ value: some BinaryInteger) { self = .number(JSONNumber(value)) }

    /// A number; null for infinities and NaN, which JSON cannot write.
    package init(_ value: Double) { self = JSONNumber(value).map(JSONValue.number) ?? .null }

    /// The string, or null.
    package init(_ value: String?) { self = value.map(JSONValue.string) ?? .null }
}
